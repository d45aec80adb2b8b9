"""Receivers who did not get the money of an earlier cycle: a slip in the address, or an account that PayPal refuses."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import groupby
from operator import attrgetter
from typing import Final, NamedTuple

from paypal_payouts.domain.findings import EXAMPLES_MAX, Notice
from paypal_payouts.domain.states import ItemState

LOOKED_BACK: Final = timedelta(days=100)
"""So far back earlier cycles are looked at: three of those that come each month."""

BOUNCED: Final = frozenset({ItemState.UNCLAIMED, ItemState.RETURNED, ItemState.FAILED})
"""How a payment ends, for now or for good, that did not reach its receiver; FAILED only where the payee is why."""


class Bounced(NamedTuple):
    """A payment of an earlier cycle that did not reach its receiver."""

    receiver: str
    """In small letters."""
    cycle: str
    batch_id: int
    state: ItemState
    error_code: str | None


class BouncedBefore(NamedTuple):
    """Such a payment, and an item that would go to the same receiver now."""

    item_id: str
    bounced: Bounced

    @property
    def receiver(self) -> str:
        """Whom it would go to."""
        return self.bounced.receiver


def notices(found: Sequence[BouncedBefore]) -> Iterator[Notice]:
    """Warn of each receiver, with the cycles; `found` is in the order of receivers, and of each the oldest first."""
    receivers = [(receiver, list(each)) for receiver, each in groupby(found, attrgetter("receiver"))]
    for receiver, each in receivers[:EXAMPLES_MAX]:
        before = ", ".join(
            f"{bounced.cycle} {bounced.state}" + (f" ({bounced.error_code})" if bounced.error_code else "")
            for _, bounced in each
        )
        yield Notice(
            "bounced_before", f"{receiver} ({each[0].item_id}) did not get the money of earlier cycles: {before}."
        )
    if len(receivers) > EXAMPLES_MAX:
        yield Notice("bounced_before", f"and {len(receivers) - EXAMPLES_MAX:,} more such receivers.")
