"""How fast PayPal is asked, in all: so many requests in any minute, over the batches, pages and cycles of a process.

PayPal documents 400 POST a minute for payouts, and for reads no figure at all, only that one is not to hammer. So there
is one limit for both together. Where PayPal itself says 429, its own Retry-After is obeyed besides (`repeat`), and half
as many requests are allowed for a minute, then twice as many in each that follows, until it is as it was.
"""

from collections import deque
from collections.abc import Callable
from typing import Final

MINUTE_S: Final = 60.0

SLOWEST: Final = 25
"""So many requests a minute are allowed after any number of 429s: half of the least that was ever measured for reads of
PayPal's other interfaces. Longer pauses are PayPal's to ask for, by Retry-After."""


class Pace:
    """Remembers when the last requests went out, and waits where one more would be too many."""

    def __init__(self, a_minute: int, *, monotonic: Callable[[], float], pause: Callable[[float], None]) -> None:
        """Begin with nothing asked."""
        self._most = self._allowed = a_minute
        self._slowed_at = 0.0
        self._began: deque[float] = deque(maxlen=a_minute)
        self._monotonic, self._pause = monotonic, pause

    def make_room(self) -> None:
        """Wait until a request may go out; raises what `pause` raises when the program is asked to stop."""
        left_s = self._left_s()
        if left_s > 0:
            self._pause(left_s)

    def has_room(self) -> bool:
        """Tell whether a request may go out now."""
        return self._left_s() <= 0

    def note(self) -> None:
        """Count a request that goes out now."""
        self._began.append(self._monotonic())

    def slow_down(self) -> None:
        """Allow half as many requests, because PayPal said that there were too many."""
        self._allowed = max(min(SLOWEST, self._most), self._allowed // 2)
        self._slowed_at = self._monotonic()

    def _left_s(self) -> float:
        now = self._monotonic()
        while self._allowed < self._most and now - self._slowed_at >= MINUTE_S:
            self._allowed = min(self._most, self._allowed * 2)
            self._slowed_at += MINUTE_S
        return self._began[-self._allowed] + MINUTE_S - now if len(self._began) >= self._allowed else 0.0
