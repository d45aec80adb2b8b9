"""What the next command of a cycle needs of this command line, by how far this one came."""

from dataclasses import replace

from paypal_payouts.domain.base import Report
from paypal_payouts.domain.report import RunReport
from paypal_payouts.domain.states import BatchStatus
from paypal_payouts.domain.verdict import RunOutcome
from paypal_payouts.present.commands import Typed


def typed_after(report: Report | None, typed: Typed) -> Typed:
    """Leave --allow-duplicate out where all rows are stored and sent: typed again, it would let a later copy pass."""
    if not isinstance(report, RunReport) or not _is_all_sent(report):
        return typed
    return replace(typed, flags=tuple(flag for flag in typed.flags if flag != "--allow-duplicate"))


def _is_all_sent(report: RunReport) -> bool:
    if report.outline is not None or report.outcome is RunOutcome.BLOCKED or not report.batches:
        return False
    is_stored = all(warning.code != "not_stored" for warning in report.warnings)
    return is_stored and all(batch.record.status is not BatchStatus.PLANNED for batch in report.batches)
