"""The sandbox probe as values: what a step asks of PayPal, what is expected, and what came (docs/sandbox-probe.md).

Texts may hold `{word}`, which is the word of one probe, and the receivers that whoever runs it names.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from paypal_payouts.domain.base import Report


@dataclass(frozen=True, slots=True)
class ProbeItem:
    """One item that is sent."""

    receiver: str
    value: str = "0.01"
    currency: str = "USD"
    note: str | None = None
    kind: str = "EMAIL"
    """PayPal's `recipient_type`."""


@dataclass(frozen=True, slots=True)
class SendBatch:
    """Send a batch, in one exchange."""

    batch: str
    """What it is called within the probe; its `sender_batch_id` is made of it."""
    items: Sequence[ProbeItem]
    request: str | None = None
    """What its `PayPal-Request-Id` is made of, where not of the batch."""
    literal_id: str | None = None
    """A `sender_batch_id` that is a test value of PayPal's."""


@dataclass(frozen=True, slots=True)
class SendTwice:
    """Send the same batch twice at the same moment, in two exchanges."""

    send: SendBatch


@dataclass(frozen=True, slots=True)
class ReadBatch:
    """Read a batch that was sent before: one page once, or until it and its items are final."""

    batch: str
    until_final: bool = False
    page: int = 1
    page_size: int = 1000


@dataclass(frozen=True, slots=True)
class CancelItem:
    """Cancel the first item of a batch that was read before."""

    batch: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask what needs no batch."""

    method: str
    path: str


Action = SendBatch | SendTwice | ReadBatch | CancelItem | Ask


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to try."""

    name: str
    action: Action
    expected: str = ""
    """Words that have to be among those that come, alternatives with `or`: what the simulator answers; empty: open."""


@dataclass(frozen=True, slots=True)
class Experiment:
    """Steps that settle one question together."""

    name: str
    question: str
    steps: Sequence[Step]
    needs: Sequence[str] = ()
    """Which texts must be named."""
    pause_s: float = 1
    """Seconds before each step."""
    from_s: float = 0
    """So many seconds after the beginning of the probe it can be made; more than 0: by `--continue` alone."""
    until_s: float = float("inf")


class StepEnd(StrEnum):
    """How a step of the probe ended."""

    EXPECTED = "expected"
    OTHERWISE = "otherwise"
    OPEN = "open"
    """It has an answer, and nothing was expected."""
    LOST = "lost"
    """No whole answer came, or the program ended before it was on record."""
    LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True)
class ProbeStep:
    """One line of the result."""

    experiment: str
    step: str
    expected: str
    came: str
    """What came, in words; why it was left out."""
    end: StepEnd


@dataclass(frozen=True, slots=True)
class ProbeReport(Report):
    """The result of `doctor --probe`."""

    file: str
    steps: Sequence[ProbeStep]
    """Every step that is on record, also of earlier runs, and those that are left out."""
    stopped: str | None
    """Why it ended before its end; None where it did not."""
    later: datetime | None
    """From when `--continue` has something to look at; None where it never will."""


def agrees(expected: str, came: str) -> StepEnd:
    """Compare what came with what was expected, word by word."""
    if not expected:
        return StepEnd.OPEN
    words = set(came.split())
    found = any(words.issuperset(each.split()) for each in expected.split(" or "))
    return StepEnd.EXPECTED if found else StepEnd.OTHERWISE
