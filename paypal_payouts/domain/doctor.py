"""What `doctor` looked at, and what it found."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Self

from msgspec import Struct

from paypal_payouts.domain.base import Report
from paypal_payouts.errors import Interrupted, PayoutsError


class CheckState(StrEnum):
    """How a check of `doctor` ended."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


class Check(Struct, frozen=True):
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


class DoctorReport(Report, frozen=True):
    """The result of `doctor`."""

    checks: Sequence[Check]
