"""`cancel`: an unclaimed item comes back from PayPal, to be paid to a corrected row; or an item is closed."""

from typing import Any

import pytest
from support.world import World

from paypal_payouts.domain.report import CancelReport
from paypal_payouts.domain.states import BatchStatus
from paypal_payouts.errors import Blocked, NotFound, PayoutsError, PayPalRefused

ROWS = ["a,unclaimed.ann@x.example,10.00,USD", "b,bob@x.example,20.00,USD"]


def test_unclaimed_money_is_called_back_and_paid_to_a_corrected_row(world: World) -> None:
    world.run(ROWS)
    finished = world.cancel("a", closes=False)
    assert finished.exit_code == 0
    assert isinstance(finished.report, CancelReport)
    assert (finished.report.from_state, finished.report.to_state) == ("unclaimed", "returned")
    assert finished.report.item.raw_state == "RETURNED"
    assert world.states() == {"a": "returned", "b": "success"}
    assert world.paid() == {"bob@x.example": ["20.00 USD"]}
    world.sync("c")
    world.check_books()
    assert world.run(ROWS).exit_code == 5
    corrected = ["a,ann@x.example,10.00,USD", ROWS[1]]
    assert world.retry("c-0001-1", corrected, failed_items=True).exit_code == 0
    world.check_paid_once(corrected)


def test_what_came_back_is_closed_by_cancelling_it_again(lite: World) -> None:
    lite.run(ROWS)
    lite.cancel("a", closes=False)
    assert lite.cancel("a", closes=False).exit_code == 0
    assert lite.states()["a"] == "closed"


def test_unclaimed_money_is_called_back_and_the_item_closed_for_ever(world: World) -> None:
    world.run(ROWS)
    finished = world.cancel("a")
    assert finished.exit_code == 0
    assert isinstance(finished.report, CancelReport)
    assert (finished.report.from_state, finished.report.to_state) == ("unclaimed", "closed")
    assert world.paid() == {"bob@x.example": ["20.00 USD"]}
    assert world.states() == {"a": "closed", "b": "success"}
    world.pass_time(days=40)
    world.sync("c")
    assert world.run(ROWS).exit_code == 0
    assert world.retry("c-0001-1", ROWS, failed_items=True).exit_code == 4
    assert world.states()["a"] == "closed"
    assert len(world.sent) == 1


def test_closing_is_kept_with_who_and_why(world: World) -> None:
    world.run(ROWS)
    world.cancel("a")
    with world.store() as store:
        back, event = store.audit.events(cycle="c")[-2:]
    assert (back.action, back.from_state, back.to_state) == ("cancel", "unclaimed", "returned")
    assert (back.actor, back.reason) == ("tester", "not owed any more")
    assert (event.item_id, event.actor, event.reason) == ("a", "tester", "not owed any more")
    assert (event.from_state, event.to_state) == ("returned", "closed")


@pytest.mark.parametrize("word", ["fail", "return", "denyall"])
def test_an_item_that_is_proven_unpaid_is_closed_without_asking_paypal(lite: World, word: str) -> None:
    lite.run([f"a,{word}@x.example,1.00,USD", "b,bob@x.example,1,JPY"])
    before = len(lite.paypal.requests())
    assert lite.cancel("a").exit_code == 0
    assert len(lite.paypal.requests()) == before
    assert lite.states() == {"a": "closed", "b": "success"}
    assert lite.run([f"a,{word}@x.example,1.00,USD", "b,bob@x.example,1,JPY"]).exit_code == 0


@pytest.mark.parametrize("word", ["bob", "hold", "block", "refund", "reverse", "rejected"])
def test_nothing_else_can_be_cancelled(lite: World, word: str) -> None:
    lite.run([f"a,{word}@x.example,1.00,USD"])
    before = lite.states()
    with pytest.raises(Blocked) as refused:
        lite.cancel("a")
    assert (refused.value.exit_code, refused.value.code) == (4, "move_not_allowed")
    assert lite.states() == before
    asks_for_it = "Ask the payee for a refund. Whether it came: `payouts sync --cycle c`." in refused.value.hint
    assert asks_for_it is (word == "bob")


def test_an_item_of_a_refused_batch_must_be_abandoned_first(world: World) -> None:
    world.run(["a,rejected@x.example,1.00,USD"])
    with pytest.raises(Blocked) as refused:
        world.cancel("a")
    assert "`payouts override c-0001-1 --to abandoned --reason" in refused.value.hint
    world.override("c-0001-1", BatchStatus.ABANDONED)
    assert world.cancel("a").exit_code == 0
    assert world.run(["a,rejected@x.example,1.00,USD"]).exit_code == 0


def test_an_item_with_an_open_conflict_is_not_cancelled_until_somebody_has_looked(world: World) -> None:
    world.run(["a,fail.ann@x.example,10.00,USD", "b,unclaimed.bob@x.example,20.00,USD"])
    rows = ["a,unclaimed.ann@x.example,10.00,USD", "b,unclaimed.bob@x.example,20.00,USD"]
    world.retry("c-0001-1", rows, failed_items=True)
    # The first payment of a turns out to be made, and the second one waits for her.
    world.paypal.inject({"on": "batch", "kind": "unknown_word", "word": "SUCCESS", "item": 0})
    world.sync("c")
    with pytest.raises(Blocked, match="PayPal says SUCCESS of the payment in c-0001-1") as refused:
        world.cancel("a")
    assert refused.value.code == "move_not_allowed"
    assert "`payouts override a --cycle c --to acknowledged --reason" in refused.value.hint
    assert world.states()["a"] == "unclaimed"
    world.override_item("a", "acknowledged")
    assert world.cancel("a").exit_code == 0


def test_cancelling_twice_is_done_once(world: World) -> None:
    world.run(ROWS)
    world.cancel("a")
    assert world.cancel("a").exit_code == 0
    with world.store() as store:
        assert [event.action for event in store.audit.events(cycle="c")].count("close") == 1


@pytest.mark.parametrize(("item", "cycle"), [("z", "c"), ("a", "other")])
def test_an_unknown_item_is_not_found(lite: World, item: str, cycle: str) -> None:
    lite.run(ROWS)
    with pytest.raises(NotFound) as refused:
        lite.cancel(item, cycle=cycle)
    assert refused.value.exit_code == 3


def cancelling(kind: str, **more: Any) -> dict[str, Any]:
    return {"on": "cancel", "kind": kind, **more}


FAULTS: dict[str, list[dict[str, Any]]] = {
    **{f"status {code}": [cancelling("status", status=code)] for code in (400, 401, 403, 404, 408, 409, 429, 500, 503)},
    **{f"status {code}, done": [cancelling("status", status=code, applied=True)] for code in (400, 408, 429, 500, 503)},
    "no connection": [cancelling("refused")],
    "reset before": [cancelling("reset_before")],
    "reset after": [cancelling("reset_after")],
    "timeout": [cancelling("timeout_after")],
    "cut": [cancelling("truncated")],
    "malformed": [cancelling("malformed")],
    "HTML": [cancelling("html", applied=True, status=200)],
    "late": [cancelling("late")],
    "twice": [cancelling("double", answer="second")],
    "redirect": [cancelling("redirect")],
    "lost, and the item cannot be read": [cancelling("reset_after"), {"on": "item", "kind": "status", "times": 2}],
    "no token": [{"on": "token", "kind": "status", "status": 503, "times": 2}],
}


@pytest.mark.parametrize("rules", list(FAULTS.values()), ids=list(FAULTS))
def test_only_money_that_came_back_is_closed_and_cancelling_again_ends_it(
    lite: World, rules: list[dict[str, Any]]
) -> None:
    lite.run(ROWS)
    lite.paypal.inject(*rules)
    try:
        finished = lite.cancel("a")
    except PayoutsError as error:
        assert isinstance(error, PayPalRefused)  # noqa: PT017 - either way is right, and nothing else
    else:
        assert finished.exit_code in {0, 6}
        assert (finished.exit_code == 0) is (lite.states()["a"] == "closed")
    if lite.states()["a"] == "closed":
        assert "unclaimed.ann@x.example" not in lite.paid()
    lite.paypal.clear_faults()
    lite.sync("c")
    assert lite.cancel("a").exit_code == 0
    assert lite.states()["a"] == "closed"
    assert lite.paid() == {"bob@x.example": ["20.00 USD"]}


def test_money_that_was_claimed_meanwhile_stays_with_the_payee(world: World) -> None:
    world.run(ROWS)
    world.paypal.inject(
        cancelling("status", status=400, name="ITEM_INCORRECT_STATUS"),
        {"on": "item", "kind": "unknown_word", "word": "SUCCESS", "times": None},
    )
    with pytest.raises(PayPalRefused) as refused:
        world.cancel("a")
    assert refused.value.exit_code == 7
    assert world.states()["a"] == "unclaimed"
