"""The first minute: `payouts` alone, `--help`, `--version`, what a slip of the finger gets, what a shell completes."""

import json
import os
import re
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.forks import Command, Fork
from support.site import Ended, Site
from typer.main import get_command

from paypal_payouts.cli.app import COMMANDS, EXAMPLES, app
from paypal_payouts.errors import ExitCode

PROGRAM = [sys.executable, "-m", "paypal_payouts"]


def payouts(*arguments: str, cwd: Path, forks: Iterator[Fork] | None = None, **environment: str) -> Ended:
    """Run the command in a folder where nothing is configured, in a Python of its own where none is forked."""
    known = {"PATH": os.defpath, "COLUMNS": "80", **environment}
    if forks is not None:
        return next(forks).start(Command(arguments, str(cwd), known))[0].wait()
    ended = subprocess.run(
        [*PROGRAM, *arguments],
        cwd=cwd,
        env=known,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return Ended(ended.returncode, ended.stdout, ended.stderr)


def commands_in(text: str) -> list[str]:
    """Return the command lines that a text says to type."""
    return [line.strip() for line in text.splitlines() if line.startswith("  payouts ")]


def test_alone_it_leads_from_nothing_to_the_first_paid_cycle(tmp_path: Path, forks: Iterator[Fork]) -> None:
    typed = []
    for _ in range(3):
        ended = payouts(cwd=tmp_path, forks=forks)
        assert (ended.code, ended.stderr) == (0, "")
        assert max(map(len, ended.stdout.splitlines())) <= 80
        typed.append(commands_in(ended.stdout))
        for line in typed[-1]:
            if "NAME" in line:
                continue
            assert payouts(*shlex.split(line)[1:], cwd=tmp_path, forks=forks).code == 0
    assert typed == [
        ["payouts init", "payouts --help"],
        ["payouts preview example", "payouts run example", "payouts --help"],
        ["payouts status", "payouts preview NAME", "payouts --help"],
    ]


def test_the_first_cycle_of_all_is_paid_on_postgres_too(
    tmp_path: Path, forks: Iterator[Fork], postgres_database_url: str
) -> None:
    payouts("init", cwd=tmp_path, forks=forks)
    ended = payouts("run", "--cycle", "example", cwd=tmp_path, forks=forks, PAYOUTS_DATABASE__URL=postgres_database_url)
    assert (ended.code, "Items: 3 success" in ended.stdout) == (0, True)


def test_a_place_where_the_simulator_cannot_keep_its_book_is_told(tmp_path: Path, forks: Iterator[Fork]) -> None:
    payouts("init", cwd=tmp_path, forks=forks)
    ended = payouts(
        "run", "-c", "example", "--json", cwd=tmp_path, forks=forks, PAYOUTS_DATABASE__URL="sqlite:///nowhere/p.db"
    )
    assert ended.code == 3
    told = json.loads(ended.stdout)["error"]["message"]
    assert told.endswith("nowhere/p.db.simulator cannot be used: No such file or directory.")


def test_alone_in_a_folder_with_an_open_cycle_it_gives_the_advice_that_status_gives(sqlite_site: Site) -> None:
    sqlite_site.write("c", ["a,ann@example.com,10.00,USD", "f,fail@example.com,1.00,USD"])
    sqlite_site.run("run", "-c", "c", "--yes")
    ended = sqlite_site.run()
    assert ended.code == 0
    advised = [line for line in commands_in(sqlite_site.run("status").stdout) if line != "payouts --help"]
    assert advised == ["payouts status c-0001-1 --errors"]
    assert commands_in(ended.stdout)[: len(advised)] == advised
    assert "Wrong: not paid: 1 failed." in ended.stdout


def test_alone_it_changes_nothing(tmp_path: Path, forks: Iterator[Fork]) -> None:
    payouts("init", cwd=tmp_path, forks=forks)
    before = sorted(path.name for path in tmp_path.rglob("*"))
    payouts(cwd=tmp_path, forks=forks)
    assert sorted(path.name for path in tmp_path.rglob("*")) == before


def test_alone_beside_a_configuration_that_is_wrong_it_says_so(tmp_path: Path, forks: Iterator[Fork]) -> None:
    (tmp_path / "payouts.toml").write_text("[paypall]\n")
    ended = payouts(cwd=tmp_path, forks=forks)
    assert ended.code == 3
    assert "paypall" in ended.stderr


def test_help_has_the_verbs_first_in_panels_and_the_exit_codes(tmp_path: Path, forks: Iterator[Fork]) -> None:
    text = payouts("--help", cwd=tmp_path, forks=forks).stdout
    panels = re.findall(r"^(\w[\w ]*):$", text, re.MULTILINE)
    assert panels == ["Options", "Pay", "Look", "Set up", "This program", "Exit codes"]
    listed = re.findall(r"^  ([a-z]+)  ", text, re.MULTILINE)
    assert listed[:4] == ["run", "preview", "approve", "retry"]
    assert listed[listed.index("cancel") + 1] == "status"
    assert set(listed) == COMMANDS
    for code in ExitCode:
        assert code.meaning
        assert re.search(rf"^\s+{code}  {re.escape(code.meaning)}\s*$", text, re.MULTILINE), code


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_help_of_each_command_has_two_examples_on_one_line_each_that_it_takes(
    command: str, tmp_path: Path, forks: Iterator[Fork]
) -> None:
    path = [command, *{"simulator": ["serve"], "config": ["show"]}.get(command, [])]
    text = payouts(*path, "--help", cwd=tmp_path, forks=forks, COLUMNS="80").stdout
    assert text == payouts("help", *path, cwd=tmp_path, forks=forks, COLUMNS="80").stdout
    assert "…" not in text
    assert "..." not in text.replace("[ARGS]...", "").replace("[COMMAND]...", "")
    assert "<bool>" not in text
    assert max(map(len, text.splitlines())) <= 80
    first, second = EXAMPLES[command]
    assert first != second
    lines = [line.strip() for line in text.splitlines()]
    for example in (first, second):
        assert example in lines
        program, *arguments = shlex.split(example)
        assert program == "payouts"
        group = get_command(app)
        context = group.make_context("payouts", list(arguments))
        _, found, rest = group.resolve_command(context, arguments)  # type: ignore[attr-defined]  # it is a group
        if command in {"simulator", "config"}:
            _, found, rest = found.resolve_command(context, rest)
        assert found.make_context(found.name, rest, parent=context).params


def test_version_names_what_a_report_of_a_fault_needs(tmp_path: Path, forks: Iterator[Fork]) -> None:
    ended = payouts("--version", cwd=tmp_path, forks=forks)
    named = [line.split()[0] for line in ended.stdout.splitlines()]
    assert named == ["paypal-payouts", "Python", "SQLite", "SQLAlchemy", "httpx", "typer", "rich", "psycopg"]
    assert all(re.fullmatch(r"[\w-]+ \d+\.\d+.*", line) for line in ended.stdout.splitlines())


def test_the_versions_are_one_document_too(tmp_path: Path, forks: Iterator[Fork]) -> None:
    for line in (["--version", "--json"], ["version", "--json"], ["--json", "--version"]):
        document = json.loads(payouts(*line, cwd=tmp_path, forks=forks).stdout)
        assert (document["command"], document["ok"]) == ("version", True)
        assert document["result"]["version"] == document["result"]["versions"]["paypal-payouts"]


def test_a_shell_gets_its_script_and_an_unknown_one_is_named(tmp_path: Path, forks: Iterator[Fork]) -> None:
    assert "_PAYOUTS_COMPLETE=complete_bash" in payouts("completion", "bash", cwd=tmp_path, forks=forks).stdout
    ended = payouts("completion", "tcsh", cwd=tmp_path, forks=forks)
    assert (ended.code, "'tcsh' is not one of 'bash', 'zsh', 'fish'" in ended.stderr) == (2, True)


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        ("--config x.toml status c", "--config stands after the command.", "`payouts status c --config x.toml`"),
        ("-q sync", "-q stands after the command.", "`payouts sync -q`"),
        ("--config=x.toml config show", "--config stands after the command.", "`payouts config show --config=x.toml`"),
        ("--cylce c status", "No such option: --cylce", "`payouts status --help` shows the usage."),
        ("config", "`payouts config` needs one of: show, check.", "`payouts config --help` shows the usage."),
        (
            "simulator",
            "`payouts simulator` needs one of: serve, activity.",
            "`payouts simulator --help` shows the usage.",
        ),
        (
            "completion",
            "Missing argument 'SHELL'. Choose from: bash, zsh, fish",
            "`payouts completion --help` shows the usage.",
        ),
    ],
)
def test_a_wrong_command_line_is_told_in_a_sentence_with_what_to_type(
    line: str, message: str, hint: str, tmp_path: Path, forks: Iterator[Fork]
) -> None:
    ended = payouts(*shlex.split(line), cwd=tmp_path, forks=forks, COLUMNS="120")
    assert (ended.code, ended.stderr) == (2, f"error: {message}\nNothing was sent.\nhint: {hint}\n")


def test_a_mistyped_command_or_option_suggests_the_right_one(tmp_path: Path, forks: Iterator[Fork]) -> None:
    assert "Did you mean 'status'?" in payouts("sttus", cwd=tmp_path, forks=forks).stderr
    assert "--cycle" in payouts("run", "--cylce", "c", cwd=tmp_path, forks=forks).stderr


def test_retry_of_a_cycle_that_is_named_as_a_batch_says_how_to_name_it(sqlite_site: Site) -> None:
    sqlite_site.write("c", ["a,ann@example.com,10.00,USD", "f,fail@example.com,1.00,USD"])
    sqlite_site.run("run", "c")
    for option in ((), ("--failed-items",)):
        error = sqlite_site.json("retry", "c", *option).document["error"]
        typed = " ".join(["payouts retry --cycle c", *option])
        assert (error["code"], error["hint"]) == ("not_found", f"Nothing was sent. c is a cycle: `{typed}`.")


def test_the_file_of_a_new_period_is_no_slip_for_that_of_a_paid_one(sqlite_site: Site) -> None:
    sqlite_site.write("2026-11", ["a,ann@example.com,10.00,USD"])
    assert sqlite_site.run("run", "2026-11").code == 0
    error = sqlite_site.json("run", "2026-12").document["error"]
    assert error["hint"] == (
        "Nothing was sent. Write who is owed what into it, or name another file with --input. "
        "2026-11 is stored already: `payouts status 2026-11`."
    )
    sqlite_site.write("2026-22", ["a,ann@example.com,10.00,USD"])
    assert "Did you mean 2026-22?" in sqlite_site.json("run", "2026-12").document["error"]["hint"]


def test_a_mistyped_cycle_batch_or_state_suggests_the_right_one(sqlite_site: Site) -> None:
    site = sqlite_site
    site.write("weekly-2026", ["a,ann@example.com,10.00,USD", "b,bob@example.com,1.00,EUR"])
    slips = [
        (["preview", "-c", "weekly-2062"], "weekly-2026"),
        (["run", "-c", "weekli-2026", "--yes"], "weekly-2026"),
    ]
    for arguments, meant in slips:
        error = site.json(*arguments).document["error"]
        assert (error["code"], f"Did you mean {meant}?" in error["hint"]) == ("input_invalid", True)
    site.run("run", "-c", "weekly-2026", "--yes")
    for arguments, meant in (
        (["status", "-c", "weekly-202"], "weekly-2026"),
        (["audit", "--cycle", "wekly-2026"], "weekly-2026"),
        (["retry", "weekly-2026-0002-2"], "weekly-2026-0002-1"),
        (["status", "wekly-2026-0001-1"], "weekly-2026-0001-1"),
        (["status", "wekly-2026"], "weekly-2026"),
        (
            ["override", "weekly-2026-0001-11", "--to", "review", "--reason", "a slip of the finger"],
            "weekly-2026-0001-1",
        ),
    ):
        error = site.json(*arguments).document["error"]
        assert error["code"] == "not_found"
        assert f"Did you mean {meant}" in error["hint"], error
    assert "`payouts status --cycle weekly-2026`" in site.json("review", "weekly-2026").document["error"]["hint"]
    assert "Did you mean" not in site.json("status", "-c", "zzz").document["error"]["hint"]
    wrong = site.json("status", "--state", "faild").document["error"]
    assert (wrong["code"], "Did you mean failed?" in wrong["hint"]) == ("usage", True)


def test_the_sample_cycle_is_not_offered_outside_the_simulator(sqlite_site: Site) -> None:
    sqlite_site.write("example", ["a,ann@example.com,10.00,USD"])
    assert "Cycle example has a file" not in sqlite_site.run().stdout
    sqlite_site.write("real", ["a,ann@example.com,10.00,USD"])
    assert "Cycle real has a file" in sqlite_site.run().stdout


HEADER = "item_id,receiver,amount,currency,note\n"


def test_alone_it_does_not_advise_to_pay_a_copy_of_another_cycle(sqlite_site: Site) -> None:
    site, rows = sqlite_site, ["a,ann@example.com,10.00,USD", "b,bob@example.com,11.00,USD"]
    site.write("w49", rows)
    assert "payouts run w49" in commands_in(site.run().stdout)
    site.run("run", "w49", "--yes")
    site.write("w50", ["c,cyd@example.com,12.00,USD"])
    assert site.run().stderr == "", "the file is read, and nobody is told how far"
    (site.folder / "cycles" / "w50.csv").unlink()
    site.write("w49-backup", rows)
    alone = " ".join(site.run().stdout.split())
    assert "Cycle w49-backup has a file and was never sent. It has the same rows as w49. Look at it:" in alone
    assert ("payouts preview w49-backup" in alone, "payouts run" in alone) == (True, False)
    # Not the same bytes: the copy guard knows it. Past its days a copy to the byte is still known.
    (site.folder / "cycles" / "w49-backup.csv").unlink()
    site.write("again", [f"{row}," for row in rows], header=HEADER)
    assert "Half of its rows or more are those of w49." in " ".join(site.run().stdout.split())
    site.configure(more="[limits]\nduplicate_days = 0\n")
    assert "payouts run again" in commands_in(site.run().stdout)
    site.write("again", rows)
    assert "It has the same rows as w49." in site.run().stdout
    site.write("again", ["a,ann@example.com,no amount,USD"])
    assert "payouts preview again" in commands_in(site.run().stdout)


def complete(site: Site, line: str, **environment: str) -> list[str]:
    """Ask for what bash would offer at the end of a line; nothing may be written beside it."""
    words = line.split(" ")
    ended = site.run(_PAYOUTS_COMPLETE="complete_bash", COMP_WORDS=line, COMP_CWORD=str(len(words) - 1), **environment)
    assert ended.stderr == ""
    return ended.stdout.split()


def test_a_shell_completes_commands_cycles_batches_and_states(sqlite_site: Site) -> None:
    site = sqlite_site
    site.write("2026-11", ["a,ann@example.com,10.00,USD", "b,bob@example.com,1.00,EUR"])
    site.run("run", "-c", "2026-11", "--yes")
    site.write("2026-12", ["a,ann@example.com,10.00,USD"])
    site.write("Not a cycle", ["a,ann@example.com,10.00,USD"])
    assert complete(site, "payouts re") == ["retry", "review", "reconcile", "report", "reseal"]
    assert complete(site, "payouts run ") == ["2026-11", "2026-12"]
    assert complete(site, "payouts status -c 2026-12") == ["2026-12"]
    assert complete(site, "payouts unlock 2") == ["2026-11", "2026-12"]
    assert complete(site, "payouts retry 20") == ["2026-11-0001-1", "2026-11-0002-1"]
    assert complete(site, "payouts status 2026-11-0002") == ["2026-11-0002-1"]
    assert complete(site, "payouts status 2026-11") == ["2026-11", "2026-11-0001-1", "2026-11-0002-1"]
    assert complete(site, "payouts status --state re") == ["returned", "refunded", "reversed"]
    assert complete(site, "payouts override 2026-11-0001-1 --to ab") == ["abandoned"]
    assert complete(site, "payouts override inv-7 -c 2026-11 --to ac") == ["accepted", "acknowledged"]


def test_a_shell_completes_by_the_configuration_that_the_line_names(sqlite_site: Site, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    assert sqlite_site.run("init", "--config", str(elsewhere / "payouts.toml")).code == 0
    line = f"payouts run --config {elsewhere}/payouts.toml -c "
    assert complete(sqlite_site.afresh, line) == ["example"]


@pytest.mark.parametrize("line", ["payouts run ", "payouts retry ", "payouts status "])
def test_where_anything_is_wrong_a_shell_completes_nothing_and_says_nothing(sqlite_site: Site, line: str) -> None:
    sqlite_site.write("c", ["a,ann@example.com,10.00,USD"])
    (sqlite_site.folder / "payouts.db").write_bytes(b"this is no database" * 100)
    assert complete(sqlite_site, line) == []
    (sqlite_site.folder / "payouts.toml").write_text("[paypall]\n")
    assert complete(sqlite_site, line) == []


def test_where_the_database_does_not_answer_a_shell_is_not_kept_waiting(sqlite_site: Site) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql+psycopg://u@127.0.0.1:{silent.getsockname()[1]}/db?connect_timeout=600"
        assert complete(sqlite_site, "payouts status -c ", PAYOUTS_DATABASE__URL=url) == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_installed_for_a_shell(shell: str, tmp_path: Path) -> None:
    ended = payouts(
        "--install-completion",
        shell,
        cwd=tmp_path,
        HOME=str(tmp_path),
        _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1",
    )
    assert ended.code == 0, ended.stderr
    written = "".join(path.read_text() for path in tmp_path.rglob("*") if path.is_file())
    assert "_PAYOUTS_COMPLETE" in written
