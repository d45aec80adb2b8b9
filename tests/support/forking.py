"""Many real processes of the program at once, for the price of a fork each.

A server process has imported the whole program and nothing else. For every command it forks a child, which gets a
folder, an environment and outputs of its own, waits at a gate until all of its round stand there, and runs the real
`main()`. Only the start of the interpreter is saved; all that the program does, it does in a process of its own.

    with fork_server(tmp_path) as programs:
        ended = programs.together([Command(["run", "-c", "c", "--json"], folder, environment), ...])
"""

import gc
import importlib
import json
import os
import pkgutil
import signal
import socket
import subprocess
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import wraps
from pathlib import Path
from typing import Any, Literal, NoReturn

from support.house import Ended

Stop = Literal["before the POST", "after the POST"]

_NEEDED_LATER = (
    "alembic.command",
    "alembic.config",
    "alembic.runtime.migration",
    "psycopg",
    "rich.table",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite.pysqlite",
)
"""What the program loads late, so that no child has to."""


@dataclass(frozen=True)
class Command:
    """One command line, where it is typed, and by whom."""

    arguments: Sequence[str]
    folder: str
    environment: Mapping[str, str]
    host: str | None = None
    """The name of the machine, which processes of one machine cannot have of their own."""
    stop: Stop | None = None
    """Where the process stops itself with SIGSTOP, once: the first POST of money."""


class Started:
    """A process that runs, or has ended."""

    def __init__(self, pid: int, output: Path, server: "Programs") -> None:
        self.pid, self._output, self._server = pid, output, server

    def wait_for_stop(self) -> None:
        """Wait until the process has stopped itself."""
        assert self._server.ask({"wait": self.pid}) == {"stopped": True}, self._ended(0)

    def stop(self) -> None:
        """Stop it wherever it is."""
        os.kill(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        os.kill(self.pid, signal.SIGCONT)

    def kill(self) -> None:
        """End it as a loss of power would, and wait until it is gone."""
        os.kill(self.pid, signal.SIGKILL)
        assert self._server.ask({"wait": self.pid}) == {"code": -signal.SIGKILL}

    def wait(self) -> Ended:
        """Wait for its end."""
        answer = self._server.ask({"wait": self.pid})
        assert "code" in answer, "it stopped instead of ending"
        return self._ended(answer["code"])

    def _ended(self, code: int) -> Ended:
        ended = Ended(code, self._output.with_suffix(".out").read_text(), self._output.with_suffix(".err").read_text())
        assert "Traceback" not in ended.stderr, ended.stderr
        return ended


class Programs:
    """The way to a fork server."""

    def __init__(self, server: "subprocess.Popen[str]", outputs: Path) -> None:
        self._server, self._outputs, self._count = server, outputs, 0

    def ask(self, question: Any) -> Any:
        """Ask the server, and wait for its answer."""
        assert self._server.stdin
        assert self._server.stdout
        self._server.stdin.write(json.dumps(question) + "\n")
        self._server.stdin.flush()
        answer = self._server.stdout.readline()
        assert answer, "the fork server is gone"
        return json.loads(answer)

    def start(self, *commands: Command) -> list[Started]:
        """Start processes that begin at one moment."""
        outputs = []
        for _ in commands:
            self._count += 1
            outputs.append(self._outputs / f"process-{self._count}")
        orders = [{**asdict(command), "output": str(output)} for command, output in zip(commands, outputs, strict=True)]
        pids = self.ask({"start": orders})
        return [Started(pid, output, self) for pid, output in zip(pids, outputs, strict=True)]

    def together(self, *commands: Command) -> list[Ended]:
        """Run commands that begin at one moment, each to its end."""
        return [process.wait() for process in self.start(*commands)]


@contextmanager
def fork_server(outputs: Path) -> Iterator[Programs]:
    """Give a server that forks the program that this test imports, wherever that comes from."""
    package = importlib.import_module("paypal_payouts")
    assert package.__file__
    path = [Path(package.__file__).parent.parent, Path(__file__).parent.parent]
    server = subprocess.Popen(
        [sys.executable, "-m", "support.forking"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, path))},
        cwd=outputs,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Programs(server, outputs)
    finally:
        server.communicate()


def _serve() -> None:
    """Answer until the questions end; then end what still runs."""
    package = importlib.import_module("paypal_payouts")
    for module in pkgutil.walk_packages(package.__path__, "paypal_payouts."):
        if "__main__" not in module.name and "migrations" not in module.name:
            importlib.import_module(module.name)
    for name in _NEEDED_LATER:
        importlib.import_module(name)
    # What is there stays where it is, so that children share it instead of copying it.
    gc.freeze()
    living: set[int] = set()
    for line in sys.stdin:
        match json.loads(line):
            case {"start": orders}:
                answer: Any = _start(orders)
                living |= set(answer)
            case {"wait": pid}:
                _, status = os.waitpid(pid, os.WUNTRACED)
                if os.WIFSTOPPED(status):
                    answer = {"stopped": True}
                else:
                    living.discard(pid)
                    answer = {"code": os.waitstatus_to_exitcode(status)}
            case question:
                raise ValueError(question)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    for pid in living:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _start(orders: Sequence[dict[str, Any]]) -> list[int]:
    """Fork a child for each order; all of them stand at the gate before it opens."""
    there, arrive = os.pipe()
    gate, open_gate = os.pipe()
    pids = []
    for order in orders:
        pid = os.fork()
        if pid == 0:
            os.close(there)
            os.close(open_gate)
            _live(order, arrive, gate)
        pids.append(pid)
    os.close(arrive)
    arrived = 0
    while arrived < len(orders):
        came = len(os.read(there, len(orders)))
        assert came, "a child ended before the gate"
        arrived += came
    for descriptor in (there, gate, open_gate):
        os.close(descriptor)
    return pids


def _live(order: dict[str, Any], arrive: int, gate: int) -> NoReturn:
    """Be one process of the program, from the gate to its end."""
    code = 70
    try:
        output = Path(order["output"])
        for descriptor, name, flags in (
            (0, os.devnull, os.O_RDONLY),
            (1, output.with_suffix(".out"), os.O_WRONLY | os.O_CREAT),
            (2, output.with_suffix(".err"), os.O_WRONLY | os.O_CREAT),
        ):
            opened = os.open(name, flags, 0o600)
            os.dup2(opened, descriptor)
            os.close(opened)
        os.chdir(order["folder"])
        os.environ.clear()
        os.environ.update(order["environment"])
        sys.argv = ["payouts", *order["arguments"]]
        _disguise(order["host"])
        _stop_at(order["stop"])
        os.write(arrive, b".")
        os.close(arrive)
        os.read(gate, 1)
        os.close(gate)
        importlib.import_module("paypal_payouts.cli.app").main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0
    except BaseException:  # noqa: BLE001 - nothing of a child may reach the server's own code
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _disguise(host: str | None) -> None:
    if host is not None:
        socket.gethostname = lambda: host


def _stop_at(stop: Stop | None) -> None:
    if stop is None:
        return
    client = importlib.import_module("paypal_payouts.paypal.client").PayPalClient
    create_batch, stops = client.create_batch, [stop]

    @wraps(create_batch)
    def stopping(*arguments: Any, **named: Any) -> Any:
        if stops == ["before the POST"]:
            stops.clear()
            os.kill(os.getpid(), signal.SIGSTOP)
        outcome = create_batch(*arguments, **named)
        if stops:
            stops.clear()
            os.kill(os.getpid(), signal.SIGSTOP)
        return outcome

    client.create_batch = stopping


if __name__ == "__main__":
    _serve()
