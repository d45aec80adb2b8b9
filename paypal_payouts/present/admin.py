"""What the commands that look after cycles and the program itself show, where a few lines are enough."""

from shlex import quote
from typing import Final

from rich.segment import Segment

from paypal_payouts.domain.archive import ArchiveReport
from paypal_payouts.domain.doctor import Check, CheckState, DoctorReport
from paypal_payouts.domain.money import grouped_amount
from paypal_payouts.domain.notify import NotifyReport
from paypal_payouts.domain.reconcile import ActivityReport
from paypal_payouts.domain.report import (
    ApproveReport,
    CancelReport,
    InitReport,
    MetricsReport,
    PageReport,
    ResealReport,
    ServeReport,
    SyncReport,
)
from paypal_payouts.domain.states import ItemState
from paypal_payouts.domain.words import WHY, counted, listed
from paypal_payouts.present.came_back import write_came_back
from paypal_payouts.present.grid import Column, write_table
from paypal_payouts.present.items import write_items
from paypal_payouts.present.open_cycles import write_ended_unpaid, write_unfinished
from paypal_payouts.present.page import Cell, Page
from paypal_payouts.present.words import CHECK_STYLES

_BAD: Final = "bold yellow"
_LEFT_MAX: Final = 20
"""So many of the cycles that `archive` left in the database are shown."""


def write_sync(page: Page, report: SyncReport) -> None:
    """Show what PayPal was asked and what it says now."""
    for warning in report.warnings:
        # What was not read stands in the table below, with the same reason.
        if warning.code != "read_failed":
            page.line(warning.message, lead="warning: ", lead_style="bold yellow")
    if report.unread:
        page.line("Not read, and so not known to have changed:")
        write_table(page, [Column("BATCH OR CYCLE", whole=True), Column("REASON", words=True)], report.unread)
        page.line()
    cycles = ", ".join(report.cycles) or "no cycle"
    read, changed = counted(report.batches_read, "batch"), counted(report.items_changed, "item")
    page.line(f"Asked PayPal about {cycles}: {read} read, {changed} changed. Nothing was sent.", "bold")
    if report.items:
        page.line(f"Items: {listed(report.items)}")
    write_came_back(page, report.came_back)
    write_ended_unpaid(page, report.ended_unpaid)
    if report.open:
        write_unfinished(page, report.open)


def write_cancel(page: Page, report: CancelReport) -> None:
    """Show an item after its money was called back, or a person decided that it is not owed."""
    item = report.item
    cycle = item.batch.rsplit("-", 2)[0]
    if report.to_state is not report.from_state:
        page.line(f"{item.item_id} moved from {report.from_state} to {report.to_state}, by {report.operator}.", "bold")
    elif report.to_state is ItemState.CLOSED:
        page.line(f"{item.item_id} was closed before. Nothing was changed.", "bold")
    else:
        page.line(f"PayPal was asked to cancel {item.item_id}, and has not said that its money came back.", "bold")
    page.line(f"Reason: {report.reason}")
    page.line()
    write_items(page, [item], with_batch=True, verbose=True)
    if report.to_state is ItemState.RETURNED:
        page.line("Its money came back. Correct its row in the cycle's file, then pay it again:")
        page.command(f"payouts retry {item.batch} --failed-items")
        page.line("Or, where it is not owed:")
        page.command(f"payouts cancel {quote(item.item_id)} --cycle {cycle} --close --reason {WHY}")
    elif report.to_state is ItemState.CLOSED:
        page.line(
            "It is never paid any more, not even by a corrected row. If it is owed all the same, write a row with its "
            "own item_id into the cycle's file, then:"
        )
        page.command(f"payouts run {cycle} --append")
    elif report.to_state is ItemState.UNCLAIMED:
        page.line("To ask PayPal what became of it:")
        page.command(f"payouts sync --cycle {cycle}")


def write_approve(page: Page, report: ApproveReport) -> None:
    """Show what was kept of an approval; the plan was shown before it was signed."""
    approval, cycle = report.approval, report.plan.cycle
    page.line(
        f"{approval.principal} has approved plan {approval.plan_digest} of cycle {cycle}. Kept by {report.operator}; "
        f"counts until {page.moment(report.valid_until, aged=True)}.",
        "bold",
    )
    if report.own_name is not None:
        page.line(f"This does not count where {report.own_name} runs it: somebody else pays it.", "yellow")
    if report.refused is not None:
        # With --yes nobody has read it before the signature; and it is what whoever pays meets first.
        page.line(
            f"`payouts run {cycle}` stops all the same: {report.refused.message}", lead="warning: ", lead_style=_BAD
        )
        page.line(report.refused.hint_parts[1], lead="hint: ")
        return
    page.line("To pay it:")
    page.command(f"payouts run {cycle}")


def write_reseal(page: Page, report: ResealReport) -> None:
    """Show what a person vouched for."""
    page.line(
        f"{counted(report.batches, 'batch')} sealed as they stand, by {report.operator}. Reason: {report.reason}",
        "bold",
    )
    page.line(f"The key is {report.key_file}. Keep a copy, and copy it to every other machine that uses this database.")


def write_archive(page: Page, report: ArchiveReport) -> None:
    """Show what is in which file now, and what stays in the database, the oldest of it with its reason."""
    if report.archived:
        page.line(f"{counted(len(report.archived), 'cycle')} archived in {report.directory}:", "bold")
        columns = [Column("CYCLE", whole=True), Column("ITEMS", right=True), Column("FILE"), Column("SHA-256")]
        write_table(
            page, columns, ([each.cycle, str(each.items), each.file, each.sha256[:12]] for each in report.archived)
        )
    else:
        page.line("No cycle was archived.")
    if report.forgotten:
        page.line(f"Receivers forgotten in the trail of {', '.join(report.forgotten)}.")
    if report.left:
        page.line()
        page.line(f"{counted(len(report.left), 'cycle')} left in the database:")
        shown = report.left[:_LEFT_MAX]
        write_table(page, [Column("CYCLE", whole=True), Column("WHY", words=True)], shown)
        if len(report.left) > len(shown):
            page.line(f"And {len(report.left) - len(shown)} more; all of them with --json.")


def write_doctor(page: Page, report: DoctorReport) -> None:
    """Show every check with a word for its end, and the fix of those that are not well."""
    columns = [Column("CHECK", whole=True), Column("STATE", whole=True), Column("FOUND", words=True)]
    write_table(
        page,
        columns,
        ([check.name, Cell(check.state, CHECK_STYLES[check.state]), _found(check)] for check in report.checks),
    )
    failed, warnings = (
        sum(check.state is state for check in report.checks) for state in (CheckState.FAILED, CheckState.WARNING)
    )
    page.line()
    ends = [counted(failed, "check") + " failed"] if failed else []
    ends += [counted(warnings, "warning")] if warnings else []
    style = "red" if failed else "yellow" if warnings else "green"
    page.line(f"{', '.join(ends)}." if ends else "Nothing stands in the way.", style)


def _found(check: Check) -> str:
    return f"{check.found.rstrip('.')}. Fix: {check.mend}" if check.mend else check.found


def write_metrics(page: Page, report: MetricsReport) -> None:
    """Show the figures as they are, or where they were written."""
    if report.output is None:
        page.segments([Segment(report.text)])
        return
    series = sum(not line.startswith("#") for line in report.text.splitlines())
    page.line(f"{counted(series, 'sample')} written to {report.output}.")


def write_notify(page: Page, report: NotifyReport) -> None:
    """Show who is notified of which events, and whether that works."""
    if not report.targets:
        page.line("Nobody is told how commands end: the configuration has no [[notify.targets]].")
        return
    well = "told" if report.test else "ready"
    columns = [Column("TARGET", whole=True), Column("STATE", words=True), Column("EVENTS", words=True)]
    write_table(
        page,
        columns,
        (
            [
                target.name,
                Cell(well, "green") if target.problem is None else Cell(target.problem, "red"),
                ", ".join(target.events),
            ]
            for target in report.targets
        ),
    )
    if not report.test:
        page.line()
        page.line("To send each a message that says so:")
        page.command("payouts notify --test")


def write_page(page: Page, report: PageReport) -> None:
    """Show where the page and the books of a cycle were written, and what the cycle comes to."""
    paid = f"{report.items.get(ItemState.SUCCESS, 0):,} of {counted(sum(report.items.values()), 'item')} paid"
    if report.html is not None:
        page.line(f"Wrote {report.html}: {paid}. Opens offline; private to you.")
    if report.books is not None:
        file, form, entries = report.books
        number = "1 entry" if entries == 1 else f"{entries:,} entries"
        page.line(f"Wrote {file}: {number} for {form}; {paid}. Private to you.")
    for total in report.totals:
        amounts = [
            f"{grouped_amount(minor, total.currency)} {word}"
            for word, minor in (
                ("paid", total.paid_minor),
                ("unpaid", total.unpaid_minor),
                ("open", total.open_minor),
                ("unknown", total.unknown_minor),
            )
            if minor or word == "paid"
        ]
        page.line(f"  {total.currency}: {', '.join(amounts)}")


def write_init(page: Page, report: InitReport) -> None:
    """Show which files were written and which were left as they were."""
    page.facts(
        [
            *(("written", Cell(path, "green")) for path in report.written),
            *(("left as it is", path) for path in report.kept),
        ]
    )
    page.line(report.next.why)
    page.command(report.next.command)


def write_serve(page: Page, report: ServeReport) -> None:
    """Show where the simulator listens."""
    page.line(f"The simulator listens at {report.url}")
    page.line(f"Its book is {report.book or 'in memory'}.")


def write_activity(page: Page, report: ActivityReport) -> None:
    """Show where the activity download was written."""
    page.line(f"Wrote {report.output}: {counted(report.rows, 'row')}.")
