"""`report`: everything that is known of one cycle, as a page to keep; reads only, and needs no lock."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path

from paypal_payouts.domain.account import Account, Explained, Moment, Send, course
from paypal_payouts.domain.outcome import ErrorClass
from paypal_payouts.domain.report import CycleReport, Finished, ItemReport, PageReport
from paypal_payouts.domain.states import ItemState
from paypal_payouts.orchestrator.export import Counted, write_export
from paypal_payouts.orchestrator.failures import explained
from paypal_payouts.orchestrator.lookup import find_cycles
from paypal_payouts.orchestrator.planning import batch_reports
from paypal_payouts.storage import FailureCount, Store

_NEEDS_NO_WORD = frozenset({ItemState.SUCCESS, ItemState.CLOSED})
_ON_ITS_WAY = frozenset({ItemState.UNSENT, ItemState.PENDING})


def report(
    cycle: str,
    path: Path,
    *,
    store: Store | None,
    environment: str,
    account: str,
    max_age_days: int,
    now: datetime,
    render: Callable[[Account], Iterable[str]],
) -> Finished:
    """Write the page of a cycle to a file, whole or not at all.

    Raises:
        NotFound: there is no such cycle.
        ConfigInvalid: the file cannot be written; the one that was there is as it was.

    """
    find_cycles(cycle, store=store)
    if store is None:
        raise RuntimeError("a cycle was found where there is no database")
    batches = store.batches.of_cycle(cycle)
    tally = store.items.tally(cycle)
    events = store.audit.events(cycle=cycle)
    failures = Counted(_explained(store.items.rows_of_cycle(cycle)))
    page = Account(
        environment=environment,
        account=account,
        written_at=now,
        cycle=CycleReport(
            cycle=cycle,
            tally=tally,
            batches=batch_reports(batches, now=now, max_age_days=max_age_days),
            lock=store.locks.get(cycle),
            item_rows=None,
            errors=explained(store.failures.of_cycle(cycle)),
        ),
        sends=[Send(str(batch.name), attempt) for batch in batches for attempt in store.batches.attempts(batch.id)],
        explained=failures,
        # The trail counts; what is stored knows. The last word is what is stored.
        course=[*course(events), Moment(now, tally.states)],
        events=events,
    )
    write_export(path, render(page))
    return Finished(PageReport(cycle, str(path), tally.states, failures.number, len(events)))


def _explained(rows: Iterable[ItemReport]) -> Iterator[Explained]:
    """Say of every item that is not paid, or not yet, who has to act and what it means."""
    for item in rows:
        if item.state in _NEEDS_NO_WORD or (item.state in _ON_ITS_WAY and item.error_code is None):
            continue
        error_class = None if item.error_class is None else ErrorClass(item.error_class)
        (error,) = explained([FailureCount(item.state, error_class, item.error_code, item.error_message, 1)])
        yield Explained(item, error.who, error.sentence)
