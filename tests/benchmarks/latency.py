"""How long a cycle takes with a PayPal that is far away: pages side by side, and PayPal's own SDK in a loop.

    cd tests && ../.venv/bin/python -m benchmarks.latency --items 30000 --milliseconds 0 100 300

A line in front of the simulator holds each answer back for a while: latency, not load. What is shown is what the wall
clock says. "reading" is `sync` of the cycle, all pages of it; "pages / parallel x latency" is what waiting alone takes.
"""

import argparse
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from benchmarks.measuring import HERE, run, say, table
from benchmarks.throughput import CONFIGURATION, CYCLE, PAYOUTS, simulator, write_input

ITEMS_PER_PAGE = 1_000


class _Line:
    """One connection; the first bytes of each answer are held back."""

    def __init__(self, client: socket.socket, server: socket.socket, latency_s: float) -> None:
        self._latency_s = latency_s
        self._is_asked = False
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
            self._is_asked = True
            server.sendall(piece)

    def _answer(self, client: socket.socket, server: socket.socket) -> None:
        while piece := server.recv(1 << 16):
            if self._is_asked:
                self._is_asked = False
                time.sleep(self._latency_s)
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=30_000)
    parser.add_argument("--milliseconds", type=int, nargs="+", default=[0, 100, 300])
    parser.add_argument("--parallel", type=int, nargs="+", default=[1, 4])
    given = parser.parse_args()
    pages = -(-given.items // ITEMS_PER_PAGE)
    rows = list[list[str]]()
    for milliseconds in given.milliseconds:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_input(folder / "bench.csv", given.items, ["USD"])
            with simulator(folder) as near, far_away(near, milliseconds / 1000) as url:
                sdk_s = run([sys.executable, HERE / "sdk.py", folder / "bench.csv", url], cwd=folder).wall_s
                for parallel in given.parallel:
                    pay = ("run", "--cycle", CYCLE, "--input", folder / "bench.csv", "--yes", "--allow-duplicate")
                    whole_s = timed(folder, url, *pay, "--wait", parallel=parallel)
                    reading_s = timed(folder, url, "sync", "--cycle", CYCLE, parallel=parallel)
                    waiting_s = pages / parallel * milliseconds / 1000
                    times = f"{reading_s / waiting_s:.2f}" if waiting_s else "-"
                    rows.append(
                        [
                            f"{milliseconds} ms",
                            str(parallel),
                            f"{sdk_s:.1f} s",
                            f"{whole_s:.1f} s",
                            f"{reading_s:.1f} s",
                            times,
                        ]
                    )
    head = ("latency", "parallel", "SDK in a loop", "run --wait", "reading", "x pages / parallel x latency")
    say(table(head, rows))


if __name__ == "__main__":
    main()
