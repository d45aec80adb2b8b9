"""Exchanges that are made beside each other, in this thread and in an order that a seed decides."""

from collections.abc import Callable, Collection
from concurrent.futures import Future
from dataclasses import dataclass, field
from random import Random

from paypal_payouts.paypal.reply import Answer


@dataclass
class OutOfOrder:
    """An executor that makes an exchange when somebody waits: any of those that were begun."""

    order: Random
    waiting: dict[Future[Answer], Callable[[], Answer]] = field(default_factory=dict)

    def submit(self, ask: Callable[[], Answer], /) -> Future[Answer]:
        later = Future[Answer]()
        self.waiting = {other: its for other, its in self.waiting.items() if not other.cancelled()} | {later: ask}
        return later

    def wait_for_one(self, begun: Collection[Future[Answer]], /) -> None:
        made = self.order.choice(list(begun))
        made.set_result(self.waiting.pop(made)())

    def shutdown(self) -> None:
        """Nothing is under way where nobody waits."""
