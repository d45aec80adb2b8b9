"""`report`: everything that is known of one cycle, as a page to keep; reads only, and needs no lock."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from paypal_payouts.domain.account import CyclePage, Explained, Send
from paypal_payouts.domain.item import ItemReport
from paypal_payouts.domain.outcome import ErrorClass
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.refusal import refused_in_short
from paypal_payouts.domain.report import Finished, PageReport
from paypal_payouts.domain.states import SETTLED, BatchStatus, ItemState
from paypal_payouts.domain.steps import may_have_moved
from paypal_payouts.domain.words import sentence
from paypal_payouts.paypal.error_rules import ErrorRules
from paypal_payouts.protocol.lookup import find_cycles
from paypal_payouts.storage import FailureCount, Store
from paypal_payouts.verbs.export import Counted, write_export
from paypal_payouts.verbs.failures import explained
from paypal_payouts.verbs.status import cycle_report


def report(
    cycle: str,
    path: Path,
    *,
    store: Store | None,
    environment: str,
    account: str,
    rules: ErrorRules,
    max_age_days: int,
    now: datetime,
    render: Callable[[CyclePage], Iterable[str]],
) -> Finished:
    """Write the page of a cycle to a file, whole or not at all.

    Raises:
        NotFound: there is no such cycle.
        ConfigInvalid: the file cannot be written; the one that was there is as it was.

    """
    find_cycles(cycle, store=store)
    if store is None:
        raise RuntimeError("a cycle was found where there is no database")
    shown = cycle_report(cycle, store=store, rules=rules, now=now, max_age_days=max_age_days)
    events = store.audit.events(cycle=cycle)
    batches = {str(batch.record.name): batch.record for batch in shown.batches}
    failures = Counted(_explained(store.items.rows_of_cycle(cycle), batches))
    page = CyclePage(
        environment=environment,
        account=account,
        written_at=now,
        cycle=replace(shown, errors=explained(store.failures.of_cycle(cycle))),
        sends=[
            Send(str(batch.record.name), attempt)
            for batch in shown.batches
            for attempt in store.batches.attempts(batch.record.id)
        ],
        explained=failures,
        events=events,
    )
    write_export(path, render(page))
    return Finished(PageReport(cycle, str(path), shown.tally.states, failures.number, len(events), shown.tally.totals))


def _explained(rows: Iterable[ItemReport], batches: Mapping[str, BatchRecord]) -> Iterator[Explained]:
    """Say of every item that is not paid, or not yet, who has to act and what it means."""
    for item in rows:
        if item.state in SETTLED:
            continue
        if item.state is ItemState.UNSENT:
            yield Explained(item, *_unsent(batches[item.batch]))
            continue
        error_class = None if item.error_class is None else ErrorClass(item.error_class)
        (error,) = explained([FailureCount(item.state, error_class, item.error_code, item.error_message, 1)])
        yield Explained(item, error.who, error.sentence)


def _unsent(batch: BatchRecord) -> tuple[str, str]:
    """Say what an item waits for of which PayPal has said nothing."""
    if may_have_moved(batch):
        return "us", "It was sent, and PayPal has not answered: it may be paid. Do not pay it another way."
    if batch.status is BatchStatus.REFUSED:
        return "us", sentence(refused_in_short(batch))
    return "us", "It was not sent yet."
