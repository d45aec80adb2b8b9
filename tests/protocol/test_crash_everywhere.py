"""A signal, or a lost lease, at every single point of every verb that changes something; death on Postgres.

Death on SQLite, whatever PayPal answers, is that of test_break_off.py.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
from support.world import World

from paypal_payouts.domain.states import BatchStatus
from paypal_payouts.errors import Interrupted

POINTS_MAX = 200


class Death(BaseException):
    """The process is gone: nothing that follows has any effect."""


class Stop:
    """Counts what it is told of, and raises from the n-th on."""

    def __init__(self, at: int, error: Callable[[], BaseException]) -> None:
        self.at, self.error, self.seen = at, error, 0

    def __call__(self, _: object) -> None:
        self.seen += 1
        if self.seen >= self.at:
            raise self.error()


class Scenario(NamedTuple):
    """What stands before, what is broken off, and how much happens in it at least."""

    prepare: Callable[[World, str, list[str]], None]
    act: Callable[[World, str, list[str]], object]
    effects_min: int


def rows_of(cycle: str) -> list[str]:
    return [
        f"a,ann-{cycle}@x.example,1.00,USD",
        f"b,bob-{cycle}@x.example,2.00,USD",
        f"c,cat-{cycle}@x.example,3.00,EUR",
    ]


def transient_rows(cycle: str) -> list[str]:
    return [row.replace(",bob", ",transient.bob") for row in rows_of(cycle)]


def nothing(_: World, __: str, ___: list[str]) -> None:
    """Nothing stands before."""


def lose_an_answer(world: World, _: str, __: list[str]) -> None:
    world.paypal.clear_faults()
    world.paypal.inject({"on": "create", "kind": "reset_after"})


def refuse_a_token(world: World, _: str, __: list[str]) -> None:
    world.paypal.clear_faults()
    world.paypal.inject({"on": "create", "kind": "status", "status": 401})


def stay_in_flight(world: World, cycle: str, rows: list[str]) -> None:
    world.paypal.clear_faults()
    world.paypal.inject({"on": "create", "kind": "reset_after", "times": 4})
    world.run(rows, cycle=cycle)


def fail_one(world: World, cycle: str, rows: list[str]) -> None:
    world.run(rows, cycle=cycle)


def be_refused(world: World, cycle: str, rows: list[str]) -> None:
    world.paypal.clear_faults()
    world.paypal.inject({"on": "create", "kind": "status", "status": 403, "times": 1})
    world.run(rows, cycle=cycle)


def be_in_review(world: World, cycle: str, rows: list[str]) -> None:
    world.paypal.clear_faults()
    world.paypal.inject({"on": "create", "kind": "reset_after"}, {"on": "create", "kind": "duplicate_without_link"})
    world.run(rows, cycle=cycle)


def accept_only(world: World, cycle: str, rows: list[str]) -> None:
    waiting, world.waiting = world.waiting, None
    world.run(rows, cycle=cycle)
    world.waiting = waiting


def run(world: World, cycle: str, rows: list[str]) -> object:
    return world.run(rows, cycle=cycle)


def retry_same_id(world: World, cycle: str, rows: list[str]) -> object:
    return world.retry(f"{cycle}-0001-1", rows)


def retry_failed_items(world: World, cycle: str, rows: list[str]) -> object:
    return world.retry(f"{cycle}-0002-1", rows, failed_items=True)


def retry_refused_items(world: World, cycle: str, rows: list[str]) -> object:
    return world.retry(f"{cycle}-0001-1", rows, failed_items=True)


def attach(world: World, cycle: str, _: list[str]) -> object:
    theirs = [b for b in world.paypal.book()["batches"] if b["sender_batch_id"] == f"main-sandbox-{cycle}-0001-1"]
    return world.override(f"{cycle}-0001-1", BatchStatus.ACCEPTED, paypal_batch_id=theirs[0]["payout_batch_id"])


def sync(world: World, cycle: str, _: list[str]) -> object:
    return world.sync(cycle)


SCENARIOS = {
    "run": Scenario(nothing, run, 20),
    "run with a lost answer": Scenario(lose_an_answer, run, 25),
    "run with a dead token": Scenario(refuse_a_token, run, 25),
    "run of what is in flight": Scenario(stay_in_flight, run, 20),
    "retry under the same id": Scenario(stay_in_flight, retry_same_id, 10),
    "retry of failed items": Scenario(fail_one, retry_failed_items, 10),
    "retry of refused items": Scenario(be_refused, retry_refused_items, 10),
    "override to accepted": Scenario(be_in_review, attach, 6),
    "sync": Scenario(accept_only, sync, 8),
}

every_scenario = pytest.mark.parametrize("scenario", list(SCENARIOS.values()), ids=list(SCENARIOS))


def cycles_until_whole(world: World, scenario: Scenario, stop_at: Callable[[int], Stop]) -> Iterator[tuple[str, Stop]]:
    """Break the scenario off at its first, second, third … point, each in a cycle of its own, until it gets through."""
    for point in range(1, POINTS_MAX):
        cycle = f"c{point}"
        scenario.prepare(world, cycle, rows_for(scenario, cycle))
        stop = stop_at(point)
        yield cycle, stop
        world.paypal.clear_faults()
        if stop.seen < point:
            assert point > scenario.effects_min, f"the scenario has only {point - 1} points"
            return
    raise AssertionError("the scenario has no end")


def rows_for(scenario: Scenario, cycle: str) -> list[str]:
    return transient_rows(cycle) if scenario.act is retry_failed_items else rows_of(cycle)


def finish_and_judge(world: World, scenario: Scenario, cycle: str) -> None:
    """Let cron, and a person where one must decide, bring the cycle to its end; then ask PayPal's book."""
    rows = rows_for(scenario, cycle)
    world.paypal.clear_faults()
    if scenario.act is attach and world.statuses(cycle).get(f"{cycle}-0001-1") == "review":
        attach(world, cycle, rows)
    if world.run(rows, cycle=cycle).exit_code:
        for batch, status in world.statuses(cycle).items():
            if status in {"done", "refused"}:
                world.retry(batch, rows, failed_items=True)
        assert world.run(rows, cycle=cycle).exit_code == 0
    assert set(world.states(cycle).values()) == {"success"}
    paid = world.paid()
    assert all(len(paid[row.split(",")[1]]) == 1 for row in rows)
    world.check_nobody_twice()
    world.check_same_bytes()
    world.check_books(cycle)


def die_everywhere(world: World, scenario: Scenario) -> None:
    for cycle, stop in cycles_until_whole(world, scenario, lambda point: Stop(point, Death)):
        rows = rows_for(scenario, cycle)
        world.effects = stop
        try:
            scenario.act(world, cycle, rows)
        except Death:
            world.check_nothing_out_is_shown_unpaid(cycle)
        world.effects = None
        world.restart()
        world.pid += 1
        finish_and_judge(world, scenario, cycle)


def test_a_death_at_any_effect_on_postgres_is_continued_and_all_are_paid_once(postgres_world: World) -> None:
    die_everywhere(postgres_world, SCENARIOS["run"])


@every_scenario
def test_a_signal_at_any_safe_point_ends_the_run_and_the_next_goes_on(lite: World, scenario: Scenario) -> None:
    stopped = 0
    relaxed = scenario._replace(effects_min=0)
    for cycle, stop in cycles_until_whole(lite, relaxed, lambda point: Stop(point, lambda: Interrupted("stop"))):
        rows = rows_for(scenario, cycle)
        lite.pauses = stop
        try:
            finished = scenario.act(lite, cycle, rows)
        except Interrupted:
            stopped += 1
        else:
            if stop.seen >= stop.at:
                assert getattr(finished, "exit_code", None) == 130
                stopped += 1
        lite.pauses = None
        finish_and_judge(lite, scenario, cycle)
    assert stopped or scenario.act is attach


class Overtake:
    """At the n-th moment between two effects our lease is broken, and another host does the whole work."""

    def __init__(self, at: int, world: World, cycle: str, rows: list[str]) -> None:
        self.at, self.world, self.cycle, self.rows, self.seen = at, world, cycle, rows, 0
        self.sent_before = 0
        self.is_post_under_way = False

    def __call__(self, kind: object) -> None:
        if kind == "commit":
            return
        self.seen += 1
        if self.seen == self.at:
            other = self.world.other_host()
            with other.store() as store:
                store.locks.break_lease(self.cycle, now=other.now(), operator="tester", reason="it seemed to be dead")
            other.run(self.rows, cycle=self.cycle)
            other.restart()
            self.sent_before = len(self.world.sent)
            self.is_post_under_way = kind == "post"


@pytest.mark.parametrize("name", ["run", "run with a lost answer", "run of what is in flight", "retry of failed items"])
def test_a_holder_that_was_overtaken_stops_at_its_next_write(lite: World, name: str) -> None:
    overtake_everywhere(lite, SCENARIOS[name])


def test_an_overtaken_holder_stops_on_postgres_too(postgres_world: World) -> None:
    overtake_everywhere(postgres_world, SCENARIOS["run"])


def overtake_everywhere(world: World, scenario: Scenario) -> None:
    for point in range(1, POINTS_MAX):
        cycle = f"c{point}"
        rows = rows_for(scenario, cycle)
        scenario.prepare(world, cycle, rows)
        overtake = Overtake(point, world, cycle, rows)
        world.effects = world.pauses = overtake
        finished = scenario.act(world, cycle, rows)
        world.effects = world.pauses = None
        world.paypal.clear_faults()
        if overtake.seen < point:
            assert point > 6
            return
        code = getattr(finished, "exit_code", None)
        assert len(world.sent) - overtake.sent_before <= overtake.is_post_under_way
        if code:
            error = getattr(finished, "error", None)
            assert (code, error and error.code) == (4, "lease_lost")
        finish_and_judge(world, scenario, cycle)
    raise AssertionError("the scenario has no end")
