"""What `doctor` looked at, and what it found."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


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


@dataclass(frozen=True, slots=True)
class DoctorReport:
    """The result of `doctor`."""

    checks: Sequence[Check]
