"""Who only reads a cycle is waited for, briefly; nobody else is, and nothing is taken from anybody."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import pytest

from paypal_payouts.errors import Interrupted, LockHeld
from paypal_payouts.protocol.cycle_lock import CycleLock
from paypal_payouts.protocol.lock_wait import READER_WAIT_S, held_after_readers

LOCK = cast("CycleLock", object())
WATCHER = "payouts status --watch, by ann"


class Holder:
    """Somebody who holds the cycle for some tries, and whoever waits for it."""

    def __init__(self, command: str | None, tries: int) -> None:
        self.command, self.tries = command, tries
        self.slept_s = 0.0
        self.notes: list[str] = []
        self.released = 0

    @contextmanager
    def hold(self) -> Iterator[CycleLock]:
        if self.tries:
            self.tries -= 1
            raise LockHeld("held", details=[] if self.command is None else [{"command": self.command}])
        try:
            yield LOCK
        finally:
            self.released += 1

    def pause(self, seconds: float) -> None:
        self.slept_s += seconds

    def held(self, command: str = "payouts run c, by cron") -> Any:
        return held_after_readers(self.hold, command=command, pause=self.pause, note=self.notes.append)


@pytest.mark.parametrize("command", [WATCHER, "payouts sync, by cron"])
def test_a_run_waits_for_who_only_reads_and_says_so_once(command: str) -> None:
    holder = Holder(command, tries=3)
    with holder.held() as lock:
        assert (lock, holder.released) == (LOCK, 0)
    assert (holder.slept_s, holder.released) == (0.75, 1)
    assert holder.notes == [f"`{command}` is reading this cycle: waiting for it, 10 s at most."]


def test_it_waits_no_longer_than_it_says() -> None:
    holder = Holder(WATCHER, tries=1_000)
    with pytest.raises(LockHeld), holder.held():
        pass
    assert holder.slept_s == READER_WAIT_S


@pytest.mark.parametrize(
    ("holds", "wants"),
    [("payouts run c, by ann", "payouts run c"), (None, "payouts run c"), (WATCHER, "payouts status -c c --refresh")],
    ids=["who pays", "nobody known", "a reader for a reader"],
)
def test_nobody_else_is_waited_for(holds: str | None, wants: str) -> None:
    holder = Holder(holds, tries=1)
    with pytest.raises(LockHeld), holder.held(wants):
        pass
    assert (holder.slept_s, holder.notes) == (0, [])


def test_what_the_work_raises_is_no_reason_to_try_again() -> None:
    holder = Holder(None, tries=0)
    with pytest.raises(LockHeld, match="within"), holder.held():
        raise LockHeld("within", details=[{"command": WATCHER}])
    assert (holder.slept_s, holder.released) == (0, 1)


def test_whoever_is_asked_to_stop_waits_no_longer() -> None:
    holder = Holder(WATCHER, tries=9)

    def stopped(_: float) -> None:
        raise Interrupted("Stopped.")

    holder.pause = stopped  # type: ignore[method-assign, assignment]
    with pytest.raises(Interrupted), holder.held():
        pass
    assert holder.released == 0
