"""Finding the sends of any cycle that the sent logs know and the database does not."""

import os
import stat
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from msgspec import Struct, field

from paypal_payouts.domain.identity import is_cycle_name
from paypal_payouts.domain.sent_log import UnrecordedSends, compare, together
from paypal_payouts.errors import ConfigInvalid, SealBroken
from paypal_payouts.protocol.sent_log import TRAIL, sent_lines
from paypal_payouts.storage import Store
from paypal_payouts.trust import check_trusted_folder

_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Unrecorded(Struct, frozen=True):
    """What the sent logs know and the database does not."""

    cycles: Mapping[str, UnrecordedSends] = field(default_factory=dict)
    """By cycle, the one that was sent first before the others; only those of which it does not know every send."""
    unreadable: ConfigInvalid | None = None
    """Why a sent log could not be read."""

    @property
    def whole(self) -> UnrecordedSends:
        """Return it for all cycles as one."""
        return together(self.cycles.values())


NOTHING: Final = Unrecorded()
"""The database knows every send, or there is no sent log."""


def unrecorded_sends(directory: Path, *, store: Store | None) -> Unrecorded:
    """Hold every sent log of a lock directory against the database; None: it knows nothing.

    A log is read whole, and its cycle's batches, only where a line of it looks unknown: years have thousands of cycles.
    """
    found: dict[str, UnrecordedSends] = {}
    unreadable: ConfigInvalid | None = None
    try:
        check_trusted_folder(directory)
        suspects = sorted(_suspects(directory, _known(store)))
    except ConfigInvalid as error:
        return Unrecorded(unreadable=error)
    except (FileNotFoundError, NotADirectoryError):
        return NOTHING
    except OSError as error:
        return Unrecorded(unreadable=ConfigInvalid(f"{directory} cannot be read: {error.strerror or error}."))
    for cycle in suspects:
        try:
            sends = compare(
                sent_lines(cycle, directory=directory), [] if store is None else store.batches.of_cycle(cycle)
            )
        except ConfigInvalid as error:
            unreadable = unreadable or error
        except SealBroken:
            # Whatever looks at the cycle itself says so.
            continue
        else:
            if sends.sends:
                found[cycle] = sends
    oldest_first = sorted(found.items(), key=lambda each: min(line.at for line in each[1].sends))
    return Unrecorded(dict(oldest_first), unreadable)


def _known(store: Store | None) -> Mapping[str, datetime]:
    """Return when each batch was last sent; nothing where a time is none, so that every cycle is looked at closely."""
    try:
        return {} if store is None else store.batches.last_sends()
    except SealBroken:
        return {}


def _suspects(directory: Path, known: Mapping[str, datetime]) -> set[str]:
    """Name the cycles whose sent log may say more than is known, in a fraction of the time that reading them takes."""
    suspects: set[str] = set()
    folder = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with os.scandir(folder) as files:
            for file in files:
                cycle, _, kind = file.name.rpartition(".")
                is_log = kind in {"sent", "lock"} and is_cycle_name(cycle)
                if is_log and not _says_only(known, _bytes_of_ours(file.name, folder)):
                    suspects.add(cycle)
    finally:
        os.close(folder)
    return suspects


def _bytes_of_ours(name: str, folder: int) -> bytes | None:
    """Read a file that is surely ours alone to write; None where it may not be, which is looked at more closely."""
    try:
        descriptor = os.open(name, _READ, dir_fd=folder)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        is_ours = stat.S_ISREG(status.st_mode) and status.st_uid in {0, os.geteuid()}
        return file.read() if is_ours and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH) else None


def _says_only(known: Mapping[str, datetime], log: bytes | None) -> bool:
    """Return whether every line of a log is of a send that is known, or of the trail; not where it cannot be read."""
    if log is None:
        return False
    try:
        for line in log.decode("ascii").splitlines():
            at, what, *_ = line.split()
            if what != TRAIL and not datetime.fromisoformat(at) <= known[what]:
                return False
    except (ValueError, KeyError, TypeError):
        return False
    return True
