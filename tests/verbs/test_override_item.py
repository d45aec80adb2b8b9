"""`override ITEM`: what a person settles where PayPal's word decides nothing, and conflicts that are acknowledged."""

from typing import Any

import pytest
from support.world import World

from paypal_payouts.domain.override import OverrideReport
from paypal_payouts.errors import Blocked, ClockSkew, NotFound

ROWS = ["a,block.ann@x.example,10.00,USD", "b,bob@x.example,20.00,USD"]


def blocked(world: World) -> None:
    """Bring an item where PayPal holds its money, a day ago."""
    world.run(ROWS)
    assert world.states() == {"a": "blocked", "b": "success"}
    world.pass_time(hours=25)


def test_what_paypal_never_pays_is_settled_as_failed_and_paid_once_more(world: World) -> None:
    blocked(world)
    finished = world.override_item("a", "failed")
    assert finished.exit_code == 0
    assert isinstance(finished.report, OverrideReport)
    assert (finished.report.from_status, finished.report.to_status) == ("blocked", "failed")
    assert finished.report.item is not None
    assert finished.report.item.state == "failed"
    assert world.states() == {"a": "failed", "b": "success"}
    rows = ["a,ann@x.example,10.00,USD", ROWS[1]]
    assert world.retry("c-0001-1", rows, failed_items=True).exit_code == 0
    assert world.states() == {"a": "success", "b": "success"}
    assert world.paid()["ann@x.example"] == ["10.00 USD"]


@pytest.mark.parametrize("to", ["failed", "success"])
def test_paypal_repeating_its_word_undoes_no_decision(world: World, to: str) -> None:
    blocked(world)
    world.override_item("a", to)
    world.sync("c")
    assert world.run(ROWS).exit_code == (5 if to == "failed" else 0)
    assert world.states()["a"] == to


def test_a_decision_is_kept_with_who_and_why(lite: World) -> None:
    blocked(lite)
    lite.override_item("a", "failed")
    with lite.store() as store:
        event = store.audit.events(cycle="c")[-1]
    assert (event.item_id, event.actor, event.reason) == ("a", "tester", "PayPal's support said so")
    assert (event.from_state, event.to_state, event.evidence["word"]) == ("blocked", "failed", "BLOCKED")


def test_nobody_settles_within_24_hours_of_paypals_word(lite: World) -> None:
    lite.run(ROWS)
    lite.pass_time(hours=23)
    with pytest.raises(Blocked, match="less than 24 hours ago") as refused:
        lite.override_item("a", "failed")
    assert refused.value.code == "move_not_allowed"
    lite.pass_time(hours=1, seconds=1)
    assert lite.override_item("a", "failed").exit_code == 0


@pytest.mark.parametrize(
    ("fault", "error"),
    [({"kind": "wrong_date", "offset_s": -7200}, ClockSkew), ({"kind": "no_date"}, Blocked)],
    ids=["ahead", "silent"],
)
def test_the_24_hours_count_by_paypals_clock(lite: World, fault: dict[str, Any], error: type[Exception]) -> None:
    blocked(lite)
    lite.paypal.inject({"on": "token", "times": None, **fault})
    with pytest.raises(error):
        lite.override_item("a", "failed")
    assert lite.states()["a"] == "blocked"


@pytest.mark.parametrize("word", ["bob", "fail", "unclaimed", "hold", "refund", "reverse", "return"])
@pytest.mark.parametrize("to", ["failed", "success", "acknowledged"])
def test_nothing_else_is_moved(lite: World, word: str, to: str) -> None:
    lite.run([f"a,{word}@x.example,1.00,USD"])
    lite.pass_time(hours=25)
    before = lite.states()
    with pytest.raises(Blocked) as refused:
        lite.override_item("a", to)
    assert (refused.value.exit_code, refused.value.code) == (4, "move_not_allowed")
    assert "item unrecognized, blocked -> failed or success" in refused.value.hint
    assert lite.states() == before


def test_an_item_that_is_not_there_is_not_found(lite: World) -> None:
    lite.run(ROWS)
    with pytest.raises(NotFound):
        lite.override_item("z", "failed")
