"""Fills a database with years of finished cycles, so that what is asked of it can be measured with them behind it.

    cd tests && ../.venv/bin/python -m benchmarks.history --items 10000000 --cycles 5000 --database sqlite:////tmp/a.db

The rows are as the program leaves them: items are made by the database itself, a request has random bytes of the usual
length, the trail has a line for each page, and all of it is sealed with the key of the tests. There is a cycle a day
until yesterday. No row is open, so that `run` and `sync` find nothing to do here.
"""

import argparse
import hashlib
import os
import time
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from support.sealed import open_sealed

from benchmarks.measuring import say
from paypal_payouts.domain.identity import BatchName
from paypal_payouts.domain.payout import ITEMS_PER_BATCH_MAX
from paypal_payouts.domain.states import BatchStatus, ItemState
from paypal_payouts.storage import audit
from paypal_payouts.storage.counts import count_again
from paypal_payouts.storage.seals import seal_batch
from paypal_payouts.storage.tables import attempts, batches, cycles, items

CYCLES = 365
ITEMS_PER_PAGE = 1_000
REQUEST_BYTES_PER_ITEM = 17
"""Compressed."""
ACCOUNT, ENVIRONMENT = "main", "sandbox"


def fill(
    url: str,
    number: int,
    *,
    spread_over: int = CYCLES,
    items_per_batch: int = ITEMS_PER_BATCH_MAX,
    until: datetime | None = None,
) -> None:
    """Store so many items in so many cycles, one a day until then, or yesterday; a transaction for each cycle."""
    began = (until or datetime.now(UTC).replace(microsecond=0)) - timedelta(days=spread_over)
    store = open_sealed(url, environment=ENVIRONMENT, account=ACCOUNT)
    if store is None:
        raise RuntimeError("a database that is opened for writing is made")
    for day in range(spread_over):
        of_cycle = (day + 1) * number // spread_over - day * number // spread_over
        with store.database.transaction() as connection:
            if connection.dialect.name == "postgresql":
                # Rows that are made from others need no check that these are there.
                connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            _cycle(connection, f"day-{day + 1:04}", of_cycle, at=began + timedelta(days=day), most=items_per_batch)
    if store.database.dialect == "postgresql":
        # What autovacuum does within the hour.
        with store.database.transaction() as connection:
            connection.exec_driver_sql("ANALYZE")
    store.close()


def _cycle(connection: sa.Connection, name: str, number: int, *, at: datetime, most: int) -> None:
    cycle_id = _inserted(connection, cycles, name=name, created_at=at)
    for sequence, first in enumerate(range(0, number, most), 1):
        of_batch = min(most, number - first)
        batch = BatchName(name, sequence, 1)
        request = os.urandom(of_batch * REQUEST_BYTES_PER_ITEM).hex().encode()
        batch_id = _inserted(
            connection,
            batches,
            batch=str(batch),
            cycle_id=cycle_id,
            sequence=sequence,
            attempt=1,
            sender_batch_id=batch.sender_batch_id(account=ACCOUNT, environment=ENVIRONMENT),
            paypal_batch_id=f"PAYPAL-{batch}",
            status=BatchStatus.DONE,
            currency="USD",
            item_count=of_batch,
            amount_minor=of_batch * 1_250,
            fees_minor=of_batch * 25,
            checksum=hashlib.sha256(request).hexdigest(),
            created_at=at,
            first_sent_at=at,
            last_sent_at=at,
            completed_at=at,
            paypal_word="SUCCESS",
            last_read_at=datetime.now(UTC),
            retry_count=0,
            request=zlib.compress(request, 1),
        )
        _inserted(
            connection,
            attempts,
            batch_id=batch_id,
            number=1,
            started_at=at,
            ended_at=at,
            outcome="accepted",
            http_status=201,
            operator="cron",
            policy="default",
        )
        _items(connection, cycle_id, batch_id, first, of_batch, at=at)
        count_again(connection, batch_id)
        seal_batch(connection, batch_id)
        read = -(-of_batch // ITEMS_PER_PAGE)
        for action in ("intent", "permit", "accept", *["items_read"] * read, "finish"):
            audit.record(connection, at=at, cycle_id=cycle_id, batch_id=batch_id, actor="paypal", action=action)


def _items(connection: sa.Connection, cycle_id: int, batch_id: int, first: int, number: int, *, at: datetime) -> None:
    """Let the database count, and make a row of each number; one in a hundred failed, one was given back."""
    counted = sa.select(sa.literal(first).label("i")).cte("counted", recursive=True)
    counted = counted.union_all(sa.select(counted.c.i + 1).where(counted.c.i + 1 < first + number))
    i = counted.c.i
    digits = sa.func.substr(sa.cast(i + 10_000_000, sa.String), 2)
    failed, returned = i % 100 == 7, i % 100 == 8
    values: dict[str, Any] = {
        "cycle_id": sa.literal(cycle_id),
        "batch_id": sa.literal(batch_id),
        "item_id": sa.literal("INV-") + digits,
        "receiver": sa.literal("first.last") + digits + sa.literal("@mail.example.com"),
        "recipient_type": sa.literal("EMAIL"),
        "amount_minor": sa.literal(1_250),
        "currency": sa.literal("USD"),
        "note": sa.literal("Invoice of the third quarter"),
        "state": sa.case(
            (failed, _word(ItemState.FAILED)), (returned, _word(ItemState.RETURNED)), else_=_word(ItemState.SUCCESS)
        ),
        "raw_state": sa.case((failed, "FAILED"), (returned, "RETURNED"), else_="SUCCESS"),
        "fee_minor": sa.literal(25),
        "paypal_item_id": sa.literal("ITEM-") + digits,
        "transaction_id": sa.literal("TRANSACTION-") + digits,
        "live": sa.case((sa.or_(failed, returned), 0), else_=1),
        "newest": sa.literal(1),
        "updated_at": sa.literal(at, items.c.updated_at.type),
    }
    connection.execute(items.insert().from_select(list(values), sa.select(*values.values())))


def _word(state: ItemState) -> sa.ColumnElement[str]:
    return sa.literal(state.value, sa.String)


def _inserted(connection: sa.Connection, table: sa.Table, **values: object) -> int:
    return int(connection.execute(table.insert().values(values).returning(table.c.id)).scalar_one())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=10_000_000)
    parser.add_argument("--cycles", type=int, default=CYCLES)
    parser.add_argument("--database", required=True, help="its URL")
    arguments = parser.parse_args()
    began_s = time.perf_counter()
    fill(arguments.database, arguments.items, spread_over=arguments.cycles)
    say(f"{arguments.items:,} items in {arguments.cycles} cycles: {time.perf_counter() - began_s:.0f} s\n")


if __name__ == "__main__":
    main()
