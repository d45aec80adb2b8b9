"""The result of `sync`."""

from typing import Annotated, Self

from msgspec import Meta

from paypal_payouts.domain.identity import BatchName
from paypal_payouts.domain.report import SyncReport
from paypal_payouts.results.batch import NextCommands
from paypal_payouts.results.totals import WarningJson, Warnings, state_counts
from paypal_payouts.results.values import BatchText, Count, CycleText, JsonStruct, StateCounts


class UnreadJson(JsonStruct, frozen=True):
    """What PayPal gave no usable answer about, or somebody else holds."""

    name: Annotated[str, Meta(description="The batch or cycle.")]
    cycle: Annotated[CycleText, Meta(description="The cycle.")]
    batch: Annotated[BatchText | None, Meta(description="The batch; null where it is the whole cycle.")]
    reason: Annotated[str, Meta(description="Why.")]

    @classmethod
    def of(cls, name: str, reason: str) -> Self:
        """Say of a batch, or of a cycle, why it was not read."""
        batch = BatchName.parse(name)
        return cls(
            name=name,
            cycle=name if batch is None else batch.cycle,
            batch=None if batch is None else name,
            reason=reason,
        )


class OpenCycleJson(JsonStruct, frozen=True):
    """A cycle that is not finished."""

    cycle: CycleText
    why: Annotated[str, Meta(description="What is open, in words.")]
    next: Annotated[str, Meta(description="The command to type.")]


class SyncJson(JsonStruct, frozen=True):
    """The result of `sync`."""

    cycles: Annotated[list[CycleText], Meta(description="The cycles that were asked about.")]
    batches_read: Annotated[Count, Meta(description="How many batches PayPal was asked about.")]
    items_changed: Annotated[Count, Meta(description="How many items changed.")]
    unread: Annotated[
        list[UnreadJson],
        Meta(description="Batches for which PayPal gave no usable answer, and cycles that somebody else holds."),
    ]
    items: StateCounts
    warnings: Warnings
    open: Annotated[list[OpenCycleJson], Meta(description="The cycles that are not finished, the oldest first.")]
    next: NextCommands

    @classmethod
    def of(cls, report: SyncReport) -> Self:
        """Show what PayPal was asked about, and what changed."""
        return cls.taken(
            report,
            cycles=list(report.cycles),
            unread=[UnreadJson.of(name, reason) for name, reason in report.unread],
            items=state_counts(report.items),
            warnings=[WarningJson.taken(notice) for notice in report.warnings],
            open=[OpenCycleJson.taken(cycle) for cycle in report.open],
            next=list(dict.fromkeys(cycle.next for cycle in report.open)),
        )
