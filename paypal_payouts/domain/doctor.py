"""What `doctor` looked at, and what it found."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from paypal_payouts.domain.base import Report
from paypal_payouts.errors import Interrupted, PayoutsError


class CheckState(StrEnum):
    """How a check of `doctor` ended."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of `doctor`: what was looked at, what was found, how to fix it."""

    name: str
    state: CheckState
    found: str
    mend: str = ""

    @classmethod
    def failed(cls, name: str, error: PayoutsError) -> Self:
        """Tell of a check that an error ended.

        Raises:
            Interrupted: somebody asked to stop, which says nothing of what was looked at.

        """
        if isinstance(error, Interrupted):
            raise error
        _, fix = error.hint_parts
        return cls(name, CheckState.FAILED, error.message, fix)


@dataclass(frozen=True, slots=True)
class DoctorReport(Report):
    """The result of `doctor`."""

    checks: Sequence[Check]
