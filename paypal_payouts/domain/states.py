"""All states and all moves, in one place. What is not in these tables cannot happen.

Source: contract, section 6; design, section 2, rules 3 to 7.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, assert_never

from paypal_payouts.domain.outcome import (
    Accepted,
    AttemptOutcome,
    Duplicate,
    NotSent,
    Refused,
    SendOutcome,
    Unknown,
)


class BatchStatus(StrEnum):
    """Where a batch stands."""

    PLANNED = "planned"
    IN_FLIGHT = "in_flight"
    ACCEPTED = "accepted"
    DONE = "done"
    DENIED = "denied"
    CANCELED = "canceled"
    REFUSED = "refused"
    REVIEW = "review"
    ABANDONED = "abandoned"


class ItemState(StrEnum):
    """Where a payment to one payee stands: our words, and PayPal's in lower case."""

    # A million of these are looked for in sets, and the text's own hash is taken in C; Enum's is a call of Python's.
    __hash__ = str.__hash__

    UNSENT = "unsent"
    PENDING = "pending"
    SUCCESS = "success"
    FAILED = "failed"
    UNCLAIMED = "unclaimed"
    RETURNED = "returned"
    ONHOLD = "onhold"
    BLOCKED = "blocked"
    REFUNDED = "refunded"
    REVERSED = "reversed"
    DENIED = "denied"
    CANCELED = "canceled"
    ABANDONED = "abandoned"
    CLOSED = "closed"
    UNRECOGNIZED = "unrecognized"


class BatchEvent(StrEnum):
    """What can happen to a batch."""

    PERMIT = "permit"
    ACCEPT = "accept"
    REFUSE = "refuse"
    DOUBT = "doubt"
    FINISH = "finish"
    DENY = "deny"
    CANCEL = "cancel"
    ABANDON = "abandon"
    ATTACH = "attach"
    RESUME = "resume"
    REPLACE = "replace"


_B, _E = BatchStatus, BatchEvent

MOVES: Final[Mapping[tuple[BatchStatus, BatchEvent], BatchStatus]] = MappingProxyType(
    {
        # The protocol: a permit stands before every POST; what follows it is the answer.
        (_B.PLANNED, _E.PERMIT): _B.IN_FLIGHT,
        (_B.IN_FLIGHT, _E.PERMIT): _B.IN_FLIGHT,
        (_B.REFUSED, _E.PERMIT): _B.IN_FLIGHT,
        (_B.DENIED, _E.PERMIT): _B.IN_FLIGHT,
        (_B.IN_FLIGHT, _E.ACCEPT): _B.ACCEPTED,
        (_B.IN_FLIGHT, _E.REFUSE): _B.REFUSED,
        (_B.IN_FLIGHT, _E.DOUBT): _B.REVIEW,
        # Denied, with an unanswered send, and too old to be asked about: only a person can find out.
        (_B.DENIED, _E.DOUBT): _B.REVIEW,
        # Reading: PayPal's word on the whole batch.
        (_B.ACCEPTED, _E.FINISH): _B.DONE,
        (_B.ACCEPTED, _E.DENY): _B.DENIED,
        (_B.ACCEPTED, _E.CANCEL): _B.CANCELED,
        # A person (contract, section 6, the table of moves).
        (_B.PLANNED, _E.ABANDON): _B.ABANDONED,
        (_B.REFUSED, _E.ABANDON): _B.ABANDONED,
        (_B.IN_FLIGHT, _E.ABANDON): _B.ABANDONED,
        (_B.REVIEW, _E.ABANDON): _B.ABANDONED,
        (_B.IN_FLIGHT, _E.ATTACH): _B.ACCEPTED,
        (_B.REVIEW, _E.ATTACH): _B.ACCEPTED,
        (_B.REVIEW, _E.RESUME): _B.IN_FLIGHT,
        # The items of a refused batch are paid anew: it must never be sent again.
        (_B.REFUSED, _E.REPLACE): _B.ABANDONED,
    }
)
"""Every legal move; a missing key moves nothing."""

MOVES_BY_HAND: Final[tuple[tuple[tuple[BatchStatus, ...], BatchStatus, str], ...]] = (
    ((_B.PLANNED, _B.REFUSED), _B.ABANDONED, ""),
    (
        (_B.IN_FLIGHT, _B.REVIEW),
        _B.ACCEPTED,
        "with --paypal-batch-id; that batch is read and compared item by item",
    ),
    ((_B.IN_FLIGHT,), _B.REVIEW, ""),
    ((_B.REVIEW,), _B.IN_FLIGHT, "the first send is younger than retry.max_age_days"),
    (
        (_B.IN_FLIGHT, _B.REVIEW),
        _B.ABANDONED,
        "24 hours after the last send; look in PayPal's activity list, and say so in --reason",
    ),
)
"""What a person can do, and nothing else: from, to, condition in words (contract, section 6)."""


def may_move_by_hand(before: BatchStatus, after: BatchStatus) -> bool:
    """Tell whether a person can move a batch so, should the move's condition hold."""
    return any(before in froms and after is to for froms, to, _ in MOVES_BY_HAND)


_MOVED_NOTHING = frozenset({AttemptOutcome.REFUSED, AttemptOutcome.NOT_SENT})


def event_after_send(outcome: SendOutcome, earlier: Iterable[AttemptOutcome | None]) -> BatchEvent | None:
    """Say what the answer to one send does to its batch, given how every earlier send of it ended (None: open).

    A refusal counts only when no earlier send may have arrived: one lost answer keeps the batch in flight, whatever
    later sends are told (design, section 2, rule 3). A duplicate moves nothing by itself: the batch that PayPal has is
    compared first (rule 4).
    """
    match outcome:
        case Accepted():
            return BatchEvent.ACCEPT
        case Refused():
            return BatchEvent.REFUSE if _MOVED_NOTHING.issuperset(earlier) else None
        case Duplicate() | Unknown() | NotSent():
            return None
        case _:
            assert_never(outcome)


SENDABLE_BY_RUN: Final = frozenset({_B.PLANNED, _B.IN_FLIGHT, _B.REFUSED})
"""`run` and `retry BATCH` send these, always the same bytes under the same id."""

SENDABLE_BY_RETRY: Final = SENDABLE_BY_RUN | {_B.DENIED}
"""`retry BATCH` sends these; PayPal frees the id of a denied batch."""

_I = ItemState

PAYABLE_AGAIN: Final = frozenset({_I.FAILED, _I.RETURNED, _I.DENIED, _I.CANCELED, _I.ABANDONED})
"""Proven unpaid: a new attempt may pay these, and only `retry BATCH --failed-items` does."""

NOT_FINAL: Final = frozenset({_I.UNSENT, _I.PENDING, _I.ONHOLD, _I.UNRECOGNIZED})
"""While one of these is left, the cycle is not finished: exit 6."""

SETTLED_WELL: Final = frozenset({_I.SUCCESS, _I.UNCLAIMED, _I.CLOSED})
"""A cycle of these alone ends with exit 0."""

STILL_MOVING: Final = frozenset({_I.PENDING, _I.UNCLAIMED, _I.ONHOLD, _I.BLOCKED, _I.UNRECOGNIZED})
"""PayPal may still change its word on these: `sync` asks again."""

_WORDLESS: Final = frozenset({_I.UNSENT, _I.PENDING})
"""PayPal has given these no word of their own, or none that lasts."""

_PAYPAL_WORDS: Final[Mapping[str, ItemState]] = MappingProxyType(
    {
        state.value.upper(): state
        for state in (
            _I.PENDING, _I.SUCCESS, _I.FAILED, _I.UNCLAIMED, _I.RETURNED,
            _I.ONHOLD, _I.BLOCKED, _I.REFUNDED, _I.REVERSED,
        )
    }
)  # fmt: skip


def item_state(word: str | None) -> ItemState:
    """Translate PayPal's `transaction_status`; no word yet is pending, one it never documented unrecognized."""
    if word is None:
        return ItemState.PENDING
    return _PAYPAL_WORDS.get(word, ItemState.UNRECOGNIZED)


def item_state_in_ended_batch(state: ItemState, ended: BatchStatus) -> ItemState:
    """Give the items of a denied or canceled batch its word, where PayPal gives them none of their own."""
    if state not in _WORDLESS:
        return state
    if ended is BatchStatus.DENIED:
        return ItemState.DENIED
    return ItemState.CANCELED if ended is BatchStatus.CANCELED else state
