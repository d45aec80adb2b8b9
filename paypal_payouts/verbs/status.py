"""`status`: what is stored of batches, items, attempts and locks; changes nothing and needs no lock."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import chain

from msgspec.structs import replace

from paypal_payouts.domain.base import Report
from paypal_payouts.domain.item import ErrorCount, ItemReport
from paypal_payouts.domain.outlook import distrusted, outlook
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.refusal import refusal_error
from paypal_payouts.domain.report import Finished
from paypal_payouts.domain.review import review_error
from paypal_payouts.domain.sent_log import SentLine
from paypal_payouts.domain.states import NOT_FINAL, WAITS_FOR_A_PERSON, BatchStatus
from paypal_payouts.domain.status import BatchStatusReport, CycleReport, StatusReport
from paypal_payouts.domain.totals import Conflict, Tally
from paypal_payouts.domain.verdict import verdict
from paypal_payouts.domain.whereabouts import Whereabouts
from paypal_payouts.errors import ExitCode, PayoutsError, SealBroken
from paypal_payouts.paypal.error_rules import ErrorRules
from paypal_payouts.protocol.lookup import find_batch
from paypal_payouts.protocol.unrecorded import NOTHING, Unrecorded
from paypal_payouts.storage import Store
from paypal_payouts.verbs.failures import with_items
from paypal_payouts.verbs.reports import (
    KnownSends,
    batch_reports,
    led_out,
    older_copy,
    report_of_lost,
    went_otherwise,
)
from paypal_payouts.verbs.status_query import Query, Selection
from paypal_payouts.verbs.unlock import IsLiving, seen


def status(
    query: Query,
    *,
    store: Store | None,
    environment: str,
    account: str,
    rules: ErrorRules,
    max_age_days: Callable[[str], int],
    now: datetime,
    lines_of: Callable[[str], Sequence[SentLine]] = lambda _: (),
    is_living: IsLiving = lambda _host, _pid: None,
    unrecorded: Callable[[Store | None], Unrecorded] = lambda _: NOTHING,
) -> Finished:
    """Answer a query; `max_age_days` is the retry policy's, by cycle.

    `lines_of` reads the sent log of a cycle; where it says nothing, nothing is held against it. `is_living` tells
    whether who holds a cycle lives. `unrecorded` holds the sent logs of all cycles against the database, for an answer
    about more than one of them; a cycle of which they know sends and nothing is stored is shown as well.

    Raises:
        NotFound: there is no such batch or cycle.
        ConfigInvalid: the file cannot be written; the one that was there is as it was.

    """
    older = _unrecorded_for(query, store, lines_of=lines_of, unrecorded=unrecorded)
    lost = {cycle: sends for cycle, sends in older.cycles.items() if sends.lost}
    stored = set() if store is None or not lost else set(store.history.cycle_names())
    unstored = [report_of_lost(cycle, sends) for cycle, sends in lost.items() if cycle not in stored]
    selection = Selection([]) if query.cycle is not None and unstored else query.select(store)
    if query.batch is not None and store is not None:
        (cycle,) = selection.cycles
        known = KnownSends(store.batches.of_cycle(cycle), partial(lines_of, cycle))
        return _status_of_batch(query, known, store=store, rules=rules, max_age_days=max_age_days(cycle), now=now)
    make = partial(
        StatusReport,
        older_cycles=0 if query.looks_everywhere else selection.older,
        in_full=query.in_full,
        environment=environment,
        account=account,
        generated_at=now,
        warnings=() if query.names_one else older_copy(older),
    )
    doubt = led_out(older.whole.doubt(), store=store, errors=rules)
    if store is None:
        code = ExitCode.NEEDS_REVIEW if unstored else ExitCode.DONE
        return _answered(query, make(cycles=unstored, csv=query.exported(())), code, doubt)
    look_at = partial(
        cycle_report,
        store=store,
        rules=rules,
        now=now,
        lines_of=lines_of,
        in_full=query.names_one,
        shows_errors=query.errors,
    )
    looked_at = _looked_at(query, selection, store, lambda cycle: look_at(cycle, max_age_days=max_age_days(cycle)))
    return _cycles_answered(
        query, make, looked_at, doubt, unstored=unstored, selected=selection.cycles, store=store, is_living=is_living
    )


def _looked_at(
    query: Query, selection: Selection, store: Store, look_at: Callable[[str], CycleReport]
) -> list[CycleReport]:
    """Look at the stored cycles that are shown: where some items are wanted, those that have one."""
    if not query.looks_everywhere:
        return list(map(look_at, selection.cycles))
    reports = map(look_at, store.search.cycles_with(query.wanted.may_be_in, query.wanted.receiver))
    return [each for each in reports if not query.wanted.money or next(_wanted(each, query, store), None) is not None]


def _cycles_answered(
    query: Query,
    make: Callable[..., StatusReport],
    looked_at: Sequence[CycleReport],
    doubt: PayoutsError | None,
    *,
    unstored: Sequence[CycleReport],
    selected: Sequence[str],
    store: Store,
    is_living: IsLiving,
) -> Finished:
    """End an answer about stored cycles, and those of which nothing is; `doubt`: there are sends unknown here."""
    cycles = [report.cycle for report in looked_at]
    others = [cycle for cycle in selected if cycle not in cycles] if query.looks_everywhere else []
    # What is written to a file outlives the screen: nothing is, of what somebody else changed.
    broken = store.seals.broken(cycles, items_too=query.tells_of_items)
    reports = [
        _in_detail(report, query, store=store, is_living=is_living, is_broken=report.cycle in broken)
        for report in looked_at
    ]
    shown = [*unstored, *reports]
    report = make(
        cycles=shown,
        csv=None if broken else query.exported(chain.from_iterable(_wanted(each, query, store) for each in looked_at)),
        looked_at=store.search.cycles() if query.looks_everywhere else None,
        archived=store.archived.number() if query.looks_everywhere else 0,
        unlisted=[batch for cycle in others for batch in store.batches.of_cycle(cycle)],
    )
    code = max((cycle.verdict.exit_code for cycle in shown), default=ExitCode.DONE)
    code = max(code, ExitCode.DONE if doubt is None else ExitCode.NEEDS_REVIEW)
    batches = [batch.record for cycle in shown for batch in cycle.batches]
    conflicts = [conflict for cycle in shown for conflict in cycle.tally.conflicts]
    return _answered(query, report, code, next(iter(broken.values()), None) or doubt or _trouble(batches, conflicts))


def _unrecorded_for(
    query: Query,
    store: Store | None,
    *,
    lines_of: Callable[[str], Sequence[SentLine]],
    unrecorded: Callable[[Store | None], Unrecorded],
) -> Unrecorded:
    """Find the sends that the database does not know: of the cycle that is named, or of all; not for a batch."""
    if query.cycle is not None:
        sends = KnownSends([] if store is None else store.batches.of_cycle(query.cycle), partial(lines_of, query.cycle))
        return Unrecorded({query.cycle: sends.found})
    return NOTHING if query.batch is not None else unrecorded(store)


def cycle_report(
    cycle: str,
    *,
    store: Store,
    rules: ErrorRules,
    now: datetime,
    max_age_days: int,
    lines_of: Callable[[str], Sequence[SentLine]] = lambda _: (),
    in_full: bool = False,
    shows_errors: bool = False,
) -> CycleReport:
    """Look at one stored cycle: what it comes to, its batches, what is open or wrong, who holds it.

    `lines_of` reads its sent log, which may know sends that the database does not. With `in_full` its trail is read,
    too, for payments that went another way than their rows said. `shows_errors`: what went wrong is shown beside it,
    and no command leads there.
    """
    otherwise = went_otherwise(cycle, store=store) if in_full else None
    known = KnownSends(store.batches.of_cycle(cycle), partial(lines_of, cycle))
    batches, tally = known.batches, known.doubted(store.items.tally(cycle))
    reports = batch_reports(batches, store=store, errors=rules, now=now, max_age_days=max_age_days, lost=known.lost)
    return CycleReport(
        cycle=cycle,
        tally=tally,
        batches=reports,
        verdict=verdict([batch.status for batch in batches], tally),
        outlook=outlook(cycle, reports, tally, otherwise or (), shows_errors=shows_errors),
        lock=store.locks.get(cycle),
        archive=store.archived.of_cycle(cycle),
        warnings=known.warnings,
        otherwise=otherwise,
    )


def _in_detail(report: CycleReport, query: Query, *, store: Store, is_living: IsLiving, is_broken: bool) -> CycleReport:
    """Add what the query wants of a cycle beyond its batches, and whether the holder of its lock lives.

    `is_broken`: another hand changed it.
    """
    if is_broken:
        report = replace(report, outlook=distrusted(report.outlook))
    if report.archive is not None:
        return report
    return replace(
        report,
        item_rows=_wanted(report, query, store) if query.lists_items else None,
        errors=_errors_of_cycle(report.cycle, store) if query.errors else None,
        lock=None if report.lock is None else seen(report.lock, is_living),
    )


def _wanted(report: CycleReport, query: Query, store: Store) -> Iterator[ItemReport]:
    """Stream the items of a cycle that the query wants."""
    where = Whereabouts([batch.record for batch in report.batches], report.tally)
    return query.wanted.of(store.items.rows_of_cycle(report.cycle), where.of)


def _errors_of_cycle(cycle: str, store: Store) -> list[ErrorCount]:
    failures = store.failures
    return with_items(
        failures.of_cycle(cycle), lambda kind, at_most: failures.first_of_cycle(cycle, kind, at_most=at_most)
    )


def _errors_of_batch(batch_id: int, store: Store) -> list[ErrorCount]:
    failures = store.failures
    return with_items(
        failures.of_batch(batch_id), lambda kind, at_most: failures.first_of_batch(batch_id, kind, at_most=at_most)
    )


def _status_of_batch(
    query: Query, known: KnownSends, *, store: Store, rules: ErrorRules, max_age_days: int, now: datetime
) -> Finished:
    found = find_batch(query.batch or "", store=store)
    batch = next((each for each in known.batches if each.id == found.id), found)
    cycle = batch.name.cycle
    (shown,) = batch_reports([batch], store=store, errors=rules, now=now, max_age_days=max_age_days, lost=known.lost)
    of_cycle = known.doubted(store.items.tally(cycle))
    conflicts = [each for each in of_cycle.conflicts if each.batch == str(batch.name)]
    tally = Tally(batch.states, (), conflicts).doubted(known.lost)
    archive = store.archived.of_cycle(cycle)
    otherwise = [each for each in went_otherwise(cycle, store=store) if each.batch == str(batch.name)]
    broken = store.seals.first_broken([cycle], items_too=True)
    where = Whereabouts(known.batches, of_cycle)

    def wanted() -> Iterator[ItemReport]:
        return query.wanted.of(store.items.rows_of_batch(batch.id), where.of)

    stands = outlook(cycle, [shown], tally, otherwise, shows_errors=query.errors)
    report = BatchStatusReport(
        batch=shown,
        outlook=stands if broken is None else distrusted(stands),
        attempts=store.batches.attempts(batch.id),
        item_rows=wanted() if query.lists_items and not archive else None,
        errors=_errors_of_batch(batch.id, store) if query.errors and not archive else None,
        csv=None if broken else query.exported(wanted()),
        archive=archive,
        funding_source=store.readings.funding_source(batch.id),
        otherwise=otherwise,
    )
    trouble = broken or _trouble([batch], conflicts)
    return _answered(query, report, verdict([batch.status], tally).exit_code, trouble)


def _answered(query: Query, report: Report, code: ExitCode, trouble: PayoutsError | None) -> Finished:
    """End with 0, as the question is answered; with the state's own code only where that was asked for.

    What somebody else changed is no answer: that is always an error.
    """
    if isinstance(trouble, SealBroken):
        return Finished(report, trouble.exit_code, trouble)
    return Finished(report, code, trouble) if query.exit_code else Finished(report)


def _trouble(batches: Sequence[BatchRecord], conflicts: Sequence[Conflict]) -> PayoutsError | None:
    """Return what is wrong with these batches as they stand, where that is an error of its own."""
    refused = [batch for batch in batches if batch.status is BatchStatus.REFUSED]
    return review_error(batches, conflicts) or (refusal_error(refused) if refused else None)


def is_open(report: Report | None) -> bool:
    """Return whether `run`, here or elsewhere, may still change what a report of `status` shows."""
    match report:
        case StatusReport():
            batches = [batch.record for cycle in report.cycles for batch in cycle.batches] + list(report.unlisted)
        case BatchStatusReport():
            batches = [report.batch.record]
        case _:
            return False
    return any(
        batch.status not in WAITS_FOR_A_PERSON
        and not batch.superseded
        and (batch.status is BatchStatus.IN_FLIGHT or any(batch.states[state] for state in NOT_FINAL))
        for batch in batches
    )
