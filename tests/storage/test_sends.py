import pytest
from msgspec.structs import replace

from paypal_payouts.domain.outcome import Accepted, Duplicate, ErrorClass, Failure, NotSent, Refused, SendOutcome
from paypal_payouts.domain.states import SENDABLE_BY_RUN, BatchEvent, BatchStatus, ItemState
from paypal_payouts.errors import Blocked, LeaseLost, NotFound
from paypal_payouts.storage import Lease, Permit, Store
from paypal_payouts.storage.counts import count_again
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

NO_WIRE = NotSent(Failure("CONNECT", "no route", ErrorClass.TRANSIENT))
KNOWN = Duplicate("PAYPAL1", Failure("USER_BUSINESS_ERROR", "used before", ErrorClass.DUPLICATE, http_status=400))


def lives(store: Store, batch_id: int) -> set[tuple[ItemState, int]]:
    return {(book.state, book.live) for book in store.readings.books(batch_id).values()}


def test_the_first_permit_opens_an_attempt_and_starts_the_clock(store: Store, lease: Lease) -> None:
    (batch_id,) = stored(store, lease)
    assert permitted(store, lease, batch_id, now=later(seconds=5)).number == 1
    batch = found(store)
    assert (batch.status, batch.first_sent_at, batch.last_sent_at) == (
        BatchStatus.IN_FLIGHT,
        later(seconds=5),
        later(seconds=5),
    )
    assert (batch.retry_count, batch.last_retry_at) == (0, None)
    assert (batch.open_sends, batch.last_open_send_at) == (1, later(seconds=5))
    (attempt,) = store.batches.attempts(batch_id)
    assert (attempt.number, attempt.started_at, attempt.ended_at, attempt.outcome) == (1, later(seconds=5), None, None)
    assert (attempt.operator, attempt.policy) == ("ann", "default")
    event = store.audit.events(batch="c1-0001-1")[-1]
    assert (event.action, event.from_state, event.to_state, event.actor) == ("permit", "planned", "in_flight", "ann")


def test_a_later_permit_counts_as_a_retry(store: Store, lease: Lease) -> None:
    (batch_id,) = stored(store, lease)
    sent(store, lease, batch_id, LOST)
    sent(store, lease, batch_id, LOST, now=later(minutes=1))
    batch = found(store)
    assert (batch.first_sent_at, batch.last_sent_at, batch.last_retry_at) == (NOW, later(minutes=1), later(minutes=1))
    assert (batch.retry_count, batch.open_sends, batch.last_open_send_at) == (1, 2, later(minutes=1))
    refused = sent(store, lease, batch_id, NO_FUNDS, now=later(minutes=2))
    assert (refused.retry_count, refused.open_sends, refused.last_open_send_at) == (2, 2, later(minutes=1))
    assert [attempt.number for attempt in store.batches.attempts(batch_id)] == [1, 2, 3]


def test_an_acceptance_names_the_batch_and_its_items_are_pending(store: Store, lease: Lease) -> None:
    (batch_id,) = stored(store, lease)
    batch = accepted(store, lease, batch_id)
    assert (batch.status, batch.paypal_batch_id, batch.last_retry_error) == (BatchStatus.ACCEPTED, "PAYPAL1", None)
    assert (batch.open_sends, batch.states) == (0, {ItemState.PENDING: 3})
    assert lives(store, batch_id) == {(ItemState.PENDING, 1)}
    (attempt,) = store.batches.attempts(batch_id)
    assert (attempt.outcome, attempt.http_status, attempt.debug_id, attempt.ended_at) == ("accepted", 201, "d0", NOW)
    event = store.audit.events(batch="c1-0001-1")[-1]
    assert (event.action, event.to_state, event.evidence["paypal_batch_id"]) == ("accept", "accepted", "PAYPAL1")
    assert found(store, "PAYPAL1").id == batch_id


def test_the_batch_that_paypal_names_is_kept_until_it_is_accepted(store: Store, lease: Lease) -> None:
    (batch_id,) = stored(store, lease)
    sent(store, lease, batch_id, LOST)
    named = sent(store, lease, batch_id, KNOWN)
    assert (named.status, named.named_batch_id, named.paypal_batch_id) == (BatchStatus.IN_FLIGHT, "PAYPAL1", None)
    nameless = sent(store, lease, batch_id, replace(KNOWN, paypal_batch_id=None))
    assert nameless.named_batch_id == "PAYPAL1"
    store.moves.doubt(lease, batch_id, now=NOW, actor="run", reason="it differs")
    assert (found(store).named_batch_id, found(store).review_reason) == ("PAYPAL1", "it differs")
    store.moves.move(lease, batch_id, BatchEvent.RESUME, now=NOW, actor="ann", reason="ask again, please")
    assert (found(store).named_batch_id, found(store).review_reason) == ("PAYPAL1", None)
    assert store.moves.adopt(lease, batch_id, "PAYPAL1", now=NOW, actor="run").named_batch_id is None


def test_a_denied_batch_that_is_sent_again_knows_no_batch_of_paypals(store: Store, lease: Lease) -> None:
    (batch_id,) = stored(store, lease)
    sent(store, lease, batch_id, KNOWN)
    store.moves.adopt(lease, batch_id, "PAYPAL1", now=NOW, actor="run")
    ended(store, lease, batch_id, BatchEvent.DENY)
    permitted(store, lease, batch_id)
    assert (found(store).named_batch_id, found(store).paypal_batch_id) == (None, None)


def test_a_batch_that_paypal_accepts_under_the_id_of_another_one_is_in_review(store: Store, lease: Lease) -> None:
    first, second = stored(store, lease, new_batch(["a"]), new_batch(["b"], sequence=2))
    accepted(store, lease, first)
    doubted = accepted(store, lease, second)
    assert (doubted.status, doubted.named_batch_id) == (BatchStatus.REVIEW, "PAYPAL1")
    assert doubted.review_reason == "PayPal's batch PAYPAL1 is already that of c1-0001-1"


def test_a_refusal_proves_the_items_unpaid(store: Store, lease: Lease) -> None:
    (batch_id,) = stored(store, lease)
    batch = sent(store, lease, batch_id, NO_FUNDS)
    assert (batch.status, batch.last_retry_error) == (BatchStatus.REFUSED, "INSUFFICIENT_FUNDS: too little")
    assert lives(store, batch_id) == {(ItemState.UNSENT, 0)}
    (attempt,) = store.batches.attempts(batch_id)
    assert (attempt.outcome, attempt.error_code, attempt.error_class) == ("refused", "INSUFFICIENT_FUNDS", "funds")
    assert (attempt.http_status, attempt.debug_id) == (422, "d2")


@pytest.mark.parametrize(
    ("outcomes", "status", "open_sends"),
    [
        ([LOST], BatchStatus.IN_FLIGHT, 1),
        ([NO_WIRE], BatchStatus.IN_FLIGHT, 0),
        ([KNOWN], BatchStatus.IN_FLIGHT, 0),
        ([NO_WIRE, NO_FUNDS], BatchStatus.REFUSED, 0),
        ([NO_FUNDS, NO_FUNDS], BatchStatus.REFUSED, 0),
        ([LOST, NO_FUNDS], BatchStatus.IN_FLIGHT, 1),
        ([KNOWN, NO_FUNDS], BatchStatus.IN_FLIGHT, 0),
        ([LOST, Accepted("P")], BatchStatus.ACCEPTED, 1),
    ],
)
def test_one_lost_answer_keeps_a_batch_in_flight(
    store: Store, lease: Lease, outcomes: list[SendOutcome], status: BatchStatus, open_sends: int
) -> None:
    (batch_id,) = stored(store, lease)
    told = [sent(store, lease, batch_id, outcome) for outcome in outcomes]
    assert (found(store).status, found(store).open_sends) == (status, open_sends)
    assert told[-1] == found(store)


def test_a_send_that_was_never_closed_keeps_a_batch_in_flight(store: Store, lease: Lease) -> None:
    (batch_id,) = stored(store, lease)
    permitted(store, lease, batch_id)
    assert sent(store, lease, batch_id, NO_FUNDS).status is BatchStatus.IN_FLIGHT
    assert lives(store, batch_id) == {(ItemState.UNSENT, 1)}


def test_an_answer_that_moves_nothing_stands_in_the_trail(store: Store, lease: Lease) -> None:
    (batch_id,) = stored(store, lease)
    permit = permitted(store, lease, batch_id)
    store.sends.record_result(lease, batch_id, permit, LOST, now=later(seconds=30), delay_s=4.5)
    event = store.audit.events(batch="c1-0001-1")[-1]
    assert (event.action, event.actor, event.reason) == ("send_unknown", "paypal", "TIMEOUT: no answer")
    assert (event.from_state, event.to_state, event.evidence) == (
        "in_flight",
        "in_flight",
        {"send": 1, "outcome": "unknown"},
    )
    (attempt,) = store.batches.attempts(batch_id)
    assert (attempt.outcome, attempt.ended_at, attempt.delay_s) == ("unknown", later(seconds=30), 4.5)


def test_an_id_that_another_batch_has_is_a_doubt(store: Store, lease: Lease) -> None:
    one, two = stored(store, lease, new_batch(["a"]), new_batch(["b"], sequence=2))
    accepted(store, lease, one)
    batch = accepted(store, lease, two)
    assert (batch.status, batch.paypal_batch_id) == (BatchStatus.REVIEW, None)
    assert lives(store, two) == {(ItemState.UNSENT, 1)}
    event = store.audit.events(batch="c1-0002-1")[-1]
    assert (event.action, event.reason) == ("doubt", "PayPal's batch PAYPAL1 is already that of c1-0001-1")


def test_a_result_is_recorded_once_and_for_its_own_batch(store: Store, lease: Lease) -> None:
    one, two = stored(store, lease, new_batch(["a"]), new_batch(["b"], sequence=2))
    permit, other = permitted(store, lease, one), permitted(store, lease, two)
    store.sends.record_result(lease, one, permit, LOST, now=NOW)
    for wrong in (permit, other, Permit(999, 1)):
        with pytest.raises(Blocked):
            store.sends.record_result(lease, one, wrong, NO_FUNDS, now=NOW)
    assert found(store).status is BatchStatus.IN_FLIGHT


def test_a_refused_batch_may_be_sent_again_and_is_live_again(store: Store, lease: Lease) -> None:
    (batch_id,) = stored(store, lease)
    sent(store, lease, batch_id, NO_FUNDS)
    permitted(store, lease, batch_id)
    assert lives(store, batch_id) == {(ItemState.UNSENT, 1)}
    assert found(store).retry_count == 1


def test_a_denied_batch_may_be_sent_again_as_if_never_read(store: Store, lease: Lease) -> None:
    (batch_id,) = stored(store, lease)
    accepted(store, lease, batch_id)
    read(store, lease, batch_id, {"a": ItemState.FAILED}, unpaid="a")
    ended(store, lease, batch_id, BatchEvent.DENY)
    assert lives(store, batch_id) == {(ItemState.FAILED, 0), (ItemState.DENIED, 0)}
    permitted(store, lease, batch_id)
    batch = found(store)
    assert (batch.paypal_batch_id, batch.fees_minor, batch.completed_at) == (None, None, None)
    book = store.readings.books(batch_id)["a"]
    assert (book.state, book.live, book.newest) == (ItemState.UNSENT, 1, 1)
    assert book[4:9] == (None,) * 5
    assert accepted(store, lease, batch_id, "PAYPAL2").status is BatchStatus.ACCEPTED


@pytest.mark.parametrize("status", [BatchStatus.DENIED, BatchStatus.REFUSED])
def test_a_batch_of_which_an_item_was_paid_again_is_never_sent_again(
    database_url: str, store: Store, lease: Lease, status: BatchStatus
) -> None:
    (batch_id,) = stored(store, lease)
    if status is BatchStatus.REFUSED:
        sent(store, lease, batch_id, NO_FUNDS)
    else:
        accepted(store, lease, batch_id)
        ended(store, lease, batch_id, BatchEvent.DENY)
    # In another currency, and so under another sequence: no later attempt of this one tells of it.
    corrected = new_batch(["b"], sequence=2, currency="EUR")
    store.intents.record_new_attempts(
        lease, replaces=batch_id, batches=[corrected], now=NOW, actor="ann", reason="corrected"
    )
    # Not even when nothing is live any more: the newer payment took the item over for good.
    sent(store, lease, found(store, "c1-0002-1").id, NO_FUNDS)
    before = dict(everything(database_url))
    with pytest.raises(Blocked) as refused:
        permitted(store, lease, batch_id)
    assert refused.value.code == "not_eligible"
    assert dict(everything(database_url)) == before


def test_a_batch_with_a_later_attempt_is_never_sent_again(store: Store, lease: Lease) -> None:
    (batch_id,) = stored(store, lease)
    accepted(store, lease, batch_id)
    ended(store, lease, batch_id, BatchEvent.DENY)
    store.intents.record_new_attempts(
        lease, replaces=batch_id, batches=[new_batch(["b"], attempt=2)], now=NOW, actor="ann", reason="again"
    )
    with pytest.raises(Blocked, match="a later attempt") as refused:
        permitted(store, lease, batch_id)
    assert refused.value.code == "not_eligible"


def test_the_index_refuses_a_permit_even_where_the_code_does_not_see(store: Store, lease: Lease) -> None:
    (batch_id,) = stored(store, lease)
    accepted(store, lease, batch_id)
    ended(store, lease, batch_id, BatchEvent.DENY)
    (new_id,) = store.intents.record_new_attempts(
        lease,
        replaces=batch_id,
        batches=[new_batch(["b"], sequence=2)],
        now=NOW,
        actor="ann",
        reason="a bug: another sequence",
    )
    with store.database.transaction() as connection:
        connection.exec_driver_sql(f"UPDATE payout_items SET newest = 0 WHERE batch_id = {new_id}")
        connection.exec_driver_sql(f"UPDATE payout_items SET newest = 1 WHERE batch_id = {batch_id}")
        count_again(connection, batch_id)
    with pytest.raises(Blocked, match="an item of it was paid, paid again") as refused:
        permitted(store, lease, batch_id)
    assert refused.value.code == "not_eligible"
    assert found(store).status is BatchStatus.DENIED


def test_a_denied_batch_with_a_closed_item_is_never_sent_again(store: Store, lease: Lease) -> None:
    (batch_id,) = stored(store, lease)
    accepted(store, lease, batch_id)
    ended(store, lease, batch_id, BatchEvent.DENY)
    store.decisions.close(lease, cycle="c1", item_id="b", now=NOW, actor="ann", reason="she left the company")
    with pytest.raises(Blocked, match="b was paid, paid again, or closed"):
        permitted(store, lease, batch_id)


def test_a_permit_needs_an_allowed_status(store: Store, lease: Lease) -> None:
    (batch_id,) = stored(store, lease)
    accepted(store, lease, batch_id)
    with pytest.raises(Blocked, match="c1-0001-1 is accepted") as refused:
        permitted(store, lease, batch_id)
    assert refused.value.code == "not_eligible"
    ended(store, lease, batch_id, BatchEvent.DENY)
    with pytest.raises(Blocked, match="is denied"):
        store.sends.permit(lease, batch_id, now=NOW, operator="ann", policy="p", allowed=SENDABLE_BY_RUN)
    with pytest.raises(Blocked) as never:
        store.sends.permit(lease, batch_id, now=NOW, operator="ann", policy="p", allowed=set())
    assert never.value.code == "not_eligible"
    with pytest.raises(NotFound):
        permitted(store, lease, 999)


def test_no_permit_and_no_result_without_the_lease(database_url: str, store: Store, lease: Lease) -> None:
    one, two = stored(store, lease, new_batch(["a"]), new_batch(["b"], sequence=2))
    permit = permitted(store, lease, one)
    leased(store, holder=OTHER, now=later(hours=1))
    before = dict(everything(database_url))
    with pytest.raises(LeaseLost):
        permitted(store, lease, two, now=later(hours=1))
    with pytest.raises(LeaseLost):
        store.sends.record_result(lease, one, permit, LOST, now=later(hours=1))
    assert dict(everything(database_url)) == before


def test_words_that_a_database_cannot_hold_are_made_visible(store: Store, lease: Lease) -> None:
    (batch_id,) = stored(store, lease)
    sent(store, lease, batch_id, Refused(Failure("C\x00DE", "half a sign: \ud83d", ErrorClass.FUNDS)))
    assert found(store).last_retry_error == "C\ufffdDE: half a sign: ?"
