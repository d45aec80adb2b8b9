"""Pages that are asked for before their turn, several at once, so that one slow answer does not wait for another.

Only the exchange itself happens in another thread. When a page may be asked for, whether its answer is believed and
whether it is asked for again is decided where it is taken, one page after the other, as if none had been early.
Source: docs/design.md, 8.9.
"""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Final, Protocol

from paypal_payouts.paypal.reply import Answer

PageKey = tuple[str, int]
"""PayPal's id of a batch, and which of its pages, counted from 1."""

_KEPT_FOR_EACH: Final = 2
"""Answers are kept until their turn, for each page that may be on its way: a page has about one million bytes."""


class Asked(Protocol):
    """An exchange that was begun, as a future of the standard library."""

    def done(self) -> bool:
        """Tell whether it is over."""

    def cancel(self) -> bool:
        """Keep it from beginning; False where it has begun."""

    def result(self) -> Answer:
        """Wait for what came of it."""


class Executor(Protocol):
    """Begins exchanges beside each other, as an executor of the standard library."""

    def submit(self, ask: Callable[[], Answer], /) -> Asked:
        """Begin one."""

    def shutdown(self) -> None:
        """Wait for all that were begun."""


class ReadAhead:
    """The pages that are expected to be wanted next, and those that were asked for already."""

    def __init__(
        self, begin: Callable[[PageKey], Callable[[], Answer] | None], executor: Executor, *, parallel: int
    ) -> None:
        """Begin with nothing expected. `begin` prepares one exchange, or gives None where none may be made now."""
        self._begin, self._executor, self._parallel = begin, executor, parallel
        self._width = parallel
        self._expected = deque[PageKey]()
        self._asked: dict[PageKey, Asked] = {}
        self._dropped: list[Asked] = []
        """Exchanges that were under way when nobody wanted them any more: each still takes the place of another."""

    def expect(self, pages: Sequence[PageKey]) -> None:
        """Say which pages will be wanted next, in this order; what was asked for and is not among them is dropped."""
        self._drop(page for page in list(self._asked) if page not in pages)
        self._expected = deque(page for page in pages if page not in self._asked)

    def take(self, page: PageKey) -> Answer | None:
        """Return what came of a page that was asked for before, once it is there; None where it was not."""
        self._fill()
        asked = self._asked.pop(page, None)
        if asked is None:
            with suppress(ValueError):
                self._expected.remove(page)
            return None
        return asked.result()

    def went_well(self) -> None:
        """Ask for one page more at once, up to as many as are allowed."""
        self._width = min(self._parallel, self._width + 1)

    def failed(self) -> None:
        """Ask for half as many at once, and forget those that are on their way: they would fail in the same way."""
        self._width = max(1, self._width // 2)
        forgotten = list(self._asked)
        self._drop(forgotten)
        self._expected.extendleft(reversed(forgotten))

    def close(self) -> None:
        """Wait for what is under way, each within the time of one exchange."""
        self.expect(())
        self._executor.shutdown()

    def _fill(self) -> None:
        self._dropped = [asked for asked in self._dropped if not asked.done()]
        running = len(self._dropped) + sum(not asked.done() for asked in self._asked.values())
        while self._expected and running < self._width and len(self._asked) < _KEPT_FOR_EACH * self._parallel:
            ask = self._begin(self._expected[0])
            if ask is None:
                return
            self._asked[self._expected.popleft()] = self._executor.submit(ask)
            running += 1

    def _drop(self, pages: Iterable[PageKey]) -> None:
        dropped = [self._asked.pop(page) for page in pages]
        self._dropped += [asked for asked in dropped if not asked.cancel() and not asked.done()]
