"""The results of `help`, `version` and `completion`."""

from typing import Annotated, Self

from msgspec import Meta

from paypal_payouts.domain.program import CompletionReport, HelpReport, VersionReport
from paypal_payouts.results.values import JsonStruct


class HelpJson(JsonStruct, frozen=True):
    """The result of `help`."""

    about: Annotated[str | None, Meta(description="The command; null is the whole program.")]
    text: Annotated[str, Meta(description="The help text.")]

    @classmethod
    def of(cls, report: HelpReport) -> Self:
        """Show the text."""
        return cls.taken(report)


class VersionJson(JsonStruct, frozen=True):
    """The result of `version`."""

    version: Annotated[str, Meta(description="Of the program.")]
    versions: Annotated[
        dict[str, str], Meta(description="Of the program, of Python and SQLite, and of the libraries, by name.")
    ]

    @classmethod
    def of(cls, report: VersionReport) -> Self:
        """Show the versions."""
        versions = dict(report.versions)
        return cls(version=versions["paypal-payouts"], versions=versions)


class CompletionJson(JsonStruct, frozen=True):
    """The result of `completion`."""

    shell: Annotated[str, Meta(description="The shell.")]
    script: Annotated[str, Meta(description="The script that it reads.")]

    @classmethod
    def of(cls, report: CompletionReport) -> Self:
        """Show the script."""
        return cls(shell=report.shell, script=report.text)
