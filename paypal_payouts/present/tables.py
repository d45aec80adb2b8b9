"""Every report as a person reads it. The only door to the tables: nothing else in the program formats a result.

Source: docs/design.md, 5.5.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, TextIO, TypeGuard, assert_never

from paypal_payouts.domain.archive import ArchiveReport
from paypal_payouts.domain.doctor import DoctorReport
from paypal_payouts.domain.explain import ExplainReport
from paypal_payouts.domain.locks import LocksReport, UnlockReport
from paypal_payouts.domain.report import (
    ApproveReport,
    AuditReport,
    CancelReport,
    InitReport,
    LostSendsReport,
    MetricsReport,
    NotifyReport,
    OpenRunReport,
    OverrideReport,
    PageReport,
    Report,
    ResealReport,
    RunReport,
    ServeReport,
    SyncReport,
)
from paypal_payouts.domain.status import BatchStatusReport, StatusReport
from paypal_payouts.errors import PayoutsError
from paypal_payouts.present import admin, cycles, explain, open_cycles
from paypal_payouts.present.commands import NOTHING_TYPED, Typed
from paypal_payouts.present.cycles import confirm_text
from paypal_payouts.present.grid import Column, write_table
from paypal_payouts.present.open_cycles import confirm_open_text
from paypal_payouts.present.page import Page
from paypal_payouts.present.text import visible

__all__ = ["confirm_open_text", "confirm_text", "show", "show_error"]

_COPIED: Final = frozenset({"batch", "debug_id"})
_VERBATIM: Final = frozenset({"item_id", "receiver", "value"})
"""Shown blank for blank, also where they must be broken."""
_TOLD: Final = frozenset({"batch", "code", "message", "last_error", "reason"})
"""What the message of an error says as a rule, and details say for programs."""


def show(  # noqa: C901, PLR0912 - one case for each report
    report: Report,
    *,
    stream: TextIO,
    width: int | None = None,
    colour: bool,
    verbose: bool = False,
    typed: Typed = NOTHING_TYPED,
) -> None:
    """Write a report for a person; no escape sequence unless `colour` is asked for and the stream is a terminal.

    A width that is not known is 80.
    """
    page = Page(stream, width=width, colour=colour, typed=typed)
    match report:
        case RunReport():
            cycles.write_run(page, report)
        case OpenRunReport():
            open_cycles.write_open_run(page, report)
        case StatusReport():
            cycles.write_status(page, report, verbose=verbose)
        case BatchStatusReport():
            cycles.write_batch_status(page, report, verbose=verbose)
        case OverrideReport():
            admin.write_override(page, report)
        case LostSendsReport():
            admin.write_lost_sends(page, report)
        case SyncReport():
            admin.write_sync(page, report)
        case CancelReport():
            admin.write_cancel(page, report)
        case LocksReport():
            admin.write_locks(page, report)
        case ApproveReport():
            admin.write_approve(page, report)
        case ArchiveReport():
            admin.write_archive(page, report)
        case ResealReport():
            admin.write_reseal(page, report)
        case UnlockReport():
            admin.write_unlock(page, report)
        case AuditReport():
            admin.write_audit(page, report, verbose=verbose)
        case DoctorReport():
            admin.write_doctor(page, report)
        case MetricsReport():
            admin.write_metrics(page, report)
        case NotifyReport():
            admin.write_notify(page, report)
        case PageReport():
            admin.write_page(page, report)
        case InitReport():
            admin.write_init(page, report)
        case ServeReport():
            admin.write_serve(page, report)
        case ExplainReport():
            explain.write_explain(page, report)
        case _:
            assert_never(report)


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
    if isinstance(below, StatusReport | BatchStatusReport):
        return
    page = Page(stream, width=width, colour=colour, typed=typed)
    page.line(error.message, lead="error: ", lead_style="bold red")
    _write_details(page, error.details, error.message)
    if error.hint and not (isinstance(below, RunReport) and cycles.says_what_next(below, error.hint)):
        page.line(error.hint, lead="hint: ")


def _write_details(page: Page, details: Sequence[Mapping[str, Any]], message: str) -> None:
    """Write details as a table, and what is nested in them as tables below it; without what the message says."""
    names = list(dict.fromkeys(name for detail in details for name in detail))
    nested = {name for name in names if any(_is_table(detail.get(name)) for detail in details)}
    flat = [name for name in names if name not in nested and not _is_said(name, details, message)]
    if flat:
        columns = [_column(name, details) for name in flat]
        write_table(page, columns, ([_word(detail.get(name)) for name in flat] for detail in details))
    for inner in (detail.get(name) for detail in details for name in names if name in nested):
        if _is_table(inner):
            _write_details(page, inner, message)


def _is_said(name: str, details: Sequence[Mapping[str, Any]], message: str) -> bool:
    """Return whether the message says what a column does; the batches of several rows stay, as what the rows are of."""
    values = [detail.get(name) for detail in details]
    if all(value == [] for value in values):
        return True
    if name not in _TOLD or (name == "batch" and len(details) > 1):
        return False
    return all(isinstance(value, str) and value.rstrip(".") in message for value in values)


def _is_table(value: object) -> TypeGuard[list[dict[str, Any]]]:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def _column(name: str, details: Sequence[Mapping[str, Any]]) -> Column:
    numbers = all(isinstance(detail.get(name), int) for detail in details)
    return Column(visible(name.upper()), right=numbers, whole=name in _COPIED, words=name not in _VERBATIM)


def _word(value: object) -> str:
    if value is None or value == []:
        return "-"
    return value if isinstance(value, str) else json.dumps(value)
