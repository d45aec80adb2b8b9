from collections.abc import Sequence

import pytest

from paypal_payouts.domain.outcome import ErrorClass
from paypal_payouts.domain.states import BatchEvent, BatchStatus, ItemState
from paypal_payouts.errors import Blocked, LeaseLost, NotFound
from paypal_payouts.storage import Lease, PlainChanges, Store
from paypal_payouts.storage.tables import items
from storage.makers import (
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
    read,
    sent,
    stored,
)

AWKWARD = (
    "",
    " ",
    '"',
    "\\",
    '","',
    '\\"',
    "a\\",
    "NULL",
    "{",
    "}",
    ",",
    "'",
    "\t",
    "\n",
    "\u00e9",
    "\U0001f600",
    None,
)
"""What breaks a list of texts that is not written with care."""


@pytest.fixture
def batch_id(store: Store, lease: Lease) -> int:
    (batch_id,) = stored(store, lease)
    accepted(store, lease, batch_id)
    return batch_id


def test_a_page_writes_what_paypal_said_of_each_item(store: Store, lease: Lease, batch_id: int) -> None:
    books = store.readings.books(batch_id)
    assert list(books) == ["a", "b", "c"]
    failed = change(books["b"], ItemState.FAILED, live=0, error_message="half a \ud83d and a \x00")
    store.readings.record_page(lease, [change(books["a"], ItemState.SUCCESS), failed], now=later(minutes=1))
    a, b, c = store.readings.books(batch_id).values()
    assert a == books["a"]._replace(
        state=ItemState.SUCCESS, raw_state="SUCCESS", fee_minor=25, paypal_item_id="ITEM-a", transaction_id="TX-a"
    )
    assert (b.state, b.live, b.error_code) == (ItemState.FAILED, 0, "RECEIVER_UNREGISTERED")
    assert c == books["c"]
    rows = {item.item_id: item for item in store.items.rows_of_batch(batch_id)}
    assert (rows["b"].error_class, rows["b"].error_message) == (ErrorClass.PAYEE, "half a ? and a \ufffd")
    times = {item_id: item.updated_at for item_id, item in rows.items()}
    assert times == {"a": later(minutes=1), "b": later(minutes=1), "c": NOW}
    event = store.audit.events(batch="c1-0001-1")[-1]
    assert (event.action, event.evidence) == ("items_read", {"items": {"success": 1, "failed": 1}})


@pytest.mark.parametrize("said", [AWKWARD, *([text] for text in AWKWARD)], ids=str)
def test_whatever_paypal_says_is_kept_as_it_was_said(store: Store, lease: Lease, said: Sequence[str | None]) -> None:
    (batch_id,) = stored(store, lease, new_batch([f"i{number:02}" for number in range(len(said))]))
    accepted(store, lease, batch_id)
    changes = [
        change(book, ItemState.SUCCESS, is_plain=True)._replace(
            transaction_id=text, fee_minor=None if text is None else -number
        )
        for number, (book, text) in enumerate(zip(store.readings.books(batch_id).values(), said, strict=True))
    ]
    store.readings.record_page(lease, changes, now=NOW)
    kept = [(book.transaction_id, book.fee_minor) for book in store.readings.books(batch_id).values()]
    assert kept == [(one.transaction_id, one.fee_minor) for one in changes]


def test_first_words_are_written_by_column_as_they_are_one_by_one(
    database_url: str, store: Store, lease: Lease, batch_id: int
) -> None:
    payments = store.readings.open_payments(batch_id)
    assert payments is not None
    books = store.readings.books(batch_id)
    assert [payments.payment(place) for place in range(3)] == list(books.values())
    said = [change(book, ItemState.SUCCESS, is_plain=True)._replace(converts=False) for book in books.values()]
    awkward = [said[0], said[1]._replace(transaction_id="half a \ud83d"), said[2]._replace(transaction_id=None)]
    plain = PlainChanges(*(tuple(getattr(each, name) for each in awkward) for name in PlainChanges._fields))
    store.readings.record_page(lease, [], plain=plain, now=later(minutes=1))
    by_column, events = dict(everything(database_url)), store.audit.events(batch="c1-0001-1")
    assert (events[-1].action, events[-1].evidence) == ("items_read", {"items": {"success": 3}})
    assert store.readings.books(batch_id)["b"].transaction_id == "half a ?"
    store.readings.record_page(lease, awkward, now=later(minutes=1))
    assert by_column["payout_items"] == dict(everything(database_url))["payout_items"]
    assert by_column["item_counts"] == dict(everything(database_url))["item_counts"]


SAID = {
    "state": ItemState.FAILED,
    "raw_state": "ONHOLD",
    "live": 0,
    "newest": 0,
    "error_code": "RECEIVER_UNREGISTERED",
    "conflict": "SUCCESS",
    "debited_minor": 7,
}
"""Each alone is something that the columns of open payments do not say."""


@pytest.mark.parametrize("column", SAID)
def test_where_something_was_said_of_one_payment_a_batch_has_to_be_read_whole(
    store: Store, batch_id: int, column: str
) -> None:
    assert store.readings.open_payments(batch_id) is not None
    with store.database.transaction() as connection:
        connection.execute(items.update().where(items.c.item_id == "b").values({column: SAID[column]}))
    assert store.readings.open_payments(batch_id) is None


@pytest.mark.parametrize("state", [ItemState.UNSENT, ItemState.PENDING])
def test_payments_that_are_pending_are_open(store: Store, batch_id: int, state: ItemState) -> None:
    with store.database.transaction() as connection:
        said = {"state": state, "raw_state": "PENDING", "paypal_item_id": "P", "fee_minor": 25, "transaction_id": "T"}
        connection.execute(items.update().where(items.c.item_id == "b").values(said))
    payments = store.readings.open_payments(batch_id)
    assert payments is not None
    assert payments.payment(1) == store.readings.books(batch_id)["b"]._replace(fee_minor=None, transaction_id=None)


def test_payments_of_a_batch_that_paypal_does_not_have_are_not_open(store: Store, lease: Lease) -> None:
    (batch_id,) = stored(store, lease)
    assert store.readings.open_payments(batch_id) is None


def test_a_page_without_changes_writes_nothing(database_url: str, store: Store, lease: Lease) -> None:
    before = dict(everything(database_url))
    store.readings.record_page(lease, [], now=later(minutes=1))
    assert dict(everything(database_url)) == before


def test_an_older_payment_that_may_be_paid_is_a_conflict_beside_the_live_one(
    store: Store, lease: Lease, batch_id: int
) -> None:
    read(store, lease, batch_id, {"a": ItemState.FAILED}, unpaid="a")
    store.intents.record_new_attempts(
        lease, replaces=batch_id, batches=[new_batch(["a"], attempt=2)], now=NOW, actor="ann", reason="failed"
    )
    books = store.readings.books(batch_id)
    late = change(books["a"], ItemState.SUCCESS)._replace(revives=True, before=ItemState.FAILED)
    store.readings.record_page(lease, [change(books["b"], ItemState.SUCCESS), late], now=NOW)
    books = store.readings.books(batch_id)
    assert (books["a"].state, books["a"].live, books["a"].conflict) == (ItemState.SUCCESS, 0, "SUCCESS")
    assert (books["b"].live, books["b"].conflict) == (1, None)
    tally = store.items.tally("c1")
    assert [(each.item_id, each.word, each.acknowledged) for each in tally.conflicts] == [("a", "SUCCESS", False)]
    (total,) = tally.totals
    # What the older payment covers is not unpaid any more; of the third item PayPal has said nothing yet.
    assert (total.amount_minor, total.paid_minor, total.unpaid_minor, total.open_minor) == (3000, 2000, 0, 1000)
    assert total.surplus_minor == 0


def test_a_plain_change_leaves_error_and_live_as_they_were(store: Store, lease: Lease, batch_id: int) -> None:
    before = store.readings.books(batch_id)
    store.readings.record_page(lease, [change(before["a"], ItemState.UNCLAIMED, error_message="no account")], now=NOW)
    again = change(store.readings.books(batch_id)["a"], ItemState.SUCCESS, live=0, is_plain=True)
    store.readings.record_page(lease, [again, change(before["b"], ItemState.SUCCESS, is_plain=True)], now=NOW)
    books = store.readings.books(batch_id)
    assert [(books[i].state, books[i].live, books[i].error_code, books[i].fee_minor) for i in "ab"] == [
        (ItemState.SUCCESS, 1, "RECEIVER_UNREGISTERED", 25),
        (ItemState.SUCCESS, 1, None, 25),
    ]


def test_an_end_is_written_with_fees_and_time(store: Store, lease: Lease, batch_id: int) -> None:
    read(store, lease, batch_id, dict.fromkeys("abc", ItemState.SUCCESS))
    assert ended(store, lease, batch_id, BatchEvent.FINISH) == 0
    batch = found(store)
    assert (batch.status, batch.fees_minor, batch.completed_at) == (BatchStatus.DONE, 75, NOW)
    event = store.audit.events(batch="c1-0001-1")[-1]
    assert (event.action, event.from_state, event.to_state) == ("finish", "accepted", "done")
    assert event.evidence == {"word": "WORD", "items_ended": 0}


def test_a_word_that_is_no_end_moves_nothing(store: Store, lease: Lease, batch_id: int) -> None:
    lines = len(store.audit.events())
    assert ended(store, lease, batch_id, None) == 0
    assert (found(store).status, found(store).fees_minor) == (BatchStatus.ACCEPTED, 75)
    assert len(store.audit.events()) == lines
    with pytest.raises(NotFound):
        ended(store, lease, 999, None)


@pytest.mark.parametrize(
    ("event", "state"), [(BatchEvent.DENY, ItemState.DENIED), (BatchEvent.CANCEL, ItemState.CANCELED)]
)
def test_a_denied_or_canceled_batch_gives_its_word_to_items_without_one(
    store: Store, lease: Lease, batch_id: int, event: BatchEvent, state: ItemState
) -> None:
    read(store, lease, batch_id, {"b": ItemState.SUCCESS})
    assert ended(store, lease, batch_id, event) == 2
    books = store.readings.books(batch_id)
    assert {item_id: (book.state, book.live) for item_id, book in books.items()} == {
        "a": (state, 0),
        "b": (ItemState.SUCCESS, 1),
        "c": (state, 0),
    }
    assert [each.row.item_id for each in store.items.unpaid(batch_id)] == ["a", "c"]


@pytest.mark.parametrize("event", [BatchEvent.FINISH, BatchEvent.DENY, BatchEvent.CANCEL])
def test_an_end_that_the_table_does_not_have_writes_nothing(
    database_url: str, store: Store, lease: Lease, batch_id: int, event: BatchEvent
) -> None:
    ended(store, lease, batch_id, BatchEvent.FINISH)
    before = dict(everything(database_url))
    with pytest.raises(Blocked) as refused:
        ended(store, lease, batch_id, event)
    assert refused.value.code == "move_not_allowed"
    assert dict(everything(database_url)) == before


def test_nothing_is_read_into_the_books_without_the_lease(
    database_url: str, store: Store, lease: Lease, batch_id: int
) -> None:
    changes = [change(store.readings.books(batch_id)["a"], ItemState.SUCCESS)]
    leased(store, holder=OTHER, now=later(hours=1))
    before = dict(everything(database_url))
    with pytest.raises(LeaseLost):
        store.readings.record_page(lease, changes, now=NOW)
    with pytest.raises(LeaseLost):
        ended(store, lease, batch_id, BatchEvent.FINISH)
    assert dict(everything(database_url)) == before


def test_an_item_that_was_never_sent_is_in_the_books_too(store: Store, lease: Lease) -> None:
    (batch_id,) = stored(store, lease)
    book = store.readings.books(batch_id)["a"]
    assert book[2:] == (
        ItemState.UNSENT,
        1000,
        None,
        None,
        None,
        None,
        None,
        1,
        1,
        "a@example.com",
        "EMAIL",
        *[None] * 3,
    )
    assert store.readings.debts(batch_id)["a"] == ("a@example.com", 1000, "USD", "EMAIL")
    sent(store, lease, batch_id)
    assert store.readings.books(batch_id)["a"] == book
