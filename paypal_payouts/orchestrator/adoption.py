"""Comparing a batch that PayPal has with the one that we stored, item by item, before it is called ours.

Source: design, section 2, rule 4: batch id, currency, count, total and every (item id, receiver, amount) must agree.
"""

from collections.abc import Callable
from dataclasses import dataclass

from paypal_payouts.domain.outcome import Failure, ReadFailed
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.orchestrator.reading import BatchReading, read_pages
from paypal_payouts.paypal.client import PayPalClient
from paypal_payouts.storage import Store


@dataclass(frozen=True, slots=True)
class NotEqual:
    """PayPal's batch is another one than ours; the reason says where they differ."""

    reason: str
    reading: BatchReading | None = None
    """PayPal's batch, where it could be read."""


@dataclass(frozen=True, slots=True)
class AdoptionFailed:
    """The batch could not be read just now."""

    failure: Failure


def read_for_adoption(
    batch: BatchRecord, paypal_batch_id: str, *, store: Store, paypal: PayPalClient, safe_point: Callable[[], None]
) -> BatchReading | NotEqual | AdoptionFailed:
    """Read every page of a batch at PayPal and compare it with ours."""
    reading = read_pages(batch, paypal_batch_id, paypal=paypal, safe_point=safe_point)
    if isinstance(reading, ReadFailed):
        if reading.passing:
            return AdoptionFailed(reading.failure)
        return NotEqual(f"PayPal's batch {paypal_batch_id} cannot be read: {reading.failure.message}")
    difference = _difference(batch, reading, store.readings.debts(batch.id))
    if difference is None:
        return reading
    return NotEqual(f"PayPal's batch {paypal_batch_id} differs: {difference}", reading)


def _difference(batch: BatchRecord, reading: BatchReading, debts: dict[str, tuple[str, int, str]]) -> str | None:
    """Say the first thing in which the two batches differ; None when they are equal."""
    header = reading.header
    said = (header.sender_batch_id, header.currency, header.amount_minor, header.total_items, len(reading.items))
    ours = (batch.sender_batch_id, batch.currency, batch.amount_minor, batch.items, batch.items)
    names = ("id", "currency", "total", "number of items", "number of items shown")
    for name, theirs, stored in zip(names, said, ours, strict=True):
        # PayPal may leave the total out of a header; the items are compared all the same. Its own id must be there.
        if theirs != stored and (theirs is not None or name == "id"):
            return f"its {name} is {theirs}, ours {stored}"
    for item in reading.items.values():
        if debts.get(item.item_id or "") != (item.receiver, item.amount_minor, item.currency):
            return f"item {item.item_id} is not as we stored it"
    return None
