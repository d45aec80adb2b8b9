"""How fast a cycle is, beside the bare floor and PayPal's own SDK: ratios, not verdicts.

    cd tests && ../.venv/bin/python -m benchmarks.throughput --items 1000 100000 1000000 --database sqlite postgres

Every command runs in a process of its own, against the simulator as a server in another one; a round runs each of them
once, so that a ratio is one of neighbours in time. Shown are medians over the rounds. "time" is the process's own: all
of it but the waiting for the simulator; with Postgres, its server's work is in it. "cpu" is user and system of the
process alone: steadier on a busy machine, blind to the disk. `--readme` writes the table of docs/development.md.
"""

import argparse
import json
import os
import platform
import random
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree

import sqlalchemy as sa
from support import readme
from support.databases import empty_postgres_database
from support.postgres import running_postgres
from support.signing import Signers

from benchmarks import adoption
from benchmarks.measuring import HERE, Cost, environment, median, run_watched, say, table
from benchmarks.stored import stored

CYCLE = "bench"
CONFIGURATION = """\
[paypal]
environment = "sandbox"
base_url = "{url}"
timeout_s = 300
requests_per_minute = 100000
reads_in_parallel = 1
poll_interval_s = 0.05
poll_timeout_s = 3600
[database]
url = "{database}"
[lock]
lease_s = 3600
"""
APPROVAL = """\
[approval]
required = "always"
signers = "allowed_signers"
"""
PAYOUTS = ("-m", "paypal_payouts")
FLOOR = "the floor"


@dataclass(frozen=True)
class Work:
    """One thing that is measured."""

    name: str
    targets: tuple[str, str] = ("", "")
    """On SQLite and on Postgres."""


WORKS = (
    Work(FLOOR),
    Work("bare intake"),
    Work("approve"),
    Work("preview", ("0.7 x floor", "0.7 x floor")),
    Work("bare pay"),
    Work("PayPal's SDK in a loop"),
    Work("run --wait", ("2.0 x floor", "3 x floor, own time")),
    Work("preview of the paid cycle"),
    Work("repeated run", ("1.5 x that preview", "1.5 x that preview")),
    Work("status"),
)


@dataclass(frozen=True)
class Round:
    """What everything took once; of a run also its phases, and what of them each safety took, in CPU seconds."""

    costs: dict[str, Cost]
    phases: dict[str, float]
    safeties: dict[str, float]
    stored: dict[str, float]
    """What the run left in the database."""

    @property
    def parts(self) -> dict[str, float]:
        """The phases, and then the safeties, which are within them."""
        return self.phases | {f"within these: {name}": took_s for name, took_s in self.safeties.items()}

    def of_floor(self, name: str) -> tuple[float, float]:
        """Return own time and CPU time as multiples of the floor's."""
        cost, floor = self.costs[name], self.costs[FLOOR]
        return cost.own_s / floor.own_s, cost.cpu_s / floor.cpu_s


@dataclass(frozen=True)
class Measured:
    """All rounds of one size on one kind of database."""

    items: int
    database: str
    rounds: list[Round]

    def ratios(self, name: str) -> tuple[float, float]:
        """Return the medians of own time and CPU time as multiples of the floor's."""
        own, cpu = zip(*(each.of_floor(name) for each in self.rounds), strict=True)
        return median(own), median(cpu)

    def peak_mb(self, name: str) -> float:
        """Return the median of the largest memory."""
        return median([each.costs[name].peak_mb for each in self.rounds])


def write_input(path: Path, items: int, currencies: Sequence[str]) -> None:
    """Write the file of a cycle, the same one each time: ids in no order, two kinds of receivers, some notes."""
    chance = random.Random(items)
    numbers = list(range(items))
    chance.shuffle(numbers)
    with path.open("w") as file:
        file.write("item_id,receiver,amount,currency,note\n")
        for number in numbers:
            currency = currencies[number % len(currencies)]
            receiver, minor = _payment(number, chance)
            amount = str(minor) if currency == "JPY" else f"{minor / 100:.2f}"
            note = f"Invoice {number} of the third quarter" if number % 2 else ""
            file.write(f"INV-2026-{number:07},{receiver},{amount},{currency},{note}\n")


def _payment(number: int, chance: random.Random) -> tuple[str, int]:
    if number % 50:
        return f"first.last{number}@mail{number % 7}.example.com", chance.randint(100, 99_999)
    # The one account that the simulator knows, with another amount each time: nothing is the same payment twice.
    return "G83JXTJ5EHCQ2", 100 + number


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


def one_round(source: Path, folder: Path, items: int, database: str) -> Round:
    """Measure everything once."""
    bare = HERE / "floor.py"
    cycle = ("--cycle", CYCLE, "--input", source, "--json")
    note = folder / "phases.json"
    costs: dict[str, Cost] = {}
    costs[FLOOR] = run_watched(bare, "store", source, folder / "floor.db", cwd=folder)
    costs["bare intake"] = run_watched(bare, "intake", source, cwd=folder)
    with simulator(folder) as url:
        (folder / "payouts.toml").write_text(CONFIGURATION.format(url=url, database=database) + APPROVAL)
        signers = Signers(folder)
        signers.allow(["boss"])
        costs["approve"] = run_watched(*PAYOUTS, "approve", *cycle, "--key", signers.key("boss"), cwd=folder)
        costs["preview"] = run_watched(*PAYOUTS, "preview", *cycle, cwd=folder)
        costs["run --wait"] = run_watched(HERE / "phased.py", note, "run", "--wait", "--yes", *cycle, cwd=folder)
        noted = json.loads(note.read_text())
        left = stored(database, folder, items)
        done = paid(url)
        costs["preview of the paid cycle"] = run_watched(*PAYOUTS, "preview", *cycle, cwd=folder)
        costs["repeated run"] = run_watched(*PAYOUTS, "run", "--wait", "--yes", *cycle, cwd=folder)
        costs["status"] = run_watched(*PAYOUTS, "status", "--json", cwd=folder)
        if sum(done.values()) != items or paid(url) != done:
            sys.exit(f"{items} items, {done} paid by the first run, {paid(url)} after the second")
    with simulator(folder) as url:
        costs["bare pay"] = run_watched(bare, "pay", source, folder / "pay.db", url, cwd=folder)
    with simulator(folder) as url:
        costs["PayPal's SDK in a loop"] = run_watched(HERE / "sdk.py", source, url, cwd=folder)
    return Round(costs, noted["phases"], noted["safeties"], left)


@contextmanager
def databases(kind: str) -> Iterator[Iterator[str]]:
    """Provide URLs of empty databases, one after the other."""
    with ExitStack() as stack:
        if kind == "sqlite":
            yield iter(lambda: "sqlite:///payouts.db", "")
            return
        of_server = stack.enter_context(running_postgres(in_memory=False))
        yield (url for _ in iter(int, 1) for url in empty_postgres_database(of_server))


def measure(items: int, rounds: int, currencies: Sequence[str], database: str) -> Measured:
    """Measure everything so many times, each round in a folder of its own."""
    measured = []
    with tempfile.TemporaryDirectory(prefix="payouts-bench-") as directory, databases(database) as urls:
        source = Path(directory, "input.csv")
        write_input(source, items, currencies)
        for number in range(1, rounds + 1):
            folder = Path(directory, str(number))
            folder.mkdir()
            measured.append(one_round(source, folder, items, next(urls)))
            rmtree(folder)
            sys.stderr.write(f"{items:,} items, {database}: round {number} of {rounds} done\n")
    return Measured(items, database, measured)


def rows(measured: Measured) -> Iterator[list[str]]:
    """Yield a line for each work."""
    for work in WORKS:
        costs = [each.costs[work.name] for each in measured.rounds]
        own, cpu = measured.ratios(work.name)
        yield [
            work.name,
            f"{median([cost.own_s for cost in costs]):.2f}",
            f"{median([cost.cpu_s for cost in costs]):.2f}",
            f"{median([cost.waited_s for cost in costs]):.1f}",
            f"{own:.2f}",
            f"{cpu:.2f}",
            f"{measured.peak_mb(work.name):.0f}",
            work.targets[measured.database != "sqlite"],
        ]


def phase_rows(measured: Measured) -> Iterator[list[str]]:
    """Yield a line for each phase of a run: CPU seconds, and as a multiple of the floor's."""
    for phase in measured.rounds[0].parts:
        took_s = median([each.parts[phase] for each in measured.rounds])
        share = median([each.parts[phase] / each.costs[FLOOR].cpu_s for each in measured.rounds])
        yield [phase, f"{took_s:.2f}", f"{share:.2f}"]


def growth(few: Measured, many: Measured) -> Iterator[list[str]]:
    """Yield a line for each work: how much more the larger input takes."""
    for work in WORKS:
        small, large = ([each.costs[work.name] for each in measured.rounds] for measured in (few, many))
        yield [
            work.name,
            f"{median([cost.own_s for cost in large]) / median([cost.own_s for cost in small]):.1f}",
            f"{median([cost.cpu_s for cost in large]) / median([cost.cpu_s for cost in small]):.1f}",
            f"{median([cost.peak_mb for cost in large]) / median([cost.peak_mb for cost in small]):.2f}",
        ]


def repeated(measured: Measured) -> float:
    """Describe what a repeated run takes as a multiple of a preview of the same paid cycle, in CPU time."""
    return median(
        [each.costs["repeated run"].cpu_s / each.costs["preview of the paid cycle"].cpu_s for each in measured.rounds]
    )


def machine(kinds: Sequence[str]) -> str:
    """Describe what this was measured on."""
    model = "an unnamed processor"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    versions = [f"Python {platform.python_version()}", f"SQLite {sqlite3.sqlite_version}"]
    versions += ["Postgres " + postgres_version()] if "postgres" in kinds else []
    return f"{model}, {os.cpu_count()} cores, {memory_gb:.0f} GB; {', '.join(versions)}, SQLAlchemy {sa.__version__}"


def postgres_version() -> str:
    """Ask a server, which says it at its first breath."""
    with databases("postgres") as urls:
        engine = sa.create_engine(next(urls), poolclass=sa.NullPool)
        with engine.connect() as connection:
            return str(connection.exec_driver_sql("SHOW server_version").scalar_one()).split()[0]


def readme_table(measured: Sequence[Measured], adopting: float) -> str:
    """Write the table: CPU time and, in brackets, own time, as multiples of the floor's; then peak memory."""
    head = ["", *(f"{each.items:,} items, {each.database}" for each in measured)]
    lines = []
    for work in WORKS[1:]:
        cells = []
        for each in measured:
            own, cpu = each.ratios(work.name)
            cells.append(f"{cpu:.2f} ({own:.2f}), {each.peak_mb(work.name):.0f} MB")
        lines.append([work.name, *cells])
    for phase in measured[0].rounds[0].parts:
        shares = [median([one.parts[phase] / one.costs[FLOOR].cpu_s for one in each.rounds]) for each in measured]
        lines.append([f"of `run --wait`: {phase}", *(f"{share:.2f}" for share in shares)])
    lines.append(["repeated run / that preview", *(f"{repeated(each):.2f}" for each in measured)])
    for fact in dict.fromkeys(fact for each in measured for fact in each.rounds[0].stored):
        shown = [[one.stored[fact] for one in each.rounds if fact in one.stored] for each in measured]
        lines.append([fact, *(_figure(median(figures)) if figures else "" for figures in shown)])
    floors = [median([one.costs[FLOOR].cpu_s for one in each.rounds]) for each in measured]
    lines.append([f"{FLOOR}: CPU s", *(f"{floor:.2f}" for floor in floors)])
    told = (
        f"Measured on {machine([each.database for each in measured])}; CPU time, in brackets own time, "
        f"as multiples of {FLOOR}'s in the same round, and peak memory. Comparing a batch of 15,000 items for adoption "
        f"takes {adopting:.2f} x the time of parsing its pages."
    )
    return f"{textwrap.fill(told, 120)}\n\n{readme.table(head, lines)}"


def _figure(figure: float) -> str:
    return f"{figure:.2f}" if figure < 10 else f"{figure:,.0f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, nargs="+", default=[10_000, 100_000], help="one table for each")
    parser.add_argument("--database", nargs="+", choices=["sqlite", "postgres"], default=["sqlite"])
    parser.add_argument("--rounds", type=int, default=3, help="medians are over so many")
    parser.add_argument("--currencies", nargs="+", default=["USD", "EUR", "JPY"])
    parser.add_argument("--readme", action="store_true", help="write the table of docs/development.md")
    arguments = parser.parse_args()
    adopting = adoption.ratio()
    say(f"adoption: comparing takes {adopting:.2f} x the time of parsing\n")
    everything: list[Measured] = []
    for database in arguments.database:
        before: Measured | None = None
        for items in sorted(arguments.items):
            measured = measure(items, arguments.rounds, arguments.currencies, database)
            say(
                f"\n{items:,} items in {', '.join(arguments.currencies)}, {database}; medians of {arguments.rounds}\n\n"
            )
            say(
                table(
                    ["", "time s", "cpu s", "waited s", "x floor", "cpu x", "peak MB", "target"], list(rows(measured))
                )
            )
            say("\n" + table(["of run --wait", "cpu s", "x floor"], list(phase_rows(measured))))
            for fact, figure in measured.rounds[0].stored.items():
                say(f"\n{fact}: {_figure(figure)}\n")
            say(f"\nrepeated run: {repeated(measured):.2f} x the preview of the same paid cycle, in CPU time\n")
            if before is not None:
                say(f"\nFrom {before.items:,} to {items:,} items\n\n")
                say(table(["", "x time", "x cpu", "x memory"], list(growth(before, measured))))
            before = measured
            everything.append(measured)
            if arguments.readme:
                readme.write_between("benchmark", readme_table(everything, adopting))


if __name__ == "__main__":
    main()
