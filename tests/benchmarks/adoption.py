"""What comparing a batch of 15,000 items costs beside parsing its pages.

    cd tests && ../.venv/bin/python -m benchmarks.adoption

Both are done in this process, without a network; comparing includes reading the books. The collector comes by as rarely
as in the program: at Python's own pace it looks through all modules meanwhile, and that would be measured.
"""

import gc
import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from support.sealed import open_sealed

from benchmarks.measuring import median, say
from paypal_payouts.cli.app import COLLECTOR
from paypal_payouts.domain.identity import BatchName
from paypal_payouts.domain.outcome import PageReading
from paypal_payouts.domain.payout import ITEMS_PER_BATCH_MAX, BatchRecord, InputRow
from paypal_payouts.paypal.ahead import PAGE_SIZE
from paypal_payouts.paypal.parser import parse_page
from paypal_payouts.paypal.reply import Reply
from paypal_payouts.protocol.adoption import read_for_adoption
from paypal_payouts.protocol.intent import Email, new_batch
from paypal_payouts.protocol.reading import BatchReading
from paypal_payouts.storage import Holder, Lease, Store

if TYPE_CHECKING:
    from paypal_payouts.paypal.client import PayPalClient
    from paypal_payouts.protocol.tools import Tools

ROUNDS = 5
NAME = BatchName("adopted", 1, 1)


class Given:
    """Stands in for the client: its pages were parsed before."""

    def __init__(self, pages: list[PageReading]) -> None:
        self._pages = pages

    def expect_pages(self, _: object) -> None:
        """They are all there."""

    def read_page(self, _: str, page: int) -> PageReading:
        return self._pages[page - 1]


def stored(store: Store, rows: list[InputRow]) -> BatchRecord:
    """Store the batch as `run` stores it."""
    now = datetime.now(UTC)
    holder = Holder("here", 1, "benchmark").at("folder")
    lease = store.locks.acquire("adopted", holder=holder, now=now, lease_s=600, take_over_same_directory=False)
    if not isinstance(lease, Lease):
        raise TypeError("a new database has no other holder")
    batch = new_batch(NAME, rows, account="main", environment="sandbox", email=Email(None, None))
    store.intents.record_intent(lease, cycle="adopted", batches=[batch], now=now, actor="benchmark")
    return store.batches.of_cycle("adopted")[0]


def replies(batch: BatchRecord, rows: list[InputRow]) -> Iterator[Reply]:
    """Write the pages as PayPal does."""
    amount = {"currency": "USD", "value": f"{batch.amount_minor / 100:.2f}"}
    header = {
        "payout_batch_id": "ADOPTED",
        "batch_status": "SUCCESS",
        "sender_batch_header": {"sender_batch_id": batch.sender_batch_id},
        "amount": amount,
    }
    for first in range(0, len(rows), PAGE_SIZE):
        items = [_item(row) for row in rows[first : first + PAGE_SIZE]]
        page = {"total_items": len(rows), "total_pages": 15, "batch_header": header, "items": items}
        yield Reply(200, {}, json.dumps(page).encode(), None)


def _item(row: InputRow) -> dict[str, Any]:
    return {
        "payout_item_id": f"ITEM{row.key:09}",
        "transaction_id": f"TRANSACTION{row.key:09}",
        "transaction_status": "SUCCESS",
        "payout_item_fee": {"currency": "USD", "value": "0.25"},
        "payout_batch_id": "ADOPTED",
        "payout_item": {
            "recipient_type": "EMAIL",
            "receiver": row.receiver,
            "amount": {"currency": "USD", "value": f"{row.amount_minor / 100:.2f}"},
            "sender_item_id": row.item_id,
        },
        "time_processed": "2026-11-05T10:00:00Z",
    }


def cpu_s(work: Callable[[], object]) -> float:
    """Say what a piece of work takes."""
    began_s = time.process_time()
    work()
    return time.process_time() - began_s


def ratio() -> float:
    """Give the time of comparing, with reading the books and gathering the items, by that of parsing."""
    gc.set_threshold(*COLLECTOR)
    numbers = range(1, ITEMS_PER_BATCH_MAX + 1)
    rows = [
        InputRow(
            number, number, f"INV-{number:07}", f"p{number}@example.com", "EMAIL", 1_250, "USD", None, None, None, None
        )
        for number in numbers
    ]
    with TemporaryDirectory(prefix="payouts-bench-") as folder:
        store = open_sealed(f"sqlite:///{Path(folder, 'adopted.db')}")
        if store is None:
            raise RuntimeError("a database that is opened for writing is made")
        batch = stored(store, rows)
        answered = list(replies(batch, rows))
        paypal = cast("PayPalClient", Given([cast("PageReading", parse_page(reply)) for reply in answered]))
        tools = cast("Tools", SimpleNamespace(store=store, paypal=paypal, safe_point=lambda: None))
        compared: list[object] = []

        def parse() -> None:
            for reply in answered:
                parse_page(reply)

        def compare() -> None:
            compared.append(read_for_adoption(batch, "ADOPTED", tools=tools))

        ratios = [cpu_s(compare) / cpu_s(parse) for _ in range(ROUNDS)]
        store.close()
    if not all(isinstance(each, BatchReading) for each in compared):
        raise RuntimeError(f"the batch was not found equal: {compared[0]}")
    return median(ratios)


if __name__ == "__main__":
    say(f"comparing {ITEMS_PER_BATCH_MAX:,} items takes {ratio():.2f} x the time of parsing their pages\n")
