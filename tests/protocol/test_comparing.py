"""Comparing the input with what is stored, item by item, and with other cycles (docs/design.md, 5.2)."""

from collections.abc import Iterator
from typing import Any

import pytest
from support.world import World, report_of

from paypal_payouts.domain.payout import StoredItem
from paypal_payouts.domain.report import Finished
from paypal_payouts.domain.states import BatchStatus
from paypal_payouts.storage.items import Items
from paypal_payouts.storage.repeating import ConnectionLost

ROWS = ["a,ann@x.example,10.00,USD", "b,fail.bob@x.example,20.00,USD"]


def code_of(finished: Finished) -> str | None:
    return None if finished.error is None else finished.error.code


def warnings(finished: Finished) -> list[str]:
    return [notice.code for notice in report_of(finished).warnings]


CHANGES = {
    "receiver": "a,other@x.example,10.00,USD",
    "amount": "a,ann@x.example,10.01,USD",
    "currency": "a,ann@x.example,10.00,EUR",
}


@pytest.mark.parametrize("row", list(CHANGES.values()), ids=list(CHANGES))
@pytest.mark.parametrize("before", ["done", "planned", "in_flight", "review"])
def test_a_changed_item_that_may_be_paid_stops_the_run_in_every_state(lite: World, before: str, row: str) -> None:
    bring_to(lite, before)
    sent = len(lite.sent)
    for finished in (lite.preview([row, ROWS[1]]), lite.run([row, ROWS[1]])):
        assert (finished.exit_code, code_of(finished)) == (4, "changed_item")
        assert finished.error
        assert finished.error.details[0]["item_id"] == "a"
        assert report_of(finished).outcome == "blocked"
    assert len(lite.sent) == sent


def bring_to(world: World, status: str) -> None:
    rules: dict[str, list[dict[str, Any]]] = {
        "planned": [{"on": "token", "kind": "status", "status": 503, "times": None}],
        "in_flight": [{"on": "create", "kind": "reset_before", "times": 4}],
        "refused": [{"on": "create", "kind": "status", "status": 403}],
        "review": [{"on": "create", "kind": "reset_after"}, {"on": "create", "kind": "duplicate_without_link"}],
    }
    world.paypal.inject(*rules.get(status, []))
    world.run(ROWS)
    world.paypal.clear_faults()
    assert world.statuses() == {"c-0001-1": status}


def test_an_equal_item_is_there_already_whatever_else_of_its_row_changed(world: World) -> None:
    world.run(ROWS)
    text = "item_id,receiver,amount,currency,note\nb,fail.bob@x.example,20,USD,hello\na, ann@x.example ,10.0,USD,hi\n"
    finished = world.run(text)
    assert (finished.exit_code, warnings(finished)) == (5, [])
    assert len(world.sent) == 1


def test_a_changed_item_that_is_proven_unpaid_is_a_warning_and_is_not_paid_by_run(world: World) -> None:
    world.run(ROWS)
    finished = world.run([ROWS[0], "b,right@x.example,20.00,USD"])
    assert (finished.exit_code, warnings(finished)) == (5, ["corrected_item"])
    assert "retry c-0001-1 --failed-items" in report_of(finished).warnings[0].message
    assert "right@x.example" not in world.paid()


def test_a_changed_row_of_a_closed_item_is_a_changed_item(world: World) -> None:
    world.run(ROWS)
    world.cancel("b")
    assert code_of(world.run([ROWS[0], "b,right@x.example,20.00,USD"])) == "changed_item"


@pytest.mark.parametrize("row", ["a,right@x.example,10.00,USD", None], ids=["corrected", "missing"])
def test_a_refused_batch_whose_rows_are_not_as_stored_is_not_sent_again_by_run(world: World, row: str | None) -> None:
    bring_to(world, "refused")
    rows = [ROWS[1]] if row is None else [row, ROWS[1]]
    finished = world.run(rows)
    assert finished.exit_code == 7
    assert warnings(finished) == ["missing_item" if row is None else "corrected_item"]
    assert len(world.sent) == 1
    assert world.run(ROWS).exit_code == 5
    assert len(world.sent) == 2
    assert world.paid() == {"ann@x.example": ["10.00 USD"]}


@pytest.mark.parametrize(
    ("before", "code"),
    [("planned", "missing_item"), ("done", None), ("in_flight", None), ("review", "needs_review")],
)
def test_a_missing_item_stops_the_run_only_while_its_batch_is_planned(
    world: World, before: str, code: str | None
) -> None:
    bring_to(world, before)
    sent = len(world.sent)
    finished = world.run(ROWS[:1])
    assert code_of(finished) == code
    if before == "planned":
        assert (finished.exit_code, len(world.sent)) == (4, sent)
        assert world.states() == {"a": "unsent", "b": "unsent"}
    else:
        assert "missing_item" in warnings(finished)


def test_a_new_row_in_a_cycle_that_has_batches_needs_append(world: World) -> None:
    world.run(ROWS)
    world.pass_time(hours=1)
    finished = world.run([*ROWS, "n,new@x.example,1.00,USD"])
    assert (finished.exit_code, code_of(finished)) == (4, "extra_item")
    assert "new@x.example" not in world.paid()


@pytest.mark.parametrize(
    "rows",
    [[*ROWS, "n,new@x.example,1.00,USD"], ["n,new@x.example,1.00,USD"]],
    ids=["the whole cycle", "the new rows alone"],
)
def test_append_takes_the_whole_cycle_or_the_new_rows_and_counts_nothing_as_missing(
    world: World, rows: list[str]
) -> None:
    world.run(ROWS)
    world.pass_time(hours=1)
    finished = world.run(rows, append=True)
    assert (finished.exit_code, warnings(finished)) == (5, [])
    assert world.states() == {"a": "success", "b": "failed", "n": "success"}
    assert world.statuses() == {"c-0001-1": "done", "c-0002-1": "done"}


def test_append_counts_nothing_as_missing_while_a_batch_is_planned_and_pays_it_too(world: World) -> None:
    bring_to(world, "planned")
    world.run(["n,new@x.example,1.00,USD"], append=True)
    world.pass_time(minutes=2)
    world.run(["n,new@x.example,1.00,USD"], append=True)
    assert world.states() == {"a": "success", "b": "failed", "n": "success"}


def test_append_still_refuses_a_changed_item(world: World) -> None:
    world.run(ROWS)
    world.pass_time(hours=1)
    assert code_of(world.run(["a,ann@x.example,11.00,USD", "n,n@x.example,1.00,USD"], append=True)) == "changed_item"


COPIES = {
    "all rows": (["a", "b", "c", "d"], True),
    "half of the rows": (["a", "b", "x", "y"], True),
    "less than half": (["a", "x", "y"], False),
    "none": (["x", "y"], False),
}


@pytest.mark.parametrize(("names", "is_copy"), list(COPIES.values()), ids=list(COPIES))
def test_a_cycle_of_which_half_agrees_with_another_sent_of_late_is_a_copy(
    lite: World,
    names: list[str],
    is_copy: bool,
) -> None:
    lite.run([f"{name},{name}@x.example,1.00,USD" for name in "abcd"], cycle="first")
    rows = [f"other-{name},{name}@x.example,1.00,USD" for name in names]
    finished = lite.run(rows, cycle="second")
    assert code_of(finished) == ("duplicate_cycle" if is_copy else None)
    if is_copy:
        assert finished.error
        assert "first" in finished.error.message
        assert lite.statuses("second") == {}
        assert lite.run(rows, cycle="second", allow_duplicate=True).exit_code == 0


def test_a_cycle_sent_longer_ago_is_no_copy(world: World) -> None:
    rows = ["a,ann@x.example,1.00,USD"]
    world.run(rows, cycle="first")
    world.pass_time(days=4, hours=23)
    assert code_of(world.run(rows, cycle="second")) == "duplicate_cycle"
    world.pass_time(hours=2)
    assert world.run(rows, cycle="second").exit_code == 0


def test_another_amount_or_currency_is_no_copy(lite: World) -> None:
    lite.run(["a,ann@x.example,1.00,USD", "b,bob@x.example,1.00,USD"], cycle="first")
    assert lite.run(["a,ann@x.example,1.01,USD", "b,bob@x.example,1.00,EUR"], cycle="second").exit_code == 0


def test_a_repeated_run_of_a_cycle_is_no_copy_of_another(lite: World) -> None:
    rows = ["a,ann@x.example,1.00,USD"]
    lite.run(rows, cycle="first")
    assert lite.run(rows, cycle="second", allow_duplicate=True).exit_code == 0
    assert lite.run(rows, cycle="second").exit_code == 0
    assert lite.run(rows, cycle="first").exit_code == 0


def test_the_same_receiver_and_amount_twice_is_a_warning_and_both_are_paid(world: World) -> None:
    finished = world.run(["a,ann@x.example,1.00,USD", "b,ann@x.example,1.00,USD"])
    assert (finished.exit_code, warnings(finished)) == (0, ["same_receiver"])
    assert world.paid() == {"ann@x.example": ["1.00 USD", "1.00 USD"]}


def test_the_way_out_of_a_wrong_planned_batch(world: World) -> None:
    bring_to(world, "planned")
    right = ["a,right@x.example,7.00,USD"]
    assert world.override("c-0001-1", BatchStatus.ABANDONED).exit_code == 0
    finished = world.retry("c-0001-1", right, failed_items=True)
    assert finished.exit_code == 5
    assert [skipped.item_id for skipped in report_of(finished).skipped] == ["b"]
    assert world.statuses() == {"c-0001-1": "abandoned", "c-0001-2": "done"}
    assert world.paid() == {"right@x.example": ["7.00 USD"]}


def test_a_stream_of_items_that_is_cut_is_read_again_from_its_beginning(
    lite: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    lite.run(ROWS)
    real, cuts = Items.newest, iter([1])

    def cut_once(items: Items, cycle: str) -> Iterator[StoredItem]:
        whole = real(items, cycle)
        yield next(whole)
        if next(cuts, None):
            raise ConnectionLost("it was cut")
        yield from whole

    monkeypatch.setattr(Items, "newest", cut_once)
    finished = lite.preview(ROWS)
    assert next(cuts, None) is None
    assert (finished.exit_code, finished.error) == (0, None)
    assert report_of(finished).to_send == []
