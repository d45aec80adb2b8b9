"""Exit codes 7 and 8 in words, from what is stored alone."""

from collections.abc import Sequence

from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.states import BatchStatus
from paypal_payouts.errors import NeedsReview, PayoutsError, PayPalRefused


def trouble_of(batches: Sequence[BatchRecord]) -> PayoutsError | None:
    """Say what is wrong with these batches as they stand, where that is an error of its own."""
    in_review = [batch for batch in batches if batch.status is BatchStatus.REVIEW]
    refused = [batch for batch in batches if batch.status is BatchStatus.REFUSED]
    if in_review:
        return review_error(in_review)
    if refused:
        names = ", ".join(f"{batch.name} ({batch.last_retry_error})" for batch in refused)
        return PayPalRefused(
            f"PayPal refused {names}. Nobody in it was paid.",
            hint=refusal_hint(refused[0]),
            details=[{"batch": str(batch.name), "last_error": batch.last_retry_error} for batch in refused],
        )
    return None


def review_error(batches: Sequence[BatchRecord]) -> NeedsReview:
    """Say which batches a person must decide on, and how."""
    names = ", ".join(str(batch.name) for batch in batches)
    plural = "batches" if len(batches) > 1 else "batch"
    return NeedsReview(
        f"A person must decide on {plural} {names}: it is not known whether PayPal paid. Nothing more is sent for the "
        f"cycle until then.",
        hint=f"`payouts audit {batches[0].name}` says why. Look in PayPal's activity list, then "
        f"`payouts override {batches[0].name} --to accepted --paypal-batch-id ID --reason ...` where PayPal has it, or "
        f"`--to abandoned` where it has not.",
        details=[
            {"batch": str(batch.name), "reason": batch.review_reason, "last_error": batch.last_retry_error}
            for batch in batches
        ],
    )


def refusal_hint(batch: BatchRecord) -> str:
    """Say what can be typed once PayPal has refused a batch."""
    return (
        f"Mend the cause, then `payouts run --cycle {batch.name.cycle}` sends the same batch again; for rows that must "
        f"change: correct the input, then `payouts retry {batch.name} --failed-items`."
    )
