"""What a cycle stands at, who acts next, and what to type: the only place that says so.

Whatever is printed to be typed is accepted in the state that printed it; so each step is derived from the same rules by
which the commands decide (`domain.retry`). Source: docs/design.md, 5.4 and 10.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, NamedTuple

from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.refusal import refused_words
from paypal_payouts.domain.retry import Eligibility
from paypal_payouts.domain.states import MEANING, NOT_FINAL, STILL_MOVING, WITHOUT_WORD, BatchStatus, ItemState, Money
from paypal_payouts.domain.steps import (
    NOT_KNOWN,
    Advice,
    batch_step,
    conflict_words,
    decisions,
    explain_command,
    last_error_code,
    pending_step,
    settling,
    without_answer,
)
from paypal_payouts.domain.totals import Conflict, Tally
from paypal_payouts.domain.words import counted, listed, not_final, not_paid

_B, _I = BatchStatus, ItemState

_NAMED_MAX: Final = 3
"""So many batches are named in one sentence; the rest is counted."""


@dataclass(frozen=True, slots=True)
class BatchReport:
    """A batch with what can be done for it now."""

    record: BatchRecord
    eligibility: Eligibility
    """Whether `retry` may act on it, and why or why not."""
    may_be_resent: bool = False
    """`retry BATCH` is accepted: the same bytes under the same id, or it becomes a person's to decide."""
    may_pay_again: bool = False
    """`retry BATCH --failed-items` is accepted, should a row be left to pay."""
    rows_differ: bool = False
    """PayPal refused it, and the input that was read does not have its rows as they were stored."""
    held_back: int = 0
    """How many of its unpaid items wait for their payee: unchanged, they are left out by that."""


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
        next=tuple(_advice(cycle, batches, tally)),
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
    unknown = without_answer(batches)
    if unknown:
        they = "it" if unknown == 1 else "they"
        yield f"{counted(unknown, 'item')} UNKNOWN: sent, and PayPal has not answered; {they} may be paid"
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
    yield from map(refused_words, refused[:_NAMED_MAX])
    if len(refused) > _NAMED_MAX:
        yield f"{counted(len(refused) - _NAMED_MAX, 'more batch')} refused by PayPal"
    lost = sum(batch.status is _B.IN_FLIGHT and batch.refusal is not None for batch in current)
    if lost:
        yield f"{counted(lost, 'batch')} refused by PayPal, with another send unanswered"
    unpaid = not_paid(tally.states)
    if proven := {state: count for state, count in unpaid.items() if MEANING[state].money is Money.UNPAID}:
        yield f"{'not known whether paid since' if tally.lost else 'not paid'}: {listed(proven)}"
    if undecided := {state: count for state, count in unpaid.items() if state not in proven}:
        yield f"not paid so far, and PayPal may yet pay it: {listed(undecided)}"


def _advice(cycle: str, batches: Sequence[BatchReport], tally: Tally) -> Iterator[Advice]:
    """Name the next commands, the most urgent first; none when nothing is left to do."""
    conflicts = [each for each in tally.conflicts if not each.acknowledged]
    in_review = [batch for batch in batches if batch.record.status is _B.REVIEW]
    yield from _to_decide(in_review)
    for conflict in conflicts[:1]:
        explained = explain_command(conflict.item_id, cycle)
        yield Advice(f"{conflict_words(conflict)}. What became of it:", explained)
        yield _led("", settling(cycle, conflict))
    # While a person must decide on a batch nothing is sent for its cycle: `run` only reads, and `retry` is refused.
    if not in_review:
        yield from _continued(cycle, batches)
        yield from _denied(batches)
        yield from _payable_again(cycle, batches, lost=tally.lost)
    yield from _moving(cycle, tally.states)
    yield from _not_closed(cycle, batches, tally.states)


class OnePayment(NamedTuple):
    """The payment that stands for a debt, for advice about nothing else."""

    batch: str
    state: ItemState
    money: Money
    """Of the debt."""
    held_back: bool
    """Unchanged, it is left out by `retry --failed-items`."""


def item_advice(
    cycle: str, batches: Sequence[BatchReport], payment: OnePayment, conflicts: Sequence[Conflict]
) -> Iterator[Advice]:
    """Name the next commands for one item; `batches` are that of its newest payment, and all in review of the cycle."""
    disputed = [each for each in conflicts if not each.acknowledged]
    is_settled = payment.money in {Money.PAID, Money.CLOSED}
    own = [batch for batch in batches if str(batch.record.name) == payment.batch]
    in_review = [
        batch for batch in batches if batch.record.status is _B.REVIEW and not (is_settled and batch not in own)
    ]
    yield from _to_decide(in_review)
    for conflict in disputed:
        yield _led(f"{conflict_words(conflict)}. ", settling(cycle, conflict))
    if not is_settled and not in_review and not disputed:
        alone = [_narrowed(batch, payment) for batch in own]
        yield from _continued(cycle, alone)
        yield from _denied(alone)
        yield from _payable_again(cycle, alone)
    yield from _moving(cycle, Counter([payment.state]))


def _narrowed(batch: BatchReport, payment: OnePayment) -> BatchReport:
    """Return a batch as if it held this payment alone."""
    payable = int(MEANING[payment.state].payable_again and payment.money is Money.UNPAID)
    record = replace(batch.record, items=1, states=Counter([payment.state]), payable_again=payable)
    may_pay_again = batch.may_pay_again and payable > 0
    return replace(batch, record=record, may_pay_again=may_pay_again, held_back=int(payment.held_back))


def _to_decide(in_review: Sequence[BatchReport]) -> Iterator[Advice]:
    for batch in in_review:
        lead = f"A person must decide about {batch.record.name}: {batch.record.review_reason or NOT_KNOWN}. "
        for step in decisions(batch.record):
            yield _led(lead, step)
            lead = ""


def _led(lead: str, step: Advice) -> Advice:
    """Put a sentence before a step; its command stands below."""
    return Advice(f"{lead}{step.why}:", step.command)


def _continued(cycle: str, batches: Sequence[BatchReport]) -> Iterator[Advice]:
    """Describe what batches wait for, those that the same command takes further together."""
    whys: dict[str, list[str]] = {}
    never_sent = sum(batch.record.status is _B.PLANNED for batch in batches)
    for batch in batches:
        if never_sent > 1 and batch.record.status is _B.PLANNED:
            continue
        record = batch.record
        step = batch_step(cycle, record, rows_differ=batch.rows_differ) or pending_step(cycle, record)
        if step is not None:
            whys.setdefault(step.command, []).append(step.why)
    run = f"payouts run {cycle}"
    if never_sent > 1:
        whys.setdefault(run, [])
    for command, reasons in whys.items():
        more = len(reasons) - _NAMED_MAX
        shown = [*reasons[:_NAMED_MAX], *([f"and {counted(more, 'more batch')}"] if more > 0 else [])]
        if command == run and never_sent > 1:
            shown.append(f"{counted(never_sent, 'batch')} are stored and were never sent")
        yield Advice(f"{'; '.join(shown)}:", command)


def _denied(batches: Sequence[BatchReport]) -> Iterator[Advice]:
    for batch in batches:
        if batch.record.status is _B.DENIED and batch.may_be_resent:
            yield Advice(
                f"PayPal denied {batch.record.name}; once the cause is fixed:", f"payouts retry {batch.record.name}"
            )


def _payable_again(cycle: str, batches: Sequence[BatchReport], *, lost: Sequence[str] = ()) -> Iterator[Advice]:
    """Name the batches that hold items which were not paid, as far as the database knows."""
    payable = [batch for batch in batches if batch.may_pay_again]
    if not payable:
        return
    items = sum(batch.record.payable_again for batch in payable)
    held_back = sum(batch.held_back for batch in payable)
    one = payable[0].record.name if len(payable) == 1 else None
    where = f"cycle {cycle}" if one is None else str(one)
    command = f"payouts retry {f'--cycle {cycle}' if one is None else one} --failed-items"
    if lost:
        # The same rows make the same attempt under the same id, which PayPal knows again; others stop with exit 8.
        yield Advice(
            f"{', '.join(lost)} may have paid {counted(items, 'item')} of {where} since. Put the newest copy of the "
            "database back, and run again. If there is none, PayPal is asked under the same id, by the same rows:",
            f"{command}{' --include-payee-errors' if held_back == items else ''}",
        )
        return
    said = f"{counted(items, 'item')} in {where} {'was' if items == 1 else 'were'} not paid"
    if held_back == items:
        yield Advice(
            f"{said}: the payee must act first, or the row be corrected in the cycle's file. To pay unchanged rows all "
            f"the same:",
            f"{command} --include-payee-errors",
        )
        return
    waits = f" ({held_back} of them {'waits' if held_back == 1 else 'wait'} for the payee)" if held_back else ""
    yield Advice(
        f"{said}{waits}. Correct the rows in the cycle's file where they are wrong, then pay them again:", command
    )


def _may_still_move(states: Counter[ItemState]) -> dict[ItemState, int]:
    """Count what PayPal may still move, and `run` does not wait for."""
    return {state: states[state] for state in STILL_MOVING - WITHOUT_WORD if states[state]}


def _moving(cycle: str, states: Counter[ItemState]) -> Iterator[Advice]:
    moving = _may_still_move(states)
    if moving:
        are = "is" if sum(moving.values()) == 1 else "are"
        why = f"{listed(moving)} {are} not decided and may still change. To refresh (sends no money):"
        yield Advice(why, f"payouts sync --cycle {cycle}")


def _not_closed(cycle: str, batches: Sequence[BatchReport], states: Counter[ItemState]) -> Iterator[Advice]:
    taken = any(batch.record.status is _B.ACCEPTED and not batch.record.states[_I.PENDING] for batch in batches)
    if taken and not _may_still_move(states):
        why = "PayPal has not closed every batch. To refresh (sends no money):"
        yield Advice(why, f"payouts sync --cycle {cycle}")
