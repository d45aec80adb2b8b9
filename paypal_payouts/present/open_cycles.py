"""What `run --open` shows before it asks and when it is done, and how a cycle that is not finished is named."""

from collections.abc import Sequence

from paypal_payouts.domain.newly_unpaid import NewlyUnpaid
from paypal_payouts.domain.report import OpenRunReport, RunReport
from paypal_payouts.domain.unfinished import OpenCycle
from paypal_payouts.domain.words import counted, listed
from paypal_payouts.present.cycles import says_what_next, write_run
from paypal_payouts.present.grid import Column, write_table
from paypal_payouts.present.page import Page
from paypal_payouts.present.plan import sent_before, sums_of, write_environment, write_warnings


def write_open_run(page: Page, report: OpenRunReport) -> None:
    """Show each cycle as `run` shows it, with what stopped it, and all exit codes below; an older database on top."""
    contradictions = [warning for warning in report.warnings if warning.code == "contradiction"]
    write_warnings(page, contradictions)
    for each in report.cycles:
        write_run(page, each.report)
        if each.error is not None:
            page.line(each.error.message, lead="error: ", lead_style="bold red")
            if each.error.hint and not says_what_next(each.report, each.error.hint):
                page.line(each.error.hint, lead="hint: ")
        page.line()
    for warning in report.warnings:
        if warning in contradictions:
            continue
        page.line(warning.message, lead="warning: ", lead_style="bold yellow")
    if not report.cycles:
        page.line("No cycle is open: nothing was sent.", "green")
        return
    ended = ", ".join(f"{each.report.cycle} (exit code {each.exit_code})" for each in report.cycles)
    page.line(f"{counted(len(report.cycles), 'cycle')} continued: {ended}.", "bold")


def write_open_plan(page: Page, reports: Sequence[RunReport]) -> None:
    """Show what `run --open` would send, before a question: which cycles, whose money, and how much of it."""
    going = [batch for report in reports for batch in report.to_send]
    first = reports[0]
    names = ", ".join(report.cycle for report in reports)
    page.line(f"To continue: {counted(len(reports), 'cycle')} ({names}), account {first.account}", "bold")
    write_environment(page, first.environment)
    items = counted(sum(batch.items for batch in going), "item")
    page.line(f"{counted(len(going), 'batch')}, {items}: {', '.join(sums_of(going))}.")
    for words in sent_before(going):
        page.line(words)


def write_ended_unpaid(page: Page, found: Sequence[NewlyUnpaid]) -> None:
    """Name the finished cycles of which PayPal says now that items are not paid, each with what shows them."""
    for each in found:
        number = sum(each.unpaid.values())
        are = "is" if number == 1 else "are"
        page.line()
        page.line(
            f"{each.cycle} is finished now, and {counted(number, 'item')} {are} not paid ({listed(each.unpaid)}):",
            "bold red",
        )
        page.command(each.next)


def write_unfinished(page: Page, cycles: Sequence[OpenCycle]) -> None:
    """Name the cycles that are not finished, each with why and what to type."""
    page.line()
    page.line("Not finished:")
    write_table(page, [Column("CYCLE", whole=True), Column("WHY", words=True)], ((c.cycle, c.why) for c in cycles))
    commands = dict.fromkeys(each.next for each in cycles)
    asking = [command for command in commands if command.startswith("payouts sync")]
    going_on = [command for command in commands if command not in asking]
    if going_on:
        page.line()
        page.line("To go on:")
        for command in going_on:
            page.command(command)
    if asking:
        page.line()
        page.line("Only PayPal can go on; if that takes days, ask PayPal. To ask it again (sends no money):")
        for command in asking:
            page.command(command)
