"""The reports of `help`, `version` and `completion`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from paypal_payouts.domain.base import Report


@dataclass(frozen=True, slots=True)
class HelpReport(Report):
    """The result of `help`."""

    about: str | None
    """The command; None is the whole program."""
    text: str


class Version(NamedTuple):
    """What there is, and which."""

    name: str
    number: str


@dataclass(frozen=True, slots=True)
class VersionReport(Report):
    """The result of `version`."""

    versions: Sequence[Version]
    """Of the program, of what it runs on, and of its libraries."""


@dataclass(frozen=True, slots=True)
class CompletionReport(Report):
    """The result of `completion`."""

    shell: str
    text: str
    """The script that the shell reads."""
