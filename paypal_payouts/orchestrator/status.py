"""`status`: what is stored of batches, items, attempts and locks; changes nothing and needs no lock."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.report import (
    BatchReport,
    BatchStatusReport,
    CycleReport,
    Finished,
    Report,
    StatusReport,
    exit_code_of_state,
)
from paypal_payouts.domain.retry import eligibility
from paypal_payouts.orchestrator.failures import explained
from paypal_payouts.orchestrator.lookup import find_batch, find_cycles
from paypal_payouts.orchestrator.planning import batch_reports
from paypal_payouts.orchestrator.trouble import trouble_of
from paypal_payouts.storage import Store


@dataclass(frozen=True, slots=True)
class Query:
    """What `status` is asked: one batch, one cycle, or everything."""

    batch: str | None
    cycle: str | None
    items: bool
    exit_code: bool
    errors: bool = False

    @property
    def names_one(self) -> bool:
        """Whether one batch or cycle was asked about."""
        return self.batch is not None or self.cycle is not None

    def cycles(self, store: Store | None) -> list[str]:
        """Name the cycles that the answer is about, the newest first.

        Raises:
            NotFound: there is no such batch or cycle.

        """
        if self.batch is not None:
            return [find_batch(self.batch, store=store).name.cycle]
        return find_cycles(self.cycle, store=store)


def status(query: Query, *, store: Store | None, max_age_days: Callable[[str], int], now: datetime) -> Finished:
    """Answer a query; `max_age_days` is the retry policy's, by cycle.

    Raises:
        NotFound: there is no such batch or cycle.

    """
    cycles = query.cycles(store)
    if store is None:
        return Finished(StatusReport([]))
    if query.batch is not None:
        return _status_of_batch(query, store=store, max_age_days=max_age_days(cycles[0]), now=now)
    reports, shown, code = [], [], 0
    for cycle in cycles:
        batches = store.batches.of_cycle(cycle)
        shown += batches
        tally = store.items.tally(cycle)
        code = max(code, exit_code_of_state([batch.status for batch in batches], tally.states))
        reports.append(
            CycleReport(
                cycle=cycle,
                tally=tally,
                batches=batch_reports(batches, now=now, max_age_days=max_age_days(cycle)),
                lock=store.locks.get(cycle),
                item_rows=store.items.rows_of_cycle(cycle) if query.items else None,
                errors=explained(store.failures.of_cycle(cycle)) if query.errors else None,
            )
        )
    return _answered(query, StatusReport(reports), shown, code)


def _status_of_batch(query: Query, *, store: Store, max_age_days: int, now: datetime) -> Finished:
    batch = find_batch(query.batch or "", store=store)
    report = BatchStatusReport(
        batch=BatchReport(batch, eligibility(batch, now=now, max_age_days=max_age_days)),
        attempts=store.batches.attempts(batch.id),
        item_rows=store.items.rows_of_batch(batch.id) if query.items else None,
        errors=explained(store.failures.of_batch(batch.id)) if query.errors else None,
    )
    return _answered(query, report, [batch], exit_code_of_state([batch.status], batch.states))


def _answered(query: Query, report: Report, batches: Sequence[BatchRecord], code: int) -> Finished:
    """End with 0, as the question is answered; with the state's own code only where that was asked for."""
    if not query.exit_code:
        return Finished(report)
    return Finished(report, code, trouble_of(batches))
