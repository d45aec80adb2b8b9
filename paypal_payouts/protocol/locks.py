"""The lock of a cycle: the file lock, then the database lease, always in that order; and the sent log that it guards.

The lock gives order and clean messages, nothing more. What keeps money from being paid twice is the protocol: one id
for each batch, the permit before every POST, the fence in every write and the unique index behind `live`
(docs/design.md, 8 and 11). A run that loses its lock can therefore do no harm; it stops at its next write.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from paypal_payouts.disks import cause_of
from paypal_payouts.domain.locks import LockReport
from paypal_payouts.domain.words import rfc3339, utc_minute
from paypal_payouts.errors import SENT_NOTHING, ConfigInvalid, LockHeld, PayoutsError, StorageFailed
from paypal_payouts.log import event
from paypal_payouts.private import create_private, private_directory
from paypal_payouts.protocol.cycle_lock import CycleLock
from paypal_payouts.protocol.lock_wait import is_living
from paypal_payouts.protocol.sent_log import lock_file, sent_log_of
from paypal_payouts.storage import Holder, Lease, Store
from paypal_payouts.trust import check_trusted, check_trusted_folder, read_trusted

_LOG: Final = logging.getLogger(__name__)

_OWNER_ONLY: Final = 0o600

_LOOKS: Final = 15
_LOOK_S: Final = 0.1
"""So often, and for so long each time, a file lock is asked for whose holder has no name yet."""


def directory_identity(directory: Path, *, new_identity: Callable[[], str]) -> str:
    """Give the lock directory's own name, made once: two hosts with the same one share the files themselves."""
    check_trusted_folder(directory)
    private_directory(directory)
    path = directory / "id"
    if not path.exists():
        with suppress(FileExistsError):  # another process was faster
            create_private(path, new_identity().encode("ascii"))
    return read_trusted(path).decode("ascii").strip()


@contextmanager
def acquire_processing_lock(
    cycle: str,
    *,
    store: Store,
    directory: Path,
    holder: Holder,
    lease_s: float,
    now: Callable[[], datetime],
    new_identity: Callable[[], str],
) -> Iterator[CycleLock]:
    """Hold a cycle for the time of a `with` block: the file lock of this directory first, then the database lease.

    A crashed holder of the same lock directory is taken over at once: that we hold the file lock proves it dead.

    Raises:
        LockHeld: somebody else works on the cycle; the message names host, process, command and times.
        ConfigInvalid: the lock directory cannot be written, or the tables were meanwhile changed by a newer program.
        SealBroken: somebody else changed what the database says of the cycle.

    """
    with _using(directory):
        identity = directory_identity(directory, new_identity=new_identity)
        path = lock_file(cycle, directory)
        check_trusted(path)
        # A hard lock only, freed by the system when its holder dies; the file itself is never removed.
        file_lock = FileLock(path, timeout=0, mode=_OWNER_ONLY, fallback_to_soft=False, thread_local=False)
        _take(file_lock, cycle, store=store, host=holder.host, now=now)
    try:
        granted = store.locks.acquire(
            cycle, holder=holder.at(identity), now=now(), lease_s=lease_s, take_over_same_directory=True
        )
        if isinstance(granted, LockReport):
            raise _held(cycle, granted, now=now(), here=holder.host)
        event(_LOG, "lock_taken", f"{cycle} is ours, fence {granted.fence}", cycle=cycle, fence=granted.fence)
        try:
            store.check_tables()
            lock = CycleLock(lease=granted, sent_log=sent_log_of(cycle, directory), store=store, now=now)
            lock.check_seals()
            try:
                yield lock
            except PayoutsError:
                lock.keep_end_of_trail()
                raise
            lock.keep_end_of_trail()
        finally:
            # Where the database fails even here the lease stays: the next run from this directory takes it over.
            with suppress(StorageFailed):
                release_processing_lock(granted, store=store)
                event(_LOG, "lock_released", f"{cycle} is no longer held by us", cycle=cycle, fence=granted.fence)
    finally:
        file_lock.release()


@contextmanager
def _using(directory: Path) -> Iterator[None]:
    try:
        yield
    except Timeout:
        raise
    except OSError as error:
        cause = cause_of(directory, error)
        words, fix = cause or (
            error.strerror or error,
            "Set lock.directory to a local folder that this user can write",
        )
        place = f" ({error.filename})" if error.filename else ""
        raise ConfigInvalid(
            f"The lock directory {directory} cannot be used: {words}{place}.", hint=f"{SENT_NOTHING} {fix}."
        ) from error


def _take(file_lock: FileLock, cycle: str, *, store: Store, host: str, now: Callable[[], datetime]) -> None:
    """Take the file lock, or tell who has it.

    Between the file lock and the lease its holder has no name yet, or still that of the dead one whose place it takes;
    at the end there is such a moment again, and `unlock` tries the lock for one. So whoever cannot be named is waited
    for a little while.

    Raises:
        LockHeld: somebody else works on the cycle.

    """
    for _ in range(_LOOKS):
        try:
            file_lock.acquire(timeout=_LOOK_S)
        except Timeout:
            lock = get_processing_lock_info(cycle, store=store)
            if lock is not None and is_living(lock.host, lock.pid, here=host) is not False:
                raise _held(cycle, lock, now=now(), here=host) from None
        else:
            return
    raise _held(cycle, None, now=now(), here=host)


def file_lock_is_free(cycle: str, *, directory: Path) -> bool:
    """Tell whether no process that shares this lock directory works on a cycle at this moment.

    Raises:
        ConfigInvalid: the lock directory cannot be used.

    """
    path = lock_file(cycle, directory)
    check_trusted(path)
    if not path.exists():
        return True
    try:
        with _using(directory), FileLock(path, timeout=0, mode=_OWNER_ONLY, fallback_to_soft=False):
            return True
    except Timeout:
        return False


def release_processing_lock(lease: Lease, *, store: Store) -> None:
    """Give a lease back; one that is no longer ours is left alone."""
    store.locks.release(lease)


def get_processing_lock_info(cycle: str, *, store: Store) -> LockReport | None:
    """Say who holds a cycle in the database; None where nobody does."""
    return store.locks.get(cycle)


def _held(cycle: str, lock: LockReport | None, *, now: datetime, here: str) -> LockHeld:
    """Tell the loser of a race who holds the cycle, since when and until when, and what to type."""
    if lock is None:
        return LockHeld(
            f"Cycle {cycle} is being worked on by another process of this machine.",
            hint="Nothing was sent. Run again when it has ended; `payouts locks` shows who holds what.",
        )
    age = timedelta(seconds=int((now - lock.acquired_at).total_seconds()))
    # `unlock` breaks no lease of a process that lives on this machine.
    way_out = f" If that host is surely off: `payouts unlock {cycle} --reason ...`." if lock.host != here else ""
    return LockHeld(
        f"Cycle {cycle} is held by {lock.host}, process {lock.pid} (`{lock.command}`), for {age} so far; its lock "
        f"expires at {utc_minute(lock.expires_at)} unless it is renewed.",
        hint=f"Nothing was sent. Run again when it has ended; `payouts status --cycle {cycle} --watch` follows it."
        f"{way_out}",
        details=[
            {
                "key": lock.key,
                "holder": lock.holder,
                "host": lock.host,
                "pid": lock.pid,
                "command": lock.command,
                "acquired_at": rfc3339(lock.acquired_at),
                "expires_at": rfc3339(lock.expires_at),
            }
        ],
    )
