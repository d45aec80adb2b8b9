"""Exchanges that are made beside each other, in threads of their own."""

from collections.abc import Callable, Collection
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from paypal_payouts.paypal.reply import Answer


class Threads:
    """Makes up to so many exchanges at once."""

    def __init__(self, most: int) -> None:
        """Begin with none; a thread starts when it is first needed."""
        self._pool = ThreadPoolExecutor(most, "read-ahead")

    def submit(self, ask: Callable[[], Answer], /) -> Future[Answer]:
        """Begin one."""
        return self._pool.submit(ask)

    def wait_for_one(self, begun: Collection[Future[Answer]], /) -> None:
        """Wait until one of those that were begun is over."""
        wait(begun, return_when=FIRST_COMPLETED)

    def shutdown(self) -> None:
        """Wait for all that were begun."""
        self._pool.shutdown()
