"""The program of the library's contract: run for real, and its types checked as those of any user."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

from paypal_payouts.context.process import acting, system_user

PROGRAM = Path(__file__).with_name("paying_program.py")
ROOT = PROGRAM.parents[2]


def test_it_pays_and_learns_who_was_not_paid(tmp_path: Path) -> None:
    (tmp_path / "payouts.toml").write_text('[paypal]\nenvironment = "simulator"\n[lock]\ncooldown_s = 0\n')
    ended = subprocess.run(
        [sys.executable, "-W", "error", PROGRAM],
        cwd=tmp_path,
        env={"PATH": os.defpath, "HOME": str(tmp_path)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        umask=0,
    )
    assert (ended.returncode, ended.stderr) == (5, "")
    told = ended.stdout.splitlines()
    assert told[0].startswith("5 completed_with_failures ['payouts status ")
    assert told[1:6] == [
        "EUR 7.25 0.00 0.00 7.25",
        "USD 1260.50 1250.50 10.00 0.00",
        "lena unclaimed RECEIVER_UNREGISTERED 7.25",
        "maria success None 1250.50",
        "tom failed RECEIVER_ACCOUNT_LOCKED 10.00",
    ]
    assert told[6] == "0 {'unclaimed': 1, 'success': 2}"
    assert told[-1] == "returned"
    with sqlite3.connect(tmp_path / "payouts.db") as database:
        trail = database.execute("SELECT actor, evidence FROM audit_events").fetchall()
    assert "billing" in {actor for actor, _ in trail}
    assert acting().startswith(f"{system_user()}@")
    assert {json.loads(evidence)["user"] for _, evidence in trail} == {acting()}
    made = [path for path in tmp_path.rglob("*") if path.name != "payouts.toml"]
    assert made
    assert not [path for path in made if path.stat().st_mode & 0o077], "others can read what the library made"


def test_its_types_are_right_in_strict_mode_and_a_number_for_a_text_is_not(tmp_path: Path) -> None:
    right, wrong = tmp_path / "right.py", tmp_path / "wrong.py"
    right.write_text(PROGRAM.read_text(encoding="utf-8"), encoding="utf-8")
    wrong.write_text(right.read_text(encoding="utf-8").replace("Row(", "Row(1, ", 1), encoding="utf-8")
    cache = f"--cache-dir={ROOT / '.mypy_cache'}"
    ended = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", cache, right, wrong],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1, ended.stdout + ended.stderr
    *errors, _ = ended.stdout.splitlines()
    assert errors
    assert all(error.startswith("wrong.py:") for error in errors), ended.stdout
