"""Batches, rows and items of the domain, as short as a test wants them."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from paypal_payouts.domain.identity import BatchName
from paypal_payouts.domain.payout import BatchRecord, InputRow, StoredItem
from paypal_payouts.domain.states import BatchStatus, ItemState

NOW = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)


def batch(status: BatchStatus = BatchStatus.PLANNED, **changes: Any) -> BatchRecord:
    record = BatchRecord(
        id=1,
        name=BatchName("c", 1, 1),
        sender_batch_id="main-sandbox-c-0001-1",
        paypal_batch_id=None,
        status=status,
        items=1,
        currency="USD",
        amount_minor=100,
        fees_minor=None,
        checksum="0" * 64,
        created_at=NOW,
        first_sent_at=None,
        last_sent_at=None,
        completed_at=None,
        retry_count=0,
        last_retry_at=None,
        last_retry_error=None,
        open_sends=0,
        last_open_send_at=None,
        states=Counter(),
    )
    return replace(record, **changes)


def row(item_id: str, amount_minor: int = 100, currency: str = "USD", receiver: str | None = None) -> InputRow:
    receiver = f"{item_id}@x.example" if receiver is None else receiver
    return InputRow(0, 2, item_id, receiver, "EMAIL", amount_minor, currency, None, None, None, None)


def stored(
    item_id: str, state: ItemState = ItemState.SUCCESS, amount_minor: int = 100, currency: str = "USD"
) -> StoredItem:
    return StoredItem(item_id, f"{item_id}@x.example", amount_minor, currency, state, batch_id=1)
