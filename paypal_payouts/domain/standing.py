"""The truth about a debt, decided here and nowhere else: two tables, pure and total.

`after_word` says what PayPal's word makes of one payment. `money_of` and what follows from it say what a payment stands
at. Exit codes, totals, screens, hints, notifications and metrics all come out of these.
Source: docs/design.md, 10, 9.4 and 7 (totals).
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from paypal_payouts.domain.states import (
    CAME_BACK,
    ENDED_UNPAID,
    MEANING,
    PAYABLE_AGAIN,
    SAID_BY_A_PERSON,
    STATUS_MEANING,
    WITHOUT_WORD,
    BatchStatus,
    ItemState,
    Money,
    item_state,
)

_I, _M = ItemState, Money

MAY_BE_PAID: Final = frozenset({_M.PAID, _M.OPEN, _M.UNKNOWN})
"""The payee has the money, or may yet get it."""

_AFTER_SUCCESS: Final = CAME_BACK | {_I.SUCCESS, _I.RETURNED}

_NO_WORD: Final = "PENDING"
"""What PayPal's silence on an item comes to."""
_KNOWN_MAX: Final = 4096


class Standing(NamedTuple):
    """What one payment stands at after PayPal's word on it."""

    state: ItemState
    raw_state: str | None
    """PayPal's word as our record has it; a word that contradicts the record is the conflict instead."""
    live: bool
    """The payee may have its money, or may yet get it."""
    conflict: str | None
    """PayPal's word, where it contradicts our record, or where it means that a debt may have been paid twice."""


@lru_cache(maxsize=_KNOWN_MAX)
def after_word(
    state: ItemState,
    raw_state: str | None,
    conflict: str | None,
    word: str | None,
    *,
    is_newest: bool,
    status: BatchStatus,
) -> Standing:
    """Describe what PayPal's word makes of a payment; total over every state, word and batch, and never an exception.

    What arrived stays arrived: after `success` money can only come back. A word by which an older payment, or one that
    a person closed or gave up, may be paid is written as it is, and is a conflict. The same word again changes nothing.
    """
    said = item_state(word, status)
    if word == raw_state and state not in WITHOUT_WORD:
        # A person may have said more since (`override`, `cancel`): PayPal repeats itself.
        new, contradicts, raw = state, False, raw_state
    else:
        is_own_word = word is not None and item_state(word) is said
        new, contradicts = _move(state, said, is_own_word=is_own_word)
        raw = word if new is said or (is_own_word and not contradicts) else raw_state
    money = MEANING[new].money
    told = word or _NO_WORD
    is_repeated = told == conflict
    is_conflict = contradicts or is_repeated or (not is_newest and money in MAY_BE_PAID)
    came_back_since_paid_again = not is_newest and new in CAME_BACK
    return Standing(
        state=new,
        raw_state=raw,
        live=new not in ENDED_UNPAID and not came_back_since_paid_again,
        conflict=told if is_conflict else None,
    )


def _move(state: ItemState, said: ItemState, *, is_own_word: bool) -> tuple[ItemState, bool]:
    """Return the state after a new word, and whether that word contradicts our record."""
    if state is _I.SUCCESS:
        return (said, False) if said in _AFTER_SUCCESS else (state, True)
    if state in CAME_BACK:
        if said in CAME_BACK:
            return said, False
        return (said, True) if said is _I.SUCCESS else (state, True)
    if state not in ENDED_UNPAID:
        return said, False
    if said in PAYABLE_AGAIN:
        return (said if is_own_word and state not in SAID_BY_A_PERSON else state), False
    return said, state in SAID_BY_A_PERSON and said not in CAME_BACK


def money_of(state: ItemState, status: BatchStatus, *, may_have_moved: bool) -> Money:
    """Return where a payment's money is. `may_have_moved`: a send of its batch is not proven to have moved nothing.

    An item that nothing was said of stands where its batch does.
    """
    if state is not _I.UNSENT:
        return MEANING[state].money
    if status is BatchStatus.IN_FLIGHT and not may_have_moved:
        return Money.UNPAID
    return STATUS_MEANING[status].money


def has_left_the_balance(state: ItemState) -> bool:
    """Return whether PayPal's own word on a payment means that its money has left our balance and not come back."""
    return state not in WITHOUT_WORD and MEANING[state].money in {Money.PAID, Money.OPEN}


def money_of_debt(payments: Sequence[Money]) -> Money:
    """Return where the money of a debt is, given that of each of its payments, the newest first.

    Paid by any of them is paid. Where none is, and one may have been, nobody may call the debt unpaid.
    """
    return next((money for money in (Money.PAID, Money.UNKNOWN, Money.OPEN) if money in payments), payments[0])
