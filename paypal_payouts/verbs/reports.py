"""What is stored of batches, with what can be done for each now: the same for every verb that shows them."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from paypal_payouts.domain.advice import BatchReport
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.retry import eligibility, may_pay_again, may_send, must_be_doubted
from paypal_payouts.domain.states import BatchStatus
from paypal_payouts.paypal.error_rules import ErrorRules
from paypal_payouts.storage import Store


def batch_reports(
    batches: Sequence[BatchRecord], *, store: Store, errors: ErrorRules, now: datetime, max_age_days: int
) -> list[BatchReport]:
    """Put beside each batch what can be done for it; without a query where nothing is unpaid and none is denied."""
    payable = [batch.id for batch in batches if batch.payable_again]
    held_back: Counter[int] = Counter()
    for batch_id, code, number in store.items.payable_codes(payable) if payable else ():
        held_back[batch_id] += number if errors.held_back(code) is not None else 0
    return [
        BatchReport(
            record=batch,
            eligibility=eligibility(batch, now=now, max_age_days=max_age_days),
            may_be_resent=(
                may_send(batch, now=now, max_age_days=max_age_days).eligible
                and not (batch.status is BatchStatus.DENIED and store.sends.paid_elsewhere(batch.id))
            )
            or must_be_doubted(batch, now=now, max_age_days=max_age_days),
            may_pay_again=batch.payable_again > 0 and may_pay_again(batch).eligible,
            held_back=held_back[batch.id],
        )
        for batch in batches
    ]
