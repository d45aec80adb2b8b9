"""README and its companions are true: what they say to type is typed here, and what they show is what is printed.

Their crontabs and systemd units are run in e2e/test_cron.py, their Python in verbs/test_library.py, their SQL in
storage/test_roles.py; the reference is written by reference/; the tables of the runbook are checked in test_runbook.py,
links, citations and recipes in test_docs.py. Every other block is here.
"""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tomllib
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any, get_args

import pytest
import typer
from support import readme
from typer.main import get_command

from paypal_payouts.cli.app import COMMANDS, app
from paypal_payouts.config import load_settings
from paypal_payouts.config.credentials import CLIENT_ID, CLIENT_SECRET
from paypal_payouts.config.environment import CONFIG_VARIABLE, SECTIONS
from paypal_payouts.config.sections import BAD_NEWS
from paypal_payouts.domain.notify import NotifyEvent
from paypal_payouts.log import FIELDS, NO_EVENT, Event
from paypal_payouts.simulator import control, fates, settings
from paypal_payouts.simulator.calls import Operation
from paypal_payouts.simulator.faults import FaultKind

ROOT = Path(__file__).resolve().parents[1]

NOT_RUN = {
    "pip install 'paypal-payouts[postgres]'\n": "asks a registry; that the extra exists is checked below",
}
"""Blocks that no test runs, each with the reason."""

WRITTEN = readme.text().replace(readme.between("reference"), "")
"""All of them without what a program wrote."""

SAID = [
    said
    for document in readme.DOCUMENTS
    for said in re.findall(r"`([^`]+)`", readme.prose(document).replace(readme.between("reference"), ""))
]
"""What stands in backticks within their sentences and tables."""


def blocks(kind: str) -> list[readme.Block]:
    return [block for block in readme.blocks() if block.kind == kind]


# The blocks


def test_every_block_has_a_test() -> None:
    counted = Counter(block.kind for block in readme.blocks())
    # Here: the two that set it up, the tour, the configuration, the layout and a picture, and what cannot be run. A
    # screen is in tests/verbs/test_refused_payees.py.
    here = {"csv": 1, "console": 4, "toml": 1, "text": 3, "sh": 2 + len(NOT_RUN)}
    elsewhere = {"bash": 5, "crontab": 3, "dockerfile": 1, "ini": 3, "python": 1, "sql": 2, "yaml": 1}
    assert counted == here | elsewhere
    assert [block.kind for block in readme.blocks("README")[:2]] == ["sh", "sh"]
    assert {block.text for block in blocks("sh")[2:]} == set(NOT_RUN)


def test_the_first_block_and_the_tour_on_a_fresh_machine(tmp_path: Path) -> None:
    """The ids of the simulator's PayPal go on from the first block: as README has them, the whole of it was typed."""
    clone = tmp_path / "clone"
    left_out = shutil.ignore_patterns(".venv", ".git", "__pycache__", ".*_cache", "tests", "payouts.*db*", "cycles")
    shutil.copytree(ROOT, clone, ignore=left_out, symlinks=True)
    set_up = subprocess.run(
        ["bash", "-euc", readme.blocks("README")[0].text],
        cwd=clone,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert set_up.returncode == 0, set_up.stdout + set_up.stderr
    assert "Items: 3 success" in set_up.stdout
    activate = ""
    for block in readme.blocks("README"):
        if block.kind == "csv":
            (path,) = re.findall(r"`(\S+\.csv)`", block.before)
            (clone / path).write_text(block.text)
        if block.kind == "console":
            if "Correct Jonas's address" in block.before:
                path = clone / "cycles" / "2026-11.csv"
                path.write_text(path.read_text().replace("fail@example.com", "jonas@example.com"))
            for step in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
                line, shown = step.split("\n", 1)
                if line.startswith("source "):
                    activate = f"{line} && "
                else:
                    type_in(clone, activate, line, shown)


def type_in(folder: Path, before: str, line: str, shown: str) -> None:
    """Type one line of the tour: what README shows is what is printed, or how the progress begins."""
    environment = {"PATH": os.defpath, "HOME": str(folder), "COLUMNS": "80"}

    def typed() -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ["bash", "-c", before + line], cwd=folder, env=environment, capture_output=True, text=True, check=False
        )

    ended = typed()
    assert ended.returncode == (5 if "not everything is paid" in ended.stdout else 0), line + ended.stderr
    assert shown == ended.stdout or ended.stderr.startswith(shown), f"{line}\n{ended.stdout}{ended.stderr}"
    if line.startswith("payouts run"):
        # README goes on: run it again, nothing is sent, and the answer is the same.
        again = typed()
        assert (again.returncode, again.stdout) == (ended.returncode, ended.stdout)
        assert "accepted" in ended.stderr
        assert "accepted" not in again.stderr


def test_ci_runs_the_second_block_then_the_proof_and_the_lowest_versions(tmp_path: Path) -> None:
    assert ".venv/bin/python tests/check.py" in readme.blocks("README")[1].text
    # CI's own script, on a README whose second block says what it runs.
    shutil.copytree(ROOT / ".ci", tmp_path / ".ci")
    (tmp_path / ".ci/lowest").write_text("echo lowest\n")
    python = tmp_path / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\necho "$@"\n')
    python.chmod(0o755)
    (tmp_path / "README.md").write_text("```sh\nexit 1\n```\n\n```sh\necho second block\n```\n\n```\nexit 1\n```\n")
    ended = subprocess.run(["bash", tmp_path / ".ci/run"], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (0, "second block\n-m pytest --tier proof -n3\nlowest\n")


def test_the_configuration_is_accepted(tmp_path: Path) -> None:
    (block,) = blocks("toml")
    (tmp_path / "payouts.toml").write_text(block.text)
    loaded = load_settings(path=None, environ={}, cwd=tmp_path)
    assert [target.name for target in loaded.notify.targets] == ["on call", "accounting"]


def test_the_layout_is_that_of_the_package() -> None:
    (block,) = (block for block in readme.blocks("development") if block.kind == "text")
    root, *listed = [line.split()[0] for line in block.text.splitlines()]
    package = ROOT / root
    assert all((package / name).is_dir() if name.endswith("/") else (package / name).is_file() for name in listed)
    folders = {f"{path.name}/" for path in package.iterdir() if (path / "__init__.py").exists()}
    assert folders == {name for name in listed if name.endswith("/")}


def test_every_extra_that_is_named_exists() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    named = set(re.findall(r"paypal-payouts\[(\w+)\]", WRITTEN))
    assert named == set(extras) - {"test"}


# What is said to type


def test_every_command_is_named() -> None:
    for command in COMMANDS:
        assert f"`{command}" in WRITTEN or f"payouts {command}" in WRITTEN, command


@pytest.mark.parametrize("line", sorted({" ".join(each.split()) for each in SAID if each.startswith("payouts ")}))
def test_what_it_says_to_type_can_be_typed(line: str) -> None:
    _, *words = shlex.split(line.partition(" | ")[0])
    group: Any = get_command(app)
    if words[0].startswith("--"):
        assert words[0] in {option for parameter in group.params for option in parameter.opts}
        return
    if words == ["COMMAND", "--help"]:
        return
    context = group.make_context("payouts", list(words))
    name, command, rest = group.resolve_command(context, words)
    while hasattr(command, "commands"):
        name, command, rest = command.resolve_command(context, rest)
    try:
        command.make_context(name, list(rest), parent=context)
    except typer.TyperException as error:
        if not error.format_message().startswith("Missing "):
            raise
        # A command that is only named, as in "look, then `payouts override BATCH` as below", is not yet one to type.
        assert rest[-1:] == ["..."] or not any(word.startswith("-") for word in rest)


def test_every_option_that_is_named_exists() -> None:
    group: Any = get_command(app)
    of: dict[str, set[str]] = {
        name: {option for parameter in command.params for option in [*parameter.opts, *parameter.secondary_opts]}
        for name, command in group.commands.items()
    }
    others = {"--seed N --verbose", "--postgres URL", "--with all", "--tier NAME"}  # of the simulation, and of pytest
    for said in set(SAID) - others:
        first, *_ = words = said.split()
        given = {word for word in words if word.startswith("--")}
        if first in of:
            assert given <= of[first], said
        elif first.startswith("--"):
            assert given <= set.union(*of.values()), said


def test_every_key_and_value_of_the_configuration_that_is_named_exists(tmp_path: Path) -> None:
    endings = {"py", "toml", "json"}
    checked = []
    for said in SAID:
        name, _, value = " ".join(said.split()).partition(" = ")
        section, _, key = name.partition(".")
        if section in SECTIONS and key.isidentifier() and key not in endings:
            checked.append(name)
            assert key in SECTIONS[section].model_fields, said
            if value:
                (tmp_path / "payouts.toml").write_text(said)
                load_settings(path=None, environ={}, cwd=tmp_path)
    assert {"database.url", "paypal.requests_per_minute", "log.format"} <= set(checked)
    for variable in set(re.findall(r"PAYOUTS_[A-Z]+__[A-Z_]+", WRITTEN)):
        section, key = variable.removeprefix("PAYOUTS_").lower().split("__")
        assert key in SECTIONS[section].model_fields, variable


def test_every_variable_that_the_program_reads_is_named() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "paypal_payouts").rglob("*.py"))
    read = {*re.findall(r'environ\.get\("(\w+)"', sources), CONFIG_VARIABLE, CLIENT_ID, CLIENT_SECRET}
    assert {"NO_COLOR", "COLUMNS"} < read
    assert [name for name in read if name not in WRITTEN] == []


def test_the_proofs_that_it_says_to_run_are_there() -> None:
    variants = len(list((ROOT / "tests" / "variants" / "patches").iterdir()))
    assert f"| {variants}, each of which the tests must catch |" in WRITTEN
    sources = {path: path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py")}
    for said in SAID:
        for path in re.findall(r"\btests/[\w/.]*", said):
            assert (ROOT / path).exists(), said
        for variable in re.findall(r"PAYOUTS_TEST_\w+", said):
            assert any(f'"{variable}"' in text for text in sources.values()), said
        for module in re.findall(r"python -m ([\w.]+)", said):
            if module == "pytest":
                continue
            path = ROOT / "tests" / module.replace(".", "/")
            path = path / "__main__.py" if path.is_dir() else path.with_suffix(".py")
            assert all(f'"{option}"' in sources[path] for option in re.findall(r"--\w+", said)), said


# What is said of the log, of news, and of the simulator


def names(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_every_event_of_the_log_has_its_line() -> None:
    told = readme.rows(readme.section("The log"), "event")
    listed = [name for first in told for name in names(f"`{first}`")]
    assert sorted(listed) == sorted([*get_args(Event), NO_EVENT])
    told_of = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "paypal_payouts").glob("*/**/*.py"))
    assert [name for name in get_args(Event) if f'"{name}"' not in told_of] == []
    assert f"`{{time, level, event, message, {', '.join(FIELDS)}}}`" in WRITTEN


def test_every_event_that_somebody_is_told_of_has_its_line() -> None:
    told = readme.section("Notifications")
    assert set(get_args(NotifyEvent)) - set(BAD_NEWS) == {"success"}
    assert "Without `events` a target gets all but `success`." in told


def test_every_address_of_the_simulator_has_its_line() -> None:
    listed = {}
    for addresses, (does,) in readme.rows(readme.section("The simulator"), "address").items():
        for address in names(f"`{addresses}`"):
            listed[address.removeprefix(control.PREFIX)] = set(re.findall(r"GET|POST|DELETE", does))
    assert listed == {name: set(methods) for name, methods in control._ENDPOINTS.items()}
    settable = readme.rows(readme.section("The simulator"), "address")[f"{control.PREFIX}settings"][0]
    assert set(names(settable)) == set(settings.SimulatorSettings.__struct_fields__)


def test_every_fault_and_every_fate_of_the_simulator_is_named() -> None:
    told = readme.section("The simulator")
    (kinds,) = re.findall(r"Kinds: ([^.]*)\.", told)
    assert names(kinds) == list(FaultKind)
    assert f'"on": "{"|".join([*Operation, "any"])}"' in told
    _, _, by_word = told.partition("first word of its receiver: ")
    assert set(names(by_word.partition(". Everyone")[0])) == {*fates._BY_WORD, fates.TRANSIENT, "rejected"}


def test_a_rehearsal_against_the_simulator_as_a_server_pays(tmp_path: Path) -> None:
    """As the reference says, but for the port, which may be taken."""
    told = " ".join(readme.section("The simulator").split())
    assert "`payouts simulator serve --port 8000`" in told
    assert '(`environment = "sandbox"`, `base_url = "http://127.0.0.1:8000"`, any credentials)' in told
    program = [sys.executable, "-m", "paypal_payouts"]
    environment = {"PATH": os.defpath, "PAYPAL_CLIENT_ID": "any", "PAYPAL_CLIENT_SECRET": "any"}
    with subprocess.Popen(
        [*program, "simulator", "serve", "--port", "0"], env=environment, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        (url,) = re.findall(r"http://127\.0\.0\.1:\d+", server.stdout.readline())
        (tmp_path / "payouts.toml").write_text(f'[paypal]\nenvironment = "sandbox"\nbase_url = "{url}"\n')
        (tmp_path / "rows.csv").write_text("item_id,receiver,amount,currency\na,ann@example.com,10.00,USD\n")
        run = [*program, "run", "--cycle", "c", "--input", "rows.csv"]
        paid = subprocess.run(run, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        with urllib.request.urlopen(f"{url}/__simulator/totals") as answer:
            totals = json.load(answer)
        server.send_signal(signal.SIGTERM)
    assert (paid.returncode, server.returncode) == (0, 0), paid.stderr
    assert totals["USD"]["states"]["SUCCESS"]["items"] == 1
