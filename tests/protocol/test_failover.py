"""Another server takes the place of Postgres in the middle of a run, and has not heard of what the run wrote last."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from support.backups import copy_aside, put_back
from support.world import World

from paypal_payouts.protocol.cycle_lock import CycleLock

ROWS = ["a,transient.ann@x.example,1.00,USD", "b,bob@x.example,2.00,USD"]
OTHERS = ["a,dan@x.example,3.00,USD", "b,dora@x.example,4.00,USD"]


@pytest.fixture
def other(postgres_world: World) -> Iterator[World]:
    """Yield another host."""
    with postgres_world.store():
        other = postgres_world.other_host()
    yield other
    other.restart()


def copied_once_locked(world: World) -> list[str]:
    """Copy the database when the next command has its locks: all that it writes later is not in the copy."""
    copies: list[str] = []
    hold = world.hold

    @contextmanager
    def copying(held: AbstractContextManager[CycleLock]) -> Iterator[CycleLock]:
        with held as lock:
            copies.append(copy_aside(world.database_url))
            yield lock

    world.hold = lambda store: lambda cycle: copying(hold(store)(cycle))  # type: ignore[method-assign]
    return copies


@pytest.mark.parametrize(
    "before", ["post", "answer", "request"], ids=["between permit and POST", "between POST and result", "reading"]
)
def test_what_was_read_in_one_database_is_not_written_to_one_that_has_forgotten_it(
    postgres_world: World, other: World, before: str
) -> None:
    """The keys by which the run knows its rows are given to rows of another cycle there, which are paid."""
    copies, seen = copied_once_locked(postgres_world), list[str]()

    def take_over(effect: str) -> None:
        seen.append(effect)
        if effect == before and "post" in seen and copies:
            put_back(postgres_world.database_url, copies.pop())
            assert other.run(OTHERS, cycle="d").exit_code == 0

    postgres_world.effects = take_over
    finished = postgres_world.run(ROWS)
    assert (finished.exit_code, "has forgotten what this command wrote" in str(finished.error)) == (1, True)
    assert other.states("d") == {"a": "success", "b": "success"}
    postgres_world.restart()
    postgres_world.effects = None
    del postgres_world.hold
    assert postgres_world.run(ROWS).exit_code == 5
    assert postgres_world.retry("c-0001-1", ROWS, failed_items=True).exit_code == 0
    postgres_world.check_paid_once([*ROWS, *OTHERS])
