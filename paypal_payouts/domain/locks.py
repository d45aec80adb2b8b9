"""Who holds a cycle, as `locks` and `unlock` show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from paypal_payouts.domain.base import Report


@dataclass(frozen=True, slots=True)
class LockReport:
    """Who holds a cycle, since when and until when."""

    key: str
    holder: str
    acquired_at: datetime
    expires_at: datetime
    host: str
    pid: int
    command: str
    living: bool | None
    """Whether the holder is a living process of this machine; None where that cannot be known from here."""


@dataclass(frozen=True, slots=True)
class LocksReport(Report):
    """The result of `locks`."""

    locks: Sequence[LockReport]


@dataclass(frozen=True, slots=True)
class UnlockReport(Report):
    """The result of `unlock`: the lease that was broken; None where nobody held one."""

    cycle: str
    broken: LockReport | None
    operator: str
    reason: str
