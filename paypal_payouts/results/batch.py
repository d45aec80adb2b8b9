"""A batch, wherever batches are listed, and what keeps one from being finished."""

from typing import Annotated, Any, Self

from msgspec import Meta

from paypal_payouts.domain.advice import BatchReport
from paypal_payouts.domain.money import format_amount
from paypal_payouts.domain.outlook import Outlook
from paypal_payouts.domain.plan import PlannedBatch
from paypal_payouts.domain.states import BatchStatus
from paypal_payouts.results.values import (
    Amount,
    AtLeastOne,
    BatchText,
    Count,
    Currency,
    CycleText,
    Digest,
    JsonStruct,
    OfAccountJson,
    Time,
    amount,
)


class EligibilityJson(JsonStruct, frozen=True):
    """Whether `retry` may act on a batch."""

    eligible: Annotated[bool, Meta(description="Whether it may.")]
    reason: Annotated[str, Meta(description="Why, or why not.")]


class BatchJson(JsonStruct, frozen=True):
    """A batch."""

    batch: BatchText
    cycle: Annotated[CycleText, Meta(description="The cycle that it belongs to.")]
    sequence: Annotated[AtLeastOne, Meta(description="Which batch of the cycle, from 1 on.")]
    attempt: Annotated[
        AtLeastOne, Meta(description="1, and one more each time that unpaid items of it are paid again.")
    ]
    sender_batch_id: Annotated[
        str, Meta(description="The id that PayPal pays once: `<account>-<environment>-<batch>`.")
    ]
    paypal_batch_id: Annotated[str | None, Meta(description="PayPal's id; null until PayPal has it.")]
    status: BatchStatus
    items: Annotated[Count, Meta(description="How many items it has.")]
    currency: Currency
    amount: Annotated[Amount, Meta(description="What its items come to.")]
    fees: Annotated[Amount | None, Meta(description="What PayPal charged; null until it says so.")]
    checksum: Annotated[
        Digest | None,
        Meta(description="SHA-256 of the request's bytes; null in a preview, where there are none yet."),
    ]
    created_at: Annotated[Time | None, Meta(description="When it was stored; null in a preview.")]
    first_sent_at: Annotated[Time | None, Meta(description="When its first permit was given; null before.")]
    completed_at: Annotated[Time | None, Meta(description="When PayPal finished it; null before.")]
    retry_count: Annotated[Count, Meta(description="Sends after the first.")]
    last_retry_at: Annotated[
        Time | None, Meta(description="When it was last sent after the first time; null where it was not.")
    ]
    last_retry_error: Annotated[
        str | None, Meta(description="What went wrong at its latest send, in words; null where nothing did.")
    ]
    eligible_for_retry: EligibilityJson
    paused_until: Annotated[
        Time | None,
        Meta(
            description="Its next send is not due before: PayPal (`Retry-After`), or the retry policy, asked for a "
            "pause after its last one; null where none was asked for. It is kept once it is past."
        ),
    ]

    @classmethod
    def of(cls, report: BatchReport | PlannedBatch) -> Self:
        """Show a batch, and whether it may be sent again."""
        batch = report.record if isinstance(report, BatchReport) else report
        return cls.taken(
            batch,
            batch=str(batch.name),
            cycle=batch.name.cycle,
            sequence=batch.name.sequence,
            attempt=batch.name.attempt,
            amount=format_amount(batch.amount_minor, batch.currency),
            fees=amount(batch.fees_minor, batch.currency),
            eligible_for_retry=EligibilityJson.taken(report.eligibility),
        )


class OpenBatchJson(JsonStruct, frozen=True):
    """A batch that keeps its cycle from being finished."""

    batch: BatchText
    why: Annotated[str, Meta(description="In words.")]
    error_code: Annotated[str | None, Meta(description="PayPal's code for it, or ours; null where there is none.")]
    since: Annotated[Time | None, Meta(description="Its last send; null where it was never sent.")]
    next: Annotated[str, Meta(description="The command that takes it further.")]


OpenBatches = Annotated[list[OpenBatchJson], Meta(description="Every batch that keeps the exit code from 0 or 5.")]
NextCommands = Annotated[list[str], Meta(description="Commands to type, the most urgent first.")]


def open_batches(outlook: Outlook) -> list[OpenBatchJson]:
    """List what is open."""
    return [OpenBatchJson.taken(each) for each in outlook.open]


class WithOutlookJson(OfAccountJson, frozen=True):
    """A result about a cycle that says how it stands then, and what to type."""

    open: OpenBatches
    next: NextCommands


def outlook_keys(outlook: Outlook) -> dict[str, Any]:
    """Return the keys of `WithOutlookJson`."""
    return {"open": open_batches(outlook), "next": next_commands(outlook)}


def next_commands(outlook: Outlook) -> list[str]:
    """List what to type, each command once."""
    return list(dict.fromkeys(step.command for step in outlook.next))
