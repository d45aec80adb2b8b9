"""What the program does to its folder and says to PayPal, as strace sees it, and what strace does to it at one step."""

import re
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

_FILES = "?open openat pwrite64 write fsync fdatasync ftruncate ?rename ?renameat ?unlink unlinkat ?link linkat"
_MORE_FILES = "?mkdir mkdirat ?chmod fchmod flock"
_NETWORK = "connect sendto recvfrom"
_TRACED = ",".join(f"{_FILES} {_MORE_FILES} {_NETWORK}".split())
_CALL = re.compile(r"^(?:\d+ +)?(?P<name>\w+)\(")


class Step(NamedTuple):
    """One system call of a whole run: its name, its number among the calls of that name, and how it was written."""

    name: str
    number: int
    text: str

    @property
    def path(self) -> str:
        """Return the file that is opened, or that the descriptor stands for; the site's folder is left off."""
        found = re.search(r'"([^"]*)"' if self.name == "openat" else r"<([^>]*)>", self.text)
        return found[1] if found else ""

    @property
    def is_network(self) -> bool:
        return self.name in _NETWORK.split()

    def inject(self, what: str, until: str = "") -> str:
        """Report strace what happens at this call, and at those of its name after it where `until` is `+`."""
        return f"--inject={self.name}:{what}:when={self.number}{until}"


class TracerFailed(Exception):
    """strace could not attach itself."""


@contextmanager
def tracing(pid: int, path: Path, what: Sequence[str]) -> Iterator[None]:
    """Write every step of a process to a file until the block ends, and do what is asked at some of them."""
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


def steps_in(trace: Path, folder: Path) -> Iterator[Step]:
    """Read the steps that touch a folder or go to PayPal, from where the database is opened."""
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
