"""Saying first of all where no money moves, and where nothing is known of any."""

from typing import Final

from msgspec.structs import replace

from paypal_payouts.domain.plan import Notice
from paypal_payouts.domain.reconcile import ReconcileReport
from paypal_payouts.domain.refused_payees import RefusedPayeesReport
from paypal_payouts.domain.report import Finished, OpenRunReport, RunReport, SyncReport
from paypal_payouts.domain.status import StatusReport
from paypal_payouts.domain.words import GO_THERE
from paypal_payouts.errors import NotFound

_ONLY_READS: Final = frozenset({"explain", "status", "review", "reconcile", "report"})
_NOTHING_SENT: Final = "Nothing was sent."

_SIMULATED: Final = Notice("simulator", "SIMULATOR: no real money moves.")


def marked(finished: Finished, environment: str) -> Finished:
    """Say first of all in the result of `run`, `retry` or `preview` where it moves no money."""
    report = finished.report
    if not isinstance(report, RunReport | OpenRunReport) or environment != "simulator":
        return finished
    return replace(finished, report=replace(report, warnings=[_SIMULATED, *report.warnings]))


def of_nothing(finished: Finished, words: str, *, is_said: bool = False) -> Finished:
    """Let nobody take for an answer about his payouts what was looked for where there are none; `words` say that.

    `is_said`: whoever reads the report has read them.
    """
    report, error = finished.report, finished.error
    if isinstance(error, NotFound):
        error = NotFound(f"{words} {error.message}", hint=f"Nothing was sent. {GO_THERE}", details=error.details)
    if isinstance(report, StatusReport | RefusedPayeesReport):
        report = replace(report, is_nowhere=True)
    if isinstance(report, RunReport | StatusReport | SyncReport | ReconcileReport) and not is_said:
        report = replace(report, warnings=[Notice("no_configuration", words), *report.warnings])
    return Finished(report, finished.exit_code, error)


def of_reading(finished: Finished, command: str | None) -> Finished:
    """Let no error of a command that only reads say that nothing was sent: one could take it for an answer."""
    error = finished.error
    if error is not None and command in _ONLY_READS:
        error.hint = error.hint.replace(f"{_NOTHING_SENT} ", "").removesuffix(_NOTHING_SENT).rstrip()
    return finished
