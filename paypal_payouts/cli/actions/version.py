"""What `payouts version` does: as a text it loads no library, not even to ask it for its version."""

import platform
import sqlite3
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as version_of
from typing import Final

import typer

from paypal_payouts.cli import actions
from paypal_payouts.cli.common import Common

_LIBRARIES: Final = ("SQLAlchemy", "httpx", "typer", "rich", "psycopg")


def version(common: Common) -> int:
    """Show the versions that a report of a fault needs."""
    if common.json:
        return actions.program.version(common, _versions())
    typer.echo("\n".join(f"{name} {number}" for name, number in _versions()))
    return 0


def _versions() -> Iterator[tuple[str, str]]:
    """Name the program, what it runs on, and its libraries; psycopg only where it is installed."""
    yield "paypal-payouts", version_of("paypal-payouts")
    yield "Python", f"{platform.python_version()} on {platform.platform()}"
    yield "SQLite", sqlite3.sqlite_version
    for library in _LIBRARIES:
        try:
            yield library, version_of(library)
        except PackageNotFoundError:
            continue
