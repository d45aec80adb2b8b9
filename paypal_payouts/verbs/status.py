"""`status`: what is stored of batches, items, attempts and locks; changes nothing and needs no lock."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import chain

from paypal_payouts.domain.outlook import outlook
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.refusal import refusal_error
from paypal_payouts.domain.report import Finished, Report
from paypal_payouts.domain.review import review_error
from paypal_payouts.domain.sent_log import SentLine
from paypal_payouts.domain.states import NOT_FINAL, WAITS_FOR_A_PERSON, BatchStatus
from paypal_payouts.domain.status import BatchStatusReport, CycleReport, StatusReport
from paypal_payouts.domain.totals import Conflict, Tally
from paypal_payouts.domain.verdict import verdict
from paypal_payouts.errors import ExitCode, PayoutsError, SealBroken
from paypal_payouts.paypal.error_rules import ErrorRules
from paypal_payouts.protocol.lookup import find_batch
from paypal_payouts.storage import Store
from paypal_payouts.verbs.failures import explained
from paypal_payouts.verbs.reports import KnownSends, batch_reports, went_otherwise
from paypal_payouts.verbs.status_query import Query
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
) -> Finished:
    """Answer a query; `max_age_days` is the retry policy's, by cycle.

    `lines_of` reads the sent log of a cycle; where it says nothing, nothing is held against it. `is_living` tells
    whether who holds a cycle lives.

    Raises:
        NotFound: there is no such batch or cycle.
        ConfigInvalid: the file cannot be written; the one that was there is as it was.

    """
    selection = query.select(store)
    if store is None:
        return Finished(
            StatusReport([], csv=query.exported(()), environment=environment, account=account, generated_at=now)
        )
    if query.batch is not None:
        (cycle,) = selection.cycles
        known = KnownSends(store.batches.of_cycle(cycle), partial(lines_of, cycle))
        return _status_of_batch(query, known, store=store, rules=rules, max_age_days=max_age_days(cycle), now=now)
    shown_cycles, unlisted = selection.cycles, []
    if query.looks_everywhere:
        shown_cycles = store.search.cycles_with(query.wanted.states, query.wanted.receiver)
        others = [cycle for cycle in selection.cycles if cycle not in shown_cycles]
        unlisted = [batch for cycle in others for batch in store.batches.of_cycle(cycle)]
    look_at = partial(cycle_report, store=store, rules=rules, now=now, lines_of=lines_of, in_full=query.names_one)
    looked_at = [look_at(cycle, max_age_days=max_age_days(cycle)) for cycle in shown_cycles]
    reports = [_in_detail(report, query, store=store, is_living=is_living) for report in looked_at]
    report = StatusReport(
        reports,
        0 if query.looks_everywhere else selection.older,
        query.exported(chain.from_iterable(map(store.items.rows_of_cycle, shown_cycles))),
        looked_at=store.search.cycles() if query.looks_everywhere else None,
        archived=len(store.archived.all()) if query.looks_everywhere else 0,
        unlisted=unlisted,
        in_full=query.in_full,
        environment=environment,
        account=account,
        generated_at=now,
    )
    code = max((cycle.verdict.exit_code for cycle in reports), default=ExitCode.DONE)
    shown = [batch.record for cycle in reports for batch in cycle.batches]
    conflicts = [conflict for cycle in reports for conflict in cycle.tally.conflicts]
    broken = store.seals.first_broken(shown_cycles, items_too=query.names_one)
    return _answered(query, report, code, broken or _trouble(shown, conflicts))


def cycle_report(
    cycle: str,
    *,
    store: Store,
    rules: ErrorRules,
    now: datetime,
    max_age_days: int,
    lines_of: Callable[[str], Sequence[SentLine]] = lambda _: (),
    in_full: bool = False,
) -> CycleReport:
    """Look at one stored cycle: what it comes to, its batches, what is open or wrong, who holds it.

    `lines_of` reads its sent log, which may know sends that the database does not. With `in_full` its trail is read,
    too, for payments that went another way than their rows said.
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
        outlook=outlook(cycle, reports, tally, otherwise or ()),
        lock=store.locks.get(cycle),
        archive=store.archived.of_cycle(cycle),
        warnings=known.warnings,
        otherwise=otherwise,
    )


def _in_detail(report: CycleReport, query: Query, *, store: Store, is_living: IsLiving) -> CycleReport:
    """Add what the query wants of a cycle beyond its batches, and whether the holder of its lock lives."""
    if report.archive is not None:
        return report
    return replace(
        report,
        item_rows=query.wanted.of(store.items.rows_of_cycle(report.cycle)) if query.lists_items else None,
        errors=explained(store.failures.of_cycle(report.cycle)) if query.errors else None,
        lock=None if report.lock is None else seen(report.lock, is_living),
    )


def _status_of_batch(
    query: Query, known: KnownSends, *, store: Store, rules: ErrorRules, max_age_days: int, now: datetime
) -> Finished:
    found = find_batch(query.batch or "", store=store)
    batch = next((each for each in known.batches if each.id == found.id), found)
    cycle = batch.name.cycle
    (shown,) = batch_reports([batch], store=store, errors=rules, now=now, max_age_days=max_age_days, lost=known.lost)
    conflicts = [each for each in store.items.tally(cycle).conflicts if each.batch == str(batch.name)]
    tally = Tally(batch.states, (), conflicts).doubted(known.lost)
    archive = store.archived.of_cycle(cycle)
    otherwise = [each for each in went_otherwise(cycle, store=store) if each.batch == str(batch.name)]
    report = BatchStatusReport(
        batch=shown,
        outlook=outlook(cycle, [shown], tally, otherwise),
        attempts=store.batches.attempts(batch.id),
        item_rows=query.wanted.of(store.items.rows_of_batch(batch.id)) if query.lists_items and not archive else None,
        errors=explained(store.failures.of_batch(batch.id)) if query.errors and not archive else None,
        csv=query.exported(store.items.rows_of_batch(batch.id)),
        archive=archive,
        funding_source=store.readings.funding_source(batch.id),
        otherwise=otherwise,
    )
    trouble = store.seals.first_broken([cycle], items_too=True) or _trouble([batch], conflicts)
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
