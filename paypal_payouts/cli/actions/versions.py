"""The versions that a report of a fault needs; no library is loaded to ask for its own."""

import platform
import sqlite3
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import Final

_LIBRARIES: Final = ("SQLAlchemy", "httpx", "typer", "rich", "psycopg")


def versions() -> Iterator[tuple[str, str]]:
    """Name the program, what it runs on, and its libraries; psycopg only where it is installed."""
    yield "paypal-payouts", version("paypal-payouts")
    yield "Python", f"{platform.python_version()} on {platform.platform()}"
    yield "SQLite", sqlite3.sqlite_version
    for library in _LIBRARIES:
        try:
            yield library, version(library)
        except PackageNotFoundError:
            continue
