"""`reconcile`: holds the cycle's file, our database and PayPal's books against each other; only reads."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec.structs import replace

from paypal_payouts.domain.book_totals import book_totals, disagreement
from paypal_payouts.domain.comparing_books import file_differences
from paypal_payouts.domain.outcome import ReadFailed
from paypal_payouts.domain.paid_after_all import called_unpaid, with_every_attempt
from paypal_payouts.domain.paypal_books import BookKind, Books
from paypal_payouts.domain.plan import Notice
from paypal_payouts.domain.reconcile import Finding, FindingKind, OurPayment, Reconciled, ReconcileReport, Scope
from paypal_payouts.domain.reconciling import agrees, is_wanted
from paypal_payouts.domain.reconciling import reconcile as match
from paypal_payouts.domain.refusal import failure_details
from paypal_payouts.domain.report import Finished
from paypal_payouts.domain.words import counted, utc_minute
from paypal_payouts.errors import ExitCode, PayPalRefused
from paypal_payouts.intake import StagedInput
from paypal_payouts.intake.activity import read_activity
from paypal_payouts.intake.activity_values import DayOrder
from paypal_payouts.intake.staged_books import StagedBooks
from paypal_payouts.protocol.lookup import find_cycles
from paypal_payouts.storage import Store
from paypal_payouts.verbs.export import write_export

if TYPE_CHECKING:
    from paypal_payouts.paypal.client import PayPalClient

_FORBIDDEN: Final = 403
_AROUND: Final = timedelta(days=2)
"""Dates of a download are in the account's zone, and those of payments in UTC."""


class ReconcileQuery(NamedTuple):
    """What the operator wants compared."""

    cycle: str | None
    first: date | None
    last: date | None
    activity: Sequence[Path] = ()
    """Downloads; none: Transaction Search is asked."""
    order: DayOrder | None = None
    """Of the dates in the downloads, where he says so."""


def reconcile(
    asked: ReconcileQuery,
    *,
    store: Store | None,
    open_paypal: Callable[[], "PayPalClient"],
    file_of: Callable[[str], StagedInput | None],
    environment: str,
    account: str,
    now: datetime,
    html: Path | None = None,
    render: Callable[[ReconcileReport], Iterable[str]],
) -> Finished:
    """Compare, and end with exit 5 where anything is left.

    Raises:
        NotFound: there is no such cycle.
        Blocked: `not_eligible`, the cycle is archived.
        InputInvalid: a download, or the file of a cycle, cannot be read.
        PayPalRefused: there is no download, and PayPal does not answer what it has in its books.
        ConfigInvalid: the page cannot be written.

    """
    with closing(StagedBooks()) as rows:
        scope = _scope(asked, store=store, now=now)
        books = _books(asked, scope, rows, open_paypal=open_paypal, now=now)
        scope = scope._replace(until=books.until)
        found, cycles = compare(() if store is None else store.items.sent(), rows, scope)
        told = _with_every_attempt(found.findings, store)
        totals, days, unbalanced = book_totals(rows, scope)
        number = rows.count(scope)
    in_files, files = _of_files(cycles, file_of, store=store)
    disagreeing = [disagreement(before, after) for before, after in books.disagreeing]
    report = ReconcileReport(
        environment=environment,
        account=account,
        generated_at=now,
        scope=scope,
        cycles=cycles,
        cycle_files=files,
        activity=books.files,
        rows=number,
        found=replace(found, findings=[*in_files, *told, *disagreeing, *unbalanced]),
        totals=totals,
        days=days,
        warnings=[*_warnings(books, found.too_late), *_archived(scope, store)],
        html=None if html is None else str(html),
    )
    if html is not None:
        write_export(html, render(report))
    return Finished(report, ExitCode.NOT_PAID if report.found.findings else ExitCode.DONE)


def _with_every_attempt(findings: Sequence[Finding], store: Store | None) -> Sequence[Finding]:
    """Look at the other payments of what PayPal paid and we call unpaid; there is hardly ever such an item."""
    debts = called_unpaid(findings)
    if not debts or store is None:
        return findings
    payments = (
        each for cycle in sorted({debt.cycle for debt in debts if debt.cycle}) for each in store.items.sent(cycle)
    )
    return with_every_attempt(findings, (each for each in payments if (each.cycle, each.item_id) in debts))


def _scope(asked: ReconcileQuery, *, store: Store | None, now: datetime) -> Scope:
    """Return the days that are looked at: those that were named, or from the first send of the cycle until now."""
    if asked.cycle is None:
        if asked.first is None or asked.last is None:
            raise RuntimeError("neither a cycle nor days are named")
        return Scope(asked.first, asked.last)
    find_cycles(asked.cycle, store=store)
    if store is not None and (archive := store.archived.of_cycle(asked.cycle)) is not None:
        raise archive.lacking("PayPal's books are compared with the payments in the database.")
    batches = [] if store is None else store.batches.of_cycle(asked.cycle)
    sends = [batch.first_sent_at for batch in batches if batch.first_sent_at is not None]
    return Scope(min(sends, default=now).astimezone(UTC).date(), now.astimezone(UTC).date(), asked.cycle)


def compare(ours: Iterable[OurPayment], rows: StagedBooks, scope: Scope) -> tuple[Reconciled, list[str]]:
    """Hold our payments against PayPal's rows, and name the cycles that were sent in these days.

    What agrees in everything is set aside, one payment at a time; only what is left is looked at together.
    """
    named, left, cycles = rows.named(), list[OurPayment](), dict[str, None]()
    matched: Counter[bool] = Counter()
    for payment in ours:
        about = [] if payment.transaction_id is None else rows.of_payment(payment.transaction_id)
        if not about and not is_wanted(payment, named, scope):
            continue
        if scope.includes(payment) and scope.covers(payment.sent_at.date()):
            cycles[payment.cycle] = None
        agree = agrees(payment, [row for _, row in about], scope)
        if agree and rows.settle([key for key, _ in about], payment.cycle, payment.item_id):
            matched[scope.includes(payment)] += 1
        else:
            left.append(payment)
    found = match(left, rows.left(), scope, lambda row: rows.like(row, scope.cycle))
    found = replace(
        found,
        matched=found.matched + matched[True],
        other_cycles=found.other_cycles + matched[False],
        other_rows=found.other_rows + rows.count(scope, BookKind.HOLD),
    )
    return found, list(cycles)


def _books(
    asked: ReconcileQuery, scope: Scope, rows: StagedBooks, *, open_paypal: Callable[[], "PayPalClient"], now: datetime
) -> Books:
    if asked.activity:
        # Days of the download may lie around those that are asked for; of its two readings one is far away.
        window = (scope.first - _AROUND, scope.last + _AROUND)
        return read_activity(asked.activity, rows, order=asked.order, window=window)
    from paypal_payouts.paypal.transaction_search import read_transactions  # noqa: PLC0415 - a download needs no network

    books = read_transactions(open_paypal(), scope.first, scope.last, rows, now=now)
    if isinstance(books, ReadFailed):
        raise _not_told(books)
    return books


def _not_told(reading: ReadFailed) -> PayPalRefused:
    """Say why PayPal did not show its books, and what helps."""
    failure = reading.failure
    download = "give a download instead: PayPal > Activity > All reports > Activity report, then --activity FILE."
    if failure.http_status == _FORBIDDEN:
        return PayPalRefused(
            "This PayPal app may not use Transaction Search, which payouts do not need and `reconcile` does.",
            hint=f"Switch on Transaction Search for the app in PayPal's developer dashboard, or {download}",
            details=[failure_details(failure)],
        )
    return PayPalRefused(
        f"PayPal did not show its books: {failure.message} ({failure.code}).",
        hint=f"Try again later, or {download}",
        details=[failure_details(failure)],
    )


def _of_files(
    cycles: Iterable[str], file_of: Callable[[str], StagedInput | None], *, store: Store | None
) -> tuple[list[Finding], list[str]]:
    """Compare the files of cycles, where they are there, with what is stored."""
    findings, files = list[Finding](), list[str]()
    for cycle in cycles:
        staged = file_of(cycle)
        if staged is None or store is None:
            continue
        files.append(staged.name)
        findings += file_differences(cycle, staged.name, staged.debts(), store.items.newest(cycle))
        findings += [
            Finding(
                FindingKind.ONLY_FILE,
                f"The cycle's file has a row that was not paid, as it cannot be: expected {cell.problem}.",
                field=cell.column,
                file=cell.value,
                cycle=cycle,
                place=f"{staged.name}, line {cell.line}",
            )
            for cell in staged.invalid
        ]
    return findings, files


def _warnings(books: Books, too_late: int) -> Iterable[Notice]:
    if not books.has_codes:
        yield Notice(
            "no_event_codes",
            "The download does not have the column Transaction Event Code: what was paid by hand is found in English "
            "ones alone. Switch the column on in PayPal's report settings.",
        )
    if books.foreign:
        left_out = ", ".join(sorted(books.foreign))
        yield Notice("other_currencies", f"No payout can be made in {left_out}: these rows were left out.")
    if too_late and books.until is not None:
        yield Notice(
            "come_back_later",
            f"PayPal's books go up to {utc_minute(books.until)}: {counted(too_late, 'payment')} sent later cannot be "
            "in them yet.",
        )


def _archived(scope: Scope, store: Store | None) -> Iterable[Notice]:
    """Warn of archived cycles that were sent in these days: nothing of ours stands beside PayPal's rows of them."""
    first, last = scope.first - _AROUND, scope.last + _AROUND
    if store is None:
        return
    for archive in store.archived.all():
        sends = [batch.first_sent_at for batch in store.batches.of_cycle(archive.cycle)]
        if any(at is not None and first <= at.astimezone(UTC).date() <= last for at in sends):
            yield Notice("archived", f"{archive.words()}. Here they stand among what only PayPal has.")
