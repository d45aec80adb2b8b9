"""Whether a holder lives, and a short wait for one that only reads: `status --watch` must not cost cron its turn.

Nothing of the lock gets weaker by it (docs/design.md, 11.1): nothing is taken from the holder, and each try is the same
as the only one would be. What is believed of the holder, its command, decides about nothing but these few seconds.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Final

from paypal_payouts.errors import LockHeld
from paypal_payouts.protocol.cycle_lock import CycleLock

READER_WAIT_S: Final = 10.0
"""Whoever only reads is waited for so long, at most."""
_TRY_S: Final = 0.25

_READERS: Final = ("payouts status", "payouts sync")
"""How commands begin that hold the lock of a cycle, and send nothing."""


def only_reads(command: object) -> bool:
    """Return whether the command of a holder sends nothing."""
    return isinstance(command, str) and command.startswith(_READERS)


def is_living(host: str, pid: int, *, here: str) -> bool | None:
    """Tell whether a process of a host lives; None where that cannot be known from `here`, another host."""
    if host != here:
        return None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


@contextmanager
def held_after_readers(
    hold: Callable[[], AbstractContextManager[CycleLock]],
    *,
    command: str,
    pause: Callable[[float], None],
    note: Callable[[str], None],
) -> Iterator[CycleLock]:
    """Hold a cycle as `hold` does; where a holder only reads, try again for a little while, unless `command` does, too.

    Raises:
        LockHeld: somebody else works on it, or reads it for longer.
        Interrupted: asked to stop while it was waited for.

    """
    tries_left = 0 if only_reads(command) else round(READER_WAIT_S / _TRY_S)
    is_told = False
    with ExitStack() as stack:
        lock: CycleLock | None = None
        while lock is None:
            try:
                lock = stack.enter_context(hold())
            except LockHeld as held:
                reader = next((detail.get("command") for detail in held.details), None)
                if not tries_left or not only_reads(reader):
                    raise
                if not is_told:
                    note(f"`{reader}` is reading this cycle: waiting for it, {READER_WAIT_S:.0f} s at most.")
                    is_told = True
                tries_left -= 1
                pause(_TRY_S)
        yield lock
