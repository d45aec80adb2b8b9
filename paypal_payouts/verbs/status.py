"""`status`: what is stored of batches, items, attempts and locks; changes nothing and needs no lock."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Final

from paypal_payouts.domain.advice import outlook
from paypal_payouts.domain.item import ItemReport
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.refusal import refusal_error
from paypal_payouts.domain.report import Finished, Report
from paypal_payouts.domain.review import review_error
from paypal_payouts.domain.sent_log import SentLine
from paypal_payouts.domain.states import NOT_FINAL, WAITS_FOR_A_PERSON, BatchStatus, ItemState
from paypal_payouts.domain.status import BatchStatusReport, CycleReport, Exported, StatusReport
from paypal_payouts.domain.totals import Conflict, Tally
from paypal_payouts.domain.verdict import verdict
from paypal_payouts.domain.words import did_you_mean
from paypal_payouts.errors import ExitCode, PayoutsError, SealBroken, UsageError
from paypal_payouts.paypal.error_rules import ErrorRules
from paypal_payouts.protocol.lookup import find_batch, find_cycles
from paypal_payouts.storage import CycleGlance, Store
from paypal_payouts.verbs.export import Counted, write_export
from paypal_payouts.verbs.failures import explained
from paypal_payouts.verbs.reports import KnownSends, batch_reports
from paypal_payouts.verbs.unlock import IsLiving, seen

FINISHED_CYCLES_MAX: Final = 20
FINISHED_PAYMENTS_MAX: Final = 1_000_000
"""What `status` shows of finished cycles, unless one is named: a year of them would take as long as to pay one."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The cycles that an answer is about, the newest first."""

    cycles: list[str]
    older: int = 0
    """Cycles that it leaves out."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which items are listed; without a word about them, all."""

    states: frozenset[ItemState] = frozenset()
    receiver: str = ""
    """A part of the receiver, in capitals or not."""

    def of(self, rows: Iterable[ItemReport]) -> Iterator[ItemReport]:
        """Let those pass that are wanted."""
        part = self.receiver.lower()
        return (row for row in rows if part in row.receiver.lower() and (not self.states or row.state in self.states))


@dataclass(frozen=True, slots=True)
class Export:
    """A file to write the wanted items to, and how they are written."""

    path: Path
    lines: Callable[[Iterable[ItemReport]], Iterable[str]]

    def write(self, rows: Iterable[ItemReport]) -> Exported:
        """Write them, as they come.

        Raises:
            ConfigInvalid: the file cannot be written; the one that was there is as it was.

        """
        counted = Counted(rows)
        write_export(self.path, self.lines(counted))
        return Exported(str(self.path), counted.number)


def checked_states(words: Iterable[str]) -> frozenset[ItemState]:
    """Read states of items as they are typed.

    Raises:
        UsageError: one of them is none.

    """
    words = list(words)
    for word in words:
        if word not in set(ItemState):
            raise UsageError(
                f"{word!r} is no state of an item.",
                hint=f"{did_you_mean(word, ItemState)}The states: {', '.join(ItemState)}.",
            )
    return frozenset(map(ItemState, words))


@dataclass(frozen=True, slots=True)
class Query:
    """What `status` is asked: one batch, one cycle, or everything."""

    batch: str | None
    cycle: str | None
    items: bool
    exit_code: bool
    errors: bool = False
    wanted: Wanted = Wanted()
    export: Export | None = None
    since: datetime | None = None
    """Only cycles that were stored since then, finished ones too."""
    every: bool = False
    """Every cycle that was ever stored."""

    @property
    def in_full(self) -> bool:
        """Whether more than a line for each cycle is wanted."""
        return self.names_one or self.lists_items or self.errors

    @property
    def lists_items(self) -> bool:
        """Whether items are listed: to ask for some is to ask for items, and with a file alone they go only there."""
        return self.items or (self.export is None and self.wanted != Wanted())

    @property
    def looks_everywhere(self) -> bool:
        """Whether some items are wanted, wherever they are."""
        return self.wanted != Wanted() and not self.names_one

    @property
    def names_one(self) -> bool:
        """Whether one batch or cycle was asked about."""
        return self.batch is not None or self.cycle is not None

    def exported(self, rows: Iterable[ItemReport]) -> Exported | None:
        """Write those of the rows that are wanted to the file, where one is named.

        Raises:
            ConfigInvalid: it cannot be written; the one that was there is as it was.

        """
        return None if self.export is None else self.export.write(self.wanted.of(rows))

    def select(self, store: Store | None) -> Selection:
        """Name the cycles that the answer is about: the one that is named; else all that are open, and the newest.

        Raises:
            NotFound: there is no such batch or cycle.

        """
        if self.batch is not None:
            return Selection([find_batch(self.batch, store=store).name.cycle])
        if self.cycle is not None or store is None:
            return Selection(find_cycles(self.cycle, store=store))
        glances = store.history.glances()
        if self.since is not None:
            since = self.since
            shown = [glance.name for glance in glances if glance.stored_at >= since]
            return Selection(shown, len(glances) - len(shown))
        return Selection([glance.name for glance in glances]) if self.every else _overview(glances)


def _overview(glances: Sequence[CycleGlance]) -> Selection:
    """Leave out finished cycles once those before them are enough; the newest cycle is always shown."""
    shown: list[str] = []
    finished = payments = 0
    for glance in glances:
        if not glance.is_open:
            finished += 1
            payments += glance.payments
            if shown and (finished > FINISHED_CYCLES_MAX or payments > FINISHED_PAYMENTS_MAX):
                continue
        shown.append(glance.name)
    return Selection(shown, len(glances) - len(shown))


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
    looked_at = [
        cycle_report(cycle, store=store, rules=rules, now=now, max_age_days=max_age_days(cycle), lines_of=lines_of)
        for cycle in shown_cycles
    ]
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
    shown = [batch.record for cycle in reports for batch in cycle.batches]
    return _answered(
        query,
        report,
        max((cycle.verdict.exit_code for cycle in reports), default=ExitCode.DONE),
        store.seals.first_broken(shown_cycles, items_too=query.names_one)
        or _trouble(shown, [conflict for cycle in reports for conflict in cycle.tally.conflicts]),
    )


def cycle_report(
    cycle: str,
    *,
    store: Store,
    rules: ErrorRules,
    now: datetime,
    max_age_days: int,
    lines_of: Callable[[str], Sequence[SentLine]] = lambda _: (),
) -> CycleReport:
    """Look at one stored cycle: what it comes to, its batches, what is open or wrong, who holds it.

    `lines_of` reads its sent log, which may know sends that the database does not.
    """
    known = KnownSends(store.batches.of_cycle(cycle), partial(lines_of, cycle))
    batches, tally = known.batches, known.doubted(store.items.tally(cycle))
    reports = batch_reports(batches, store=store, errors=rules, now=now, max_age_days=max_age_days, lost=known.lost)
    return CycleReport(
        cycle=cycle,
        tally=tally,
        batches=reports,
        verdict=verdict([batch.status for batch in batches], tally),
        outlook=outlook(cycle, reports, tally),
        lock=store.locks.get(cycle),
        archive=store.archived.of_cycle(cycle),
        warnings=known.warnings,
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
    report = BatchStatusReport(
        batch=shown,
        outlook=outlook(cycle, [shown], tally),
        attempts=store.batches.attempts(batch.id),
        item_rows=query.wanted.of(store.items.rows_of_batch(batch.id)) if query.lists_items and not archive else None,
        errors=explained(store.failures.of_batch(batch.id)) if query.errors and not archive else None,
        csv=query.exported(store.items.rows_of_batch(batch.id)),
        archive=archive,
        funding_source=store.readings.funding_source(batch.id),
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
