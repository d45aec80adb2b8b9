"""The result of `report`."""

from typing import Annotated, Self

from msgspec import Meta

from paypal_payouts.domain.report import PageReport
from paypal_payouts.results.totals import TotalJson, Totals, state_counts
from paypal_payouts.results.values import Count, CycleText, JsonStruct, StateCounts


class PageJson(JsonStruct, frozen=True):
    """The result of `report`."""

    cycle: CycleText
    html: Annotated[str, Meta(description="The file that was written.")]
    items: StateCounts
    totals: Totals
    failures: Annotated[Count, Meta(description="Items on the page that are not paid, or not yet.")]
    events: Annotated[Count, Meta(description="Lines of the trail on the page.")]

    @classmethod
    def of(cls, report: PageReport) -> Self:
        """Show what is on the page."""
        return cls.taken(
            report, items=state_counts(report.items), totals=[TotalJson.of(total) for total in report.totals]
        )
