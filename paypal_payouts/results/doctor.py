"""The result of `doctor`."""

from typing import Annotated, Self

from msgspec import Meta

from paypal_payouts.domain.doctor import CheckState, DoctorReport
from paypal_payouts.results.values import JsonStruct


class CheckJson(JsonStruct, frozen=True):
    """One check."""

    name: Annotated[str, Meta(description="What was looked at.")]
    state: Annotated[CheckState, Meta(description="How it ended; `failed` would stop a run.")]
    found: Annotated[str, Meta(description="What was found.")]
    mend: Annotated[str, Meta(description="What to do; empty where all is well.")]


class DoctorJson(JsonStruct, frozen=True):
    """The result of `doctor`."""

    checks: Annotated[list[CheckJson], Meta(description="The checks, in their order.")]

    @classmethod
    def of(cls, report: DoctorReport) -> Self:
        """Show the checks."""
        return cls([CheckJson.taken(check) for check in report.checks])
