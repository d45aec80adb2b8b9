"""Adoption: a duplicate answer is good news only when PayPal's batch is ours, item by item."""

from typing import Any

import pytest
from support.world import World

from paypal_payouts.domain.states import BatchStatus

ROWS = ["a,ann@x.example,10.00,USD", "b,bob@x.example,20.00,USD"]
TAKEN: dict[str, Any] = {"on": "create", "kind": "reset_after"}


def test_a_duplicate_answer_is_adopted_after_comparing_and_the_trail_says_so(world: World) -> None:
    world.paypal.inject(TAKEN)
    assert world.run(ROWS).exit_code == 0
    world.check_paid_once(ROWS)
    with world.store() as store:
        batch = store.batches.of_cycle("c")[0]
        outcomes = [attempt.outcome for attempt in store.batches.attempts(batch.id)]
        adopted = [event for event in store.audit.events(batch="c-0001-1") if event.to_state == "accepted"]
    assert outcomes == ["unknown", "duplicate"]
    assert [event.evidence["compared_items"] for event in adopted] == [2]


def test_the_host_of_a_link_is_never_followed(world: World) -> None:
    world.paypal.inject(TAKEN, {"on": "create", "kind": "duplicate_foreign_host"})
    assert world.run(ROWS).exit_code == 0
    world.check_paid_once(ROWS)


PASSING: dict[str, dict[str, Any]] = {
    "503": {"kind": "status", "status": 503},
    "429": {"kind": "status", "status": 429},
    "reset": {"kind": "reset_before"},
    "no connection": {"kind": "refused"},
    "cut": {"kind": "truncated"},
    "timeout": {"kind": "timeout_before"},
}


@pytest.mark.parametrize("rule", list(PASSING.values()), ids=list(PASSING))
def test_a_batch_that_cannot_be_read_just_now_stays_in_flight_and_is_adopted_later(
    lite: World, rule: dict[str, Any]
) -> None:
    lite.paypal.inject(TAKEN, {"on": "batch", "times": 2, **rule})
    finished = lite.run(ROWS)
    assert (finished.exit_code, finished.error) == (6, None)
    assert lite.statuses() == {"c-0001-1": "in_flight"}
    assert lite.run(ROWS).exit_code == 0
    lite.check_paid_once(ROWS)


SLOW: dict[str, dict[str, Any]] = {
    "not found yet": {"kind": "status", "status": 404},
    "no items listed yet": {"kind": "not_listed_yet"},
    "no items listed yet, and no total": {"kind": "not_listed_yet", "total": False},
    "one of two items listed so far": {"kind": "not_listed_yet", "listed": 1},
    "an item that its total counts is missing": {"kind": "missing_item"},
    "a page that its total counts is missing": {"kind": "missing_page"},
    "unreadable, and no word of passing": {"kind": "status", "status": 403},
}


@pytest.mark.parametrize("rule", list(SLOW.values()), ids=list(SLOW))
def test_what_cannot_be_compared_yet_stays_in_flight_and_is_adopted_later(lite: World, rule: dict[str, Any]) -> None:
    lite.paypal.inject(TAKEN, {"on": "batch", "times": 2, **rule})
    for _ in range(2):
        assert lite.run(ROWS).exit_code == 6
        assert lite.statuses() == {"c-0001-1": "in_flight"}
        assert set(lite.states().values()) == {"unsent"}
    assert lite.run(ROWS).exit_code == 0
    lite.check_paid_once(ROWS)


@pytest.mark.parametrize("by", [-1, 1])
def test_items_that_move_between_pages_are_no_difference(lite: World, by: int) -> None:
    rows = [f"i{number:04d},p{number}@x.example,1.00,USD" for number in range(1002)]
    lite.paypal.inject(TAKEN, {"on": "batch", "kind": "moved_items", "page": 2, "by": by})
    assert lite.run(rows).exit_code == 6
    assert lite.statuses() == {"c-0001-1": "in_flight"}
    assert lite.run(rows).exit_code == 0
    lite.check_paid_once(rows)


REWRITTEN = [
    "a,Ann@X.Example,10.00,USD,EMAIL",
    "b,+1-555-012-3456,20.00,USD,PHONE",
    "c,AB12CD34EF56G,5.00,USD,PAYPAL_ID",
]


def test_receivers_that_are_read_back_in_another_writing_are_adopted_and_ours_stay(world: World) -> None:
    world.paypal.inject(TAKEN, {"on": "batch", "kind": "receivers_rewritten", "times": None})
    world.run("item_id,receiver,amount,currency,recipient_type\n" + "".join(f"{row}\n" for row in REWRITTEN))
    assert set(world.statuses().values()) == {"done"}
    with world.store() as store:
        receivers = [row.receiver for row in store.items.rows_of_cycle("c")]
    assert receivers == [row.split(",")[1] for row in REWRITTEN]
    world.check_nobody_twice()


@pytest.mark.parametrize("status", [200, 202])
@pytest.mark.parametrize("taken", [[], [TAKEN]], ids=["the first time", "when asked again"])
def test_any_success_that_names_our_batch_is_adopted_after_comparing(
    lite: World, status: int, taken: list[dict[str, Any]]
) -> None:
    lite.paypal.inject(*taken, {"on": "create", "kind": "other_success", "status": status})
    assert lite.run(ROWS).exit_code == 0
    lite.check_paid_once(ROWS)
    with lite.store() as store:
        adopted = [event for event in store.audit.events(batch="c-0001-1") if event.to_state == "accepted"]
        assert store.batches.attempts(1)[-1].outcome == "duplicate"
    assert len(lite.sent) == 1 + len(taken)
    assert [event.evidence["compared_items"] for event in adopted] == [2]


def test_an_acceptance_under_the_id_of_another_batch_is_an_unknown_outcome(lite: World) -> None:
    lite.policy = type(lite.policy)(max_retries=0)
    lite.paypal.inject({"on": "create", "kind": "other_sender_batch_id", "named": "theirs-1"})
    assert lite.run(ROWS).exit_code == 6
    with lite.store() as store:
        (batch,) = store.batches.of_cycle("c")
    assert (batch.status, batch.paypal_batch_id) == ("in_flight", None)
    assert "theirs-1" in (batch.last_retry_error or "")
    assert lite.run(ROWS).exit_code == 0
    lite.check_paid_once(ROWS)


DIFFERENT: dict[str, tuple[dict[str, Any], str]] = {
    "another amount": (
        {"on": "batch", "kind": "changed_amount"},
        "item a: its amount is 10.01 USD at PayPal and 10.00 USD in our books",
    ),
    "one cent less, in the last item": (
        {"on": "batch", "kind": "changed_amount", "by_minor": -1, "item": 1},
        "item b: its amount is 19.99 USD at PayPal and 20.00 USD in our books",
    ),
    "other receivers": (
        {"on": "create", "kind": "duplicate_other_contents", "what": "receiver"},
        "item a: its receiver is other-ann@x.example at PayPal and ann@x.example in our books; item b: its receiver is",
    ),
    "other items": (
        {"on": "create", "kind": "duplicate_other_contents", "what": "item_id"},
        "item other-a (ann@x.example, 10.00 USD) is at PayPal and not in our books",
    ),
    "another currency": (
        {"on": "create", "kind": "duplicate_other_contents", "what": "currency"},
        "its currency is CHF at PayPal and USD in our books",
    ),
    "fewer items, and no more to come": (
        {"on": "create", "kind": "duplicate_other_contents", "what": "count"},
        "its number of items is 1 at PayPal and 2 in our books",
    ),
    "another total": (
        {"on": "create", "kind": "duplicate_other_contents", "what": "total"},
        "its total is 30.01 USD at PayPal and 30.00 USD in our books",
    ),
    "another batch id": (
        {"on": "create", "kind": "duplicate_other_contents", "what": "batch_id"},
        "its sender_batch_id is other-main-sandbox-c-0001-1 at PayPal and main-sandbox-c-0001-1 in our books",
    ),
}


@pytest.mark.parametrize(("rule", "words"), list(DIFFERENT.values()), ids=list(DIFFERENT))
def test_a_real_difference_is_a_persons_and_says_both_texts(lite: World, rule: dict[str, Any], words: str) -> None:
    lite.paypal.inject(TAKEN, {"times": None, **rule})
    finished = lite.run(ROWS)
    assert finished.exit_code == 8
    assert lite.statuses() == {"c-0001-1": "review"}
    assert set(lite.states().values()) == {"unsent"}
    with lite.store() as store:
        (doubt,) = [event for event in store.audit.events(batch="c-0001-1") if event.to_state == "review"]
        (batch,) = store.batches.of_cycle("c")
    assert words in (doubt.reason or "")
    assert doubt.evidence["differences"][0]["theirs"] in words
    assert batch.review_reason == doubt.reason
    assert finished.error is not None
    assert finished.error.details[0]["reason"] == doubt.reason


def test_the_id_that_paypal_named_is_kept_until_it_is_ours_or_denied(world: World) -> None:
    world.paypal.inject(TAKEN, {"on": "batch", "kind": "status", "status": 404})

    def named() -> tuple[str | None, str | None]:
        with world.store() as store:
            (batch,) = store.batches.of_cycle("c")
        return batch.named_batch_id, batch.paypal_batch_id

    assert world.run(ROWS).exit_code == 6
    theirs = world.paypal.book()["batches"][0]["payout_batch_id"]
    assert named() == (theirs, None)
    with world.store() as store:
        (told,) = [e for e in store.audit.events(batch="c-0001-1") if e.action == "send_duplicate"]
    assert told.evidence["paypal_batch_id"] == theirs
    assert world.run(ROWS).exit_code == 0
    assert named() == (None, theirs)


def test_a_batch_of_several_pages_is_compared_page_by_page(lite: World) -> None:
    rows = [f"i{number:04d},p{number}@x.example,1.00,USD" for number in range(2001)]
    lite.paypal.inject(TAKEN, {"on": "batch", "kind": "changed_amount", "page": 3})
    assert lite.run(rows).exit_code == 8
    lite.pass_time(hours=1)
    theirs = lite.paypal.book()["batches"][0]["payout_batch_id"]
    assert lite.override("c-0001-1", BatchStatus.ACCEPTED, paypal_batch_id=theirs).exit_code == 0
    assert lite.run(rows).exit_code == 0
    assert len(lite.paid()) == 2001


def test_an_item_that_has_failed_meanwhile_is_adopted_as_failed(world: World) -> None:
    rows = [ROWS[0], "b,fail@x.example,20.00,USD"]
    world.paypal.inject(TAKEN)
    assert world.run(rows).exit_code == 5
    assert world.states() == {"a": "success", "b": "failed"}
    world.check_books()
