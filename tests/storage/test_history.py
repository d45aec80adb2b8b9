import zlib
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from threading import Thread

import pytest
import sqlalchemy as sa

from paypal_payouts.domain.payout import NewBatch
from paypal_payouts.domain.states import BatchEvent, BatchStatus, ItemState
from paypal_payouts.errors import NotFound, SealBroken
from paypal_payouts.storage import Lease, Store
from paypal_payouts.storage.counts import count_again
from paypal_payouts.storage.tables import batches, items
from storage.makers import (
    LOST,
    NO_FUNDS,
    NOW,
    accepted,
    ended,
    found,
    later,
    leased,
    new_batch,
    opened,
    permitted,
    read,
    sent,
    stored,
)

UNTIL = later(days=9)


def test_cycles_are_listed_newest_first(store: Store) -> None:
    lease = leased(store)
    for number, cycle in enumerate(["b", "a", "c"]):
        store.intents.record_intent(lease, cycle=cycle, batches=[], now=later(hours=number // 2), actor="ann")
    assert store.history.cycle_names() == ["c", "a", "b"]


def brought_to(store: Store, lease: Lease, batch_id: int, status: BatchStatus, states: dict[str, ItemState]) -> None:
    if status is not BatchStatus.PLANNED:
        sent(store, lease, batch_id, NO_FUNDS if status is BatchStatus.REFUSED else LOST)
    if status is BatchStatus.REVIEW:
        store.moves.doubt(lease, batch_id, now=NOW, actor="run", reason="old")
    if status in {BatchStatus.ACCEPTED, BatchStatus.DONE}:
        store.moves.adopt(lease, batch_id, "PAYPAL1", now=NOW, actor="run")
    read(store, lease, batch_id, states)
    if status is BatchStatus.DONE:
        ended(store, lease, batch_id, BatchEvent.FINISH)


@pytest.mark.parametrize(
    ("status", "states", "open_"),
    [
        (BatchStatus.PLANNED, {}, False),
        (BatchStatus.IN_FLIGHT, {}, True),
        (BatchStatus.REVIEW, {}, True),
        (BatchStatus.REFUSED, {}, False),
        (BatchStatus.ACCEPTED, {}, True),
        (BatchStatus.DONE, dict.fromkeys("abc", ItemState.SUCCESS), False),
        (BatchStatus.DONE, {"a": ItemState.UNCLAIMED, "b": ItemState.SUCCESS, "c": ItemState.FAILED}, True),
        (BatchStatus.DONE, {"a": ItemState.UNRECOGNIZED, "b": ItemState.SUCCESS, "c": ItemState.SUCCESS}, True),
        (BatchStatus.DONE, {"a": ItemState.REFUNDED, "b": ItemState.REVERSED, "c": ItemState.RETURNED}, False),
    ],
)
def test_a_cycle_is_unfinished_while_paypal_may_change_it_or_a_person_must(
    store: Store,
    lease: Lease,
    status: BatchStatus,
    states: dict[str, ItemState],
    open_: bool,
) -> None:
    (batch_id,) = stored(store, lease)
    brought_to(store, lease, batch_id, status, states)
    assert found(store).status is status
    assert store.history.unfinished_cycles() == (["c1"] if open_ else [])


@pytest.mark.parametrize(
    ("status", "states", "open_"),
    [
        (BatchStatus.PLANNED, {}, True),
        (BatchStatus.IN_FLIGHT, {}, True),
        (BatchStatus.REVIEW, {}, True),
        (BatchStatus.REFUSED, {}, True),
        (BatchStatus.ACCEPTED, {}, True),
        (BatchStatus.DONE, dict.fromkeys("abc", ItemState.SUCCESS), False),
        (BatchStatus.DONE, dict.fromkeys("abc", ItemState.ONHOLD), True),
        (BatchStatus.DONE, {"a": ItemState.UNCLAIMED, "b": ItemState.FAILED, "c": ItemState.BLOCKED}, False),
    ],
)
def test_a_glance_tells_whether_a_cycle_is_open(
    store: Store, lease: Lease, status: BatchStatus, states: dict[str, ItemState], open_: bool
) -> None:
    store.intents.record_intent(lease, cycle="empty", batches=[], now=later(days=-1), actor="ann")
    (batch_id,) = stored(store, lease)
    brought_to(store, lease, batch_id, status, states)
    assert [glance[:3] for glance in store.history.glances()] == [("c1", open_, 3), ("empty", False, 0)]
    # A cycle of which nothing was stored has nothing to be compared with.
    last = store.history.last_finished(before="new")
    assert (last and last.name) == (None if open_ else "c1")
    assert store.history.last_finished(before="c1") is None


def names_and_times(store: Store) -> list[tuple[str, datetime]]:
    return [each[:2] for each in store.history.open_cycles()]


@pytest.mark.parametrize(
    "status", [BatchStatus.PLANNED, BatchStatus.IN_FLIGHT, BatchStatus.REFUSED, BatchStatus.REVIEW]
)
def test_open_cycles_come_oldest_first_with_the_time_since_which_they_are_open(
    store: Store, lease: Lease, status: BatchStatus
) -> None:
    finished, open_ = stored(store, lease, new_batch(["a"]), new_batch(["b"], sequence=2))
    store.intents.record_intent(
        lease, cycle="newer", batches=[new_batch(["x"], cycle="newer")], now=later(hours=2), actor="ann"
    )
    brought_to(store, lease, finished, BatchStatus.DONE, {"a": ItemState.SUCCESS})
    brought_to(store, lease, open_, status, {})
    assert names_and_times(store) == [("c1", NOW), ("newer", later(hours=2))]
    in_review = {each.name: each.in_review for each in store.history.open_cycles()}
    assert in_review == {"c1": status is BatchStatus.REVIEW, "newer": False}


def test_what_was_added_late_is_open_since_then(store: Store, lease: Lease) -> None:
    (first,) = stored(store, lease, new_batch(["a"]))
    brought_to(store, lease, first, BatchStatus.DONE, {"a": ItemState.SUCCESS})
    assert store.history.open_cycles() == []
    store.intents.record_intent(
        lease, cycle="c1", batches=[new_batch(["b"], sequence=2)], now=later(days=3), actor="ann"
    )
    assert names_and_times(store) == [("c1", later(days=3))]


def test_a_conflict_that_nobody_has_acknowledged_keeps_a_cycle_open(store: Store, lease: Lease) -> None:
    (batch_id,) = stored(store, lease, new_batch(["a"]))
    brought_to(store, lease, batch_id, BatchStatus.DONE, {"a": ItemState.SUCCESS})
    for acknowledged, open_ in ((0, [("c1", NOW)]), (1, [])):
        with store.database.write(lease, NOW) as connection:
            connection.execute(sa.update(items).values(conflict="FAILED", acknowledged=acknowledged))
            count_again(connection, batch_id)
        assert names_and_times(store) == open_


def test_recent_cycles_are_those_stored_or_sent_since_without_what_was_given_up(store: Store) -> None:
    lease = leased(store)
    ids: dict[str, list[int]] = {}
    for hours, cycle in enumerate(["old", "mine", "sent", "stored", "given up", "refused"]):
        two = [
            new_batch([f"{cycle}-1", f"{cycle}-2"], cycle=cycle),
            new_batch([f"{cycle}-3"], cycle=cycle, sequence=2),
        ]
        at = NOW if cycle == "sent" else later(hours=hours)
        ids[cycle] = store.intents.record_intent(lease, cycle=cycle, batches=two, now=at, actor="ann")
    sent(store, lease, ids["sent"][0], now=later(hours=6))
    sent(store, lease, ids["refused"][0], NO_FUNDS, now=later(hours=5))
    for batch_id in (*ids["given up"], *ids["refused"]):
        store.moves.move(lease, batch_id, BatchEvent.ABANDON, now=later(hours=5), actor="ann", reason="wrong")
    recent = store.history.recent_cycles(exclude="mine", since=later(hours=3), until=UNTIL)
    assert [(other.name, other.seen_at, other.was_sent) for other in recent] == [
        ("sent", later(hours=6), True),
        ("refused", later(hours=5), True),
        ("stored", later(hours=3), False),
    ]
    payments = {other.name: sorted(receiver for receiver, *_ in other.payments) for other in recent}
    assert payments == {
        "sent": ["sent-1@example.com", "sent-2@example.com"],
        "refused": ["refused-1@example.com", "refused-2@example.com"],
        "stored": ["stored-1@example.com", "stored-2@example.com", "stored-3@example.com"],
    }
    assert list(recent[0].payments) == list(recent[0].payments)
    assert [other.number for other in recent] == [2, 2, 3]
    for other in recent:
        assert other.payments_to is not None
        to = {f"{other.name}-1@example.com", "sent-2@example.com", "nobody@example.com"}
        assert sorted(other.payments_to(to)) == sorted(each for each in other.payments if each[0] in to)
    assert store.history.recent_cycles(exclude="mine", since=later(hours=7), until=UNTIL) == []


def test_a_later_stored_batch_has_a_later_place(store: Store, lease: Lease) -> None:
    stored(store, lease, new_batch(["a"], cycle="one"), new_batch(["b"], cycle="one", sequence=2), cycle="one")
    (second,) = stored(store, lease, new_batch(["a"], cycle="two"), cycle="two")
    one, two = store.history.recent_cycles(exclude="", since=NOW, until=UNTIL)
    assert one.name == "one"
    assert one.first_stored < one.last_stored < two.first_stored == two.last_stored
    assert store.history.places("two") == {second: two.first_stored}


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_places_are_given_in_the_order_in_which_batches_become_visible(store: Store, database_url: str) -> None:
    """A transaction that began first and ends last has the later place, though its batch has the lower key."""
    first, second = leased(store, "first"), leased(store, "second")

    def while_another_stores() -> Iterator[NewBatch]:
        yield new_batch(["a"], cycle="first")
        with closing(opened(database_url)) as other:
            stored(other, second, new_batch(["a"], cycle="second"), cycle="second")
        yield new_batch(["b"], cycle="first", sequence=2)

    ids = store.intents.record_intent(first, cycle="first", batches=while_another_stores(), now=NOW, actor="ann")
    ((other_id, other_place),) = store.history.places("second").items()
    assert ids[0] < other_id
    assert other_place < store.history.places("first")[ids[0]]


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_whoever_has_an_earlier_place_is_visible_to_whoever_gets_a_later_one(store: Store, database_url: str) -> None:
    first, second = leased(store, "first"), leased(store, "second")
    seen: list[dict[int, int]] = []

    def store_second() -> None:
        with closing(opened(database_url)) as other:
            stored(other, second, new_batch(["a"], cycle="second"), cycle="second")
            seen.append(other.history.places("first"))

    thread = Thread(target=store_second)

    def before_the_commit(_: object) -> None:
        if not thread.ident:
            thread.start()
            thread.join(0.5)
            assert thread.is_alive()

    sa.event.listen(store.database._engine, "commit", before_the_commit)
    ids = stored(store, first, new_batch(["a"], cycle="first"), cycle="first")
    thread.join(30)
    assert list(seen[0]) == ids


def test_batches_come_by_sequence_then_attempt(store: Store, lease: Lease) -> None:
    ids = stored(store, lease, *(new_batch([str(number)], sequence=number) for number in (10, 2, 1)))
    sent(store, lease, ids[1], NO_FUNDS)
    store.intents.record_new_attempts(
        lease, replaces=ids[1], batches=[new_batch(["2"], sequence=2, attempt=2)], now=NOW, actor="ann", reason="again"
    )
    listed = store.batches.of_cycle("c1")
    assert [str(batch.name) for batch in listed] == ["c1-0001-1", "c1-0002-1", "c1-0002-2", "c1-0010-1"]
    assert [batch.superseded for batch in listed] == [False, True, False, False]
    assert [batch.states.total() for batch in listed] == [1, 1, 1, 1]
    assert store.batches.of_cycle("nowhere") == []


def test_a_batch_is_found_by_our_id_or_by_paypals(store: Store, lease: Lease) -> None:
    one, two = stored(store, lease, new_batch(["a"]), new_batch(["b"], sequence=2))
    accepted(store, lease, one, "c1-0002-1")
    assert found(store, "c1-0001-1").id == one
    assert found(store, "c1-0002-1").id == two
    assert store.batches.find("c1-0003-1") is None
    assert store.batches.find("") is None


def test_listing_needs_as_few_questions_for_many_batches_as_for_one(store: Store, lease: Lease) -> None:
    counted: list[str] = []
    stored(store, lease, *(new_batch([str(number)], sequence=number) for number in range(1, 31)))
    with store.database.read() as connection:
        engine = connection.engine
    sa.event.listen(engine, "before_cursor_execute", lambda *told: counted.append(told[2]))
    assert len(store.batches.of_cycle("c1")) == 30
    assert len([statement for statement in counted if statement.startswith("SELECT")]) == 2


@pytest.mark.parametrize("damage", [zlib.compress(b"{}"), b"no zlib"])
def test_a_damaged_request_is_never_given_out(store: Store, lease: Lease, damage: bytes) -> None:
    (batch_id,) = stored(store, lease)
    with store.database.transaction() as connection:
        connection.execute(batches.update().values(request=damage))
    with pytest.raises(SealBroken, match="c1-0001-1 does not fit its checksum"):
        store.batches.request_bytes(batch_id)
    with pytest.raises(NotFound):
        store.batches.request_bytes(999)


def test_attempts_are_listed_in_their_order(store: Store, lease: Lease) -> None:
    one, two = stored(store, lease, new_batch(["a"]), new_batch(["b"], sequence=2))
    sent(store, lease, one)
    sent(store, lease, two)
    permitted(store, lease, one, now=later(minutes=1))
    assert [(each.number, each.outcome) for each in store.batches.attempts(one)] == [(1, "unknown"), (2, None)]
    assert store.batches.attempts(999) == []


def test_the_trail_is_told_whole_by_cycle_or_by_batch(store: Store, lease: Lease) -> None:
    one, _ = stored(store, lease, new_batch(["a"]), new_batch(["b"], sequence=2))
    stored(store, lease, new_batch(["x"], cycle="c2"), cycle="c2")
    accepted(store, lease, one)
    assert [(event.cycle, event.batch, event.action) for event in store.audit.events()] == [
        ("c1", "c1-0001-1", "intent"),
        ("c1", "c1-0002-1", "intent"),
        ("c2", "c2-0001-1", "intent"),
        ("c1", "c1-0001-1", "permit"),
        ("c1", "c1-0001-1", "accept"),
    ]
    assert [event.action for event in store.audit.events(cycle="c1")] == ["intent", "intent", "permit", "accept"]
    assert [event.action for event in store.audit.events(batch="c1-0001-1")] == ["intent", "permit", "accept"]
    assert store.audit.events(cycle="c3") == []
    assert {event.at for event in store.audit.events()} == {NOW}
    assert {event.at.utcoffset() for event in store.audit.events()} == {NOW.utcoffset()}
