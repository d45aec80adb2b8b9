"""Holding a cycle: its locks, its lease for as long as the program waits, and who else holds one."""

import os
import socket
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Final

from paypal_payouts.config import Settings
from paypal_payouts.context.stopping import StopRequest
from paypal_payouts.domain.progress import Progress
from paypal_payouts.domain.sent_log import SentLine
from paypal_payouts.log import masked
from paypal_payouts.protocol.cycle_lock import CycleLock
from paypal_payouts.protocol.lock_wait import held_after_readers, is_living
from paypal_payouts.protocol.sent_log import sent_lines
from paypal_payouts.protocol.tools import Hold
from paypal_payouts.protocol.unrecorded import Unrecorded, unrecorded_sends
from paypal_payouts.storage import Holder, Store

_COMMAND_MAX: Final = 200
"""So many characters of who works on a cycle are stored and shown to whoever finds it locked."""


class Holding:
    """What of a context holds cycles."""

    settings: Settings
    now: Callable[[], datetime]
    command: str
    progress: Progress
    _stop: StopRequest
    _lock: CycleLock | None = None

    def pause(self, seconds: float) -> None:
        """Sleep, keep the lease of a cycle that is held, and end at once when asked to stop.

        Raises:
            Interrupted: asked to stop.
            LeaseLost: somebody else holds the cycle now.

        """
        if self._lock is None:
            self._stop.pause(seconds)
        else:
            self._lock.sleep(seconds, self._stop.pause)

    def hold(self, store: Store) -> Hold:
        """Yield the function that takes the locks of a cycle; from then on a request to stop waits for safe points."""
        from paypal_payouts.protocol.locks import acquire_processing_lock  # noqa: PLC0415 - who looks takes no lock

        lock = self.settings.lock
        holder = Holder(host=socket.gethostname(), pid=os.getpid(), command=masked(self.command)[:_COMMAND_MAX])

        @contextmanager
        def held(cycle: str) -> Iterator[CycleLock]:
            self._stop.begin()
            hold = partial(
                acquire_processing_lock,
                cycle,
                store=store,
                directory=lock.directory,
                holder=holder,
                lease_s=lock.lease_s,
                now=self.now,
                new_identity=lambda: uuid.uuid4().hex,
            )
            with held_after_readers(
                hold, command=self.command, pause=self._stop.pause, note=self.progress.note
            ) as taken:
                self._lock = taken
                try:
                    yield taken
                finally:
                    self._lock = None

        return held

    def sent_lines(self, cycle: str) -> list[SentLine]:
        """Read the sent log of a cycle without taking its lock."""
        return sent_lines(cycle, directory=self.settings.lock.directory)

    def unrecorded(self, store: Store | None) -> Unrecorded:
        """Find the sends of any cycle that the sent logs know and the database does not."""
        return unrecorded_sends(self.settings.lock.directory, store=store)

    @staticmethod
    def is_living(host: str, pid: int) -> bool | None:
        """Return whether a process of a host lives; None where that cannot be known from here."""
        return is_living(host, pid, here=socket.gethostname())
