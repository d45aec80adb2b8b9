"""The result of `metrics`."""

from typing import Annotated, Self

from msgspec import Meta

from paypal_payouts.domain.metrics import Spread
from paypal_payouts.domain.outcome import AttemptOutcome
from paypal_payouts.domain.report import MetricsReport
from paypal_payouts.domain.states import OPEN_STATUSES, BatchStatus
from paypal_payouts.results.totals import state_counts
from paypal_payouts.results.values import (
    AccountText,
    AtLeastOne,
    Count,
    CycleText,
    FailureClass,
    JsonStruct,
    StateCounts,
    Time,
    for_each,
    utc,
)

Seconds = Annotated[float, Meta(ge=0)]


class SendsJson(JsonStruct, frozen=True):
    """Sends that ended alike."""

    outcome: Annotated[AttemptOutcome, Meta(description="How they ended.")]
    error_class: FailureClass
    count: Annotated[AtLeastOne, Meta(description="How many.")]


class BucketJson(JsonStruct, frozen=True):
    """One step of the histogram."""

    up_to_s: Annotated[Seconds, Meta(description="Seconds.")]
    count: Annotated[Count, Meta(description="How many batches took no longer.")]


class SpreadJson(JsonStruct, frozen=True):
    """How long something took."""

    count: Annotated[Count, Meta(description="How many batches.")]
    sum_s: Annotated[Seconds, Meta(description="Their seconds together.")]
    buckets: Annotated[list[BucketJson], Meta(description="The histogram.")]

    @classmethod
    def of(cls, spread: Spread) -> Self:
        """Show a histogram."""
        return cls.taken(spread, buckets=[BucketJson(up_to_s=edge_s, count=count) for edge_s, count in spread.up_to_s])


class UnclaimedJson(JsonStruct, frozen=True):
    """Unclaimed items of which the money comes back on one day."""

    days_left: Annotated[Count, Meta(description="Whole days, at least.")]
    items: Annotated[AtLeastOne, Meta(description="How many.")]


class CompletedJson(JsonStruct, frozen=True):
    """A cycle that is complete."""

    cycle: CycleText
    at: Annotated[Time, Meta(description="When the end of its last batch was recorded.")]


class MetricsJson(JsonStruct, frozen=True):
    """The result of `metrics`."""

    output: Annotated[str | None, Meta(description="The file that was written; null for standard output.")]
    environment: Annotated[str, Meta(description="Which PayPal.")]
    account: AccountText
    read_at: Annotated[Time, Meta(description="When the database was read.")]
    batches: Annotated[dict[BatchStatus, Count], for_each(BatchStatus, "Batches by status.")]
    items: StateCounts
    attempts: Annotated[list[SendsJson], Meta(description="Sends that were closed, by how they ended.")]
    attempts_open: Annotated[Count, Meta(description="Sends that were never closed.")]
    open_conflicts: Annotated[
        Count, Meta(description="Payments of which PayPal contradicts our record, and nobody has acknowledged it.")
    ]
    unrecorded_sends: Annotated[
        Count, Meta(description="Sends that the sent log knows and the database does not, of any cycle.")
    ]
    retries: Annotated[Count, Meta(description="Sends after the first of their batch.")]
    seconds_to_final: Annotated[SpreadJson, Meta(description="From the first send of a batch to PayPal's end of it.")]
    oldest_open_s: Annotated[
        dict[BatchStatus, Seconds | None],
        for_each(
            OPEN_STATUSES, "The age in seconds of the oldest batch of each open status; null where there is none."
        ),
    ]
    unclaimed: Annotated[list[UnclaimedJson], Meta(description="Unclaimed items, by when their money comes back.")]
    completed: Annotated[
        list[CompletedJson], Meta(description="The cycles that are complete, and when that was recorded.")
    ]

    @classmethod
    def of(cls, report: MetricsReport) -> Self:
        """Show the figures."""
        figures = report.figures
        return cls.taken(
            figures,
            output=report.output,
            batches=dict(figures.batches),
            items=state_counts(figures.items),
            attempts=[
                SendsJson(outcome=outcome, error_class=error_class, count=count)
                for (outcome, error_class), count in figures.attempts.items()
            ],
            seconds_to_final=SpreadJson.of(figures.seconds_to_final),
            oldest_open_s=dict(figures.oldest_open_s),
            unclaimed=[UnclaimedJson(days_left=days, items=count) for days, count in figures.unclaimed.items()],
            completed=[CompletedJson(cycle=cycle, at=utc(at)) for cycle, at in figures.completed_at.items()],
        )
