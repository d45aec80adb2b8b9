"""`status`, `audit`, `locks` and `unlock`: what is told, and what it takes to break a lease."""

import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace
from support.world import ASKED, World

from paypal_payouts.domain.audit import AuditReport
from paypal_payouts.domain.locks import LocksReport, UnlockReport
from paypal_payouts.domain.report import Finished
from paypal_payouts.domain.states import BatchStatus, ItemState, Money
from paypal_payouts.domain.status import BatchStatusReport, StatusReport
from paypal_payouts.errors import LeaseLost, LockHeld, NotFound, UsageError
from paypal_payouts.protocol.locks import file_lock_is_free
from paypal_payouts.verbs.arguments import checked_date
from paypal_payouts.verbs.audit import audit
from paypal_payouts.verbs.status import is_open, status
from paypal_payouts.verbs.status_query import Export, Query, Wanted, wanted_items
from paypal_payouts.verbs.unlock import locks, unlock

ROWS = ["a,ann@x.example,10.00,USD", "b,fail@x.example,20.00,USD"]


def ask(
    world: World,
    *,
    batch: str | None = None,
    cycle: str | None = None,
    items: bool = False,
    exit_code: bool = False,
    days: int = 25,
) -> Finished:
    with world.store() as store:
        query = Query(batch, cycle, items, exit_code)
        return status(query, store=store, **ASKED | {"max_age_days": lambda _: days}, now=world.now())


def test_status_tells_of_every_cycle_the_newest_first(world: World) -> None:
    world.run(ROWS, cycle="first")
    world.pass_time(days=1)
    world.run(["x,xan@x.example,1,JPY"], cycle="second")
    finished = ask(world)
    assert finished.exit_code == 0
    assert isinstance(finished.report, StatusReport)
    assert [cycle.cycle for cycle in finished.report.cycles] == ["second", "first"]
    assert [dict(cycle.tally.states) for cycle in finished.report.cycles] == [
        {"success": 1},
        {"success": 1, "failed": 1},
    ]
    assert [cycle.item_rows for cycle in finished.report.cycles] == [None, None]


def test_status_of_a_batch_tells_its_sends_in_their_order(world: World) -> None:
    world.paypal.inject({"on": "create", "kind": "status", "status": 503})
    world.run(ROWS)
    report = ask(world, batch="c-0001-1", items=True).report
    assert isinstance(report, BatchStatusReport)
    first, second = report.attempts
    assert (first.number, first.outcome, first.error_class, first.http_status) == (1, "unknown", "transient", 503)
    assert first.debug_id is not None
    assert (first.delay_s, second.outcome, second.http_status) == (5.0, "accepted", 201)
    assert report.batch.record.retry_count == 1
    assert [(row.item_id, row.state) for row in report.item_rows or ()] == [("a", "success"), ("b", "failed")]


def test_what_paypal_paid_a_batch_from_is_told_once_it_has_ended(lite: World) -> None:
    lite.paypal.configure(processing_s=7200)
    lite.run(ROWS)
    before = ask(lite, batch="c-0001-1").report
    lite.pass_time(hours=3)
    lite.run(ROWS)
    after = ask(lite, batch="c-0001-1").report
    assert isinstance(before, BatchStatusReport)
    assert isinstance(after, BatchStatusReport)
    assert (before.funding_source, after.funding_source) == (None, "BALANCE")


def test_paypals_id_names_a_batch_for_status_too(world: World) -> None:
    world.run(ROWS)
    report = ask(world, batch=world.paypal.book()["batches"][0]["payout_batch_id"]).report
    assert isinstance(report, BatchStatusReport)
    assert str(report.batch.record.name) == "c-0001-1"


@pytest.mark.parametrize(("word", "code"), [("bob", 0), ("fail", 5), ("hold", 6), ("rejected", 7), ("block", 5)])
def test_with_exit_code_status_exits_by_the_state_of_what_it_showed(lite: World, word: str, code: int) -> None:
    lite.run([f"a,{word}@x.example,1.00,USD"])
    assert ask(lite, exit_code=True).exit_code == code
    assert ask(lite, cycle="c", exit_code=True).exit_code == code
    assert ask(lite, batch="c-0001-1", exit_code=True).exit_code == code
    assert ask(lite).exit_code == 0


def test_an_item_that_was_paid_again_has_the_state_of_its_newest_payment(world: World) -> None:
    world.run(ROWS)
    world.retry("c-0001-1", [ROWS[0], "b,bob@x.example,20.00,USD"], failed_items=True)
    report = ask(world, cycle="c", items=True, exit_code=True)
    assert report.exit_code == 0
    assert isinstance(report.report, StatusReport)
    rows = list(report.report.cycles[0].item_rows or ())
    assert [(row.item_id, row.state, row.attempt, row.receiver) for row in rows] == [
        ("a", "success", 1, "ann@x.example"),
        ("b", "success", 2, "bob@x.example"),
    ]


def ask_for(world: World, *states: ItemState, receiver: str = "", cycle: str | None = None) -> StatusReport:
    return pick(world, Wanted(frozenset(states), receiver), cycle=cycle)


def pick(world: World, wanted: Wanted, *, cycle: str | None = None) -> StatusReport:
    query = Query(None, cycle, items=True, exit_code=True, wanted=wanted)
    with world.store() as store:
        finished = status(query, store=store, **ASKED, now=world.now())
    assert isinstance(finished.report, StatusReport)
    return finished.report


FATES = ("ann", "fail", "unclaimed", "return", "hold", "block", "refund", "reverse", "transient", "fail.closed")


def pay_with_every_fate(world: World) -> None:
    """Pay cycles of every fate: by PayPal's word, closed, by an older payment, without an answer, and refused."""
    rows = [f"{fate},{fate}@x.example,{number}.00,USD" for number, fate in enumerate(FATES, 1)]
    world.run([*rows, "eur,fail.e@x.example,70.00,EUR"])
    world.cancel("fail.closed")
    world.paypal.inject({"on": "create", "kind": "status", "status": 403})
    world.retry("c-0002-1", [*rows, "eur,fail.f@x.example,70.00,EUR"], failed_items=True, payee_errors=True)
    world.override("c-0002-2", BatchStatus.ABANDONED)
    world.paypal.set_word("SUCCESS", sender_item_id="fail")
    world.sync("c")
    world.paypal.inject({"on": "create", "kind": "status", "status": 403})
    world.run(["r,ann.r@x.example,80.00,EUR"], cycle="d")
    world.paypal.inject({"on": "create", "kind": "reset_after", "times": 10})
    world.run(["u,ann.u@x.example,90.00,USD"], cycle="e")
    world.paypal.clear_faults()


def test_items_are_picked_by_the_columns_of_the_totals_and_add_up_to_them(lite: World) -> None:
    pay_with_every_fate(lite)
    seen = set()
    for cycle in "cde":
        for money in Money:
            report = pick(lite, Wanted(money=frozenset({money})), cycle=cycle)
            (shown,) = report.cycles
            sums = Counter[str]()
            for row in shown.item_rows or ():
                sums[row.currency] += row.amount_minor
                seen.add((cycle, money, row.item_id))
            column = {total.currency: getattr(total, f"{money}_minor") for total in shown.tally.totals}
            assert sums == Counter({currency: minor for currency, minor in column.items() if minor}), (cycle, money)
    assert {("c", "closed", "fail.closed"), ("c", "paid", "fail"), ("d", "unpaid", "r"), ("e", "unknown", "u")} <= seen
    everywhere = pick(lite, Wanted(frozenset({ItemState.ONHOLD}), money=frozenset({Money.UNKNOWN})))
    assert listed(everywhere) == ["e u", "c hold"]
    assert [cycle.cycle for cycle in pick(lite, Wanted(money=frozenset({Money.CLOSED}))).cycles] == ["c"]
    of_batch = Query("e-0001-1", None, items=True, exit_code=True, wanted=Wanted(money=frozenset({Money.UNKNOWN})))
    with lite.store() as store:
        told = status(of_batch, store=store, **ASKED, now=lite.now()).report
    assert isinstance(told, BatchStatusReport)
    assert [row.item_id for row in told.item_rows or ()] == ["u"]


def test_what_stands_for_standard_output_is_no_file(lite: World) -> None:
    lite.run(ROWS)
    query = Query(None, "c", items=False, exit_code=False, export=Export(Path("-"), lambda _: ()))
    with lite.store() as store, pytest.raises(UsageError, match="'-' names no file"):
        status(query, store=store, **ASKED, now=lite.now())
    assert not Path("-").exists()


def test_a_word_is_a_state_a_column_or_both() -> None:
    both = wanted_items(["failed", "closed", "unpaid"], "x")
    assert both.states == {ItemState.FAILED, ItemState.CLOSED}
    assert both.money == {Money.CLOSED, Money.UNPAID}
    assert both.receiver == "x"
    with pytest.raises(UsageError) as refused:
        wanted_items(["unpayed"], "")
    assert "Did you mean unpaid" in refused.value.hint


def listed(report: StatusReport) -> list[str]:
    return [f"{cycle.cycle} {row.item_id}" for cycle in report.cycles for row in cycle.item_rows or ()]


def test_items_are_picked_from_every_cycle_however_old(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("paypal_payouts.verbs.status_query.FINISHED_CYCLES_MAX", 1)
    for number, payee in enumerate(["fail_a", "ann", "fail+b", "ann", "hold"]):
        world.run([f"i{number},{payee}@x.example,1.0{number},USD"], cycle=f"c{number}")
        world.pass_time(days=1)
    assert listed(ask_for(world, receiver="ANN@")) == ["c3 i3", "c1 i1"]
    assert listed(ask_for(world, ItemState.FAILED)) == ["c2 i2", "c0 i0"]
    assert listed(ask_for(world, ItemState.FAILED, ItemState.ONHOLD, receiver="l")) == ["c4 i4", "c2 i2", "c0 i0"]
    assert listed(ask_for(world, ItemState.FAILED, receiver="l_")) == ["c0 i0"], "no wildcard"
    assert ask_for(world, receiver="ann").looked_at == 5
    nothing = ask_for(world, receiver="nobody")
    assert (nothing.cycles, nothing.looked_at, nothing.older_cycles) == ([], 5, 0)
    assert is_open(nothing), "a cycle that is not shown may still get such an item"
    of_one = ask_for(world, receiver="nobody", cycle="c1")
    assert ([cycle.cycle for cycle in of_one.cycles], of_one.looked_at) == (["c1"], None)


def test_an_item_that_is_pending_by_its_batch_alone_is_picked_by_that(world: World) -> None:
    world.waiting = None
    world.run(["a,ann@x.example,1.00,USD"])
    assert listed(ask_for(world, ItemState.PENDING)) == ["c a"]
    assert listed(ask_for(world, ItemState.UNSENT)) == []


def names_and_older(finished: Finished) -> tuple[list[str], int]:
    assert isinstance(finished.report, StatusReport)
    return [cycle.cycle for cycle in finished.report.cycles], finished.report.older_cycles


def test_old_finished_cycles_are_counted_and_open_ones_shown_however_old(
    lite: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("paypal_payouts.verbs.status_query.FINISHED_CYCLES_MAX", 2)
    payees = {"open": "hold", "old": "ann", "older": "ann", "refused": "rejected", "new": "ann"}
    for dollars, (name, payee) in enumerate(payees.items(), 1):
        lite.run([f"{name},{payee}@x.example,{dollars}.00,USD"], cycle=name)
        lite.pass_time(days=1)
    assert names_and_older(ask(lite)) == (["new", "refused", "older", "open"], 1)
    assert names_and_older(ask(lite, cycle="old")) == (["old"], 0)


def test_finished_cycles_are_shown_while_they_are_small_and_the_newest_in_any_case(
    lite: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("first", "second", "third"):
        lite.run([f"{number},{name}@x.example,1.0{number},USD" for number in (1, 2)], cycle=name)
        lite.pass_time(days=1)
    limit = "paypal_payouts.verbs.status_query.FINISHED_PAYMENTS_MAX"
    for most, shown in [(6, 3), (5, 2), (4, 2), (3, 1), (1, 1)]:
        monkeypatch.setattr(limit, most)
        assert names_and_older(ask(lite)) == (["third", "second", "first"][:shown], 3 - shown)


def test_every_cycle_or_those_since_a_day_are_shown_where_that_is_asked(
    lite: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("paypal_payouts.verbs.status_query.FINISHED_CYCLES_MAX", 1)
    moments = {}
    for number, name in enumerate(("first", "second", "third"), 1):
        moments[name] = lite.now()
        lite.run([f"a,ann@x.example,{number}.00,USD"], cycle=name)
        lite.pass_time(days=1)
    with lite.store() as store:

        def told(query: Query) -> tuple[list[str], int]:
            return names_and_older(status(query, store=store, **ASKED, now=lite.now()))

        everything = Query(None, None, items=False, exit_code=False)
        assert told(everything) == (["third"], 2)
        assert told(replace(everything, every=True)) == (["third", "second", "first"], 0)
        assert told(replace(everything, since=moments["second"])) == (["third", "second"], 1)
        assert told(replace(everything, since=lite.now())) == ([], 3)


@pytest.mark.parametrize("text", ["tomorrow", "2026-13-01", "01.11.2026", ""])
def test_a_day_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        checked_date(text)


def test_a_day_begins_at_midnight_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        assert checked_date("2026-11-30") == datetime(2026, 11, 30, 5, tzinfo=UTC)
    finally:
        monkeypatch.undo()
        time.tzset()


def test_whether_who_holds_a_cycle_lives_is_told(lite: World) -> None:
    lite.run(ROWS)
    with lite.store() as store, lite.hold(store)("c"):
        query = Query(None, "c", items=False, exit_code=False)
        report = status(query, store=store, **ASKED, now=lite.now(), is_living=lambda _host, _pid: False).report
    assert isinstance(report, StatusReport)
    assert report.cycles[0].lock is not None
    assert report.cycles[0].lock.living is False


@pytest.mark.parametrize("query", [Query("c-0009-1", None, False, False), Query(None, "nothing", False, False)])  # noqa: FBT003
def test_what_is_not_there_is_not_found(lite: World, query: Query) -> None:
    lite.run(ROWS)
    with lite.store() as store, pytest.raises(NotFound):
        status(query, store=store, **ASKED, now=lite.now())


def test_before_there_is_a_database_status_tells_of_nothing(lite: World) -> None:
    finished = status(Query(None, None, False, False), store=None, **ASKED, now=lite.now())  # noqa: FBT003
    assert isinstance(finished.report, StatusReport)
    assert finished.report.cycles == []


def test_the_trail_tells_every_move_in_order(world: World) -> None:
    world.run(ROWS)
    with world.store() as store:
        report = audit("c-0001-1", cycle=None, store=store).report
        assert isinstance(report, AuditReport)
        moves = [
            (e.from_state, e.to_state, e.actor) for e in report.events if e.to_state and e.from_state != e.to_state
        ]
        assert moves == [
            (None, "planned", "tester"),
            ("planned", "in_flight", "tester"),
            ("in_flight", "accepted", "paypal"),
            ("accepted", "done", "paypal"),
        ]
        assert audit(None, cycle="c", store=store).report == audit(None, cycle=None, store=store).report
        for missing in ((("c-0009-1"), None), (None, "nothing")):
            with pytest.raises(NotFound):
                audit(missing[0], cycle=missing[1], store=store)


def break_lease(world: World, *, living: bool | None, is_free: Callable[[str], bool] = lambda _: True) -> Finished:
    with world.store() as store:
        return unlock(
            "c",
            reason="the host burned down",
            operator="tester",
            store=store,
            is_living=lambda _, __: living,
            file_lock_is_free=is_free,
            now=world.now,
        )


def test_another_hosts_lease_is_broken_audited_and_its_holder_can_write_no_more(world: World) -> None:
    world.run(ROWS)
    with world.store() as store, world.hold(store)("c") as lock:
        listed = locks(store=store, is_living=lambda _, __: None).report
        assert isinstance(listed, LocksReport)
        assert [held.key for held in listed.locks] == ["c"]
        finished = break_lease(world, living=None)
        assert isinstance(finished.report, UnlockReport)
        assert finished.report.broken
        assert finished.report.broken.pid == 1
        with pytest.raises(LeaseLost):
            lock.renew()
        events = store.audit.events(cycle="c")
        assert (events[-1].action, events[-1].reason) == ("lock_broken", "the host burned down")
        assert store.locks.held() == []


def test_a_living_local_holders_lease_is_not_broken(world: World) -> None:
    world.run(ROWS)
    with world.store() as store, world.hold(store)("c") as lock:
        with pytest.raises(LockHeld):
            break_lease(world, living=True)
        with pytest.raises(LockHeld):
            break_lease(
                world,
                living=None,
                is_free=lambda cycle: file_lock_is_free(cycle, directory=world.folder / world.directory),
            )
        lock.renew()


def test_where_nobody_holds_the_cycle_there_is_nothing_to_break(world: World) -> None:
    world.run(ROWS)
    finished = break_lease(world, living=None)
    assert isinstance(finished.report, UnlockReport)
    assert (finished.exit_code, finished.report.broken) == (0, None)


def test_a_cycle_that_never_was_cannot_be_unlocked(world: World) -> None:
    with pytest.raises(NotFound):
        break_lease(world, living=None)
