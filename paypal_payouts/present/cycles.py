"""What `run`, `preview`, `retry` and `status` show: tables, then what they come to, then what to type."""

from collections.abc import Sequence

from paypal_payouts.domain.advice import Outlook
from paypal_payouts.domain.item import ErrorCount
from paypal_payouts.domain.locks import LockReport
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.plan import PlannedBatch
from paypal_payouts.domain.report import RunReport
from paypal_payouts.domain.states import SENDABLE_BY_RUN, BatchStatus
from paypal_payouts.domain.status import BatchStatusReport, CycleReport, Exported, StatusReport
from paypal_payouts.domain.steps import Advice
from paypal_payouts.domain.totals import Total
from paypal_payouts.domain.verdict import RunOutcome
from paypal_payouts.domain.words import counted, listed, not_paid
from paypal_payouts.present.batches import write_attempts, write_batch, write_batches
from paypal_payouts.present.grid import Column, Layout, Record, write_grid, write_table
from paypal_payouts.present.items import write_items
from paypal_payouts.present.page import Cell, Page
from paypal_payouts.present.text import moment, visible
from paypal_payouts.present.words import OUTCOME_STYLES, aligned


def write_run(page: Page, report: RunReport) -> None:
    """Show what `run`, `preview` or `retry` came to; a preview says that nothing was stored and nothing was sent."""
    page.line(
        f"Cycle {report.cycle}, environment {environment_word(report.environment)}, account {report.account}", "bold"
    )
    page.line()
    write_batches(page, report.batches, report.planned)
    _write_totals(page, report.totals)
    if report.items:
        page.line(f"Items: {listed(report.items)}")
        page.line()
    _write_left_out(page, report)
    for warning in report.warnings:
        page.line(warning.message, lead=f"warning {warning.code}: ", lead_style="bold yellow")
    if report.warnings:
        page.line()
    page.line(outcome_sentence(report), OUTCOME_STYLES[report.outcome])
    _write_what_next(page, report)


def _write_left_out(page: Page, report: RunReport) -> None:
    if report.skipped:
        page.line(f"{counted(len(report.skipped), 'item')} left out:")
        write_table(page, [Column("ITEM"), Column("REASON", words=True)], report.skipped)
        page.line()
    if report.invalid:
        page.line("Bad rows of the input, left out:")
        columns = [Column("LINE", right=True), Column("COLUMN"), Column("VALUE"), Column("PROBLEM", words=True)]
        write_table(
            page, columns, ((str(bad.line), bad.column or "-", bad.value, bad.problem) for bad in report.invalid)
        )
        page.line()


def outcome_sentence(report: RunReport) -> str:
    """Describe an outcome in a sentence."""
    unpaid = [listed(not_paid(report.items))] if not_paid(report.items) else []
    unpaid += ["bad rows of the input are left out"] if report.invalid else []
    sentences = {
        RunOutcome.PLANNED: "This is a preview: nothing was stored and nothing was sent.",
        RunOutcome.COMPLETED: "Completed: every item is success, unclaimed or closed.",
        RunOutcome.COMPLETED_WITH_FAILURES: f"Finished, but not everything is paid: {', '.join(unpaid)}.",
        RunOutcome.PENDING: f"Not finished: {_waiting(report)}.",
        RunOutcome.NOTHING_TO_DO: "Nothing was left to do: nothing was sent.",
        RunOutcome.REFUSED: "PayPal refused. See the error below.",
        RunOutcome.REVIEW: "A person must decide before anything more is paid.",
        RunOutcome.BLOCKED: "Stopped: nothing more is sent. See the error below.",
    }
    return sentences[report.outcome]


def _waiting(report: RunReport) -> str:
    what_is_open = report.outlook.what_is_open
    return "an outcome is not known yet" if what_is_open == "nothing" else what_is_open


def _write_what_next(page: Page, report: RunReport) -> None:
    """Name the next command; where a rule blocks, the error's hint does."""
    if report.outcome is RunOutcome.PLANNED:
        digest = f" --expect-digest {report.plan_digest}" if report.plan_digest else ""
        page.line("To do exactly this, with the same options:")
        page.command(f"payouts run --cycle {report.cycle}{digest}")
    elif report.outcome is not RunOutcome.BLOCKED:
        write_next(page, report.outlook.next)


def says_what_next(report: RunReport, hint: str) -> bool:
    """Return whether the next commands of a report are those of an error's hint."""
    return report.outcome is not RunOutcome.BLOCKED and any(f"`{step.command}`" in hint for step in report.outlook.next)


def write_status(page: Page, report: StatusReport, *, verbose: bool) -> None:
    """Show every cycle: its batches, what is open or wrong, and what to type."""
    if not report.cycles and report.looked_at:
        files = f"; of {report.archived} archived ones, files have the items" if report.archived else ""
        looked_at = counted(report.looked_at - report.archived, "cycle")
        page.line(f"No such item: {looked_at} looked at, all that were ever stored{files}.")
    elif not report.cycles:
        page.line("There is no cycle yet. Look at one before it is sent:")
        page.command("payouts preview --cycle NAME")
    for number, cycle in enumerate(report.cycles):
        if number:
            page.line()
        _write_cycle(page, cycle, verbose=verbose)
    if len(report.cycles) > 1:
        page.line()
        _write_overview(page, report.cycles)
    _write_exported(page, report.csv)
    if report.older_cycles:
        page.line()
        page.line(f"{counted(report.older_cycles, 'older cycle')}, finished, not shown; to see one of them:")
        page.command("payouts status --cycle NAME")


def _write_overview(page: Page, cycles: Sequence[CycleReport]) -> None:
    """Name the cycles of which something is open or wrong, below all of them, where a terminal stops."""
    for lead, named in (
        ("Open cycles: ", [cycle.cycle for cycle in cycles if cycle.outlook.what_is_open != "nothing"]),
        (
            "Cycles with something wrong: ",
            [cycle.cycle for cycle in cycles if cycle.outlook.what_is_wrong != "nothing"],
        ),
    ):
        page.line(f"{', '.join(named) or 'none'}.", lead=lead)


def _write_exported(page: Page, exported: Exported | None) -> None:
    if exported is not None:
        page.line(f"{counted(exported.items, 'item')} written to {exported.file}.")


def _write_cycle(page: Page, cycle: CycleReport, *, verbose: bool) -> None:
    page.line(f"Cycle {cycle.cycle}", "bold")
    page.line()
    write_batches(page, cycle.batches)
    for warning in cycle.warnings:
        page.line(warning.message, lead=f"warning {warning.code}: ", lead_style="bold yellow")
    _write_totals(page, cycle.tally.totals)
    if cycle.item_rows is not None:
        write_items(page, cycle.item_rows, with_batch=True, verbose=verbose)
    _write_errors(page, cycle.errors)
    if cycle.archive is not None:
        page.line(f"{cycle.archive.words()}.")
    if cycle.lock is not None:
        page.line(_held(cycle.lock))
    if cycle.tally.states:
        page.line(f"Items: {listed(cycle.tally.states)}")
    write_answers(page, cycle.outlook)


def write_answers(page: Page, outlook: Outlook) -> None:
    """Answer three questions in their order: is anything open, is anything wrong, what do I type."""
    page.line(f"{outlook.what_is_open}.", lead="Open: ")
    page.line(f"{outlook.what_is_wrong}.", lead="Wrong: ")
    if not outlook.next:
        page.line("nothing to do.", lead="Next: ")
        return
    page.line(lead="Next:")
    write_next(page, outlook.next)


def _held(lock: LockReport) -> str:
    return f"Locked by {lock.holder} since {moment(lock.acquired_at)}, until {moment(lock.expires_at)} unless renewed."


def write_batch_status(page: Page, report: BatchStatusReport, *, verbose: bool) -> None:
    """Show one batch: every fact, every send, its items when asked for, and what to type."""
    batch = report.batch.record
    write_batch(page, report.batch)
    if report.archive is None:
        write_attempts(page, report.attempts, verbose=verbose)
    if report.item_rows is not None:
        write_items(page, report.item_rows, with_batch=False, verbose=verbose)
    _write_errors(page, report.errors)
    _write_exported(page, report.csv)
    if report.archive is not None:
        page.line(f"{report.archive.words()}.")
    if batch.superseded:
        page.line("A later attempt took its unpaid items over; the whole cycle:")
        page.command(f"payouts status --cycle {batch.name.cycle}")
        return
    write_answers(page, report.outlook)


def _write_errors(page: Page, errors: Sequence[ErrorCount] | None) -> None:
    """Show each kind of failure; where the page is narrow, its code stands on a line of its own, never cut."""
    if errors is None:
        return
    if not errors:
        page.line("No failure.")
        page.line()
        return
    code = Column("ERROR", whole=True)
    facts = (
        Column("FOUND", whole=True),
        Column("CLASS", whole=True),
        Column("WHO ACTS"),
        Column("MEANING", words=True),
    )
    write_grid(
        page,
        errors,
        [
            Layout((code, *facts), lambda error: Record([_error_code(error), *_error_facts(error)])),
            Layout(facts, lambda error: Record(_error_facts(error), above=[_error_code(error)]), "ERROR", indent=2),
        ],
    )
    page.line()


def _error_code(error: ErrorCount) -> Cell:
    return Cell(error.error_code or "no code", "bold")


def _error_facts(error: ErrorCount) -> list[Cell]:
    found = f"{counted(error.count, error.kind)} {error.state}"
    return [Cell(found), Cell(error.error_class or "-"), Cell(error.who), Cell(error.sentence)]


def write_next(page: Page, steps: Sequence[Advice]) -> None:
    """Explain why something is to be done, and below it what to type."""
    for why, command in steps:
        page.line(why)
        page.command(command)


def _write_totals(page: Page, totals: Sequence[Total]) -> None:
    if not totals:
        return
    amounts = aligned((total.amount_minor, total.currency) for total in totals)
    columns = [Column(header, right=True) for header in ("ITEMS", "AMOUNT")]
    figures: list[Sequence[str]] = [[str(total.items) for total in totals], amounts]
    for header, minor in _money_columns(totals):
        # What is nothing in every currency has no column: the rest is read at a glance.
        if header == "PAID" or any(minor):
            columns.append(Column(header, right=True))
            figures.append(aligned(zip(minor, (total.currency for total in totals), strict=True), currency=False))
    rows = zip(*figures, strict=True)
    write_table(
        page,
        [Column("TOTAL", whole=True), *columns],
        [[Cell(total.currency, "bold"), *row] for total, row in zip(totals, rows, strict=True)],
    )
    page.line()


def _money_columns(totals: Sequence[Total]) -> list[tuple[str, Sequence[int | None]]]:
    return [
        ("PAID", [total.paid_minor for total in totals]),
        ("UNPAID", [total.unpaid_minor for total in totals]),
        ("OPEN", [total.open_minor for total in totals]),
        ("UNKNOWN", [total.unknown_minor for total in totals]),
        ("CLOSED", [total.closed_minor for total in totals]),
        ("SURPLUS", [total.surplus_minor for total in totals]),
        ("FEES", [total.fees_minor for total in totals]),
    ]


def environment_word(environment: str) -> str:
    """Write the environment, where real money moves in capitals."""
    return "LIVE" if environment == "live" else environment


def confirm_text(report: RunReport, *, action: str) -> str:
    """Describe what a question is about: environment, account, and what `run` would send per currency.

    `action` is a verb such as "send". The text ends with the question itself.
    """
    return question(f"{action} cycle {report.cycle}", report, sendable(report))


def question(action: str, report: RunReport, going: Sequence[BatchRecord | PlannedBatch]) -> str:
    """Return whose money an action moves, and how much of it goes out per currency; `going` are the batches sent."""
    currencies = sorted({batch.currency for batch in going})
    sums = [sum(batch.amount_minor for batch in going if batch.currency == currency) for currency in currencies]
    amounts = aligned(zip(sums, currencies, strict=True))
    room = max(map(len, amounts), default=0)
    sending = f"{counted(len(going), 'batch')}, {counted(sum(batch.items for batch in going), 'item')}"
    lines = [
        f"About to {action}:",
        f"  environment  {environment_word(report.environment)}",
        f"  account      {report.account}",
        f"  to send      {sending if going else 'nothing: results are read'}",
        *(f"               {amount.rjust(room)}" for amount in amounts),
    ]
    again = sum(batch.status is BatchStatus.IN_FLIGHT for batch in going)
    if again:
        lines.append(
            f"  {counted(again, 'batch')} of these was sent before without an answer: PayPal pays one id once."
        )
    lines += [notice.message for notice in report.warnings if notice.code in {"new_receiver", "new_payee"}]
    return "\n".join([*map(visible, lines), "Go on?"])


def sendable(report: RunReport) -> list[BatchRecord | PlannedBatch]:
    """Pick the batches that `run` would send."""
    stored = [batch.record for batch in report.batches]
    return [*(batch for batch in stored if batch.status in SENDABLE_BY_RUN and not batch.superseded), *report.planned]
