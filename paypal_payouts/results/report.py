"""The result of `report`."""

from typing import Annotated, Self

from msgspec import Meta

from paypal_payouts.domain.report import Origin, PageReport
from paypal_payouts.results.batch import WithOutlookJson, outlook_keys
from paypal_payouts.results.books import BooksJson
from paypal_payouts.results.totals import TotalJson, Totals, state_counts
from paypal_payouts.results.values import Count, CycleText, StateCounts


class PageJson(WithOutlookJson, frozen=True):
    """The result of `report`."""

    cycle: CycleText
    html: Annotated[str | None, Meta(description="The page that was written; null where none was asked for.")]
    books: Annotated[BooksJson | None, Meta(description="The books that were written; null where none were asked for.")]
    items: StateCounts
    totals: Totals
    failures: Annotated[Count, Meta(description="Items that are not paid, or not yet.")]
    events: Annotated[Count, Meta(description="Lines of the trail.")]

    @classmethod
    def of(cls, report: PageReport, origin: Origin) -> Self:
        """Show what is on the page."""
        return cls.taken(
            report,
            **origin._asdict(),
            **outlook_keys(report.outlook),
            books=None if report.books is None else BooksJson.of(report.books),
            items=state_counts(report.items),
            totals=[TotalJson.of(total) for total in report.totals],
        )
