"""What keeps a cycle from being finished, and whether `run` can do something about it. Pure.

Source: docs/design.md, 5.1, 6 and 9.1.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from paypal_payouts.domain.open_and_wrong import ended_unpaid, what_is_not_paid
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.plan import Notice
from paypal_payouts.domain.retry import waits_for_corrected_rows
from paypal_payouts.domain.states import (
    NOT_FINAL,
    OPEN_STATUSES,
    STATUS_MEANING,
    WITHOUT_WORD,
    BatchStatus,
    ItemState,
)
from paypal_payouts.domain.totals import Tally
from paypal_payouts.domain.words import counted

_B = BatchStatus

_NAMED_MAX: Final = 5
"""So many cycles are named in one warning; the rest is counted."""

_MOST_URGENT_FIRST: Final = sorted(OPEN_STATUSES, key=lambda status: -STATUS_MEANING[status].exit_code)


class OpenCycle(NamedTuple):
    """A cycle that is not finished: why, and the command that goes on with it, or shows what a person must do."""

    cycle: str
    why: str
    next: str


def has_anything_open(batches: Iterable[BatchRecord]) -> bool:
    """Return whether `run --open` continues a cycle: more of it is open than batches refused for their contents."""
    return any(_is_open(batch) for batch in batches)


def _is_open(batch: BatchRecord) -> bool:
    if batch.open_conflicts:
        return True
    if batch.superseded:
        # It is never sent again, and PayPal may still move those of its items that no later batch pays.
        return any(batch.newest[state] for state in NOT_FINAL - WITHOUT_WORD)
    if _waits_for_rows(batch):
        return False
    return batch.status in OPEN_STATUSES or any(batch.states[state] for state in NOT_FINAL)


def open_cycle(cycle: str, batches: Sequence[BatchRecord], tally: Tally) -> OpenCycle:
    """Explain why a cycle is not finished, and what to type."""
    why = "; ".join([", ".join(_reasons(batches, tally)), *what_is_not_paid(tally)])
    return OpenCycle(cycle, why, _following(cycle, batches, tally))


def _following(cycle: str, batches: Sequence[BatchRecord], tally: Tally) -> str:
    """Return what to type; nothing of it needs the input, so that it is accepted in every state."""
    in_review = [batch for batch in batches if batch.status is _B.REVIEW and not batch.superseded]
    if in_review:
        # Nothing of the cycle is sent before a person has decided.
        return f"payouts review {in_review[0].name}"
    if tally.lost:
        return f"payouts review {tally.lost[0]}"
    if tally.open_conflicts or not has_anything_open(batches):
        return f"payouts status --cycle {cycle}"
    if any(map(_is_continued, batches)):
        return "payouts run --open"
    if any(map(_waits_for_rows, batches)) or ended_unpaid(tally):
        # Not PayPal alone has to go on.
        return f"payouts status --cycle {cycle}"
    # Only PayPal can go on: it is asked again, and nothing is sent.
    return f"payouts sync --cycle {cycle}"


def _is_continued(batch: BatchRecord) -> bool:
    """Return whether `run --open` sends a batch, or waits for PayPal to finish it."""
    return batch.status in OPEN_STATUSES and not batch.superseded and not _waits_for_rows(batch)


def _waits_for_rows(batch: BatchRecord) -> bool:
    return batch.status is _B.REFUSED and not batch.superseded and waits_for_corrected_rows(batch)


def _reasons(batches: Sequence[BatchRecord], tally: Tally) -> Iterator[str]:
    if tally.lost:
        yield f"the sent log knows {', '.join(tally.lost)}, and this database does not"
    if conflicts := tally.open_conflicts:
        yield f"{counted(conflicts, 'item')} of which PayPal contradicts our record"
    for status in _MOST_URGENT_FIRST:
        found = [batch for batch in batches if batch.status is status and not batch.superseded]
        if found:
            yield f"{counted(len(found), 'batch')} {STATUS_MEANING[status].words}{_codes(found)}"
    for state in ItemState:
        # What was not sent is told by its batch.
        if state in NOT_FINAL and state is not ItemState.UNSENT and tally.states[state]:
            yield f"{tally.states[state]} {state}"


def _codes(batches: Iterable[BatchRecord]) -> str:
    """Name what PayPal refused these batches for, as long as that stands."""
    codes = dict.fromkeys(batch.refusal.code for batch in batches if batch.refusal is not None)
    return f" ({', '.join(codes)})" if codes else ""


def notice_of_others(cycles: Sequence[str], in_review: Sequence[str]) -> list[Notice]:
    """Warn of other cycles that are not finished, and of those that a person must decide on."""
    notices = list[Notice]()
    if cycles:
        are = "is" if len(cycles) == 1 else "are"
        words = f"{counted(len(cycles), 'other cycle')} {are} not finished: {_listed(cycles)}. "
        rest = "`payouts run --open` continues what is open, `payouts status` shows the rest."
        notices.append(Notice("open_cycles", words + rest))
    if in_review:
        need = "needs" if len(in_review) == 1 else "need"
        words = f"{counted(len(in_review), 'other cycle')} {need} a person's decision: {_listed(in_review)}. "
        which = f" {in_review[0]}" if len(in_review) == 1 else ""
        notices.append(Notice("open_cycles", f"{words}Which: `payouts status{which}`."))
    return notices


def notice_of_waiting(cycles: Sequence[str]) -> list[Notice]:
    """Warn of cycles of which `run --open` continues nothing, because their rows must be corrected first."""
    if not cycles:
        return []
    are = "is" if len(cycles) == 1 else "are"
    return [
        Notice(
            "open_cycles",
            f"{counted(len(cycles), 'cycle')} {are} not finished, and nothing is sent again before rows that PayPal "
            f"refused are corrected: {_listed(cycles)}. `payouts status --cycle {cycles[0]}` shows what to do.",
        )
    ]


def _listed(cycles: Sequence[str]) -> str:
    shown = ", ".join(cycles[:_NAMED_MAX])
    return f"{shown} and {len(cycles) - _NAMED_MAX} more" if len(cycles) > _NAMED_MAX else shown
