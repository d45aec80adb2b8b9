"""How long a server that is away is waited for, and what breaks that off."""

import logging
from collections.abc import Callable

import pytest

from paypal_payouts.context.stopping import StopRequest
from paypal_payouts.errors import DatabaseUnavailable, Interrupted
from paypal_payouts.storage import patience
from paypal_payouts.storage.patience import Patience
from paypal_payouts.storage.repeating import ConnectionLost, until_done


class Clock(StopRequest):
    """A clock that stands, but for sleeping by it."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 100.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def pause(self, seconds: float) -> None:
        if self.is_made:
            raise self.stopped()
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(patience, "time", clock)
    return clock


def failing(times: int, waits: Patience, error: type[DatabaseUnavailable] = ConnectionLost) -> Callable[[], str]:
    left = iter([True] * times)

    def work() -> str:
        if next(left, False):
            waits.failed("The database db cannot be used: gone.")
            raise error("gone")
        waits.succeeded()
        return "done"

    return work


def test_pauses_grow_and_add_up_to_the_patience(clock: Clock) -> None:
    waits = Patience(60, clock)
    with pytest.raises(ConnectionLost):
        until_done(failing(1000, waits), waits)
    assert clock.slept[:7] == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0]
    assert sum(clock.slept) == pytest.approx(60)


def test_once_more_is_tried_at_once_even_without_patience(clock: Clock) -> None:
    assert until_done(failing(1, Patience()), Patience()) == "done"
    with pytest.raises(ConnectionLost):
        until_done(failing(2, waits := Patience()), waits)
    assert clock.slept == []


def test_what_may_have_taken_place_is_not_repeated(clock: Clock) -> None:
    with pytest.raises(DatabaseUnavailable):
        until_done(failing(1, waits := Patience(60, clock), DatabaseUnavailable), waits)


def test_a_server_that_stays_away_is_waited_for_once_by_a_command(clock: Clock) -> None:
    waits = Patience(60, clock)
    for _ in range(3):
        with pytest.raises(ConnectionLost):
            until_done(failing(1000, waits), waits)
    assert sum(clock.slept) == pytest.approx(60)
    waits.renew()
    assert until_done(failing(3, waits), waits) == "done"


def test_it_is_told_once_that_a_server_is_away_and_once_that_it_is_back(
    clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    waits = Patience(60, clock)
    with caplog.at_level(logging.WARNING):
        until_done(failing(1, waits), waits)
        assert caplog.messages == []
        until_done(failing(6, waits), waits)
    assert caplog.messages == [
        "The database db cannot be used: gone. It is waited for, up to 60 s.",
        "The database answers again, after 3 s.",
    ]


def test_a_request_to_stop_ends_it(clock: Clock) -> None:
    waits = Patience(60, clock)
    clock.make()
    with pytest.raises(Interrupted):
        until_done(failing(1000, waits), waits)


def test_whoever_is_asked_to_stop_takes_the_answer_on_its_way_and_no_other(clock: Clock) -> None:
    waits = Patience(60, clock)
    waits.check_stop(0.0)
    clock.make()
    waits.check_stop(clock.now - 0.4)
    with pytest.raises(Interrupted):
        waits.check_stop(clock.now - 1)
    # What follows has a third of a second in all.
    waits.check_stop(clock.now)
    clock.now += 1
    with pytest.raises(Interrupted):
        waits.check_stop(clock.now)


def test_whoever_only_looks_after_a_request_to_stop_is_still_answered(clock: Clock) -> None:
    waits = Patience(60, clock)
    clock.make()
    waits.renew(heeds_stop=False)
    waits.check_stop(clock.now - 100)
    with pytest.raises(ConnectionLost):
        until_done(failing(1000, waits), waits)
    assert clock.slept == []
