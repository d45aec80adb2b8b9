"""`sync`: asks PayPal about everything that is not final; only reads, never sends."""

from collections import Counter
from collections.abc import Sequence

from paypal_payouts.domain.archive import FINISHED, Archive
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.plan import Notice
from paypal_payouts.domain.report import Finished, Skipped, SyncReport
from paypal_payouts.domain.review import review_error
from paypal_payouts.domain.states import BatchStatus, ItemState
from paypal_payouts.domain.totals import Conflict
from paypal_payouts.domain.unfinished import OpenCycle, open_cycle
from paypal_payouts.domain.verdict import verdict
from paypal_payouts.errors import ExitCode, Interrupted, PayoutsError, SealBroken, StorageFailed
from paypal_payouts.protocol.lookup import find_cycles
from paypal_payouts.protocol.results import ReadFindings, ResultReader
from paypal_payouts.protocol.tools import Tools
from paypal_payouts.storage import Store


def sync(
    cycle: str | None,
    *,
    tools: Tools,
) -> Finished:
    """Bring the records of one cycle, or of all with something open, to what PayPal says.

    A cycle that is named is read whole: PayPal is asked about its final items too, which may have been refunded since.

    Exit 0 when PayPal answered for everything and every cycle is finished, 6 when not, 8 when a person must decide
    (docs/design.md, 6), 3 where somebody else changed the database. A cycle that cannot be read keeps no other
    from being read.

    Raises:
        NotFound: there is no such cycle.

    """
    store = tools.store
    cycles = store.history.unfinished_cycles() if cycle is None else find_cycles(cycle, store=store)
    findings = ReadFindings()
    unread: list[Skipped] = []
    broken: SealBroken | None = None
    archived = None if cycle is None else store.archived.of_cycle(cycle)
    for name in cycles if archived is None else ():
        reading = refresh(name, tools=tools, final_too=cycle is not None)
        if isinstance(reading, PayoutsError):
            unread.append(Skipped(name, reading.message))
            if isinstance(reading, SealBroken):
                broken = broken or reading
            continue
        findings.batches_read += reading.batches_read
        findings.items_changed += reading.items_changed
        findings.unread |= reading.unread
        findings.contradictions |= reading.contradictions
    judged = [stored.name for stored in store.history.open_cycles()] if cycle is None else cycles
    finished = _finish(cycles, judged, findings, unread, archived, store=store)
    # The others were read all the same; but no report of theirs may hide this.
    return finished if broken is None else Finished(finished.report, broken.exit_code, broken)


def refresh(
    cycle: str,
    *,
    tools: Tools,
    final_too: bool,
) -> ReadFindings | PayoutsError:
    """Read one cycle once, under its lock; give what kept it from being read, such as somebody else who holds it.

    Raises:
        Interrupted: asked to stop, at a safe point.
        StorageFailed: the database failed; no other cycle could be read either.

    """
    try:
        with tools.hold(cycle) as lock:
            reader = ResultReader(cycle, lock=lock, tools=tools)
            reader.look_once(final_too=final_too)
            return reader.findings
    except (Interrupted, StorageFailed):
        raise
    except PayoutsError as error:
        tools.progress.note(f"{cycle} was not read: {error.message}")
        return error


def _finish(
    cycles: Sequence[str],
    judged: Sequence[str],
    findings: ReadFindings,
    unread: list[Skipped],
    archived: Archive | None,
    *,
    store: Store,
) -> Finished:
    states: Counter[ItemState] = Counter()
    for name in cycles:
        states.update(store.items.tally(name).states)
    unfinished = list[OpenCycle]()
    in_review = list[BatchRecord]()
    conflicts = list[Conflict]()
    for name in judged:
        batches, tally = store.batches.of_cycle(name), store.items.tally(name)
        conflicts += tally.conflicts
        if verdict([batch.status for batch in batches], tally).exit_code not in FINISHED:
            unfinished.append(open_cycle(name, batches, tally))
            in_review += [batch for batch in batches if batch.status is BatchStatus.REVIEW]
    report = SyncReport(
        cycles=cycles,
        batches_read=findings.batches_read,
        items_changed=findings.items_changed,
        unread=[*unread, *findings.skipped()],
        items=states,
        warnings=[
            *findings.notices(),
            *([] if archived is None else [Notice("archived", f"{archived.words()}. PayPal was not asked.")]),
        ],
        open=unfinished,
    )
    error = review_error(in_review, conflicts)
    if error is not None:
        return Finished(report, error.exit_code, error)
    is_open = report.unread or report.open or findings.contradictions
    return Finished(report, ExitCode.NOT_FINISHED if is_open else ExitCode.DONE)
