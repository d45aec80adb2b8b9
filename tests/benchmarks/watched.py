"""Runs a program as `python` runs it, and notes at its end what only the process itself can know.

    python watched.py NOTE -m MODULE ARGUMENTS...
    python watched.py NOTE SCRIPT ARGUMENTS...

The note is JSON: the peak of its memory, and how long it stood still for the other end of a socket. `VmHWM` and not
`ru_maxrss`: a child inherits the latter from its parent.
"""

import atexit
import json
import runpy
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_waited_s = 0.0


def _waiting(operation: Callable[..., Any]) -> Callable[..., Any]:
    """Count what an operation takes beyond the work that this process does for it."""

    def timed(*arguments: Any) -> Any:
        global _waited_s  # noqa: PLW0603 - one number for one process
        wall_s, work_s = time.perf_counter(), time.thread_time()
        try:
            return operation(*arguments)
        finally:
            _waited_s += time.perf_counter() - wall_s - (time.thread_time() - work_s)

    return timed


def _note(path: Path) -> None:
    status = Path("/proc/self/status").read_text()
    peak_kib = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:"))
    path.write_text(json.dumps({"peak_mb": peak_kib * 1024 / 1e6, "waited_s": _waited_s}))


def main() -> None:
    note, program, *arguments = sys.argv[1:]
    for name in ("connect", "recv", "recv_into", "send", "sendall"):
        setattr(socket.socket, name, _waiting(getattr(socket.socket, name)))
    atexit.register(_note, Path(note))
    if program == "-m":
        module, *arguments = arguments
        sys.argv = [module, *arguments]
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    else:
        sys.argv = [program, *arguments]
        runpy.run_path(program, run_name="__main__")


if __name__ == "__main__":
    main()
