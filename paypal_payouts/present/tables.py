"""Every report as a person reads it. The only door to the tables: nothing else in the program formats a result.

Source: docs/design.md, 5.5.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, TextIO, TypeGuard, TypeVar

from paypal_payouts.domain.archive import ArchiveReport
from paypal_payouts.domain.audit import AuditReport
from paypal_payouts.domain.base import Report
from paypal_payouts.domain.configured import ConfigReport
from paypal_payouts.domain.doctor import DoctorReport
from paypal_payouts.domain.explain import ExplainReport
from paypal_payouts.domain.funding import Funds
from paypal_payouts.domain.locks import LocksReport, UnlockReport
from paypal_payouts.domain.notify import NotifyReport
from paypal_payouts.domain.override import LostSendsReport, OverrideReport
from paypal_payouts.domain.probe import ProbeReport
from paypal_payouts.domain.program import CompletionReport, HelpReport, VersionReport
from paypal_payouts.domain.reconcile import ActivityReport, ReconcileReport
from paypal_payouts.domain.refused_payees import RefusedPayeesReport
from paypal_payouts.domain.report import (
    ApproveReport,
    CancelReport,
    InitReport,
    MetricsReport,
    OpenRunReport,
    PageReport,
    ResealReport,
    RunReport,
    ServeReport,
    SyncReport,
)
from paypal_payouts.domain.reviewed import ReviewReport
from paypal_payouts.domain.status import BatchStatusReport, StatusReport
from paypal_payouts.errors import PayoutsError
from paypal_payouts.present import (
    admin,
    configured,
    cycles,
    explain,
    locks,
    open_cycles,
    override,
    plan,
    probe,
    program,
    reconcile,
    refused_payees,
    review,
    trail,
)
from paypal_payouts.present.commands import NOTHING_TYPED, Typed
from paypal_payouts.present.grid import Column, write_table
from paypal_payouts.present.page import Page
from paypal_payouts.present.text import Clock, visible

__all__ = ["show", "show_error", "show_funds", "show_open_plan", "show_plan"]

_COPIED: Final = frozenset({"batch", "debug_id"})
_VERBATIM: Final = frozenset({"item_id", "receiver", "value"})
"""Shown blank for blank, also where they must be broken."""
_OF_THE_CONFIGURATION: Final = {"file", "key", "problem"}
_FOR_PROGRAMS: Final = frozenset(
    {"error_class", "last_error", "key", "holder", "host", "pid", "command", "acquired_at", "expires_at"}
)
"""Details that the message says in words."""
_HEADINGS: Final = {"item_id": "ITEM", "http_status": "HTTP", "error_code": "PAYPAL'S CODE", "code": "PAYPAL'S CODE"}
_PLACE: Final = frozenset({"line", "column"})
_RUN_MIN: Final = 4
"""So many bad rows with the same mistake are shown as one."""
_TOLD: Final = frozenset({"batch", "code", "message", "last_error", "reason", "expected", *_OF_THE_CONFIGURATION})
"""What the message of an error says as a rule, and details say for programs."""


R = TypeVar("R")


def _writer(kind: type[R], write: Callable[[Page, R], None]) -> tuple[type[Any], Callable[[Page, Any], None]]:
    return kind, write


WRITERS: Final = MappingProxyType(
    dict(
        [
            _writer(RunReport, cycles.write_run),
            _writer(OpenRunReport, open_cycles.write_open_run),
            _writer(StatusReport, cycles.write_status),
            _writer(BatchStatusReport, cycles.write_batch_status),
            _writer(RefusedPayeesReport, refused_payees.write_refused_payees),
            _writer(OverrideReport, override.write_override),
            _writer(LostSendsReport, override.write_lost_sends),
            _writer(SyncReport, admin.write_sync),
            _writer(CancelReport, admin.write_cancel),
            _writer(LocksReport, locks.write_locks),
            _writer(ApproveReport, admin.write_approve),
            _writer(ArchiveReport, admin.write_archive),
            _writer(ResealReport, admin.write_reseal),
            _writer(UnlockReport, locks.write_unlock),
            _writer(AuditReport, trail.write_audit),
            _writer(DoctorReport, admin.write_doctor),
            _writer(MetricsReport, admin.write_metrics),
            _writer(NotifyReport, admin.write_notify),
            _writer(PageReport, admin.write_page),
            _writer(InitReport, admin.write_init),
            _writer(ServeReport, admin.write_serve),
            _writer(ActivityReport, admin.write_activity),
            _writer(ExplainReport, explain.write_explain),
            _writer(ReviewReport, review.write_review),
            _writer(ConfigReport, configured.write_config),
            _writer(HelpReport, program.write_text),
            _writer(CompletionReport, program.write_text),
            _writer(VersionReport, program.write_versions),
            _writer(ReconcileReport, reconcile.write_reconcile),
            _writer(ProbeReport, probe.write_probe),
        ]
    )
)
"""What shows each kind of report."""


def show(
    report: Report,
    *,
    stream: TextIO,
    width: int | None = None,
    colour: bool,
    verbose: bool = False,
    typed: Typed = NOTHING_TYPED,
    clock: Clock | None = None,
    environment: str | None = None,
) -> None:
    """Write a report for a person; no escape sequence unless `colour` is asked for and the stream is a terminal.

    A width that is not known is 80. Times are written by the clock; without one in UTC. `environment`: of the payments.
    """
    page = Page(stream, width=width, colour=colour, typed=typed, clock=clock, verbose=verbose)
    if environment == "simulator" and _tells_of_payments(report):
        plan.write_environment(page, environment)
    WRITERS[type(report)](page, report)


def _tells_of_payments(report: Report) -> bool:
    """Return whether somebody may read in a report that a payee has real money."""
    is_full = isinstance(report, StatusReport) and report.in_full and bool(report.cycles)
    return is_full or isinstance(report, BatchStatusReport | ExplainReport)


def show_plan(
    report: RunReport,
    *,
    stream: TextIO,
    width: int,
    colour: bool,
    typed: Typed = NOTHING_TYPED,
    clock: Clock | None = None,
) -> None:
    """Write what a preview has found, before a question about it."""
    cycles.write_plan_of_cycle(Page(stream, width=width, colour=colour, typed=typed, clock=clock), report)


def show_open_plan(
    reports: Sequence[RunReport], *, stream: TextIO, width: int, colour: bool, clock: Clock | None = None
) -> None:
    """Write what would be sent of several cycles, before a question about it."""
    open_cycles.write_open_plan(Page(stream, width=width, colour=colour, clock=clock), reports)


def show_funds(funds: Funds, *, stream: TextIO, width: int, colour: bool, clock: Clock | None = None) -> None:
    """Write who pays what would be sent, and what is in the account, before a question about it."""
    plan.write_funds(Page(stream, width=width, colour=colour, clock=clock), funds)


def show_warning(words: str, *, stream: TextIO, colour: bool, width: int, typed: Typed = NOTHING_TYPED) -> None:
    """Write a sentence that is worth a look, below the result."""
    Page(stream, width=width, colour=colour, typed=typed).line(words, lead="warning: ", lead_style="bold yellow")


def show_error(
    error: PayoutsError,
    *,
    stream: TextIO,
    colour: bool,
    width: int | None = None,
    typed: Typed = NOTHING_TYPED,
    below: Report | None = None,
) -> None:
    """Write what happened, the places that it happened at, and what to type next.

    `below`: the report that was shown before it; what that says is not said again.
    """
    if isinstance(below, StatusReport | BatchStatusReport | DoctorReport):
        return
    page = Page(stream, width=width, colour=colour, typed=typed)
    if (
        error.code == "config_invalid"
        and len(error.details) > 1
        and all(detail.keys() == _OF_THE_CONFIGURATION for detail in error.details)
    ):
        _write_mistakes(page, error.details)
    else:
        message = error.message
        for batch in below.batches if isinstance(below, RunReport) else ():
            # What the report has said before it, on the same screen.
            message = message.replace(f" ({batch.record.review_reason})", "")
        page.line(message, lead="error: ", lead_style="bold red")
        if not isinstance(below, NotifyReport):
            _write_details(page, error.details, error.message)
    money, what_to_type = _parts(error)
    if money:
        page.line(money)
    if what_to_type and not (isinstance(below, RunReport) and cycles.says_what_next(below, error.hint)):
        page.line(what_to_type, lead="hint: ")


def _parts(error: PayoutsError) -> tuple[str, str]:
    """Return whether money may have moved, unless the message has said so, and what to type."""
    money, what_to_type = error.hint_parts
    is_said = money.rstrip(".").lower() in error.message.lower()
    return "" if is_said else money, what_to_type


def _write_mistakes(page: Page, details: Sequence[Mapping[str, Any]]) -> None:
    """Write several mistakes of a configuration one below the other, which its message says in one sentence."""
    files = list(dict.fromkeys(detail["file"] for detail in details))
    named = files[0] if len(files) == 1 and files[0] else None
    page.line(f"{len(details)} mistakes in {named or 'the configuration'}:", lead="error: ", lead_style="bold red")
    for detail in details:
        where = ": ".join(filter(None, [None if named else detail["file"], detail["key"]]))
        page.line(detail["problem"], lead=f"{where}: " if where else "")


def _write_details(page: Page, details: Sequence[Mapping[str, Any]], message: str) -> None:
    """Write details as a table, and what is nested in them as tables below it; without what the message says."""
    names = list(dict.fromkeys(name for detail in details for name in detail))
    nested = {name for name in names if any(_is_table(detail.get(name)) for detail in details)}
    flat = [name for name in names if name not in nested and not _is_said(name, details, message)]
    if flat:
        details = _runs(details)
        columns = [_column(name, details) for name in flat]
        write_table(page, columns, ([_word(detail.get(name)) for name in flat] for detail in details))
    for inner in (detail.get(name) for detail in details for name in names if name in nested):
        if _is_table(inner):
            _write_details(page, inner, message)


def _runs(details: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Put bad rows that follow each other, with the same mistake, in one row: a spreadsheet makes it in each."""
    runs: list[list[Mapping[str, Any]]] = []
    for detail in details:
        before = runs[-1][-1] if runs else {}
        same = all(detail.get(name) == before.get(name) for name in ("column", "problem", "expected"))
        if "line" in before and detail.get("line") == before["line"] + 1 and same:
            runs[-1].append(detail)
        else:
            runs.append([detail])
    return [
        row
        for run in runs
        for row in (run if len(run) < _RUN_MIN else [{**run[0], "line": f"{run[0]['line']} to {run[-1]['line']}"}])
    ]


def _is_said(name: str, details: Sequence[Mapping[str, Any]], message: str) -> bool:
    """Return whether the message says what a column does; the batches of several rows stay, as what the rows are of."""
    values = [detail.get(name) for detail in details]
    if name in _FOR_PROGRAMS or (
        len(values) == 1 and isinstance(values[0], str) and values[0] and values[0].lower() in message.lower()
    ):
        return True
    if all(value in (None, []) for value in values) or (
        len(details) == 1 and name in _PLACE and f"line {details[0].get('line')}" in message
    ):
        return True
    if name not in _TOLD or (name == "batch" and len(details) > 1):
        return False
    return all(value is None or (isinstance(value, str) and value.rstrip(".") in message) for value in values)


def _is_table(value: object) -> TypeGuard[list[dict[str, Any]]]:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def _column(name: str, details: Sequence[Mapping[str, Any]]) -> Column:
    numbers = all(isinstance(detail.get(name), int) for detail in details)
    return Column(
        visible(_HEADINGS.get(name, name.replace("_", " ").upper())),
        right=numbers,
        whole=name in _COPIED,
        words=name not in _VERBATIM,
    )


def _word(value: object) -> str:
    if value is None or value == []:
        return "-"
    return value if isinstance(value, str) else json.dumps(value)
