"""The real program, forked from one that has imported itself, and killed or hindered at its system calls.

A start of the program costs more than all it does in a small cycle, and a proof of every step starts it hundreds of
times. So one process imports it, and a child of that process is the program (`support/forked_program.py`).
"""

import functools
import json
import os
import re
import select
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

from support.house import Ended, House

KILLED = -9

_FILES = "?open openat pwrite64 write fsync fdatasync ftruncate ?rename ?renameat ?unlink unlinkat ?link linkat"
_MORE_FILES = "?mkdir mkdirat ?chmod fchmod flock"
_NETWORK = "connect sendto recvfrom"
_TRACED = ",".join(f"{_FILES} {_MORE_FILES} {_NETWORK}".split())
_SAID_BYTES_MAX = 64 * 1024
"""What a pipe holds: more than any command says about a small cycle."""
_CALL = re.compile(r"^(?:\d+ +)?(?P<name>\w+)\(")


class Step(NamedTuple):
    """One system call of a whole run: its name, its number among the calls of that name, and how it was written."""

    name: str
    number: int
    text: str

    @property
    def path(self) -> str:
        """Give the file that is opened, or that the descriptor stands for; the house's folder is left off."""
        found = re.search(r'"([^"]*)"' if self.name == "openat" else r"<([^>]*)>", self.text)
        return found[1] if found else ""

    @property
    def is_network(self) -> bool:
        return self.name in _NETWORK.split()

    def inject(self, what: str, until: str = "") -> str:
        """Say to strace what happens at this call, and at those of its name after it where `until` is `+`."""
        return f"--inject={self.name}:{what}:when={self.number}{until}"


class Fork:
    """Starts the program on an order, waits for its end, and tells how it ended."""

    def __init__(self, orders: IO[bytes], answers: IO[bytes], scratch: Path) -> None:
        self._orders, self._answers, self.scratch = orders, answers, scratch

    def run(
        self,
        house: House,
        *arguments: str,
        trace: Sequence[str] | None = None,
        file_bytes: int | None = None,
        patience_s: float | None = None,
        is_unprivileged: bool = False,
        count_into: Path | None = None,
        die_at: int | None = None,
    ) -> Ended:
        """Run a command to its end, under strace where `trace` holds what it shall do, even if that is nothing.

        `file_bytes`: no file grows beyond. `patience_s`: how long a lock of SQLite's is waited for. `is_unprivileged`:
        permissions hinder root too. `count_into`, `die_at`: steps as Python sees them.
        """
        order = {
            "arguments": arguments,
            "folder": str(house.folder),
            "environment": house.environment(),
            "stdout": str(self.scratch / "stdout"),
            "stderr": str(self.scratch / "stderr"),
            "file_bytes": file_bytes,
            "patience_s": patience_s,
            "is_unprivileged": is_unprivileged,
            "count_into": None if count_into is None else str(count_into),
            "die_at": die_at,
        }
        with _pipe(self.scratch / "stdout") as stdout, _pipe(self.scratch / "stderr") as stderr:
            self._send(json.dumps(order).encode())
            pid = int(self._answers.readline())
            with _nobody() if trace is None else _tracing(pid, self.trace_path, trace):
                self._send(b"!")
                code = int(self._answers.readline())
            ended = Ended(code, os.read(stdout, _SAID_BYTES_MAX).decode(), os.read(stderr, _SAID_BYTES_MAX).decode())
        assert "Traceback" not in ended.stderr, ended.stderr
        return ended

    def _send(self, order: bytes) -> None:
        assert len(order) <= select.PIPE_BUF, "an order is written and read at once"
        self._orders.write(order)

    @property
    def trace_path(self) -> Path:
        return self.scratch / "trace"

    def traced_steps(self, house: House, *arguments: str, **order: Any) -> list[Step]:
        """Run a command to its end and give its steps: what it does to its folder, and says to PayPal.

        They begin where the program touches its database: what is before that has no effect.
        """
        self.run(house, *arguments, trace=[], **order)
        return list(_steps(self.trace_path, house.folder))

    def counted_steps(self, house: House, *arguments: str) -> list[str]:
        """Run a command to its end and give its steps as Python sees them."""
        path = self.scratch / "steps"
        self.run(house, *arguments, count_into=path)
        return path.read_text().splitlines()

    @functools.cached_property
    def is_traceable(self) -> bool:
        """Tell whether strace is there and may trace and kill: containers often forbid it."""
        if shutil.which("strace") is None:
            return False
        house = House.__new__(House)
        house.folder = self.scratch
        try:
            return self.run(house, "--version", trace=["--inject=write:signal=SIGKILL:when=1"]).code == KILLED
        except TracerFailed:
            return False


class TracerFailed(Exception):
    """strace could not attach itself."""


@contextmanager
def forking(scratch: Path) -> Iterator[Fork]:
    """Give a program that has imported itself, until the block ends."""
    server = subprocess.Popen(
        [sys.executable, Path(__file__).with_name("forked_program.py")],
        bufsize=0,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # A pipe, as the children's are: what Python makes of a stream at its start depends on what it is.
        stderr=subprocess.PIPE,
    )
    with server:
        assert server.stdin
        assert server.stdout
        assert server.stderr
        assert server.stdout.readline() == b"ready\n", server.stderr.read()
        yield Fork(server.stdin, server.stdout, scratch)
        server.stdin.close()
    assert server.returncode == 0


@contextmanager
def _pipe(path: Path) -> Iterator[int]:
    """Give the end of a named pipe that holds what is said until it is read; no limit on files hinders it."""
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    reading = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        yield reading
    finally:
        os.close(reading)


@contextmanager
def _nobody() -> Iterator[None]:
    yield


@contextmanager
def _tracing(pid: int, path: Path, what: Sequence[str]) -> Iterator[None]:
    command = ["strace", "-f", "-y", "-s", "128", "-o", str(path), f"--trace={_TRACED}", *what, "-p", str(pid)]
    tracer = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert tracer.stderr
    said = ""
    while "attached" not in said and (line := tracer.stderr.readline()):
        said += line
    try:
        yield
    finally:
        said += tracer.communicate()[1]
    if "attached" not in said:
        raise TracerFailed(said)


def _steps(trace: Path, folder: Path) -> Iterator[Step]:
    seen: Counter[str] = Counter()
    has_begun = False
    # strace names the folder behind every AT_FDCWD, whatever the call is about.
    for line in trace.read_text(errors="replace").replace(f"AT_FDCWD<{folder}>", "AT_FDCWD").splitlines():
        call = _CALL.match(line)
        if call is None:
            continue
        name = call["name"]
        seen[name] += 1
        has_begun = has_begun or f"{folder}/payouts.db" in line
        step = Step(name, seen[name], line[call.start("name") :].replace(str(folder), ""))
        if has_begun and (step.is_network or str(folder) in line):
            yield step


def spread(steps: Sequence[Any], count: int) -> list[int]:
    """Choose so many places, the first and the last among them, at equal distances."""
    if count >= len(steps):
        return list(range(len(steps)))
    return sorted({round(n * (len(steps) - 1) / (count - 1)) for n in range(count)})
