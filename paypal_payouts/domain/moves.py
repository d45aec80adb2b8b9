"""All moves, in one place: those of the protocol, and those that a person makes. No other can happen.

Source: docs/design.md, 9 and 8.3 to 8.7.
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from paypal_payouts.domain.states import ACKNOWLEDGED, CONFLICT, BatchEvent, BatchStatus, ItemState

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
        # A person.
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
        # The items of a refused batch are paid again: it must never be sent again.
        (_B.REFUSED, _E.REPLACE): _B.ABANDONED,
    }
)
"""Every legal move; a missing key moves nothing."""


class MoveByHand(NamedTuple):
    """One move, and the condition under which it is allowed."""

    what: Literal["batch", "item"]
    before: tuple[str, ...]
    after: tuple[str, ...]
    meaning: str
    """What it does to the money, for whoever has to decide."""
    condition: str = ""
    options: tuple[str, ...] = ()
    """What its command needs beside --to and --reason."""
    vouches: bool = False
    """By it a person vouches that PayPal did not pay: were that wrong, payees could be paid twice."""

    def moves(self) -> str:
        """Write from where to where it leads."""
        item = "" if self.what == "batch" else "item "
        return f"{item}{', '.join(self.before)} -> {' or '.join(self.after)}"

    def words(self) -> str:
        """Write the move with its condition."""
        return f"{self.moves()} ({self.condition})" if self.condition else self.moves()


_GIVEN_UP: Final = (
    "It is never sent again, and its items are unpaid: `retry BATCH --failed-items` may pay them in a new batch."
)

MOVES_BY_HAND: Final = (
    MoveByHand("batch", (_B.PLANNED, _B.REFUSED), (_B.ABANDONED,), _GIVEN_UP),
    MoveByHand(
        "batch",
        (_B.REVIEW,),
        (_B.IN_FLIGHT,),
        "`run` and `retry` ask PayPal again, with the same bytes under the same id: PayPal pays one id once, and what "
        "it answers is compared again.",
        "the first send is younger than retry.max_age_days, and nothing else of its cycle may have paid somebody in it",
    ),
    MoveByHand(
        "batch",
        (_B.IN_FLIGHT, _B.REVIEW),
        (_B.ACCEPTED,),
        "PayPal's batch is ours: each item gets PayPal's word on it, and nothing is sent. Where a receiver differs, "
        "only if both are the same payee.",
        "with --paypal-batch-id; that batch is read and compared item by item",
        ("--paypal-batch-id",),
    ),
    MoveByHand(
        "batch",
        (_B.IN_FLIGHT, _B.REVIEW),
        (_B.ACCEPTED,),
        "PayPal's batch is ours, and our rows become what PayPal has paid: other receivers and amounts are taken over, "
        "and items that it does not have are unpaid. Nothing is sent. This one where a receiver is somebody else: "
        "who is owed the money has not got it, and a row with a new item_id pays him.",
        "with --paypal-batch-id and --take-theirs; PayPal has finished that batch",
        ("--paypal-batch-id", "--take-theirs"),
    ),
    MoveByHand(
        "batch", (_B.IN_FLIGHT,), (_B.REVIEW,), "Nothing more is sent for the cycle until a person has decided."
    ),
    MoveByHand(
        "batch",
        (_B.IN_FLIGHT, _B.REVIEW),
        (_B.ABANDONED,),
        "Only where PayPal's activity list does not show it, or only as denied: you vouch that PayPal did not pay it. "
        f"{_GIVEN_UP} Had PayPal paid it, they would be paid twice.",
        "24 hours after the last send by PayPal's clock, and never while PayPal is known to have the batch; look in "
        "PayPal's activity list, and say so in --reason",
        vouches=True,
    ),
    MoveByHand(
        "batch",
        (_B.ACCEPTED,),
        (_B.REVIEW,),
        "Nothing more is sent for the cycle until a person has decided.",
        "24 hours without an answer of PayPal's that can be read",
    ),
    MoveByHand(
        "item",
        (ItemState.UNRECOGNIZED, ItemState.BLOCKED),
        (ItemState.FAILED, ItemState.SUCCESS),
        "You say what PayPal told you of it: `failed` may be paid again, `success` never.",
        "24 hours after PayPal's word on it was read; ask PayPal, and say in --reason what it said",
    ),
    MoveByHand(
        "item",
        (CONFLICT,),
        (ACKNOWLEDGED,),
        "A person has seen the contradiction: the cycle can end, and nothing more is paid for the item.",
        "the conflict stays on record",
    ),
)
"""All of them; of those from one state the first is the one to try first."""


def moves_from(what: Literal["batch", "item"], before: str) -> list[MoveByHand]:
    """List the moves that a person can make from a state, should their conditions hold."""
    return [move for move in MOVES_BY_HAND if move.what == what and before in move.before]


def may_move_by_hand(what: Literal["batch", "item"], before: str, after: str) -> bool:
    """Return whether a person can move a batch or an item so, should the move's condition hold."""
    return any(move.what == what and before in move.before and after in move.after for move in MOVES_BY_HAND)


def vouches_by_hand(before: str | None, after: str | None) -> bool:
    """Return whether a person who moves a batch so vouches that PayPal did not pay it."""
    return any(move.vouches and before in move.before and after in move.after for move in MOVES_BY_HAND)


def meaning_by_hand(what: Literal["batch", "item"], before: str, after: str, options: Collection[str] = ()) -> str:
    """Return what a move does to the money; `options` are the ones that were given with it. Empty where none fits."""
    fitting = [move for move in moves_from(what, before) if after in move.after and {*move.options} <= {*options}]
    return max(fitting, key=lambda move: len(move.options)).meaning if fitting else ""


def goals_by_hand(what: Literal["batch", "item"]) -> tuple[str, ...]:
    """List where a person can move a batch or an item to."""
    goals = (str(goal) for move in MOVES_BY_HAND if move.what == what for goal in move.after)
    return tuple(dict.fromkeys(goals))


def moves_in_words(what: Literal["batch", "item"]) -> str:
    """Write the moves that a person can make."""
    return "; ".join(move.words() for move in MOVES_BY_HAND if move.what == what)
