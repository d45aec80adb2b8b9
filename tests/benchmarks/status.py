"""What `status` of one batch and of the open cycles takes with a year of history behind it, and without.

    cd tests && ../.venv/bin/python -m benchmarks.status --filled sqlite:////tmp/year.db

The filled database is one of `benchmarks.history`; a cycle is added to it. The empty one must be of the same kind.
"""

import argparse
import tempfile
from pathlib import Path

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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--filled", required=True, help="its URL")
    parser.add_argument("--empty", default="sqlite:///payouts.db", help="its URL")
    parser.add_argument("--rounds", type=int, default=5, help="medians are over so many")
    arguments = parser.parse_args()
    measure(arguments.filled, arguments.empty, arguments.rounds)


if __name__ == "__main__":
    main()
