"""How long a database server is waited for that is away, and who may break any wait for it off.

A server is away from the first failure that passes (`postgres.is_passing`) until a transaction succeeds. Within
`database.patience_s` of that it is tried again, with growing pauses; after it, once for each transaction. Source:
docs/design.md, 12.
"""

import logging
import time
from typing import Final, NoReturn, Protocol

from paypal_payouts.errors import PayoutsError

_LOG: Final = logging.getLogger(__name__)

_PAUSE_FIRST_S: Final = 0.1
_PAUSE_MAX_S: Final = 5.0

_ANSWER_WITHIN_S: Final = 0.5
"""Whoever is asked to stop waits no longer than this for the answer to one statement."""
_LAST_WORDS_S: Final = 0.3
"""For all that follows the first wait that was broken off, such as giving a lease back."""


class Stop(Protocol):
    """How work is asked to end; `StopRequest` is one."""

    @property
    def is_made(self) -> bool:
        """Whether somebody asked to stop."""

    def pause(self, seconds: float) -> None:
        """Sleep; raise what `stopped` returns when asked to stop."""

    def stopped(self) -> PayoutsError:
        """Return what says that work ended here."""


class _Never:
    """Nobody asks to stop; nor is there anything to sleep by, so that there is no patience either."""

    is_made = False

    def pause(self, seconds: float) -> NoReturn:
        raise RuntimeError(f"nothing to sleep {seconds} s by")

    def stopped(self) -> NoReturn:
        raise RuntimeError("nobody asked to stop")


class Patience:
    """The patience of one process, or of one call of the library, with one database."""

    def __init__(self, patience_s: float = 0, stop: Stop | None = None) -> None:
        """Begin with a server that is not known to be away; patience takes a `stop` to sleep by."""
        self._patience_s = patience_s
        self._stop = stop or _Never()
        self.renew()

    def renew(self, *, heeds_stop: bool = True) -> None:
        """Be as patient as at first: what is asked for from here on has nothing to do with what failed before.

        Without `heeds_stop` a request to stop is for others: who only looks is still answered.
        """
        self._heeds_stop = heeds_stop
        self._last_words_until: float | None = None
        self._be_there()

    def _be_there(self) -> None:
        self._away_since: float | None = None
        self._pause_s = _PAUSE_FIRST_S
        self._why: str | None = None
        self._was_told = False

    def failed(self, why: str) -> None:
        """Hear that the server is away: from the first failure on, until it is back."""
        if self._away_since is None:
            self._away_since, self._why = time.monotonic(), why

    def succeeded(self) -> None:
        """Hear that a transaction succeeded."""
        if self._away_since is not None:
            if self._was_told:
                words = f"The database answers again, after {time.monotonic() - self._away_since:.0f} s."
                _LOG.warning("%s", words, extra={"event": "database_back"})
            self._be_there()

    def pause(self) -> bool:
        """Sleep before the server is tried again, and say so the first time; False where there is no patience left.

        Raises:
            Interrupted: asked to stop.

        """
        if self._away_since is None:
            return True
        left_s = self._away_since + self._patience_s - time.monotonic()
        if left_s <= 0 or (self._stop.is_made and not self._heeds_stop):
            return False
        if not self._was_told:
            self._was_told = True
            words = f"{self._why} It is waited for, up to {self._patience_s:g} s."
            _LOG.warning("%s", words, extra={"event": "database_away"})
        self._stop.pause(min(self._pause_s, left_s))
        self._pause_s = min(2 * self._pause_s, _PAUSE_MAX_S)
        return True

    def check_stop(self, began: float) -> None:
        """Break off a wait that began at this time of `time.monotonic`, where somebody asked to stop.

        An answer that is on its way is taken: what was done is then told whole. What is broken off is safe, as a killed
        process is.

        Raises:
            Interrupted: it is to end.

        """
        if not (self._heeds_stop and self._stop.is_made):
            return
        now = time.monotonic()
        until = began + _ANSWER_WITHIN_S if self._last_words_until is None else self._last_words_until
        if now >= until:
            if self._last_words_until is None:
                self._last_words_until = now + _LAST_WORDS_S
            raise self._stop.stopped()
