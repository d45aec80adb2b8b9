"""All states, and in one table each what they mean. A state without a row stops the program at its import.

What follows from a state is a column of its table, or a set that is derived below it: no other module lists states.
Source: docs/design.md, 9.
"""
# ruff: noqa: FBT003 - the tables

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from paypal_payouts.domain.completeness import complete
from paypal_payouts.errors import ExitCode

Actor = Literal["payee", "us", "paypal", "nobody"]
"""Who has to act before something can go well."""


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


CONFLICT: Final = "conflict"
"""Said of an item: PayPal's word contradicts our record of a payment of it, and nobody has acknowledged that."""

ACKNOWLEDGED: Final = "acknowledged"
"""What a person makes of a conflict: it stays on record, and nobody is asked about it again."""


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
    """False: the cycle is not finished."""
    ends_well: bool
    """Nobody is unpaid by a cycle of such items alone."""
    payable_again: bool
    """Proven unpaid: `retry BATCH --failed-items` may pay it in a new attempt."""
    still_moves: bool
    """PayPal may still change its word: `sync` asks again."""
    said_by: Literal["paypal", "batch", "person", "nobody"]
    """Whose word it is; nobody's, as long as PayPal has given no word that lasts."""
    who: Actor
    """Who has to act, where PayPal names no error that says more."""
    words: str
    """What became of the payment, as a part of a sentence."""
    style: str
    """Its colour on a terminal."""
    colour: str
    """Its colour on the page of a cycle."""
    waits_for: str = ""
    """Said of a number of such items, where no run can do anything for them but ask: whose turn it is."""

    @property
    def exit_code(self) -> ExitCode:
        """What a cycle with such an item ends with at least."""
        if not self.is_final:
            return ExitCode.NOT_FINISHED
        return ExitCode.DONE if self.ends_well else ExitCode.NOT_PAID


class StatusMeaning(NamedTuple):
    """What the status of a batch says, for everybody who asks."""

    money: Money
    """Of an item of it that PayPal has said nothing of; of a lost send, until it is proven to have moved nothing."""
    is_open: bool
    """It wants somebody, should it stay so for long: the next run, PayPal, or a person."""
    is_decided: bool
    """What became of it as a whole is known: its unpaid items may be paid in a new attempt."""
    ended_by_paypal: bool
    """PayPal has said its last word on it as a whole."""
    sent_by: Literal["run", "retry", "nobody"]
    """Which commands send it, always the same bytes under the same id; what `run` sends, `retry BATCH` does too."""
    exit_code: ExitCode
    """What its cycle ends with at least, whatever its items say."""
    items_become: ItemState | None
    """What its items become that PayPal gives no word of their own."""
    words: str
    """How such batches are counted: `2 batches sent without an answer`."""
    retry: str
    """What `retry` makes of it."""
    style: str
    """Its colour on a terminal."""


_B, _I, _M, _X = BatchStatus, ItemState, Money, ExitCode

# fmt: off
MEANING: Final[Mapping[ItemState, Meaning]] = complete(ItemState, {
    #                          money       final  well   again  moves
    _I.UNSENT:       Meaning(_M.UNPAID,  False, False, False, False, "nobody", "us",
        "PayPal has said nothing of it", "yellow", "#e3e3e3"),
    _I.PENDING:      Meaning(_M.OPEN,    False, False, False, True,  "nobody", "paypal",
        "PayPal has it, and has not said its last word", "yellow", "#f2d45c"),
    _I.SUCCESS:      Meaning(_M.PAID,    True,  True,  False, False, "paypal", "nobody",
        "the payee has the money", "green", "#3a9d5d"),
    _I.FAILED:       Meaning(_M.UNPAID,  True,  False, True,  False, "paypal", "us",
        "PayPal says that it failed", "red", "#c8372d"),
    _I.UNCLAIMED:    Meaning(_M.OPEN,    True,  True,  False, True,  "paypal", "payee",
        "PayPal has written to the payee, who must accept it; after 30 days it comes back", "cyan", "#5aa7d6",
        "waits for the payee, up to 30 days"),
    _I.RETURNED:     Meaning(_M.UNPAID,  True,  False, True,  False, "paypal", "payee",
        "it was not accepted, and came back", "red", "#8c4a2f"),
    _I.ONHOLD:       Meaning(_M.OPEN,    False, False, False, True,  "paypal", "paypal",
        "PayPal holds it back for a review", "yellow", "#e8963a",
        "PayPal is checking it; if that takes days, ask PayPal"),
    _I.BLOCKED:      Meaning(_M.OPEN,    True,  False, False, True,  "paypal", "us",
        "PayPal has blocked it, and may still release it: ask PayPal", "red", "#7a3f9d",
        "ask PayPal, and record its answer a day later (`payouts override --help`)"),
    _I.REFUNDED:     Meaning(_M.UNPAID,  True,  False, False, False, "paypal", "us",
        "the payee gave it back; if it is still owed, pay it as a new item", "red", "#c77fb6"),
    _I.REVERSED:     Meaning(_M.UNPAID,  True,  False, False, False, "paypal", "us",
        "PayPal took it back; if it is still owed, pay it as a new item", "red", "#92356f"),
    _I.DENIED:       Meaning(_M.UNPAID,  True,  False, True,  False, "batch",  "us",
        "PayPal denied the whole batch", "red", "#7d1f1f"),
    _I.CANCELED:     Meaning(_M.UNPAID,  True,  False, True,  False, "batch",  "us",
        "PayPal canceled the whole batch", "red", "#a06060"),
    _I.ABANDONED:    Meaning(_M.UNPAID,  True,  False, True,  False, "person", "us",
        "its batch was given up", "red", "#6f6f6f"),
    _I.CLOSED:       Meaning(_M.CLOSED,  True,  True,  False, False, "person", "nobody",
        "a person decided that it is not owed", "dim", "#2f4b66"),
    _I.UNRECOGNIZED: Meaning(_M.UNKNOWN, False, False, False, True,  "paypal", "us",
        "PayPal's word on it is none that it has documented", "yellow", "#ff66c4",
        "ask PayPal what it means, and record its answer a day later (`payouts override --help`)"),
})
"""Every state of an item, told once: whoever needs to know something of a state asks here."""

STATUS_MEANING: Final[Mapping[BatchStatus, StatusMeaning]] = complete(BatchStatus, {
    #                              money       open   decided ended
    _B.PLANNED:   StatusMeaning(_M.UNPAID,  True,  False, False, "run",    _X.DONE, None,
        "stored and never sent", "stored and never sent", "cyan"),
    _B.IN_FLIGHT: StatusMeaning(_M.UNKNOWN, True,  False, False, "run",    _X.NOT_FINISHED, None,
        "sent without an answer", "sent without an answer: the same id asks PayPal again", "yellow"),
    _B.ACCEPTED:  StatusMeaning(_M.OPEN,    True,  True,  False, "nobody", _X.DONE, None,
        "that PayPal works on", "PayPal has it: `sync` reads the results", "yellow"),
    _B.DONE:      StatusMeaning(_M.OPEN,    False, True,  True,  "nobody", _X.DONE, None,
        "finished", "finished", "green"),
    _B.DENIED:    StatusMeaning(_M.UNPAID,  False, True,  True,  "retry",  _X.DONE, _I.DENIED,
        "denied by PayPal", "PayPal denied it and freed its id: the same id may be sent again", "red"),
    _B.CANCELED:  StatusMeaning(_M.UNPAID,  False, True,  True,  "nobody", _X.DONE, _I.CANCELED,
        "canceled at PayPal", "canceled at PayPal: `retry --failed-items` pays its items again", "red"),
    _B.REFUSED:   StatusMeaning(_M.UNPAID,  True,  True,  False, "run",    _X.PAYPAL_REFUSED, None,
        "refused by PayPal", "PayPal refused it and paid nobody: the same id may be sent again", "red"),
    _B.REVIEW:    StatusMeaning(_M.UNKNOWN, True,  False, False, "nobody", _X.NEEDS_REVIEW, None,
        "in review, for a person to decide", "a person must decide first: `override`", "bold magenta"),
    _B.ABANDONED: StatusMeaning(_M.UNPAID,  False, True,  False, "nobody", _X.DONE, _I.ABANDONED,
        "given up", "given up: `retry --failed-items` pays its items again", "dim"),
})
"""Every status of a batch, told once."""
# fmt: on

NOT_FINAL: Final = frozenset(state for state in ItemState if not MEANING[state].is_final)
SETTLED_WELL: Final = frozenset(state for state in ItemState if MEANING[state].ends_well)
NOT_PAID: Final = frozenset(ItemState) - NOT_FINAL - SETTLED_WELL
"""Final, and the payee has no money of it: exit 5."""
PAYABLE_AGAIN: Final = frozenset(state for state in ItemState if MEANING[state].payable_again)
STILL_MOVING: Final = frozenset(state for state in ItemState if MEANING[state].still_moves)
WITHOUT_WORD: Final = frozenset(state for state in ItemState if MEANING[state].said_by == "nobody")
"""PayPal has given these no word of their own, or none that lasts."""
NOT_DECIDED: Final = STILL_MOVING - WITHOUT_WORD - NOT_PAID
"""PayPal, or the payee, may still decide on these, and no run waits for it."""
SAID_BY_A_PERSON: Final = frozenset(state for state in ItemState if MEANING[state].said_by == "person")
UNPAID_SO_FAR: Final = frozenset({_I.UNSENT}) | PAYABLE_AGAIN
"""Not paid, and still owed: a batch of these alone can be sent as a whole."""
CAME_BACK: Final = frozenset(state for state in ItemState if MEANING[state].money is Money.UNPAID) - UNPAID_SO_FAR
"""Somebody wanted the money back: it is paid again only as a new item."""
SETTLED: Final = frozenset(state for state in ItemState if MEANING[state].money in {Money.PAID, Money.CLOSED})
"""The payee has the money, or it is not owed: nothing is left to do or to say."""
ENDED_UNPAID: Final = PAYABLE_AGAIN | frozenset(state for state in ItemState if MEANING[state].money is Money.CLOSED)
"""The payee has no money, and will get none by this payment."""

OPEN_STATUSES: Final = tuple(status for status in BatchStatus if STATUS_MEANING[status].is_open)
"""A batch that stays in one of these for long wants somebody."""
UNDECIDED: Final = frozenset(status for status in BatchStatus if not STATUS_MEANING[status].is_decided)
ENDED_BY_PAYPAL: Final = frozenset(status for status in BatchStatus if STATUS_MEANING[status].ended_by_paypal)
WAITS_FOR_A_PERSON: Final = frozenset(
    status for status in BatchStatus if STATUS_MEANING[status].exit_code >= ExitCode.PAYPAL_REFUSED
)
SENDABLE_BY_RUN: Final = frozenset(status for status in BatchStatus if STATUS_MEANING[status].sent_by == "run")
"""`run` and `retry BATCH` send these, always the same bytes under the same id."""
SENDABLE_BY_RETRY: Final = frozenset(status for status in BatchStatus if STATUS_MEANING[status].sent_by != "nobody")
"""`retry BATCH` sends these; PayPal frees the id of a denied batch."""
FREED: Final = SENDABLE_BY_RETRY - UNDECIDED
"""PayPal did not take these, or not for good: their items are paid by nothing until they are in flight again."""

_PAYPAL_WORDS: Final[Mapping[str, ItemState]] = MappingProxyType(
    {
        "PENDING": _I.PENDING,
        **{state.value.upper(): state for state in ItemState if MEANING[state].said_by == "paypal"},
        # PayPal's newer pages name these two, its schema does not.
        "ON_HOLD": _I.ONHOLD,
        "DENIED": _I.BLOCKED,
    }
)


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
    """Return the word of a batch that has ended for its items, where PayPal gives them none of their own."""
    if state not in WITHOUT_WORD or ended not in ENDED_BY_PAYPAL:
        return state
    return STATUS_MEANING[ended].items_become or state
