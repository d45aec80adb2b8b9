"""What PayPal accepts as a batch: the order it reads from a request, or everything that is wrong with it."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from paypal_payouts.simulator.guesses import DEFAULT_RECIPIENT_TYPE
from paypal_payouts.simulator.messages import JsonObject
from paypal_payouts.simulator.money import DECIMALS, parse_value
from paypal_payouts.simulator.problems import SimulatedRefusal, detail

ITEMS_MAX: Final = 15_000

INVALID_RECEIVER: Final = "Receiver is invalid or does not match with type"
_MALFORMED: Final = "JSON request is malformed"
_MIXED_CURRENCIES: Final = "Multiple currencies within a batch is not allowed"

# The specification's `^.*$` forbids line breaks; half a surrogate pair is no text at all.
_ONE_LINE: Final = re.compile("[^\n\r\u2028\u2029\ud800-\udfff]*")
_LANGUAGE: Final = re.compile(r"[a-z]{2}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?", re.ASCII)
_PURPOSES: Final = frozenset(
    {
        "AWARDS",
        "PRIZES",
        "DONATIONS",
        "GOODS",
        "SERVICES",
        "REBATES",
        "CASHBACK",
        "DISCOUNTS",
        "NON_GOODS_OR_SERVICES",
    }
)
_WALLETS: Final = frozenset({"PAYPAL", "VENMO"})
_RECEIVERS: Final = {
    "EMAIL": re.compile(r"[^@\s]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"),
    "PAYPAL_ID": re.compile(r"[0-9A-Z]{13}", re.ASCII),
    "PHONE": re.compile(r"[^@]+"),  # PayPal looks at a phone number only when it pays
}
"""By type; of USER_HANDLE the sandbox was seen to refuse whatever was tried."""
_US_PHONE: Final = re.compile(r"(?:\+?1)?[2-9][0-9]{9}", re.ASCII)
_ECHOED: Final = ("sender_batch_id", "recipient_type", "email_subject", "email_message")
_HEADER_LENGTHS: Final = {
    "sender_batch_id": 256,
    "recipient_type": 13,
    "email_subject": 255,
    "email_message": 1000,
    "note": 1000,
}
_ITEM_LENGTHS: Final = {
    "recipient_type": 13,
    "receiver": 127,
    "sender_item_id": 63,
    "note": 4000,
    "recipient_wallet": 36,
    "purpose": 40,
    "notification_language": 10,
}
_NON_ASCII_NOTE_MAX: Final = 1000
_MALFORMED_VALUE: Final = "Value is malformed"
_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")
_CONTEXT: Final = {"social_feed_privacy": (re.compile(".+"), 15), "logo_url": (_URL, 1000), "holler_url": (_URL, 1000)}
_PHONE: Final = {
    "country_code": re.compile("[0-9]{1,3}", re.ASCII),
    "national_number": re.compile("[0-9]{1,14}", re.ASCII),
    "extension_number": re.compile("[0-9]{1,15}", re.ASCII),
}


class ItemOrder(NamedTuple):
    """One payment that is asked for."""

    sender_item_id: str | None
    receiver: str
    recipient_type: str
    amount_minor: int
    note: str | None
    purpose: str
    wallet: str


class BatchOrder(NamedTuple):
    """One batch that is asked for."""

    header: JsonObject
    currency: str
    items: list[ItemOrder]

    @property
    def sender_batch_id(self) -> str | None:
        """The sender's own id; an empty one protects as little as none."""
        return self.header.get("sender_batch_id") or None


def read_order(body: bytes) -> BatchOrder:
    """Read a batch from the body of a request.

    Raises:
        SimulatedRefusal: 400, with every field that is wrong.

    """
    document = _parse(body)
    header, items = document.get("sender_batch_header"), document.get("items")
    if not isinstance(header, dict):
        raise _invalid(detail("sender_batch_header", "Required field is missing"))
    if not (isinstance(items, list) and 1 <= len(items) <= ITEMS_MAX):
        raise _invalid(detail("items", f"Number of items must be between 1 and {ITEMS_MAX}"))
    problems = [detail(f"sender_batch_header.{key}", issue) for key, issue in _text_issues(header, _HEADER_LENGTHS)]
    if problems:
        raise _invalid(*problems)
    currency = _currency(items)
    header_type = header.get("recipient_type") or DEFAULT_RECIPIENT_TYPE
    orders = []
    for index, item in enumerate(items):
        order = _read_item(item, currency, header_type)
        if isinstance(order, ItemOrder):
            orders.append(order)
        else:
            problems += [detail(f"items[{index}]{at}", issue) for at, issue in order]
    if problems:
        raise _invalid(*problems)
    echoed = {key: header[key] for key in _ECHOED if header.get(key)}
    return BatchOrder(echoed, currency, orders)


def _parse(body: bytes) -> JsonObject:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise _invalid(detail("", _MALFORMED)) from error
    if not isinstance(document, dict):
        raise _invalid(detail("", _MALFORMED))
    return document


def _invalid(*details: JsonObject) -> SimulatedRefusal:
    return SimulatedRefusal(400, "VALIDATION_ERROR", details)


def _currency(items: list[Any]) -> str:
    """Return the one currency of the batch: PayPal refuses a second one whatever else is wrong."""
    currencies = {
        item["amount"].get("currency")
        for item in items
        if isinstance(item, dict)
        and isinstance(item.get("amount"), dict)
        and isinstance(item["amount"].get("currency"), str)
    }
    if len(currencies) > 1:
        raise _invalid(detail("items.amount.currency", _MIXED_CURRENCIES))
    currency = next(iter(currencies), "")
    if currency not in DECIMALS:
        raise _invalid(detail("items[0].amount.currency", "Currency is missing or is not supported"))
    return currency


def _text_issues(fields: Mapping[str, object], lengths: Mapping[str, int]) -> list[tuple[str, str]]:
    issues = []
    for key, length in lengths.items():
        value = fields.get(key)
        if value is None:
            continue
        if not isinstance(value, str):
            issues.append((key, "Value is not a string"))
        elif len(value) > length:
            issues.append((key, f"Value exceeds the maximum length of {length}"))
        elif not _ONE_LINE.fullmatch(value):
            issues.append((key, "Value holds a line break or is not text"))
    return issues


def _read_item(item: object, currency: str, header_type: str) -> ItemOrder | list[tuple[str, str]]:
    """Read one item, or say what is wrong with it: (where, what)."""
    if not isinstance(item, dict):
        return [("", "Value is not an object")]
    issues = _text_issues(item, _ITEM_LENGTHS)
    if issues:
        return [(f".{key}", issue) for key, issue in issues]
    problems = _amount_problems(item.get("amount"), currency) + _word_problems(item)
    receiver = item.get("receiver") or ""
    recipient_type = (item.get("recipient_type") or header_type).upper()
    shape = _RECEIVERS.get(recipient_type)
    if shape is None or not shape.fullmatch(receiver):
        problems.append((".receiver", INVALID_RECEIVER))
    elif (item.get("recipient_wallet") or "").upper() == "VENMO":
        problems += _venmo_problems(receiver, recipient_type, currency)
    if problems:
        return problems
    return ItemOrder(
        sender_item_id=item.get("sender_item_id"),
        receiver=receiver,
        recipient_type=recipient_type,
        amount_minor=parse_value(item["amount"]["value"], currency) or 0,
        note=item.get("note"),
        # What PayPal fills in by itself and shows when the item is read back.
        purpose=item.get("purpose") or "GOODS",
        wallet=(item.get("recipient_wallet") or "PAYPAL").upper(),
    )


def _amount_problems(amount: object, currency: str) -> list[tuple[str, str]]:
    if not isinstance(amount, dict):
        return [(".amount", "Required field is missing")]
    if amount.get("currency") != currency:
        return [(".amount.currency", "Required field is missing")]
    if parse_value(amount.get("value"), currency) is None:
        return [(".amount.value", "Amount is malformed, too large or has too many decimals")]
    return []


def _word_problems(item: Mapping[str, Any]) -> list[tuple[str, str]]:
    problems = []
    note, wallet = item.get("note") or "", (item.get("recipient_wallet") or "PAYPAL").upper()
    if wallet not in _WALLETS:
        problems.append((".recipient_wallet", "Recipient wallet is not supported"))
    if wallet == "VENMO" and not note:
        problems.append((".note", "Note is required for Venmo"))
    if not note.isascii() and len(note) > _NON_ASCII_NOTE_MAX:
        problems.append((".note", f"Value exceeds the maximum length of {_NON_ASCII_NOTE_MAX}"))
    if item.get("purpose") is not None and item["purpose"] not in _PURPOSES:
        problems.append((".purpose", "Purpose is not supported"))
    if item.get("notification_language") is not None and not _LANGUAGE.fullmatch(item["notification_language"]):
        problems.append((".notification_language", "Language is malformed"))
    return problems + _part_problems(item)


def _venmo_problems(receiver: str, recipient_type: str, currency: str) -> list[tuple[str, str]]:
    """Refuse what PayPal documents not to pay to Venmo, which is of the US alone."""
    problems = []
    if currency != "USD":
        problems.append((".amount.currency", "Currency is not supported for Venmo"))
    if recipient_type == "PHONE" and not _US_PHONE.fullmatch(re.sub("[^0-9+]", "", receiver)):
        problems.append((".receiver", INVALID_RECEIVER))
    return problems


def _part_problems(item: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Look at the parts of an item that are objects: the simulator has no use for them, and PayPal reads them."""
    context, method = item.get("application_context"), item.get("alternate_notification_method")
    if context is None and method is None:
        return []
    problems = []
    phone = method.get("phone") if isinstance(method, dict) else None
    parts = ((".application_context", context), (".alternate_notification_method", method))
    for place, part in (*parts, (".alternate_notification_method.phone", phone)):
        if part is not None and not isinstance(part, dict):
            problems.append((place, "Value is not an object"))
    values = context if isinstance(context, dict) else {}
    for name, (pattern, length) in _CONTEXT.items():
        value = values.get(name)
        if value is not None and not (isinstance(value, str) and len(value) <= length and pattern.fullmatch(value)):
            problems.append((f".application_context.{name}", _MALFORMED_VALUE))
    numbers = phone if isinstance(phone, dict) else {"country_code": "1", "national_number": "1"}
    for name, digits in _PHONE.items():
        value = numbers.get(name)
        is_left_out = value is None and name == "extension_number"
        if not is_left_out and not (isinstance(value, str) and digits.fullmatch(value)):
            problems.append((f".alternate_notification_method.phone.{name}", _MALFORMED_VALUE))
    return problems
