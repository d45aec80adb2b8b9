"""Starts the real program again and again without paying for its imports each time.

Run as a script by `support.forks`: it imports the program once, then forks a child for every order on its standard
input. The child is `python -m paypal_payouts` from there on: it runs the package's `__main__`, ends as any interpreter
does, and nothing in it is replaced, but for what the order says.
"""

import ctypes
import gc
import importlib
import json
import os
import pkgutil
import resource
import runpy
import select
import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import paypal_payouts

_PR_SET_PTRACER, _PR_SET_PTRACER_ANY = 0x59616D61, ctypes.c_ulong(-1)
_CAPABILITIES_3 = 0x20080522
_LIBRARIES = (
    "alembic.command",
    "alembic.config",
    "alembic.ddl.sqlite",
    "alembic.runtime.migration",
    "backoff",
    "encodings.ascii",
    "encodings.idna",
    "filelock",
    "httpcore",
    "httpx",
    "logging.config",
    "sqlalchemy.dialects.sqlite",
    "sqlmodel",
)
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


def allow_tracer() -> None:
    """Let a process trace this one that is not its parent, where the system has a say in that."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PTRACER, _PR_SET_PTRACER_ANY, 0, 0, 0)


def give_up_privileges() -> None:
    """Let the permissions of files count for root too."""
    if os.geteuid() == 0:
        header, nothing = (ctypes.c_uint32 * 2)(_CAPABILITIES_3, 0), (ctypes.c_uint32 * 6)()
        if ctypes.CDLL(None, use_errno=True).capset(header, nothing):
            raise OSError(ctypes.get_errno(), "capset")


def become(order: dict[str, Any]) -> None:
    """Make this process the one that was ordered."""
    for path, flags, descriptor in (
        (os.devnull, os.O_RDONLY, 0),
        (order["stdout"], os.O_WRONLY, 1),
        (order["stderr"], os.O_WRONLY, 2),
    ):
        opened = os.open(path, flags)
        os.dup2(opened, descriptor)
        os.close(opened)
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    sys.argv = ["payouts", *order["arguments"]]
    if order["file_bytes"] is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["file_bytes"], order["file_bytes"]))
    if order["patience_s"] is not None:
        vars(importlib.import_module("paypal_payouts.storage.engine"))["SQLITE_PATIENCE_S"] = order["patience_s"]
    if order["is_unprivileged"]:
        give_up_privileges()
    if order["count_into"] is not None:
        sys.setprofile(Steps(count(order["count_into"])))
    if order["die_at"] is not None:
        sys.setprofile(Steps(die_at(order["die_at"])))


def load() -> None:
    """Import all that a command would."""
    for module in pkgutil.walk_packages(paypal_payouts.__path__, "paypal_payouts."):
        if module.name.rpartition(".")[2] != "__main__" and ".migrations" not in module.name:
            importlib.import_module(module.name)
    for name in _LIBRARIES:
        importlib.import_module(name)


def main() -> None:
    """Serve until whoever ordered is gone."""
    load()
    # What is here stays: a child's collector that walked through it would copy it, page by page.
    gc.collect()
    gc.freeze()
    orders, answers = os.dup(0), os.dup(1)
    os.write(answers, b"ready\n")
    while order := os.read(orders, select.PIPE_BUF):
        child = os.fork()
        if child == 0:
            allow_tracer()
            os.write(answers, b"%d\n" % os.getpid())
            # Nothing of the program runs before its tracer, where it has one, is in place.
            if not os.read(orders, 1):
                os._exit(0)
            os.close(orders)
            os.close(answers)
            become(json.loads(order))
            runpy.run_module("paypal_payouts", run_name="__main__", alter_sys=False)
            return
        os.write(answers, b"%d\n" % os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


if __name__ == "__main__":
    main()
