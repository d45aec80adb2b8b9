"""PayPal changes its word on a payment later: nothing that arrived is paid again, and every contradiction is told."""

import io
from typing import Any

import pytest
from support.world import World

from paypal_payouts.domain.open_and_wrong import what_is_wrong
from paypal_payouts.domain.report import RunReport, SyncReport
from paypal_payouts.domain.states import BatchStatus, ItemState
from paypal_payouts.domain.totals import PaidBefore, Total
from paypal_payouts.present.items import write_items
from paypal_payouts.present.page import Page

FAILING = ["a,fail.ann@x.example,10.00,USD"]
CORRECTED = ["a,ann@x.example,10.00,USD"]


def says(world: World, word: str, batch: str) -> None:
    """Let PayPal change its word on the one payment of a batch."""
    (payment,) = [p for p in world.paypal.book()["payments"] if p["sender_batch_id"] == f"main-sandbox-{batch}"]
    world.paypal.set_word(word, payout_item_id=payment["payout_item_id"])


def total(world: World) -> Total:
    with world.store() as store:
        (total,) = store.items.tally("c").totals
    return total


def code_of(finished: Any) -> str | None:
    return getattr(finished.error, "code", None)


def paid_twice(world: World) -> None:
    """Pay an item at its second attempt, and let PayPal say of the first one that it was paid after all."""
    assert world.run(FAILING).exit_code == 5
    assert world.retry("c-0001-1", CORRECTED, failed_items=True).exit_code == 0
    says(world, "SUCCESS", "c-0001-1")


def test_an_attempt_paid_after_the_next_one_is_a_conflict_wherever_it_is_shown(world: World) -> None:
    paid_twice(world)
    synced = world.sync("c")
    assert (synced.exit_code, code_of(synced)) == (8, "needs_review")
    assert isinstance(synced.report, SyncReport)
    assert [open_.cycle for open_ in synced.report.open] == ["c"]
    ended = world.run(CORRECTED)
    assert (ended.exit_code, code_of(ended)) == (8, "needs_review")
    assert isinstance(ended.report, RunReport)
    assert ended.report.outlook.next[0].command == "payouts explain a --cycle c"


def test_the_money_of_both_attempts_is_counted(world: World) -> None:
    paid_twice(world)
    world.sync("c")
    assert total(world) == Total(
        "USD",
        1,
        1000,
        paid_minor=2000,
        surplus_minor=1000,
        fees_minor=total(world).fees_minor,
        debited_minor={"USD": 2000},
    )


def test_an_item_is_not_paid_again_beside_an_older_payment_that_arrived(world: World) -> None:
    paid_twice(world)
    says(world, "RETURNED", "c-0001-2")
    assert world.sync("c").exit_code == 8
    again = ["a,anna@x.example,10.00,USD"]
    assert world.retry("c-0001-2", again, failed_items=True).exit_code in {4, 8}
    world.override_item("a", "acknowledged")
    finished = world.retry("c-0001-2", again, failed_items=True)
    assert (finished.exit_code, code_of(finished), world.posts()) == (4, "not_eligible", 2)


def test_what_is_paid_again_is_read_once_more_before(world: World) -> None:
    assert world.run(FAILING).exit_code == 5
    says(world, "SUCCESS", "c-0001-1")
    finished = world.retry("c-0001-1", CORRECTED, failed_items=True)
    assert code_of(finished) == "not_eligible"
    assert (world.posts(), world.states()) == (1, {"a": "success"})
    assert world.run(FAILING).exit_code == 0


def test_so_are_the_attempts_before_it(world: World) -> None:
    assert world.run(FAILING).exit_code == 5
    assert world.retry("c-0001-1", ["a,fail.anne@x.example,10.00,USD"], failed_items=True).exit_code == 5
    says(world, "SUCCESS", "c-0001-1")
    finished = world.retry("c-0001-2", CORRECTED, failed_items=True)
    assert finished.exit_code == 8 or code_of(finished) == "not_eligible"
    assert world.posts() == 2


@pytest.mark.parametrize("fault", [{"kind": "status", "status": 503}, {"kind": "timeout_before"}], ids=["503", "time"])
def test_what_cannot_be_read_first_is_not_paid_again(lite: World, fault: dict[str, Any]) -> None:
    assert lite.run(FAILING).exit_code == 5
    lite.paypal.inject({"on": "batch", "times": None, **fault})
    assert lite.retry("c-0001-1", CORRECTED, failed_items=True).exit_code == 6
    assert lite.posts() == 1
    lite.paypal.clear_faults()
    assert lite.retry("c-0001-1", CORRECTED, failed_items=True).exit_code == 0
    assert lite.paid() == {"ann@x.example": ["10.00 USD"]}


def test_a_stale_pending_over_success_and_failed_after_it_free_nobody(lite: World) -> None:
    rows = CORRECTED
    assert lite.run(rows).exit_code == 0
    for word in ("PENDING", "FAILED"):
        lite.paypal.inject({"on": "batch", "kind": "unknown_word", "word": word})
        finished = lite.sync("c")
        assert finished.exit_code == 8
        assert lite.states() == {"a": "success"}
    assert lite.retry("c-0001-1", rows, failed_items=True).exit_code in {4, 8}
    assert lite.paid() == {"ann@x.example": ["10.00 USD"]}
    assert len(lite.sent) == 1


def test_a_closed_item_that_turns_out_to_be_paid_is_paid_and_a_conflict(world: World) -> None:
    assert world.run(FAILING).exit_code == 5
    world.cancel("a")
    assert world.states() == {"a": "closed"}
    says(world, "SUCCESS", "c-0001-1")
    assert world.sync("c").exit_code == 8
    assert world.states() == {"a": "success"}
    assert (total(world).paid_minor, total(world).closed_minor) == (1000, 0)


def test_a_denied_batch_that_is_refused_when_sent_again_has_no_open_send(world: World) -> None:
    assert world.run(["a,denyall@x.example,10.00,USD"]).exit_code == 5
    world.paypal.inject({"on": "create", "kind": "status", "status": 422, "name": "INSUFFICIENT_FUNDS"})
    finished = world.retry("c-0001-1")
    assert (finished.exit_code, code_of(finished)) == (7, "paypal_refused")
    assert world.statuses() == {"c-0001-1": "refused"}
    assert total(world).unpaid_minor == 1000


def second_attempt_stored(world: World) -> None:
    """Store the second attempt of two items and lose the way to PayPal before it is sent."""
    assert world.run([*FAILING, "b,fail.bob@x.example,5.00,USD"]).exit_code == 5
    # The items are read once more, and by then our clock has gone wrong.
    world.paypal.inject({"on": "batch", "kind": "wrong_date", "offset_s": 7200, "times": None})
    assert world.retry("c-0001-1", TWO, failed_items=True).exit_code == 3
    world.paypal.clear_faults()
    assert world.statuses() == {"c-0001-1": "done", "c-0001-2": "planned"}
    (payment,) = [p for p in world.paypal.book()["payments"] if p["sender_item_id"] == "a"]
    world.paypal.set_word("SUCCESS", payout_item_id=payment["payout_item_id"])


TWO = [*CORRECTED, "b,bob@x.example,5.00,USD"]


@pytest.mark.parametrize("is_known", [True, False], ids=["known", "not read yet"])
@pytest.mark.parametrize("command", ["run", "run --open", "retry"])
def test_a_stored_attempt_is_not_sent_once_an_older_one_paid(world: World, command: str, *, is_known: bool) -> None:
    second_attempt_stored(world)
    if is_known:
        assert world.sync("c").exit_code == 8
    send: dict[str, Any] = {
        "run": lambda: world.run(TWO),
        "run --open": world.run_open,
        "retry": lambda: world.retry("c-0001-2"),
    }
    for _ in range(2):
        assert send[command]().exit_code in {4, 8}
        assert world.posts() == 1


def test_a_stored_attempt_waits_while_the_one_before_cannot_be_read(lite: World) -> None:
    second_attempt_stored(lite)
    lite.paypal.inject({"on": "batch", "kind": "status", "status": 503, "times": None})
    assert lite.run(TWO).exit_code == 6
    assert lite.retry("c-0001-2").exit_code == 6
    assert lite.posts() == 1


def test_an_item_whose_later_attempt_was_given_up_is_shown_as_paid(lite: World) -> None:
    lite.run([*FAILING, "b,bob@x.example,1.00,USD"])
    lite.paypal.inject({"on": "create", "kind": "reset_before", "times": None})
    lite.retry("c-0001-1", [*CORRECTED, "b,bob@x.example,1.00,USD"], failed_items=True)
    lite.paypal.clear_faults()
    lite.paypal.set_word("SUCCESS", sender_item_id="a")
    lite.sync("c")
    lite.pass_time(hours=25)
    lite.override("c-0001-2", BatchStatus.ABANDONED)
    with lite.store() as store:
        tally, (batch, _) = store.items.tally("c"), store.items.rows_of_cycle("c")
    assert (tally.states[ItemState.ABANDONED], tally.paid_before) == (
        1,
        {"a": PaidBefore(ItemState.ABANDONED, "c-0001-1")},
    )
    assert "; ".join(what_is_wrong((), tally)) == "PayPal contradicts our record of 1 payment"
    stream = io.StringIO()
    page = Page(stream, width=200, colour=False)
    write_items(page, [batch], with_batch=True, verbose=False, paid_before=tally.paid_before)
    assert "abandoned, paid by c-0001-1" in stream.getvalue()
