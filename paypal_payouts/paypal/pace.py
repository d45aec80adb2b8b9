"""How fast PayPal is asked, in all: so many requests in any minute, over the batches, pages and cycles of a process.

PayPal documents 400 POST a minute for payouts, and for reads no figure at all, only that one is not to hammer. So there
is one limit for both together. Where PayPal itself says 429, its own Retry-After is obeyed besides (`repeat`).
"""

from collections import deque
from collections.abc import Callable
from typing import Final

MINUTE_S: Final = 60.0


class Pace:
    """Remembers when the last requests went out, and waits where one more would be too many."""

    def __init__(self, a_minute: int, *, monotonic: Callable[[], float], pause: Callable[[float], None]) -> None:
        """Begin with nothing asked."""
        self._began: deque[float] = deque(maxlen=a_minute)
        self._monotonic, self._pause = monotonic, pause

    def make_room(self) -> None:
        """Wait until a request may go out; raises what `pause` raises when the program is asked to stop."""
        if len(self._began) == self._began.maxlen:
            left_s = self._began[0] + MINUTE_S - self._monotonic()
            if left_s > 0:
                self._pause(left_s)

    def note(self) -> None:
        """Count a request that goes out now."""
        self._began.append(self._monotonic())
