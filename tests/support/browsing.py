"""A real browser where the machine has one: it opens a page, and tells what it asked for and what it shows."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome-headless-shell")

# It reads commands from its descriptor 3 and writes to 4; copies first, as the pipes may have these numbers here.
_AT_3_AND_4 = """
import os, sys
reads, writes = (os.dup(os.dup(int(number))) for number in sys.argv[1:3])
os.dup2(reads, 3)
os.dup2(writes, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""


def browser() -> str | None:
    """Find a Chromium: the one that PAYOUTS_TEST_CHROMIUM names, else one on the path."""
    return os.environ.get("PAYOUTS_TEST_CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)


class Page:
    """One page of a browser, spoken to by its DevTools protocol."""

    def __init__(self, asks: BinaryIO, answers: BinaryIO) -> None:
        """Speak over two pipes."""
        self._asks = asks
        self._answers = answers
        self._number = 0
        self._session: str | None = None
        self.events: list[dict[str, Any]] = []
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Network", "Log", "Page"):
            self.ask(f"{domain}.enable")

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send one command, and give its result; events that come meanwhile are kept."""
        self._number += 1
        command: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session is not None:
            command["sessionId"] = self._session
        self._asks.write(json.dumps(command).encode() + b"\0")
        self._asks.flush()
        while (message := self._read()).get("id") != self._number:
            self.events.append(message)
        result: dict[str, Any] = message["result"]
        return result

    def _read(self) -> dict[str, Any]:
        message = bytearray()
        while (byte := self._answers.read(1)) != b"\0":
            assert byte, "the browser has gone"
            message += byte
        read: dict[str, Any] = json.loads(message)
        return read

    def open(self, path: Path) -> None:
        """Load a file, to its end."""
        self.ask("Page.navigate", url=path.as_uri())
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self._read())

    def told(self, method: str) -> list[dict[str, Any]]:
        """Return the events of one kind."""
        return [event["params"] for event in self.events if event.get("method") == method]

    def evaluate(self, expression: str) -> Any:
        """Return what an expression comes to in the page."""
        return self.ask("Runtime.evaluate", expression=expression, returnByValue=True)["result"]["value"]


@contextmanager
def browsing(program: str, profile: Path) -> Iterator[Page]:
    """Start a browser without a window; it is gone at the end."""
    its_reads, asks = os.pipe()
    answers, its_writes = os.pipe()
    options = ["--headless", "--no-sandbox", "--no-zygote", "--disable-gpu", "--disable-dev-shm-usage"]
    process = subprocess.Popen(
        [
            *(sys.executable, "-c", _AT_3_AND_4, str(its_reads), str(its_writes), program, *options),
            *("--no-first-run", f"--user-data-dir={profile}", "--remote-debugging-pipe"),
        ],
        pass_fds=(its_reads, its_writes),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(its_reads)
    os.close(its_writes)
    with os.fdopen(asks, "wb") as to_it, os.fdopen(answers, "rb") as from_it:
        try:
            yield Page(to_it, from_it)
        finally:
            process.kill()
            process.wait()
