"""How often `sync` asks PayPal about money that waits for somebody: ever more rarely, the longer it waits. Pure.

Unclaimed money waits for its payee for 30 days, blocked money for PayPal's people, perhaps for ever. A year of such
cycles would be asked about in every run of cron.
"""

from datetime import datetime, timedelta
from typing import Final

from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.states import ENDED_BY_PAYPAL, STILL_MOVING, ItemState

_WAITS: Final = frozenset({ItemState.UNCLAIMED, ItemState.BLOCKED})
"""What only the payee, or PayPal's people, can change."""

_EVERY: Final = (
    (timedelta(days=35), timedelta(days=7)),
    (timedelta(days=7), timedelta(days=1)),
    (timedelta(days=1), timedelta(hours=1)),
)
"""From which age on so much lies between two looks. PayPal returns unclaimed money at 30 days: seen within a day."""

_EARLY: Final = 0.9
"""Cron never comes at the very second: so much of the time is enough."""


def rests(batch: BatchRecord, *, now: datetime) -> bool:
    """Return whether PayPal need not be asked about a batch yet: it was lately, and only waiting money can move."""
    moving = {state for state in STILL_MOVING if batch.states[state]}
    is_waiting = batch.status in ENDED_BY_PAYPAL and bool(moving) and moving <= _WAITS
    if not is_waiting or batch.first_sent_at is None or batch.last_read_at is None:
        return False
    age, since = now - batch.first_sent_at, now - batch.last_read_at
    every = next((every for from_age, every in _EVERY if age >= from_age), timedelta())
    # A clock that was ahead at the last look must not put off the next one.
    return timedelta() <= since < every * _EARLY
