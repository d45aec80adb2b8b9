"""The result of `locks`, and of `unlock`."""

from typing import Annotated, Self

from msgspec import Meta

from paypal_payouts.domain.locks import LockReport, LocksReport, UnlockReport
from paypal_payouts.domain.report import Origin
from paypal_payouts.results.values import Count, JsonStruct, OfAccountJson, Operator, Reason, Time


class LeaseJson(JsonStruct, frozen=True):
    """Who holds a cycle in the database."""

    key: Annotated[str, Meta(description="The cycle.")]
    cycle: Annotated[str, Meta(description="The same: the cycle.")]
    holder: Annotated[str, Meta(description="`<host>:<process id>`.")]
    acquired_at: Annotated[Time, Meta(description="Since when.")]
    expires_at: Annotated[Time, Meta(description="Until when, unless it is renewed.")]
    living: Annotated[
        bool | None, Meta(description="Whether it lives; null where that cannot be known from this machine.")
    ]

    @classmethod
    def of(cls, lock: LockReport) -> Self:
        """Show a lease."""
        return cls.taken(lock, cycle=lock.key)


class LockJson(LeaseJson, frozen=True):
    """Who holds a cycle, and whether that process lives."""

    host: Annotated[str, Meta(description="The machine.")]
    pid: Annotated[Count, Meta(description="The process on it.")]
    command: Annotated[str, Meta(description="The command line of that process, and whose it is.")]


class LocksJson(OfAccountJson, frozen=True):
    """The result of `locks`."""

    locks: Annotated[list[LockJson], Meta(description="Every lease that is held.")]

    @classmethod
    def of(cls, report: LocksReport, origin: Origin) -> Self:
        """Show who holds what."""
        return cls(**origin._asdict(), locks=[LockJson.of(lock) for lock in report.locks])


class UnlockJson(OfAccountJson, frozen=True):
    """The result of `unlock`."""

    cycle: Annotated[str, Meta(description="The cycle.")]
    broken: Annotated[LockJson | None, Meta(description="The lease that was broken; null where nobody held it.")]
    operator: Operator
    reason: Reason

    @classmethod
    def of(cls, report: UnlockReport, origin: Origin) -> Self:
        """Show the lease that was broken."""
        return cls.taken(
            report, **origin._asdict(), broken=None if report.broken is None else LockJson.of(report.broken)
        )
