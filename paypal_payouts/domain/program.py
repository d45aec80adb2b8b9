"""The reports of `help`, `version` and `completion`."""

from collections.abc import Sequence
from typing import NamedTuple

from paypal_payouts.domain.base import Report


class HelpReport(Report, frozen=True):
    """The result of `help`."""

    about: str | None
    """The command; None is the whole program."""
    text: str


class Version(NamedTuple):
    """What there is, and which."""

    name: str
    number: str


class VersionReport(Report, frozen=True):
    """The result of `version`."""

    versions: Sequence[Version]
    """Of the program, of what it runs on, and of its libraries."""


class CompletionReport(Report, frozen=True):
    """The result of `completion`."""

    shell: str
    text: str
    """The script that the shell reads."""
