"""Waiting for results: what is waited for, for how long, and what sleeping does to the lease."""

import pytest
from support.world import World

from paypal_payouts.protocol.tools import Waiting

ROWS = ["a,ann@x.example,10.00,USD", "b,bob@x.example,20.50,EUR"]


@pytest.mark.parametrize("limit_s", [0.0, 7.0, 60.0])
def test_waiting_never_lasts_longer_than_its_limit(lite: World, limit_s: float) -> None:
    lite.paypal.configure(processing_s=86_400)
    lite.waiting = Waiting(5.0, limit_s)
    assert lite.run(ROWS).exit_code == 6
    assert sum(lite.slept) == limit_s


def test_pauses_widen_up_to_a_minute_and_begin_with_the_interval(lite: World) -> None:
    lite.paypal.configure(processing_s=86_400)
    lite.run(ROWS)
    assert lite.slept[:3] == [5.0, 7.5, 11.25]
    assert max(lite.slept) == 60.0
    assert sum(lite.slept) == 900.0


def test_an_interval_longer_than_a_minute_is_kept(lite: World) -> None:
    lite.paypal.configure(processing_s=86_400)
    lite.waiting = Waiting(120.0, 600.0)
    lite.run(ROWS)
    assert lite.slept == [120.0] * 5


def test_only_what_paypal_still_works_on_is_read_again(lite: World) -> None:
    rows = [*ROWS, "c,cat@x.example,5,JPY"]
    lite.run(rows[:2])
    reads = len(lite.paypal.requests())
    lite.pass_time(hours=1)
    lite.paypal.configure(processing_s=20)
    lite.run(rows, append=True)
    batches = {r["path"] for r in lite.paypal.requests()[reads:] if r["method"] == "GET"}
    assert len(batches) == 1


def test_a_sleep_longer_than_the_lease_keeps_it(world: World) -> None:
    world.paypal.configure(processing_s=3600)
    world.waiting = Waiting(3600.0, 3600.0)
    assert world.run(ROWS).exit_code == 0
    assert set(world.slept) == {200.0}
    world.check_paid_once(ROWS)


def test_a_holder_that_slept_past_its_lease_finds_another_at_work_and_stops(world: World) -> None:
    world.paypal.configure(processing_s=3600)
    world.waiting = Waiting(30.0, 900.0)
    overtaken = False

    def sleep_too_long(seconds: float) -> None:
        nonlocal overtaken
        if seconds and not overtaken:
            overtaken = True
            world.pass_time(seconds=700)
            other = world.other_host()
            other.waiting = None
            assert other.run(ROWS).exit_code == 6
            other.restart()
            world.pass_time(hours=1)

    world.pauses = sleep_too_long
    finished = world.run(ROWS)
    assert overtaken
    assert (finished.exit_code, finished.error and finished.error.code) == (4, "lease_lost")
    assert "c-0001-1" in str(finished.error)
    world.pauses = None
    assert world.run(ROWS).exit_code == 0
    world.check_paid_once(ROWS)


def test_an_item_that_is_paid_again_counts_once_as_final(lite: World, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, int]] = []
    monkeypatch.setattr(lite.progress, "reading", lambda final, of: told.append((final, of)), raising=False)
    rows = ["a,ann@x.example,10.00,USD", "r,rejected@x.example,1.00,USD"]
    lite.run(rows)
    lite.retry("c-0001-1", [rows[0], "r,rob@x.example,1.00,USD"], failed_items=True)
    assert told[-1] == (2, 2)
