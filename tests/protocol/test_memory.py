"""Lost and old databases, the 25 days, and clocks that are wrong: what keeps the promise when our books are lost."""

from itertools import pairwise
from typing import Any

import pytest
from support.backups import copy_aside, put_back
from support.world import World, report_of

from paypal_payouts.domain.retry import RetryPolicy
from paypal_payouts.domain.states import BatchStatus
from paypal_payouts.errors import PayoutsError
from paypal_payouts.protocol.sent_log import sent_lines

ROWS = ["a,ann@x.example,10.00,USD", "b,transient.bob@x.example,20.00,USD"]
SURE = ["a,ann@x.example,10.00,USD", "b,bob@x.example,20.00,USD"]


def code_of(finished: object) -> str | None:
    error = getattr(finished, "error", None)
    return None if error is None else error.code


def copy(world: World) -> str:
    """Copy the database aside, as a nightly backup does."""
    world.restart()
    return copy_aside(world.database_url)


def lose(world: World, aside: str | None = None) -> None:
    """Lose the database, and put that copy in its place where there is one."""
    world.restart()
    put_back(world.database_url, aside)


def test_a_lost_database_is_rebuilt_by_adopting_what_paypal_still_knows(world: World) -> None:
    world.run(SURE)
    lose(world)
    world.pass_time(days=24)
    assert world.run(SURE).exit_code == 0
    world.check_paid_once(SURE)


def test_a_lost_database_and_another_input_end_in_review(world: World) -> None:
    world.run(SURE)
    lose(world)
    world.pass_time(days=2)
    assert world.run(["a,ann@x.example,10.00,USD"]).exit_code == 8
    world.check_nobody_twice()


def test_past_paypals_memory_a_lost_database_stops_with_exit_8_and_nothing_is_sent(world: World) -> None:
    world.run(SURE)
    lose(world)
    world.pass_time(days=25)
    finished = world.run(SURE)
    assert (finished.exit_code, code_of(finished)) == (8, "needs_review")
    assert "c-0001-1" in str(finished.error)
    assert len(world.sent) == 1
    assert world.run(SURE, cycle="another").exit_code in {0, 4}


def test_a_library_that_empties_the_lock_file_takes_nothing_from_the_sent_log(lite: World) -> None:
    lite.run(SURE)
    lose(lite)
    (lite.folder / "locks" / "c.lock").write_text("")
    lite.pass_time(days=31)
    finished = lite.run(SURE)
    assert (finished.exit_code, code_of(finished)) == (8, "needs_review")
    assert len(lite.sent) == 1


def test_before_a_permit_is_committed_its_line_stands_in_the_sent_log(lite: World) -> None:
    rows = [*SURE, "c,cat@x.example,5,JPY"]
    told: list[tuple[str, list[str]]] = []

    def look(kind: str) -> None:
        told.append((kind, [str(line.batch) for line in sent_lines("c", directory=lite.folder / "locks")]))

    lite.effects = look
    assert lite.run(rows).exit_code == 0
    permits = [before for before, (kind, _) in pairwise(told) if kind == "post"]
    assert permits == [("commit", ["c-0001-1"]), ("commit", ["c-0001-1", "c-0002-1"])]


def test_past_paypals_memory_a_database_from_before_the_send_stops_with_exit_8(world: World) -> None:
    world.paypal.inject({"on": "token", "kind": "status", "status": 503, "times": None})
    assert world.run(SURE).exit_code == 6
    world.paypal.clear_faults()
    aside = copy(world)
    assert world.run(SURE).exit_code == 0
    lose(world, aside)
    world.pass_time(days=31)
    assert world.run(SURE).exit_code == 8
    world.check_nobody_twice()


def test_past_paypals_memory_a_retry_from_an_old_database_stops_with_exit_8(world: World) -> None:
    world.run(ROWS)
    aside = copy(world)
    world.pass_time(hours=1)
    assert world.retry("c-0001-1", ROWS, failed_items=True).exit_code == 0
    lose(world, aside)
    world.pass_time(days=31)
    finished = outcome(lambda: world.retry("c-0001-1", ROWS, failed_items=True))
    assert finished.exit_code == 8
    world.check_nobody_twice()


def test_within_paypals_memory_a_retry_from_an_old_database_adopts_the_lost_attempt(world: World) -> None:
    world.run(ROWS)
    aside = copy(world)
    assert world.retry("c-0001-1", ROWS, failed_items=True).exit_code == 0
    lose(world, aside)
    world.pass_time(days=3)
    assert world.retry("c-0001-1", ROWS, failed_items=True).exit_code == 0
    world.check_paid_once(ROWS)


def test_an_old_database_that_calls_a_batch_refused_pays_nobody_twice(world: World) -> None:
    world.paypal.inject({"on": "create", "kind": "status", "status": 403})
    assert world.run(SURE).exit_code == 7
    aside = copy(world)
    world.pass_time(hours=1)
    assert world.run(SURE).exit_code == 0
    lose(world, aside)
    world.pass_time(hours=1)
    outcome(lambda: world.retry("c-0001-1", SURE, failed_items=True))
    world.check_nobody_twice()
    world.run(SURE)
    world.check_nobody_twice()


def test_an_old_database_that_calls_a_batch_in_flight_is_brought_up_to_date(world: World) -> None:
    world.paypal.inject({"on": "create", "kind": "reset_before", "times": 4})
    assert world.run(SURE).exit_code == 6
    aside = copy(world)
    assert world.run(SURE).exit_code == 0
    lose(world, aside)
    world.pass_time(days=10)
    assert world.run(SURE).exit_code == 0
    world.check_paid_once(SURE)


def outcome(act: Any) -> Any:
    """Take a refusal that is raised like one that is returned: either stops the command."""
    try:
        return act()
    except PayoutsError as error:
        return error


@pytest.mark.parametrize("how", ["lost before", "lost after", "no connection"])
def test_at_25_days_an_unanswered_batch_becomes_review_and_is_not_sent_again(world: World, how: str) -> None:
    kinds = {"lost before": "reset_before", "lost after": "reset_after", "no connection": "refused"}
    world.paypal.inject({"on": "create", "kind": kinds[how], "times": 4})
    world.run(SURE)
    world.pass_time(days=25)
    finished = world.run(SURE)
    assert (finished.exit_code, code_of(finished)) == (8, "needs_review")
    assert world.statuses() == {"c-0001-1": "review"}
    assert len(world.sent) == 4


def test_a_day_earlier_it_is_asked_about_again(world: World) -> None:
    world.paypal.inject({"on": "create", "kind": "reset_after", "times": 4})
    world.run(SURE)
    world.pass_time(days=24)
    assert world.run(SURE).exit_code == 0
    world.check_paid_once(SURE)


def test_the_25_days_go_by_the_later_of_our_clock_and_paypals(world: World) -> None:
    world.paypal.inject({"on": "create", "kind": "reset_before", "times": 4})
    world.run(SURE)
    # Within the five minutes that are allowed, PayPal's clock decides.
    world.paypal.advance(240)
    world.pass_time(days=25, seconds=-200)
    assert world.run(SURE).exit_code == 8
    assert len(world.sent) == 4


@pytest.mark.parametrize("offset_s", [-301, 301, 86_400], ids=["behind", "ahead", "a day ahead"])
def test_a_clock_far_from_paypals_refuses_to_send(world: World, offset_s: float) -> None:
    world.paypal.advance(offset_s)
    finished = world.run(SURE)
    assert (finished.exit_code, code_of(finished)) == (3, "clock_skew")
    assert "Nothing was sent" in str(finished.error)
    assert world.sent == []
    world.paypal.advance(-offset_s)
    assert world.run(SURE).exit_code == 0
    world.check_paid_once(SURE)


@pytest.mark.parametrize("offset_s", [-299, 299])
def test_a_clock_near_paypals_sends(lite: World, offset_s: float) -> None:
    lite.paypal.advance(offset_s)
    assert lite.run(SURE).exit_code == 0


def test_a_clock_that_is_seen_to_be_wrong_between_two_batches_says_what_was_sent(world: World) -> None:
    rows = [*SURE, "c,cat@x.example,5,JPY"]
    world.paypal.inject({"on": "create", "kind": "wrong_date"})
    finished = world.run(rows)
    assert (finished.exit_code, code_of(finished)) == (3, "clock_skew")
    assert "c-0001-1" in str(finished.error)
    assert len(world.sent) == 1
    assert world.run(rows).exit_code == 0
    world.check_paid_once(rows)


def test_a_batch_abandoned_before_the_database_was_restored_is_not_paid_twice(world: World) -> None:
    world.paypal.inject({"on": "create", "kind": "timeout_before", "times": 4})
    world.run(SURE)
    world.pass_time(hours=25)
    world.override("c-0001-1", BatchStatus.ABANDONED)
    aside = copy(world)
    assert world.retry("c-0001-1", SURE, failed_items=True).exit_code == 0
    lose(world, aside)
    outcome(lambda: world.retry("c-0001-1", SURE, failed_items=True))
    world.check_nobody_twice()


FUNDS: dict[str, Any] = {"on": "create", "kind": "status", "status": 422, "name": "INSUFFICIENT_FUNDS"}


def test_a_lost_database_and_a_changed_file_move_nobody_to_another_id(world: World) -> None:
    rows = ["e,eve@x.example,1.00,EUR", "u,uma@x.example,2.00,USD"]
    world.paypal.inject(FUNDS)
    assert world.run(rows).exit_code == 7
    assert world.statuses() == {"c-0001-1": "refused", "c-0002-1": "done"}
    lose(world)
    # Without Eve's row Uma's would go out as c-0001-1, which PayPal never took.
    finished = world.run(rows[1:])
    assert (finished.exit_code, getattr(finished.error, "code", None)) == (8, "needs_review")
    assert world.statuses() == {}
    world.check_nobody_twice()
    assert world.run(rows).exit_code == 0
    world.check_paid_once(rows)


def test_a_lost_database_and_a_changed_amount_end_in_review_unstored(world: World) -> None:
    world.run(["u,uma@x.example,2.00,USD"])
    lose(world)
    finished = world.run(["u,uma@x.example,3.00,USD"])
    assert finished.exit_code == 8
    assert len(world.sent) == 1
    assert world.statuses() == {}


def test_an_old_database_pays_an_item_again_only_under_an_identical_attempt(world: World) -> None:
    rows = ["a,ann@x.example,1.00,USD", "b,transient.bob@x.example,2.00,USD"]
    world.run(rows)
    aside = copy(world)
    assert world.retry("c-0001-1", rows, failed_items=True).exit_code == 0
    lose(world, aside)
    other = [rows[0], "b,bobby@x.example,2.00,USD"]
    assert world.retry("c-0001-1", other, failed_items=True).exit_code == 8
    assert world.retry("c-0001-1", rows, failed_items=True).exit_code == 0
    world.check_paid_once(rows)


def test_preview_says_what_run_would_say_of_a_lost_database(world: World) -> None:
    world.run(["u,uma@x.example,2.00,USD"])
    lose(world)
    world.pass_time(days=25)
    shown = world.preview(["u,uma@x.example,2.00,USD"])
    assert (shown.exit_code, getattr(shown.error, "code", None)) == (8, "needs_review")
    assert report_of(shown).outcome == "blocked"


def test_a_denied_batch_too_old_to_be_asked_about_waits_for_a_person(
    lite: World,
) -> None:
    rows = ["a,denyall@x.example,1.00,USD"]
    lite.policy = RetryPolicy(max_retries=0)
    lite.paypal.inject({"on": "create", "kind": "reset_before"})
    assert lite.run(rows).exit_code == 6
    assert lite.run(rows).exit_code == 5
    assert lite.statuses() == {"c-0001-1": "denied"}
    lite.pass_time(days=25)
    assert lite.retry("c-0001-1", rows, failed_items=True).exit_code == 4
    assert lite.retry("c-0001-1").exit_code == 8
    assert lite.statuses() == {"c-0001-1": "review"}
    assert lite.override("c-0001-1", BatchStatus.ABANDONED).exit_code == 0
    repaired = ["a,ann@x.example,1.00,USD"]
    assert lite.retry("c-0001-1", repaired, failed_items=True).exit_code == 0
    lite.check_paid_once(repaired)
