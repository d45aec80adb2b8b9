"""How a command ended, told to those whom the configuration names: last of all, whatever the exit code."""

import logging
import os
import socket
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from paypal_payouts.cli.interrupts import INTERRUPTS
from paypal_payouts.config import Settings
from paypal_payouts.config.credentials import secret_in_file
from paypal_payouts.config.sections import NotifyTarget
from paypal_payouts.config.settings import DEFAULT_FILE
from paypal_payouts.domain.notify import NotifyEvent, NotifyReport, TargetReport
from paypal_payouts.domain.report import Finished
from paypal_payouts.errors import ConfigInvalid, CredentialsMissing, Interrupted, PayoutsError
from paypal_payouts.log import event, hide
from paypal_payouts.notify import Message, deliver, is_installed
from paypal_payouts.notify.memory import NotificationLog
from paypal_payouts.notify.news import TELLING, News, PayingAccount, cycles_of, news_of, trial
from paypal_payouts.present.commands import Typed
from paypal_payouts.storage import Store
from paypal_payouts.trust import UntrustedFile
from paypal_payouts.verbs.metrics import about_to_return

_LOG: Final = logging.getLogger(__name__)


def check_library(settings: Settings) -> None:
    """Refuse to begin where somebody is to be told, and the library for it is not there.

    Raises:
        ConfigInvalid: with the command that installs it.

    """
    if settings.notify.targets and not is_installed():
        raise ConfigInvalid(
            "[notify] is configured and needs the library Apprise, which is not installed.",
            hint="Nothing was sent. pip install 'paypal-payouts[notify]'",
        )


class Notifier:
    """Tells how one command ended."""

    def __init__(
        self,
        command: str,
        settings: Settings,
        now: Callable[[], datetime],
        typed: Typed,
        say: Callable[[str], None] | None,
    ) -> None:
        """Begin with nothing to tell; `typed` is what a command that a message names needs of this command line.

        `say` writes a sentence below the result on a terminal; None where stderr is read otherwise, line by line.

        Raises:
            ConfigInvalid: the library is missing.

        """
        check_library(settings)
        self._command, self._settings, self._now = command, settings, now
        self._typed = _found_from_here(typed, settings)
        self._say = say
        self._news: list[News] = []

    def gather(self, finished: Finished, open_store: Callable[[], Store | None]) -> None:
        """Put what is worth telling into words, while the database can be read."""
        days = self._settings.notify.unclaimed_days
        cycles = set(cycles_of(finished)) if self._wants("unclaimed") else set()
        hours = self._settings.notify.unfinished_hours if self._wants("unfinished") else 0
        news = news_of(
            finished,
            command=self._command,
            whose=whose(self._settings),
            unclaimed=self._unclaimed(cycles, days, open_store) if cycles else {},
            days=days,
            unfinished=self._unfinished(hours, open_store) if hours else {},
            cycle=self._typed.cycle,
        )
        self._news = [each.completed(self._typed.command) for each in news]

    def _wants(self, event: NotifyEvent) -> bool:
        return any(event in target.events for target in self._settings.notify.targets)

    def _unfinished(self, hours: int, open_store: Callable[[], Store | None]) -> dict[str, datetime]:
        """Find the cycles that are still open so many hours after they were stored, and when that was."""
        try:
            store = open_store()
            stored = [] if store is None else store.history.open_cycles()
        except PayoutsError as error:
            _warn(f"Cycles that are not finished were not looked for: {error.message}")
            return {}
        latest = self._now() - timedelta(hours=hours)
        return {cycle.name: cycle.stored_at for cycle in stored if cycle.stored_at <= latest}

    def _unclaimed(self, cycles: set[str], days: int, open_store: Callable[[], Store | None]) -> dict[str, int]:
        try:
            store = open_store()
            counts = {} if store is None else about_to_return(store.metrics.facts(), days=days, now=self._now())
        except PayoutsError as error:
            _warn(f"Unclaimed money was not looked for: {error.message}")
            return {}
        return {cycle: count for cycle, count in counts.items() if cycle in cycles}

    def tell(self) -> None:
        """Tell it, within ten seconds in all; whatever fails is a line on stderr, and no other exit code."""
        told = NotificationLog(self._settings.lock.notified, self._now())
        messages, failed = [], dict[str, str]()
        for target in self._settings.notify.targets:
            news = [each for each in self._news if each.event in target.events and not told.has(target.shown, each)]
            if not news:
                continue
            try:
                messages += [Message(target.shown, url_of(target), each) for each in news]
            except CredentialsMissing as error:
                failed[target.shown] = error.message
                self._not_notified(f"{target.shown} was not told: {error.message}")
        try:
            with INTERRUPTS.at_once():
                problems = deliver(messages, environment=os.environ)
        except Interrupted:
            _warn("Stopped while telling how it ended; that may not have been told.", level=logging.ERROR)
            return
        delivered = []
        for message, problem in zip(messages, problems, strict=True):
            if problem is None:
                delivered.append((message.target, message.news))
                event(_LOG, "notified", f"{message.target} was told: {message.news.event}")
            else:
                failed.setdefault(message.target, problem)
                self._not_notified(f"{message.target} did not get `{message.news.event}`: {problem}.")
        if failed and self._say is not None:
            who = "; ".join(f"{name}: {problem}" for name, problem in failed.items())
            self._say(f"Not told how this ended: {who}. To try it: `payouts notify --test`.")
        try:
            told.keep(delivered)
        except (OSError, UntrustedFile) as error:
            words = error.message if isinstance(error, UntrustedFile) else f"{error.strerror or error}."
            _warn(f"What was told cannot be written down, and may be told again: {words}")

    def _not_notified(self, words: str) -> None:
        """Say that somebody did not learn how it ended: an error, so that cron mails it with --quiet too."""
        _warn(words, level=logging.ERROR, for_people=self._say is None)


def notifier_for(
    command: str | None,
    settings: Settings,
    now: Callable[[], datetime],
    typed: Typed,
    say: Callable[[str], None] | None,
) -> Notifier | None:
    """Return the notifier of a command; None where nobody is to be told how it ends.

    Raises:
        ConfigInvalid: the library is missing.

    """
    if command not in TELLING or not settings.notify.targets:
        return None
    return Notifier(command, settings, now, typed, say)


def whose(settings: Settings) -> PayingAccount:
    """Return whose money a message is about, and where its reader types what it names."""
    paypal = settings.paypal
    return PayingAccount(paypal.environment, paypal.account, socket.gethostname(), str(Path.cwd()))


def _found_from_here(typed: Typed, settings: Settings) -> Typed:
    """Return what a command needs in this folder, for somebody who has no variable of cron's that names the file."""
    if settings.file is None or typed.config is not None or settings.file == Path.cwd() / DEFAULT_FILE:
        return typed
    return replace(typed, config=str(settings.file))


def url_of(target: NotifyTarget) -> str:
    """Read the URL of a target from where the configuration says it is.

    Raises:
        CredentialsMissing: it is not there, or others can read it.

    """
    if target.url_file is not None:
        url = secret_in_file(target.url_file, key="url_file").get_secret_value()
    else:
        url = os.environ.get(target.url_env or "", "").strip()
        if not url:
            raise CredentialsMissing(f"the variable {target.url_env} is not set")
    hide(url)
    return url


def show_targets(settings: Settings, *, test: bool) -> Finished:
    """Report who would be notified of which events, and whether Apprise can use the URLs; with `test`, send a message.

    Raises:
        ConfigInvalid: the library is missing.

    """
    check_library(settings)
    problems: list[str | None] = []
    messages: list[Message] = []
    for target in settings.notify.targets:
        try:
            messages.append(Message(target.shown, url_of(target), trial(whose(settings))))
            problems.append(None)
        except CredentialsMissing as error:
            problems.append(error.message)
    answers = iter(deliver(messages, environment=os.environ, send=test))
    problems = [next(answers) if problem is None else problem for problem in problems]
    return _report(settings.notify.targets, problems, test=test)


def _report(targets: Sequence[NotifyTarget], problems: Sequence[str | None], *, test: bool) -> Finished:
    report = NotifyReport(
        test,
        [
            TargetReport(target.shown, list(target.events), problem)
            for target, problem in zip(targets, problems, strict=True)
        ],
    )
    failed = [target for target in report.targets if target.problem is not None]
    if not failed:
        return Finished(report)
    error = ConfigInvalid(
        f"{'Not told' if test else 'Not ready'}: {', '.join(target.name for target in failed)}.",
        hint='Do as its state says, or correct the URL (docs/operations.md, "Notifications", has examples) or the way '
        "to its service; then `payouts notify --test`. Payments do not wait for it.",
        details=[{"name": target.name, "problem": target.problem} for target in failed],
    )
    return Finished(report, error.exit_code, error)


def _warn(words: str, *, level: int = logging.WARNING, for_people: bool = True) -> None:
    event(_LOG, "notify_failed", words, level=level, for_people=for_people)
