"""From the reports of the verbs to the results of the library."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from paypal_payouts.domain.advice import BatchReport
from paypal_payouts.domain.explain import ExplainReport
from paypal_payouts.domain.item import ItemReport
from paypal_payouts.domain.money import format_amount
from paypal_payouts.domain.outlook import OpenBatch, Outlook
from paypal_payouts.domain.plan import PlannedBatch
from paypal_payouts.domain.report import CancelReport, RunReport, SyncReport
from paypal_payouts.domain.status import BatchStatusReport, CycleReport, StatusReport
from paypal_payouts.domain.steps import Advice
from paypal_payouts.domain.totals import Total
from paypal_payouts.errors import PayoutsError
from paypal_payouts.library.results import (
    Batch,
    BatchStatusResult,
    CancelResult,
    CycleStatus,
    ExplainResult,
    InvalidCell,
    Item,
    ReadItems,
    RunResult,
    StatusResult,
    SyncResult,
    Totals,
)
from paypal_payouts.present.commands import Typed

ItemsOf = Callable[[str], ReadItems]
"""Gives what reads the items of a cycle, or of a batch."""


class Converter(NamedTuple):
    """Turns reports into results, whose commands mean the same when they are typed."""

    typed: Typed
    items_of_cycle: ItemsOf
    items_of_batch: ItemsOf

    def run(self, report: RunReport, exit_code: int, error: PayoutsError | None) -> RunResult:
        """Return the result of `run`, `retry` or `preview`."""
        return RunResult(
            exit_code=exit_code,
            outcome=report.outcome,
            cycle=report.cycle,
            environment=report.environment,
            account=report.account,
            generated_at=report.generated_at,
            plan_digest=report.plan_digest,
            counts=dict(report.items),
            totals=_totals(report.totals),
            open=self._open(report.outlook),
            next=self._commands(report.outlook.next),
            batches=_batches([*report.batches, *report.planned]),
            warnings=report.warnings,
            skipped=report.skipped,
            invalid=[InvalidCell(bad.line, bad.column, bad.value, bad.problem, bad.expected) for bad in report.invalid],
            error=error,
            read_items=self.items_of_cycle(report.cycle),
        )

    def status(self, report: StatusReport) -> StatusResult:
        """Return the result of `status`."""
        return StatusResult(
            environment=report.environment,
            account=report.account,
            generated_at=report.generated_at,
            cycles=[self._cycle(cycle) for cycle in report.cycles],
            older_cycles=report.older_cycles,
            warnings=report.warnings,
        )

    def _cycle(self, report: CycleReport) -> CycleStatus:
        return CycleStatus(
            exit_code=report.verdict.exit_code,
            outcome=report.verdict.outcome,
            cycle=report.cycle,
            counts=dict(report.tally.states),
            totals=_totals(report.tally.totals),
            open=self._open(report.outlook),
            next=self._commands(report.outlook.next),
            batches=_batches(report.batches),
            warnings=report.warnings,
            conflicts=report.tally.conflicts,
            first_sent_at=report.first_sent_at,
            lock=report.lock,
            read_items=self.items_of_cycle(report.cycle),
        )

    def batch_status(self, report: BatchStatusReport, exit_code: int) -> BatchStatusResult:
        """Return the result of `status` of one batch."""
        (batch,) = _batches([report.batch])
        return BatchStatusResult(
            exit_code=exit_code,
            cycle=batch.cycle,
            counts=dict(report.batch.record.states),
            open=self._open(report.outlook),
            next=self._commands(report.outlook.next),
            batches=(batch,),
            warnings=(),
            batch=batch,
            attempts=report.attempts,
            funding_source=report.funding_source,
            read_items=self.items_of_batch(batch.batch),
        )

    def explain(self, report: ExplainReport) -> ExplainResult:
        """Return the result of `explain`."""
        story = report.story
        return ExplainResult(
            exit_code=0,
            text=report.text,
            cycles_searched=report.cycles_searched,
            hits=[item_of(hit.newest.item) for hit in report.hits],
            hits_in_all=report.hits_in_all,
            answer=None if story is None else story.answer,
            events=() if story is None else story.events,
            next=self._commands(report.next),
        )

    def sync(self, report: SyncReport, exit_code: int, error: PayoutsError | None) -> SyncResult:
        """Return the result of `sync`."""
        open_ = [cycle._replace(next=self.typed.command(cycle.next)) for cycle in report.open]
        return SyncResult(
            exit_code=exit_code,
            cycles=report.cycles,
            batches_read=report.batches_read,
            items_changed=report.items_changed,
            unread=report.unread,
            counts=dict(report.items),
            open=open_,
            came_back=report.came_back,
            newly_unpaid=[found._replace(next=self.typed.command(found.next)) for found in report.newly_unpaid],
            next=[self.typed.command(command) for command in report.next],
            warnings=report.warnings,
            error=error,
        )

    def _open(self, outlook: Outlook) -> list[OpenBatch]:
        return [each._replace(next=self.typed.command(each.next)) for each in outlook.open]

    def _commands(self, steps: Iterable[Advice]) -> list[str]:
        return list(dict.fromkeys(self.typed.command(step.command) for step in steps))


def cancel_result(report: CancelReport, exit_code: int, error: PayoutsError | None) -> CancelResult:
    """Return the result of `cancel`."""
    return CancelResult(exit_code, item_of(report.item), report.from_state, report.to_state, error)


def item_of(item: ItemReport) -> Item:
    """Return an item as programs see it."""
    return Item(
        item_id=item.item_id,
        batch=item.batch,
        attempt=item.attempt,
        receiver=item.receiver,
        amount=format_amount(item.amount_minor, item.currency),
        currency=item.currency,
        fee=_money(item.fee_minor, item.currency),
        state=item.state,
        raw_state=item.raw_state,
        paypal_item_id=item.paypal_item_id,
        transaction_id=item.transaction_id,
        error_code=item.error_code,
        error_message=item.error_message,
        error_class=item.error_class,
        updated_at=item.updated_at,
        activity_id=item.activity_id,
        time_processed=item.time_processed,
        debited=None if item.debited_currency is None else _money(item.debited_minor, item.debited_currency),
        debited_currency=item.debited_currency,
        exchange_rate=item.exchange_rate,
        cycle=item.cycle,
        payee_id=item.payee_id,
    )


def _totals(totals: Sequence[Total]) -> list[Totals]:
    return [
        Totals(
            currency=total.currency,
            items=total.items,
            amount=format_amount(total.amount_minor, total.currency),
            paid=format_amount(total.paid_minor, total.currency),
            unpaid=format_amount(total.unpaid_minor, total.currency),
            open=format_amount(total.open_minor, total.currency),
            unknown=format_amount(total.unknown_minor, total.currency),
            closed=format_amount(total.closed_minor, total.currency),
            surplus=format_amount(total.surplus_minor, total.currency),
            fees=_money(total.fees_minor, total.currency),
            debited=None
            if total.debited_minor is None
            else {currency: format_amount(minor, currency) for currency, minor in total.debited_minor.items()},
        )
        for total in totals
    ]


def _batches(batches: Sequence[BatchReport | PlannedBatch]) -> list[Batch]:
    return [_batch(report) for report in batches]


def _batch(report: BatchReport | PlannedBatch) -> Batch:
    batch = report.record if isinstance(report, BatchReport) else report
    return Batch(
        batch=str(batch.name),
        cycle=batch.name.cycle,
        sequence=batch.name.sequence,
        attempt=batch.name.attempt,
        sender_batch_id=batch.sender_batch_id,
        paypal_batch_id=batch.paypal_batch_id,
        status=batch.status,
        items=batch.items,
        currency=batch.currency,
        amount=format_amount(batch.amount_minor, batch.currency),
        fees=_money(batch.fees_minor, batch.currency),
        checksum=batch.checksum,
        created_at=batch.created_at,
        first_sent_at=batch.first_sent_at,
        completed_at=batch.completed_at,
        retry_count=batch.retry_count,
        last_retry_at=batch.last_retry_at,
        last_retry_error=batch.last_retry_error,
        eligible_for_retry=report.eligibility,
        paused_until=batch.paused_until,
    )


def _money(minor: int | None, currency: str) -> str | None:
    return None if minor is None else format_amount(minor, currency)
