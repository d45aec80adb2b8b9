"""Money that arrived and came back: refunds and reversals come weeks later, so what was paid is read again, rarely.

Source: docs/design.md, 9.4.
"""

from datetime import timedelta
from typing import Final, NamedTuple

from paypal_payouts.domain.states import CAME_BACK, ItemState

CLAIMED_WITHIN: Final = timedelta(days=30)
"""So long unclaimed money waits for its payee; then PayPal sends it back."""

READ_AGAIN_AFTER: Final = timedelta(hours=20)
"""Less than a day: a daily cron reads every day what was paid, and an hourly one does it once a day."""


class CameBack(NamedTuple):
    """A payment that PayPal now says has come back."""

    cycle: str
    batch: str
    item_id: str
    amount: str
    currency: str
    state: ItemState
    """What PayPal says of it now."""

    def words(self) -> str:
        """Return which payment it is, how much, and what became of it."""
        return f"{self.item_id} of {self.batch}: {self.amount} {self.currency} {self.state}"


def has_come_back(before: ItemState, now: ItemState) -> bool:
    """Return whether a change of state means that money which arrived, or was on its way, was given back."""
    if now is before:
        return False
    return (now in CAME_BACK and before not in CAME_BACK) or before is ItemState.SUCCESS
