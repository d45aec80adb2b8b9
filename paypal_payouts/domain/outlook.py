"""How a cycle, or one batch of it, stands: what is open, and what is wrong.

Source: docs/design.md, 5.4 and 10.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from paypal_payouts.domain.advice import NAMED_MAX, BatchReport, next_commands
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.refusal import refused_words
from paypal_payouts.domain.states import MEANING, NOT_FINAL, WITHOUT_WORD, BatchStatus, ItemState, Money
from paypal_payouts.domain.steps import (
    Advice,
    batch_step,
    conflict_words,
    explain_command,
    last_error_code,
    may_have_moved,
    pending_step,
)
from paypal_payouts.domain.totals import Conflict, Tally
from paypal_payouts.domain.words import counted, listed, not_final, not_paid

_B, _I = BatchStatus, ItemState


class OpenBatch(NamedTuple):
    """A batch that keeps its cycle from being finished, and the one command that takes it further."""

    batch: str
    why: str
    error_code: str | None
    since: datetime | None
    """Its last send."""
    next: str


@dataclass(frozen=True, slots=True)
class Outlook:
    """Is anything open, is anything wrong, what do I type."""

    open: tuple[OpenBatch, ...] = ()
    next: tuple[Advice, ...] = ()
    what_is_open: str = "nothing"
    what_is_wrong: str = "nothing"


def outlook(cycle: str, batches: Sequence[BatchReport], tally: Tally) -> Outlook:
    """Look at a cycle, or at one batch of it, as it is stored."""
    records = [batch.record for batch in batches]
    waiting = (_open(cycle, batch, tally.conflicts) for batch in batches)
    return Outlook(
        open=tuple(found for found in waiting if found is not None),
        next=tuple(next_commands(cycle, batches, tally)),
        what_is_open="; ".join(_what_is_open(records, tally)) or "nothing",
        what_is_wrong="; ".join(_what_is_wrong(records, tally)) or "nothing",
    )


def _open(cycle: str, batch: BatchReport, conflicts: Sequence[Conflict]) -> OpenBatch | None:
    """Describe what keeps a batch from its end; None where nothing does."""
    record = batch.record
    step = (
        _conflict_step(cycle, record, conflicts)
        or batch_step(cycle, record, rows_differ=batch.rows_differ)
        or _item_step(cycle, record)
    )
    if step is None:
        return None
    reason = f"{refused_words(record)}. " if record.status is _B.REFUSED else ""
    return OpenBatch(
        str(record.name), f"{reason}{step.why}", last_error_code(record), record.last_sent_at, step.command
    )


def _conflict_step(cycle: str, record: BatchRecord, conflicts: Sequence[Conflict]) -> Advice | None:
    disputed = [each for each in conflicts if each.batch == str(record.name) and not each.acknowledged]
    if not disputed:
        return None
    first = disputed[0]
    more = f" (and of {len(disputed) - 1} more items)" if len(disputed) > 1 else ""
    return Advice(f"{conflict_words(first)}{more}.", explain_command(first.item_id, cycle))


def _item_step(cycle: str, record: BatchRecord) -> Advice | None:
    """Describe what the items of a batch wait for that PayPal has."""
    if record.paypal_batch_id is None:
        return None
    pending = pending_step(cycle, record)
    if pending is not None:
        return pending
    held = {state: record.states[state] for state in NOT_FINAL - WITHOUT_WORD if record.states[state]}
    if held:
        return Advice(f"PayPal has not decided on {listed(held)} of {record.name}", f"payouts sync --cycle {cycle}")
    return None


def _what_is_open(batches: Sequence[BatchRecord], tally: Tally) -> Iterator[str]:
    """Describe what PayPal, or the next run, will still change."""
    unknown = sum(batch.states[_I.UNSENT] for batch in batches if may_have_moved(batch))
    if unknown:
        yield f"{counted(unknown, 'item')} UNKNOWN: sent, and PayPal has not answered; they may be paid"
    waiting = not_final(tally.states)
    if waiting.get(_I.UNSENT):
        waiting[_I.UNSENT] -= min(unknown, waiting[_I.UNSENT])
    if words := listed(waiting):
        yield words
    taken = sum(batch.status is _B.ACCEPTED for batch in batches)
    if taken:
        yield f"{counted(taken, 'batch')} that PayPal has not closed"


def _what_is_wrong(batches: Sequence[BatchRecord], tally: Tally) -> Iterator[str]:
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
    yield from map(refused_words, refused[:NAMED_MAX])
    if len(refused) > NAMED_MAX:
        yield f"{counted(len(refused) - NAMED_MAX, 'more batch')} refused by PayPal"
    lost = sum(batch.status is _B.IN_FLIGHT and batch.refusal is not None for batch in current)
    if lost:
        yield f"{counted(lost, 'batch')} refused by PayPal, with another send unanswered"
    unpaid = not_paid(tally.states)
    if proven := {state: count for state, count in unpaid.items() if MEANING[state].money is Money.UNPAID}:
        yield f"{'not known whether paid since' if tally.lost else 'not paid'}: {listed(proven)}"
    if undecided := {state: count for state, count in unpaid.items() if state not in proven}:
        yield f"not paid so far, and PayPal may yet pay it: {listed(undecided)}"
