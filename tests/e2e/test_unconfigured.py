"""Without a configuration nobody pays by mistake, and whoever pays in the simulator is told so."""

import re
from pathlib import Path

import pytest
from support.site import Ended, Site

REASON = ("--reason", "not owed any more")
ENVIRONMENT = {"PAYOUTS_PAYPAL__ENVIRONMENT": "simulator"}
NOTHING_HERE = "There is no payouts.toml in {} and no database payouts.db: what was paid is not known here."
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


LOOKS = [
    ("status",),
    ("status", "--refused-payees"),
    ("audit", "--verify"),
    ("sync", "--quiet"),
    ("locks",),
    ("metrics", "--output", "-"),
    ("archive", "--before", "2026-01-01", "--yes"),
    ("preview", "-c", "c"),
]


@pytest.mark.parametrize("command", LOOKS, ids=" ".join)
def test_an_answer_about_nothing_says_so_and_leaves_nothing_behind(bare: Site, command: tuple[str, ...]) -> None:
    before = names(bare.folder)
    ended = bare.run(*command)
    assert (ended.code, NOTHING_HERE.format(bare.folder) in " ".join(ended.stderr.split())) == (0, True)
    assert names(bare.folder) == before


@pytest.mark.parametrize("command", [("status",), ("sync",), ("preview", "-c", "c")], ids=" ".join)
def test_a_program_reads_so_among_the_warnings(bare: Site, command: tuple[str, ...]) -> None:
    first = bare.json(*command).result["warnings"]
    assert {"code": "no_configuration", "message": NOTHING_HERE.format(bare.folder)} in first


@pytest.mark.parametrize(
    "command",
    [("explain", "ann"), ("status", "c"), ("sync", "-c", "c"), ("review", "c-0001-1"), ("reseal", *REASON)],
    ids=lambda command: command[0],
)
def test_who_is_not_found_is_not_said_to_be_unpaid(bare: Site, command: tuple[str, ...]) -> None:
    before = names(bare.folder)
    error = bare.json(*command).document["error"]
    assert names(bare.folder) == before
    assert (error["code"], error["message"].startswith(NOTHING_HERE.format(bare.folder))) == ("not_found", True)
    sent = "" if command[0] in {"explain", "status", "review"} else "Nothing was sent. "
    assert error["hint"] == f"{sent}Go to the folder of your configuration, or name it with --config."
    assert "warning:" not in bare.run(*command).stderr


def test_doctor_warns_of_a_folder_without_configuration(bare: Site) -> None:
    def check(ended: Ended) -> tuple[str, str]:
        (found,) = (each for each in ended.result["checks"] if each["name"] == "configuration")
        return found["state"], found["found"]

    state, found = check(bare.json("doctor"))
    assert (state, found.startswith(f"no payouts.toml in {bare.folder}")) == ("warning", True)
    assert check(bare.json("doctor", **ENVIRONMENT))[0] == "ok"


def test_where_something_is_configured_or_stored_nothing_is_warned_of(bare: Site) -> None:
    assert bare.run("status", **ENVIRONMENT).stderr == ""
    assert bare.json("run", "-c", "c", **ENVIRONMENT).code == 0
    assert bare.run("status").stderr == ""


@pytest.mark.parametrize(
    "command",
    [("explain", " "), ("explain", "ann"), ("status", "x"), ("review", "x-0001-1"), ("reconcile", "-c", "x")],
    ids=" ".join,
)
def test_who_only_asks_is_not_told_that_nothing_was_sent(sqlite_site: Site, command: tuple[str, ...]) -> None:
    sqlite_site.write("c", ["a,bob@example.com,10.00,USD"])
    assert sqlite_site.json("run", "-c", "c").code == 0
    ended = sqlite_site.run(*command)
    assert (ended.code != 0, "othing was sent" in ended.stderr) == (True, False)


@pytest.mark.parametrize("command", [("status",), ("status", "--refused-payees")], ids=" ".join)
def test_a_list_of_nothing_leads_to_the_folder_of_the_configuration(bare: Site, command: tuple[str, ...]) -> None:
    told = bare.run(*command).stdout
    assert " ".join(told.split()) == "Go to the folder of your configuration, or name it with --config."


def test_doctor_there_does_not_say_that_nothing_stands_in_the_way(bare: Site) -> None:
    told = bare.run("doctor").stdout.splitlines()[-1]
    assert re.search(r"\d+ warnings?\.$", told)


def test_who_asks_what_was_paid_reads_first_that_it_is_a_simulator(bare: Site) -> None:
    assert bare.json("run", "-c", "c", **ENVIRONMENT).code == 0
    for command in (("explain", "ann"), ("status", "-c", "c"), ("status", "c-0001-1")):
        assert bare.run(*command, **ENVIRONMENT).stdout.startswith(SIMULATED["message"])


def test_explain_that_finds_nothing_names_what_it_looked_at(bare: Site) -> None:
    assert bare.json("run", "-c", "c", **ENVIRONMENT).code == 0
    message = bare.json("explain", "zoe", **ENVIRONMENT).document["error"]["message"]
    assert message == (
        "Nothing fits 'zoe': the only cycle that was ever stored was looked at. That is environment simulator, "
        f"account main, database {bare.folder / 'payouts.db'}."
    )
