"""`sync`: asks PayPal about everything that is not final; only reads, never sends."""

from collections import Counter
from collections.abc import Sequence

from paypal_payouts.domain.report import Finished, Skipped, SyncReport
from paypal_payouts.domain.states import BatchStatus, ItemState
from paypal_payouts.domain.totals import Conflict
from paypal_payouts.errors import LockHeld
from paypal_payouts.orchestrator.lookup import find_cycles
from paypal_payouts.orchestrator.results import Findings, ResultReader
from paypal_payouts.orchestrator.tools import Tools
from paypal_payouts.orchestrator.trouble import review_error
from paypal_payouts.storage import Store


def sync(
    cycle: str | None,
    *,
    tools: Tools,
) -> Finished:
    """Bring the records of one cycle, or of all with something open, to what PayPal says.

    A cycle that is named is read whole: PayPal is asked about its final items too, which may have been refunded since.

    Exit 0 when PayPal answered for everything, 6 when not, 8 when something is in review (contract, section 5).

    Raises:
        NotFound: there is no such cycle.

    """
    store = tools.store
    cycles = store.history.unfinished_cycles() if cycle is None else find_cycles(cycle, store=store)
    findings = Findings()
    unread: list[Skipped] = []
    for name in cycles:
        reading = refresh(name, tools=tools, final_too=cycle is not None)
        if isinstance(reading, LockHeld):
            unread.append(Skipped(name, reading.message))
            continue
        findings.batches_read += reading.batches_read
        findings.items_changed += reading.items_changed
        findings.unread |= reading.unread
        findings.contradictions |= reading.contradictions
    return _finish(cycles, findings, unread, store=store)


def refresh(
    cycle: str,
    *,
    tools: Tools,
    final_too: bool,
) -> Findings | LockHeld:
    """Read one cycle once, under its lock; whoever holds it reads for itself, so that its holder is no error."""
    try:
        with tools.hold(cycle) as lock:
            reader = ResultReader(cycle, lock=lock, tools=tools)
            reader.look_once(final_too=final_too)
            return reader.findings
    except LockHeld as error:
        tools.progress.note(f"{cycle} was not read: {error.message}")
        return error


def _finish(cycles: Sequence[str], findings: Findings, unread: list[Skipped], *, store: Store) -> Finished:
    states: Counter[ItemState] = Counter()
    in_review = []
    conflicts = list[Conflict]()
    for name in cycles:
        tally = store.items.tally(name)
        states.update(tally.states)
        conflicts += tally.conflicts
        for batch in store.batches.of_cycle(name):
            if batch.status is BatchStatus.REVIEW:
                in_review.append(batch)
            elif batch.status is BatchStatus.IN_FLIGHT:
                unread.append(
                    Skipped(str(batch.name), f"its send was never answered: `payouts run --cycle {name}` asks again")
                )
    report = SyncReport(
        cycles=cycles,
        batches_read=findings.batches_read,
        items_changed=findings.items_changed,
        unread=[*unread, *findings.skipped()],
        items=states,
        warnings=findings.notices(),
    )
    error = review_error(in_review, conflicts)
    if error is not None:
        return Finished(report, error.exit_code, error)
    return Finished(report, 6 if report.unread or findings.contradictions else 0)
