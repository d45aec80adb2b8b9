"""`unlock` breaks the lease that the operator was shown, and no other."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from support.world import World

from paypal_payouts.domain.locks import UnlockReport
from paypal_payouts.verbs.unlock import unlock


def broken_by(world: World, *, meanwhile: ExitStack, other: World) -> str | None:
    """Unlock from one host, while the next holder comes between the look and the break; give whose lease was broken."""

    def next_holder_comes(_: str) -> bool:
        meanwhile.enter_context(other.hold(meanwhile.enter_context(other.store()))("c"))
        return True

    with world.store() as store:
        finished = unlock(
            "c",
            reason="the first host burnt down",
            operator="tester",
            store=store,
            is_living=lambda _, __: None,
            file_lock_is_free=next_holder_comes,
            now=world.now,
        )
    assert isinstance(finished.report, UnlockReport)
    return None if finished.report.broken is None else finished.report.broken.holder


@pytest.fixture
def meanwhile() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.mark.parametrize("was_held", [True, False], ids=["a lease that has run out", "no lease"])
def test_whoever_takes_the_cycle_while_an_operator_unlocks_it_keeps_it(
    world: World, meanwhile: ExitStack, was_held: bool
) -> None:
    world.run(["a,ann@x.example,1.00,USD"])
    other = world.other_host()
    if was_held:
        meanwhile.enter_context(world.hold(meanwhile.enter_context(world.store()))("c"))
        world.pass_time(seconds=601)
    other.clock = world.clock
    assert broken_by(world, meanwhile=meanwhile, other=other) is None
    with other.store() as store:
        held = store.locks.get("c")
        assert held
        assert held.holder == "host:2"
    meanwhile.close()
    other.restart()
