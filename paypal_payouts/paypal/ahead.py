"""Pages that are asked for before their turn, several at once, so that one slow answer does not wait for another.

Only the exchange itself happens in another thread. When a page may be asked for, whether its answer is believed and
whether it is asked for again is decided where it is taken, one page after the other, as if none had been early.
Source: docs/design.md, 8.9.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from http import HTTPStatus
from typing import Final, Protocol

from paypal_payouts.paypal.reply import Answer, Reply

PAGE_SIZE: Final = 1000
"""PayPal's largest page (OpenAPI description, `page_size`)."""

PageKey = tuple[str, int]
"""PayPal's id of a batch, and which of its pages, counted from 1."""

_KEPT_FOR_EACH: Final = 2
"""Answers are kept until their turn, for each page that may be on its way: a page has about one million bytes."""


class Executor(Protocol):
    """Makes exchanges beside each other."""

    def submit(self, ask: Callable[[], Answer], /) -> Future[Answer]:
        """Begin one."""

    def wait_for_one(self, begun: Collection[Future[Answer]], /) -> None:
        """Wait until one of those that were begun is over."""

    def shutdown(self) -> None:
        """Wait for all that were begun."""


class ReadAhead:
    """The pages that are expected to be wanted next, and those that were asked for already."""

    def __init__(
        self,
        begin: Callable[[PageKey], Callable[[], Answer] | None],
        executor: Executor,
        *,
        parallel: int,
        safe_point: Callable[[], None],
    ) -> None:
        """Begin with nothing expected. `begin` prepares one exchange, or gives None where none may be made now.

        A `safe_point` comes before each exchange that begins early: it raises where the program is asked to stop, which
        would wait for one more otherwise.
        """
        self._begin, self._executor, self._parallel, self._safe_point = begin, executor, parallel, safe_point
        self._width = parallel
        self._expected: list[PageKey] = []
        self._asked: dict[PageKey, Future[Answer]] = {}
        self._begun_with: str | None = None
        """The batch of which the first page was read last."""
        self._dropped: list[Future[Answer]] = []
        """Exchanges that were under way when nobody wanted them any more: each still takes the place of another."""

    def expect(self, pages: Sequence[PageKey]) -> None:
        """Say which pages will be wanted next, in this order; what was asked for and is not among them is dropped."""
        self._drop(page for page in list(self._asked) if page not in pages)
        self._expected = [page for page in pages if page not in self._asked]

    def take(self, page: PageKey) -> Answer | None:
        """Return what came of a page that was asked for before, once it is there; None where it was not."""
        if page[1] == 1:
            self._begun_with = None
        self._fill()
        asked = self._asked.get(page)
        if asked is None:
            with suppress(ValueError):
                self._expected.remove(page)
            return None
        while not asked.done():
            self._executor.wait_for_one(self._under_way())
            self._fill()
        del self._asked[page]
        return asked.result()

    def went_well(self, page: PageKey) -> None:
        """Ask for one page more at once, up to as many as are allowed, and before this one is worked on."""
        self._width = min(self._parallel, self._width + 1)
        if page[1] == 1:
            self._begun_with = page[0]
        self._fill()

    def failed(self) -> None:
        """Ask for half as many at once, and forget those that are on their way: they would fail in the same way."""
        self._width = max(1, self._width // 2)
        forgotten = list(self._asked)
        self._drop(forgotten)
        self._expected[:0] = forgotten

    def close(self) -> None:
        """Wait for what is under way, each within the time of one exchange."""
        self.expect(())
        self._executor.shutdown()

    def _fill(self) -> None:
        self._dropped = [asked for asked in self._dropped if not asked.done()]
        if any(asked.done() and not _went_well(asked.result()) for asked in self._asked.values()):
            # What is judged in its turn may mean that PayPal is asked too often.
            return
        while (
            len(self._under_way()) < self._width
            and len(self._asked) < _KEPT_FOR_EACH * self._parallel
            and (page := next(filter(self._may_begin, self._expected), None)) is not None
        ):
            self._safe_point()
            ask = self._begin(page)
            if ask is None:
                return
            self._expected.remove(page)
            self._asked[page] = self._executor.submit(ask)

    def _under_way(self) -> list[Future[Answer]]:
        return [asked for asked in (*self._dropped, *self._asked.values()) if not asked.done()]

    def _may_begin(self, page: PageKey) -> bool:
        """Tell whether the answer will not be older than that of the first page of the batch."""
        batch, number = page
        if number == 1 or batch == self._begun_with:
            return True
        first = self._asked.get((batch, 1))
        return first is not None and first.done()

    def _drop(self, pages: Iterable[PageKey]) -> None:
        dropped = [self._asked.pop(page) for page in pages]
        self._dropped += [asked for asked in dropped if not asked.cancel() and not asked.done()]


def _went_well(answer: Answer) -> bool:
    return isinstance(answer, Reply) and answer.status == HTTPStatus.OK
