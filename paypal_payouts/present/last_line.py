"""How a command ended, in one line: for who reads nothing but stderr, such as the mail that cron makes of it.

Source: docs/design.md, 7. Rich is never imported from here: scripts start this program often.
"""

from collections.abc import Iterator
from typing import Final

from paypal_payouts.domain.findings import NO_FINAL_NEWLINE
from paypal_payouts.domain.outlook import Outlook
from paypal_payouts.domain.report import Finished, OpenRunReport, RunReport, SyncReport
from paypal_payouts.domain.status import StatusReport
from paypal_payouts.domain.verdict import RunOutcome
from paypal_payouts.errors import ExitCode, LeaseLost, PayoutsError
from paypal_payouts.present.commands import Typed
from paypal_payouts.present.text import visible

_NEW_RECEIVERS_MAX: Final = 5
_NOTHING_WENT: Final = frozenset({RunOutcome.BLOCKED, RunOutcome.NOTHING_TO_DO})
"""A refusal says itself what stopped it; only a lost lease comes later."""


def new_receiver_lines(finished: Finished) -> Iterator[str]:
    """Warn in a line of each receiver that is new for its payee, where payments went ahead: the first of each cycle."""
    match finished.report:
        case OpenRunReport(cycles=cycles):
            ended = [(each.report, each.error) for each in cycles]
        case RunReport() as report:
            ended = [(report, finished.error)]
        case _:
            ended = []
    for report, error in ended:
        was_refused = report.outcome in _NOTHING_WENT and not isinstance(error, LeaseLost)
        if report.outline is not None or was_refused:
            continue
        found = [notice for notice in report.warnings if notice.code == "new_receiver"]
        named = [notice for notice in found if not notice.more]
        told = [notice.message for notice in named[:_NEW_RECEIVERS_MAX]]
        more = sum(notice.more for notice in found) + len(named) - len(told)
        for message in [*told, *([f"and {more:,} more receivers that are new for their payees."] if more else [])]:
            yield visible(f"{report.cycle}: warning: {message}")


def cut_input(finished: Finished) -> Iterator[str]:
    """Write that the input may be cut: a line that is read where the other warnings are not."""
    run = finished.report
    if isinstance(run, RunReport):
        for warning in run.warnings:
            if warning.code == NO_FINAL_NEWLINE:
                yield visible(f"{run.cycle}: warning: {warning.message}")


def last_lines(finished: Finished, command: str | None, typed: Typed) -> Iterator[str]:
    """Write how a command ended with another exit code than 0: a line, or one for each of several cycles."""
    if finished.exit_code is ExitCode.DONE:
        return
    for about, code, words in _endings(finished, command, typed):
        if code is not ExitCode.DONE:
            yield _line(about, code, words, typed)


def ended_unpaid_lines(finished: Finished, typed: Typed) -> Iterator[str]:
    """Write of each finished cycle what `sync` found not paid: the line with which a run of the cycle ends.

    Whatever the exit code of `sync` is: it says whether PayPal answered for everything, and every cycle is finished.
    """
    if isinstance(finished.report, SyncReport):
        for found in finished.report.ended_unpaid:
            yield _line(found.cycle, found.exit_code, _leading_to_status(found.cycle, found.why), typed)


def _line(about: str, code: ExitCode, words: str, typed: Typed) -> str:
    line = f"{about}: exit {int(code)}, {typed.text(words)}"
    return visible(" ".join(line.split()))


def _endings(finished: Finished, command: str | None, typed: Typed) -> Iterator[tuple[str, ExitCode, str]]:
    """Name what ended, with which exit code, and why with what to type."""
    code, error, report = finished.exit_code, finished.error, finished.report
    whole = typed.cycle or " ".join(filter(None, ["payouts", command]))
    match report:
        case OpenRunReport(cycles=cycles) if cycles:
            for each in cycles:
                yield each.report.cycle, each.exit_code, _of_cycle(each.report, each.exit_code, each.error)
        case RunReport():
            yield report.cycle, code, _of_cycle(report, code, error)
        case _ if error is not None:
            yield whole, code, _of_error(error)
        case SyncReport(open=opened, unread=unread) if opened or unread:
            for cycle in opened:
                yield cycle.cycle, code, f"{cycle.why}: `{cycle.next}`"
            for left in unread:
                yield left.item_id, code, f"not read: {left.reason}"
        case StatusReport():
            for shown in report.cycles:
                its_code = shown.verdict.exit_code
                yield shown.cycle, its_code, _of_outlook(shown.cycle, its_code, shown.outlook)
        case _:
            yield whole, code, f"{code.meaning}."


def _of_cycle(report: RunReport, code: ExitCode, error: PayoutsError | None) -> str:
    return _of_outlook(report.cycle, code, report.outlook) if error is None else _of_error(error)


def _of_error(error: PayoutsError) -> str:
    return f"{error.message.rstrip('.')}. {error.hint}"


def _of_outlook(cycle: str, code: ExitCode, outlook: Outlook) -> str:
    is_open = code is ExitCode.NOT_FINISHED
    said = [outlook.what_is_unfinished, outlook.what_is_wrong] if is_open else [outlook.what_is_wrong]
    words = "; ".join(each for each in said if each != "nothing") or code.meaning
    return _leading_to_status(cycle, words)


def _leading_to_status(cycle: str, words: str) -> str:
    return f"{words}: `payouts status --cycle {cycle}`"
