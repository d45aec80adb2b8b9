"""What `run`, `preview`, `retry` and `status` show: tables, then what they come to, then what to type."""

from collections.abc import Sequence
from itertools import islice
from typing import Final

from paypal_payouts.domain.locks import LockReport
from paypal_payouts.domain.open_and_wrong import items_in_words
from paypal_payouts.domain.outlook import Outlook
from paypal_payouts.domain.paid_otherwise import otherwise_in_words
from paypal_payouts.domain.report import RunReport
from paypal_payouts.domain.status import BatchStatusReport, CycleReport, Exported, StatusReport
from paypal_payouts.domain.steps import Advice
from paypal_payouts.domain.totals import Tally
from paypal_payouts.domain.verdict import RunOutcome
from paypal_payouts.domain.words import GO_THERE, counted, listed
from paypal_payouts.present.batches import (
    names_without_answer,
    write_attempts,
    write_batch,
    write_batches,
    write_pauses,
)
from paypal_payouts.present.failures import write_failures
from paypal_payouts.present.grid import Column, write_table
from paypal_payouts.present.items import write_items, write_unpaid
from paypal_payouts.present.overview import write_overview
from paypal_payouts.present.page import Page
from paypal_payouts.present.plan import write_plan, write_warnings
from paypal_payouts.present.totals import write_totals
from paypal_payouts.present.words import OUTCOME_STYLES

_NAMED_MAX: Final = 3
"""So many items that an older payment paid are named; the rest is counted."""


def write_run(page: Page, report: RunReport) -> None:
    """Show what `run`, `preview` or `retry` came to; a preview says that nothing was stored and nothing was sent."""
    if report.outline is not None:
        write_plan_of_cycle(page, report)
    else:
        live = "bold red" if report.environment == "live" else "bold"
        page.line(
            f"Cycle {report.cycle}, environment {environment_word(report.environment)}, account {report.account}", live
        )
        page.line()
        write_batches(page, report.batches, report.planned)
        write_totals(page, report.totals)
        if report.items:
            page.line(f"Items: {items_in_words(report.items, (batch.record for batch in report.batches))}")
            page.line()
        _write_left_out(page, report)
        write_warnings(page, report.warnings)
    page.line(outcome_sentence(report), OUTCOME_STYLES[report.outcome])
    write_unpaid(page, report)
    _write_what_next(page, report)


def write_plan_of_cycle(page: Page, report: RunReport) -> None:
    """Show a plan, what is stored of its cycle already, and the warnings: all that is read before saying yes."""
    if report.outline is None:
        raise TypeError("a plan that was not added up")
    write_plan(page, report, report.outline)
    if report.batches:
        page.line(f"Stored already: {counted(len(report.batches), 'batch')}. The whole cycle:")
        write_totals(page, report.totals)
    _write_left_out(page, report)
    # The plan has begun with what the simulator is.
    write_warnings(page, [warning for warning in report.warnings if warning.code != "simulator"])


def _write_left_out(page: Page, report: RunReport) -> None:
    if report.skipped:
        page.line(f"{counted(len(report.skipped), 'item')} left out:")
        write_table(page, [Column("ITEM"), Column("REASON", words=True)], report.skipped)
        page.line()
    if report.invalid:
        page.line("Bad rows of the input, left out:")
        columns = [Column("LINE", right=True), Column("COLUMN"), Column("VALUE"), Column("PROBLEM", words=True)]
        columns.append(Column("EXPECTED", words=True))
        rows = ((str(bad.line), bad.column or "-", bad.value, bad.problem, bad.expected) for bad in report.invalid)
        write_table(page, columns, rows)
        page.line()


def outcome_sentence(report: RunReport) -> str:
    """Describe an outcome in a sentence."""
    unpaid = [listed(report.unpaid)] if report.unpaid else []
    unpaid += ["bad rows of the input are left out"] if report.invalid else []
    finished = f"Finished, but not everything is paid: {', '.join(unpaid)}."
    if not unpaid and report.paid_before:
        paid = counted(sum(report.paid_before.values()), "item")
        finished = f"Finished: of {paid} the newest payment came to nothing, and an older one paid."
    sentences = {
        RunOutcome.PLANNED: "This is a preview: nothing was stored and nothing was sent.",
        RunOutcome.COMPLETED: "Completed: every item is success, unclaimed or closed.",
        RunOutcome.COMPLETED_WITH_FAILURES: finished,
        RunOutcome.PENDING: f"Not finished: {_waiting(report)}.",
        RunOutcome.NOTHING_TO_DO: "Nothing was left to do: nothing was sent."
        if report.outline is None
        else "This is a preview: nothing was stored and nothing was sent.",
        RunOutcome.REFUSED: "PayPal refused. The error says why.",
        RunOutcome.REVIEW: "A person must decide before anything more is paid.",
        RunOutcome.BLOCKED: "Stopped: nothing more is sent. The error says why.",
    }
    return sentences[report.outcome]


def _waiting(report: RunReport) -> str:
    unfinished = report.outlook.what_is_unfinished
    return "an outcome is not known yet" if unfinished == "nothing" else unfinished


def _write_what_next(page: Page, report: RunReport) -> None:
    """Name the next command; where a rule blocks, the error's hint does."""
    if report.outcome is RunOutcome.PLANNED and report.to_send:
        digest = f" --expect-digest {report.plan_digest}" if report.plan_digest else ""
        page.line("To do exactly this, with the same options:")
        page.command(f"payouts run {report.cycle}{digest}")
    elif report.outcome is not RunOutcome.BLOCKED:
        write_next(page, report.outlook.next)


def says_what_next(report: RunReport, hint: str) -> bool:
    """Return whether the next commands of a report are those of an error's hint."""
    return report.outcome is not RunOutcome.BLOCKED and any(f"`{step.command}`" in hint for step in report.outlook.next)


def write_status(page: Page, report: StatusReport) -> None:
    """Show a line for each cycle; with what is open or wrong of it and what to type where more was asked for."""
    write_warnings(page, report.warnings)
    if not report.cycles and report.looked_at:
        files = f"; of {report.archived} archived ones, files have the items" if report.archived else ""
        looked_at = counted(report.looked_at - report.archived, "cycle")
        page.line(f"No such item: {looked_at} looked at, all that were ever stored{files}.")
    elif not report.cycles and report.older_cycles:
        page.line("No cycle was stored since then. Every one: `payouts status --all`.")
    elif report.is_nowhere:
        page.line(GO_THERE)
    elif not report.cycles:
        page.line("There is no cycle yet. Look at one before it is sent:")
        page.command("payouts preview NAME")
    elif not report.in_full:
        write_overview(page, report)
        _write_exported(page, report.csv)
        return
    for number, cycle in enumerate(report.cycles):
        if number:
            page.line()
        _write_cycle(page, cycle)
    _write_exported(page, report.csv)
    if report.older_cycles:
        page.line(f"{counted(report.older_cycles, 'older cycle')} not looked at: `--all` looks at each.")


def _write_exported(page: Page, exported: Exported | None) -> None:
    if exported is not None:
        page.line(f"{counted(exported.items, 'item')} written to {exported.file}.")


def _write_cycle(page: Page, cycle: CycleReport) -> None:
    page.line(f"Cycle {cycle.cycle}", "bold")
    page.line()
    write_batches(page, cycle.batches)
    for warning in cycle.warnings:
        page.line(warning.message, lead="warning: ", lead_style="bold yellow")
    write_totals(page, cycle.tally.totals)
    if cycle.item_rows is not None:
        unanswered = names_without_answer(cycle.batches)
        write_items(
            page,
            cycle.item_rows,
            with_batch=True,
            verbose=page.verbose,
            unanswered=unanswered,
            paid_before=cycle.tally.paid_before,
        )
    write_failures(page, cycle.errors, f"--cycle {cycle.cycle}")
    if cycle.archive is not None:
        page.line(f"{cycle.archive.words()}.")
    if cycle.lock is not None:
        page.line(_held(page, cycle.lock))
    if cycle.tally.states:
        page.line(f"Items: {_counted(cycle)}")
    write_pauses(page, (batch.record for batch in cycle.batches))
    write_answers(page, cycle.prospect)


def _counted(cycle: CycleReport) -> str:
    """Count the items by the state of their newest payment, and name those that an older one paid."""
    states = items_in_words(cycle.tally.states, (batch.record for batch in cycle.batches))
    return "; ".join([states, *paid_by_older(cycle.tally)])


def paid_by_older(tally: Tally) -> list[str]:
    """Name the items whose newest payment came to nothing, and which an older one paid."""
    paid = [f"{item_id} was paid by {paid.batch}" for item_id, paid in islice(tally.paid_before.items(), _NAMED_MAX)]
    more = len(tally.paid_before) - len(paid)
    return [*paid, *([f"and {more:,} more"] if more else [])]


def write_answers(page: Page, outlook: Outlook) -> None:
    """Answer three questions in their order: is anything open, is anything wrong, what do I type."""
    page.line(f"{outlook.what_is_open}.", lead="Open: ")
    page.line(f"{outlook.what_is_wrong}.", lead="Wrong: ")
    if not outlook.next:
        page.line("nothing to do.", lead="Next: ")
        return
    page.line(lead="Next:")
    write_next(page, outlook.next)


def _held(page: Page, lock: LockReport) -> str:
    since = f"Locked by {lock.holder} since {page.moment(lock.acquired_at, aged=True)}"
    if lock.living is False:
        return f"{since}; that process is dead: the next `payouts run` takes over at once."
    return f"{since}; expires {page.moment(lock.expires_at, aged=True)} unless renewed."


def write_batch_status(page: Page, report: BatchStatusReport) -> None:
    """Show one batch: every fact, every send, its items when asked for, and what to type."""
    batch = report.batch.record
    write_batch(page, report.batch, funding_source=report.funding_source)
    if report.archive is None:
        write_attempts(page, report.attempts, verbose=page.verbose)
    if report.item_rows is not None:
        unanswered = names_without_answer([report.batch])
        write_items(page, report.item_rows, with_batch=False, verbose=page.verbose, unanswered=unanswered)
    write_failures(page, report.errors, str(batch.name))
    _write_exported(page, report.csv)
    if report.archive is not None:
        page.line(f"{report.archive.words()}.")
    if batch.superseded:
        if report.otherwise:
            page.line(f"{otherwise_in_words(report.otherwise)}.", lead="Wrong: ")
        page.line("A later attempt took its unpaid items over; the whole cycle:")
        page.command(f"payouts status --cycle {batch.name.cycle}")
        return
    write_pauses(page, [batch])
    write_answers(page, report.outlook)


def write_next(page: Page, steps: Sequence[Advice]) -> None:
    """Explain why something is to be done, and below it what to type."""
    for why, command in steps:
        page.line(why)
        page.command(command)


def environment_word(environment: str) -> str:
    """Write the environment, where real money moves in capitals."""
    return "LIVE" if environment == "live" else environment
