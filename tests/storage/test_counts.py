"""The counts of items by state: kept, and never other than what a count of the rows gives."""

from collections import Counter

from paypal_payouts.domain.states import PAYABLE_AGAIN, BatchEvent, ItemState
from paypal_payouts.storage import Lease, Store
from storage.makers import (
    NO_FUNDS,
    NOW,
    accepted,
    check_counts,
    ended,
    found,
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
    store.items.close(lease, cycle="c1", item_id="c", now=NOW, actor="ann", reason="not owed")
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
    assert not PAYABLE_AGAIN & found(store).states.keys()
