"""What is worth telling of how a command ended, in words: which cycle, what happened, what to type.

No receiver, no amount, no word of PayPal's and no secret: a message passes through other people's hands.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final, Literal, assert_never

from msgspec import Struct
from msgspec.structs import replace

from paypal_payouts.domain.identity import BatchName, is_cycle_name
from paypal_payouts.domain.notify import SEVERITY, NotifyEvent
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.refusal import not_paid
from paypal_payouts.domain.report import Finished, OpenRunReport, RunReport, SyncReport
from paypal_payouts.domain.states import BatchStatus
from paypal_payouts.domain.verdict import RunOutcome
from paypal_payouts.errors import ExitCode
from paypal_payouts.notify.stopped import NewsWords, error_words

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

_UNFINISHED: Final = frozenset({ExitCode.NOT_FINISHED, ExitCode.PAYPAL_REFUSED})
"""With these a cycle may have items that are not paid, beside what its exit code is about. With 8 a person looks."""

_NEXT: Final = " Next: "


class News(Struct, frozen=True):
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


class PayingAccount(Struct, frozen=True):
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
        news += [
            end,
            *_standing_refusals(ended, whose, told_already=end is not None and end.event == "refused"),
            _not_paid_so_far(ended, whose),
        ]
    news += [
        News(
            "unclaimed",
            f"payouts: {name}: unclaimed money is about to come back",
            f"{whose} In cycle {name}, {count} unclaimed {'item comes' if count == 1 else 'items come'} back "
            f"within {days} days. Next: payouts status --cycle {name} --items",
        )
        for name, count in unclaimed.items()
    ]
    news += [*_came_back(finished, whose), *_newly_unpaid(finished, whose)]
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


def _not_paid_so_far(finished: Finished, whose: PayingAccount) -> News | None:
    """Report the items that are not paid of a cycle that is not finished: that it is may take weeks."""
    run = finished.report
    if not isinstance(run, RunReport) or finished.exit_code not in _UNFINISHED or not run.unpaid:
        return None
    following = f"payouts status --cycle {run.cycle} --errors"
    told = _failures(sum(run.unpaid.values()), sum(run.items.values()), finished.exit_code, following)
    return _of_cycle("failures", run.cycle, told, whose)


def _newly_unpaid(finished: Finished, whose: PayingAccount) -> Iterator[News]:
    """Report the cycles of which `sync` found items that are not paid, as a run of each would be."""
    if not isinstance(finished.report, SyncReport):
        return
    for found in finished.report.newly_unpaid:
        told = _failures(sum(found.unpaid.values()), found.items, found.exit_code, found.next)
        yield _of_cycle("failures", found.cycle, told, whose)


def _of_cycle(event: NotifyEvent, cycle: str, told: NewsWords, whose: PayingAccount) -> News:
    return News(
        event,
        f"payouts: {cycle}: {told.title}",
        f"{whose} Cycle {cycle}: {told.happened} Next: {told.following}",
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
        yield _of_cycle("refused", run.cycle, told, whose)
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
    told = error_words(finished, command, cycle) if event == "error" else _words(event, finished, run)
    title = f"payouts: {command if cycle is None else cycle}: {told.title}"
    return News(event, title, f"{whose} {about[0].upper()}{about[1:]}: {told.happened} Next: {told.following}")


def _words(
    event: Literal["review", "refused", "failures", "success"], finished: Finished, run: RunReport | None
) -> NewsWords:
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
            return NewsWords("a person must decide", happened, f"payouts review {names[0]}" if names else status)
        case "refused":
            names = _named(records, BatchStatus.REFUSED) or _of_error(finished, disputed=False)
            happened = not_paid(_listed(names)) if names else "PayPal refused our credentials"
            return NewsWords("PayPal refused", f"{happened} (exit code {finished.exit_code}).", status)
        case "failures":
            unpaid, items = (0, 0) if run is None else (sum(run.unpaid.values()), sum(run.items.values()))
            return _failures(unpaid, items, finished.exit_code, f"{status} --errors")
        case "success":
            return NewsWords("done", f"every item is done (exit code {finished.exit_code}).", status)
        case _:
            assert_never(event)


def _failures(unpaid: int, items: int, code: ExitCode, following: str) -> NewsWords:
    """Describe a cycle of which items are not paid: in the same words whichever command found it, to be told once."""
    left = f"{unpaid} of {items} items are not paid"
    if code is ExitCode.NOT_PAID:
        return NewsWords("finished, but not everything is paid", f"finished, and {left} (exit code {code}).", following)
    return NewsWords("not everything is paid", f"not finished, and {left} (exit code {code}).", following)


def _disputed(batch: str, finished: Finished, status: str) -> NewsWords:
    """Describe PayPal's word on an item that contradicts our record; the item's id may be its receiver."""
    name = BatchName.parse(batch)
    happened = (
        f"PayPal's word on an item of {batch} contradicts our record: somebody may be paid twice, or money be missing, "
        f"and a person must look (exit code {finished.exit_code})."
    )
    return NewsWords(
        "a person must decide", happened, status if name is None else f"payouts status --cycle {name.cycle}"
    )


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
