"""Items that PayPal now says are not paid, and did not say before: how their cycle stands since. Pure.

Source: docs/design.md, 9.4.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from paypal_payouts.domain.late_words import CameBack
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.states import ItemState
from paypal_payouts.domain.words import not_paid
from paypal_payouts.errors import ExitCode


class NewlyUnpaid(NamedTuple):
    """A cycle of which a reading found items that are not paid, and whose payment has ended."""

    cycle: str
    newly: Mapping[ItemState, int]
    """Those that this reading found, by state."""
    unpaid: Mapping[ItemState, int]
    """All of the cycle, by state."""
    items: int
    """How many items the cycle has."""
    exit_code: ExitCode
    """With which a `run` of the cycle ends now."""
    why: str
    """What is wrong with the cycle, in words."""
    next: str
    """The command that shows what went wrong, and what to do."""


def newest_states(batches: Iterable[BatchRecord]) -> Counter[ItemState]:
    """Count the items of a cycle by the state of their newest payment."""
    states: Counter[ItemState] = Counter()
    for batch in batches:
        states.update(batch.newest)
    return states


def found_unpaid(
    before: Counter[ItemState], after: Counter[ItemState], came_back: Iterable[CameBack]
) -> dict[ItemState, int]:
    """Count what a reading found unpaid, by state; money that arrived and came back is named by itself."""
    return not_paid(after - before - Counter(payment.state for payment in came_back))
