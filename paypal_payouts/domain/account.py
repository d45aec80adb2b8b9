"""What the page of one cycle is made of."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct

from paypal_payouts.domain.audit import AuditEvent
from paypal_payouts.domain.item import ItemReport
from paypal_payouts.domain.payout import AttemptRecord
from paypal_payouts.domain.status import CycleReport


class Explained(NamedTuple):
    """An item that is not paid, or not yet, with who has to act and what it means."""

    item: ItemReport
    who: str
    sentence: str


class Send(NamedTuple):
    """One send of a batch."""

    batch: str
    attempt: AttemptRecord


class CyclePage(Struct, frozen=True):
    """Everything that is known of a cycle."""

    environment: str
    account: str
    written_at: datetime
    cycle: CycleReport
    sends: Sequence[Send]
    explained: Iterable[Explained]
    """Lazy: they may be as many as the items."""
    events: Sequence[AuditEvent]
