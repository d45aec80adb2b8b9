"""What the trail says, and the report of `audit`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from msgspec import Struct

from paypal_payouts.domain.base import Report


class AuditEvent(Struct, frozen=True):
    """One line of the trail: who did what, when, why, from which state to which."""

    at: datetime
    cycle: str | None
    batch: str | None
    item_id: str | None
    actor: str
    action: str
    from_state: str | None
    to_state: str | None
    reason: str | None
    evidence: Mapping[str, Any]


class Verified(NamedTuple):
    """What of the trail was followed, row by row, and is as this program wrote it."""

    rows: int
    """Of cycles."""
    cycles: int
    rows_of_no_cycle: int
    """Such as approvals, and what was done to the whole database."""


class AuditReport(Report, frozen=True):
    """The result of `audit`."""

    events: Sequence[AuditEvent]
    has_older: bool = False
    """There are rows before these."""
    verified: Verified | None = None
    """None where that was not asked, or did not hold."""
