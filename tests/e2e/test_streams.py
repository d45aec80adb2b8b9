"""Standard streams that are closed, full or read by nobody: what is told may get lost, and no payment with it."""

import fcntl
import json
import os
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest
from support.site import Site

ROWS = ["a,ann@example.com,10.00,USD", "b,bob@example.com,1.00,EUR"]
PIPE_SIZE = 4096


def run(site: Site, redirected: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run a command as a shell starts it, with its streams redirected."""
    ended = subprocess.run(
        ["sh", "-c", f'exec "$@" {redirected}', "sh", sys.executable, "-m", "paypal_payouts", *arguments],
        cwd=site.folder,
        env=site.environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "Traceback" not in ended.stderr
    return ended


@pytest.mark.parametrize(
    ("redirected", "code"), [("2>/dev/full", 0), ("2>&-", 0), ("<&- >&- 2>&-", 1)], ids=["full", "closed", "all closed"]
)
def test_everyone_is_paid_where_stderr_cannot_be_written(sqlite_site: Site, redirected: str, code: int) -> None:
    sqlite_site.write("c", ROWS)
    ended = run(sqlite_site, redirected, "run", "-c", "c", "--yes")
    assert ended.returncode == code
    assert len(sqlite_site.paid()) == 2
    assert ("Items: 2 success" in ended.stdout) is (code == 0)
    assert sqlite_site.json("status").result["cycles"][0]["items"] == {"success": 2}


def test_everyone_is_paid_where_whoever_read_stderr_has_gone(sqlite_site: Site) -> None:
    sqlite_site.write("c", ROWS)
    process = sqlite_site.start("run", "-c", "c", "--yes", "--json")
    assert process.stderr is not None
    process.stderr.close()
    process.stderr = None
    written, _ = process.communicate()
    assert (process.returncode, json.loads(written)["error"]) == (0, None)
    assert len(sqlite_site.paid()) == 2


def through_a_pipe(site: Site, script: str) -> "subprocess.CompletedProcess[str]":
    """Run a program whose reader leaves; its own exit code is what comes back."""
    return subprocess.run(
        ["bash", "-c", f"{sys.executable} -m paypal_payouts {script}; exit ${{PIPESTATUS[0]}}"],
        cwd=site.folder,
        env=site.environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_exit_code_tells_of_the_money_where_whoever_read_the_result_has_gone(sqlite_site: Site) -> None:
    sqlite_site.write("c", [*ROWS, "f,fail@example.com,5.00,USD"])
    ended = through_a_pipe(sqlite_site, "run -c c --yes 2>&1 | true")
    assert (ended.returncode, ended.stderr) == (5, "")
    assert len(sqlite_site.paid()) == 2
    assert through_a_pipe(sqlite_site, "--help | true").returncode == 0


def test_a_watch_ends_when_whoever_read_it_has_gone(sqlite_site: Site) -> None:
    sqlite_site.simulator.configure(processing_s=1000)
    sqlite_site.write("c", ROWS)
    sqlite_site.run("run", "-c", "c", "--no-wait")
    ended = through_a_pipe(sqlite_site, "status --watch | head -n 1")
    assert (ended.returncode, ended.stderr) == (6, "")


@pytest.mark.parametrize("options", [[], ["--json"]], ids=["text", "json"])
def test_a_result_that_cannot_be_written_is_1_and_told_in_words(sqlite_site: Site, options: list[str]) -> None:
    sqlite_site.write("c", ROWS)
    ended = run(sqlite_site, ">/dev/full", "run", "-c", "c", "--yes", *options)
    assert ended.returncode == 1
    assert "No space left on device" in ended.stderr
    assert len(sqlite_site.paid()) == 2


@pytest.mark.parametrize("options", [[], ["--json"]], ids=["text", "json"])
def test_a_result_for_a_closed_stdout_is_1_and_told(sqlite_site: Site, options: list[str]) -> None:
    sqlite_site.write("c", ROWS)
    ended = run(sqlite_site, ">&-", "run", "-c", "c", "--yes", *options)
    assert ended.returncode == 1
    assert "Bad file descriptor" in ended.stderr
    assert len(sqlite_site.paid()) == 2
    assert run(sqlite_site, ">&-", "run", "-c", "c", "--yes", "--quiet").returncode == 0, "there was nothing to write"


def test_a_help_text_that_cannot_be_written_is_told_too(sqlite_site: Site) -> None:
    ended = run(sqlite_site, ">/dev/full", "--help")
    assert ended.returncode == 1
    assert "No space left on device" in ended.stderr


@pytest.mark.parametrize(("options", "code"), [(["--json"], 0), ([], 130)], ids=["json", "text"])
def test_a_signal_cuts_no_document_short_but_ends_a_text(sqlite_site: Site, options: list[str], code: int) -> None:
    sqlite_site.write("c", [f"{number},ann{number}@example.com,1.00,USD" for number in range(100)])
    sqlite_site.run("run", "-c", "c", "--yes", "--no-wait")
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, PIPE_SIZE)
    with subprocess.Popen(
        [sys.executable, "-m", "paypal_payouts", "status", "--items", *options],
        cwd=sqlite_site.folder,
        env=sqlite_site.environment(),
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        os.close(writing)
        while struct.unpack("i", fcntl.ioctl(reading, termios.FIONREAD, bytes(4))) == (0,):
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        if code == 130:
            process.wait()
        with os.fdopen(reading) as stream:
            written = stream.read()
        _, told = process.communicate()
    assert (process.returncode, told) == (code, "")
    if options:
        assert len(json.loads(written)["result"]["cycles"][0]["item_rows"]) == 100


HELD_UP = """
import os, signal, sys, time
from paypal_payouts.cli.interrupts import INTERRUPTS
from paypal_payouts.errors import Interrupted
INTERRUPTS.install()
import library
try:
    time.sleep(60)
except Interrupted:
    print("stopped, and", library.state)
"""
LIBRARY = """
import os, signal
state = "half loaded"
try:
    os.kill(os.getpid(), signal.SIGTERM)
    state = "whole"
except Exception:
    pass
"""


@pytest.mark.parametrize(
    ("options", "says"), [(["--json"], True), (["--quiet"], False), (["--log-format", "json"], False)]
)
def test_a_signal_that_has_to_wait_is_answered_where_people_read_stderr(
    sqlite_site: Site,
    options: list[str],
    says: bool,
) -> None:
    sqlite_site.configure(timeout_s=1, max_retries=2)
    sqlite_site.simulator.inject({"on": "create", "kind": "timeout_after", "seconds": 2})
    sqlite_site.write("c", ["a,ann@example.com,10.00,USD"])
    process = sqlite_site.start("run", "c", "--yes", *options)
    while sqlite_site.posts() == 0:
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    stdout, stderr = process.communicate(timeout=20)
    assert process.returncode == 130
    line = "Stopping at the next safe point: PayPal's answer is waited for, up to 1 s. Do not kill the"
    assert stderr.count(f"{line} program.\n") == says
    if options == ["--json"]:
        assert json.loads(stdout)["error"]["code"] == "interrupted"
    if "json" in options:
        assert all(map(json.loads, stderr.splitlines()))


def test_a_signal_while_a_library_is_loaded_ends_the_program_once_it_is_whole(tmp_path: Path) -> None:
    (tmp_path / "library.py").write_text(LIBRARY)
    ended = subprocess.run([sys.executable, "-c", HELD_UP], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "stopped, and whole\n", "")


WHILE_CLOSED = """
import os, signal
from sqlalchemy.engine.default import DefaultDialect
close = DefaultDialect.do_close
def closing(self, connection):
    os.kill(os.getpid(), signal.SIGTERM)
    close(self, connection)
DefaultDialect.do_close = closing
"""


WHILE_SHOWN = """
import os, signal
from paypal_payouts.cli.actions import execution
def show(report, common, environment):
    try:
        os.kill(os.getpid(), signal.SIGTERM)
    except Exception:
        raise RuntimeError("a library was broken off") from None
execution._show = show
"""


def test_a_signal_that_a_library_takes_for_a_fault_is_still_130(sqlite_site: Site) -> None:
    sqlite_site.write("c", ROWS)
    ended = sqlite_site.run_changed(WHILE_SHOWN, "run", "-c", "c", "--quiet")
    assert (ended.code, ended.stderr) == (0, "")
    ended = sqlite_site.run_changed(WHILE_SHOWN, "status")
    assert (ended.code, ended.stdout, ended.stderr) == (130, "", "")


def test_a_signal_while_a_connection_is_closed_shows_no_traceback(sqlite_site: Site) -> None:
    sqlite_site.write("c", ROWS)
    ended = sqlite_site.run_changed(WHILE_CLOSED, "run", "-c", "c", "--json", "--quiet")
    assert json.loads(ended.stdout)["exit_code"] == ended.code
    (line,) = ended.stderr.splitlines()
    assert line.startswith(f"c: exit {ended.code}, ")


def test_a_signal_after_the_last_word_changes_no_exit_code() -> None:
    code = (
        "import atexit, os, signal, sys; from paypal_payouts.cli.app import main; sys.argv = ['payouts', '--version'];"
        "atexit.register(os.kill, os.getpid(), signal.SIGTERM); main()"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
