import pytest

from paypal_payouts.domain.outcome import ItemReading
from paypal_payouts.domain.states import PAYABLE_AGAIN, BatchEvent, ItemState
from paypal_payouts.errors import Blocked, LeaseLost, NotFound
from paypal_payouts.storage import Lease, Store
from storage.makers import NOW, OTHER, accepted, change, ended, everything, later, leased, new_batch, read, stored

SETTLED = {ItemState.UNRECOGNIZED, ItemState.BLOCKED}


def closed(store: Store, lease: Lease, item_id: str) -> None:
    store.decisions.close(
        lease, cycle="c1", item_id=item_id, now=later(hours=1), actor="ann", reason="not owed any more"
    )


def taken_back(store: Store, lease: Lease, word: str = "RETURNED") -> None:
    answer = ItemReading(
        *("ITEM-a", "a", "a@example.com", 1000, "USD", word, 25, "TX-back", None, None),
        activity_id="ACT-back",
        time_processed="2026-11-20T12:00:00Z",
    )
    store.decisions.take_back(
        lease, cycle="c1", item_id="a", answer=answer, error_class=None, now=later(hours=1), actor="ann", reason="typo"
    )


def settled(store: Store, lease: Lease, to: ItemState) -> None:
    store.decisions.settle(
        lease, cycle="c1", item_id="a", to=to, now=later(hours=1), actor="ann", reason="PayPal's support said so"
    )


def in_state(store: Store, lease: Lease, state: ItemState, *, unpaid: bool = False) -> int:
    (batch_id,) = stored(store, lease)
    accepted(store, lease, batch_id)
    read(store, lease, batch_id, {"a": state}, unpaid="a" if unpaid else "")
    return batch_id


@pytest.mark.parametrize("state", [ItemState.FAILED, ItemState.RETURNED])
def test_an_item_that_is_proven_unpaid_can_be_closed(store: Store, lease: Lease, state: ItemState) -> None:
    batch_id = in_state(store, lease, state, unpaid=True)
    closed(store, lease, "a")
    book = store.readings.books(batch_id)["a"]
    assert (book.state, book.live, book.raw_state) == (ItemState.CLOSED, 0, state.upper())
    assert store.items.unpaid(batch_id) == []
    event = store.audit.events(cycle="c1")[-1]
    assert (event.item_id, event.batch, event.actor, event.action) == ("a", "c1-0001-1", "ann", "close")
    assert (event.from_state, event.to_state, event.reason) == (state, "closed", "not owed any more")
    assert event.at == later(hours=1)


@pytest.mark.parametrize("state", [each for each in ItemState if each not in PAYABLE_AGAIN])
def test_no_other_item_can_be_closed(database_url: str, store: Store, lease: Lease, state: ItemState) -> None:
    in_state(store, lease, state)
    before = dict(everything(database_url))
    with pytest.raises(Blocked) as refused:
        closed(store, lease, "a")
    assert refused.value.code == "not_eligible"
    assert dict(everything(database_url)) == before


def test_what_was_unclaimed_comes_back_as_paypal_says_it_and_is_payable_again(store: Store, lease: Lease) -> None:
    batch_id = in_state(store, lease, ItemState.UNCLAIMED)
    taken_back(store, lease)
    book = store.readings.books(batch_id)["a"]
    assert (book.state, book.raw_state, book.live) == (ItemState.RETURNED, "RETURNED", 0)
    assert (book.transaction_id, book.fee_minor, book.activity_id) == ("TX-back", 25, "ACT-back")
    item = store.items.newest_report("c1", "a")
    assert item is not None
    assert item.time_processed == "2026-11-20T12:00:00Z"
    assert [each.row.item_id for each in store.items.unpaid(batch_id)] == ["a"]
    event = store.audit.events(cycle="c1")[-1]
    assert (event.action, event.from_state, event.to_state, event.actor) == ("cancel", "unclaimed", "returned", "ann")
    assert event.evidence == {
        "word": "RETURNED",
        "paypal_item_id": "ITEM-a",
        "transaction_id": "TX-back",
        "transaction_before": "TX-a",
    }


@pytest.mark.parametrize(
    ("state", "word"),
    [(ItemState.UNCLAIMED, "SUCCESS"), (ItemState.UNCLAIMED, "UNCLAIMED"), (ItemState.SUCCESS, "RETURNED")],
)
def test_nothing_else_comes_back(database_url: str, store: Store, lease: Lease, state: ItemState, word: str) -> None:
    in_state(store, lease, state)
    before = dict(everything(database_url))
    with pytest.raises(Blocked):
        taken_back(store, lease, word)
    assert dict(everything(database_url)) == before


@pytest.mark.parametrize("state", ItemState)
def test_a_person_settles_what_the_table_says_and_nothing_else(
    database_url: str, store: Store, lease: Lease, state: ItemState
) -> None:
    in_state(store, lease, state)
    before = dict(everything(database_url))
    for to in ItemState:
        if state not in SETTLED or to not in {ItemState.FAILED, ItemState.SUCCESS}:
            with pytest.raises(Blocked) as refused:
                settled(store, lease, to)
            assert refused.value.code == "move_not_allowed"
    assert dict(everything(database_url)) == before


@pytest.mark.parametrize("state", sorted(SETTLED))
@pytest.mark.parametrize(("to", "live"), [(ItemState.FAILED, 0), (ItemState.SUCCESS, 1)])
def test_what_a_person_settles_is_kept_beside_paypals_word(
    store: Store, lease: Lease, state: ItemState, to: ItemState, live: int
) -> None:
    batch_id = in_state(store, lease, state)
    settled(store, lease, to)
    book = store.readings.books(batch_id)["a"]
    assert (book.state, book.live, book.raw_state) == (to, live, state.upper())
    event = store.audit.events(cycle="c1")[-1]
    assert (event.action, event.from_state, event.to_state) == ("settle", state, to)
    assert (event.reason, event.evidence) == ("PayPal's support said so", {"word": state.upper()})


def test_acknowledging_ends_every_open_conflict_of_an_item_and_keeps_it_on_record(store: Store, lease: Lease) -> None:
    (batch_id,) = stored(store, lease)
    accepted(store, lease, batch_id)
    books = store.readings.books(batch_id)
    wrong = [change(books[each], ItemState.SUCCESS)._replace(conflict="FAILED") for each in ("a", "b")]
    store.readings.record_page(lease, wrong, now=NOW)
    who = {"cycle": "c1", "now": later(hours=1), "actor": "ann", "reason": "seen in the list"}
    assert store.decisions.has_conflict(cycle="c1", item_id="a")
    store.decisions.acknowledge(lease, item_id="a", **who)  # type: ignore[arg-type]
    assert not store.decisions.has_conflict(cycle="c1", item_id="a")
    assert [each.acknowledged for each in store.items.conflicts("c1", "a")] == [True]
    assert [each.acknowledged for each in store.items.conflicts("c1", "b")] == [False]
    assert store.items.tally("c1").open_conflicts == 1
    (batch,) = store.batches.of_cycle("c1")
    assert (batch.has_conflicts, batch.open_conflicts) == (True, 1)
    event = store.audit.events(cycle="c1")[-1]
    assert (event.action, event.item_id, event.from_state, event.to_state) == (
        "acknowledge",
        "a",
        "conflict",
        "acknowledged",
    )
    assert event.evidence == {"word": "FAILED"}


def test_a_decision_needs_the_lease_and_the_item(store: Store, lease: Lease) -> None:
    (batch_id,) = stored(store, lease, new_batch())
    accepted(store, lease, batch_id)
    ended(store, lease, batch_id, BatchEvent.DENY)
    with pytest.raises(NotFound):
        closed(store, lease, "z")
    leased(store, holder=OTHER, now=later(hours=1))
    with pytest.raises(LeaseLost):
        closed(store, lease, "a")
    assert store.readings.books(batch_id)["a"].state is ItemState.DENIED
