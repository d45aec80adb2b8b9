"""SIGINT and SIGTERM: outside the protocol they end the program at once, inside it at the next safe point."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

from paypal_payouts.errors import Interrupted

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)

_SLICE_S: Final = 0.1
"""How soon a sleep notices that the program was asked to stop."""


class Interrupts:
    """Remembers that the program was asked to stop, and says so where it is safe."""

    def __init__(self) -> None:
        """Start as not asked, and free to end at any point."""
        self._asked = False
        self._begun = False
        self._at_once = True

    @property
    def were_asked(self) -> bool:
        """Tell whether the program was asked to stop."""
        return self._asked

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

    def _handle(self, _number: int, frame: FrameType | None) -> None:
        self._asked = True
        if not self._at_once:
            return
        if _must_not_break_off(frame):
            # Once more, a little later.
            signal.signal(signal.SIGALRM, self._handle)
            signal.setitimer(signal.ITIMER_REAL, _SLICE_S)
            return
        raise self._stopped()

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

    def pause(self, seconds: float) -> None:
        """Sleep, and end at once when the program was asked to stop; `pause(0)` is a safe point.

        Raises:
            Interrupted: asked to stop.

        """
        end = time.monotonic() + seconds
        while True:
            if self._asked:
                raise self._stopped()
            left_s = end - time.monotonic()
            if left_s <= 0:
                return
            time.sleep(min(_SLICE_S, left_s))

    def _stopped(self) -> Interrupted:
        if self._begun:
            return Interrupted("Stopped at a safe point.", hint="What was done is stored: run again to go on.")
        return Interrupted("Stopped before anything was sent.", hint="Nothing was changed: run again.")


def _must_not_break_off(frame: FrameType | None) -> bool:
    """Tell whether a frame is within an import, or within SQLAlchemy's closing of a connection.

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
