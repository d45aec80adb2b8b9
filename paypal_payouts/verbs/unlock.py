"""`locks` and `unlock`: who holds what; and breaking the lease of a host that is surely off."""

from collections.abc import Callable
from datetime import datetime

from msgspec.structs import replace

from paypal_payouts.domain.locks import LockReport, LocksReport, UnlockReport
from paypal_payouts.domain.report import Finished
from paypal_payouts.errors import LockHeld, NotFound
from paypal_payouts.storage import Store

IsLiving = Callable[[str, int], bool | None]
"""Tells whether a process of a host lives; None where that cannot be known from here."""


def locks(*, store: Store | None, is_living: IsLiving) -> Finished:
    """List the leases that are held."""
    held = [] if store is None else store.locks.held()
    return Finished(LocksReport([seen(lock, is_living) for lock in held]))


def seen(lock: LockReport, is_living: IsLiving) -> LockReport:
    """Return a lock with whether its holder lives."""
    return replace(lock, living=is_living(lock.host, lock.pid))


def unlock(
    cycle: str,
    *,
    reason: str,
    operator: str,
    store: Store | None,
    is_living: IsLiving,
    file_lock_is_free: Callable[[str], bool],
    now: Callable[[], datetime],
) -> Finished:
    """Break a lease, with a reason; its old holder can write and send nothing more.

    Raises:
        NotFound: there is no such cycle.
        LockHeld: the holder is a living process of this machine: it can be stopped, so its lease is not broken.

    """
    held = None if store is None else store.locks.get(cycle)
    if store is None or (held is None and cycle not in store.history.cycle_names()):
        raise NotFound(f"There is no cycle {cycle}.", hint="`payouts locks` shows who holds what.")
    if not file_lock_is_free(cycle) or (held is not None and is_living(held.host, held.pid)):
        process = "a living process" if held is None else f"process {held.pid} (`{held.command}`), which lives"
        raise LockHeld(
            f"Cycle {cycle} is held by {process}, on this machine. Its lease was not broken.",
            hint="Stop that process instead (it ends at a safe point on SIGTERM), then run again.",
        )
    broken = (
        None if held is None else store.locks.break_lease(cycle, now=now(), operator=operator, reason=reason, seen=held)
    )
    return Finished(UnlockReport(cycle, broken, operator, reason))
