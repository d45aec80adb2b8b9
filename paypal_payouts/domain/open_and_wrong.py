"""Is anything open, is anything wrong: the two answers about a cycle in words. Pure.

Source: docs/design.md, 10.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.refusal import refused_words
from paypal_payouts.domain.retry import waits_for_corrected_rows
from paypal_payouts.domain.states import MEANING, NOT_FINAL, STILL_MOVING, WITHOUT_WORD, BatchStatus, ItemState, Money
from paypal_payouts.domain.steps import AT_PAYPAL, failed_try_words, last_answer, may_have_moved
from paypal_payouts.domain.totals import Tally
from paypal_payouts.domain.words import counted, in_order, listed, not_final, not_paid

_B, _I = BatchStatus, ItemState

_NAMED_MAX: Final = 3
"""So many refused batches are named; the rest is counted."""


def may_still_move(states: Counter[ItemState]) -> dict[ItemState, int]:
    """Count what PayPal may still move, and `run` does not wait for."""
    return in_order({state: states[state] for state in STILL_MOVING - WITHOUT_WORD})


def items_in_words(states: Mapping[ItemState, int], batches: Iterable[BatchRecord]) -> str:
    """Count items by their state; those that were sent without an answer are unknown, not unsent."""
    unknown, rest = without_answer(states, batches)
    return ", ".join(filter(None, [f"{unknown:,} unknown" if unknown else "", listed(rest)]))


def without_answer(states: Mapping[ItemState, int], batches: Iterable[BatchRecord]) -> tuple[int, Counter[ItemState]]:
    """Count the items that were sent without an answer, and the rest of these by their state."""
    unknown = min(states.get(_I.UNSENT, 0), sum(batch.states[_I.UNSENT] for batch in batches if may_have_moved(batch)))
    return unknown, Counter(states) - Counter({_I.UNSENT: unknown})


def what_is_open(batches: Sequence[BatchRecord], tally: Tally) -> Iterator[str]:
    """Describe what PayPal, or the next run, may still change; last the money by which no cycle is unfinished."""
    yield from what_is_unfinished(batches, tally)
    rest = {state: count for state, count in may_still_move(tally.states).items() if state not in NOT_FINAL}
    if rest:
        yield f"{listed(rest)}, which no run waits for"


def what_is_unfinished(batches: Sequence[BatchRecord], tally: Tally) -> Iterator[str]:
    """Describe what keeps a cycle from being finished."""
    doubted = [batch for batch in batches if may_have_moved(batch)]
    theirs = sum(b.states[_I.UNSENT] for b in doubted if b.status is _B.REVIEW and b.is_at_paypal)
    unknown = sum(batch.states[_I.UNSENT] for batch in doubted)
    if theirs:
        yield f"{counted(theirs, 'item')} UNKNOWN: {AT_PAYPAL}; {_they(theirs)} may be paid"
    if silent := unknown - theirs:
        in_doubt = [batch for batch in doubted if batch.status is not _B.REVIEW or not batch.is_at_paypal]
        stops = tally.lost or any(batch.status is _B.REVIEW for batch in batches)
        heals = not stops and all(map(_is_asked_again, in_doubt))
        again = ", and the next run asks again under the same id (nothing to do)" if heals else ""
        yield f"{counted(silent, 'item')} UNKNOWN ({_last_answers(in_doubt)}): {_they(silent)} may be paid{again}"
    waiting = not_final(tally.states)
    if waiting.get(_I.UNSENT):
        waiting[_I.UNSENT] -= min(unknown, waiting[_I.UNSENT])
    if words := listed(waiting):
        yield words
    taken = sum(batch.status is _B.ACCEPTED for batch in batches)
    if taken:
        yield f"{counted(taken, 'batch')} that PayPal has not closed"


def _last_answers(batches: Iterable[BatchRecord]) -> str:
    return ", ".join(dict.fromkeys(map(last_answer, batches)))


def _is_asked_again(batch: BatchRecord) -> bool:
    return batch.status is _B.IN_FLIGHT and not waits_for_corrected_rows(batch)


def _they(count: int) -> str:
    return "it" if count == 1 else "they"


def what_is_wrong(batches: Sequence[BatchRecord], tally: Tally) -> Iterator[str]:
    """Describe what does not heal by itself."""
    current = [batch for batch in batches if not batch.superseded]
    review = sum(batch.status is _B.REVIEW for batch in current)
    if review:
        yield f"{counted(review, 'batch')} for a person to decide"
    if tally.lost:
        yield f"this database is an older copy, which does not know what the sent log does: {', '.join(tally.lost)}"
    if tally.open_conflicts:
        yield f"PayPal contradicts our record of {counted(tally.open_conflicts, 'payment')}"
    refused = [batch for batch in current if batch.status is _B.REFUSED]
    yield from map(refused_words, refused[:_NAMED_MAX])
    if len(refused) > _NAMED_MAX:
        yield f"{counted(len(refused) - _NAMED_MAX, 'more batch')} refused by PayPal"
    tried = max((batch.failed_try for batch in current if batch.failed_try is not None), default=None)
    if tried is not None:
        yield f"{failed_try_words(tried)}; the next run tries again"
    lost = sum(batch.status is _B.IN_FLIGHT and batch.refusal is not None for batch in current)
    if lost:
        yield f"{counted(lost, 'batch')} refused by PayPal, with another send unanswered"
    yield from what_is_not_paid(tally)


def ended_unpaid(tally: Tally) -> dict[ItemState, int]:
    """Count the items that PayPal will not pay any more, and that nobody has the money of."""
    unpaid = not_paid(tally.unpaid_states)
    return {state: count for state, count in unpaid.items() if MEANING[state].money is Money.UNPAID}


def what_is_not_paid(tally: Tally) -> Iterator[str]:
    """Describe the items whose payment has ended and that nobody has the money of."""
    if proven := ended_unpaid(tally):
        yield f"{'not known whether paid since' if tally.lost else 'not paid'}: {listed(proven)}"
    if undecided := {state: n for state, n in not_paid(tally.unpaid_states).items() if state not in proven}:
        yield f"not paid so far, and PayPal may yet pay it: {listed(undecided)}"
