"""Reading the results of a cycle: once, or again and again until PayPal has finished or the wait is over."""

import logging
from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta
from typing import Final

from msgspec import Struct, field

from paypal_payouts.domain.identity import BatchName
from paypal_payouts.domain.late_words import CameBack
from paypal_payouts.domain.looks import rests
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.plan import Notice
from paypal_payouts.domain.report import Skipped
from paypal_payouts.domain.states import ENDED_BY_PAYPAL, NOT_FINAL, STILL_MOVING, BatchStatus, ItemState
from paypal_payouts.domain.words import counted
from paypal_payouts.log import event
from paypal_payouts.protocol.cycle_lock import CycleLock
from paypal_payouts.protocol.reading import read_batch
from paypal_payouts.protocol.tools import Tools, Waiting

_LOG: Final = logging.getLogger(__name__)

_WIDENING: Final = 1.5
"""Each pause between two looks is so many times the one before."""

_PAUSE_MAX_S: Final = 60.0
"""Pauses widen up to this, or stay at the configured interval where that is longer."""

_WHOLE_AGAIN: Final = timedelta(minutes=5)
"""So often a batch that PayPal works on is read to its last page while it is waited for; else to its first one."""


class ReadFindings(Struct):
    """What reading came to."""

    batches_read: int = 0
    items_changed: int = 0
    unread: dict[str, str] = field(default_factory=dict)
    """Batches of which the last read failed, and why."""
    contradictions: dict[str, None] = field(default_factory=dict)
    came_back: list[CameBack] = field(default_factory=list)
    newly_unpaid: dict[str, dict[ItemState, int]] = field(default_factory=dict)
    """By cycle: items that PayPal now says are not paid, and did not say before, by state."""

    def notices(self) -> list[Notice]:
        """Tell failed reads and contradictions as warnings: neither changed anything."""
        return [Notice("read_failed", f"{batch} was not read: {why}") for batch, why in self.unread.items()] + [
            Notice("contradiction", words) for words in self.contradictions
        ]

    def skipped(self) -> list[Skipped]:
        """Name the batches that were not read."""
        return [Skipped(batch, why) for batch, why in self.unread.items()]


def is_moving(batch: BatchRecord) -> bool:
    """Tell whether PayPal may have something new to say of a batch that it has."""
    if batch.paypal_batch_id is None:
        return False
    return batch.status is BatchStatus.ACCEPTED or (
        has_ended(batch) and any(batch.states[state] for state in STILL_MOVING)
    )


def has_ended(batch: BatchRecord) -> bool:
    """Tell whether PayPal has said the last word on a batch as a whole."""
    return batch.paypal_batch_id is not None and batch.status in ENDED_BY_PAYPAL


def is_awaited(batch: BatchRecord) -> bool:
    """Tell whether `--wait` waits for a batch: PayPal works on it, or an item of it is pending."""
    return batch.paypal_batch_id is not None and (
        batch.status is BatchStatus.ACCEPTED or batch.states[ItemState.PENDING] > 0
    )


class ResultReader:
    """Reads the batches of one cycle under its lock."""

    def __init__(self, cycle: str, *, lock: CycleLock, tools: Tools) -> None:
        """Begin with nothing read."""
        self.cycle = cycle
        self.findings = ReadFindings()
        self._lock = lock
        self._tools = tools
        self._read = set[int]()

    def read_older_payments(self, of: Collection[BatchName] = ()) -> BatchRecord | None:
        """Read every batch whose items a later one pays, and some more: money may have arrived in them since.

        What was read in this command is not read again. Gives the first that cannot be read: until then nothing may be
        sent that pays an item of it.
        """
        for batch in self._tools.store.batches.of_cycle(self.cycle):
            is_asked_for = batch.taken_over > 0 or batch.name in of
            is_known = batch.paypal_batch_id is None or batch.id in self._read
            if is_asked_for and not is_known and not self.read(batch):
                return batch
        return None

    def look_once(
        self,
        *,
        leave_out: frozenset[int] = frozenset(),
        final_too: bool = False,
        again: Collection[int] = (),
        sparing: bool = False,
    ) -> None:
        """Read every batch that PayPal may have news of, except those that are left out.

        With `final_too` also those that ended, and of `again` those that are named: money that arrived may have been
        refunded or reversed since. `sparing`: not those of which the money only waits for somebody, and that were read
        lately for their age.
        """
        now = self._tools.now()
        self._read_all(
            [
                batch
                for batch in self._tools.store.batches.of_cycle(self.cycle)
                if (
                    (is_moving(batch) and not (sparing and rests(batch, now=now)))
                    or (has_ended(batch) and (final_too or batch.id in again))
                )
                and batch.id not in leave_out
            ]
        )

    def look_until_final(self, waiting: Waiting, *, of: Collection[int] | None = None) -> None:
        """Look once, then again at what is awaited, until none is or the time is over; `of`: only these sequences."""
        now = self._tools.now
        deadline = now() + timedelta(seconds=waiting.limit_s)
        self.look_once()
        whole_at = now()
        for pause_s in _pauses(waiting.interval_s):
            awaited = [batch for batch in self._tell_progress() if of is None or batch.name.sequence in of]
            left_s = (deadline - now()).total_seconds()
            if not awaited or left_s <= 0:
                return
            why = f"PayPal is working on {counted(len(awaited), 'batch')}"
            self._tools.wait(min(pause_s, left_s), why, cycle=self.cycle)
            is_whole = now() - whole_at >= _WHOLE_AGAIN or now() >= deadline
            self._read_all(awaited, only_if_ended=not is_whole)
            whole_at = now() if is_whole else whole_at

    def _tell_progress(self) -> list[BatchRecord]:
        """Tell how many items are final, and give the batches that are awaited."""
        batches = self._tools.store.batches.of_cycle(self.cycle)
        items = sum(batch.items - batch.taken_over for batch in batches)
        open_items = sum(batch.states[state] for batch in batches for state in NOT_FINAL)
        self._tools.progress.reading(items - open_items, items)
        return [batch for batch in batches if is_awaited(batch)]

    def _read_all(self, batches: Sequence[BatchRecord], *, only_if_ended: bool = False) -> None:
        """Read one batch after the other, as they are now: what was asked for before is of no use any more."""
        self._tools.paypal.expect_pages(())
        for position, batch in enumerate(batches, 1):
            self.read(batch, next_batches=batches[position:], only_if_ended=only_if_ended)

    def read(
        self, batch: BatchRecord, *, next_batches: Sequence[BatchRecord] = (), only_if_ended: bool = False
    ) -> bool:
        """Read a batch that PayPal has; False where it could not be read whole.

        The `next_batches` are read after it, and may be asked for before their turn. With `only_if_ended` a batch that
        PayPal has not finished is read to its first page.
        """
        result = read_batch(
            batch,
            lease=self._lock.lease,
            tools=self._tools,
            next_batches=next_batches,
            only_if_ended=only_if_ended,
        )
        name = str(batch.name)
        self.findings.batches_read += result.failed is None
        self.findings.items_changed += result.changed
        self.findings.came_back += result.came_back
        self.findings.unread.pop(name, None)
        if result.failed is not None:
            failure = result.failed.failure
            self.findings.unread[name] = failure.message
            event(
                _LOG,
                "read_failed",
                f"{name}: {failure.message}",
                level=logging.WARNING,
                cycle=self.cycle,
                batch=name,
                debug_id=failure.debug_id,
                http_status=failure.http_status,
                error_code=failure.code,
            )
            self._tools.progress.note(f"{name} could not be read: {failure.message}")
        for words in result.contradictions:
            event(_LOG, "contradiction", f"{name}: {words}", level=logging.WARNING, cycle=self.cycle, batch=name)
            self.findings.contradictions[f"{name}: {words}; our record was left as it is"] = None
        is_read = result.is_whole and result.failed is None and not result.contradictions
        if is_read:
            self._read.add(batch.id)
        return is_read


def _pauses(interval_s: float) -> Iterator[float]:
    while True:
        yield interval_s
        interval_s = max(interval_s, min(interval_s * _WIDENING, _PAUSE_MAX_S))
