"""`run --open`: continues every cycle that has anything open, from what is stored, so that none is forgotten."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from paypal_payouts.domain.plan import Notice, Request
from paypal_payouts.domain.recalled import as_recorded
from paypal_payouts.domain.report import Continued, Finished, OpenRunReport, RunReport
from paypal_payouts.domain.sent_log import SentLine, UnrecordedSends
from paypal_payouts.domain.unfinished import has_anything_open, notice_of_waiting
from paypal_payouts.domain.verdict import RunOutcome
from paypal_payouts.errors import ExitCode, InternalFault, Interrupted, PayoutsError, SealBroken, StorageFailed
from paypal_payouts.paypal.error_rules import ErrorRules
from paypal_payouts.protocol.planning import plan_cycle
from paypal_payouts.protocol.tools import Terms, Tools
from paypal_payouts.protocol.unrecorded import NOTHING, Unrecorded
from paypal_payouts.storage import Store
from paypal_payouts.verbs.preview import preview
from paypal_payouts.verbs.reports import led_out, older_copy, preview_report
from paypal_payouts.verbs.run import execute_transaction_with_retry

_LOG: Final = logging.getLogger(__name__)


class OpenRules(Struct, frozen=True):
    """What each cycle is continued by: `run` asks for the same, for one cycle."""

    request: Callable[[str], Request]
    terms: Callable[[str], Terms]
    """May raise ConfigInvalid."""
    max_age_days: Callable[[str], int]


def continue_open_cycles(
    rules: OpenRules,
    *,
    tools: Tools,
    not_shown: Mapping[str, Exception] = MappingProxyType({}),
    unrecorded: Unrecorded = NOTHING,
) -> Finished:
    """Continue every open cycle, the oldest first; one that fails never keeps the others from being continued.

    The exit code is the largest of theirs. All of them together wait for PayPal no longer than one run would. Those of
    `not_shown`, each with what failed then, are not continued: whoever said yes did not see them. A cycle of which the
    sent logs know sends that are `unrecorded` ends as `run` of it would, with or without anything of it stored.
    """
    names, waiting = _selection(tools.store, unrecorded)
    began = tools.now()
    cycles: list[Continued] = []
    for name in names:
        tools.progress.note(f"cycle {name}")
        if name in not_shown:
            finished = _not_continued(name, not_shown[name], rules, tools=tools)
        else:
            finished = _continue(name, rules, began, tools=tools)
        if not isinstance(finished.report, RunReport):
            # Not even what is stored can be read: so it is for every other cycle.
            return Finished(OpenRunReport(cycles), finished.exit_code, finished.error)
        cycles.append(Continued(finished.report, finished.exit_code, finished.error))
        if isinstance(finished.error, Interrupted):
            break
    doubt = led_out(unrecorded.whole.doubt(), store=tools.store, errors=tools.errors)
    return _finish(cycles, [*older_copy(unrecorded), *notice_of_waiting(waiting)], doubt)


def preview_open_cycles(
    rules: OpenRules,
    *,
    store: Store | None,
    errors: ErrorRules,
    lines: Callable[[str], Sequence[SentLine]],
    now: Callable[[], datetime],
    unrecorded: Unrecorded = NOTHING,
) -> tuple[list[RunReport], Mapping[str, Exception]]:
    """Show what `run --open` would continue now, and why a cycle cannot be; one it would not send for is left out."""
    shown: list[RunReport] = []
    not_shown: dict[str, Exception] = {}
    if store is None:
        return shown, not_shown
    for name in _selection(store, unrecorded)[0]:
        try:
            cycle = preview(
                None,
                rules.request(name),
                store=store,
                terms=rules.terms(name),
                rules=errors,
                lines=lines(name),
                now=now(),
            )
        except Exception as error:
            if isinstance(error, PayoutsError) and not isinstance(error, SealBroken):
                raise
            not_shown[name] = error
            continue
        if isinstance(cycle.report, RunReport) and cycle.error is None:
            shown.append(cycle.report)
    return shown, not_shown


def _selection(store: Store, unrecorded: Unrecorded) -> tuple[list[str], list[str]]:
    """Name the cycles that are continued, and those that only wait for their rows to be corrected."""
    stored = [cycle.name for cycle in store.history.open_cycles()]
    is_open = {name: _is_open(name, store, unrecorded) for name in dict.fromkeys([*stored, *unrecorded.cycles])}
    return [name for name in is_open if is_open[name]], [name for name in stored if not is_open[name]]


def _is_open(cycle: str, store: Store, unrecorded: Unrecorded) -> bool:
    sends = unrecorded.cycles.get(cycle, UnrecordedSends())
    if sends.lost:
        return True
    try:
        return has_anything_open(as_recorded(store.batches.of_cycle(cycle), sends.recalls))
    except SealBroken:
        # It is told when the cycle is continued.
        return True


def _continue(cycle: str, rules: OpenRules, began: datetime, *, tools: Tools) -> Finished:
    """Continue one cycle; what keeps it from being continued is its result."""
    try:
        terms = rules.terms(cycle)
        left_s = max(0.0, terms.canary_waiting.limit_s - (tools.now() - began).total_seconds())
        terms = replace(terms, canary_waiting=replace(terms.canary_waiting, limit_s=left_s))
        if terms.waiting is not None:
            left_s = max(0.0, terms.waiting.limit_s - (tools.now() - began).total_seconds())
            terms = replace(terms, waiting=replace(terms.waiting, limit_s=left_s))
        return execute_transaction_with_retry(None, rules.request(cycle), terms=terms, tools=tools)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is this cycle's, and the others are still continued
        return _not_continued(cycle, error, rules, tools=tools)


def _not_continued(cycle: str, fault: Exception, rules: OpenRules, *, tools: Tools) -> Finished:
    failure = fault if isinstance(fault, PayoutsError) else InternalFault(fault)
    if failure is not fault:
        _LOG.debug("%s was not continued.", cycle, exc_info=fault)
    return Finished(_as_it_stands(cycle, rules, tools=tools), failure.exit_code, failure)


def _as_it_stands(cycle: str, rules: OpenRules, *, tools: Tools) -> RunReport | None:
    """Show how a cycle stands that was not continued, as far as that can be read; None where no cycle's can be."""
    store, request, now = tools.store, rules.request(cycle), tools.now()
    try:
        plan, batches = plan_cycle(None, request, store=store, duplicate_days=0, now=now)
        return preview_report(
            plan,
            batches,
            request,
            staged=None,
            store=store,
            errors=tools.errors,
            max_age_days=rules.max_age_days(cycle),
            now=now,
            blocked=True,
        )
    except StorageFailed:
        return None
    except Exception as error:  # noqa: BLE001 - as above
        _LOG.debug("%s cannot be shown.", cycle, exc_info=error)
        return RunReport(cycle, request.environment, request.account, now, RunOutcome.BLOCKED, None, {}, [], [])


def _finish(cycles: Sequence[Continued], warnings: Sequence[Notice], doubt: PayoutsError | None) -> Finished:
    """Report all cycles; where a person must decide, `doubt` comes first: it says so of all of them at once."""
    report = OpenRunReport(cycles, warnings)
    worst = max(cycles, key=lambda cycle: cycle.exit_code, default=None)
    if worst is None or worst.error is None:
        return Finished(report, ExitCode.DONE if worst is None else worst.exit_code)
    error = worst.error if doubt is None or worst.exit_code is not doubt.exit_code else doubt
    return Finished(report, worst.exit_code, error)
