"""`status --refresh` and `--watch`: PayPal is asked first; the same question again and again."""

import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache, partial
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
from paypal_payouts.errors import CredentialsMissing, PayoutsError, WrongAccount
from paypal_payouts.present.live import LivePicture, word_from
from paypal_payouts.present.tables import show
from paypal_payouts.protocol.results import ReadFindings
from paypal_payouts.storage import Store
from paypal_payouts.verbs.status import is_open
from paypal_payouts.verbs.status_query import Query
from paypal_payouts.verbs.sync import refresh

_SLICE_S: Final = 0.2
"""How soon a picture follows a window that was made larger or smaller."""

_WIDER_MAX: Final = 12
"""So many times the first pause between two questions to PayPal is the longest: a run that begins finds its cycle held
while PayPal is read."""

_Look = Callable[[], Finished]


def watch(wiring: Wiring, query: Query, store: Store | None, *, refresh: bool) -> Finished:
    """Show what is stored until nothing of it is open, and return the last; Ctrl-C ends it sooner.

    PayPal is asked in between: with `refresh` each time, else by itself now and then, as long as no run is at work.

    A terminal shows one living picture, unless the log would be written across it; elsewhere every look is written in
    full. With --json or --quiet nothing is shown meanwhile: the result is all that was asked for.
    """
    common = wiring.common
    asking = _Asking(wiring, query, store, always=refresh)

    def look_again() -> Finished:
        asking.ask()
        return look(wiring, query, store)

    if common.json or common.quiet:
        return _until_closed(look_again, wiring, show=lambda _: None)
    if is_living(sys.stdout) and not ((common.verbose or common.logs_lines) and sys.stderr.isatty()):
        return _in_a_picture(look_again, wiring, asking)
    return _until_closed(look_again, wiring, show=partial(_write, asking=asking, verbose=common.verbose))


def refresher(wiring: Wiring, query: Query, store: Store | None) -> Callable[[], bool]:
    """Return what asks PayPal about all that is shown, and says whether it answered; to watch is to ask again."""
    tools = cache(lambda: wiring.tools(wiring.paypal()))

    def ask() -> bool:
        names = query.select(store).cycles
        read = [_is_read(refresh(name, tools=tools(), final_too=query.names_one)) for name in names]
        return all(read)

    return ask


def _is_read(reading: ReadFindings | PayoutsError) -> bool:
    return not isinstance(reading, PayoutsError) and not reading.unread


class _Asking:
    """Asks PayPal: always, or about what is open, less and less often, and never where a run is at work."""

    def __init__(self, wiring: Wiring, query: Query, store: Store | None, *, always: bool) -> None:
        self._wiring, self._query, self._store = wiring, query, store
        self._always = refresher(wiring, query, store) if always else None
        self._pause_s = wiring.settings.paypal.poll_interval_s
        self._longest_s = self._pause_s * _WIDER_MAX
        self._next: datetime | None = wiring.now()
        self._tools = cache(lambda: wiring.tools(wiring.paypal()))
        self.answered_at: datetime | None = None
        """When PayPal last answered all that it was asked."""

    def ask(self) -> None:
        """Ask, where it is time to; without credentials never."""
        try:
            answered = self._always() if self._always is not None else self._ask_now_and_then()
        except (CredentialsMissing, WrongAccount) as error:
            if self._always is not None:
                raise
            self._wiring.progress.note(f"PayPal is not asked: {error.message}")
            self._next = None
            return
        if answered:
            self.answered_at = self._wiring.now()

    def _ask_now_and_then(self) -> bool:
        if self._store is None or self._next is None or self._wiring.now() < self._next:
            return False
        open_ = set(self._store.history.unfinished_cycles())
        names = [name for name in self._query.select(self._store).cycles if name in open_]
        free = [name for name in names if not self._is_at_work(self._store.locks.get(name))]
        read = [_is_read(refresh(name, tools=self._tools(), final_too=False)) for name in free]
        self._next = self._wiring.now() + timedelta(seconds=self._pause_s)
        self._pause_s = min(self._pause_s * 2, self._longest_s)
        return len(free) == len(names) and all(read)

    def _is_at_work(self, lock: LockReport | None) -> bool:
        return lock is not None and self._wiring.is_living(lock.host, lock.pid) is not False


def _write(report: Report, *, asking: _Asking, verbose: bool) -> None:
    show(report, verbose=verbose, **screen(sys.stdout))
    sys.stdout.write(f"{word_from(report, now(), asking.answered_at)}\n")
    sys.stdout.flush()


def _in_a_picture(look: _Look, wiring: Wiring, asking: _Asking) -> Finished:
    picture = LivePicture(sys.stdout, colour=colour(sys.stdout), now=wiring.now, answered_at=lambda: asking.answered_at)
    # What else is written to the terminal would stand across it, and it ends at once.
    INTERRUPTS.say("")
    usual = wiring.progress
    # What is told meanwhile stands in the picture: stderr is the same screen.
    wiring.progress = picture
    try:
        with picture:
            return _until_closed(look, wiring, show=picture.show, fit=picture.fit)
    finally:
        wiring.progress = usual
        for text in picture.take_notes():
            usual.note(text)


def _until_closed(
    look: _Look, wiring: Wiring, *, show: Callable[[Report], None], fit: Callable[[], None] | None = None
) -> Finished:
    while True:
        finished = look()
        if finished.report is None or not is_open(finished.report):
            return finished
        try:
            show(finished.report)
        except BrokenPipeError:
            # Nobody watches any more; how things stood is still told by the exit code.
            return finished
        left_s = wiring.settings.paypal.poll_interval_s
        while fit is not None and left_s > _SLICE_S:
            wiring.pause(_SLICE_S)
            left_s -= _SLICE_S
            fit()
        wiring.pause(left_s)
