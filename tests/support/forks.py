"""The real program, forked from one that has imported itself: many at one moment, stopped, and killed or hindered at
its system calls.

A start of the program costs more than all it does in a small cycle, and the tests start it a thousand times. So one
process imports it, and a child of that process is the program (`support/forked_program.py`).
"""

import functools
import json
import os
import selectors
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from support.site import Ended, Site
from support.tracing import Step, TracerFailed, steps_in, tracing

KILLED = -9

_PIECE_BYTES = 64 * 1024
_PATIENCE_S = 120
"""Against a hang only: far above what any command takes."""


Stop = Literal["before the POST", "after the POST"]


@dataclass(frozen=True)
class Command:
    """One command line, where it is typed and by whom, and what hinders it."""

    arguments: Sequence[str]
    folder: str
    environment: Mapping[str, str]
    host: str | None = None
    """The name of the machine, which processes of one machine cannot have of their own."""
    stop: Stop | None = None
    """Where the process stops itself with SIGSTOP, once: the first POST of money."""
    file_bytes: int | None = None
    """No file grows beyond."""
    patience_s: float | None = None
    """How long a lock of SQLite's is waited for."""
    is_unprivileged: bool = False
    """Permissions hinder root too."""
    uid: int | None = None
    """Another user, who has a group of the same number; only root can start one."""
    count_into: str | None = None
    """The file that takes its steps, as Python sees them."""
    die_at: int | None = None
    """Before which of these steps it dies."""
    terminal: str | None = None
    """The terminal that it is on, and that it is stopped from by Ctrl-C."""
    before: str | None = None
    """Python that is run in it before anything of the program's: where a test changes the program."""
    is_readable: bool = False
    """Its memory is open to a tracer of the same user, which tells calls by the texts in them."""


class Started:
    """A process that runs, or has ended."""

    def __init__(self, pid: int, outputs: Sequence[int], fork: "Fork") -> None:
        self.pid, self._outputs, self._fork = pid, outputs, fork

    def wait_for_stop(self) -> None:
        """Wait until the process has stopped itself."""
        assert self._fork.ask({"wait": self.pid}) == {"stopped": True}, self._hear()

    def stop(self) -> None:
        """Stop it wherever it is."""
        os.kill(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        os.kill(self.pid, signal.SIGCONT)

    def kill(self) -> None:
        """End it as a loss of power would, and wait until it is gone."""
        os.kill(self.pid, signal.SIGKILL)
        assert self.wait().code == KILLED

    def wait(self) -> Ended:
        """Wait for its end."""
        stdout, stderr = self._hear()
        answer = self._fork.ask({"wait": self.pid})
        assert "code" in answer, "it stopped instead of ending"
        assert "Traceback" not in stderr, stderr
        return Ended(answer["code"], stdout, stderr)

    def _hear(self) -> list[str]:
        """Take what it says until it, and whoever has its outputs from it, has closed them."""
        said = dict.fromkeys(self._outputs, b"")
        deadline = time.monotonic() + _PATIENCE_S
        with selectors.DefaultSelector() as speaking:
            for output in said:
                speaking.register(output, selectors.EVENT_READ)
            while speaking.get_map():
                ready = speaking.select(deadline - time.monotonic())
                if not ready:
                    os.kill(self.pid, signal.SIGKILL)
                    raise AssertionError(f"it did not end in {_PATIENCE_S} s: {said}")
                for key, _ in ready:
                    piece = os.read(key.fd, _PIECE_BYTES)
                    said[key.fd] += piece
                    if not piece:
                        speaking.unregister(key.fd)
                        os.close(key.fd)
        return [text.decode() for text in said.values()]


class Fork:
    """The way to the program that has imported itself."""

    def __init__(self, server: "subprocess.Popen[str]", scratch: Path) -> None:
        self._server, self.scratch, self._count = server, scratch, 0
        self._asking = threading.RLock()

    def ask(self, question: Any) -> Any:
        """Ask the server, and wait for its answer."""
        assert self._server.stdin
        with self._asking:
            self._server.stdin.write(json.dumps(question) + "\n")
            self._server.stdin.flush()
            return self.hear()

    def hear(self) -> Any:
        """Wait for an answer of the server's."""
        assert self._server.stdout
        answer = self._server.stdout.readline()
        assert answer, "the fork server is gone"
        return json.loads(answer)

    def start(self, *commands: Command) -> list[Started]:
        """Start processes that begin at one moment."""
        processes = self._stand(*commands)
        self.ask({"open": True})
        return processes

    def _stand(self, *commands: Command) -> list[Started]:
        """Make processes, which stand at a gate before their beginning."""
        orders, outputs = [], []
        # There is no way to ask for the umask but to set one.
        os.umask(umask := os.umask(0o077))
        with self._asking:
            for command in commands:
                self._count += 1
                names = [self.scratch / f"{self._count}.{what}" for what in ("stdout", "stderr")]
                orders.append({**asdict(command), "umask": umask, "stdout": str(names[0]), "stderr": str(names[1])})
                outputs.append([_pipe(name) for name in names])
            pids = self.ask({"start": orders})
        for order in orders:
            for what in ("stdout", "stderr"):
                Path(order[what]).unlink()
        return [Started(pid, output, self) for pid, output in zip(pids, outputs, strict=True)]

    def together(self, *commands: Command) -> list[Ended]:
        """Run commands that begin at one moment, each to its end."""
        return [process.wait() for process in self.start(*commands)]

    def run(
        self,
        site: Site,
        *arguments: str,
        trace: Sequence[str] | None = None,
        environment: Mapping[str, str] | None = None,
        **order: Any,
    ) -> Ended:
        """Run a command to its end, under strace where `trace` holds what it shall do, even if that is nothing.

        `environment`: what is set beside what the site sets. `order`: what else a Command says.
        """
        known = site.environment(**environment or {})
        (process,) = self._stand(Command(arguments, str(site.folder), known, is_readable=trace is not None, **order))
        with nullcontext() if trace is None else tracing(process.pid, self.trace_path, trace):
            self.ask({"open": True})
            return process.wait()

    @property
    def trace_path(self) -> Path:
        return self.scratch / "trace"

    def traced_steps(self, site: Site, *arguments: str, **order: Any) -> list[Step]:
        """Run a command to its end and give its steps: what it does to its folder, and says to PayPal.

        They begin where the program touches its database: what is before that has no effect.
        """
        self.run(site, *arguments, trace=[], **order)
        return list(steps_in(self.trace_path, site.folder))

    def counted_steps(self, site: Site, *arguments: str) -> list[str]:
        """Run a command to its end and give its steps as Python sees them."""
        path = self.scratch / "steps"
        self.run(site, *arguments, count_into=str(path))
        return path.read_text().splitlines()

    @functools.cached_property
    def is_traceable(self) -> bool:
        """Return whether strace is there and may trace and kill: containers often forbid it."""
        if shutil.which("strace") is None:
            return False
        site = Site.__new__(Site)
        site.folder = self.scratch
        try:
            return self.run(site, "--version", trace=["--inject=write:signal=SIGKILL:when=1"]).code == KILLED
        except TracerFailed:
            return False


@contextmanager
def forking(scratch: Path) -> Iterator[Fork]:
    """Provide a program that has imported itself, until the block ends."""
    server = subprocess.Popen(
        [sys.executable, "-m", "support.forked_program"],
        cwd=Path(__file__).parents[1],
        # What Python makes of its streams at its start depends on the language that is set: cron sets none.
        env={"PATH": os.defpath},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # A pipe, as the children's are: it depends on that too.
        stderr=subprocess.PIPE,
        text=True,
    )
    with server:
        fork = Fork(server, scratch)
        fork.hear()
        yield fork
    assert server.returncode == 0


def _pipe(path: Path) -> int:
    """Return the end of a named pipe that holds what is said until it is read; no limit on files hinders it."""
    os.mkfifo(path)
    return os.open(path, os.O_RDONLY | os.O_NONBLOCK)
