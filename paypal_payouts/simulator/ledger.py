"""The book, written out for those who judge by it."""

from collections.abc import Iterable

from paypal_payouts.simulator.book import BatchRow, Book, BookTotal, ItemRow
from paypal_payouts.simulator.ids import BATCH_ID, ITEM_ID
from paypal_payouts.simulator.messages import JsonObject
from paypal_payouts.simulator.money import format_value
from paypal_payouts.simulator.replies import timestamp


def show_book(book: Book, now_ms: int) -> JsonObject:
    """Write out every batch and payment, and what they add up to."""
    return {
        "batches": [_batch(batch) for batch in book.batches(now_ms)],
        "payments": [show_payment(item) for item in book.items(1, None, now_ms)],
        "totals": show_totals(book.totals(now_ms)),
    }


def show_totals(totals: Iterable[BookTotal]) -> JsonObject:
    """Add up per currency: `moved` has left the sender and not come back, `states` shows where all of it is."""
    by_currency: dict[str, list[BookTotal]] = {}
    for total in totals:
        by_currency.setdefault(total.currency, []).append(total)
    return {currency: _currency(currency, parts) for currency, parts in by_currency.items()}


def _currency(currency: str, parts: list[BookTotal]) -> JsonObject:
    return {
        "moved": format_value(sum(part.amount_minor for part in parts if part.is_out), currency),
        "fees": format_value(sum(part.fees_minor for part in parts), currency),
        "states": {
            part.state or "": {"items": part.items, "amount": format_value(part.amount_minor, currency)}
            for part in parts
        },
    }


def _batch(batch: BatchRow) -> JsonObject:
    return {
        "payout_batch_id": BATCH_ID.write(batch.number),
        "sender_batch_id": batch.sender_batch_id,
        "batch_status": batch.status,
        "items": batch.items,
        "currency": batch.currency,
        "amount": format_value(batch.amount_minor, batch.currency),
        "fees": format_value(batch.fees_minor, batch.currency),
        "created_at": timestamp(batch.created_ms),
    }


def show_payment(item: ItemRow) -> JsonObject:
    """Write out one payment."""
    return {
        "payout_batch_id": BATCH_ID.write(item.batch),
        "sender_batch_id": item.sender_batch_id,
        "payout_item_id": ITEM_ID.write(item.number),
        "sender_item_id": item.sender_item_id,
        "receiver": item.receiver,
        "currency": item.currency,
        "amount": format_value(item.amount_minor, item.currency),
        "fee": format_value(item.fee_minor, item.currency),
        "state": item.state,
        "error": item.error,
        "created_at": timestamp(item.created_ms),
    }
