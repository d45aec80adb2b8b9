"""Who acts next on a cycle or an item, and what to type: the only place that says so.

Whatever is printed to be typed is accepted in the state that printed it; so each step is derived from the same rules by
which the commands decide (`domain.retry`). Source: docs/design.md, 5.4 and 10.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.retry import Eligibility
from paypal_payouts.domain.states import MEANING, STILL_MOVING, WITHOUT_WORD, BatchStatus, ItemState, Money
from paypal_payouts.domain.steps import (
    NOT_KNOWN,
    Advice,
    batch_step,
    conflict_words,
    decisions,
    explain_command,
    pending_step,
    settling,
)
from paypal_payouts.domain.totals import Conflict, Tally
from paypal_payouts.domain.words import counted, listed

_B, _I = BatchStatus, ItemState

NAMED_MAX: Final = 3
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


def next_commands(cycle: str, batches: Sequence[BatchReport], tally: Tally) -> Iterator[Advice]:
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
    for batch in batches:
        record = batch.record
        step = batch_step(cycle, record, rows_differ=batch.rows_differ) or pending_step(cycle, record)
        if step is not None:
            whys.setdefault(step.command, []).append(step.why)
    for command, reasons in whys.items():
        more = len(reasons) - NAMED_MAX
        shown = "; ".join([*reasons[:NAMED_MAX], *([f"and {counted(more, 'more batch')}"] if more > 0 else [])])
        yield Advice(f"{shown}:", command)


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
