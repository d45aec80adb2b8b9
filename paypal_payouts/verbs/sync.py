"""`sync`: asks PayPal about everything that is not final; only reads, never sends."""

import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Final

from paypal_payouts.domain.archive import FINISHED, Archive
from paypal_payouts.domain.late_words import READ_AGAIN_AFTER
from paypal_payouts.domain.looks import rests
from paypal_payouts.domain.newly_unpaid import NewlyUnpaid, found_unpaid, newest_states
from paypal_payouts.domain.open_and_wrong import what_is_wrong
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.plan import Notice
from paypal_payouts.domain.ranges import PAID_WITHIN_DAYS_DEFAULT
from paypal_payouts.domain.report import Finished, Skipped, SyncReport
from paypal_payouts.domain.review import review_error
from paypal_payouts.domain.sent_log import SentLine
from paypal_payouts.domain.states import OPEN_STATUSES, BatchStatus, ItemState
from paypal_payouts.domain.totals import Conflict, Tally
from paypal_payouts.domain.unfinished import OpenCycle, open_cycle
from paypal_payouts.domain.verdict import verdict
from paypal_payouts.domain.words import not_paid
from paypal_payouts.errors import (
    DatabaseUnavailable,
    ExitCode,
    InternalFault,
    Interrupted,
    PayoutsError,
    SealBroken,
    StorageFailed,
)
from paypal_payouts.protocol.lookup import find_cycles
from paypal_payouts.protocol.results import ReadFindings, ResultReader, is_moving
from paypal_payouts.protocol.tools import Tools
from paypal_payouts.protocol.unrecorded import NOTHING, Unrecorded
from paypal_payouts.storage import Store
from paypal_payouts.verbs.reports import KnownSends, led_out, older_copy

_LOG: Final = logging.getLogger(__name__)


def sync(
    cycle: str | None,
    *,
    tools: Tools,
    paid_within_days: int = PAID_WITHIN_DAYS_DEFAULT,
    lines_of: Callable[[str], Sequence[SentLine]] = lambda _: (),
    unrecorded: Callable[[Store], Unrecorded] = lambda _: NOTHING,
) -> Finished:
    """Bring the records of one cycle, or of all with something open, to what PayPal says.

    A cycle that is named is read whole: PayPal is asked about its final items too, which may have been refunded since.
    Without one, what was paid in the last `paid_within_days` days is read again for that, once a day, and money that
    waits for somebody is asked about ever more rarely (`domain.looks`). `lines_of` reads the sent log of a cycle,
    `unrecorded` holds those of all against the database.

    Exit 0 when PayPal answered for everything and every cycle is finished, 6 when not, 8 when a person must decide
    (docs/design.md, 6), 3 where somebody else changed the database, 1 where the program or the database failed on a
    cycle. A cycle that cannot be read keeps no other from being read.

    Raises:
        NotFound: there is no such cycle.
        DatabaseUnavailable: the database is away.

    """
    store = tools.store
    paid = _paid_lately(paid_within_days, tools) if cycle is None else {}
    unfinished = store.history.unfinished_cycles() if cycle is None else find_cycles(cycle, store=store)
    cycles = list(dict.fromkeys([*unfinished, *paid]))
    findings = ReadFindings()
    unread: list[Skipped] = []
    failed: PayoutsError | None = None
    archived = None if cycle is None else store.archived.of_cycle(cycle)
    for name in cycles if archived is None else ():
        if cycle is None and name not in paid and _rests(name, tools):
            continue
        again = paid.get(name, ())
        reading = refresh(name, tools=tools, final_too=cycle is not None, again=again, sparing=cycle is None)
        if isinstance(reading, PayoutsError):
            unread.append(Skipped(name, reading.message))
            if isinstance(reading, SealBroken | StorageFailed | InternalFault):
                failed = failed or reading
            continue
        findings.batches_read += reading.batches_read
        findings.items_changed += reading.items_changed
        findings.came_back += reading.came_back
        findings.newly_unpaid |= reading.newly_unpaid
        findings.unread |= reading.unread
        findings.contradictions |= reading.contradictions
    opened = [stored.name for stored in store.history.open_cycles()] if cycle is None else []
    older = unrecorded(store) if cycle is None else None
    lost = [] if older is None else [name for name, sends in older.cycles.items() if sends.lost]
    judged = list(dict.fromkeys([*opened, *cycles, *lost]))
    finished = _finish(cycles, judged, findings, unread, older=older, lines_of=lines_of, archived=archived, tools=tools)
    # The others were read all the same; but no report of theirs may hide this.
    return finished if failed is None else Finished(finished.report, failed.exit_code, failed)


def nothing_to_ask(cycle: str | None) -> Finished:
    """Return what there is to say where nothing was ever stored; PayPal was not asked.

    Raises:
        NotFound: a cycle was named.

    """
    if cycle is not None:
        find_cycles(cycle, store=None)
    return Finished(SyncReport(cycles=[], batches_read=0, items_changed=0, unread=[], items={}))


def _paid_lately(days: int, tools: Tools) -> Mapping[str, Collection[int]]:
    """Find the batches to look for refunds in: by cycle, those that were paid lately and not read today."""
    if days == 0:
        return {}
    now = tools.now()
    return tools.store.history.paid_batches(since=now - timedelta(days=days), not_read_since=now - READ_AGAIN_AFTER)


def _rests(cycle: str, tools: Tools) -> bool:
    """Return whether nothing but waiting money of a cycle is open, and it was all looked at lately for its age."""
    batches = tools.store.batches.of_cycle(cycle)
    asked_about = [batch for batch in batches if batch.status in OPEN_STATUSES or is_moving(batch)]
    return bool(asked_about) and all(rests(batch, now=tools.now()) for batch in asked_about)


def refresh(
    cycle: str,
    *,
    tools: Tools,
    final_too: bool,
    again: Collection[int] = (),
    sparing: bool = False,
) -> ReadFindings | PayoutsError:
    """Read one cycle once, under its lock; give what kept it from being read, such as somebody else who holds it.

    `final_too`, `again` and `sparing`: as `ResultReader.look_once` has them.

    Raises:
        Interrupted: asked to stop, at a safe point.
        DatabaseUnavailable: no other cycle could be read either.

    """
    try:
        with tools.hold(cycle) as lock:
            before = newest_states(tools.store.batches.of_cycle(cycle))
            reader = ResultReader(cycle, lock=lock, tools=tools)
            reader.look_once(final_too=final_too, again=again, sparing=sparing)
            findings = reader.findings
            if findings.items_changed:
                after = newest_states(tools.store.batches.of_cycle(cycle))
                findings.newly_unpaid[cycle] = found_unpaid(before, after, findings.came_back)
            return findings
    except (Interrupted, DatabaseUnavailable):
        raise
    except PayoutsError as error:
        failure = error
    except Exception as error:  # noqa: BLE001 - whatever it is, it is this cycle's, and the others are still read
        _LOG.debug("%s was not read.", cycle, exc_info=error)
        failure = InternalFault(error)
    tools.progress.note(f"{cycle} was not read: {failure.message}")
    return failure


def _finish(
    cycles: Sequence[str],
    judged: Sequence[str],
    findings: ReadFindings,
    unread: list[Skipped],
    *,
    older: Unrecorded | None,
    lines_of: Callable[[str], Sequence[SentLine]],
    archived: Archive | None,
    tools: Tools,
) -> Finished:
    store = tools.store
    states: Counter[ItemState] = Counter()
    for name in cycles:
        states.update(store.items.tally(name).states)
    unfinished = list[OpenCycle]()
    in_review = list[BatchRecord]()
    conflicts = list[Conflict]()
    newly_unpaid = list[NewlyUnpaid]()
    warnings = [*([] if older is None else older_copy(older)), *findings.notices()]
    doubt = None if older is None else older.whole.doubt()
    for name in judged:
        known = KnownSends(store.batches.of_cycle(name), partial(lines_of, name))
        batches, tally = known.batches, known.doubted(store.items.tally(name))
        doubt = doubt or known.doubt
        warnings += known.warnings if older is None else ()
        conflicts += tally.conflicts
        code = verdict([batch.status for batch in batches], tally).exit_code
        newly_unpaid += _newly_unpaid(name, findings, batches, tally, code)
        if code not in FINISHED:
            unfinished.append(open_cycle(name, batches, tally))
            in_review += [batch for batch in batches if batch.status is BatchStatus.REVIEW]
    report = SyncReport(
        cycles=cycles,
        batches_read=findings.batches_read,
        items_changed=findings.items_changed,
        unread=[*unread, *findings.skipped()],
        items=states,
        warnings=[
            *warnings,
            *([] if archived is None else [Notice("archived", f"{archived.words()}. PayPal was not asked.")]),
        ],
        open=unfinished,
        came_back=findings.came_back,
        newly_unpaid=newly_unpaid,
    )
    # A newer copy of the database may know what became of a batch that this one has in review.
    error = led_out(doubt, store=store, errors=tools.errors) or review_error(in_review, conflicts)
    if error is not None:
        return Finished(report, error.exit_code, error)
    is_open = report.unread or report.open or findings.contradictions
    return Finished(report, ExitCode.NOT_FINISHED if is_open else ExitCode.DONE)


def _newly_unpaid(
    cycle: str, findings: ReadFindings, batches: Sequence[BatchRecord], tally: Tally, code: ExitCode
) -> Iterator[NewlyUnpaid]:
    """Name a cycle of which this reading found items that are not paid; none in an older copy of a database."""
    newly, unpaid = findings.newly_unpaid.get(cycle), not_paid(tally.unpaid_states)
    if newly and unpaid and not tally.lost:
        why = "; ".join(what_is_wrong(batches, tally))
        items = tally.states.total()
        yield NewlyUnpaid(cycle, newly, unpaid, items, code, why, f"payouts status --cycle {cycle} --errors")
