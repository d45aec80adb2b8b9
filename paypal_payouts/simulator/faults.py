"""Everything that can go wrong between a client and PayPal, on demand: what a fault is, and whom it hits.

A fault of travel changes how a request or its answer gets through; a fault of content changes what the answer says.
One request meets at most one of each.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from paypal_payouts.simulator.calls import Call, Operation
from paypal_payouts.simulator.messages import JsonObject
from paypal_payouts.simulator.tampering import DISGUISES, OTHER_HOST
from paypal_payouts.simulator.words import WORDS

SILENCE_S: Final = 400.0
"""How long a mute connection stays open: longer than any client should wait."""


class FaultKind(StrEnum):
    """The faults that can be asked for."""

    REFUSED = "refused"
    RESET_BEFORE = "reset_before"
    RESET_AFTER = "reset_after"
    TIMEOUT_BEFORE = "timeout_before"
    TIMEOUT_AFTER = "timeout_after"
    STATUS = "status"
    TRUNCATED = "truncated"
    MALFORMED = "malformed"
    HTML = "html"
    EMPTY = "empty"
    HUGE = "huge"
    SLOW = "slow"
    REDIRECT = "redirect"
    LATE = "late"
    DOUBLE = "double"
    DUPLICATE_WITHOUT_LINK = "duplicate_without_link"
    DUPLICATE_FOREIGN_HOST = "duplicate_foreign_host"
    DUPLICATE_OTHER_CONTENTS = "duplicate_other_contents"
    OTHER_SENDER_BATCH_ID = "other_sender_batch_id"
    OTHER_SUCCESS = "other_success"
    NOT_LISTED_YET = "not_listed_yet"
    MOVED_ITEMS = "moved_items"
    RECEIVERS_REWRITTEN = "receivers_rewritten"
    MISSING_PAGE = "missing_page"
    MISSING_ITEM = "missing_item"
    CHANGED_AMOUNT = "changed_amount"
    UNKNOWN_WORD = "unknown_word"
    WORD = "word"
    NO_ID = "no_id"
    NO_DATE = "no_date"
    WRONG_DATE = "wrong_date"


class _Argument(Struct, frozen=True):
    """What a fault can be told besides its kind; `least` and `most` bound a number, `words` a text."""

    default: Any
    least: float = 0
    most: float = 10**9
    words: tuple[str, ...] = ()
    is_number_too: bool = False

    def accepts(self, value: object) -> bool:
        if isinstance(self.default, bool) or isinstance(value, bool):
            return isinstance(self.default, bool) and isinstance(value, bool)
        if isinstance(self.default, str):
            if isinstance(value, int):
                return self.is_number_too
            is_text = isinstance(value, str) and value.isascii() and value.isprintable()
            return is_text and (not self.words or value in self.words)
        number = int | float if isinstance(self.default, float) else int
        return isinstance(value, number) and self.least <= value <= self.most

    def describe(self) -> str:
        if self.words:
            return "|".join(self.words)
        kinds = {bool: "true|false", str: "text"}
        return kinds.get(type(self.default), f"{self.least:g} to {self.most:g}")


_K: Final = FaultKind
_STATUS: Final = _Argument(500, least=200, most=599)
_APPLIED: Final = _Argument(default=True)
_NOT_APPLIED: Final = _Argument(default=False)
_SILENCE: Final = _Argument(SILENCE_S, most=86_400)
_RETRY_AFTER: Final = _Argument("", is_number_too=True)  # seconds, or a date
_ITEM: Final = _Argument(0)

_ARGUMENTS: Final[Mapping[FaultKind, Mapping[str, _Argument]]] = {
    _K.REFUSED: {},
    _K.RESET_BEFORE: {},
    _K.RESET_AFTER: {},
    _K.TIMEOUT_BEFORE: {"seconds": _SILENCE},
    _K.TIMEOUT_AFTER: {"seconds": _SILENCE},
    _K.STATUS: {"status": _STATUS, "applied": _NOT_APPLIED, "name": _Argument(""), "retry_after": _RETRY_AFTER},
    _K.TRUNCATED: {},
    _K.MALFORMED: {"applied": _APPLIED, "status": _STATUS},
    _K.HTML: {"applied": _NOT_APPLIED, "status": _STATUS},
    _K.EMPTY: {"applied": _APPLIED, "status": _STATUS},
    _K.HUGE: {"bytes": _Argument(256 * 1024 * 1024, most=2**40)},
    _K.SLOW: {"piece_bytes": _Argument(16, least=1), "seconds": _Argument(1.0, most=86_400)},
    _K.REDIRECT: {
        "applied": _NOT_APPLIED,
        "status": _Argument(302, least=300, most=399),
        "location": _Argument(f"https://{OTHER_HOST}/"),
    },
    _K.LATE: {"delay_requests": _Argument(1), "delay_s": _Argument(0.0)},
    _K.DOUBLE: {"answer": _Argument("first", words=("first", "second"))},
    _K.DUPLICATE_WITHOUT_LINK: {},
    _K.DUPLICATE_FOREIGN_HOST: {"host": _Argument(OTHER_HOST)},
    _K.DUPLICATE_OTHER_CONTENTS: {"what": _Argument("receiver", words=DISGUISES)},
    _K.OTHER_SENDER_BATCH_ID: {"named": _Argument("other-batch")},
    _K.OTHER_SUCCESS: {"status": _Argument(200, least=200, most=299)},
    _K.NOT_LISTED_YET: {"listed": _Argument(0), "total": _Argument(default=True)},
    _K.MOVED_ITEMS: {"by": _Argument(-1, least=-(10**4), most=10**4)},
    _K.RECEIVERS_REWRITTEN: {},
    _K.MISSING_PAGE: {},
    _K.MISSING_ITEM: {"item": _ITEM},
    _K.CHANGED_AMOUNT: {"item": _ITEM, "by_minor": _Argument(1, least=-(10**9))},
    _K.UNKNOWN_WORD: {
        "word": _Argument("ACKNOWLEDGED"),
        "where": _Argument("item", words=("item", "batch")),
        "item": _ITEM,
    },
    _K.WORD: {
        "word": _Argument("PENDING", words=tuple(WORDS)),
        "sender_item_id": _Argument(""),
        "payout_item_id": _Argument(""),
    },
    _K.NO_ID: {},
    _K.NO_DATE: {},
    _K.WRONG_DATE: {"offset_s": _Argument(86_400.0, least=-(10**9))},
}

_COMMON: Final = frozenset({"on", "kind", "times", "skip", "page"})
_ANY: Final = "any"


class FaultRule(Struct, frozen=True):
    """One fault to come: it lets `skip` fitting requests pass, then hits `times` of them (`None`: all)."""

    on: str
    kind: FaultKind
    times: int | None
    skip: int
    page: int | None
    given: JsonObject

    def argument(self, name: str) -> Any:  # noqa: ANN401 - JSON
        """Return an argument, or its default."""
        return self.given.get(name, _ARGUMENTS[self.kind][name].default)

    def fits(self, call: Call) -> bool:
        """Return whether a call is of the operation, and reads the page, that this fault is for."""
        if self.on not in {_ANY, call.operation}:
            return False
        return self.page is None or call.parameters.get("page", "1") == str(self.page)

    def used(self) -> "FaultRule | None":
        """Count one fitting request; `None` when the fault is used up."""
        if self.skip:
            return replace(self, skip=self.skip - 1)
        if self.times is None:
            return self
        return replace(self, times=self.times - 1) if self.times > 1 else None

    def to_json(self) -> JsonObject:
        """Write the fault as it would be asked for."""
        rule: JsonObject = {"on": self.on, "kind": self.kind, "times": self.times, "skip": self.skip}
        if self.page is not None:
            rule["page"] = self.page
        return rule | self.given


def read_fault(rule: object) -> FaultRule:
    """Read one fault that is asked for.

    Raises:
        ValueError: naming what is accepted.

    """
    match rule:
        case dict():
            return _read_fault(rule)
        case _:
            raise ValueError('a fault is an object such as {"on": "create", "kind": "reset_after", "times": 1}')


def _read_fault(rule: JsonObject) -> FaultRule:
    if rule.get("kind") not in list(FaultKind):
        raise ValueError(f"kind: one of {', '.join(FaultKind)}")
    kind = FaultKind(rule["kind"])
    operations = [*Operation, _ANY]
    on = rule.get("on", _ANY)
    if on not in operations:
        raise ValueError(f"on: one of {', '.join(operations)}")
    if kind is FaultKind.LATE and on not in {Operation.CREATE, Operation.CANCEL}:
        raise ValueError("late: on is create or cancel; nothing else changes anything by arriving late")
    times, skip, page = rule.get("times", 1), rule.get("skip", 0), rule.get("page")
    if not (times is None or _is_count(times, least=1)):
        raise ValueError("times: 1 or more; null: every time")
    if not _is_count(skip, least=0) or not (page is None or _is_count(page, least=1)):
        raise ValueError("skip: 0 or more; page: 1 or more")
    given = {name: value for name, value in rule.items() if name not in _COMMON}
    _check_arguments(kind, given)
    return FaultRule(str(on), kind, times, skip, page, given)


def _is_count(value: object, *, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _check_arguments(kind: FaultKind, given: Mapping[str, object]) -> None:
    accepted = _ARGUMENTS[kind]
    for name, value in given.items():
        if name not in accepted or not accepted[name].accepts(value):
            words = "; ".join(f"{key}: {argument.describe()}" for key, argument in accepted.items())
            raise ValueError(f"{kind}: {name} is not accepted as given; its arguments are: {words or 'none'}")
