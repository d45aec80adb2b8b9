"""`archive`: finished cycles leave the database for a file each; whatever is open or in doubt stays."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from msgspec import Struct, field

from paypal_payouts.domain.archive import Archive, ArchiveReport, LeftCycle, too_young, why_it_stays
from paypal_payouts.domain.progress import Progress
from paypal_payouts.domain.report import Finished
from paypal_payouts.domain.sent_log import compare
from paypal_payouts.domain.words import counted
from paypal_payouts.errors import Blocked, ExitCode, PayoutsError, SealBroken
from paypal_payouts.protocol.cycle_lock import CycleLock
from paypal_payouts.protocol.tools import Hold
from paypal_payouts.storage import Store


class Chosen(Struct, frozen=True):
    """Which cycles leave the database, as far as that can be told without their locks."""

    cycles: list[str]
    forgotten: list[str]
    """Archived before, and to be without receivers now."""
    left: list[LeftCycle]

    def question(self, directory: Path, *, forget: bool) -> str:
        """Say what is about to be done."""
        also = " Their receivers stay in the database as hashes alone, for good." if forget else ""
        return f"Let {counted(len(self.cycles), 'cycle')} leave the database for files in {directory}?{also}"


class _Done(Struct, frozen=True):
    archived: list[Archive] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)


def choose(before: datetime, *, forget: bool, store: Store | None, now: datetime) -> Chosen:
    """Choose the cycles that are over, and of which nothing has happened since `before`."""
    chosen = Chosen([], [], [])
    if store is None:
        return chosen
    forgotten = {archive.cycle for archive in store.archived.all() if archive.forgot_receivers}
    for candidate in store.archives.candidates():
        if candidate.is_archived:
            if forget and candidate.last_change < before and candidate.cycle not in forgotten:
                chosen.forgotten.append(candidate.cycle)
            continue
        reason = too_young(candidate, before=before, now=now) or _reason(candidate.cycle, 0, store=store)
        if reason is None:
            chosen.cycles.append(candidate.cycle)
        else:
            chosen.left.append(LeftCycle(candidate.cycle, reason))
    return chosen


def archive(
    before: datetime,
    *,
    directory: Path,
    forget: bool,
    operator: str,
    store: Store,
    hold: Hold,
    now: Callable[[], datetime],
    progress: Progress,
) -> Finished:
    """Archive every cycle that is over, each under its lock; one that cannot be keeps no other from it.

    Where a file cannot be written or read back, it ends with that error: so it would be for the others.
    """
    chosen = choose(before, forget=forget, store=store, now=now())
    done, left = _Done(), list(chosen.left)
    stop: PayoutsError | None = None
    try:
        for cycle in chosen.cycles:
            try:
                with hold(cycle) as lock:
                    reason = _reason(cycle, _unrecorded(lock, cycle, store=store), store=store)
                    if reason is None:
                        kept = store.archives.archive(
                            lock.lease, directory=directory, forget=forget, now=now(), actor=operator
                        )
                        done.archived.append(kept)
                        progress.note(f"{cycle}: {counted(kept.payments, 'payment')} in {kept.file}")
                    else:
                        left.append(LeftCycle(cycle, reason))
            except (Blocked, SealBroken) as error:
                left.append(LeftCycle(cycle, error.message))
                stop = stop or (error if isinstance(error, SealBroken) else None)
        for cycle in chosen.forgotten:
            if store.archives.forget(cycle, now=now(), actor=operator):
                done.forgotten.append(cycle)
    except PayoutsError as error:
        stop = error
    report = ArchiveReport(before, str(directory), done.archived, done.forgotten, left, operator)
    return Finished(report, ExitCode.DONE if stop is None else stop.exit_code, stop)


def _unrecorded(lock: CycleLock, cycle: str, *, store: Store) -> int:
    return len(compare(lock.sent_log.lines(), store.batches.of_cycle(cycle)).sends)


def _reason(cycle: str, unrecorded_sends: int, *, store: Store) -> str | None:
    batches, tally = store.batches.of_cycle(cycle), store.items.tally(cycle)
    return why_it_stays(batches, tally, unrecorded_sends=unrecorded_sends)
