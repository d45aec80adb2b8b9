"""Without a configuration nobody pays by mistake, and whoever pays in the simulator is told so."""

from pathlib import Path

import pytest
from support.site import Ended, Site

REASON = ("--reason", "not owed any more")
ENVIRONMENT = {"PAYOUTS_PAYPAL__ENVIRONMENT": "simulator"}
SIMULATED = {"code": "simulator", "message": "SIMULATOR: no real money moves."}


@pytest.fixture
def bare(sqlite_site: Site) -> Site:
    """Return a folder in which nothing is configured, with the file of a cycle."""
    (sqlite_site.folder / "payouts.toml").unlink()
    sqlite_site.write("c", ["a,ann@example.com,10.00,USD"])
    return sqlite_site


def names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


@pytest.mark.parametrize(
    "command",
    [("run", "-c", "c"), ("retry", "c-0001-1"), ("cancel", "a", "-c", "c", *REASON)],
    ids=lambda command: command[0],
)
def test_a_command_that_moves_money_needs_a_configuration(bare: Site, command: tuple[str, ...]) -> None:
    before = names(bare.folder)
    ended = bare.json(*command, "--yes")
    assert (ended.code, ended.error_code) == (3, "config_invalid")
    assert "`payouts init`" in ended.document["error"]["hint"]
    assert names(bare.folder) == before


def test_what_it_says_to_type_is_a_way_out(bare: Site) -> None:
    assert bare.json("run", "-c", "c").code == 3
    assert bare.json("init").code == 0
    assert bare.json("run", "-c", "c").code == 0


@pytest.mark.parametrize("command", [("preview", "-c", "c"), ("status",), ("sync",), ("locks",), ("audit",)])
def test_a_command_that_moves_no_money_needs_none(bare: Site, command: tuple[str, ...]) -> None:
    assert bare.json(*command).code == 0


def test_a_file_that_is_named_or_an_environment_is_configuration_enough(bare: Site) -> None:
    assert bare.json("run", "-c", "c", **ENVIRONMENT).code == 0
    (bare.folder / "own.toml").write_text("")
    assert bare.json("run", "-c", "c", "--config", "own.toml").code == 0
    assert bare.json("run", "-c", "c", PAYOUTS_CONFIG="own.toml").code == 0


def test_any_other_variable_is_not(bare: Site) -> None:
    assert bare.json("run", "-c", "c", PAYOUTS_DATABASE__URL="sqlite:///own.db").code == 3


def test_beside_a_database_alone_nothing_that_would_be_refused_is_said_to_be_typed(bare: Site) -> None:
    assert bare.json("run", "-c", "c", **ENVIRONMENT).code == 0
    told = bare.run()
    assert "payouts init" in told.stdout
    assert "payouts run" not in told.stdout


def test_a_result_of_the_simulator_says_that_no_real_money_moves(bare: Site) -> None:
    def warnings(ended: Ended) -> list[dict[str, str]]:
        return [warning for warning in ended.result["warnings"] if warning["code"] == "simulator"]

    bare.write("c", ["a,ann@example.com,10.00,USD", "f,fail@example.com,1.00,USD"])
    preview = bare.json("preview", "-c", "c")
    run = bare.json("run", "-c", "c", **ENVIRONMENT)
    retry = bare.json("retry", "c-0001-1", "--failed-items", **ENVIRONMENT)
    rest = bare.json("run", "--open", **ENVIRONMENT)
    assert [warnings(ended) for ended in (preview, run, retry, rest)] == [[SIMULATED]] * 4
    assert SIMULATED["message"] in bare.run("preview", "-c", "c").stdout


def test_a_result_of_paypal_does_not(sqlite_site: Site) -> None:
    sqlite_site.write("c", ["a,ann@example.com,10.00,USD"])
    assert sqlite_site.json("run", "-c", "c").result["warnings"] == []
    assert sqlite_site.json("run", "--open").result["warnings"] == []
