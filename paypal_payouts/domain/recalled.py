"""How a cycle stands once the sends are recorded that only the sent log knows: what `run` begins with. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from paypal_payouts.domain.payout import BatchRecord, StoredItem
from paypal_payouts.domain.sent_log import Recall, can_be_sent_whole
from paypal_payouts.domain.states import FREED, BatchStatus, ItemState


def as_recorded(batches: Sequence[BatchRecord], recalls: Sequence[Recall]) -> list[BatchRecord]:
    """Return batches as they stand once the sends that only the log knows are recorded: what `run` begins with."""
    found = {recall.batch.id: recall for recall in recalls}
    return [_with_sends(batch, found[batch.id]) if batch.id in found else batch for batch in batches]


def items_as_recorded(items: Iterable[StoredItem], recalls: Sequence[Recall]) -> Iterator[StoredItem]:
    """Yield items as they stand then: those of a batch that is in flight again are, too."""
    again = {batch.id for batch, _, _ in recalls if batch.status in FREED and can_be_sent_whole(batch)}
    return (item._replace(state=ItemState.UNSENT) if item.batch_id in again else item for item in items)


def unanswered_minor(recalls: Iterable[Recall]) -> Counter[str]:
    """Return by currency what the database calls unpaid of batches whose sends only the log knows."""
    minor: Counter[str] = Counter()
    for batch, _, _ in recalls:
        is_called_unpaid = batch.status is BatchStatus.DENIED or (
            batch.status in {BatchStatus.PLANNED, BatchStatus.REFUSED} and not batch.unproven_sends
        )
        if is_called_unpaid and can_be_sent_whole(batch):
            minor[batch.currency] += batch.amount_minor
    return minor


def _with_sends(batch: BatchRecord, recall: Recall) -> BatchRecord:
    _, sends, doubt = recall
    number, last = len(sends), sends[-1].at
    is_first = batch.first_sent_at is None
    return replace(
        batch,
        status=BatchStatus.IN_FLIGHT
        if doubt is None and batch.status is not BatchStatus.REVIEW
        else BatchStatus.REVIEW,
        first_sent_at=batch.first_sent_at or sends[0].at,
        last_sent_at=last,
        retry_count=batch.retry_count + number - is_first,
        open_sends=batch.open_sends + number,
        unproven_sends=batch.unproven_sends + number,
        last_open_send_at=last,
        review_reason=batch.review_reason or doubt,
        failed_try=None,
    )
