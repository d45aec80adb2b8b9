"""Running named tests against a copy of the program, and saying what they prove."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from variants.in_place import can_change_in_place

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "paypal_payouts"
TIMEOUT_S = 120.0
"""Far above what any of the named tests takes; whoever hangs that long has caught nothing."""

_CAUGHT, _PASSED = 1, 0
"""What pytest exits with where tests failed, and where all passed."""


@dataclass(frozen=True, slots=True)
class End:
    """How one phase of one test ended."""

    test: str
    phase: str
    error: str | None
    by_assertion: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """What named tests did with a copy of the program."""

    exit_code: int | None
    """None: they did not end in time."""
    output: str
    imported: Sequence[str] = ()
    ends: Sequence[End] = field(default_factory=list)
    in_place: bool = False
    """Whether it was the program as it is, with other code in some of its functions."""

    def of(self, name: str) -> list[End]:
        """Return the phases of a test, with all its parameters where the name gives none."""
        return [end for end in self.ends if end.test == name or end.test.startswith(f"{name}[")]


@cache
def _warm(*imported: str) -> subprocess.Popen[str]:
    """Start a process that trials of this one are forked from; it ends with its standard input."""
    command = [sys.executable, str(Path(__file__).with_name("warm.py")), *imported]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)


def _ended(warm: subprocess.Popen[str], order: dict[str, object], timeout_s: float) -> int | None:
    """Let one trial run; give its exit code, or None where it was ended because it took too long."""
    assert warm.stdin is not None
    assert warm.stdout is not None
    warm.stdin.write(json.dumps(order) + "\n")
    child = int(warm.stdout.readline())
    timed_out = threading.Event()

    def end() -> None:
        timed_out.set()
        os.killpg(child, signal.SIGKILL)

    timer = threading.Timer(timeout_s, end)
    timer.start()
    exit_code = int(warm.stdout.readline())
    timer.cancel()
    return None if timed_out.is_set() else exit_code


def try_out(
    program: Path,
    tests: Sequence[str],
    *,
    aside: Path,
    changed: Sequence[str] | None = None,
    timeout_s: float = TIMEOUT_S,
) -> Trial:
    """Run tests in a process of their own that finds the program in `program`, whatever is installed.

    Where it is said which files of it are `changed`, and they differ in nothing but functions, these are changed in the
    program as it is instead: that takes a third of the time.
    """
    notes, output = aside / "notes.json", aside / "output"
    output.touch()
    plugins = ("-p", "recorder", "-p", "xdist.plugin", "-p", "no:cacheprovider")
    options = ("-n0", "-q", "--tb=short", f"--rootdir={ROOT}", f"--basetemp={aside / 'tmp'}")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")} | {
        # Plugins that none of the tests needs are half of what a trial takes; xdist's options stand in pyproject.toml.
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PAYOUTS_VARIANT_NOTES": str(notes),
    }
    files = [(ROOT / file, program / file) for file in changed or ()]
    in_place = changed is not None and can_change_in_place(files)
    exit_code = _ended(
        _warm("program") if in_place else _warm(),
        {
            "arguments": [*plugins, *options, *tests],
            "environment": environment,
            "output": str(output),
            # Before what is installed, also where that is this folder.
            "path": [] if in_place else [str(program)],
            "changed": [[str(old), str(new)] for old, new in files] if in_place else [],
        },
        timeout_s,
    )
    if exit_code is None:
        return Trial(None, "")
    said = json.loads(notes.read_text(encoding="utf-8")) if notes.exists() else {"imported": [], "ends": []}
    ends = [End(**end) for end in said["ends"]]
    return Trial(exit_code, output.read_text(errors="replace"), said["imported"], ends, in_place)


def why_not_caught(trial: Trial, tests: Sequence[str]) -> str | None:
    """Explain why these tests do not prove that the suite catches the mistake; None when they do."""
    if trial.exit_code is None:
        return "the tests did not end in time: a mistake that hangs is not caught"
    if trial.exit_code not in {_CAUGHT, _PASSED}:
        return f"pytest ended with {trial.exit_code}: the tests were not run, or the program does not import"
    for test in tests:
        ends = trial.of(test)
        if not ends:
            return f"{test} was not run"
        errors = sorted({end.error for end in ends if end.error})
        if not errors:
            return f"the mistake survives {test}"
        if not any(end.by_assertion and end.phase == "call" for end in ends):
            return f"no assertion of {test} failed, only {', '.join(errors)}"
    return None


def why_not_passed(trial: Trial, tests: Sequence[str]) -> str | None:
    """Explain why these tests do not prove that they pass on the program as it is; None when they do."""
    if trial.exit_code != _PASSED:
        return f"pytest ended with {trial.exit_code}"
    silent = [test for test in tests if not any(end.phase == "call" for end in trial.of(test))]
    failed = [f"{end.test}: {end.error}" for end in trial.ends if end.error]
    return "; ".join([*(f"{test} was not run" for test in silent), *failed]) or None


def why_not_the_copy(trial: Trial, program: Path) -> str | None:
    """Describe what of the program was imported from elsewhere than the copy; None when all is well."""
    if not trial.imported:
        return "nothing of the program was imported"
    place = ROOT if trial.in_place else program
    elsewhere = [file for file in trial.imported if not Path(file).is_relative_to(place)]
    return f"imported from elsewhere: {', '.join(elsewhere)}" if elsewhere else None
