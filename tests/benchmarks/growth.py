"""What each command takes with years of history behind it, as a multiple of the same on an empty database.

    cd tests && ../.venv/bin/python -m benchmarks.growth --items 10000000 --cycles 5000 --database sqlite postgres

The years are those of `benchmarks.history`; a small cycle, which stays open, is added to them and to an empty database.
With `--archive` the older half of the cycles is archived then, and everything measured once more.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from support.databases import empty_postgres_database
from support.postgres import running_postgres
from support.sealed import KEY_FILE

from benchmarks import history
from benchmarks.measuring import Cost, run_watched, say, table
from benchmarks.throughput import CONFIGURATION, PAYOUTS, simulator, write_input

COMMANDS: Final[Mapping[str, Sequence[str]]] = {
    "status": ("status",),
    "status --cycle": ("status", "--cycle", "open"),
    "status BATCH": ("status", "open-0001-1"),
    "preview": ("preview", "--cycle", "next", "--input", "next.csv"),
    "sync": ("sync",),
    "metrics": ("metrics", "--output", "metrics.prom"),
    "doctor": ("doctor",),
}
ANSWERED: Final = (0, 3, 5, 6)
"""`doctor` finds no credentials that PayPal knows, and the open cycle is not finished."""
CLOSED_DAYS: Final = 90
"""A cycle that is younger is never archived."""


def measure(folders: Sequence[Path], rounds: int) -> None:
    """Ask everything of the empty database and of the filled one, one after the other."""
    rows = []
    for name, arguments in COMMANDS.items():
        took: list[list[Cost]] = [[], []]
        for _ in range(rounds):
            for folder, costs in zip(folders, took, strict=True):
                costs.append(run_watched(*PAYOUTS, *arguments, "--json", cwd=folder, codes=ANSWERED))
        empty, filled = ([min(getattr(cost, of) for cost in costs) for of in ("own_s", "cpu_s")] for costs in took)
        peak_mb = statistics.median([cost.peak_mb for cost in took[1]])
        times = [f"{behind / without:.2f}" for without, behind in zip(empty, filled, strict=True)]
        rows.append([name, f"{empty[1]:.2f}", f"{filled[1]:.2f}", *times, f"{peak_mb:.0f}"])
    say(table(["", "empty: CPU s", "CPU s", "x own time", "x CPU", "MB"], rows))


@contextmanager
def two_databases(kind: str, directory: Path) -> Iterator[tuple[str, str]]:
    """Provide the URLs of an empty database, and of another one, which is to be filled."""
    with ExitStack() as stack:
        if kind == "sqlite":
            yield "sqlite:///payouts.db", f"sqlite:///{directory}/filled.db"
            return
        of_server = stack.enter_context(running_postgres(in_memory=False))
        one = contextmanager(empty_postgres_database)
        yield stack.enter_context(one(of_server)), stack.enter_context(one(of_server))


def prepare(folder: Path, database: str, address: str) -> None:
    """Send a small cycle, which stays open, and write the file of another one."""
    folder.mkdir()
    write_input(folder / "input.csv", 1_000, ["USD"])
    write_input(folder / "next.csv", 1_001, ["USD"])
    text = CONFIGURATION.format(url=address, database=database) + f'[seal]\nkey_file = "{KEY_FILE}"\n'
    (folder / "payouts.toml").write_text(text)
    send = ("run", "--yes", "--no-wait", "--cycle", "open", "--input", "input.csv", "--json")
    run_watched(*PAYOUTS, *send, cwd=folder, codes=ANSWERED)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=10_000_000, help="so many lie behind")
    parser.add_argument("--cycles", type=int, default=5_000, help="in so many cycles, one a day")
    parser.add_argument("--database", nargs="+", choices=["sqlite", "postgres"], default=["sqlite"])
    parser.add_argument("--rounds", type=int, default=5, help="the least of so many is shown")
    parser.add_argument("--archive", action="store_true", help="archive half of it, and measure again")
    given = parser.parse_args()
    for kind in given.database:
        with ExitStack() as stack:
            directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="payouts-years-")))
            empty, filled = stack.enter_context(two_databases(kind, directory))
            began_s = time.perf_counter()
            history.fill(filled, given.items, spread_over=given.cycles)
            took_s = time.perf_counter() - began_s
            say(f"{kind}: {given.items:,} items in {given.cycles:,} cycles, stored in {took_s:.0f} s\n\n")
            folders = [directory / "empty", directory / "filled"]
            for folder, database in zip(folders, [empty, filled], strict=True):
                prepare(folder, database, stack.enter_context(simulator(directory)))
            measure(folders, given.rounds)
            if given.archive:
                before = date.today() - timedelta(days=max(given.cycles // 2, CLOSED_DAYS + 1))  # noqa: DTZ011 - a day
                cost = run_watched(
                    *PAYOUTS, "archive", "--before", str(before), "--yes", "--json", cwd=folders[1], codes=ANSWERED
                )
                say(f"\narchived: {cost.cpu_s:.0f} s CPU, {cost.own_s:.0f} s in all, {cost.peak_mb:.0f} MB\n\n")
                measure(folders, given.rounds)


if __name__ == "__main__":
    main()
