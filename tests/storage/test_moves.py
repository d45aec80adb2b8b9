import pytest

from paypal_payouts.domain.moves import MOVES
from paypal_payouts.domain.sides import BothSides, Side
from paypal_payouts.domain.states import BatchEvent, BatchStatus, ItemState
from paypal_payouts.errors import Blocked, LeaseLost, NotFound
from paypal_payouts.storage import Lease, Store, TheirBatch, TheirItem
from paypal_payouts.storage.moves import move_batch
from storage.makers import (
    LOST,
    NO_FUNDS,
    NOW,
    OTHER,
    accepted,
    ended,
    everything,
    found,
    later,
    leased,
    new_batch,
    permitted,
    read,
    sent,
    stored,
)

BY_HAND = (BatchEvent.ABANDON, BatchEvent.RESUME, BatchEvent.DOUBT)


def put(store: Store, lease: Lease, status: BatchStatus) -> int:
    """Bring a new batch to a status."""
    (batch_id,) = stored(store, lease)
    match status:
        case BatchStatus.PLANNED:
            pass
        case BatchStatus.IN_FLIGHT:
            sent(store, lease, batch_id, LOST)
        case BatchStatus.REFUSED:
            sent(store, lease, batch_id, NO_FUNDS)
        case BatchStatus.REVIEW:
            sent(store, lease, batch_id, LOST)
            store.moves.doubt(lease, batch_id, now=NOW, actor="run", reason="too old")
        case BatchStatus.ABANDONED:
            store.moves.move(lease, batch_id, BatchEvent.ABANDON, now=NOW, actor="ann", reason="not owed at all")
        case BatchStatus.ACCEPTED:
            accepted(store, lease, batch_id)
        case BatchStatus.DONE | BatchStatus.DENIED | BatchStatus.CANCELED:
            accepted(store, lease, batch_id)
            event = {"done": BatchEvent.FINISH, "denied": BatchEvent.DENY, "canceled": BatchEvent.CANCEL}[status]
            ended(store, lease, batch_id, event)
    assert found(store).status is status
    return batch_id


@pytest.mark.parametrize(("status", "event"), [move for move in MOVES if move[1] in BY_HAND])
def test_a_person_moves_a_batch_as_the_table_says(
    store: Store, lease: Lease, status: BatchStatus, event: BatchEvent
) -> None:
    batch_id = put(store, lease, status)
    batch = store.moves.move(
        lease, batch_id, event, now=NOW, actor="bob", reason="looked it up", evidence={"seen": ["list"]}
    )
    to_status = MOVES[status, event]
    assert batch.status is to_status
    trail = store.audit.events(batch="c1-0001-1")[-1]
    assert (trail.actor, trail.action, trail.reason) == ("bob", event, "looked it up")
    assert (trail.from_state, trail.to_state, trail.evidence) == (status, to_status, {"seen": ["list"]})


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("status", BatchStatus)
def test_a_move_that_is_not_in_the_table_changes_nothing(
    database_url: str, store: Store, lease: Lease, status: BatchStatus
) -> None:
    batch_id = put(store, lease, status)
    before = dict(everything(database_url))
    for event in BY_HAND:
        if (status, event) in MOVES:
            continue
        with pytest.raises(Blocked) as refused:
            store.moves.move(lease, batch_id, event, now=NOW, actor="bob", reason="looked it up")
        assert refused.value.code == "move_not_allowed"
    assert dict(everything(database_url)) == before


@pytest.mark.parametrize(
    "status", [BatchStatus.PLANNED, BatchStatus.REFUSED, BatchStatus.IN_FLIGHT, BatchStatus.REVIEW]
)
def test_abandoning_gives_up_the_items(store: Store, lease: Lease, status: BatchStatus) -> None:
    batch_id = put(store, lease, status)
    batch = store.moves.move(
        lease, batch_id, BatchEvent.ABANDON, now=later(hours=25), actor="bob", reason="not in the list"
    )
    assert batch.states == {ItemState.ABANDONED: 3}
    assert {book.live for book in store.readings.books(batch_id).values()} == {0}
    assert len(store.items.unpaid(batch_id)) == 3


def test_abandoning_leaves_a_final_word(store: Store, lease: Lease) -> None:
    batch_id = put(store, lease, BatchStatus.IN_FLIGHT)
    read(store, lease, batch_id, {"a": ItemState.SUCCESS, "b": ItemState.RETURNED}, unpaid="b")
    batch = store.moves.move(lease, batch_id, BatchEvent.ABANDON, now=NOW, actor="bob", reason="not in the list")
    assert batch.states == {ItemState.SUCCESS: 1, ItemState.RETURNED: 1, ItemState.ABANDONED: 1}
    assert store.readings.books(batch_id)["a"].live == 1


def test_resuming_leaves_the_items_live(store: Store, lease: Lease) -> None:
    batch_id = put(store, lease, BatchStatus.REVIEW)
    batch = store.moves.move(lease, batch_id, BatchEvent.RESUME, now=NOW, actor="bob", reason="was a false alarm")
    assert (batch.status, batch.states, batch.open_sends) == (BatchStatus.IN_FLIGHT, {ItemState.UNSENT: 3}, 1)


@pytest.mark.parametrize(
    ("status", "event"),
    [
        (BatchStatus.IN_FLIGHT, BatchEvent.ACCEPT),
        (BatchStatus.IN_FLIGHT, BatchEvent.ATTACH),
        (BatchStatus.REVIEW, BatchEvent.ATTACH),
    ],
)
def test_adoption_ties_a_batch_to_paypals(store: Store, lease: Lease, status: BatchStatus, event: BatchEvent) -> None:
    batch_id = put(store, lease, status)
    batch = store.moves.adopt(
        lease, batch_id, "PAYPAL9", event=event, now=NOW, actor="bob", evidence={"compared_items": 3}
    )
    assert (batch.status, batch.paypal_batch_id) == (BatchStatus.ACCEPTED, "PAYPAL9")
    assert batch.states == {ItemState.PENDING: 3}
    trail = store.audit.events(batch="c1-0001-1")[-1]
    assert (trail.action, trail.evidence) == (event, {"paypal_batch_id": "PAYPAL9", "compared_items": 3})


@pytest.mark.parametrize(
    "status", [each for each in BatchStatus if each not in {BatchStatus.IN_FLIGHT, BatchStatus.REVIEW}]
)
def test_nothing_else_is_adopted(store: Store, lease: Lease, status: BatchStatus) -> None:
    batch_id = put(store, lease, status)
    for event in (BatchEvent.ACCEPT, BatchEvent.ATTACH):
        with pytest.raises(Blocked) as refused:
            store.moves.adopt(lease, batch_id, "PAYPAL9", event=event, now=NOW, actor="bob")
        assert refused.value.code == "move_not_allowed"
    assert found(store).status is status


def test_a_batch_that_another_one_has_is_not_adopted(store: Store, lease: Lease) -> None:
    put(store, lease, BatchStatus.ACCEPTED)
    (two,) = stored(store, lease, new_batch(["z"], sequence=2))
    sent(store, lease, two, LOST)
    with pytest.raises(Blocked, match="PAYPAL1 is already that of c1-0001-1") as refused:
        store.moves.adopt(lease, two, "PAYPAL1", event=BatchEvent.ATTACH, now=NOW, actor="bob")
    assert refused.value.code == "move_not_allowed"
    batch = store.moves.adopt(lease, two, "PAYPAL1", now=NOW, actor="run")
    assert (batch.status, batch.paypal_batch_id) == (BatchStatus.REVIEW, None)


def test_a_doubt_keeps_its_reason_and_evidence(store: Store, lease: Lease) -> None:
    batch_id = put(store, lease, BatchStatus.IN_FLIGHT)
    evidence = {"paypal_batch_id": "PAYPAL9"}
    batch = store.moves.doubt(lease, batch_id, now=NOW, actor="run", reason="its total is another", evidence=evidence)
    assert batch.status is BatchStatus.REVIEW
    trail = store.audit.events(batch="c1-0001-1")[-1]
    assert (trail.action, trail.reason, trail.evidence) == ("doubt", "its total is another", evidence)


def test_a_move_from_a_status_that_has_changed_since_is_refused(store: Store, lease: Lease) -> None:
    put(store, lease, BatchStatus.PLANNED)
    before = found(store)
    permitted(store, lease, before.id)
    with (
        pytest.raises(Blocked, match="is not planned any more"),
        store.database.write(lease, NOW) as connection,
    ):
        move_batch(connection, before, BatchEvent.ABANDON, now=NOW, actor="bob", reason="seen too early")
    assert found(store).status is BatchStatus.IN_FLIGHT


def test_events_that_are_not_a_persons_are_faults_of_the_program(store: Store, lease: Lease) -> None:
    batch_id = put(store, lease, BatchStatus.IN_FLIGHT)
    with pytest.raises(ValueError, match="refuse"):
        store.moves.move(lease, batch_id, BatchEvent.REFUSE, now=NOW, actor="bob", reason="a bug")
    with pytest.raises(ValueError, match="finish"):
        store.moves.adopt(lease, batch_id, "P", event=BatchEvent.FINISH, now=NOW, actor="bob")


def test_no_move_without_the_lease_or_the_batch(database_url: str, store: Store, lease: Lease) -> None:
    batch_id = put(store, lease, BatchStatus.IN_FLIGHT)
    with pytest.raises(NotFound):
        store.moves.doubt(lease, 999, now=NOW, actor="run", reason="none")
    leased(store, holder=OTHER, now=later(hours=1))
    before = dict(everything(database_url))
    with pytest.raises(LeaseLost):
        store.moves.move(lease, batch_id, BatchEvent.ABANDON, now=NOW, actor="bob", reason="too late")
    with pytest.raises(LeaseLost):
        store.moves.adopt(lease, batch_id, "PAYPAL9", now=NOW, actor="bob")
    assert dict(everything(database_url)) == before


OTHER_A = Side("ann@example.com", 1100, "USD")


def theirs(*, a: Side = OTHER_A) -> TheirBatch:
    """Return a batch of PayPal's that has a with another receiver and amount, no b, c as ours, and d."""
    d = Side("d@example.com", 500, "USD")
    return TheirBatch(
        3,
        a.amount_minor + 1000 + d.amount_minor,
        "USD",
        [
            TheirItem(BothSides("a", Side("a@example.com", 1000, "USD"), a), "EMAIL", "SUCCESS"),
            TheirItem(BothSides("b", Side("b@example.com", 1000, "USD"), None), "EMAIL", None),
            TheirItem(BothSides("d", None, d), "EMAIL", "SUCCESS"),
        ],
    )


def taken(store: Store, lease: Lease, batch_id: int, *, paypal_batch_id: str = "PAYPAL9") -> None:
    store.moves.adopt(
        lease,
        batch_id,
        paypal_batch_id,
        event=BatchEvent.ATTACH,
        now=later(hours=1),
        actor="bob",
        reason="PayPal paid that",
        theirs=theirs(),
    )


def test_taking_theirs_changes_adds_and_gives_up_rows_and_tells_each(store: Store, lease: Lease) -> None:
    batch_id = put(store, lease, BatchStatus.REVIEW)
    taken(store, lease, batch_id)
    batch = found(store)
    assert (batch.status, batch.items, batch.amount_minor) == (BatchStatus.ACCEPTED, 3, 2600)
    assert batch.states == {ItemState.PENDING: 2, ItemState.ABANDONED: 1, ItemState.SUCCESS: 1}
    assert {item_id: owed[:3] for item_id, owed in store.readings.debts(batch_id).items()} == {
        "a": OTHER_A,
        "b": ("b@example.com", 1000, "USD"),
        "c": ("c@example.com", 1000, "USD"),
        "d": ("d@example.com", 500, "USD"),
    }
    assert {item_id: book.live for item_id, book in store.readings.books(batch_id).items()} == {
        "a": 1,
        "b": 0,
        "c": 1,
        "d": 1,
    }
    told = [event for event in store.audit.events(batch="c1-0001-1") if event.action == "take_theirs"]
    assert [(event.item_id, event.from_state, event.to_state, event.reason) for event in told] == [
        ("a", "unsent", "unsent", "PayPal paid that"),
        ("b", "unsent", "abandoned", "PayPal paid that"),
        ("d", None, "success", "PayPal paid that"),
    ]
    assert told[0].evidence["ours"] == {"receiver": "a@example.com", "amount_minor": 1000, "currency": "USD"}
    assert told[0].evidence["theirs"] == OTHER_A._asdict()


def test_what_is_taken_beside_another_payment_of_the_item_is_a_conflict_at_once(store: Store, lease: Lease) -> None:
    batch_id = put(store, lease, BatchStatus.REVIEW)
    (other,) = stored(store, lease, new_batch(["d"], sequence=2))
    accepted(store, lease, other)
    taken(store, lease, batch_id)
    book = store.readings.books(batch_id)["d"]
    assert (book.state, book.live, book.newest, book.conflict) == (ItemState.SUCCESS, 0, 0, "SUCCESS")
    assert store.readings.books(other)["d"].live == 1
    assert [(each.batch, each.acknowledged) for each in store.items.conflicts("c1", "d")] == [("c1-0001-1", False)]
    assert found(store).open_conflicts == 1


def test_theirs_is_taken_whole_or_not_at_all(database_url: str, store: Store, lease: Lease) -> None:
    batch_id = put(store, lease, BatchStatus.REVIEW)
    (other,) = stored(store, lease, new_batch(["z"], sequence=2))
    accepted(store, lease, other)
    before = dict(everything(database_url))
    with pytest.raises(Blocked, match="already that of"):
        taken(store, lease, batch_id, paypal_batch_id="PAYPAL1")
    assert dict(everything(database_url)) == before


def test_an_item_that_paypal_had_a_word_on_is_not_given_up(database_url: str, store: Store, lease: Lease) -> None:
    batch_id = put(store, lease, BatchStatus.REVIEW)
    read(store, lease, batch_id, {"b": ItemState.SUCCESS})
    before = dict(everything(database_url))
    with pytest.raises(Blocked, match="by PayPal's own word"):
        taken(store, lease, batch_id)
    assert dict(everything(database_url)) == before
