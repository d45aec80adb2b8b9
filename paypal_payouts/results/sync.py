"""The result of `sync`."""

from typing import Annotated, Self

from msgspec import Meta

from paypal_payouts.domain.identity import BatchName
from paypal_payouts.domain.report import Origin, SyncReport
from paypal_payouts.domain.states import ItemState
from paypal_payouts.results.batch import NextCommands
from paypal_payouts.results.totals import WarningJson, Warnings, state_counts
from paypal_payouts.results.values import (
    Amount,
    BatchText,
    Count,
    Currency,
    CycleText,
    JsonStruct,
    OfAccountJson,
    StateCounts,
)


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


class CameBackJson(JsonStruct, frozen=True):
    """A payment whose money came back."""

    cycle: CycleText
    batch: BatchText
    item_id: Annotated[str, Meta(description="Ours.")]
    amount: Amount
    currency: Currency
    state: Annotated[ItemState, Meta(description="What PayPal says of it now.")]


class NewlyUnpaidJson(JsonStruct, frozen=True):
    """A cycle with items that are not paid, as PayPal says now and did not say before."""

    cycle: CycleText
    newly: Annotated[StateCounts, Meta(description="Those items, by state.")]
    unpaid: Annotated[StateCounts, Meta(description="All items of the cycle that are not paid, by state.")]
    items: Annotated[Count, Meta(description="How many items the cycle has.")]
    exit_code: Annotated[int, Meta(description="With which a `run` of the cycle ends now.")]
    next: Annotated[str, Meta(description="The command to type.")]


class SyncJson(OfAccountJson, frozen=True):
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
    came_back: Annotated[
        list[CameBackJson],
        Meta(description="Payments of which PayPal says, for the first time, that their money came back."),
    ]
    newly_unpaid: Annotated[
        list[NewlyUnpaidJson],
        Meta(description="Cycles with items of which PayPal says, for the first time, that they are not paid."),
    ]
    next: NextCommands

    @classmethod
    def of(cls, report: SyncReport, origin: Origin) -> Self:
        """Show what PayPal was asked about, and what changed."""
        return cls.taken(
            report,
            **origin._asdict(),
            cycles=list(report.cycles),
            unread=[UnreadJson.of(name, reason) for name, reason in report.unread],
            items=state_counts(report.items),
            warnings=[WarningJson.taken(notice) for notice in report.warnings],
            open=[OpenCycleJson.taken(cycle) for cycle in report.open],
            came_back=[CameBackJson.taken(payment) for payment in report.came_back],
            newly_unpaid=[
                NewlyUnpaidJson.taken(found, newly=state_counts(found.newly), unpaid=state_counts(found.unpaid))
                for found in report.newly_unpaid
            ],
        )
