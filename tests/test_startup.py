"""Help and version load no database and no network: start-up is held by what is imported, not by time."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {
    "sqlalchemy",
    "msgspec",
    "sqlmodel",
    "httpx",
    "alembic",
    "backoff",
    "psycopg",
    "asyncio",
    "pydantic",
    "filelock",
}


def imported(*arguments: str, cwd: Path | None = None) -> set[str]:
    """Name the top-level packages that a command line imports."""
    ended = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "paypal_payouts", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=True,
    )
    names = re.findall(r"^import time:[^|]*\|[^|]*\|\s*([\w.]+)", ended.stderr, re.MULTILINE)
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize(
    "arguments", [[], ["--version"], ["--help"], ["run", "--help"], ["override", "--help"]], ids=" ".join
)
def test_help_version_and_the_start_import_nothing_heavy(arguments: list[str], tmp_path: Path) -> None:
    packages = imported(*arguments, cwd=tmp_path)
    assert "paypal_payouts" in packages
    # Typer brings pydantic where it runs a command; that is its own.
    assert not packages & (HEAVY - {"pydantic"})


def test_what_json_is_made_of_is_not_imported_for_text(tmp_path: Path) -> None:
    packages = imported("status", cwd=tmp_path)
    assert "sqlalchemy" in packages
    assert "msgspec" not in packages


def test_status_imports_no_network_and_no_simulator(tmp_path: Path) -> None:
    assert not imported("status", cwd=tmp_path) & {"httpx", "httpcore", "backoff"}


def test_json_output_never_imports_rich(tmp_path: Path) -> None:
    packages = imported("status", "--json", cwd=tmp_path)
    assert "sqlalchemy" in packages
    assert "rich" not in packages


def test_the_library_is_imported_and_listed_without_anything_heavy() -> None:
    program = "import paypal_payouts; dir(paypal_payouts); paypal_payouts.PayoutsError"
    ended = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", program], capture_output=True, text=True, check=True
    )
    names = re.findall(r"^import time:[^|]*\|[^|]*\|\s*([\w.]+)", ended.stderr, re.MULTILINE)
    assert not {name.partition(".")[0] for name in names} & HEAVY
