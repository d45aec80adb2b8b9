"""The reference in docs/reference.md is what the code says today, and says something about everything."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from support import readme

from paypal_payouts.cli.app import EXAMPLES
from paypal_payouts.config.environment import SECTIONS
from paypal_payouts.errors import ExitCode
from paypal_payouts.present.envelope import schema_of
from reference.commands import commands
from reference.configuration import configuration, meanings
from reference.documents import definitions, documents, named_values
from reference.writing import PARTS, reference

TESTS = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("name", PARTS)
def test_the_documents_say_what_the_code_says(name: str) -> None:
    assert readme.between(name) == PARTS[name](), "stale: cd tests && ../.venv/bin/python -m reference"


def test_it_does_not_depend_on_the_terminal_or_the_locale() -> None:
    program = "import sys; from reference.writing import reference; sys.stdout.buffer.write(reference().encode())"
    odd = {"COLUMNS": "20", "TERM": "xterm", "LC_ALL": "C", "FORCE_COLOR": "1", "PYTHONHASHSEED": "7", "HOME": "/"}
    written = subprocess.run(
        [sys.executable, "-c", program],
        cwd=TESTS,
        env={"PATH": os.defpath, "PYTHONPATH": str(TESTS), **odd},
        capture_output=True,
        check=True,
    )
    assert written.stdout.decode() == reference()


def test_no_cell_is_empty_and_none_is_taken_for_html() -> None:
    lines = [line for line in reference().splitlines() if line.startswith("|")]
    assert len(lines) > 250
    assert [line for line in lines if re.search(r"\|\s*\|", line)] == []
    assert [line for line in lines if "<" in re.sub(r"`[^`]*`", "", line)] == []


def test_the_types_that_keys_have_are_explained() -> None:
    told = documents()
    explained = set(re.findall(r"^\| `(\w+)` \|", told, re.MULTILINE))
    types = " ".join(line.split(" | ")[2] for line in told.splitlines() if line.count(" | ") == 3)
    used = set(re.findall(r"`(\w+)`", types)) & (definitions() | named_values()).keys()
    assert len(used) > 15
    assert used - explained == set()


def test_every_command_key_and_document_is_in_it() -> None:
    told = commands()
    for command in EXAMPLES:
        assert f"| `payouts {command}" in told
        assert f"`{command}" in documents()
    keys = readme.rows(configuration(), "key")
    for section, table in SECTIONS.items():
        for key in table.model_fields:
            assert f"{section}.{key}" in keys
    # A key that is explained where nobody looks for it is explained in vain.
    assert {name.partition(".")[0] for name in meanings()} == set(SECTIONS)


def test_the_exit_codes_are_the_same_everywhere() -> None:
    codes = [str(code) for code in ExitCode]
    assert list(readme.rows(readme.section("Exit codes", "README"), "code")) == codes
    assert schema_of(None)["properties"]["exit_code"]["enum"] == [int(code) for code in codes]
