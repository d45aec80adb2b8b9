"""PayPal's documented test values: a note in the first item, or an id in the path, asks for one exact answer.

Source: PayPal, "Payouts API: test values". Case counts. The HTTP codes of refusals that no source gives are guesses.
"""

from typing import Final

from paypal_payouts.simulator.book import BatchRow, ItemRow
from paypal_payouts.simulator.guesses import STATUS_OF
from paypal_payouts.simulator.problems import SimulatedRefusal, detail
from paypal_payouts.simulator.rules import BatchOrder


def _guessed(name: str) -> tuple[int, str]:
    return STATUS_OF[name], name


_POST: Final = {
    "ERRPYO001": (403, "SENDER_RESTRICTED"),
    "ERRPYO002": (403, "SENDER_EMAIL_UNCONFIRMED"),
    "ERRPYO003": (403, "AUTHORIZATION_ERROR"),
    "ERRPYO005": (422, "INSUFFICIENT_FUNDS"),
    "ERRPYO006": (500, "INTERNAL_ERROR"),
    "ERRPYO010": (400, "VALIDATION_ERROR"),
    "ERRPYO011": _guessed("REQUIRED_SCOPE_MISSING"),
    "ERRPYO012": _guessed("SENDER_LOCKED"),
    "ERRPYO014": (400, "USER_BUSINESS_ERROR"),
    "ERRPYO035": _guessed("RATE_LIMIT_VALIDATION"),
    "ERRPYO036": _guessed("REQUEST_TIMEOUT_EXCEEDED"),
    "ERRPYO037": _guessed("SYNC_MODE_NOT_APPLICABLE"),
    "ERRPYO038": (400, "NON_HOLDING_CURRENCY"),
    "ERRPYO039": _guessed("PREVIOUS_REQUEST_IN_PROGRESS"),
    "ERRPYO040": _guessed("CIP_NOT_VERIFIED"),
}

_BATCH_STATES: Final = {
    "POSPYO002": "SUCCESS",
    "ERRPYOB001": "SUCCESS",
    "ERRPYOB002": "PENDING",
    "ERRPYOB003": "PROCESSING",
    "ERRPYOB004": "DENIED",
}

_SENDER_ERRORS: Final = (
    "ACCOUNT_RESTRICTED",
    "ACCOUNT_UNCONFIRMED_EMAIL",
    "APPROVER_DENIED",
    "GAMER_FAILED_COUNTRY_OF_RESIDENCE_CHECK",
    "GAMER_FAILED_FUNDING_SOURCE_CHECK",
    "GAMING_INVALID_PAYMENT_FLOW",
    "NON_HOLDING_CURRENCY",
    "PENDING_RECIPIENT_NON_HOLDING_CURRENCY_PAYMENT_PREFERENCE",
    "SENDER_STATE_RESTRICTED",
    "SPENDING_LIMIT_EXCEEDED",
    "TRANSACTION_DECLINED_BY_TRAVEL_RULE",
)
_BATCH_ITEM_ERRORS: Final = {
    **{f"ERRPYOB{5 + index:03}": name for index, name in enumerate(_SENDER_ERRORS)},
    "ERRPYO015": "CLOSED_MARKET",
    "ERRPYO016": "CURRENCY_COMPLIANCE",
    "ERRPYO017": "CURRENCY_NOT_SUPPORTED_FOR_RECEIVER",
    "ERRPYO018": "DUPLICATE_ITEM",
    "ERRPYO019": "RECEIVER_ACCOUNT_LOCKED",
    "ERRPYO020": "RECEIVER_COUNTRY_NOT_ALLOWED",
    "ERRPYO021": "RECEIVER_UNCONFIRMED",
    "ERRPYO022": "RECEIVER_UNREGISTERED",
    "ERRPYO023": "RECEIVER_YOUTH_ACCOUNT",
    "ERRPYO024": "RECEIVING_LIMIT_EXCEEDED",
    "ERRPYO025": "REGULATORY_BLOCKED",
    "ERRPYO026": "REGULATORY_PENDING",
    "ERRPYO027": "RISK_DECLINE",
    "ERRPYO028": "SELF_PAY_NOT_ALLOWED",
    "ERRPYO029": "TRANSACTION_LIMIT_EXCEEDED",
    "ERRPYO030": "UNDEFINED",
    "ERRPYO031": "ZERO_AMOUNT",
    "ERRPYO032": "INVALID_RESOURCE_ID",
    "ERRPYO033": "INTERNAL_ERROR",
    "ERRPYO034": "INVALID_EMAIL",
    "ERRPYO060": "RECEIVER_ACCOUNT_LIMITATION",
}
# The values for single items run in the same order, without DUPLICATE_ITEM, and end in 061.
_ITEM_ERRORS: Final = {
    **{f"ERRPYOB{16 + index:03}": name for index, name in enumerate(_SENDER_ERRORS)},
    **{
        f"ERRPYO{41 + index:03}": name
        for index, name in enumerate(
            name
            for key, name in _BATCH_ITEM_ERRORS.items()
            if "ERRPYO015" <= key <= "ERRPYO034" and name != "DUPLICATE_ITEM"
        )
    },
    "ERRPYO061": "RECEIVER_ACCOUNT_LIMITATION",
}

_CANCEL: Final = {
    "ERRPOI001": (404, "INVALID_RESOURCE_ID"),
    "ERRPYO004": (400, "BATCH_NOT_COMPLETED"),
    "ERRPYO007": (400, "ITEM_ALREADY_CANCELLED"),
    "ERRPYO008": (400, "ITEM_CANCELLATION_FAILED"),
    "ERRPYO009": (400, "ITEM_INCORRECT_STATUS"),
}

_STATES: Final = {
    "PENDING_RECIPIENT_NON_HOLDING_CURRENCY_PAYMENT_PREFERENCE": "UNCLAIMED",
    "RECEIVER_ACCOUNT_LIMITATION": "ONHOLD",
    "RECEIVER_UNCONFIRMED": "UNCLAIMED",
    "RECEIVER_UNREGISTERED": "UNCLAIMED",
    "REGULATORY_BLOCKED": "BLOCKED",
    "REGULATORY_PENDING": "ONHOLD",
}
"""The typical state of an item with such an error; any other error means FAILED."""

# The canned batch lies beyond every number of a book: it is shown, and never paid.
_NUMBER: Final = 10**15
_SENDER_BATCH_ID: Final = "test-value"
_AMOUNT_MINOR: Final = 1_00
_FEE_MINOR: Final = 2


def refuse_create(order: BatchOrder) -> None:
    """Refuse a POST whose first note, or whose id, is a test value.

    Raises:
        SimulatedRefusal: the one that the value stands for.

    """
    if order.sender_batch_id == "ERRPYO013":
        raise SimulatedRefusal(400, "VALIDATION_ERROR", [detail("items[0].note", "Note is required for Venmo")])
    trigger = order.items[0].note
    if trigger in _POST:
        status, name = _POST[trigger]
        details = [detail("items[0].note", "Test value")] if name == "VALIDATION_ERROR" else []
        raise SimulatedRefusal(status, name, details)


def canned_batch(value: str, now_ms: int) -> tuple[BatchRow, ItemRow] | None:
    """Return the batch that a path value stands for.

    Raises:
        SimulatedRefusal: the value stands for an unknown batch.

    """
    status, error = _BATCH_STATES.get(value), _BATCH_ITEM_ERRORS.get(value)
    if status is None and error is None:
        return None
    if status == "DENIED":
        error = "RISK_DECLINE"
    return _batch(status or "SUCCESS", now_ms), _item(error, status or "SUCCESS", now_ms)


def canned_item(value: str, now_ms: int) -> ItemRow | None:
    """Return the item that a path value stands for.

    Raises:
        SimulatedRefusal: the value stands for an unknown item.

    """
    if value == "POSPOI001":
        return _item(None, "SUCCESS", now_ms)
    error = _ITEM_ERRORS.get(value)
    return None if error is None else _item(error, "SUCCESS", now_ms)


def canned_cancel(value: str, now_ms: int) -> ItemRow | None:
    """Return the cancelled item that a path value stands for.

    Raises:
        SimulatedRefusal: the one that the value stands for.

    """
    if value in _CANCEL:
        raise SimulatedRefusal(*_CANCEL[value])
    if value != "POSPOI002":
        return None
    return _item("RECEIVER_UNREGISTERED", "SUCCESS", now_ms)._replace(state="RETURNED", cancelled_ms=now_ms)


def _batch(status: str, now_ms: int) -> BatchRow:
    return BatchRow(
        number=_NUMBER,
        sender_batch_id=_SENDER_BATCH_ID,
        header=f'{{"sender_batch_id": "{_SENDER_BATCH_ID}"}}',
        currency="USD",
        amount_minor=_AMOUNT_MINOR,
        fees_minor=_FEE_MINOR,
        first_item=_NUMBER,
        items=1,
        created_ms=now_ms,
        ready_ms=now_ms,
        status=status,
        disguise=None,
    )


def _item(error: str | None, batch_status: str, now_ms: int) -> ItemRow:
    if error == "INVALID_RESOURCE_ID":
        raise SimulatedRefusal(404, error)
    state = "SUCCESS" if error is None else _STATES.get(error, "FAILED")
    if batch_status in {"PENDING", "PROCESSING"}:
        state = "PENDING"
    return ItemRow(
        number=_NUMBER,
        batch=_NUMBER,
        sender_batch_id=_SENDER_BATCH_ID,
        currency="USD",
        created_ms=now_ms,
        ready_ms=now_ms,
        sender_item_id="test-value-1",
        receiver="receiver@example.com",
        recipient_type="EMAIL",
        amount_minor=0 if error == "ZERO_AMOUNT" else _AMOUNT_MINOR,
        fee_minor=0 if state == "FAILED" else _FEE_MINOR,
        note=None,
        purpose="GOODS",
        wallet="PAYPAL",
        error=error,
        cancelled_ms=None,
        later_ms=None,
        state=state,
        is_in_work=batch_status != "PENDING",
        decided_ms=now_ms,
        first_word=state,
        word=state,
    )
