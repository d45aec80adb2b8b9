"""The sandbox probe as values: what a step asks of PayPal, what is expected, and what came (docs/sandbox-probe.md).

Texts may hold `{word}`, which is the word of one probe, and the receivers that whoever runs it names.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from paypal_payouts.domain.base import Report


class ProbeItem(Struct, frozen=True):
    """One item that is sent."""

    receiver: str
    value: str = "0.01"
    currency: str = "USD"
    note: str | None = None
    kind: str = "EMAIL"
    """PayPal's `recipient_type`."""


class SendBatch(Struct, frozen=True):
    """Send a batch, in one exchange."""

    batch: str
    """What it is called within the probe; its `sender_batch_id` is made of it."""
    items: Sequence[ProbeItem]
    request: str | None = None
    """What its `PayPal-Request-Id` is made of, where not of the batch."""
    literal_id: str | None = None
    """A `sender_batch_id` that is a test value of PayPal's."""


class SendTwice(Struct, frozen=True):
    """Send the same batch twice at the same moment, in two exchanges."""

    send: SendBatch


class ReadBatch(Struct, frozen=True):
    """Read a batch that was sent before: one page once, or until it and its items are final."""

    batch: str
    until_final: bool = False
    page: int = 1
    page_size: int = 1000


class CancelItem(Struct, frozen=True):
    """Cancel the first item of a batch that was read before."""

    batch: str


class Ask(Struct, frozen=True):
    """Ask what needs no batch."""

    method: str
    path: str


Action = SendBatch | SendTwice | ReadBatch | CancelItem | Ask


class Step(Struct, frozen=True):
    """One thing to try."""

    name: str
    action: Action
    expected: str = ""
    """Words that have to be among those that come, alternatives with `or`: what the simulator answers; empty: open."""


class Experiment(Struct, frozen=True):
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


class ProbeStep(Struct, frozen=True):
    """One line of the result."""

    experiment: str
    step: str
    expected: str
    came: str
    """What came, in words; why it was left out."""
    end: StepEnd


class ProbeReport(Report, frozen=True):
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
