"""Who holds a cycle, as `locks` and `unlock` show it."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from paypal_payouts.domain.base import Report


class LockReport(Struct, frozen=True):
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


class LocksReport(Report, frozen=True):
    """The result of `locks`."""

    locks: Sequence[LockReport]


class UnlockReport(Report, frozen=True):
    """The result of `unlock`: the lease that was broken; None where nobody held one."""

    cycle: str
    broken: LockReport | None
    operator: str
    reason: str
