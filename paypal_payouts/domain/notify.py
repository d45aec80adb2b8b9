"""Of what people can be notified, and the report of `notify`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from paypal_payouts.domain.base import Report

NotifyEvent = Literal["review", "refused", "failures", "unclaimed", "unfinished", "error", "success"]
"""What somebody can be notified of."""


@dataclass(frozen=True, slots=True)
class TargetReport:
    """One of those who are told how commands end."""

    name: str
    events: Sequence[str]
    problem: str | None
    """Why it was not, or cannot be, told; None where all is well."""


@dataclass(frozen=True, slots=True)
class NotifyReport(Report):
    """The result of `notify`."""

    test: bool
    """Whether each was sent a message."""
    targets: Sequence[TargetReport]
