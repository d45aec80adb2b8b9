"""How fast a command starts, as a ratio to the `--help` of a hello-world Typer application with Rich: no verdicts.

    cd tests && ../.venv/bin/python -m benchmarks.startup
    cd tests && ../.venv/bin/python -m benchmarks.startup --clean

`--clean` installs the project into a fresh environment first. Figures of a developer's environment mislead: httpx
imports click and rich where it finds them.
"""

import argparse
import subprocess
import sys
import tempfile
import venv
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measuring import ROOT, Cost, environment, median, run, say, table

HELLO = """\
import typer

app = typer.Typer(rich_markup_mode="rich")


@app.command()
def hello(name: str = "world") -> None:
    "Greet somebody."
    typer.echo(f"Hello, {name}.")


app()
"""
ROWS = "item_id,receiver,amount,currency\na-1,ana@example.com,12.50,USD\na-2,bo@example.com,7.00,USD\n"
CONFIGURATION = '[paypal]\nenvironment = "simulator"\n[lock]\ncooldown_s = 0\n'
BARE, UNIT = "python -c pass", "hello --help"
PARTS = ("sqlalchemy", "sqlmodel", "paypal_payouts.storage.tables", "paypal_payouts.storage")
"""What `status` is made of, each with all that stands before it, and ended as `payouts` ends."""
TARGETS = {
    "payouts --help": "1.1",
    "payouts run --help": "1.7",
    "payouts --version": "1.4",
    "payouts status": "3.2",
    "payouts status --json": "",
    "payouts run c --yes": "4.0",
}


def commands(python: Path, folder: Path) -> dict[str, list[str | Path]]:
    """Return everything that is measured, by name."""
    works: dict[str, list[str | Path]] = {
        BARE: [python, "-c", "pass"],
        UNIT: [python, folder / "hello.py", "--help"],
        **{f"import {part}": [python, "-c", f"import gc, {part}; gc.freeze()"] for part in PARTS},
    }
    return works | {name: [python, "-m", "paypal_payouts", *name.split()[1:]] for name in TARGETS}


def prepare(python: Path, folder: Path) -> None:
    """Write the hello-world application, and pay a small cycle so that there is a database."""
    (folder / "hello.py").write_text(HELLO)
    (folder / "payouts.toml").write_text(CONFIGURATION)
    (folder / "cycles").mkdir()
    (folder / "cycles" / "c.csv").write_text(ROWS)
    run([python, "-m", "paypal_payouts", "run", "c", "--yes"], cwd=folder)


def fresh_python(folder: Path) -> Path:
    """Make an environment with the project in it and nothing for its development."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "-q", ROOT], env=environment(), check=True)
    return python


def measure(works: dict[str, list[str | Path]], rounds: int, folder: Path) -> list[dict[str, Cost]]:
    """Run everything once in each round, after a first one that only fills the caches."""
    return [{name: run(command, cwd=folder) for name, command in works.items()} for _ in range(rounds + 1)][1:]


def rows(measured: Sequence[dict[str, Cost]]) -> list[list[str]]:
    """Return a line for each command."""
    return [
        [
            name,
            f"{median([costs[name].wall_s for costs in measured]) * 1000:.0f}",
            f"{median([costs[name].wall_s / costs[BARE].wall_s for costs in measured]):.1f}",
            f"{median([costs[name].wall_s / costs[UNIT].wall_s for costs in measured]):.2f}",
            f"{median([costs[name].cpu_s / costs[UNIT].cpu_s for costs in measured]):.2f}",
            TARGETS.get(name, ""),
        ]
        for name in measured[0]
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15, help="medians are over so many")
    parser.add_argument("--clean", action="store_true", help="in a fresh environment, without development tools")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="payouts-startup-") as directory:
        python = fresh_python(Path(directory, "venv")) if arguments.clean else Path(sys.executable)
        folder = Path(directory, "work")
        folder.mkdir()
        prepare(python, folder)
        measured = measure(commands(python, folder), arguments.rounds, folder)
    where = "a fresh environment" if arguments.clean else "this environment"
    say(f"\nStart-up in {where}; medians of {arguments.rounds}\n\n")
    say(table(["", "ms", "x bare", "x hello", "cpu x", "target"], rows(measured)))


if __name__ == "__main__":
    main()
