"""What `status` of one batch and of the open cycles takes with a year of history behind it, and without.

    cd tests && ../.venv/bin/python -m benchmarks.status --database sqlite postgres

The year is that of `benchmarks.history`; a small cycle, which stays open, is added to it and to an empty database.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from support.databases import empty_postgres_database
from support.postgres import running_postgres

from benchmarks import history
from benchmarks.measuring import Cost, median, run_watched, say
from benchmarks.throughput import CONFIGURATION, PAYOUTS, simulator, write_input


def measure(filled: str, empty: str, rounds: int) -> None:
    """Send a small cycle, which stays open, from either database, and ask how it stands."""
    with tempfile.TemporaryDirectory(prefix="payouts-bench-") as directory:
        folders = [Path(directory, name) for name in ("empty", "filled")]
        asked = {"status": [], "status --cycle open": ["--cycle", "open"], "status open-0001-1": ["open-0001-1"]}
        for folder, database in zip(folders, [empty, filled], strict=True):
            folder.mkdir()
            write_input(folder / "input.csv", 1_000, ["USD"])
            with simulator(folder) as address:
                (folder / "payouts.toml").write_text(CONFIGURATION.format(url=address, database=database))
                send = ("run", "--yes", "--cycle", "open", "--input", "input.csv", "--json")
                run_watched(*PAYOUTS, *send, cwd=folder, codes=(0, 6))
        for question, options in asked.items():
            took: list[list[Cost]] = [[], []]
            for _ in range(rounds):
                for folder, costs in zip(folders, took, strict=True):
                    costs.append(run_watched(*PAYOUTS, "status", "--json", *options, cwd=folder))
            own = median([behind.own_s / without.own_s for without, behind in zip(*took, strict=True)])
            cpu = median([behind.cpu_s / without.cpu_s for without, behind in zip(*took, strict=True)])
            say(f"{question}: {own:.2f} x the time and {cpu:.2f} x the CPU time of the same without a past\n")


@contextmanager
def two_databases(kind: str) -> Iterator[tuple[str, str]]:
    """Provide the URLs of two empty databases."""
    with ExitStack() as stack:
        if kind == "sqlite":
            directory = stack.enter_context(tempfile.TemporaryDirectory(prefix="payouts-year-"))
            yield f"sqlite:///{directory}/year.db", "sqlite:///payouts.db"
            return
        of_server = stack.enter_context(running_postgres(in_memory=False))
        one = contextmanager(empty_postgres_database)
        yield stack.enter_context(one(of_server)), stack.enter_context(one(of_server))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=10_000_000, help="so many lie behind")
    parser.add_argument("--database", nargs="+", choices=["sqlite", "postgres"], default=["sqlite"])
    parser.add_argument("--rounds", type=int, default=5, help="medians are over so many")
    arguments = parser.parse_args()
    for kind in arguments.database:
        with two_databases(kind) as (filled, empty):
            began_s = time.perf_counter()
            history.fill(filled, arguments.items)
            took_s = time.perf_counter() - began_s
            say(f"{kind}: {arguments.items:,} items in {history.CYCLES} cycles, stored in {took_s:.0f} s\n")
            measure(filled, empty, arguments.rounds)


if __name__ == "__main__":
    main()
