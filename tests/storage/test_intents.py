import tracemalloc
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from paypal_payouts.domain.outcome import Accepted
from paypal_payouts.domain.payout import NewBatch
from paypal_payouts.domain.states import BatchEvent, BatchStatus, ItemState
from paypal_payouts.errors import Blocked, LeaseLost
from paypal_payouts.storage import Lease, Store
from storage.makers import (
    LOST,
    NO_FUNDS,
    NOW,
    OTHER,
    accepted,
    change,
    ended,
    everything,
    found,
    later,
    leased,
    new_batch,
    permitted,
    read,
    row,
    sent,
    stored,
)


def again(
    store: Store, lease: Lease, batch_id: int, batch: NewBatch, *, hours: float = 0, reason: str = "as corrected"
) -> list[int]:
    return store.intents.record_new_attempts(
        lease, replaces=batch_id, batches=[batch], now=later(hours=hours), actor="ann", reason=reason
    )


def test_an_item_that_was_paid_again_counts_as_payable_no_more(store: Store, lease: Lease) -> None:
    (batch_id,) = stored(store, lease)
    accepted(store, lease, batch_id)
    read(store, lease, batch_id, {"a": ItemState.FAILED, "b": ItemState.FAILED, "c": ItemState.SUCCESS}, unpaid="ab")
    ended(store, lease, batch_id, BatchEvent.FINISH)
    assert found(store).payable_again == 2
    again(store, lease, batch_id, new_batch(["a"], attempt=2))
    assert [batch.payable_again for batch in store.batches.of_cycle("c1")] == [1, 0]


def test_the_payee_id_is_stored_and_comes_back_with_a_row_to_be_paid_again(store: Store, lease: Lease) -> None:
    batch = new_batch(["a", "b"])
    batch = replace(batch, rows=[batch.rows[0]._replace(payee_id="emp-17"), batch.rows[1]])
    (batch_id,) = stored(store, lease, batch)
    with store.database.read() as connection:
        found_there = connection.execute(sa.text("SELECT item_id, line, payee_id FROM payout_items ORDER BY 1")).all()
    assert list(map(tuple, found_there)) == [("a", 8, "emp-17"), ("b", 8, None)]
    sent(store, lease, batch_id, NO_FUNDS)
    assert [item.row.payee_id for item in store.items.unpaid(batch_id)] == ["emp-17", None]


def states(store: Store, text: str) -> dict[str, ItemState]:
    return {item.item_id: item.state for item in store.items.rows_of_batch(found(store, text).id)}


def test_an_intent_stores_batches_items_bytes_and_trail(store: Store, lease: Lease) -> None:
    one, two = new_batch(["a", "b"]), new_batch(["c"], sequence=2, currency="EUR")
    ids = stored(store, lease, one, two)
    first, second = store.batches.of_cycle("c1")
    assert ids == [first.id, second.id]
    assert (first.name, second.name) == (one.name, two.name)
    assert (first.status, first.items, first.currency, first.amount_minor) == (BatchStatus.PLANNED, 2, "USD", 2000)
    assert (first.sender_batch_id, first.checksum, first.created_at) == (one.sender_batch_id, one.checksum, NOW)
    assert (first.first_sent_at, first.last_sent_at, first.retry_count) == (None, None, 0)
    assert (first.open_sends, first.superseded, first.states) == (0, False, {ItemState.UNSENT: 2})
    assert second.currency == "EUR"
    assert store.batches.request_bytes(first.id) == one.request
    book = store.readings.books(first.id)["a"]
    assert (book.live, book.newest, book.amount_minor) == (1, 1, 1000)
    assert store.readings.debts(first.id)["a"] == ("a@example.com", 1000, "USD", "EMAIL")
    events = store.audit.events(cycle="c1")
    assert [(event.batch, event.actor, event.action, event.to_state) for event in events] == [
        ("c1-0001-1", "ann", "intent", "planned"),
        ("c1-0002-1", "ann", "intent", "planned"),
    ]
    assert events[0].evidence == {"items": 2, "checksum": one.checksum}


@pytest.mark.parametrize("size", [1, 499, 500, 501, 1000, 1001])
def test_a_batch_of_any_size_is_stored_and_read_whole(store: Store, lease: Lease, size: int) -> None:
    ids = [f"i{number:04}" for number in range(size)]
    (batch_id,) = stored(store, lease, new_batch(ids))
    assert [(item.item_id, item.receiver) for item in store.items.newest("c1")] == [
        (item_id, f"{item_id}@example.com") for item_id in ids
    ]
    assert found(store).states == {ItemState.UNSENT: size}
    accepted(store, lease, batch_id)
    read(store, lease, batch_id, dict.fromkeys(ids, ItemState.SUCCESS))
    assert [(book.state, book.transaction_id) for book in store.readings.books(batch_id).values()] == [
        (ItemState.SUCCESS, f"TX-{item_id}") for item_id in ids
    ]


def test_an_intent_adds_to_a_cycle_that_is_there(store: Store, lease: Lease) -> None:
    stored(store, lease, new_batch(["a"]))
    stored(store, lease, new_batch(["b"], sequence=2))
    assert store.history.cycle_names() == ["c1"]
    assert [item.item_id for item in store.items.newest("c1")] == ["a", "b"]


def test_an_intent_is_whole_or_nothing(database_url: str, store: Store, lease: Lease) -> None:
    before = dict(everything(database_url))

    def breaks_off() -> Iterator[NewBatch]:
        yield new_batch(["a"])
        raise RuntimeError("the input changed")

    with pytest.raises(RuntimeError):
        store.intents.record_intent(lease, cycle="c1", batches=breaks_off(), now=later(hours=1), actor="ann")
    assert dict(everything(database_url)) == before


def test_a_second_payment_of_an_item_is_refused_whole(database_url: str, store: Store, lease: Lease) -> None:
    stored(store, lease, new_batch(["a"]))
    before = dict(everything(database_url))
    with pytest.raises(Blocked) as refused:
        stored(store, lease, new_batch(["z"], sequence=2), new_batch(["a"], sequence=3))
    assert refused.value.code == "not_eligible"
    assert dict(everything(database_url)) == before


@pytest.mark.parametrize(
    ("live", "newest"), [pytest.param(1, 0, id="live"), pytest.param(0, 1, id="newest"), pytest.param(1, 1, id="both")]
)
def test_the_database_itself_refuses_a_second_payment(store: Store, lease: Lease, live: int, newest: int) -> None:
    stored(store, lease, new_batch(["a"]), new_batch(["b"], sequence=2))
    same = "item_id, receiver, recipient_type, amount_minor, currency, state, updated_at"
    copy = (
        f"INSERT INTO payout_items (cycle_id, batch_id, live, newest, {same})"
        f" SELECT cycle_id, batch_id + 1, {live}, {newest}, {same} FROM payout_items WHERE item_id = 'a'"
    )
    with pytest.raises(sa.exc.IntegrityError), store.database.transaction() as connection:
        connection.exec_driver_sql(copy)
    assert [item.item_id for item in store.items.rows_of_batch(found(store, "c1-0002-1").id)] == ["b"]


@pytest.mark.parametrize(
    "change_",
    [
        "UPDATE payout_batches SET status = 'sent'",
        "UPDATE payout_batches SET amount_minor = 0",
        "UPDATE payout_batches SET item_count = 15001",
        "UPDATE payout_batches SET cycle_id = 99",
        "UPDATE payout_batches SET paypal_batch_id = 'P'",
        "UPDATE payout_batches SET sender_batch_id = 'S'",
        "UPDATE payout_batches SET batch = 'B'",
        "UPDATE payout_batches SET sequence = 7",
        "UPDATE payout_items SET state = 'SUCCESS'",
        "UPDATE payout_items SET live = 2",
        "UPDATE payout_items SET newest = -1",
        "UPDATE payout_items SET amount_minor = -1",
        "UPDATE payout_items SET recipient_type = 'IBAN'",
        "UPDATE payout_items SET error_class = 'odd'",
        "UPDATE payout_items SET batch_id = 99",
        "UPDATE retry_attempts SET outcome = 'perhaps'",
        "UPDATE retry_attempts SET number = 1",
        "DELETE FROM payout_batches",
        "DELETE FROM cycles",
    ],
)
def test_the_database_itself_refuses_what_cannot_be(store: Store, lease: Lease, change_: str) -> None:
    one, _ = stored(store, lease, new_batch(["a"]), new_batch(["b"], sequence=2))
    for _ in range(2):
        sent(store, lease, one)
    with pytest.raises(sa.exc.IntegrityError), store.database.transaction() as connection:
        connection.exec_driver_sql(change_)


@pytest.mark.parametrize(
    "wrong",
    [
        replace(new_batch(), rows=[]),
        replace(new_batch(), amount_minor=1),
        replace(new_batch(), currency="EUR"),
        replace(new_batch(), checksum="0" * 64),
        replace(new_batch(), rows=[row(str(number)) for number in range(15_001)], amount_minor=15_001_000),
    ],
    ids=["no rows", "total", "currency", "checksum", "too many rows"],
)
def test_a_batch_that_contradicts_itself_is_never_stored(store: Store, lease: Lease, wrong: NewBatch) -> None:
    with pytest.raises(ValueError, match="c1-0001-1"):
        stored(store, lease, wrong)
    assert store.history.cycle_names() == []


def test_items_come_in_the_order_of_code_points(store: Store, lease: Lease) -> None:
    ids = ["~", "a", "_", "Z", "B", "A", "10", "9", "-", "#1", " "]
    stored(store, lease, new_batch(ids))
    assert [item.item_id for item in store.items.newest("c1")] == sorted(ids)


def test_the_memory_of_an_intent_does_not_grow_with_its_batches(store: Store, lease: Lease) -> None:
    def peak(sequences: range) -> int:
        batches = (
            new_batch([f"{sequence}-{number}" for number in range(500)], sequence=sequence) for sequence in sequences
        )
        tracemalloc.start()
        store.intents.record_intent(lease, cycle="c1", batches=batches, now=NOW, actor="ann")
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return highest

    peak(range(1, 2))  # what is made once and kept is none of this test's
    assert peak(range(2, 12)) < 2 * peak(range(20, 22))


def test_failed_items_are_paid_again_under_the_next_attempt(store: Store, lease: Lease) -> None:
    (batch_id,) = stored(store, lease)
    accepted(store, lease, batch_id)
    read(store, lease, batch_id, {"a": ItemState.SUCCESS, "b": ItemState.FAILED, "c": ItemState.FAILED}, unpaid="bc")
    ended(store, lease, batch_id, BatchEvent.FINISH)
    assert [each.row.item_id for each in store.items.unpaid(batch_id)] == ["b", "c"]
    (new_id,) = again(store, lease, batch_id, new_batch(["b"], attempt=2))
    old, new = store.batches.of_cycle("c1")
    assert (old.superseded, new.superseded, new.id) == (True, False, new_id)
    assert (old.status, new.status) == (BatchStatus.DONE, BatchStatus.PLANNED)
    books = store.readings.books(batch_id)
    assert {item_id: (book.state, book.live, book.newest) for item_id, book in books.items()} == {
        "a": (ItemState.SUCCESS, 1, 1),
        "b": (ItemState.FAILED, 0, 0),
        "c": (ItemState.FAILED, 0, 1),
    }
    assert [each.row.item_id for each in store.items.unpaid(batch_id)] == ["c"]
    assert [(item.item_id, item.batch_id) for item in store.items.newest("c1")] == [
        ("a", batch_id),
        ("b", new_id),
        ("c", batch_id),
    ]
    event = store.audit.events(batch="c1-0001-2")[0]
    assert (event.reason, event.evidence["replaces"]) == ("as corrected", "c1-0001-1")


def test_a_refused_batch_is_abandoned_by_its_successor(store: Store, lease: Lease) -> None:
    (batch_id,) = stored(store, lease)
    assert sent(store, lease, batch_id, NO_FUNDS).status is BatchStatus.REFUSED
    assert [(each.row.key, each.row.line, each.row.item_id) for each in store.items.unpaid(batch_id)] == [
        (0, 0, "a"),
        (0, 0, "b"),
        (0, 0, "c"),
    ]
    again(store, lease, batch_id, new_batch(["a", "c"], attempt=2))
    assert found(store).status is BatchStatus.ABANDONED
    assert states(store, "c1-0001-1") == dict.fromkeys("abc", ItemState.ABANDONED)
    assert [each.row.item_id for each in store.items.unpaid(batch_id)] == ["b"]
    with pytest.raises(Blocked):
        permitted(store, lease, batch_id)


def test_an_item_that_is_not_proven_unpaid_is_not_paid_again(database_url: str, store: Store, lease: Lease) -> None:
    (batch_id,) = stored(store, lease)
    accepted(store, lease, batch_id)
    read(store, lease, batch_id, {"a": ItemState.FAILED, "b": ItemState.UNCLAIMED}, unpaid="a")
    before = dict(everything(database_url))
    for item_ids in (["b"], ["a", "c"], ["a", "new"]):
        with pytest.raises(Blocked) as refused:
            again(store, lease, batch_id, new_batch(item_ids, attempt=2))
        assert refused.value.code == "not_eligible"
        assert refused.value.details == [{"item_id": item_ids[-1]}]
    assert dict(everything(database_url)) == before


def test_an_item_is_not_paid_again_twice(store: Store, lease: Lease) -> None:
    (batch_id,) = stored(store, lease)
    sent(store, lease, batch_id, NO_FUNDS)
    again(store, lease, batch_id, new_batch(["a"], attempt=2))
    with pytest.raises(Blocked):
        again(store, lease, batch_id, new_batch(["a"], attempt=3))
    again(store, lease, batch_id, new_batch(["b"], attempt=3))


def test_a_failed_state_that_is_live_is_no_proof(store: Store, lease: Lease) -> None:
    (batch_id,) = stored(store, lease)
    accepted(store, lease, batch_id)
    books = store.readings.books(batch_id)
    store.readings.record_page(lease, [change(books["a"], ItemState.FAILED, live=1)], now=NOW)
    assert store.items.unpaid(batch_id) == []


@pytest.mark.parametrize("outcome", [None, LOST])
def test_while_an_outcome_is_open_nothing_is_paid_again(store: Store, lease: Lease, outcome: object | None) -> None:
    (batch_id,) = stored(store, lease)
    if outcome is not None:
        sent(store, lease, batch_id)
    with pytest.raises(Blocked, match="its outcome is open"):
        again(store, lease, batch_id, new_batch(["a"], attempt=2))


def test_a_denied_batch_with_a_lost_send_must_be_denied_again_later(store: Store, lease: Lease) -> None:
    (batch_id,) = stored(store, lease)
    sent(store, lease, batch_id, LOST)
    accepted(store, lease, batch_id)
    ended(store, lease, batch_id, BatchEvent.DENY)
    with pytest.raises(Blocked, match="might still arrive"):
        again(store, lease, batch_id, new_batch(["a"], attempt=2), hours=100)
    sent(store, lease, batch_id, Accepted("PAYPAL2"), now=later(hours=24))
    ended(store, lease, batch_id, BatchEvent.DENY)
    again(store, lease, batch_id, new_batch(["a"], attempt=2), hours=24)


def test_a_new_attempt_needs_the_lease(store: Store, lease: Lease) -> None:
    (batch_id,) = stored(store, lease)
    sent(store, lease, batch_id, NO_FUNDS)
    leased(store, holder=OTHER, now=later(hours=1))
    with pytest.raises(LeaseLost):
        again(store, lease, batch_id, new_batch(["a"], attempt=2), hours=1)
    assert len(store.batches.of_cycle("c1")) == 1
