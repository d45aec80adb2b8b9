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


UNREADABLE: dict[str, dict[str, Any]] = {
    "not found": {"kind": "status", "status": 404},
    "an item is missing": {"kind": "missing_item"},
    "a page is missing": {"kind": "missing_page"},
    "another amount": {"kind": "changed_amount"},
    "one cent less, in the last item": {"kind": "changed_amount", "by_minor": -1, "item": 1},
}


@pytest.mark.parametrize("rule", list(UNREADABLE.values()), ids=list(UNREADABLE))
def test_a_batch_that_reads_differently_is_not_adopted(lite: World, rule: dict[str, Any]) -> None:
    lite.paypal.inject(TAKEN, {"on": "batch", "times": None, **rule})
    assert lite.run(ROWS).exit_code == 8
    assert lite.statuses() == {"c-0001-1": "review"}
    assert set(lite.states().values()) == {"unsent"}


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
