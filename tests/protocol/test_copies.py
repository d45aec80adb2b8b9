"""A cycle under two names, and a cycle whose ids change: nobody is paid twice, and each story has an end.

docs/design.md, 5.3; every story is played with the simulator, hints followed to the letter.
"""

import re
from collections.abc import Callable

from support.world import World, report_of

from paypal_payouts.domain.report import Finished
from paypal_payouts.domain.states import BatchStatus

ROWS = ["a,ann@x.example,10.00,USD", "b,bob@x.example,20.00,USD"]
COPY = ["x,ann@x.example,10.00,USD", "y,bob@x.example,20.00,USD"]
NO_TOKEN = {"on": "token", "kind": "status", "status": 503, "times": None}
SHOWN_BOTH = ["payouts status --cycle c --items"]
ONCE = {"ann@x.example": ["10.00 USD"], "bob@x.example": ["20.00 USD"]}


def code_of(finished: Finished) -> str | None:
    return None if finished.error is None else finished.error.code


def warnings(finished: Finished) -> list[str]:
    return [notice.code for notice in report_of(finished).warnings]


def commands(finished: Finished) -> list[str]:
    """Return the commands of a refusal's hint, in their order."""
    assert finished.error
    return re.findall(r"`(payouts [^`]*)`", finished.error.hint or "")


def advised(finished: Finished) -> list[str]:
    """Return what its screen says to type."""
    return [step.command for step in report_of(finished).outlook.next]


def store_without_sending(world: World, rows: list[str] | str, cycle: str, **request: bool) -> None:
    world.paypal.inject(NO_TOKEN)
    assert world.run(rows, cycle=cycle, **request).exit_code == 6
    world.paypal.clear_faults()
    assert set(world.statuses(cycle).values()) == {"planned"}


def meanwhile(world: World, act: Callable[[], object]) -> None:
    """Do something at the moment before the next intent is stored, which is after its rows were compared."""

    def at_a_safe_point(_seconds: float) -> None:
        world.pauses = None
        act()

    world.pauses = at_a_safe_point


def two_planned_copies(world: World) -> None:
    """Store both in the same minute, each before the other could be seen, while PayPal gives no token."""
    world.paypal.inject(NO_TOKEN)
    other = world.other_host()
    meanwhile(world, lambda: other.run(ROWS, cycle="first"))
    world.run(COPY, cycle="second")
    other.restart()
    world.paypal.clear_faults()
    assert (world.statuses("first"), world.statuses("second")) == (
        {"first-0001-1": "planned"},
        {"second-0001-1": "planned"},
    )


def test_a_copy_of_a_cycle_that_is_stored_and_not_sent_is_refused(world: World) -> None:
    store_without_sending(world, ROWS, "first")
    finished = world.run(COPY, cycle="second")
    assert (finished.exit_code, code_of(finished)) == (4, "duplicate_cycle")
    assert commands(finished) == ["payouts run first", "payouts run second --allow-duplicate"]
    assert world.statuses("second") == {}
    assert world.run(ROWS, cycle="first").exit_code == 0
    assert world.paid() == ONCE


def test_what_was_stored_and_given_up_is_no_copy(world: World) -> None:
    store_without_sending(world, ROWS, "first")
    assert world.override("first-0001-1", BatchStatus.ABANDONED).exit_code == 0
    assert world.run(COPY, cycle="second").exit_code == 0
    assert world.paid() == ONCE


def test_of_two_planned_copies_the_one_stored_first_goes(world: World) -> None:
    two_planned_copies(world)
    for look in (world.run, world.preview):
        later = look(COPY, cycle="second")
        assert (later.exit_code, code_of(later)) == (4, "duplicate_cycle")
    assert world.sent == []
    assert world.run(ROWS, cycle="first").exit_code == 0
    assert code_of(world.run(COPY, cycle="second")) == "duplicate_cycle"
    assert code_of(world.retry("second-0001-1")) == "duplicate_cycle"
    assert world.paid() == ONCE


def test_the_later_of_two_planned_copies_goes_once_the_first_is_given_up(world: World) -> None:
    two_planned_copies(world)
    assert world.override("first-0001-1", BatchStatus.ABANDONED).exit_code == 0
    assert world.run(COPY, cycle="second").exit_code == 0
    assert code_of(world.retry("first-0001-1", failed_items=True)) == "duplicate_cycle"
    assert world.paid() == ONCE


def test_the_hint_of_a_planned_copy_ends_it(world: World) -> None:
    two_planned_copies(world)
    finished = world.run(COPY, cycle="second")
    assert [command.split(" --reason")[0] for command in commands(finished)] == [
        "payouts run first",
        "payouts override second-0001-1 --to abandoned",
        "payouts run second --allow-duplicate",
    ]
    assert world.override("second-0001-1", BatchStatus.ABANDONED).exit_code == 0
    assert world.run(ROWS, cycle="first").exit_code == 0
    assert world.run(COPY, cycle="second").exit_code == 5
    assert world.paid() == ONCE


def test_a_copy_that_is_allowed_when_it_is_stored_or_sent_goes(world: World) -> None:
    store_without_sending(world, ROWS, "first")
    store_without_sending(world, COPY, "second", allow_duplicate=True)
    assert world.run(COPY, cycle="second").exit_code == 0
    assert world.run(ROWS, cycle="first").exit_code == 0
    assert world.paid() == {receiver: amounts * 2 for receiver, amounts in ONCE.items()}


def test_a_planned_copy_goes_when_it_is_allowed_now(world: World) -> None:
    two_planned_copies(world)
    assert world.run(COPY, cycle="second", allow_duplicate=True).exit_code == 0


def test_a_copy_that_was_sent_between_comparing_and_storing_is_found(world: World) -> None:
    other = world.other_host()
    meanwhile(world, lambda: other.run(COPY, cycle="second"))
    finished = world.run(ROWS, cycle="first")
    other.restart()
    assert (finished.exit_code, code_of(finished)) == (4, "duplicate_cycle")
    assert world.statuses("first") == {"first-0001-1": "planned"}
    assert world.paid() == ONCE


def test_a_planned_copy_is_still_one_after_a_month(lite: World) -> None:
    two_planned_copies(lite)
    assert lite.run(ROWS, cycle="first").exit_code == 0
    lite.pass_time(days=31)
    assert code_of(lite.run(COPY, cycle="second")) == "duplicate_cycle"
    assert lite.override("second-0001-1", BatchStatus.ABANDONED).exit_code == 0
    assert code_of(lite.retry("second-0001-1", COPY, failed_items=True)) == "duplicate_cycle"
    assert lite.paid() == ONCE


def test_what_failed_is_paid_again_whatever_the_next_week_or_a_planned_copy_owes(lite: World) -> None:
    failing = [ROWS[0], "b,fail.bob@x.example,20.00,USD"]
    lite.paypal.inject(NO_TOKEN)
    other = lite.other_host()
    meanwhile(lite, lambda: other.run(failing, cycle="first"))
    lite.run([COPY[0], "y,fail.bob@x.example,20.00,USD"], cycle="second")
    other.restart()
    lite.paypal.clear_faults()
    assert lite.run(failing, cycle="first").exit_code == 5
    lite.pass_time(days=7)
    assert lite.run(COPY, cycle="next-week").exit_code == 0
    assert lite.retry("first-0001-1", ROWS, failed_items=True).exit_code == 0
    assert lite.paid() == {receiver: amounts * 2 for receiver, amounts in ONCE.items()}


def test_a_stored_batch_remembers_its_input_and_that_it_may_be_a_copy(lite: World) -> None:
    lite.run(["b,fail.bob@x.example,20.00,USD"], allow_duplicate=True)
    lite.retry("c-0001-1", ["b,bob@x.example,20.00,USD"], failed_items=True)
    with lite.store() as store:
        stored = store.batches.of_cycle("c")
    assert [(batch.source, batch.copy_allowed) for batch in stored] == [("input.csv", True)] * 2


def test_appended_rows_that_another_cycle_pays_meanwhile_are_found(world: World) -> None:
    old = "o,old@x.example,1.00,USD"
    world.paypal.inject({"on": "create", "kind": "reset_after", "times": 4})
    assert world.run([old], cycle="second").exit_code == 6
    world.pass_time(hours=1)
    other = world.other_host()
    meanwhile(world, lambda: other.run(ROWS, cycle="first"))
    finished = world.run([old, *COPY], cycle="second", append=True)
    other.restart()
    assert code_of(finished) == "duplicate_cycle"
    assert world.statuses("second") == {"second-0001-1": "done", "second-0002-1": "planned"}
    assert world.paid() == {**ONCE, "old@x.example": ["1.00 USD"]}


def test_with_other_item_ids_a_cycle_is_a_copy_of_itself(world: World) -> None:
    assert world.run(ROWS).exit_code == 0
    world.pass_time(hours=1)
    for append in (False, True):
        finished = world.run(COPY, append=append)
        assert (finished.exit_code, code_of(finished)) == (4, "duplicate_cycle" if append else "extra_item")
        assert not [command for command in commands(finished) if "--append" in command and not append]
    assert world.run([*ROWS, "y,bob@x.example,20.00,USD"], append=True, allow_duplicate=True).exit_code == 0
    assert world.paid() == {**ONCE, "bob@x.example": ["20.00 USD", "20.00 USD"]}


def test_what_came_back_or_failed_is_no_copy_of_itself(world: World) -> None:
    world.run(["a,fail.ann@x.example,10.00,USD", "b,refund.bob@x.example,20.00,USD"])
    world.pass_time(hours=1)
    again = ["x,fail.ann@x.example,10.00,USD", "y,refund.bob@x.example,20.00,USD"]
    assert world.run(again, append=True).exit_code == 5


def test_the_whole_file_with_other_ids_is_a_copy_where_some_are_paid(world: World) -> None:
    world.run(["a,fail.ann@x.example,10.00,USD", "b,bob@x.example,20.00,USD", "c,fail.cy@x.example,5.00,USD"])
    world.pass_time(hours=1)
    again = ["x,fail.ann@x.example,10.00,USD", "y,bob@x.example,20.00,USD", "z,fail.cy@x.example,5.00,USD"]
    finished = world.run(again, append=True)
    assert (finished.exit_code, code_of(finished)) == (4, "duplicate_cycle")
    assert world.paid() == {"bob@x.example": ["20.00 USD"]}


DENIED = ["z,denyall.cy@x.example,5.00,USD", *ROWS]


def test_a_denied_batch_is_not_sent_again_once_its_rows_are_paid_under_other_ids(world: World) -> None:
    assert world.run(DENIED).exit_code == 5
    assert world.statuses() == {"c-0001-1": "denied"}
    world.pass_time(hours=1)
    assert advised(world.run(COPY, append=True)) == SHOWN_BOTH, "no retry, which would be refused"
    assert world.paid() == ONCE
    world.pass_time(hours=1)
    for failed_items in (False, True):
        finished = world.retry("c-0001-1", DENIED, failed_items=failed_items)
        assert (finished.exit_code, code_of(finished)) == (4, "duplicate_cycle")
    assert len(world.sent) == 2


def test_what_was_allowed_beside_a_denied_batch_leaves_it_to_be_sent_again(world: World) -> None:
    world.run(DENIED)
    world.pass_time(hours=1)
    world.run(COPY, append=True, allow_duplicate=True)
    world.pass_time(hours=1)
    world.retry("c-0001-1")
    assert len(world.sent) == 3


def test_one_row_that_is_paid_under_another_id_is_not_paid_again_with_the_others(world: World) -> None:
    rows = [f"{name},transient.{name}@x.example,10.00,USD" for name in ("ann", "bob", "cy", "dan")]
    assert world.run(rows).exit_code == 5
    world.pass_time(hours=1)
    appended = world.run(["other,transient.ann@x.example,10.00,USD"], append=True)
    assert (appended.exit_code, advised(appended)) == (5, SHOWN_BOTH)
    once = {"transient.ann@x.example": ["10.00 USD"]}
    assert world.paid() == once
    world.pass_time(hours=1)
    finished = world.retry("c-0001-1", rows, failed_items=True)
    assert (finished.exit_code, code_of(finished)) == (4, "duplicate_cycle")
    assert world.paid() == once
    # The hint: without the row of whoever is paid the others are.
    world.retry("c-0001-1", rows[1:], failed_items=True)
    assert world.paid() == {f"transient.{name}@x.example": ["10.00 USD"] for name in ("ann", "bob", "cy", "dan")}
