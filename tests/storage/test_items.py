import gc
from collections import Counter
from typing import Any

import pytest
import sqlalchemy as sa

from paypal_payouts.domain.item import ItemReport
from paypal_payouts.domain.payout import StoredItem
from paypal_payouts.domain.states import ItemState
from paypal_payouts.domain.totals import Tally, Total
from paypal_payouts.errors import NotFound
from paypal_payouts.storage import Lease, Store
from storage.makers import (
    NO_FUNDS,
    NOW,
    accepted,
    found,
    new_batch,
    read,
    sent,
    stored,
)


def test_the_newest_payments_stream_by_item_id(store: Store, lease: Lease) -> None:
    one, two = stored(store, lease, new_batch(["a", "d"]), new_batch(["b"], sequence=2, currency="JPY"))
    stored(store, lease, new_batch(["x"], cycle="c2"), cycle="c2")
    assert list(store.items.newest("c1")) == [
        StoredItem("a", "a@example.com", 1000, "USD", ItemState.UNSENT, one),
        StoredItem("b", "b@example.com", 1000, "JPY", ItemState.UNSENT, two),
        StoredItem("d", "d@example.com", 1000, "USD", ItemState.UNSENT, one),
    ]
    assert list(store.items.newest("nowhere")) == []


def test_a_stream_that_is_left_half_way_is_closed(store: Store, lease: Lease) -> None:
    stored(store, lease)
    stream = store.items.newest("c1")
    next(stream)
    with store.database.read() as connection:
        connections: Any = connection.engine.pool
    assert connections.checkedout() == 1
    del stream
    gc.collect()
    assert connections.checkedout() == 0
    sent(store, lease, found(store).id)


def test_a_stream_does_not_see_what_is_written_meanwhile(store: Store, lease: Lease) -> None:
    stored(store, lease)
    stream = store.items.newest("c1")
    first = next(stream)
    accepted(store, lease, first.batch_id)
    assert {item.state for item in stream} == {ItemState.UNSENT}
    assert {item.state for item in store.items.newest("c1")} == {ItemState.PENDING}


def test_the_rows_that_are_shown_say_everything(store: Store, lease: Lease) -> None:
    (batch_id,) = stored(store, lease)
    accepted(store, lease, batch_id)
    read(store, lease, batch_id, {"a": ItemState.SUCCESS})
    report = ItemReport(
        item_id="a",
        batch="c1-0001-1",
        attempt=1,
        receiver="a@example.com",
        amount_minor=1000,
        currency="USD",
        fee_minor=25,
        state=ItemState.SUCCESS,
        raw_state="SUCCESS",
        paypal_item_id="ITEM-a",
        transaction_id="TX-a",
        error_code=None,
        error_message=None,
        error_class=None,
        updated_at=NOW,
    )
    assert next(store.items.rows_of_batch(batch_id)) == report
    assert next(store.items.rows_of_cycle("c1")) == report
    assert store.items.newest_report("c1", "a") == report
    assert store.items.newest_report("c1", "z") is None
    assert store.items.newest_report("c2", "a") is None


def test_an_item_that_was_paid_again_is_shown_once_in_its_cycle(store: Store, lease: Lease) -> None:
    (batch_id,) = stored(store, lease)
    sent(store, lease, batch_id, NO_FUNDS)
    (new_id,) = store.intents.record_new_attempts(
        lease, replaces=batch_id, batches=[new_batch(["b"], attempt=2)], now=NOW, actor="ann", reason="again"
    )
    shown = [(item.item_id, item.batch, item.state) for item in store.items.rows_of_cycle("c1")]
    assert shown == [
        ("a", "c1-0001-1", ItemState.ABANDONED),
        ("b", "c1-0001-2", ItemState.UNSENT),
        ("c", "c1-0001-1", ItemState.ABANDONED),
    ]
    assert [item.item_id for item in store.items.rows_of_batch(batch_id)] == ["a", "b", "c"]
    assert [item.item_id for item in store.items.rows_of_batch(new_id)] == ["b"]
    report = store.items.newest_report("c1", "b")
    assert report is not None
    assert report.attempt == 2
    assert store.items.tally("c1").states == {ItemState.ABANDONED: 2, ItemState.UNSENT: 1}


def test_a_tally_counts_states_and_money_by_currency(store: Store, lease: Lease) -> None:
    one, two = stored(store, lease, new_batch(), new_batch(["x"], sequence=2, currency="EUR"))
    accepted(store, lease, one)
    read(store, lease, one, {"a": ItemState.SUCCESS, "b": ItemState.FAILED}, unpaid="b")
    assert store.items.tally("c1") == Tally(
        Counter([ItemState.SUCCESS, ItemState.FAILED, ItemState.PENDING, ItemState.UNSENT]),
        [
            Total("EUR", 1, 1000, unpaid_minor=1000),
            Total("USD", 3, 3000, 1000, unpaid_minor=1000, open_minor=1000, fees_minor=50, debited_minor={"USD": 1000}),
        ],
    )
    assert {type(total.amount_minor) for total in store.items.tally("c1").totals} == {int}
    assert store.items.tally("nowhere") == Tally()
    assert found(store, "c1-0002-1").id == two


def test_what_is_committed_leaves_out_what_was_closed(store: Store, lease: Lease) -> None:
    one, _ = stored(store, lease, new_batch(), new_batch(["x"], sequence=2, currency="EUR"))
    accepted(store, lease, one)
    read(store, lease, one, {"b": ItemState.FAILED}, unpaid="b")
    assert store.items.committed_minor("c1") == {"USD": 3000, "EUR": 1000}
    store.decisions.close(lease, cycle="c1", item_id="b", now=NOW, actor="ann", reason="not owed any more")
    assert store.items.committed_minor("c1") == {"USD": 2000, "EUR": 1000}
    assert store.items.committed_minor("nowhere") == {}


def test_unpaid_rows_are_the_stored_ones(store: Store, lease: Lease) -> None:
    batch = new_batch()
    (batch_id,) = stored(store, lease, batch)
    sent(store, lease, batch_id, NO_FUNDS)
    assert [each.row for each in store.items.unpaid(batch_id)] == [row._replace(key=0, line=0) for row in batch.rows]
    with pytest.raises(NotFound):
        store.items.unpaid(999)


def test_a_stream_by_item_id_needs_no_sorting(store: Store, lease: Lease) -> None:
    (batch_id,) = stored(store, lease, new_batch([f"{number:04d}" for number in range(3000)]))
    statements: list[tuple[str, Any]] = []

    def keep(_connection: object, _cursor: object, statement: str, parameters: object, *_rest: object) -> None:
        statements.append((statement, parameters))

    with store.database.read() as connection:
        engine = connection.engine
    sa.event.listen(engine, "before_cursor_execute", keep)
    list(store.items.newest("c1"))
    list(store.items.rows_of_cycle("c1"))
    list(store.items.rows_of_batch(batch_id))
    sa.event.remove(engine, "before_cursor_execute", keep)
    plans = [_plan(store, *each) for each in statements if "payout_items" in each[0]]
    assert len(plans) == 3
    for plan in plans:
        assert "TEMP B-TREE" not in plan
        assert "Sort" not in plan


def _plan(store: Store, statement: str, parameters: Any) -> str:
    """Describe how the database would go about a statement, if it used indexes wherever they serve."""
    explain = "EXPLAIN QUERY PLAN" if store.database.dialect == "sqlite" else "EXPLAIN"
    with store.database.read() as connection:
        if store.database.dialect == "postgresql":
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            connection.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
        return str(connection.exec_driver_sql(f"{explain} {statement}", parameters).all())
