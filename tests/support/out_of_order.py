"""Exchanges that are made beside each other, in this thread and in an order that a seed decides."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from paypal_payouts.paypal.reply import Answer


@dataclass
class OutOfOrder:
    """An executor that makes an exchange when somebody waits for it, after any number of those that wait as well."""

    order: Random
    waiting: list["Later"] = field(default_factory=list)

    def submit(self, ask: Callable[[], Answer], /) -> "Later":
        later = Later(self, ask)
        self.waiting.append(later)
        return later

    def shutdown(self) -> None:
        """Nothing is under way where nobody waits."""

    def make_until(self, wanted: "Later") -> None:
        while wanted in self.waiting:
            picked = self.waiting.pop(self.order.randrange(len(self.waiting)))
            picked.answer = picked.ask()


@dataclass(eq=False)
class Later:
    """What will come of an exchange."""

    executor: OutOfOrder
    ask: Callable[[], Answer]
    answer: Answer | None = None

    def done(self) -> bool:
        return self.answer is not None

    def cancel(self) -> bool:
        if self in self.executor.waiting:
            self.executor.waiting.remove(self)
            return True
        return False

    def result(self) -> Answer:
        self.executor.make_until(self)
        assert self.answer is not None
        return self.answer
