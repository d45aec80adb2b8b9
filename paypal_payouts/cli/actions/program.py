"""What `payouts help`, `version` and `completion` do: about the program itself; a text needs no library to be shown."""

import io
import platform
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as version_of
from typing import Final, Literal

import typer

from paypal_payouts.cli import actions
from paypal_payouts.cli.common import Common
from paypal_payouts.domain.program import CompletionReport, HelpReport, Version, VersionReport
from paypal_payouts.domain.report import Finished

_LIBRARIES: Final = ("SQLAlchemy", "httpx", "typer", "rich", "psycopg")

Shell = Literal["bash", "zsh", "fish"]


def help_(common: Common, about: str | None, show: Callable[[], object]) -> int:
    """Show a help text, which `show` writes to stdout."""
    text = io.StringIO()
    with redirect_stdout(text):
        show()
    if not common.json:
        typer.echo(text.getvalue(), nl=False)
        return 0
    return actions.execution.execute_without_settings(common, lambda: Finished(HelpReport(about, text.getvalue())))


def version(common: Common) -> int:
    """Show the versions that a report of a fault needs; no library is loaded to ask for its own."""
    if not common.json:
        typer.echo("\n".join(f"{name} {number}" for name, number in _versions()))
        return 0
    return actions.execution.execute_without_settings(common, lambda: Finished(VersionReport(list(_versions()))))


def _versions() -> Iterator[Version]:
    """Name the program, what it runs on, and its libraries; psycopg only where it is installed."""
    yield Version("paypal-payouts", version_of("paypal-payouts"))
    yield Version("Python", f"{platform.python_version()} on {platform.platform()}")
    yield Version("SQLite", sqlite3.sqlite_version)
    for library in _LIBRARIES:
        try:
            yield Version(library, version_of(library))
        except PackageNotFoundError:
            continue


def completion(common: Common, shell: Shell) -> int:
    """Show the script by which a shell completes what is typed."""
    from typer._completion_shared import get_completion_script  # noqa: PLC0415 - Typer's, for this alone

    script = get_completion_script(prog_name="payouts", complete_var="_PAYOUTS_COMPLETE", shell=shell)
    if not common.json:
        typer.echo(script)
        return 0
    return actions.execution.execute_without_settings(common, lambda: Finished(CompletionReport(shell, f"{script}\n")))
