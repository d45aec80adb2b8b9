"""README's first two code blocks are the whole set-up: the first is run here, the second is what CI runs."""

import re
import shutil
import subprocess
from pathlib import Path

from paypal_payouts.cli.app import COMMANDS

ROOT = Path(__file__).resolve().parents[1]


def code_blocks() -> list[str]:
    """Give README's code blocks, in order."""
    return re.findall(r"^```\n(.*?)^```$", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)


def test_the_first_block_pays_the_sample_cycle_on_a_fresh_machine(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    left_out = shutil.ignore_patterns(".venv", ".git", "__pycache__", ".*_cache", "tests", "payouts.*db*", "cycles")
    shutil.copytree(ROOT, clone, ignore=left_out, symlinks=True)
    ended = subprocess.run(
        ["bash", "-euc", code_blocks()[0]], cwd=clone, capture_output=True, text=True, timeout=600, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "Items: 3 success" in ended.stdout


def test_ci_runs_the_second_block_and_nothing_else(tmp_path: Path) -> None:
    block = code_blocks()[1]
    assert ".venv/bin/python -m pytest" in block
    # CI's own script, on a README whose second block says what it runs.
    shutil.copytree(ROOT / ".ci", tmp_path / ".ci")
    (tmp_path / "README.md").write_text("```\nexit 1\n```\n\n```\necho second block\n```\n\n```\nexit 1\n```\n")
    ended = subprocess.run(["bash", tmp_path / ".ci/run"], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (0, "second block\n")


def test_the_readme_names_every_command_and_every_exit_code() -> None:
    readme = (ROOT / "README.md").read_text()
    for command in COMMANDS:
        assert f"`{command}" in readme or f"payouts {command}" in readme, command
    for code in (0, 1, 2, 3, 4, 5, 6, 7, 8, 130):
        assert f"\n| {code} |" in readme
