"""Names that carry the promise: cycles, batches and the id that PayPal protects against a second payment.

Source: docs/design.md, 2. An id never holds content or chance: the same cycle sent from a lost database
comes out with the same ids, and PayPal answers that it knows them.
"""

import re
from dataclasses import dataclass
from typing import Literal

Environment = Literal["simulator", "sandbox", "live"]

_CYCLE = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}", re.ASCII)
_ACCOUNT = re.compile(r"[a-z0-9]{1,20}", re.ASCII)
_BATCH = re.compile(r"(?P<cycle>.+)-(?P<sequence>[0-9]{4,9})-(?P<attempt>[1-9][0-9]{0,5})", re.ASCII)


def is_cycle_name(text: str) -> bool:
    """Return whether a text can name a cycle: 1 to 64 of `a-z 0-9 . _ -`, a letter or digit first, never a path."""
    return _CYCLE.fullmatch(text) is not None


def is_account_name(text: str) -> bool:
    """Return whether a text can name a paying account: 1 to 20 of `a-z 0-9`."""
    return _ACCOUNT.fullmatch(text) is not None


@dataclass(frozen=True, slots=True, order=True)
class BatchName:
    """Our id of a batch: cycle, sequence in the cycle, attempt; `2026-11-0001-1` as text."""

    cycle: str
    sequence: int
    attempt: int

    def __str__(self) -> str:
        """Write `<cycle>-<sequence>-<attempt>`."""
        return f"{self.cycle}-{self.sequence:04d}-{self.attempt}"

    @classmethod
    def parse(cls, text: str) -> "BatchName | None":
        """Read a batch id back; None where the text is not one."""
        match = _BATCH.fullmatch(text)
        if match is None or not is_cycle_name(match["cycle"]):
            return None
        name = cls(match["cycle"], int(match["sequence"]), int(match["attempt"]))
        return name if str(name) == text else None

    def sender_batch_id(self, *, account: str, environment: str) -> str:
        """Make the id under which PayPal pays this batch at most once in 30 days (docs/design.md, 2)."""
        return f"{account}-{environment}-{self}"
