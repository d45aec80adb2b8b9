"""The result of `init`."""

from typing import Annotated, Self

from msgspec import Meta

from paypal_payouts.domain.report import InitReport
from paypal_payouts.results.values import JsonStruct


class InitJson(JsonStruct, frozen=True):
    """The result of `init`."""

    written: Annotated[list[str], Meta(description="Files that were written.")]
    kept: Annotated[list[str], Meta(description="Files that were there and are as they were.")]

    next: Annotated[list[str], Meta(description="Commands to type.")]

    @classmethod
    def of(cls, report: InitReport) -> Self:
        """Show what was written."""
        return cls(written=list(report.written), kept=list(report.kept), next=[report.next.command])
