"""SIGINT and SIGTERM: outside the protocol they end the program at once, inside it at the next safe point."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Final

from paypal_payouts.context.stopping import StopRequest
from paypal_payouts.errors import Interrupted

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)

_STDERR: Final = 2

_LATER_S: Final = 0.1
"""How soon a signal that came within an import is looked at again, in seconds."""


class Interrupts(StopRequest):
    """Takes a signal for a request to stop, which ends the program at any point until effects begin."""

    def __init__(self) -> None:
        """Start as not asked, and free to end at any point."""
        super().__init__()
        self._begun = False
        self._at_once = True
        self._words = b""
        self._after_words: Callable[[], None] | None = None

    def install(self) -> None:
        """Take SIGINT and SIGTERM over for the rest of the process."""
        for number in _SIGNALS:
            signal.signal(number, self._handle)

    @staticmethod
    def ignore() -> None:
        """Let no signal change any more how the process ends: all is done and told, and the exit code is settled."""
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_IGN)

    def say(self, words: str, then: Callable[[], None] | None = None) -> None:
        """Write words to stderr at every signal from now on that has to wait for a safe point; empty: none.

        A pause is one: it ends at once, and what is said then is how the command ended.
        `then` is called after it, within the signal handler: it may set a value, and no more.
        """
        self._words, self._after_words = words.encode(), then

    def _answer(self) -> None:
        """Say that the signal has arrived. A handler may come within any statement: nothing here takes a lock."""
        if not self._words or self._is_pausing:
            return
        with suppress(OSError):
            os.write(_STDERR, self._words)
        if self._after_words is not None:
            self._after_words()

    def _handle(self, _number: int, frame: FrameType | None) -> None:
        self.make()
        if not self._at_once:
            self._answer()
            return
        if _must_not_break_off(frame):
            # Once more, a little later.
            signal.signal(signal.SIGALRM, self._handle)
            signal.setitimer(signal.ITIMER_REAL, _LATER_S)
            return
        raise self.stopped()

    def begin(self) -> None:
        """Let a signal wait for the next safe point from now on, so that no effect is left half told.

        It does so to the end of the process: after the work its result is still to be told, once and whole.
        """
        self._begun = True
        self._at_once = False

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Within the block a new signal ends the program at any point, as at a question."""
        before, self._at_once = self._at_once, True
        try:
            yield
        finally:
            self._at_once = before

    def stopped(self) -> Interrupted:
        """Return what says that the program ends here, and what that means."""
        if self._begun:
            return super().stopped()
        return Interrupted("Stopped before anything was sent.", hint="Nothing was changed: run again.")


def _must_not_break_off(frame: FrameType | None) -> bool:
    """Return whether a frame is within an import, or within SQLAlchemy's closing of a connection.

    A library could take the signal for a fault of its own and be left half loaded; SQLAlchemy swallows whatever breaks
    off a closing, and logs its traceback.
    """
    while frame is not None:
        code = frame.f_code
        if code.co_filename.startswith("<frozen importlib") or code.co_name == "_close_connection":
            return True
        frame = frame.f_back
    return False


INTERRUPTS: Final = Interrupts()
"""The one of this process: a signal is the process's, whoever handles it."""
