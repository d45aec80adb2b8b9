"""`run --open`: every cycle that has anything open is continued from what is stored, and none is forgotten."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

import pytest
from msgspec.structs import replace
from support.tampering import tamper
from support.world import World, report_of

from paypal_payouts.domain.plan import Notice, Request
from paypal_payouts.domain.report import Finished, OpenRunReport, RunReport, SyncReport
from paypal_payouts.domain.states import BatchStatus
from paypal_payouts.errors import ClockSkew, Interrupted
from paypal_payouts.protocol.cycle_lock import CycleLock
from paypal_payouts.verbs.preview import preview
from paypal_payouts.verbs.reports import preview_report
from paypal_payouts.verbs.run import execute_transaction_with_retry
from paypal_payouts.verbs.run_open import OpenRules, continue_open_cycles, preview_open_cycles
from paypal_payouts.verbs.sync import sync

TOKEN_DOWN = {"on": "token", "kind": "status", "status": 503, "times": None}
ANN, BOB, CY = "a,ann@x.example,1.00,USD", "b,bob@x.example,2.00,USD", "c,cy@x.example,3.00,USD"


def report(finished: Finished) -> OpenRunReport:
    assert isinstance(finished.report, OpenRunReport)
    return finished.report


def codes(finished: Finished) -> list[tuple[str, int]]:
    return [(each.report.cycle, each.exit_code) for each in report(finished).cycles]


def warned(notices: Sequence[Notice]) -> list[str]:
    return [notice.message for notice in notices if notice.code == "open_cycles"]


def left_planned(world: World, *cycles: str) -> None:
    """Let PayPal give no token: each cycle is stored, and nothing of it is sent."""
    world.paypal.inject(TOKEN_DOWN)
    for cycle in cycles:
        row = {"first": ANN, "second": BOB, "third": CY}[cycle]
        assert world.run([row], cycle=cycle).exit_code == 6
        assert set(world.statuses(cycle).values()) == {"planned"}
        world.pass_time(hours=1)
    world.paypal.clear_faults()


def test_every_open_cycle_is_continued_the_oldest_first_and_without_an_input(world: World) -> None:
    left_planned(world, "first", "second")
    (world.folder / "input.csv").unlink()
    world.pass_time(days=6)
    finished = world.run_open()
    assert (finished.exit_code, codes(finished)) == (0, [("first", 0), ("second", 0)])
    assert world.paid() == {"ann@x.example": ["1.00 USD"], "bob@x.example": ["2.00 USD"]}
    assert [each.report.plan_digest for each in report(finished).cycles] == [None, None]


def test_what_is_finished_is_left_alone(world: World) -> None:
    world.run([ANN], cycle="first")
    asked = len(world.paypal.requests())
    finished = world.run_open()
    assert (finished.exit_code, codes(finished)) == (0, [])
    assert len(world.paypal.requests()) == asked


def test_a_lost_answer_is_asked_for_again_under_the_same_id(world: World) -> None:
    world.paypal.inject({"on": "create", "kind": "reset_after", "times": 4})
    assert world.run([ANN], cycle="first").exit_code == 6
    assert codes(world.run_open()) == [("first", 0)]
    assert world.paid() == {"ann@x.example": ["1.00 USD"]}
    world.check_same_bytes()


def test_a_batch_refused_for_want_of_funds_is_sent_again(world: World) -> None:
    world.paypal.inject({"on": "create", "kind": "status", "status": 422, "name": "INSUFFICIENT_FUNDS"})
    assert world.run([ANN], cycle="first").exit_code == 7
    assert codes(world.run_open()) == [("first", 0)]
    assert world.paid() == {"ann@x.example": ["1.00 USD"]}


def test_a_cycle_refused_for_its_contents_has_nothing_open_and_is_named(world: World) -> None:
    assert world.run(["r,rejected@x.example,1.00,USD"], cycle="bad").exit_code == 7
    posts = world.posts()
    finished = world.run_open()
    assert (finished.exit_code, codes(finished), world.posts()) == (0, [], posts)
    (message,) = warned(report(finished).warnings)
    assert "1 cycle is not finished" in message
    assert "`payouts status --cycle bad`" in message


def test_a_cycle_that_somebody_holds_is_4_and_keeps_no_other_from_being_continued(world: World) -> None:
    left_planned(world, "first", "second")
    other = world.other_host()
    with other.store() as store, other.hold(store)("first"):
        finished = world.run_open()
    other.restart()
    assert (finished.exit_code, codes(finished)) == (4, [("first", 4), ("second", 0)])
    assert finished.error is not None
    assert finished.error.code == "lock_held"
    assert report(finished).cycles[0].report.outcome == "blocked"
    assert world.paid() == {"bob@x.example": ["2.00 USD"]}
    assert codes(world.run_open()) == [("first", 0)]


def test_a_cycle_in_review_is_8_and_keeps_no_other_from_being_continued(world: World) -> None:
    world.paypal.inject({"on": "create", "kind": "reset_after"}, {"on": "create", "kind": "duplicate_without_link"})
    assert world.run([ANN], cycle="first").exit_code == 8
    left_planned(world, "second")
    posts = world.posts()
    finished = world.run_open()
    assert (finished.exit_code, codes(finished)) == (8, [("first", 8), ("second", 0)])
    assert world.posts() == posts + 1
    assert finished.error is not None
    assert finished.error.code == "needs_review"


def test_what_is_stored_is_held_up_by_no_cooldown(world: World) -> None:
    world.cooldown_s = 3600
    left_planned(world, "first")
    world.paypal.inject({"on": "create", "kind": "reset_after", "times": 4})
    assert codes(world.run_open()) == [("first", 6)]
    assert codes(world.run_open()) == [("first", 0)]
    assert world.paid() == {"ann@x.example": ["1.00 USD"]}


def test_a_signal_stops_between_two_cycles_and_what_was_done_is_told(world: World) -> None:
    left_planned(world, "first", "second")

    def stop(_seconds: float) -> None:
        if world.paid():
            raise Interrupted("Stopped at a safe point.")

    world.pauses = stop
    finished = world.run_open()
    assert (finished.exit_code, codes(finished)) == (130, [("first", 130)])
    world.pauses = None
    assert world.run_open().exit_code == 0
    assert world.paid() == {"ann@x.example": ["1.00 USD"], "bob@x.example": ["2.00 USD"]}


def test_all_cycles_together_wait_no_longer_than_one_run(world: World) -> None:
    left_planned(world, "first", "second")
    world.paypal.inject({"on": "batch", "kind": "status", "status": 503, "times": None})
    began = world.now()
    finished = world.run_open()
    assert (finished.exit_code, codes(finished)) == (6, [("first", 6), ("second", 6)])
    assert (world.now() - began).total_seconds() < 2 * 900
    assert world.posts() == 2


def test_nothing_is_stored(world: World) -> None:
    left_planned(world, "first")
    before = world.statuses("first").keys()
    world.run_open()
    assert world.statuses("first").keys() == before


# Other cycles, named


def test_a_run_and_a_preview_name_the_other_cycles_that_are_not_finished(world: World) -> None:
    left_planned(world, "first")
    (message,) = warned(report_of(world.preview([BOB], cycle="second")).warnings)
    assert "1 other cycle is not finished: first." in message
    assert "`payouts run --open`" in message
    assert warned(report_of(world.run([BOB], cycle="second")).warnings) == [message]
    assert warned(report_of(world.run([ANN], cycle="first")).warnings) == []
    assert warned(report_of(world.run([CY], cycle="third")).warnings) == []


def test_many_other_cycles_are_counted(world: World) -> None:
    world.paypal.inject(TOKEN_DOWN)
    for number in range(7):
        world.run([f"a,ann{number}@x.example,1.00,USD"], cycle=f"c{number}")
    (message,) = warned(report_of(world.preview([BOB], cycle="second")).warnings)
    assert "7 other cycles are not finished: c0, c1, c2, c3, c4 and 2 more." in message


def test_a_cycle_in_review_is_not_said_to_be_continued(world: World) -> None:
    world.paypal.inject({"on": "create", "kind": "reset_before", "times": 9})
    world.run([CY], cycle="lost")
    world.override("lost-0001-1", BatchStatus.REVIEW)
    left_planned(world, "first")
    first, second = warned(report_of(world.preview([BOB], cycle="second")).warnings)
    assert "1 other cycle is not finished: first." in first
    assert second == "1 other cycle needs a person's decision: lost. Which: `payouts status lost`."


# `sync`


def synced(finished: Finished) -> SyncReport:
    assert isinstance(finished.report, SyncReport)
    return finished.report


def test_sync_names_a_cycle_that_was_never_sent_and_ends_with_6(world: World) -> None:
    left_planned(world, "first")
    finished = world.sync()
    assert finished.exit_code == 6
    assert synced(finished).open == [("first", "1 batch stored and never sent", "payouts run --open")]
    assert world.run_open().exit_code == 0
    assert (world.sync().exit_code, list(synced(world.sync()).open)) == (0, [])


def test_sync_names_a_refused_cycle_with_what_paypal_said_and_ends_with_6(world: World) -> None:
    world.run(["r,rejected@x.example,1.00,USD"], cycle="bad")
    finished = world.sync()
    (named,) = synced(finished).open
    assert (finished.exit_code, named.cycle) == (6, "bad")
    assert named.why.startswith("1 batch refused by PayPal (")
    assert named.next == "payouts status --cycle bad"


def test_sync_of_one_cycle_judges_that_cycle_alone(world: World) -> None:
    left_planned(world, "first")
    world.run([BOB], cycle="second")
    assert world.sync("second").exit_code == 0
    assert world.sync("first").exit_code == 6


@pytest.mark.parametrize("failing", ["first", "second"])
def test_a_cycle_that_cannot_be_read_keeps_no_other_from_being_read(world: World, failing: str) -> None:
    world.waiting = None
    world.run([ANN], cycle="first")
    world.run([BOB], cycle="second")
    with world.store() as store, world.client() as client:
        tools = world.tools(store, client)

        def hold(cycle: str) -> AbstractContextManager[CycleLock]:
            if cycle == failing:
                raise ClockSkew("Too far apart.")
            return tools.hold(cycle)

        finished = sync(None, tools=replace(tools, hold=hold))
    assert finished.exit_code == 6
    assert [skipped.item_id for skipped in synced(finished).unread] == [failing]
    states = {cycle: world.states(cycle) for cycle in ("first", "second")}
    assert [cycle for cycle, items in states.items() if set(items.values()) == {"pending"}] == [failing]


@pytest.mark.parametrize("is_shown", [True, False])
def test_a_fault_in_one_cycle_keeps_no_other_from_being_continued(
    lite: World, monkeypatch: pytest.MonkeyPatch, is_shown: bool
) -> None:
    left_planned(lite, "first", "second")

    def failing(staged: Any, request: Request, **others: Any) -> Finished:
        if request.cycle == "first":
            raise ValueError("no such word")
        return execute_transaction_with_retry(staged, request, **others)

    def not_shown(plan: Any, batches: Any, request: Request, **others: Any) -> RunReport:
        if request.cycle == "first" and not is_shown:
            raise ValueError("no such word")
        return preview_report(plan, batches, request, **others)

    monkeypatch.setattr("paypal_payouts.verbs.run_open.execute_transaction_with_retry", failing)
    monkeypatch.setattr("paypal_payouts.verbs.run_open.preview_report", not_shown)
    finished = lite.run_open()
    assert (finished.exit_code, codes(finished)) == (1, [("first", 1), ("second", 0)])
    assert finished.error is not None
    assert (finished.error.code, finished.error.message) == ("internal", "The program failed: ValueError: no such word")
    assert [len(each.report.batches) for each in report(finished).cycles] == [is_shown, 1]
    assert lite.paid() == {"bob@x.example": ["2.00 USD"]}


def test_a_cycle_that_cannot_be_read_keeps_no_other_from_being_continued(lite: World) -> None:
    left_planned(lite, "first", "second")
    tamper(lite, "UPDATE payout_batches SET last_retry_at = 'x' WHERE batch = 'first-0001-1'")
    finished = lite.run_open()
    assert codes(finished) == [("first", 3), ("second", 0)]
    assert lite.paid() == {"bob@x.example": ["2.00 USD"]}


def test_a_cycle_that_could_not_be_shown_before_the_question_is_not_continued(
    lite: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    left_planned(lite, "first", "second")

    def failing(staged: Any, request: Request, **others: Any) -> Finished:
        if request.cycle == "first":
            raise ValueError("no such word")
        return preview(staged, request, **others)

    monkeypatch.setattr("paypal_payouts.verbs.run_open.preview", failing)
    with lite.store() as store, lite.client() as client:
        rules = OpenRules(lite.request, lambda _: lite.terms(), lambda _: lite.policy.max_age_days)
        shown, not_shown = preview_open_cycles(rules, store=store, errors=lite.errors, lines=lambda _: (), now=lite.now)
        assert [each.cycle for each in shown] == ["second"]
        finished = continue_open_cycles(rules, tools=lite.tools(store, client), not_shown=not_shown)
    assert codes(finished) == [("first", 1), ("second", 0)]
    assert lite.paid() == {"bob@x.example": ["2.00 USD"]}, "nobody was asked about the first"


def test_money_on_hold_keeps_a_cycle_open_whose_failed_items_were_paid_again(world: World) -> None:
    assert world.run(["a,fail@x.example,1.00,USD", "b,hold@x.example,2.00,USD"], cycle="first").exit_code == 6
    assert world.retry("first-0001-1", [ANN, "b,hold@x.example,2.00,USD"], failed_items=True).exit_code == 6
    finished = world.run_open()
    assert (finished.exit_code, codes(finished)) == (6, [("first", 6)])
    assert warned(report(finished).warnings) == []
    synced = world.sync().report
    assert isinstance(synced, SyncReport)
    assert [(each.why, each.next) for each in synced.open] == [("1 onhold", "payouts sync --cycle first")]
    world.check_nobody_twice()
