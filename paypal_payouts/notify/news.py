"""What is worth telling of how a command ended, in words: which cycle, what happened, what to type.

No receiver, no amount, no word of PayPal's and no secret: a message passes through other people's hands.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal, NamedTuple, assert_never

from paypal_payouts.domain.identity import BatchName, is_cycle_name
from paypal_payouts.domain.notify import SEVERITY, NotifyEvent
from paypal_payouts.domain.payout import BatchRecord, InputRow
from paypal_payouts.domain.refusal import not_paid
from paypal_payouts.domain.report import Finished, OpenRunReport, RunReport, SyncReport
from paypal_payouts.domain.states import SETTLED_WELL, BatchStatus
from paypal_payouts.domain.verdict import RunOutcome
from paypal_payouts.errors import ExitCode, PayoutsError

TELLING: Final = frozenset({"run", "retry", "sync"})
"""The commands whose end is told: those that cron starts."""

_EndEvent = Literal["review", "refused", "failures", "error", "success"]
"""An event that a command's end is; the others come with time alone."""

_BY_OUTCOME: Final[Mapping[RunOutcome, _EndEvent]] = {
    RunOutcome.COMPLETED_WITH_FAILURES: "failures",
    RunOutcome.COMPLETED: "success",
}

_PASSING: Final = frozenset({"lock_held", "cooldown"})
"""Errors that end by themselves: the next run of cron finds the way free."""

_OF_THE_FILE: Final = frozenset({"input_invalid", "input_changed_while_read"})
_FILE_COLUMNS: Final = frozenset(name.removesuffix("_minor") for name in InputRow._fields)
"""What a column may be called here: any other name is a word of the file's, and may be somebody's address."""
_NEXT: Final = " Next: "


@dataclass(frozen=True, slots=True)
class News:
    """One thing to tell, and the event that it is told as."""

    event: NotifyEvent | Literal["test"]
    title: str
    body: str

    @property
    def kind(self) -> str:
        """How bad it is, by Apprise's words: a service may colour or sort by it."""
        return SEVERITY.get(self.event, "info")

    def completed(self, complete: Callable[[str], str]) -> "News":
        """Return it with each command to type completed: by the options that it needs to mean the same."""
        words, following = self.body.rsplit(_NEXT, 1)
        return replace(self, body=f"{words}{_NEXT}{'; '.join(complete(each) for each in following.split('; '))}")


@dataclass(frozen=True, slots=True)
class PayingAccount:
    """Whose money it is about, and where the commands that a message names are to be typed."""

    environment: str
    account: str
    machine: str
    folder: str

    def __str__(self) -> str:
        return f"Environment {self.environment}, account {self.account}, on {self.machine} in {self.folder}."


def trial(whose: PayingAccount) -> News:
    """Return what `notify --test` sends."""
    return News("test", "payouts: a test", f"{whose} This is a test: nothing happened. Next: nothing to do.")


def news_of(
    finished: Finished,
    *,
    command: str,
    whose: PayingAccount,
    unclaimed: Mapping[str, int],
    days: int,
    unfinished: Mapping[str, datetime],
    cycle: str | None = None,
) -> list[News]:
    """Describe what is to be told.

    `cycle` is what the command line names: nothing else knows it where the command ended before its work began.
    `unclaimed` are items by cycle whose money comes back within `days` days; `unfinished` are cycles that have been
    open for too long, and when they were stored.
    """
    news: list[News | None] = []
    for ended in _each(finished):
        end = _end(ended, command, whose, cycle)
        news += [end, *_standing_refusals(ended, whose, told_already=end is not None and end.event == "refused")]
    news += [
        News(
            "unclaimed",
            f"payouts: {name}: unclaimed money is about to come back",
            f"{whose} In cycle {name}, {count} unclaimed {'item comes' if count == 1 else 'items come'} back "
            f"within {days} days. Next: payouts status --cycle {name} --items",
        )
        for name, count in unclaimed.items()
    ]
    news += _came_back(finished, whose)
    # The same words every day, so that a target hears it once a day.
    news += [
        News(
            "unfinished",
            f"payouts: {name}: not finished",
            f"{whose} Cycle {name} is still open; what is open of it was stored on {stored_at:%Y-%m-%d at %H:%M} UTC. "
            f"Next: payouts run --open; payouts status --cycle {name}",
        )
        for name, stored_at in unfinished.items()
    ]
    return [each for each in news if each is not None]


def _came_back(finished: Finished, whose: PayingAccount) -> Iterator[News]:
    """Report, cycle by cycle, the payments whose money came back since PayPal was asked last."""
    if not isinstance(finished.report, SyncReport):
        return
    for cycle, count in Counter(payment.cycle for payment in finished.report.came_back).items():
        yield News(
            "failures",
            f"payouts: {cycle}: money came back",
            f"{whose} In cycle {cycle}, the money of {count} paid {'item' if count == 1 else 'items'} came back. Next: "
            f"payouts status --cycle {cycle} --items",
        )


def _each(finished: Finished) -> list[Finished]:
    """Return what ended one by one: `run --open` is told as a run of each of its cycles."""
    match finished.report:
        case OpenRunReport(cycles=cycles) if cycles:
            return [Finished(each.report, each.exit_code, each.error) for each in cycles]
        case _:
            return [finished]


def _standing_refusals(finished: Finished, whose: PayingAccount, *, told_already: bool) -> Iterator[News]:
    """Report every batch that PayPal refused and has not taken since, whatever the exit code is."""
    run = finished.report
    if not isinstance(run, RunReport):
        return
    told = _words("refused", finished, run)
    title = f"payouts: {run.cycle}: {told.title}"
    records = [batch.record for batch in run.batches]
    if _named(records, BatchStatus.REFUSED) and not told_already:
        yield News("refused", title, f"{whose} Cycle {run.cycle}: {told.happened} Next: {told.following}")
    unanswered = _named([batch for batch in records if batch.refusal is not None], BatchStatus.IN_FLIGHT)
    if unanswered:
        yield News(
            "refused",
            title,
            f"{whose} Cycle {run.cycle}: PayPal refused {_listed(unanswered)} and gave another send of it no answer: "
            f"whether it was paid is not known (exit code {finished.exit_code}). Next: {told.following}",
        )


def _end(finished: Finished, command: str, whose: PayingAccount, named: str | None) -> News | None:
    report, code = finished.report, finished.exit_code
    run = report if isinstance(report, RunReport) else None
    cycle = run.cycle if run is not None else named if named is not None and is_cycle_name(named) else None
    about = f"`payouts {command}`" if cycle is None else f"cycle {cycle}"
    event: _EndEvent | None = code.notified
    if event is None and run is not None:
        event = _BY_OUTCOME.get(run.outcome)
    if event is None or (finished.error is not None and finished.error.code in _PASSING):
        return None
    told = _error_words(finished, command, cycle) if event == "error" else _words(event, finished, run)
    title = f"payouts: {command if cycle is None else cycle}: {told.title}"
    return News(event, title, f"{whose} {about[0].upper()}{about[1:]}: {told.happened} Next: {told.following}")


class _Told(NamedTuple):
    """What a notification says about how a command ended."""

    title: str
    happened: str
    following: str
    """What to type."""


def _words(
    event: Literal["review", "refused", "failures", "success"], finished: Finished, run: RunReport | None
) -> _Told:
    """Describe what happened, and what to type."""
    records = [] if run is None else [batch.record for batch in run.batches]
    status = "payouts status" if run is None else f"payouts status --cycle {run.cycle}"
    match event:
        case "review":
            names = _named(records, BatchStatus.REVIEW) or _of_error(finished, disputed=False)
            if not names and (disputed := _of_error(finished, disputed=True)):
                return _disputed(disputed[0], finished, status)
            happened = (
                f"{_listed(names) or 'a batch'} in review: it is not known whether PayPal paid, and nothing more is "
                f"sent for the cycle until a person decides (exit code {finished.exit_code})."
            )
            return _Told("a person must decide", happened, f"payouts review {names[0]}" if names else status)
        case "refused":
            names = _named(records, BatchStatus.REFUSED) or _of_error(finished, disputed=False)
            happened = not_paid(_listed(names)) if names else "PayPal refused our credentials"
            return _Told("PayPal refused", f"{happened} (exit code {finished.exit_code}).", status)
        case "failures":
            counts = {} if run is None else run.items
            unpaid = sum(count for state, count in counts.items() if state not in SETTLED_WELL)
            unpaid -= 0 if run is None else sum(run.paid_before.values())
            left = f"{unpaid} of {sum(counts.values())} items are not paid"
            happened = f"finished, and {left} (exit code {finished.exit_code})."
            return _Told("finished, but not everything is paid", happened, f"{status} --errors")
        case "success":
            return _Told("done", f"every item is done (exit code {finished.exit_code}).", status)
        case _:
            assert_never(event)


def _error_words(finished: Finished, command: str, cycle: str | None) -> _Told:
    """Describe what ended a command before it could do its work, whether money moved, and what to type."""
    error, of_code = finished.error, f"exit code {finished.exit_code}"
    if error is None or cycle is None:
        happened = f"ended with {of_code}{'' if error is None else f', {error.code}'}."
        return _Told("stopped by an error", happened, "payouts status; payouts doctor")
    nothing_sent = error.hint_parts[0].startswith(("Nothing was sent", "Nothing was stored or sent"))
    if error.code in _OF_THE_FILE:
        place = _place_in_file(error)
        happened = f"its file was refused, and nobody of it was paid by this run ({place}{of_code}, {error.code})."
        return _Told("its file was refused, nobody was paid", happened, f"payouts preview {cycle}")
    sent = "; nothing was sent" if nothing_sent else ""
    happened = f"`payouts {command}` was stopped{sent} ({of_code}, {error.code})."
    return _Told("stopped by an error", happened, _after_an_error(finished, error, cycle))


def _after_an_error(finished: Finished, error: PayoutsError, cycle: str) -> str:
    """Name the command that shows why a cycle was refused, or where the fault lies."""
    if error.code == "not_approved":
        return f"payouts approve {cycle}"
    if finished.exit_code is ExitCode.BLOCKED:
        # Of a cycle that was never stored, `status` knows nothing.
        return f"payouts preview {cycle}"
    return (
        f"payouts doctor; payouts status --cycle {cycle}"
        if isinstance(finished.report, RunReport)
        else "payouts doctor"
    )


def _place_in_file(error: PayoutsError) -> str:
    """Name the first bad place, and no word of it; a column only by a name that the program knows."""
    first = next(iter(error.details), {})
    line, column = first.get("line"), first.get("column")
    if not isinstance(line, int) or line < 1:
        return ""
    return f"line {line}, {f'column {column}, ' if column in _FILE_COLUMNS else ''}"


def _disputed(batch: str, finished: Finished, status: str) -> _Told:
    """Describe PayPal's word on an item that contradicts our record; the item's id may be its receiver."""
    name = BatchName.parse(batch)
    happened = (
        f"PayPal's word on an item of {batch} contradicts our record: somebody may be paid twice, or money be missing, "
        f"and a person must look (exit code {finished.exit_code})."
    )
    return _Told("a person must decide", happened, status if name is None else f"payouts status --cycle {name.cycle}")


def _named(records: Sequence[BatchRecord], status: BatchStatus) -> list[str]:
    return [str(record.name) for record in records if record.status is status]


def _of_error(finished: Finished, *, disputed: bool) -> list[str]:
    """Name the batches of an error: those of which an item is disputed, or the others."""
    details = [] if finished.error is None else finished.error.details
    return [detail["batch"] for detail in details if "batch" in detail and ("word" in detail) is disputed]


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:5])
    return f"{shown} and {len(names) - 5} more" if len(names) > 5 else shown  # noqa: PLR2004 - as many as fit a line


def cycles_of(finished: Finished) -> Iterable[str]:
    """Name the cycles that a command was about."""
    match finished.report:
        case RunReport(cycle=cycle):
            return [cycle]
        case SyncReport(cycles=cycles):
            return cycles
        case OpenRunReport(cycles=continued):
            return [each.report.cycle for each in continued]
        case _:
            return []
