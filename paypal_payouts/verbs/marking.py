"""Saying first of all where no money moves."""

from dataclasses import replace
from typing import Final

from paypal_payouts.domain.plan import Notice
from paypal_payouts.domain.report import Finished, OpenRunReport, RunReport

_SIMULATED: Final = Notice("simulator", "SIMULATOR: no real money moves.")


def marked(finished: Finished, environment: str) -> Finished:
    """Say first of all in the result of `run`, `retry` or `preview` where it moves no money."""
    report = finished.report
    if not isinstance(report, RunReport | OpenRunReport) or environment != "simulator":
        return finished
    return replace(finished, report=replace(report, warnings=[_SIMULATED, *report.warnings]))
