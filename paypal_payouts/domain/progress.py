"""How long work shows how far it is."""

from math import inf
from typing import Protocol


class Progress(Protocol):
    """Where long work tells how far it is; shown on stderr, and never part of a result."""

    tick_s: float = inf
    """How often it wants to hear how long is still waited, in seconds."""

    def rows_read(self, count: int) -> None:
        """Report that so many rows of the input were read by now."""

    def storing(self, items: int, of: int) -> None:
        """Report that so many of the new items are stored by now."""

    def sending(self, items: int, of: int) -> None:
        """Report that so many of the items that go out now were sent by now."""

    def sent(self, batch: str, number: int, of: int, words: str) -> None:
        """Report that a batch was sent, the how many-th of this run, and in words what became of it."""

    def waiting(self, seconds: float, why: str) -> None:
        """Report that the program sleeps, for so long from now."""

    def reading(self, final: int, of: int) -> None:
        """Report that PayPal has said its final word on so many of the cycle's items."""

    def note(self, text: str) -> None:
        """Report something that happened and changes nothing, such as a read that failed."""

    def close(self) -> None:
        """Clean the line, before anything else is shown."""
