"""Batches as a table, and one batch with everything that is known of it."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from paypal_payouts.domain.advice import BatchReport
from paypal_payouts.domain.open_and_wrong import items_in_words
from paypal_payouts.domain.payout import AttemptRecord, BatchRecord
from paypal_payouts.domain.plan import PlannedBatch
from paypal_payouts.domain.states import STATUS_MEANING, BatchStatus
from paypal_payouts.domain.steps import may_have_moved
from paypal_payouts.present.grid import Column, Layout, Record, write_grid
from paypal_payouts.present.page import Cell, Page
from paypal_payouts.present.words import aligned, status_cell

_FACTS: Final = (
    Column("STATUS", words=True, most=40),
    Column("ITEMS", right=True),
    Column("AMOUNT", right=True),
    Column("FEES", right=True, optional=True),
    Column("RETRIES", right=True, optional=True),
)
_ID: Final = Column("BATCH", whole=True)
_PAYPAL: Final = Column("PAYPAL BATCH", whole=True, optional=True)
_TIMES: Final = (Column("FIRST SENT", whole=True, optional=True), Column("COMPLETED", whole=True, optional=True))


class _BatchLine(NamedTuple):
    """A batch with its amount and its fees, aligned among all that are shown."""

    batch: BatchRecord | PlannedBatch
    amount: str
    fees: str


def write_batches(page: Page, batches: Sequence[BatchReport], planned: Sequence[PlannedBatch] = ()) -> None:
    """Show batches one on each line; where the page is narrow, the ids stand on a line of their own, never cut."""
    shown: list[BatchRecord | PlannedBatch] = [*(batch.record for batch in batches), *planned]
    if not shown:
        return
    amounts = aligned((batch.amount_minor, batch.currency) for batch in shown)
    fees = aligned(((batch.fees_minor, batch.currency) for batch in shown), currency=False)
    write_grid(
        page,
        map(_BatchLine, shown, amounts, fees),
        [
            Layout((_ID, *_FACTS, _PAYPAL, *_TIMES), lambda row: Record([_id(row), *_facts(row), *_end(page, row)])),
            Layout(
                (_ID, *_FACTS, _PAYPAL), lambda row: Record([_id(row), *_facts(row), _end(page, row)[0]]), folds=True
            ),
            Layout(_FACTS, lambda row: Record(_facts(row), above=_heading(row, page.width)), "BATCH", indent=2),
        ],
    )
    page.line()


def _id(row: _BatchLine) -> Cell:
    return Cell(str(row.batch.name), "bold")


def _facts(row: _BatchLine) -> list[Cell]:
    batch = row.batch
    if isinstance(batch, BatchRecord):
        status = status_cell(batch)
    else:
        # It was refused: of this batch `status` knows nothing.
        status = Cell("not stored", STATUS_MEANING[batch.status].style)
    return [status, Cell(f"{batch.items:,}"), Cell(row.amount), Cell(row.fees), Cell(str(batch.retry_count))]


def _end(page: Page, row: _BatchLine) -> list[Cell]:
    batch = row.batch
    times = (batch.first_sent_at, batch.completed_at)
    return [Cell(batch.paypal_batch_id or "-"), *(Cell(page.moment(at)) for at in times)]


def _heading(row: _BatchLine, width: int) -> list[Cell]:
    """Put PayPal's id beside ours where both fit, else below it."""
    batch = row.batch
    ours = str(batch.name)
    if batch.paypal_batch_id is None:
        return [Cell(ours, "bold")]
    theirs = f"PayPal {batch.paypal_batch_id}"
    if len(ours) + 2 + len(theirs) <= width:
        return [Cell(f"{ours}  {theirs}", "bold")]
    return [Cell(ours, "bold"), Cell(f"  {theirs}", "bold")]


def names_without_answer(batches: Sequence[BatchReport]) -> set[str]:
    """Name the batches that may have been paid, though PayPal has not said so."""
    return {str(batch.record.name) for batch in batches if may_have_moved(batch.record)}


def write_batch(page: Page, report: BatchReport, *, funding_source: str | None = None) -> None:
    """Show everything that is known of one batch, one fact on each line."""
    batch = report.record
    page.facts(
        [
            ("batch", Cell(str(batch.name), "bold")),
            ("PayPal batch", batch.paypal_batch_id or "-"),
            ("sender batch id", batch.sender_batch_id),
            ("status", status_cell(batch)),
            (
                "items",
                f"{batch.items:,}: {items_in_words(batch.states, [batch])}" if batch.states else f"{batch.items:,}",
            ),
            ("amount", aligned([(batch.amount_minor, batch.currency)])[0]),
            ("fees", aligned([(batch.fees_minor, batch.currency)])[0]),
            *([("paid from", f"PayPal's {funding_source}")] if funding_source else []),
            ("created", page.moment(batch.created_at, aged=True)),
            ("first sent", page.moment(batch.first_sent_at, aged=True)),
            ("completed", page.moment(batch.completed_at, aged=True)),
            ("retries", _retries(page, report)),
            ("may be retried", f"{'yes' if report.eligibility.eligible else 'no'}: {report.eligibility.reason}"),
            ("checksum", batch.checksum),
        ]
    )
    page.line()


def _retries(page: Page, report: BatchReport) -> str:
    batch = report.record
    last = f"{batch.retry_count:,}, last {page.moment(batch.last_retry_at, aged=True)}"
    if batch.refusal is not None:
        # What the batch waits for says what PayPal refused.
        return last if batch.retry_count else "0"
    if not batch.retry_count:
        return f"0{f', last error {batch.last_retry_error}' if batch.last_retry_error else ''}"
    return f"{last}: {batch.last_retry_error or 'no error'}"


def is_paused(page: Page, batch: BatchRecord) -> bool:
    """Return whether a batch without an answer is not due yet."""
    return batch.status is BatchStatus.IN_FLIGHT and page.is_ahead(batch.paused_until)


def write_pauses(page: Page, batches: Iterable[BatchRecord]) -> None:
    """Say when batches without an answer are due again, where that is still to come."""
    for batch in batches:
        if is_paused(page, batch):
            due = page.moment(batch.paused_until, aged=True)
            page.line(
                f"due {due}, as PayPal or the retry policy asks; a new run asks at once, under the same id.",
                lead=f"Next send of {batch.name}: ",
            )


def write_attempts(page: Page, attempts: Sequence[AttemptRecord], *, verbose: bool) -> None:
    """Show every send of a batch and how it ended; one that never ended is open."""
    if not attempts:
        page.line("It was never sent.")
        page.line()
        return
    columns = [
        Column("SEND", right=True),
        Column("STARTED", whole=True),
        Column("OUTCOME", whole=True),
        Column("HTTP", right=True),
        Column("DEBUG ID", whole=True),
    ]
    error = Column("ERROR", whole=True, optional=True)
    write_grid(
        page,
        attempts,
        [
            Layout((*columns, error), lambda attempt: Record([*_attempt(page, attempt), Cell(_error(attempt))])),
            Layout(columns, lambda attempt: Record(_attempt(page, attempt), below=_below(attempt))),
        ],
    )
    if verbose:
        for attempt in attempts:
            page.line(f"{attempt.number}. {_circumstances(page, attempt)}")
    page.line()


def _error(attempt: AttemptRecord) -> str:
    return ", ".join(word for word in (attempt.error_code, attempt.error_class) if word)


def _below(attempt: AttemptRecord) -> list[Cell]:
    error = _error(attempt)
    return [Cell(f"error {error}", "dim")] if error else []


def _attempt(page: Page, attempt: AttemptRecord) -> list[Cell]:
    style = {"accepted": "green", "duplicate": "green", "refused": "red"}.get(attempt.outcome or "", "yellow")
    return [
        Cell(str(attempt.number)),
        Cell(page.moment(attempt.started_at)),
        Cell(attempt.outcome or "open", style),
        Cell("-" if attempt.http_status is None else str(attempt.http_status)),
        Cell(attempt.debug_id or "-"),
    ]


def _circumstances(page: Page, attempt: AttemptRecord) -> str:
    pause = "" if attempt.delay_s is None else f", then a pause of {attempt.delay_s:.1f} s"
    return f"ended {page.moment(attempt.ended_at)}{pause}, by {attempt.operator}, policy {attempt.policy}"
