"""Help and version load no database and no network: start-up is held by what is imported, not by time."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from paypal_payouts.cli import app

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
OF_THE_DOMAIN = {"completeness", "identity", "moves", "ranges", "states", "words"}
"""What every command line imports of it: none of these has a value of more than a few words."""
NOT_FOR_STATUS = {
    *("httpx", "httpcore", "backoff", "filelock", "alembic", "psycopg", "apprise", "prometheus_client"),
    "paypal_payouts.library",
    "paypal_payouts.notify",
    "paypal_payouts.paypal.client",
    "paypal_payouts.present.last_line",
    "paypal_payouts.present.sheet",
    "paypal_payouts.protocol.locks",
    "paypal_payouts.protocol.submission",
    "paypal_payouts.results",
    "paypal_payouts.simulator",
}
ENDING = """\
import atexit, gc, os, sys
from paypal_payouts.cli.app import main
sys.argv = ["payouts", "--version"]
atexit.register(lambda: print(gc.get_freeze_count() > 10_000))
main()
"""
PLUGIN = "from pathlib import Path\nPath(__file__).with_name('loaded').touch()\nplugin = None\n"


def modules(*arguments: str, cwd: Path | None = None) -> set[str]:
    """Name the modules that a command line imports, and the packages that they are in."""
    ended = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "paypal_payouts", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=True,
    )
    names = re.findall(r"^import time:[^|]*\|[^|]*\|\s*([\w.]+)", ended.stderr, re.MULTILINE)
    return {*names, *(name.partition(".")[0] for name in names)}


@pytest.mark.parametrize(
    "arguments", [[], ["--version"], ["--help"], ["run", "--help"], ["override", "--help"]], ids=" ".join
)
def test_help_version_and_the_start_import_nothing_heavy(arguments: list[str], tmp_path: Path) -> None:
    names = modules(*arguments, cwd=tmp_path)
    domain = "paypal_payouts.domain."
    assert {name.removeprefix(domain) for name in names if name.startswith(domain)} == OF_THE_DOMAIN
    # Typer brings pydantic where it reads the name of a command; that is its own.
    assert not names & (HEAVY if arguments in (["--version"], ["--help"]) else HEAVY - {"pydantic"})


def test_what_json_is_made_of_is_not_imported_for_text(tmp_path: Path) -> None:
    names = modules("status", cwd=tmp_path)
    assert "sqlalchemy" in names
    assert "paypal_payouts.results" not in names


def test_status_imports_nothing_that_sends_locks_or_notifies(tmp_path: Path) -> None:
    assert not modules("status", cwd=tmp_path) & NOT_FOR_STATUS


def test_json_output_never_imports_rich(tmp_path: Path) -> None:
    names = modules("status", "--json", cwd=tmp_path)
    assert "sqlalchemy" in names
    assert "rich" not in names


def test_the_library_is_imported_and_listed_without_anything_heavy() -> None:
    program = "import paypal_payouts; dir(paypal_payouts); paypal_payouts.PayoutsError"
    ended = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", program], capture_output=True, text=True, check=True
    )
    names = re.findall(r"^import time:[^|]*\|[^|]*\|\s*([\w.]+)", ended.stderr, re.MULTILINE)
    assert not {name.partition(".")[0] for name in names} & HEAVY


def test_typer_is_given_the_command_that_is_typed_alone() -> None:
    command, group = app._application(["status", "--watch"]), app._application(["config", "--help"])
    assert [each.name for each in command.registered_commands] == ["status"]
    assert [each.name for each in group.registered_groups] == ["config"]
    assert not [*command.registered_groups, *group.registered_commands]
    for whole in ([], ["help", "run"], ["--help"], ["stauts"], ["--json", "status"]):
        assert app._application(whole) is app.app


def test_what_was_loaded_is_not_looked_through_at_the_end() -> None:
    ended = subprocess.run([sys.executable, "-c", ENDING], capture_output=True, text=True, check=True)
    assert ended.stdout.endswith("True\n")


def test_no_foreign_plugin_checks_the_configuration(tmp_path: Path) -> None:
    information = tmp_path / "foreign-1.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: foreign\nVersion: 1\n")
    (information / "entry_points.txt").write_text("[pydantic]\nforeign = foreign:plugin\n")
    (tmp_path / "foreign.py").write_text(PLUGIN)
    command = [sys.executable, "-m", "paypal_payouts", "status"]
    subprocess.run(command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(tmp_path)}, check=True)
    assert not (tmp_path / "loaded").exists()
