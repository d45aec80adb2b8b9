"""A cycle that is held: its lease, its sent log and its seals."""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from paypal_payouts.domain.payout import BatchRecord, NewBatch
from paypal_payouts.domain.sent_log import SENT_LOG, UnrecordedSends, judge
from paypal_payouts.errors import PayoutsError
from paypal_payouts.log import event
from paypal_payouts.protocol.sent_log import SentLog
from paypal_payouts.storage import Lease, Store

_LOG: Final = logging.getLogger(__name__)

_RENEWALS_PER_LEASE: Final = 3
"""Sleep or work for longer than the lease divided by this renews it (docs/design.md, 11.1)."""


class CycleLock:
    """A cycle that is ours: the lease that every write carries, and the log of what was sent."""

    def __init__(self, *, lease: Lease, sent_log: SentLog, store: Store, now: Callable[[], datetime]) -> None:
        """Wrap a lease that was just granted; use `acquire_processing_lock`."""
        self.lease = lease
        self.sent_log = sent_log
        self._store = store
        self._now = now
        self._renewed_at = now()
        self._missing_trail: str | None = None

    def recall(self, *, max_age_days: int, new: Iterable[NewBatch] | None = None) -> UnrecordedSends:
        """Tell the database of the sends that the sent log knows and it does not; give what the log said before.

        `new` are batches that are about to be stored, as `judge` takes them.

        Raises:
            ConfigInvalid: the sent log cannot be read.
            LeaseLost: the cycle is no longer ours; nothing more may be sent.

        """
        self.sent_log.carry_over()
        lines = self.sent_log.lines()
        if not lines:
            return UnrecordedSends(missing_trail=self._missing_trail)
        batches = self._store.batches.of_cycle(self.lease.key)
        verdict = judge(lines, batches, new, now=self._now(), max_age_days=max_age_days)
        for batch, sends, doubt in verdict.recalls:
            for send in sends:
                self._store.sends.recall(self.lease, batch.id, at=send.at, now=self._now(), doubt=doubt)
        return replace(verdict, missing_trail=self._missing_trail)

    def check_seals(self) -> None:
        """Look at what is sealed of the cycle, and whether the trail still has the row that the sent log saw last.

        An older copy of the database does not have that row either. Nobody can tell which it is: so it stops nothing,
        but is told by `recall`, and kept.

        Raises:
            SealBroken: somebody else changed the database.

        """
        self._store.seals.check_cycle(self.lease.key)
        kept = self.sent_log.trail()
        if kept is not None and not self._store.audit.has_seal(self.lease.key, kept):
            self._missing_trail = kept
            self._store.audit.record_shortened(self.lease, missing=kept, now=self._now(), actor=SENT_LOG)

    @contextmanager
    def announcing(self, batch: BatchRecord, at: datetime) -> Iterator[Callable[[], None]]:
        """Give what writes the lines of a send into the sent log: where the trail ends, and that it may be sent.

        Raises:
            StorageFailed: they could not be written; the batch must not be sent.

        """
        trail = self._store.audit.newest_seal(self.lease.key)
        with self.sent_log.announcing(batch.name, at, checksum=batch.checksum, trail=trail) as announce:
            yield announce

    def keep_end_of_trail(self) -> None:
        """Write into the sent log where the trail ends, so that rows that are removed from its end are missed."""
        try:
            newest = self._store.audit.newest_seal(self.lease.key)
            if newest is not None:
                self.sent_log.keep_trail(newest, at=self._now())
        except PayoutsError as error:
            # What was done is done and recorded; only this proof of it is missing.
            event(_LOG, "error", error.message, level=logging.WARNING, cycle=self.lease.key)

    def renew(self) -> None:
        """Push the end of the lease out.

        Raises:
            LeaseLost: somebody else holds the cycle now; nothing more may be sent.

        """
        self._renewed_at = self._now()
        self._store.locks.renew(self.lease, now=self._renewed_at)

    def sleep(self, seconds: float, pause: Callable[[float], None]) -> None:
        """Sleep by `pause`, in parts between which the lease is renewed, so that it never ends while we sleep.

        Nor while we work: a sleep of no length at all renews it, too, where the last renewal is long ago.

        Raises:
            LeaseLost: somebody else holds the cycle now; nothing more may be sent.

        """
        part_s = self.lease.lease_s / _RENEWALS_PER_LEASE
        if (self._now() - self._renewed_at).total_seconds() > part_s:
            self.renew()
        while seconds > part_s:
            pause(part_s)
            self.renew()
            seconds -= part_s
        pause(seconds)
