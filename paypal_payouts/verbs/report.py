"""`report`: all that is known of one cycle, as a page to keep and as books; reads only, and needs no lock."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal, NamedTuple, Protocol

from msgspec.structs import replace

from paypal_payouts.domain.account import CyclePage, Explained, Send
from paypal_payouts.domain.books import Accounts, BookEntry, WrittenBooks, entries
from paypal_payouts.domain.item import ItemReport
from paypal_payouts.domain.outcome import ErrorClass
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.refusal import refused_in_short
from paypal_payouts.domain.report import Finished, PageReport
from paypal_payouts.domain.sent_log import SentLine
from paypal_payouts.domain.states import MEANING, SETTLED, BatchStatus, ItemState, Money
from paypal_payouts.domain.steps import last_answer, may_have_moved
from paypal_payouts.domain.words import sentence
from paypal_payouts.paypal.error_rules import ErrorRules
from paypal_payouts.protocol.lookup import find_cycles
from paypal_payouts.storage import FailureCount, Store
from paypal_payouts.verbs.export import Counted, write_export
from paypal_payouts.verbs.failures import explained
from paypal_payouts.verbs.status import cycle_report


class RendersBooks(Protocol):
    """Writes entries in one of the forms."""

    def __call__(
        self, form: str, entries: Iterable[BookEntry], accounts: Accounts, *, cycle: str, opened: date | None
    ) -> Iterable[str]:
        """Yield the file piece by piece."""


class AskedBooks(NamedTuple):
    """The books that are to be written, and how."""

    file: Path
    format: Literal["beancount", "hledger", "csv"]
    accounts: Accounts
    opens: bool
    """Whether the file opens its accounts."""
    render: RendersBooks


def report(
    cycle: str,
    *,
    html: Path | None = None,
    books: AskedBooks | None = None,
    store: Store | None,
    environment: str,
    account: str,
    rules: ErrorRules,
    max_age_days: int,
    now: datetime,
    lines_of: Callable[[str], Sequence[SentLine]] = lambda _: (),
    render: Callable[[CyclePage], Iterable[str]],
) -> Finished:
    """Write the page of a cycle, its books, or both: each file whole or not at all. `lines_of` reads its sent log.

    Raises:
        NotFound: there is no such cycle.
        Blocked: `not_eligible`, books are wanted of a cycle that is archived.
        ConfigInvalid: the file cannot be written; the one that was there is as it was.
        SealBroken: somebody else changed what is stored of the cycle; no file was written.

    """
    find_cycles(cycle, store=store)
    if store is None:
        raise RuntimeError("a cycle was found where there is no database")
    if books is not None and (archive := store.archived.of_cycle(cycle)) is not None:
        raise archive.lacking("Books are made of the payments in the database.")
    store.seals.check_cycle(cycle)
    shown = cycle_report(
        cycle, store=store, rules=rules, now=now, max_age_days=max_age_days, lines_of=lines_of, in_full=True
    )
    events = store.audit.events(cycle=cycle)
    batches = {str(batch.record.name): batch.record for batch in shown.batches}
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
        explained=_explained(
            (row for row in store.items.rows_of_cycle(cycle) if row.item_id not in shown.tally.paid_before),
            batches,
            shown.tally.lost,
        ),
        events=events,
    )
    if html is not None:
        write_export(html, render(page))
    written = None if books is None else _write_books(cycle, books, store=store)
    name = None if html is None else str(html)
    tally = shown.tally
    unpaid = sum(number for state, number in tally.unpaid_states.items() if state not in SETTLED)
    return Finished(
        PageReport(cycle, name, tally.states, unpaid, len(events), tally.totals, written, outlook=shown.outlook)
    )


def _write_books(cycle: str, books: AskedBooks, *, store: Store) -> WrittenBooks:
    """Write the entries of every payment of a cycle, older attempts included."""
    sends = [batch.first_sent_at for batch in store.batches.of_cycle(cycle) if batch.first_sent_at is not None]
    opened = min(sends).astimezone(UTC).date() if books.opens and sends else None
    counted = Counted(entries(store.items.sent(cycle), books.accounts))
    write_export(books.file, books.render(books.format, counted, books.accounts, cycle=cycle, opened=opened))
    return WrittenBooks(str(books.file), books.format, counted.number)


def _explained(
    rows: Iterable[ItemReport], batches: Mapping[str, BatchRecord], lost: Sequence[str]
) -> Iterator[Explained]:
    """Say of every item that is not paid, or not yet, who has to act and what it means.

    `lost` are batches that were sent, and that the database does not know: they may have paid what it calls unpaid.
    """
    doubt = f"It may be paid since, by {', '.join(lost)}, unknown here. Do not pay it another way."
    for item in rows:
        if item.state in SETTLED:
            continue
        if lost and MEANING[item.state].money is Money.UNPAID:
            yield Explained(item, "us", doubt)
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
        return "us", f"It was sent, and {last_answer(batch)}: it may be paid. Do not pay it another way."
    if batch.status is BatchStatus.REFUSED:
        return "us", sentence(refused_in_short(batch))
    return "us", "It was not sent yet."
