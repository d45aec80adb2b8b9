"""What the benchmarks share: a process and what it cost, medians, and a table of them."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]


@dataclass(frozen=True)
class Cost:
    """What one process took."""

    wall_s: float
    cpu_s: float
    """User and system, as the kernel counted them."""
    waited_s: float = 0
    """Stood still for the other end of a socket: the simulator's own time."""
    peak_mb: float = 0

    @property
    def own_s(self) -> float:
        """All of its time but the simulator's: work, and waiting for the disk."""
        return self.wall_s - self.waited_s


def run(command: Sequence[str | Path], *, cwd: Path, codes: Sequence[int] = (0,)) -> Cost:
    """Run a process to its end."""
    with tempfile.TemporaryFile() as output:
        began_s = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=cwd, env=environment(), stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - began_s
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in codes:
            output.seek(0)
            told = output.read().decode(errors="replace")[-4000:]
            sys.exit(f"{' '.join(map(str, command))} ended with {process.returncode}\n{told}")
    return Cost(wall_s, usage.ru_utime + usage.ru_stime)


def run_watched(*program: str | Path, cwd: Path, codes: Sequence[int] = (0,)) -> Cost:
    """Run `-m MODULE ...` or a script in a Python process that notes its memory and its waiting."""
    note = cwd / "note.json"
    cost = run([sys.executable, HERE / "watched.py", note, *program], cwd=cwd, codes=codes)
    noted = json.loads(note.read_text())
    note.unlink()
    return Cost(cost.wall_s, cost.cpu_s, noted["waited_s"], noted["peak_mb"])


def environment() -> dict[str, str]:
    """Return what a process inherits: as cron would, and the credentials."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "PYTHONPATH") if name in os.environ}
    return {**kept, "PAYPAL_CLIENT_ID": "id", "PAYPAL_CLIENT_SECRET": "s"}


def median(numbers: Sequence[float]) -> float:
    return statistics.median(numbers)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Set columns: the first to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    lines = [
        "  ".join(cell.rjust(width) if at else cell.ljust(width) for at, (cell, width) in enumerate(pairs)).rstrip()
        for pairs in (zip(row, widths, strict=True) for row in (head, *rows))
    ]
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:], ""])


def say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
