"""Being asked to stop: remembered at once, and obeyed at the next safe point."""

import time
from typing import Final

from paypal_payouts.errors import Interrupted

_SLICE_S: Final = 0.1
"""How soon a sleep notices that it is asked to stop, in seconds."""


class StopRequest:
    """Remembers that work is to end, and ends it where it is safe."""

    def __init__(self) -> None:
        """Begin without a request."""
        self._is_made = False
        self._is_pausing = False

    @property
    def is_made(self) -> bool:
        """Whether somebody asked to stop."""
        return self._is_made

    def make(self) -> None:
        """Ask to stop. From a signal handler too, and from any thread: it takes no lock."""
        self._is_made = True

    def begin(self) -> None:
        """Hear that effects begin, which must be told whole: whoever handles signals holds them back from now on."""

    def pause(self, seconds: float) -> None:
        """Sleep, and end at once when asked to stop; `pause(0)` is a safe point.

        Raises:
            Interrupted: asked to stop.

        """
        end = time.monotonic() + seconds
        self._is_pausing = True
        try:
            while True:
                if self._is_made:
                    raise self.stopped()
                left_s = end - time.monotonic()
                if left_s <= 0:
                    return
                time.sleep(min(_SLICE_S, left_s))
        finally:
            self._is_pausing = False

    def stopped(self) -> Interrupted:
        """State that work ended here, and what that means."""
        return Interrupted("Stopped at a safe point.", hint="What was done is stored: run again to go on.")
