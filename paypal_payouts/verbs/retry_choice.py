"""Which batches `retry` is about, and whether each may be sent again."""

from collections.abc import Sequence

from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.retry import may_send, must_be_doubted, waits_for_corrected_rows
from paypal_payouts.domain.states import BatchStatus
from paypal_payouts.errors import Blocked
from paypal_payouts.protocol.tools import Terms, Tools
from paypal_payouts.storage import Store


def batches_to_retry(cycle: str, *, store: Store, terms: Terms, tools: Tools, failed_items: bool) -> list[BatchRecord]:
    """Choose the batches of a cycle that are sent again, or that hold items which were not paid.

    Raises:
        Blocked: there are none.

    """
    batches = store.batches.of_cycle(cycle)
    now, days = tools.now(), terms.policy.max_age_days
    if failed_items:
        chosen = [batch for batch in batches if batch.payable_again or _is_refused_for_its_rows(batch)]
        missing = "no item of it is known to be unpaid"
    else:
        chosen = [
            batch
            for batch in batches
            if may_send(batch, now=now, max_age_days=days).eligible
            or must_be_doubted(batch, now=now, max_age_days=days)
        ]
        missing = "no batch of it is open, refused or denied"
    if not chosen:
        raise Blocked(
            "not_eligible",
            f"Nothing of cycle {cycle} is sent again: {missing}.",
            hint=f"Nothing was sent. `payouts status --cycle {cycle}` shows how it stands.",
            details=[{"cycle": cycle, "reason": missing}],
        )
    return chosen


def _is_refused_for_its_rows(batch: BatchRecord) -> bool:
    return batch.status is BatchStatus.REFUSED and waits_for_corrected_rows(batch) and not batch.superseded


def check_may_be_resent(batch: BatchRecord, *, terms: Terms, tools: Tools) -> None:
    """Refuse a batch that is not sent again under its own id.

    Raises:
        Blocked: it is not eligible, with the reason in words.

    """
    now, days = tools.now(), terms.policy.max_age_days
    allowed = may_send(batch, now=now, max_age_days=days)
    # An unanswered batch that is too old goes to the sender all the same: it moves it to review.
    if allowed.eligible or must_be_doubted(batch, now=now, max_age_days=days):
        return
    in_review = batch.status is BatchStatus.REVIEW
    raise Blocked(
        "not_eligible",
        f"{batch.name} is {'in review' if in_review else batch.status} and is not sent again: {allowed.reason}.",
        hint=f"Nothing was sent. `payouts {'review' if in_review else 'status'} {batch.name}` shows what can be done.",
        details=[{"batch": str(batch.name), "status": str(batch.status), "reason": allowed.reason}],
    )


def resend_words(batches: Sequence[BatchRecord]) -> str:
    """Say in words which batches are sent again."""
    return "\n".join(
        f"Send {batch.name} ({batch.words()}), now {batch.status}, again under the same id" for batch in batches
    )
