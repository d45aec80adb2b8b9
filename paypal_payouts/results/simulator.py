"""The results of `simulator serve` and `simulator activity`."""

from typing import Annotated, Self

from msgspec import Meta

from paypal_payouts.domain.reconcile import ActivityReport
from paypal_payouts.domain.report import ServeReport
from paypal_payouts.results.values import Count, JsonStruct


class ServeJson(JsonStruct, frozen=True):
    """The result of `simulator serve`."""

    url: Annotated[str, Meta(description="The address that it serves on.")]
    book: Annotated[str | None, Meta(description="The file of its book; null where the book is in memory.")]

    @classmethod
    def of(cls, report: ServeReport) -> Self:
        """Show where it listens."""
        return cls.taken(report)


class ActivityJson(JsonStruct, frozen=True):
    """The result of `simulator activity`."""

    output: Annotated[str, Meta(description="The file that was written.")]
    rows: Annotated[Count, Meta(description="How many movements of money it has.")]

    @classmethod
    def of(cls, report: ActivityReport) -> Self:
        """Show what was written."""
        return cls.taken(report)
