"""All states and all moves, in one place. What is not in these tables cannot happen.

Source: docs/design.md, 9 and 8.3 to 8.7.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Literal, NamedTuple, assert_never

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
        # An older payment of an item of it may have been paid since: sent, it could pay a second time.
        (_B.PLANNED, _E.DOUBT): _B.REVIEW,
        # Denied, with an unanswered send, and too old to be asked about: only a person can find out.
        (_B.DENIED, _E.DOUBT): _B.REVIEW,
        # Reading: PayPal's word on the whole batch.
        (_B.ACCEPTED, _E.FINISH): _B.DONE,
        (_B.ACCEPTED, _E.DENY): _B.DENIED,
        (_B.ACCEPTED, _E.CANCEL): _B.CANCELED,
        # A person (docs/design.md, 9.2).
        (_B.ACCEPTED, _E.DOUBT): _B.REVIEW,
        # Only together with lost sends of its cycle, which may have paid somebody in it (verbs/lost_sends.py).
        (_B.DENIED, _E.ABANDON): _B.ABANDONED,
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

CONFLICT: Final = "conflict"
"""Said of an item: PayPal's word contradicts our record of a payment of it, and nobody has acknowledged that."""

ACKNOWLEDGED: Final = "acknowledged"
"""What a person makes of a conflict: it stays on record, and nobody is asked about it again."""


class MoveByHand(NamedTuple):
    """What a person can do by `override`, should the condition hold."""

    what: Literal["batch", "item"]
    before: tuple[str, ...]
    after: tuple[str, ...]
    condition: str = ""

    def moves(self) -> str:
        """Write from where to where it leads."""
        item = "" if self.what == "batch" else "item "
        return f"{item}{', '.join(self.before)} -> {' or '.join(self.after)}"

    def words(self) -> str:
        """Write the move with its condition."""
        return f"{self.moves()} ({self.condition})" if self.condition else self.moves()


MOVES_BY_HAND: Final = (
    MoveByHand("batch", (_B.PLANNED, _B.REFUSED), (_B.ABANDONED,)),
    MoveByHand(
        "batch",
        (_B.IN_FLIGHT, _B.REVIEW),
        (_B.ACCEPTED,),
        "with --paypal-batch-id; that batch is read and compared item by item. With --take-theirs our rows become "
        "what PayPal has",
    ),
    MoveByHand("batch", (_B.IN_FLIGHT,), (_B.REVIEW,)),
    MoveByHand("batch", (_B.REVIEW,), (_B.IN_FLIGHT,), "the first send is younger than retry.max_age_days"),
    MoveByHand(
        "batch",
        (_B.IN_FLIGHT, _B.REVIEW),
        (_B.ABANDONED,),
        "24 hours after the last send by PayPal's clock, and never while PayPal is known to have the batch; look in "
        "PayPal's activity list, and say so in --reason",
    ),
    MoveByHand("batch", (_B.ACCEPTED,), (_B.REVIEW,), "24 hours without an answer of PayPal's that can be read"),
    MoveByHand(
        "item",
        (ItemState.UNRECOGNIZED, ItemState.BLOCKED),
        (ItemState.FAILED, ItemState.SUCCESS),
        "24 hours after PayPal's word on it was read; ask PayPal, and say in --reason what it said",
    ),
    MoveByHand("item", (CONFLICT,), (ACKNOWLEDGED,), "the conflict stays on record"),
)
"""What a person can do, and nothing else (docs/design.md, 9.2)."""


def may_move_by_hand(what: Literal["batch", "item"], before: str, after: str) -> bool:
    """Tell whether a person can move a batch or an item so, should the move's condition hold."""
    return any(move.what == what and before in move.before and after in move.after for move in MOVES_BY_HAND)


def goals_by_hand(what: Literal["batch", "item"]) -> tuple[str, ...]:
    """List where a person can move a batch or an item to."""
    goals = (str(goal) for move in MOVES_BY_HAND if move.what == what for goal in move.after)
    return tuple(dict.fromkeys(goals))


def moves_in_words(what: Literal["batch", "item"], before: str | None = None) -> str:
    """Write the moves that a person can make, all of them or those from one state; empty where there is none."""
    return "; ".join(
        move.words() for move in MOVES_BY_HAND if move.what == what and (before is None or before in move.before)
    )


_MOVED_NOTHING = frozenset({AttemptOutcome.REFUSED, AttemptOutcome.NOT_SENT})


def event_after_send(outcome: SendOutcome, earlier: Iterable[AttemptOutcome | None]) -> BatchEvent | None:
    """Say what the answer to one send does to its batch, given how every earlier send of it ended (None: open).

    A refusal counts only when no earlier send may have arrived: one lost answer keeps the batch in flight, whatever
    later sends are told (docs/design.md, 8.3). A duplicate moves nothing by itself: the batch that PayPal has is
    compared first (8.4). A send that was accepted, and its batch denied since, has ended: it is no longer among
    `earlier`.
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


OPEN_STATUSES: Final = (_B.PLANNED, _B.IN_FLIGHT, _B.ACCEPTED, _B.REFUSED, _B.REVIEW)
"""A batch that stays in one of these for long wants somebody: the next run, PayPal, or a person."""

ENDED_BY_PAYPAL: Final = frozenset({_B.DONE, _B.DENIED, _B.CANCELED})
"""PayPal has said its last word on these as a whole."""

SENDABLE_BY_RUN: Final = frozenset({_B.PLANNED, _B.IN_FLIGHT, _B.REFUSED})
"""`run` and `retry BATCH` send these, always the same bytes under the same id."""

SENDABLE_BY_RETRY: Final = SENDABLE_BY_RUN | {_B.DENIED}
"""`retry BATCH` sends these; PayPal frees the id of a denied batch."""


class Money(StrEnum):
    """Where the money of one payment is."""

    PAID = "paid"
    """The payee has it."""
    UNPAID = "unpaid"
    """Proven not paid, given back, or never sent."""
    OPEN = "open"
    """On its way: PayPal has it, and has not said its last word."""
    UNKNOWN = "unknown"
    """Sent without an answer, in review, or in a state that PayPal never documented."""
    CLOSED = "closed"
    """A person decided that it is not owed."""


class Meaning(NamedTuple):
    """What a state of an item says, for everybody who asks."""

    money: Money
    """In a batch whose outcome is known; `standing.money_of` knows the others."""
    is_final: bool
    """False: the cycle is not finished, exit 6."""
    ends_well: bool
    """A cycle of such items alone ends with exit 0."""
    payable_again: bool
    """Proven unpaid: `retry BATCH --failed-items` may pay it in a new attempt."""
    still_moves: bool
    """PayPal may still change its word: `sync` asks again."""


_I, _M = ItemState, Money

MEANING: Final[Mapping[ItemState, Meaning]] = MappingProxyType(
    {
        #                         money       final  well   again  moves
        _I.UNSENT: Meaning(_M.UNPAID, False, False, False, False),  # noqa: FBT003 - a table
        _I.PENDING: Meaning(_M.OPEN, False, False, False, True),  # noqa: FBT003 - a table
        _I.SUCCESS: Meaning(_M.PAID, True, True, False, False),  # noqa: FBT003 - a table
        _I.FAILED: Meaning(_M.UNPAID, True, False, True, False),  # noqa: FBT003 - a table
        _I.UNCLAIMED: Meaning(_M.OPEN, True, True, False, True),  # noqa: FBT003 - a table
        _I.RETURNED: Meaning(_M.UNPAID, True, False, True, False),  # noqa: FBT003 - a table
        _I.ONHOLD: Meaning(_M.OPEN, False, False, False, True),  # noqa: FBT003 - a table
        _I.BLOCKED: Meaning(_M.OPEN, True, False, False, True),  # noqa: FBT003 - a table
        _I.REFUNDED: Meaning(_M.UNPAID, True, False, False, False),  # noqa: FBT003 - a table
        _I.REVERSED: Meaning(_M.UNPAID, True, False, False, False),  # noqa: FBT003 - a table
        _I.DENIED: Meaning(_M.UNPAID, True, False, True, False),  # noqa: FBT003 - a table
        _I.CANCELED: Meaning(_M.UNPAID, True, False, True, False),  # noqa: FBT003 - a table
        _I.ABANDONED: Meaning(_M.UNPAID, True, False, True, False),  # noqa: FBT003 - a table
        _I.CLOSED: Meaning(_M.CLOSED, True, True, False, False),  # noqa: FBT003 - a table
        _I.UNRECOGNIZED: Meaning(_M.UNKNOWN, False, False, False, True),  # noqa: FBT003 - a table
    }
)
"""Every state, told once (docs/design.md, 9.3)."""

PAYABLE_AGAIN: Final = frozenset(state for state in ItemState if MEANING[state].payable_again)
NOT_FINAL: Final = frozenset(state for state in ItemState if not MEANING[state].is_final)
SETTLED_WELL: Final = frozenset(state for state in ItemState if MEANING[state].ends_well)
STILL_MOVING: Final = frozenset(state for state in ItemState if MEANING[state].still_moves)

_NO_WORD: Final = frozenset({_I.UNSENT, _I.PENDING})
"""PayPal has given these no word of their own, or none that lasts."""

_PAYPAL_WORDS: Final[Mapping[str, ItemState]] = MappingProxyType(
    {
        **{
            state.value.upper(): state
            for state in (
                _I.PENDING, _I.SUCCESS, _I.FAILED, _I.UNCLAIMED, _I.RETURNED,
                _I.ONHOLD, _I.BLOCKED, _I.REFUNDED, _I.REVERSED,
            )
        },
        # PayPal's newer pages name these two, its schema does not.
        "ON_HOLD": _I.ONHOLD,
        "DENIED": _I.BLOCKED,
    }
)  # fmt: skip


def item_state(word: str | None, ended: BatchStatus | None = None) -> ItemState:
    """Translate PayPal's `transaction_status`; no word yet is pending, one it never documented unrecognized.

    `ended`: the status of the batch. In a denied or canceled one the items take the batch's word where PayPal gives
    them none of their own; `DENIED` of one item in another batch is no proof, and `blocked`.
    """
    if word == "DENIED" and ended is BatchStatus.DENIED:
        return ItemState.DENIED
    state = ItemState.PENDING if word is None else _PAYPAL_WORDS.get(word, ItemState.UNRECOGNIZED)
    return item_state_in_ended_batch(state, ended)


def item_state_in_ended_batch(state: ItemState, ended: BatchStatus | None) -> ItemState:
    """Give the items of a denied or canceled batch its word, where PayPal gives them none of their own."""
    if state not in _NO_WORD:
        return state
    if ended is BatchStatus.DENIED:
        return ItemState.DENIED
    return ItemState.CANCELED if ended is BatchStatus.CANCELED else state
