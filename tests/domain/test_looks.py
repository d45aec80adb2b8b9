"""How often PayPal is asked about money that waits for somebody: by its age, and never less for anything else."""

from collections import Counter
from datetime import timedelta

import pytest
from msgspec.structs import replace

from paypal_payouts.domain.looks import rests
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.states import STILL_MOVING, BatchStatus, ItemState

from .makers import NOW, batch


def waiting(*, age: timedelta, looked: timedelta | None, **states: int) -> BatchRecord:
    """Make a batch that was first sent and last read so long ago, with so many items in each state."""
    return replace(
        batch(BatchStatus.DONE),
        first_sent_at=NOW - age,
        last_read_at=None if looked is None else NOW - looked,
        states=Counter({ItemState(state): number for state, number in states.items()}),
    )


@pytest.mark.parametrize(
    ("age_days", "every"),
    [
        (0.9, timedelta()),
        (1, timedelta(hours=1)),
        (6.9, timedelta(hours=1)),
        (7, timedelta(days=1)),
        (34.9, timedelta(days=1)),
        (35, timedelta(days=7)),
        (900, timedelta(days=7)),
    ],
)
@pytest.mark.parametrize("state", ["unclaimed", "blocked"])
def test_the_older_the_more_rarely(age_days: float, every: timedelta, state: str) -> None:
    age = timedelta(days=age_days)
    for share, is_over in ((0.0, not every), (0.89, not every), (0.91, True), (5.0, True)):
        made = waiting(age=age, looked=every * share, success=3, **{state: 1})
        assert rests(made, now=NOW) is not is_over


def test_nothing_else_rests() -> None:
    age = timedelta(days=100)
    for state in STILL_MOVING:
        made = waiting(age=age, looked=timedelta(minutes=1), **{"unclaimed": 1, state: 1})
        assert rests(made, now=NOW) is (state in {ItemState.UNCLAIMED, ItemState.BLOCKED})
    assert not rests(waiting(age=age, looked=timedelta(minutes=1), success=1), now=NOW)
    assert not rests(waiting(age=age, looked=None, unclaimed=1), now=NOW)
    accepted = replace(waiting(age=age, looked=timedelta(0), unclaimed=1), status=BatchStatus.ACCEPTED)
    assert not rests(accepted, now=NOW)


def test_a_look_by_a_clock_that_was_ahead_puts_nothing_off() -> None:
    assert not rests(waiting(age=timedelta(days=40), looked=-timedelta(days=400), unclaimed=1), now=NOW)
