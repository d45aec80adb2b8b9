"""How fast a cycle is, beside the bare floor: ratios, not verdicts.

    cd tests && ../.venv/bin/python -m benchmarks.throughput --items 100000 1000000

Every command runs in a process of its own, against the simulator as a server in another one; a round runs each of them
once, so that a ratio is one of neighbours in time. Shown are medians over the rounds. "time" is the process's own: all
of it but the waiting for the simulator. "cpu" is user and system: steadier on a busy machine, blind to the disk.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree

from benchmarks.measuring import HERE, Cost, environment, median, run_watched, say, table

CYCLE = "bench"
CONFIGURATION = """\
[paypal]
environment = "sandbox"
base_url = "{url}"
timeout_s = 300
poll_interval_s = 0.05
poll_timeout_s = 3600
[lock]
lease_s = 3600
"""
PAYOUTS = ("-m", "paypal_payouts")
FLOOR = "the floor"


@dataclass(frozen=True)
class Work:
    """One thing that is measured."""

    name: str
    target: str = ""


WORKS = (
    Work(FLOOR),
    Work("bare intake"),
    Work("preview", "1.5 x floor"),
    Work("bare pay"),
    Work("run --wait", "3 x floor"),
    Work("repeated run", "its file"),
    Work("status"),
)


def write_input(path: Path, items: int, currencies: Sequence[str]) -> None:
    """Write the file of a cycle, the same one each time: ids in no order, two kinds of receivers, some notes."""
    chance = random.Random(items)
    numbers = list(range(items))
    chance.shuffle(numbers)
    with path.open("w") as file:
        file.write("item_id,receiver,amount,currency,note\n")
        for number in numbers:
            currency = currencies[number % len(currencies)]
            amount = str(chance.randint(1, 999)) if currency == "JPY" else f"{chance.randint(100, 99_999) / 100:.2f}"
            note = f"Invoice {number} of the third quarter" if number % 2 else ""
            file.write(f"INV-2026-{number:07},{_receiver(number)},{amount},{currency},{note}\n")


def _receiver(number: int) -> str:
    return f"first.last{number}@mail{number % 7}.example.com" if number % 50 else f"{number:013}"


@contextmanager
def simulator(folder: Path) -> Iterator[str]:
    """Serve a fresh simulator from a process of its own; give its URL."""
    process = subprocess.Popen(
        [sys.executable, *PAYOUTS, "simulator", "serve", "--json"],
        cwd=folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["result"]["url"]
    finally:
        process.terminate()
        process.wait()


def paid(url: str) -> dict[str, int]:
    """Ask the simulator how many payments left, by currency."""
    with urllib.request.urlopen(f"{url}/__simulator/totals", timeout=300) as answer:
        totals = json.load(answer)
    return {currency: total["states"]["SUCCESS"]["items"] for currency, total in totals.items()}


def one_round(source: Path, folder: Path, items: int) -> dict[str, Cost]:
    """Measure everything once."""
    bare = HERE / "floor.py"
    cycle = ("--cycle", CYCLE, "--input", source, "--json")
    costs: dict[str, Cost] = {}
    costs[FLOOR] = run_watched(bare, "store", source, folder / "floor.db", cwd=folder)
    costs["bare intake"] = run_watched(bare, "intake", source, cwd=folder)
    with simulator(folder) as url:
        (folder / "payouts.toml").write_text(CONFIGURATION.format(url=url))
        costs["preview"] = run_watched(*PAYOUTS, "preview", *cycle, cwd=folder)
        costs["run --wait"] = run_watched(*PAYOUTS, "run", "--wait", "--yes", *cycle, cwd=folder)
        done = paid(url)
        costs["repeated run"] = run_watched(*PAYOUTS, "run", "--wait", "--yes", *cycle, cwd=folder)
        costs["status"] = run_watched(*PAYOUTS, "status", "--json", cwd=folder)
        if sum(done.values()) != items or paid(url) != done:
            sys.exit(f"{items} items, {done} paid by the first run, {paid(url)} after the second")
    with simulator(folder) as url:
        costs["bare pay"] = run_watched(bare, "pay", source, folder / "pay.db", url, cwd=folder)
    return costs


def measure(items: int, rounds: int, currencies: Sequence[str]) -> list[dict[str, Cost]]:
    """Measure everything so many times, each round in a folder of its own."""
    measured = []
    with tempfile.TemporaryDirectory(prefix="payouts-bench-") as directory:
        source = Path(directory, "input.csv")
        write_input(source, items, currencies)
        for number in range(1, rounds + 1):
            folder = Path(directory, str(number))
            folder.mkdir()
            measured.append(one_round(source, folder, items))
            rmtree(folder)
            sys.stderr.write(f"{items:,} items: round {number} of {rounds} done\n")
    return measured


def rows(measured: Sequence[dict[str, Cost]]) -> Iterator[list[str]]:
    """Give a line for each work."""
    for work in WORKS:
        costs = [costs[work.name] for costs in measured]
        floors = [costs[FLOOR] for costs in measured]
        pairs = list(zip(costs, floors, strict=True))
        yield [
            work.name,
            f"{median([cost.own_s for cost in costs]):.2f}",
            f"{median([cost.cpu_s for cost in costs]):.2f}",
            f"{median([cost.waited_s for cost in costs]):.1f}",
            f"{median([cost.own_s / floor.own_s for cost, floor in pairs]):.2f}",
            f"{median([cost.cpu_s / floor.cpu_s for cost, floor in pairs]):.2f}",
            f"{median([cost.peak_mb for cost in costs]):.0f}",
            work.target,
        ]


def growth(few: Sequence[dict[str, Cost]], many: Sequence[dict[str, Cost]]) -> Iterator[list[str]]:
    """Give a line for each work: how much more the larger input takes."""
    for work in WORKS:
        small, large = ([costs[work.name] for costs in measured] for measured in (few, many))
        yield [
            work.name,
            f"{median([cost.own_s for cost in large]) / median([cost.own_s for cost in small]):.1f}",
            f"{median([cost.cpu_s for cost in large]) / median([cost.cpu_s for cost in small]):.1f}",
            f"{median([cost.peak_mb for cost in large]) / median([cost.peak_mb for cost in small]):.2f}",
        ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, nargs="+", default=[10_000, 100_000], help="one table for each")
    parser.add_argument("--rounds", type=int, default=3, help="medians are over so many")
    parser.add_argument("--currencies", nargs="+", default=["USD", "EUR", "JPY"])
    arguments = parser.parse_args()
    before: tuple[int, list[dict[str, Cost]]] | None = None
    for items in sorted(arguments.items):
        measured = measure(items, arguments.rounds, arguments.currencies)
        say(f"\n{items:,} items in {', '.join(arguments.currencies)}; medians of {arguments.rounds}\n\n")
        say(table(["", "time s", "cpu s", "waited s", "x floor", "cpu x", "peak MB", "target"], list(rows(measured))))
        if before is not None:
            say(
                f"\nFrom {before[0]:,} to {items:,} items; 10 x the items may take 12 x the time and 2 x the memory\n\n"
            )
            say(table(["", "x time", "x cpu", "x memory"], list(growth(before[1], measured))))
        before = items, measured


if __name__ == "__main__":
    main()
