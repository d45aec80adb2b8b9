"""A cycle that is not finished: why, and a command that is accepted in the state that it is printed in."""

from collections import Counter

import pytest
from domain import makers

from paypal_payouts.domain.identity import BatchName
from paypal_payouts.domain.states import BatchStatus, ItemState
from paypal_payouts.domain.totals import Conflict, Tally
from paypal_payouts.domain.unfinished import OpenCycle, has_anything_open, open_cycle

UNSENT = Counter({ItemState.UNSENT: 1})


def of(*statuses: BatchStatus, tally: Tally) -> OpenCycle:
    batches = [
        makers.batch(status, id=number, name=BatchName("c", number, 1), states=UNSENT)
        for number, status in enumerate(statuses, 1)
    ]
    return open_cycle("c", batches, tally)


def test_what_only_paypal_can_go_on_with_is_asked_about_again_and_not_run() -> None:
    held = Counter({ItemState.ONHOLD: 1})
    done = makers.batch(BatchStatus.DONE, id=1, name=BatchName("c", 1, 1), states=held)
    assert open_cycle("c", [done], Tally(held, ())) == OpenCycle("c", "1 onhold", "payouts sync --cycle c")
    waiting = makers.batch(BatchStatus.ACCEPTED, id=2, name=BatchName("c", 2, 1), states=UNSENT)
    assert open_cycle("c", [done, waiting], Tally(held, ())).next == "payouts run --open"


def test_an_item_that_failed_beside_money_on_hold_is_named_and_waits_for_us() -> None:
    states = Counter({ItemState.ONHOLD: 1, ItemState.FAILED: 1})
    done = makers.batch(BatchStatus.DONE, id=1, name=BatchName("c", 1, 1), states=states)
    found = open_cycle("c", [done], Tally(states, ()))
    assert found == OpenCycle("c", "1 onhold; not paid: 1 failed", "payouts status --cycle c")
    blocked = Counter({ItemState.ONHOLD: 1, ItemState.BLOCKED: 1})
    assert open_cycle("c", [done], Tally(blocked, ())).next == "payouts sync --cycle c", "PayPal may still pay it"


@pytest.mark.parametrize(("state", "opens"), [(ItemState.ONHOLD, True), (ItemState.UNSENT, False)], ids=str)
def test_a_replaced_batch_is_open_only_where_paypal_may_still_move_its_items(state: ItemState, opens: bool) -> None:
    left = Counter({state: 1})
    replaced = makers.batch(
        BatchStatus.REFUSED, id=1, name=BatchName("c", 1, 1), states=left, newest=left, taken_over=1
    )
    assert has_anything_open([replaced]) is opens


@pytest.mark.parametrize(
    ("statuses", "tally", "expected"),
    [
        ([BatchStatus.IN_FLIGHT], Tally(UNSENT, ()), "payouts run --open"),
        ([BatchStatus.IN_FLIGHT, BatchStatus.REVIEW], Tally(UNSENT, ()), "payouts review c-0002-1"),
        (
            [BatchStatus.IN_FLIGHT],
            Tally(UNSENT, (), [Conflict("a", "c-0001-1", ItemState.FAILED, "SUCCESS", acknowledged=False)]),
            "payouts status --cycle c",
        ),
        ([BatchStatus.IN_FLIGHT], Tally(UNSENT, ()).doubted(["c-0002-1"]), "payouts review c-0002-1"),
    ],
    ids=["open", "a person decides about a batch", "a conflict", "lost sends"],
)
def test_what_a_person_must_look_at_first_is_shown_first(
    statuses: list[BatchStatus], tally: Tally, expected: str
) -> None:
    assert of(*statuses, tally=tally).next == expected
