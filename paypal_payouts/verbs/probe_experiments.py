"""The experiments of `doctor --probe`, as data, in their order (docs/sandbox-probe.md)."""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec.structs import replace

from paypal_payouts.domain.probe import Ask, CancelItem, Experiment, ProbeItem, ReadBatch, SendBatch, SendTwice, Step

RECEIVER: Final = "{receiver}"
PAYEE_ID: Final = "{payee_id}"
OWN_ADDRESS: Final = "{own_address}"
ALIAS: Final = "{alias}"
TOPPED_UP: Final = "{topped_up}"

_BATCHES: Final = "/v1/payments/payouts"
_ITEMS: Final = "/v1/payments/payouts-item"
_BALANCES: Final = Ask("GET", "/v1/reporting/balances")
_HOUR_S: Final = 3600
_DAY_S: Final = 24 * _HOUR_S
_DUPLICATE: Final = "400 USER_BUSINESS_ERROR"

_NOBODY: Final = ProbeItem("unclaimed-{word}@example.com")
"""Of a domain that nobody can have an account in."""
_OWN: Final = ProbeItem(OWN_ADDRESS)
_GOOD: Final = ProbeItem(RECEIVER)

_FIRST: Final = SendBatch("first", [_NOBODY])
_SELF: Final = SendBatch("self", [_OWN])
_TOO_MUCH: Final = SendBatch("above", [replace(_NOBODY, value="10000.00")] * 100)
_LACKING: Final = replace(_TOO_MUCH, batch="topped-up")

_REFUSED: Final = {
    "ERRPYO001": "403 SENDER_RESTRICTED",
    "ERRPYO002": "403 SENDER_EMAIL_UNCONFIRMED",
    "ERRPYO003": "403 AUTHORIZATION_ERROR",
    "ERRPYO005": "422 INSUFFICIENT_FUNDS",
    "ERRPYO006": "500 INTERNAL_ERROR",
    "ERRPYO010": "400 VALIDATION_ERROR",
    "ERRPYO011": "403 REQUIRED_SCOPE_MISSING",
    "ERRPYO012": "403 SENDER_LOCKED",
    "ERRPYO014": "400 USER_BUSINESS_ERROR",
    "ERRPYO036": "504 REQUEST_TIMEOUT_EXCEEDED",
    "ERRPYO037": "400 SYNC_MODE_NOT_APPLICABLE",
    "ERRPYO038": "400 NON_HOLDING_CURRENCY",
    "ERRPYO039": "409 PREVIOUS_REQUEST_IN_PROGRESS",
    "ERRPYO040": "403 CIP_NOT_VERIFIED",
}
"""By the note that asks for it; ERRPYO004 and 007 to 009 would pay. ERRPYO035, which is a 429, comes last of all."""

_CANCELS: Final = {
    "ERRPYO004": "400 BATCH_NOT_COMPLETED",
    "ERRPYO007": "400 ITEM_ALREADY_CANCELLED",
    "ERRPYO008": "400 ITEM_CANCELLATION_FAILED",
    "ERRPYO009": "400 ITEM_INCORRECT_STATUS",
}

_CURRENCIES: Final = {
    "BRL": ("1.00", "400 NON_HOLDING_CURRENCY"),
    "THB": ("1.00", "400 NON_HOLDING_CURRENCY"),
    "MYR": ("1.00", "400 NON_HOLDING_CURRENCY"),
    "IDR": ("1", ""),
    "RUB": ("1.00", ""),
    "HUF": ("1.5", "400 VALIDATION_ERROR"),
    "EUR": ("1.00", "201 PENDING"),
}


def _triggered(note: str) -> SendBatch:
    return SendBatch(f"note-{note}", [replace(_NOBODY, note=note)])


def _read_triggers() -> Iterator[Step]:
    """Yield every test value of a read; they are ids in a path, and pay nothing."""
    of_batches = (*(f"ERRPYOB{n:03}" for n in range(1, 16)), *(f"ERRPYO{n:03}" for n in range(15, 35)), "ERRPYO060")
    of_items = (*(f"ERRPYOB{n:03}" for n in range(16, 27)), *(f"ERRPYO{n:03}" for n in range(41, 60)), "ERRPYO061")
    unknown = {"ERRPYO032", "ERRPYO057"}
    for path, values in ((_BATCHES, of_batches), (_ITEMS, of_items)):
        for value in values:
            expected = "404 INVALID_RESOURCE_ID" if value in unknown else "200"
            yield Step(f"read-{path.rpartition('/')[2]}-{value}", Ask("GET", f"{path}/{value}"), expected)


def _currencies() -> Iterator[Step]:
    for currency, (value, expected) in _CURRENCIES.items():
        batch = f"in-{currency}"
        yield Step(f"send-{currency}", SendBatch(batch, [replace(_NOBODY, value=value, currency=currency)]), expected)
        yield Step(f"read-{currency}", ReadBatch(batch, until_final=True))


def _receivers() -> Iterator[Step]:
    odd = (
        ("mixed", ProbeItem("Foo.Bar+{word}@Example.COM"), "201 PENDING"),
        ("phone", ProbeItem("+1 555-555-0123", kind="PHONE"), ""),
        ("claimed", ProbeItem("Claim-{word}@example.com"), "201 PENDING"),  # somebody opens an account for it
    )
    for name, item, expected in odd:
        yield Step(f"send-{name}", SendBatch(f"to-{name}", [item]), expected)
        yield Step(
            f"read-{name}", ReadBatch(f"to-{name}", until_final=True), "200 receiver=as-sent" if expected else ""
        )


def _pages() -> Iterator[Step]:
    yield Step(
        "send-three", SendBatch("three", [_NOBODY, replace(_NOBODY, value="0.02"), replace(_NOBODY, value="0.03")])
    )
    yield Step("read-three", ReadBatch("three", until_final=True), "200 rows=3 total_items=3")
    for turn in (1, 2):
        for page, expected in ((1, "200 rows=2"), (2, "200 rows=1"), (3, ""), (0, "")):
            yield Step(f"page-{page}-turn-{turn}", ReadBatch("three", page=page, page_size=2), expected)


EXPERIMENTS: Final[Sequence[Experiment]] = (
    Experiment(
        "empty",
        "Does a POST without items tell a wrong request (400) from a missing permission (403)?",
        [Step("send-nothing", SendBatch("empty", []), "400 VALIDATION_ERROR")],
    ),
    Experiment(
        "balance",
        "May this app read balances, and what is there before anything is paid?",
        [Step("balance-before", _BALANCES, "200 or 403")],
    ),
    Experiment(
        "1",
        "What of items, fees and total_items is shown while PENDING, when does it move, and does it end UNCLAIMED?",
        [
            Step("send-first", _FIRST, "201 PENDING"),
            Step("read-first", ReadBatch("first", until_final=True), "200 SUCCESS UNCLAIMED"),
        ],
    ),
    Experiment(
        "2",
        "What is the answer to a duplicate, is the body compared, and is a repeated PayPal-Request-Id a replay?",
        [
            Step("same-bytes", _FIRST, _DUPLICATE),
            Step("other-amount", replace(_FIRST, items=[replace(_NOBODY, value="0.02")]), _DUPLICATE),
            Step("same-request-id", SendBatch("second", [_NOBODY], request="first"), "201 PENDING"),
        ],
    ),
    Experiment(
        "2b",
        "What is answered to the same request twice at the same moment, and is it one batch?",
        [
            Step("at-once", SendTwice(SendBatch("at-once", [_NOBODY])), f"201 PENDING {_DUPLICATE}"),
            Step("read-at-once", ReadBatch("at-once", until_final=True), "200 SUCCESS UNCLAIMED"),
        ],
    ),
    Experiment(
        "3a",
        "What becomes of a batch that pays its own sender?",
        [Step("send-self", _SELF, "201 PENDING"), Step("read-self", ReadBatch("self", until_final=True))],
        needs=[OWN_ADDRESS],
    ),
    Experiment(
        "3b",
        "Can a batch be DENIED while an item of it was paid?",
        [
            Step("send-self-and-other", SendBatch("self-and-other", [_OWN, _GOOD]), "201 PENDING"),
            Step("read-self-and-other", ReadBatch("self-and-other", until_final=True)),
        ],
        needs=[OWN_ADDRESS, RECEIVER],
    ),
    Experiment(
        "4",
        "Does a denial free the id, and does the old PayPal-Request-Id bring the old batch back?",
        [
            Step("again-same-request-id", _SELF),
            Step("again-new-request-id", replace(_SELF, request="self-2")),
            Step("again-once-more", replace(_SELF, request="self-3")),
            Step("read-again", ReadBatch("self", until_final=True)),
        ],
        needs=[OWN_ADDRESS],
    ),
    Experiment("5a", "Is a receiver read back as it was sent, before it is claimed?", [*_receivers()]),
    Experiment(
        "5b",
        "Is a PayPal id read back as it was sent?",
        [
            Step("send-payee-id", SendBatch("to-payee-id", [ProbeItem(PAYEE_ID, kind="PAYPAL_ID")]), "201 PENDING"),
            Step("read-payee-id", ReadBatch("to-payee-id", until_final=True), "200 receiver=as-sent"),
        ],
        needs=[PAYEE_ID],
    ),
    Experiment(
        "5c",
        "Is the other address of an account read back as it was sent?",
        [
            Step("send-alias", SendBatch("to-alias", [ProbeItem(ALIAS)]), "201 PENDING"),
            Step("read-alias", ReadBatch("to-alias", until_final=True), "200 receiver=as-sent"),
        ],
        needs=[ALIAS],
    ),
    Experiment(
        "6",
        "Which HTTP status does each refusal have?",
        [
            *(Step(f"note-{note}", _triggered(note), expected) for note, expected in _REFUSED.items()),
            Step("id-ERRPYO013", SendBatch("venmo", [_NOBODY], literal_id="ERRPYO013"), "400 VALIDATION_ERROR"),
        ],
        pause_s=10,
    ),
    Experiment(
        "6b",
        "Does an id that was refused with 400 stay free?",
        [Step("after-400", SendBatch("note-ERRPYO010", [_NOBODY]), "201 PENDING")],
    ),
    Experiment("7a", "Which word of an item goes with which error?", [*_read_triggers()], pause_s=2),
    Experiment(
        "7b", "Which currencies are taken, what is converted, and in which currency is the fee?", [*_currencies()]
    ),
    Experiment("8", "Order, links, and a page past the end.", [*_pages()]),
    Experiment(
        "9",
        "What is the answer to a cancel of an item in work, unclaimed, and canceled before?",
        [
            Step("send-canceled", SendBatch("canceled", [_NOBODY]), "201 PENDING"),
            Step("read-early", ReadBatch("canceled")),
            Step("cancel-early", CancelItem("canceled")),
            Step("read-unclaimed", ReadBatch("canceled", until_final=True)),
            Step("cancel-unclaimed", CancelItem("canceled")),
            Step("cancel-again", CancelItem("canceled"), "400"),
            *(
                Step(f"cancel-{value}", Ask("POST", f"{_ITEMS}/{value}/cancel"), expected)
                for value, expected in _CANCELS.items()
            ),
            Step("balance-after-cancel", _BALANCES, "200 or 403"),
        ],
    ),
    Experiment(
        "9b",
        "What is the answer to a cancel of what was paid?",
        [
            Step("send-paid", SendBatch("paid", [_GOOD]), "201 PENDING"),
            Step("read-paid", ReadBatch("paid", until_final=True), "200 SUCCESS"),
            Step("cancel-paid", CancelItem("paid"), "400"),
        ],
        needs=[RECEIVER],
    ),
    Experiment(
        "10",
        "How large may a body be, and how long does the answer take?",
        [
            Step("send-big", SendBatch("big", [_NOBODY] * 15_000), "201 PENDING"),
            Step("read-big", ReadBatch("big"), "200"),
        ],
        needs=["{big}"],
    ),
    Experiment(
        "7c",
        "Does INSUFFICIENT_FUNDS say what is lacking, and does the refused id stay free?",
        [
            Step("above-balance", _TOO_MUCH, "422 INSUFFICIENT_FUNDS"),
            Step("after-422", SendBatch("above", [_NOBODY]), "201 PENDING"),
            Step("to-be-topped-up", _LACKING, "422 INSUFFICIENT_FUNDS"),
        ],
    ),
    Experiment(
        "6c",
        "What does the answer to too many requests look like? It ends the probe, so it comes last.",
        [Step("note-ERRPYO035", _triggered("ERRPYO035"), "429 RATE_LIMIT_VALIDATION")],
    ),
    Experiment(
        "9c",
        "Does the fee of a canceled item come back?",
        [Step("balance-hours-later", _BALANCES, "200 or 403"), Step("read-canceled-later", ReadBatch("canceled"))],
        from_s=3 * _HOUR_S,
    ),
    Experiment(
        "5d",
        "Is a receiver read back as it was sent, once it is claimed?",
        [Step("read-claimed-late", ReadBatch("to-claimed"), "200 SUCCESS receiver=as-sent")],
        from_s=26 * _DAY_S,
        until_s=30 * _DAY_S,
    ),
    Experiment(
        "7d",
        "Are the same bytes under a refused id taken once the balance suffices?",
        [Step("after-top-up", _LACKING, "201 PENDING")],
        needs=[TOPPED_UP],
        from_s=3 * _HOUR_S,
    ),
    Experiment(
        "11a",
        "Is an id remembered on day 26?",
        [Step("read-day-26", ReadBatch("first"), "200 UNCLAIMED"), Step("same-bytes-day-26", _FIRST, _DUPLICATE)],
        from_s=26 * _DAY_S,
        until_s=30 * _DAY_S,
    ),
    Experiment(
        "11b",
        "Is it forgotten on day 31, and did the unclaimed money return by itself?",
        [Step("read-day-31", ReadBatch("first"), "200 RETURNED"), Step("same-bytes-day-31", _FIRST, "201 PENDING")],
        from_s=31 * _DAY_S,
    ),
)
