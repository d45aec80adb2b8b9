"""Every shape that an answer of PayPal's can take at the token service, at the POST and at a page.

The kinds are the simulator's own list; one that is not tried here fails `test_every_kind_of_fault_is_tried`.
"""

from typing import Any, Final, NamedTuple

from paypal_payouts.simulator.faults import FaultKind
from paypal_payouts.simulator.tampering import DISGUISES

Rule = dict[str, Any]

BODY_MAX: Final = 100_000
"""The cap on bodies in these tests, so that what is too large is quick to make."""

_TOKEN: Final = ("token",)
_CREATE: Final = ("create",)
_BATCH: Final = ("batch",)
_ALL: Final = (*_TOKEN, *_CREATE, *_BATCH)

_STATUSES: Final = (400, 401, 403, 404, 409, 422, 429, 500, 503)
"""One of each meaning; tests/paypal/test_faulty_connections.py goes through all."""

_READ_STATUSES: Final = (400, 401, 404, 429, 503)
_DAY_S: Final = 86_400
_PATIENCE_S: Final = 30.0

_GARBLED: Final = {
    FaultKind.TRUNCATED,
    FaultKind.MALFORMED,
    FaultKind.HTML,
    FaultKind.EMPTY,
    FaultKind.HUGE,
    FaultKind.REDIRECT,
}
_NO_ANSWER: Final = _GARBLED | {
    FaultKind.REFUSED,
    FaultKind.RESET_BEFORE,
    FaultKind.RESET_AFTER,
    FaultKind.TIMEOUT_BEFORE,
}
_LOST: Final = _GARBLED | {FaultKind.TIMEOUT_BEFORE, FaultKind.TIMEOUT_AFTER}


class Tried(NamedTuple):
    """Where a kind of fault is tried, and how it is asked for there."""

    on: tuple[str, ...]
    variants: tuple[Rule, ...] = ({},)


_TRIED: Final[list[tuple[FaultKind, Tried]]] = [
    (FaultKind.REFUSED, Tried(_ALL)),
    (FaultKind.RESET_BEFORE, Tried(_ALL)),
    (FaultKind.RESET_AFTER, Tried(_ALL)),
    (FaultKind.TIMEOUT_BEFORE, Tried(_ALL)),
    (FaultKind.TIMEOUT_AFTER, Tried(_ALL)),
    (FaultKind.STATUS, Tried(_CREATE, tuple({"status": status} for status in _STATUSES))),
    (FaultKind.STATUS, Tried((*_TOKEN, *_BATCH), tuple({"status": status} for status in _READ_STATUSES))),
    (FaultKind.STATUS, Tried(_CREATE, tuple({"status": status, "applied": True} for status in _STATUSES))),
    (FaultKind.STATUS, Tried(_CREATE, ({"status": 422, "name": "INSUFFICIENT_FUNDS"},))),
    (FaultKind.STATUS, Tried(_ALL, ({"status": 429, "retry_after": 7}, {"status": 503, "retry_after": 10**9}))),
    (FaultKind.TRUNCATED, Tried(_ALL)),
    (FaultKind.MALFORMED, Tried(_ALL)),
    (FaultKind.MALFORMED, Tried(_CREATE, ({"applied": False, "status": 201}, {"applied": False, "status": 400}))),
    (FaultKind.HTML, Tried(_ALL, ({}, {"status": 200}))),
    (FaultKind.HTML, Tried(_CREATE, ({"status": 400, "applied": True},))),
    (FaultKind.EMPTY, Tried(_ALL)),
    (FaultKind.EMPTY, Tried(_CREATE, ({"applied": False, "status": 201}, {"applied": False, "status": 422}))),
    (FaultKind.HUGE, Tried(_ALL, ({"bytes": 2 * BODY_MAX},))),
    (FaultKind.SLOW, Tried(_ALL, ({"seconds": 0.1, "piece_bytes": 64}, {"seconds": 60.0}))),
    (FaultKind.REDIRECT, Tried(_ALL)),
    (FaultKind.REDIRECT, Tried(_CREATE, ({"applied": True, "status": 307},))),
    (FaultKind.LATE, Tried(_CREATE, ({}, {"delay_requests": 3}, {"delay_s": 7200}, {"delay_s": 20 * 3600}))),
    (FaultKind.DOUBLE, Tried(_CREATE, ({}, {"answer": "second"}))),
    (FaultKind.DUPLICATE_WITHOUT_LINK, Tried(_CREATE)),
    (FaultKind.DUPLICATE_FOREIGN_HOST, Tried(_CREATE)),
    (FaultKind.DUPLICATE_OTHER_CONTENTS, Tried(_CREATE, tuple({"what": what} for what in DISGUISES))),
    (FaultKind.OTHER_SENDER_BATCH_ID, Tried((*_CREATE, *_BATCH))),
    (FaultKind.OTHER_SUCCESS, Tried(_CREATE, ({}, {"status": 202}))),
    (FaultKind.NOT_LISTED_YET, Tried(_BATCH, ({}, {"listed": 1}, {"total": False}))),
    (FaultKind.MOVED_ITEMS, Tried(_BATCH, ({}, {"by": 1}))),
    (FaultKind.RECEIVERS_REWRITTEN, Tried(_BATCH)),
    (FaultKind.MISSING_PAGE, Tried(_BATCH)),
    (FaultKind.MISSING_ITEM, Tried(_BATCH)),
    (FaultKind.CHANGED_AMOUNT, Tried(_BATCH)),
    (FaultKind.UNKNOWN_WORD, Tried(_BATCH, ({}, {"where": "batch"}, {"word": "PAID?"}))),
    (FaultKind.UNKNOWN_WORD, Tried(_CREATE, ({"where": "batch"},))),
    (FaultKind.WORD, Tried(_BATCH, ({"sender_item_id": "a"},))),
    (FaultKind.NO_ID, Tried((*_CREATE, *_BATCH))),
    (FaultKind.NO_DATE, Tried(_ALL)),
    (FaultKind.WRONG_DATE, Tried(_ALL, ({"offset_s": _DAY_S}, {"offset_s": -_DAY_S}))),
]

TRIED_KINDS: Final = frozenset(kind for kind, _ in _TRIED)


def _name(rule: Rule) -> str:
    given = [f"{key}={value}" for key, value in rule.items() if key not in {"on", "kind"}]
    return " ".join([rule["on"], rule["kind"], *given])


SHAPES: Final[dict[str, Rule]] = {
    _name(rule): rule
    for kind, tried in _TRIED
    for on in tried.on
    for variant in tried.variants
    for rule in [{"on": on, "kind": str(kind), **variant}]
}
"""Each shape by its name, as a rule for the simulator."""


def is_like_another(rule: Rule) -> bool:
    """Return whether the protocol makes the same of this shape as of another one: it learns no more from either.

    Of a read, all that is no whole answer is one thing, as `timeout_after` is. Of a POST, all that leaves open whether
    it was taken is: `reset_before` where it was not, `reset_after` where it was. Other contents are other contents, in
    whichever field.
    """
    kind, status = rule["kind"], rule.get("status")
    if kind == FaultKind.SLOW:
        return bool(rule["seconds"] > _PATIENCE_S)
    if kind == FaultKind.STATUS and ("retry_after" in rule or "name" in rule):
        return False
    if kind == FaultKind.DUPLICATE_OTHER_CONTENTS:
        return rule["what"] not in {"receiver", "batch_id"}
    if rule["on"] != "create":
        return kind in _NO_ANSWER or (
            kind == FaultKind.STATUS and status not in ({401} if rule["on"] == "token" else {401, 404})
        )
    if kind == FaultKind.STATUS:
        return status not in ({401, 403, 500} if rule.get("applied") else {400, 401, 403, 422, 429, 503})
    return kind in _LOST and status not in {400, 422}
