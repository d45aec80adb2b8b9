"""Starts the real program again and again without paying for its imports each time.

Run by `support.forks`: it imports the program once and plays a cycle (`support.warming`), then forks a child for every
order on its standard input. The child is `python -m paypal_payouts` from there on: it runs the package's `__main__`,
and nothing in it is replaced, but for what the order says, and how it looks up what was compiled once. Children that
were ordered together stand at a gate until it is opened for all of them.
"""

import atexit
import gc
import importlib
import json
import os
import resource
import runpy
import signal
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import wraps
from types import FrameType
from typing import Any

from support.privileges import allow_tracer, become_user, give_up_privileges
from support.warming import warm

_EFFECTS = frozenset(
    (
        *("chmod", "fchmod", "fsync", "ftruncate", "link", "mkdir", "open", "rename", "replace", "unlink", "write"),
        *("commit", "connect", "execute", "executemany", "flock", "recv", "recv_into", "send", "sendall"),
    )
)
_MODULES = frozenset({"posix", "fcntl"})
_CLASSES = frozenset({"Connection", "Cursor", "socket"})


class Steps:
    """Sees every call into C that has an effect, from the first file that the program makes on."""

    def __init__(self, note: Callable[[int, str], None]) -> None:
        self._note, self._seen = note, 0

    def __call__(self, _: FrameType, event: str, called: Any) -> None:
        if event != "c_call":
            return
        name, owner = called.__name__, getattr(called, "__self__", None)
        where = getattr(called, "__module__", None) or type(owner).__name__
        if name not in _EFFECTS or where not in _MODULES | _CLASSES:
            return
        if self._seen or (where, name) == ("posix", "open"):
            self._seen += 1
            self._note(self._seen, f"{where}.{name}")


def count(path: str) -> Callable[[int, str], None]:
    """Write down every step."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC)
    return lambda _, step: (os.write(descriptor, f"{step}\n".encode()), None)[1]


def die_at(number: int) -> Callable[[int, str], None]:
    """Kill this process just before a step, without a trace of warning."""

    def note(seen: int, _: str) -> None:
        if seen == number:
            os.kill(os.getpid(), signal.SIGKILL)

    return note


def connect(order: dict[str, Any]) -> None:
    """Make the standard streams those that were ordered."""
    for path, flags, descriptor in (
        (os.devnull, os.O_RDONLY, 0),
        (order["stdout"], os.O_WRONLY, 1),
        (order["stderr"], os.O_WRONLY, 2),
    ):
        opened = os.open(path, flags)
        os.dup2(opened, descriptor)
        os.close(opened)
    if order["terminal"] is not None:
        sit_at(order["terminal"])


def sit_at(terminal: str) -> None:
    """Have a terminal for one's own, and streams as Python makes them for it at its start."""
    os.setsid()
    # The first one that the leader of a session opens is what Ctrl-C reaches it from.
    opened = os.open(terminal, os.O_RDWR)
    for descriptor in range(3):
        os.dup2(opened, descriptor)
    os.close(opened)
    for descriptor, (name, mode) in enumerate({"stdin": "r", "stdout": "w", "stderr": "w"}.items()):
        stream = open(descriptor, mode, encoding="utf-8", closefd=False)  # noqa: SIM115 - to the end
        # Both, as Python has it: one alone would be closed when the program replaces the other.
        vars(sys).update({name: stream, f"__{name}__": stream})


def become(order: dict[str, Any]) -> None:
    """Make this process the one that was ordered."""
    os.umask(order["umask"])
    os.chdir(order["folder"])
    # As `python -m` has it.
    sys.path[0] = order["folder"]
    os.environ.clear()
    os.environ.update(order["environment"])
    sys.argv = ["payouts", *order["arguments"]]
    if order["file_bytes"] is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["file_bytes"], order["file_bytes"]))
    if order["is_unprivileged"]:
        give_up_privileges()
    if order["uid"] is not None:
        become_user(order["uid"])
    change_program(order)
    if order["count_into"] is not None:
        sys.setprofile(Steps(count(order["count_into"])))
    if order["die_at"] is not None:
        sys.setprofile(Steps(die_at(order["die_at"])))


def change_program(order: dict[str, Any]) -> None:
    """Let the program be another one where that was ordered."""
    if order["patience_s"] is not None:
        vars(importlib.import_module("paypal_payouts.storage.opening"))["SQLITE_PATIENCE_S"] = order["patience_s"]
    if order["is_readable"]:
        vars(importlib.import_module("paypal_payouts.cli.app"))["keep_memory_private"] = lambda: None
    if order["host"] is not None:
        socket.gethostname = lambda: order["host"]
    if order["stop"] is not None:
        stop_at(order["stop"])
    if order["before"] is not None:
        exec(order["before"], {})


def stop_at(moment: str) -> None:
    """Let this process stop itself with SIGSTOP, once: before or after its first POST of money."""
    client = importlib.import_module("paypal_payouts.paypal.client").PayPalClient
    create_batch, moments = client.create_batch, [moment]

    def stop() -> None:
        moments.clear()
        os.kill(os.getpid(), signal.SIGSTOP)

    @wraps(create_batch)
    def stopping(*arguments: Any, **named: Any) -> Any:
        if moments == ["before the POST"]:
            stop()
        outcome = create_batch(*arguments, **named)
        if moments:
            stop()
        return outcome

    client.create_batch = stopping


class Gate:
    """Where children stand until it is opened: then all of them go on at one moment."""

    def __init__(self) -> None:
        self._there, self._arrive = os.pipe()
        self._wait, self._open = os.pipe()

    def stand(self) -> None:
        """Wait, as a child, until it is opened."""
        for descriptor in (self._there, self._open):
            os.close(descriptor)
        os.write(self._arrive, b".")
        os.close(self._arrive)
        os.read(self._wait, 1)
        os.close(self._wait)

    def see(self, children: int) -> None:
        """Wait until so many children stand there."""
        os.close(self._arrive)
        while children:
            came = len(os.read(self._there, children))
            if not came:
                raise RuntimeError("a child ended before the gate")
            children -= came

    def open(self) -> None:
        for descriptor in (self._there, self._wait, self._open):
            os.close(descriptor)


class Server:
    """Answers whoever ordered: with the numbers of processes, and with how they ended."""

    def __init__(self) -> None:
        self._questions, self._answers = os.fdopen(os.dup(0)), os.dup(1)
        self._gates: list[Gate] = []
        self._living: set[int] = set()

    def serve(self) -> bool:
        """Serve until the questions end; True in a child, which is to be the program."""
        self._answer(None)
        for line in self._questions:
            match json.loads(line):
                case {"start": orders}:
                    if self._start(orders):
                        return True
                case {"open": _}:
                    self._gates.pop().open()
                    self._answer(None)
                case {"wait": pid}:
                    self._answer(self._ended(pid))
        for pid in self._living:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        return False

    def _start(self, orders: Sequence[dict[str, Any]]) -> bool:
        """Fork a child for each order, which stands at the gate before anything of the program runs."""
        gate = Gate()
        pids = []
        for order in orders:
            pid = os.fork()
            if pid == 0:
                self._questions.close()
                os.close(self._answers)
                allow_tracer()
                # Before anybody waits for what it says: there is somebody who may say something.
                connect(order)
                gate.stand()
                become(order)
                return True
            pids.append(pid)
        gate.see(len(orders))
        self._gates.append(gate)
        self._living |= set(pids)
        self._answer(pids)
        return False

    def _ended(self, pid: int) -> dict[str, Any]:
        _, status = os.waitpid(pid, os.WUNTRACED)
        if os.WIFSTOPPED(status):
            return {"stopped": True}
        self._living.discard(pid)
        return {"code": os.waitstatus_to_exitcode(status)}

    def _answer(self, answer: Any) -> None:
        os.write(self._answers, json.dumps(answer).encode() + b"\n")


def play() -> None:
    """Be the program."""
    try:
        runpy.run_module("paypal_payouts", run_name="__main__", alter_sys=False)
    except SystemExit as ended:
        end(ended.code)


def end(code: Any) -> None:
    """End as the interpreter does, as far as that can be heard or seen.

    It is not taken apart: that would copy it, page by page, which is half of what a small command takes.
    """
    vars(threading)["_shutdown"]()
    atexit._run_exitfuncs()
    # What the command left lying, as a connection that nobody closed, ends now.
    gc.collect()
    with suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    # Only an interpreter knows how to complain of that.
    sys.exit(code)


def main() -> None:
    """Serve until whoever ordered is gone."""
    warm()
    # What is here stays: a child's collector that walked through it would copy it, page by page.
    gc.collect()
    gc.freeze()
    if Server().serve():
        play()


if __name__ == "__main__":
    main()
