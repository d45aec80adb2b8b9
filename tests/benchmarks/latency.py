"""How long a cycle takes with a PayPal that is far away: pages side by side, and PayPal's own SDK in a loop.

    cd tests && ../.venv/bin/python -m benchmarks.latency --readme

A line in front of the simulator holds each answer back until so long after its request: latency, not load, as what the
simulator works for it is within that. What is shown is what the wall clock says, start-up included, the least of the
rounds. "reading" is `sync` of the cycle, all pages of it; beside it stands what waiting alone takes, (pages / parallel)
x latency. So many requests a minute are allowed that the limiter never waits: with the 400 a minute of the default it
would not wait either, up to 400 pages, and would be all that is measured past them. `--readme` writes the table of
docs/development.md.
"""

import argparse
import socket
import sys
import tempfile
import textwrap
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from support import readme

from benchmarks.measuring import HERE, run, say, table
from benchmarks.throughput import CONFIGURATION, CYCLE, PAYOUTS, machine, simulator, write_input

ITEMS_PER_PAGE = 1_000
HEAD = ("latency", "parallel", "PayPal's SDK in a loop", "run --wait", "reading", "waiting alone", "x waiting alone")


class _Line:
    """One connection; the first bytes of each answer come so long after the last ones of its request."""

    def __init__(self, client: socket.socket, server: socket.socket, latency_s: float) -> None:
        self._latency_s = latency_s
        self._asked_at: float | None = None
        for work in (self._ask, self._answer):
            threading.Thread(target=self._carry, args=(work, client, server), daemon=True).start()

    def _carry(self, work: Callable[[socket.socket, socket.socket], None], *ends: socket.socket) -> None:
        with suppress(OSError):
            work(*ends)
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _ask(self, client: socket.socket, server: socket.socket) -> None:
        while piece := client.recv(1 << 16):
            self._asked_at = time.monotonic()
            server.sendall(piece)

    def _answer(self, client: socket.socket, server: socket.socket) -> None:
        while piece := server.recv(1 << 16):
            if self._asked_at is not None:
                time.sleep(max(0.0, self._asked_at + self._latency_s - time.monotonic()))
                self._asked_at = None
            client.sendall(piece)


@contextmanager
def far_away(url: str, latency_s: float) -> Iterator[str]:
    """Yield the address of a line to the simulator on which each answer takes so long."""
    port = int(url.rpartition(":")[2])
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                _Line(client, socket.create_connection(("127.0.0.1", port)), latency_s)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()


def timed(folder: Path, url: str, *arguments: str | Path, parallel: int) -> float:
    """Return the seconds that a command of ours takes, with so many reads at once."""
    text = CONFIGURATION.format(url=url, database=f"sqlite:///{folder}/{parallel}.db")
    text = text.replace("reads_in_parallel = 1", f"reads_in_parallel = {parallel}")
    text = text.replace("[paypal]", f'[paypal]\naccount = "p{parallel}"').replace(
        "[lock]", f'[lock]\ndirectory = "l{parallel}"'
    )
    (folder / "payouts.toml").write_text(text)
    return run([sys.executable, *PAYOUTS, *arguments], cwd=folder, codes=(0, 5)).wall_s


def measure(items: int, milliseconds: int, parallels: Sequence[int], rounds: int) -> Iterator[list[str]]:
    """Yield a line for each number of parallel reads, at one latency."""
    sdk_s: list[float] = []
    whole_s: dict[int, list[float]] = {parallel: [] for parallel in parallels}
    reading_s: dict[int, list[float]] = {parallel: [] for parallel in parallels}
    for _ in range(rounds):
        with tempfile.TemporaryDirectory(prefix="payouts-latency-") as name:
            folder = Path(name)
            source = folder / "bench.csv"
            write_input(source, items, ["USD"])
            with simulator(folder) as near, far_away(near, milliseconds / 1000) as url:
                sdk_s.append(run([sys.executable, HERE / "sdk.py", source, url], cwd=folder).wall_s)
                for parallel in parallels:
                    pay = ("run", "--cycle", CYCLE, "--input", source, "--yes", "--allow-duplicate", "--wait")
                    whole_s[parallel].append(timed(folder, url, *pay, parallel=parallel))
                    reading_s[parallel].append(timed(folder, url, "sync", "--cycle", CYCLE, parallel=parallel))
    for parallel in parallels:
        read_s, waiting_s = min(reading_s[parallel]), -(-items // ITEMS_PER_PAGE) / parallel * milliseconds / 1000
        yield [
            f"{milliseconds} ms",
            str(parallel),
            f"{min(sdk_s):.1f} s",
            f"{min(whole_s[parallel]):.1f} s",
            f"{read_s:.1f} s",
            f"{waiting_s:.1f} s",
            f"{read_s / waiting_s:.2f}" if waiting_s else "-",
        ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--milliseconds", type=int, nargs="+", default=[0, 100, 300])
    parser.add_argument("--parallel", type=int, nargs="+", default=[1, 4])
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--readme", action="store_true", help="write the table of docs/development.md")
    given = parser.parse_args()
    rows = [row for each in given.milliseconds for row in measure(given.items, each, given.parallel, given.rounds)]
    say(table(HEAD, rows))
    if given.readme:
        told = (
            f"{given.items:,} items, by the wall clock, on {machine(['sqlite'])}; "
            "`run --wait` stores, sends and reads, and the SDK's loop sends and reads."
        )
        readme.write_between("latency", f"{textwrap.fill(told, 120)}\n\n{readme.table(HEAD, rows)}")


if __name__ == "__main__":
    main()
