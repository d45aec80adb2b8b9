"""`status --refresh` and `--watch`: PayPal is asked first; the same question again and again."""

import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache, partial
from math import ceil, inf
from typing import Final

from paypal_payouts.cli.actions.screens import screen
from paypal_payouts.cli.actions.status import look
from paypal_payouts.cli.actions.wiring import Wiring
from paypal_payouts.cli.interrupts import INTERRUPTS
from paypal_payouts.cli.terminal import colour, is_living
from paypal_payouts.context.process import now
from paypal_payouts.domain.base import Report
from paypal_payouts.domain.locks import LockReport
from paypal_payouts.domain.report import Finished
from paypal_payouts.errors import CredentialsMissing, ExitCode, Interrupted, WrongAccount
from paypal_payouts.present.live import ENDED, LivePicture, word_from
from paypal_payouts.present.tables import show
from paypal_payouts.storage import Store
from paypal_payouts.verbs.status import is_open
from paypal_payouts.verbs.status_query import Query
from paypal_payouts.verbs.sync import refresh

_WIDER_MAX: Final = 12
"""So many times the first pause between two questions to PayPal is the longest: a run that begins finds its cycle held
while PayPal is read."""

_Look = Callable[[], Finished]


def watch(wiring: Wiring, query: Query, store: Store | None, *, refresh: bool) -> Finished:
    """Show what is stored until nothing of it is open, and return the last; Ctrl-C ends it sooner.

    PayPal is asked in between: with `refresh` each time, else by itself now and then, as long as no run is at work.

    A terminal shows one living picture, unless the log would be written across it; elsewhere every look is written in
    full. With --json or --quiet nothing is shown meanwhile: the result is all that was asked for.

    Raises:
        Interrupted: it was ended, and this is for a script to read.

    """
    common = wiring.common
    asking = _Asking(wiring, query, store, always=refresh)
    see = partial(look, wiring, query, store)
    try:
        if common.json or common.quiet:
            return _until_closed(see, wiring, asking, show=lambda _: None)
        if is_living(sys.stdout) and not ((common.verbose or common.logs_lines) and sys.stderr.isatty()):
            return _in_a_picture(see, wiring, asking)
        return _until_closed(see, wiring, asking, show=partial(_write, asking=asking, verbose=common.verbose))
    except Exception as error:
        # Broken off within a library, which may have made a fault of its own out of that.
        if not INTERRUPTS.is_made:
            raise
        if common.json or common.quiet or common.logs_lines:
            raise Interrupted(ENDED) from error
        if not is_living(sys.stdout):
            sys.stdout.write(f"{ENDED}\n")
        # Nothing went wrong, and nothing is to be repeated: whoever watched has seen enough.
        return Finished(None, ExitCode.INTERRUPTED)


def refresher(wiring: Wiring, query: Query, store: Store | None) -> Callable[[], None]:
    """Return what asks PayPal about all that is shown; to watch is to ask again."""
    tools = cache(lambda: wiring.tools(wiring.paypal()))

    def ask() -> None:
        for name in query.select(store).cycles:
            refresh(name, tools=tools(), final_too=query.names_one)

    return ask


class _Asking:
    """Asks PayPal: always, or about what is open, less and less often, and never where a run is at work."""

    def __init__(self, wiring: Wiring, query: Query, store: Store | None, *, always: bool) -> None:
        self._wiring, self._query, self._store = wiring, query, store
        self._always = refresher(wiring, query, store) if always else None
        self._pause_s = wiring.settings.paypal.poll_interval_s
        self._longest_s = self._pause_s * (1 if always else _WIDER_MAX)
        self._next: datetime | None = wiring.now()
        self._tools = cache(lambda: wiring.tools(wiring.paypal()))
        self._instead = ""
        """Who asks, or why nobody does."""
        self._is_at_it = False
        self.tell: Callable[[], None] = lambda: None
        """Called when it begins to ask."""

    def left_s(self) -> float:
        """Return the seconds until it asks; without end where it does not."""
        return inf if self._next is None else max(0.0, (self._next - self._wiring.now()).total_seconds())

    def plan(self) -> str:
        """Say when PayPal is asked next, or who asks it instead."""
        if self._is_at_it:
            return "it is asked now"
        if self._instead or self._next is None:
            return self._instead
        return f"it is asked again in {ceil(self.left_s())} s"

    def ask(self) -> None:
        """Ask, where it is time to; without credentials never."""
        if self._store is None or self.left_s() > 0:
            return
        self._is_at_it, self._instead = True, ""
        self.tell()
        try:
            if self._always is not None:
                self._always()
            else:
                self._ask_about_what_is_free(self._store)
        except (CredentialsMissing, WrongAccount) as error:
            if self._always is not None:
                raise
            self._next, self._instead = None, f"it is not asked: {error.message.rstrip('.')}"
            return
        finally:
            self._is_at_it = False
        self._next = self._wiring.now() + timedelta(seconds=self._pause_s)
        self._pause_s = min(self._pause_s * 2, self._longest_s)

    def _ask_about_what_is_free(self, store: Store) -> None:
        open_ = set(store.history.unfinished_cycles())
        names = [name for name in self._query.select(store).cycles if name in open_]
        free = [name for name in names if not self._is_at_work(store.locks.get(name))]
        for name in free:
            refresh(name, tools=self._tools(), final_too=False)
        if len(free) < len(names):
            self._instead = "a run is at work, and asks it"

    def _is_at_work(self, lock: LockReport | None) -> bool:
        return lock is not None and self._wiring.is_living(lock.host, lock.pid) is not False


def _write(report: Report, *, asking: _Asking, verbose: bool) -> None:
    show(report, verbose=verbose, **screen(sys.stdout))
    sys.stdout.write(f"{word_from(report, now(), asking.plan())}\n")
    sys.stdout.flush()


def _in_a_picture(see: _Look, wiring: Wiring, asking: _Asking) -> Finished:
    picture = LivePicture(sys.stdout, colour=colour(sys.stdout), now=wiring.now, plan=asking.plan)
    # What else is written to the terminal would stand across it, and it ends at once.
    INTERRUPTS.say("")
    usual = wiring.progress
    # What is told meanwhile stands in the picture: stderr is the same screen.
    wiring.progress = picture
    wiring.while_pausing = asking.tell = picture.fit
    try:
        with picture:
            stored = see().report
            if stored is not None and is_open(stored):
                # PayPal may not answer for long.
                picture.show(stored)
            return _until_closed(see, wiring, asking, show=picture.show)
    except Exception:
        if INTERRUPTS.is_made:
            picture.leave_standing()
        raise
    finally:
        wiring.progress, wiring.while_pausing = usual, None
        for text in picture.take_notes():
            usual.note(text)


def _until_closed(see: _Look, wiring: Wiring, asking: _Asking, *, show: Callable[[Report], None]) -> Finished:
    while True:
        asking.ask()
        finished = see()
        if finished.report is None or not is_open(finished.report):
            return finished
        try:
            show(finished.report)
        except BrokenPipeError:
            # Nobody watches any more; how things stood is still told by the exit code.
            return finished
        wiring.pause(min(wiring.settings.paypal.poll_interval_s, asking.left_s()))
