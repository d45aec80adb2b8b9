"""A folder or file that this user may only read: named with the fix, never as a fault of the program."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest
from support.forks import Fork
from support.site import Ended, Site

from paypal_payouts.simulator.core import Simulator

RUN: Final = ["run", "-c", "c", "--yes", "--json"]


@contextmanager
def read_only(*paths: Path) -> Iterator[None]:
    modes = [path.stat().st_mode for path in paths]
    for path in paths:
        path.chmod(0o500 if path.is_dir() else 0o400)
    try:
        yield
    finally:
        for path, mode in zip(paths, modes, strict=True):
            path.chmod(mode)


@pytest.fixture
def site(tmp_path: Path, fork: Fork) -> Iterator[Site]:
    """A cycle that was paid through the embedded simulator."""
    home = tmp_path / "home"
    home.mkdir()
    with Simulator(None, lambda: datetime.now(UTC)) as simulator:
        site = Site(home, f"sqlite:///{home}/payouts.db", simulator, "http://127.0.0.1:1")
        (home / "payouts.toml").write_text('paypal.environment = "simulator"\n')
        site.write("c", ["a,ann@example.com,10.00,USD"])
        assert fork.run(site, *RUN).code == 0
        yield site


Command = Callable[..., Ended]


@pytest.fixture
def command(site: Site, fork: Fork) -> Command:
    """Return what runs a command as a user whom permissions hinder."""
    return lambda *arguments: fork.run(site, *arguments, is_unprivileged=True)


def said(ended: Ended) -> str:
    error = ended.document["error"]
    assert (ended.code, error["code"]) == (3, "config_invalid"), error
    return f"{error['message']} {error['hint']}"


@pytest.mark.parametrize("words", [RUN, ["sync", "--json"], ["cancel", "a", "-c", "c", "--reason", "x" * 10, "--json"]])
def test_a_folder_is_named_with_the_fix(site: Site, command: Command, words: list[str]) -> None:
    with read_only(site.folder):
        text = said(command(*words))
    assert str(site.folder) in text
    assert "cannot be written by this user" in text
    assert "chmod u+w" in text


def test_a_reading_needs_no_folder_that_can_be_written(site: Site, command: Command) -> None:
    with read_only(site.folder):
        assert command("status", "--json").result["cycles"][0]["items"] == {"success": 1}
    with read_only(site.folder, site.folder / "payouts.db"):
        assert command("status", "--json").code == 0


@pytest.mark.parametrize("name", ["payouts.db", "payouts.db.simulator"])
def test_a_file_is_named_with_the_fix_and_the_next_run_is_well(site: Site, command: Command, name: str) -> None:
    with read_only(site.folder / name):
        text = said(command(*RUN))
        assert f"{site.folder / name} cannot be" in text
        assert "chmod u+w" in text
    assert command(*RUN).code == 0


def test_a_command_that_asks_paypal_nothing_names_the_folder_of_the_database(site: Site, command: Command) -> None:
    (site.folder / "kept").mkdir()
    (site.folder / "payouts.toml").write_text(
        'paypal.environment = "simulator"\ndatabase.url = "sqlite:///kept/payouts.db"\n'
    )
    assert command(*RUN).code == 0
    with read_only(site.folder / "kept"):
        assert str(site.folder / "kept") in said(command("unlock", "c", "--reason", "x" * 10, "--json"))


@pytest.mark.parametrize("words", [RUN, ["unlock", "c", "--reason", "its host is off", "--json"]])
def test_a_lock_is_named_with_the_fix(site: Site, command: Command, words: list[str]) -> None:
    lock = site.folder / ".payouts" / "c.lock"
    with read_only(lock):
        text = said(command(*words))
    assert f"The lock directory {lock.parent} cannot be used: Permission denied ({lock})" in text
    assert "lock.directory" in text


def test_init_names_the_file_that_it_would_write(site: Site, command: Command) -> None:
    (site.folder / "payouts.toml").unlink()
    with read_only(site.folder):
        text = said(command("init", "--json"))
    assert text.startswith("payouts.toml cannot be written: Permission denied.")
    assert str(site.folder) in text
