"""`sync`: the books are brought to what PayPal says; it only reads."""

from datetime import timedelta
from typing import Any

import pytest
from support.world import World

from paypal_payouts.domain.late_words import CameBack
from paypal_payouts.domain.newly_unpaid import NewlyUnpaid
from paypal_payouts.domain.report import Finished, SyncReport
from paypal_payouts.domain.states import ItemState
from paypal_payouts.errors import ExitCode, NotFound, StorageFailed
from paypal_payouts.present.commands import Typed
from paypal_payouts.present.last_line import ended_unpaid_lines
from paypal_payouts.protocol.results import ResultReader


def report(finished: Finished) -> SyncReport:
    assert isinstance(finished.report, SyncReport)
    return finished.report


MIXED = [
    "a,ann@x.example,10.00,USD",
    "b,fail@x.example,11.00,USD",
    "c,unclaimed@x.example,12.00,USD",
    "d,hold@x.example,13.00,EUR",
    "e,block@x.example,14.00,EUR",
    "f,refund@x.example,15.00,EUR",
    "g,reverse@x.example,16,JPY",
    "h,return@x.example,17,JPY",
]


def test_the_books_equal_paypals_to_the_cent(world: World) -> None:
    world.run(MIXED)
    finished = world.sync()
    assert finished.exit_code == 6
    unpaid = "1 failed, 1 returned, 1 refunded, 1 reversed; not paid so far, and PayPal may yet pay it: 1 blocked"
    assert report(finished).open == [("c", f"1 onhold; not paid: {unpaid}", "payouts status --cycle c")]
    world.check_books()
    assert len(world.sent) == 3


def test_what_paypal_tells_of_a_payment_besides_its_word_is_kept(world: World) -> None:
    world.paypal.configure(conversions={"EUR": ["USD", "1.143"]})
    world.run(["a,ann@x.example,10.00,EUR", "b,bob@x.example,1.00,EUR", "c,fail@x.example,2.00,EUR"])
    with world.store() as store:
        first, _, failed = store.items.rows_of_cycle("c")
        (total,) = store.items.tally("c").totals
    assert (first.debited_minor, first.debited_currency, first.exchange_rate) == (1143, "USD", "0.874891")
    assert first.activity_id is not None
    assert first.time_processed is not None
    assert first.time_processed.endswith("Z")
    assert (failed.debited_minor, failed.debited_currency) == (None, None)
    assert total.debited_minor == {"USD": 1143 + 114}


def test_what_was_not_converted_is_debited_as_it_is_until_it_comes_back(world: World) -> None:
    world.run(MIXED)
    with world.store() as store:
        debited = {total.currency: total.debited_minor for total in store.items.tally("c").totals}
    assert debited == {"EUR": {"EUR": 2700}, "JPY": None, "USD": {"USD": 2200}}


def test_unclaimed_money_that_comes_back_after_30_days_is_seen(world: World) -> None:
    world.run(MIXED[:3])
    assert world.states()["c"] == "unclaimed"
    world.pass_time(days=31)
    finished = world.sync()
    assert (finished.exit_code, report(finished).items_changed) == (0, 1)
    assert world.states()["c"] == "returned"
    world.check_books()
    assert world.run(MIXED[:3]).exit_code == 5


def test_what_is_final_is_not_asked_about_again(world: World) -> None:
    world.run(MIXED[:2])
    before = len(world.paypal.requests())
    finished = world.sync()
    assert (finished.exit_code, report(finished).batches_read) == (0, 0)
    assert len(world.paypal.requests()) == before


def reads(world: World) -> int:
    return sum(asked["method"] == "GET" for asked in world.paypal.requests())


PAID = ["a,ann@x.example,10.00,USD", "b,bob@x.example,11.00,USD"]


@pytest.mark.parametrize("word", ["REFUNDED", "REVERSED", "RETURNED"])
def test_a_late_refund_of_a_finished_cycle_is_found_by_plain_sync(world: World, word: str) -> None:
    assert world.run(PAID).exit_code == 0
    world.pass_time(days=10)
    world.paypal.set_word(word, sender_item_id="a")
    finished = world.sync()
    assert finished.exit_code == 0, "the cycle is finished, and PayPal answered"
    assert report(finished).came_back == [CameBack("c", "c-0001-1", "a", "10.00", "USD", ItemState(word.lower()))]
    assert report(finished).cycles == ["c"]
    assert world.run(PAID).exit_code == 5
    assert report(world.sync()).came_back == []
    assert world.posts() == 1


def test_what_was_paid_is_read_again_once_a_day_until_the_days_are_over(world: World) -> None:
    world.run(PAID)
    world.pass_time(hours=21)
    before = reads(world)
    assert report(world.sync()).batches_read == 1
    world.pass_time(hours=2)
    assert (report(world.sync()).cycles, reads(world)) == ([], before + 1)
    world.pass_time(hours=19)
    assert report(world.sync(paid_within_days=0)).batches_read == 0
    assert report(world.sync()).batches_read == 1
    world.pass_time(days=44)
    assert report(world.sync()).batches_read == 0
    assert report(world.sync(paid_within_days=60)).batches_read == 1


def test_the_days_count_from_when_unclaimed_money_was_claimed(world: World) -> None:
    world.run(["a,unclaimed@x.example,10.00,USD"])
    world.pass_time(days=29)
    world.paypal.set_word("SUCCESS", sender_item_id="a")
    world.sync()
    world.pass_time(days=40)
    world.paypal.set_word("REFUNDED", sender_item_id="a")
    assert [payment.state for payment in report(world.sync()).came_back] == [ItemState.REFUNDED]


def test_what_could_not_be_read_is_asked_for_again_at_the_next_sync(world: World) -> None:
    world.run(PAID)
    world.pass_time(days=1)
    world.paypal.inject({"on": "batch", "kind": "status", "status": 503, "times": None})
    finished = world.sync()
    assert (finished.exit_code, len(report(finished).unread)) == (6, 1)
    world.paypal.clear_faults()
    assert report(world.sync()).batches_read == 1


@pytest.mark.parametrize(
    "fault", [{"on": "batch", "kind": "status", "status": 503}, {"on": "token", "kind": "refused"}]
)
def test_what_paypal_did_not_answer_for_is_named_with_exit_6(world: World, fault: dict[str, Any]) -> None:
    world.waiting = None
    world.run(MIXED[:1])
    world.paypal.inject({**fault, "times": None})
    finished = world.sync()
    assert finished.exit_code == 6
    assert [skipped.item_id for skipped in report(finished).unread] == ["c-0001-1"]
    assert world.states() == {"a": "pending"}


def test_a_batch_in_flight_is_named_and_never_sent(world: World) -> None:
    world.paypal.inject({"on": "create", "kind": "reset_after", "times": 4})
    world.run(MIXED[:1])
    finished = world.sync()
    assert finished.exit_code == 6
    assert report(finished).open == [("c", "1 batch sent without an answer", "payouts run --open")]
    assert len(world.sent) == 4


def test_a_batch_in_review_makes_it_8(world: World) -> None:
    world.paypal.inject({"on": "create", "kind": "reset_after"}, {"on": "create", "kind": "duplicate_without_link"})
    world.run(MIXED[:1])
    finished = world.sync()
    assert (finished.exit_code, finished.error and finished.error.code) == (8, "needs_review")


def test_a_cycle_that_somebody_else_works_on_is_left_to_them(world: World) -> None:
    world.waiting = None
    world.run(MIXED[:1])
    other = world.other_host()
    with other.store() as store, other.hold(store)("c"):
        finished = world.sync()
    other.restart()
    assert finished.exit_code == 6
    assert [skipped.item_id for skipped in report(finished).unread] == ["c"]


def test_all_cycles_with_something_open_are_read_and_one_alone_where_it_is_named(world: World) -> None:
    world.waiting = None
    world.run(["a,ann@x.example,1.00,USD"], cycle="first")
    world.run(["a,bob@x.example,1.00,USD"], cycle="second")
    assert list(report(world.sync("second")).cycles) == ["second"]
    assert (world.states("first"), world.states("second")) == ({"a": "pending"}, {"a": "success"})
    assert list(report(world.sync()).cycles) == ["first"]
    assert world.states("first") == {"a": "success"}


def test_an_unknown_cycle_is_not_found(world: World) -> None:
    with pytest.raises(NotFound):
        world.sync("nothing")


def test_old_waiting_money_is_asked_about_ever_more_rarely(lite: World) -> None:
    lite.run(MIXED[:3])
    reads = []
    for hours in (2, 1, 0.5, 24 * 7, 2, 24, 24 * 29):
        lite.pass_time(hours=hours)
        if hours == 24 * 29:
            assert report(lite.sync()).batches_read == 1
            assert lite.states()["c"] == "returned"
            break
        reads.append(report(lite.sync()).batches_read)
    # Young each time; on the second day not twice an hour; after a week once a day.
    assert reads == [1, 1, 1, 1, 0, 1]


def test_a_cycle_that_is_named_is_read_however_lately_it_was(lite: World) -> None:
    lite.run(MIXED[:3])
    lite.pass_time(days=10)
    assert [report(lite.sync(cycle)).batches_read for cycle in (None, None, "c")] == [1, 0, 1]


@pytest.mark.parametrize(
    ("fault", "code"), [(ValueError("no such word"), "internal"), (StorageFailed("The disk is full."), "internal")]
)
def test_a_cycle_at_which_the_program_fails_keeps_no_other_from_being_read(
    lite: World, monkeypatch: pytest.MonkeyPatch, fault: Exception, code: str
) -> None:
    lite.waiting = None
    for cycle, payee in (("first", "ann"), ("second", "bob"), ("third", "cat")):
        lite.run([f"a,{payee}@x.example,1.00,USD"], cycle=cycle)
    look_once = ResultReader.look_once

    def failing(reader: ResultReader, **how: Any) -> Any:
        if reader.cycle == "second":
            raise fault
        return look_once(reader, **how)

    monkeypatch.setattr(ResultReader, "look_once", failing)
    finished = lite.sync()
    assert (finished.exit_code, finished.error and finished.error.code) == (1, code)
    assert [skipped.item_id for skipped in report(finished).unread] == ["second"]
    assert lite.states("first") == lite.states("third") == {"a": "success"}


def test_when_paypal_last_answered_is_kept_to_the_second_for_all_who_watch(world: World) -> None:
    world.run(["d,hold@x.example,13.00,EUR"])
    for _ in range(2):
        world.pass_time(seconds=10)
        world.sync("c")
        with world.store() as store:
            (batch,) = store.batches.of_cycle("c")
        assert batch.last_read_at is not None
        assert world.now() - batch.last_read_at < timedelta(seconds=5)


@pytest.mark.parametrize("how", ["on hold", "not waited for", "unclaimed"])
def test_items_that_sync_is_the_first_to_find_unpaid_are_named_once(world: World, how: str) -> None:
    row = {"on hold": "hold", "not waited for": "fail", "unclaimed": "unclaimed"}[how]
    state = ItemState.RETURNED if how == "unclaimed" else ItemState.FAILED
    if how == "not waited for":
        world.waiting = None
        world.paypal.configure(processing_s=30)
    assert world.run(["a,ann@x.example,1.00,USD", f"b,{row}@x.example,2.00,USD"]).exit_code in {0, 6}
    world.pass_time(days=31)
    if how == "on hold":
        world.paypal.set_word("FAILED", sender_item_id="b")
    finished = world.sync()
    assert finished.exit_code == 0, "PayPal answered for everything, and every cycle is finished"
    words, following = f"not paid: 1 {state}", "payouts status --cycle c --errors"
    found = NewlyUnpaid("c", {state: 1}, {state: 1}, 2, ExitCode.NOT_PAID, words, following)
    assert report(finished).newly_unpaid == [found]
    (line,) = ended_unpaid_lines(finished, Typed())
    assert line == f"c: exit 5, {words}: `payouts status --cycle c`"
    assert world.run_open().exit_code == 0
    assert report(world.sync("c")).newly_unpaid == []


def test_money_that_came_back_is_not_named_a_second_time_as_unpaid(world: World) -> None:
    world.run(PAID)
    world.paypal.set_word("RETURNED", sender_item_id="a")
    found = report(world.sync("c"))
    assert (len(found.came_back), found.newly_unpaid) == (1, [])
