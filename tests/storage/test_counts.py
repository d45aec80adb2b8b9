"""The counts of items by state: kept, and never other than what a count of the rows gives."""

from collections import Counter
from typing import Any

import pytest
import sqlalchemy as sa

from paypal_payouts.domain.item import ItemReport
from paypal_payouts.domain.outcome import Accepted
from paypal_payouts.domain.states import PAYABLE_AGAIN, BatchEvent, ItemState
from paypal_payouts.errors import Blocked
from paypal_payouts.storage import Lease, Store
from paypal_payouts.storage.counts import has_any
from paypal_payouts.storage.tables import batches, items
from storage.makers import (
    NO_FUNDS,
    NOW,
    accepted,
    check_counts,
    ended,
    found,
    later,
    new_batch,
    permitted,
    read,
    sent,
    stored,
)


def test_whatever_changes_a_state_has_the_batch_counted_again(store: Store, lease: Lease) -> None:
    (batch_id,) = stored(store, lease)
    check_counts(store)
    accepted(store, lease, batch_id)
    check_counts(store)
    assert found(store).states == {ItemState.PENDING: 3}
    read(store, lease, batch_id, {"a": ItemState.SUCCESS, "b": ItemState.FAILED}, unpaid=["b"])
    check_counts(store)
    assert found(store).states == {ItemState.SUCCESS: 1, ItemState.FAILED: 1, ItemState.PENDING: 1}
    ended(store, lease, batch_id, BatchEvent.CANCEL)
    check_counts(store)
    assert (found(store).states[ItemState.CANCELED], found(store).payable_again) == (1, 2)
    again = [new_batch(["b"], attempt=2)]
    (second,) = store.intents.record_new_attempts(
        lease, replaces=batch_id, batches=again, now=NOW, actor="ann", reason="again"
    )
    check_counts(store)
    assert found(store).payable_again == 1
    store.decisions.close(lease, cycle="c1", item_id="c", now=NOW, actor="ann", reason="not owed")
    check_counts(store)
    assert (found(store).states[ItemState.CLOSED], found(store).payable_again) == (1, 0)
    accepted(store, lease, second, "PAYPAL2")
    ended(store, lease, second, BatchEvent.DENY)
    check_counts(store)
    permitted(store, lease, second)
    check_counts(store)
    assert found(store, "c1-0001-2").states == {ItemState.UNSENT: 1}


def test_items_of_a_refused_batch_that_is_replaced_are_counted_as_abandoned(store: Store, lease: Lease) -> None:
    (batch_id,) = stored(store, lease)
    sent(store, lease, batch_id, NO_FUNDS)
    again = [new_batch(["a", "b"], attempt=2)]
    store.intents.record_new_attempts(lease, replaces=batch_id, batches=again, now=NOW, actor="ann", reason="again")
    check_counts(store)
    assert found(store).states == {ItemState.ABANDONED: 3}
    assert found(store).payable_again == 1


def test_a_state_that_no_item_has_any_more_is_not_shown(store: Store, lease: Lease) -> None:
    (batch_id,) = stored(store, lease)
    accepted(store, lease, batch_id)
    read(store, lease, batch_id, dict.fromkeys("abc", ItemState.SUCCESS))
    assert list(found(store).states) == [ItemState.SUCCESS]
    assert store.history.unfinished_cycles() == ["c1"], "it is not ended yet"
    ended(store, lease, batch_id, BatchEvent.FINISH)
    assert store.history.unfinished_cycles() == []
    assert [glance.is_open for glance in store.history.glances()] == [False]
    assert store.metrics.facts().states == {batch_id: Counter({ItemState.SUCCESS: 3})}
    assert store.metrics.currencies() == {"USD"}
    assert not PAYABLE_AGAIN & found(store).states.keys()


def test_an_accepted_batch_shows_pending_items_although_none_was_written(store: Store, lease: Lease) -> None:
    (batch_id,) = stored(store, lease)
    permit = permitted(store, lease, batch_id, now=later(minutes=1))
    before = item_rows(store)
    store.sends.record_result(lease, batch_id, permit, Accepted("PAYPAL1"), now=later(minutes=2))
    assert item_rows(store) == before
    pending = Counter({ItemState.PENDING: 3})
    assert found(store).states == pending
    assert store.items.tally("c1").states == pending
    assert store.metrics.facts().states == {batch_id: pending}
    assert Counter(item.state for item in store.items.newest("c1")) == pending
    assert Counter(book.state for book in store.readings.books(batch_id).values()) == pending
    shown = [*store.items.rows_of_batch(batch_id), *store.items.rows_of_cycle("c1"), newest_report(store, "a")]
    assert {(item.state, item.updated_at) for item in shown} == {(ItemState.PENDING, later(minutes=1))}
    with pytest.raises(Blocked, match="a is pending"):
        store.decisions.close(lease, cycle="c1", item_id="a", now=NOW, actor="ann", reason="not owed")
    with store.database.read() as connection:
        assert list(connection.execute(sa.select(batches.c.id).where(has_any({ItemState.PENDING})))) == [(batch_id,)]
        assert not list(connection.execute(sa.select(batches.c.id).where(has_any({ItemState.UNSENT}))))


def test_items_that_paypal_calls_pending_are_counted_with_those_without_a_word(store: Store, lease: Lease) -> None:
    (batch_id,) = stored(store, lease)
    accepted(store, lease, batch_id)
    read(store, lease, batch_id, {"a": ItemState.PENDING})
    check_counts(store)
    assert found(store).states == {ItemState.PENDING: 3}
    assert store.metrics.facts().states == {batch_id: Counter({ItemState.PENDING: 3})}
    assert store.items.tally("c1").states == {ItemState.PENDING: 3}
    assert newest_report(store, "a").raw_state == "PENDING"


def item_rows(store: Store) -> list[sa.Row[Any]]:
    """Return every item as it lies in the table."""
    with store.database.read() as connection:
        return list(connection.execute(sa.select(items).order_by(items.c.id)))


def newest_report(store: Store, item_id: str) -> ItemReport:
    report = store.items.newest_report("c1", item_id)
    assert report is not None
    return report
