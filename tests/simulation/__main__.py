"""The simulation as a command: `cd tests && python -m simulation --schedules 1000000 --processes 2`."""

import argparse
import multiprocessing
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import partial

from support.databases import empty_postgres_database

from simulation.hosts import Hosts
from simulation.kept import KEPT
from simulation.later import SWITCHES, generate_with
from simulation.play import Player
from simulation.slices import Report, in_words, play_seeds

_SLICE = 250
_SHOWN_MAX = 3


def main(arguments: list[str] | None = None) -> int:
    """Play one schedule, or many; 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m simulation", description=__doc__)
    parser.add_argument("--schedules", type=_positive, default=1000, help="how many, from --first on")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--processes", type=_positive, default=1)
    parser.add_argument("--seed", type=int, help="play this one alone")
    parser.add_argument(
        "--with",
        dest="kinds",
        default="",
        metavar="KINDS",
        help=f"what is drawn besides, of {','.join(SWITCHES)}; or all",
    )
    parser.add_argument("--kept", choices=sorted(KEPT), help="play this kept schedule alone")
    parser.add_argument("--postgres", metavar="URL", help="in new databases of this server instead of SQLite files")
    parser.add_argument("--verbose", action="store_true", help="tell what came of every event of the one schedule")
    chosen = parser.parse_args(arguments)
    kinds = SWITCHES if chosen.kinds == "all" else tuple(filter(None, chosen.kinds.split(",")))
    if unknown := set(kinds) - set(SWITCHES):
        parser.error(f"--with: {', '.join(sorted(unknown))} is none of {', '.join(SWITCHES)}")
    if chosen.seed is not None or chosen.kept is not None:
        schedule = KEPT[chosen.kept] if chosen.kept else generate_with(kinds, chosen.seed)
        with _hosts(chosen.postgres) as hosts:
            played = Player(hosts, schedule).play()
        print(in_words(played, kinds) if chosen.verbose or played.wrong else f"{schedule.name}: every promise was kept")  # noqa: T201 - a command
        return int(played.wrong is not None)
    return _many(kinds, range(chosen.first, chosen.first + chosen.schedules), chosen.processes, chosen.postgres)


def _many(kinds: tuple[str, ...], seeds: range, processes: int, server: str | None) -> int:
    slices = [seeds[start : start + _SLICE] for start in range(0, len(seeds), _SLICE)]
    report = Report()
    with multiprocessing.Pool(processes) as pool:
        for part in pool.imap(partial(_slice, kinds, server), slices):
            report.join(part)
            print(f"{report.schedules} schedules, {len(report.wrong)} wrong", file=sys.stderr)  # noqa: T201 - a command
    for kind, count in sorted(report.seen.items()):
        print(f"{count:8} {kind}")  # noqa: T201 - a command
    for played in report.wrong[:_SHOWN_MAX]:
        print(in_words(played, kinds), end="\n\n")  # noqa: T201 - a command
    names = ", ".join(played.schedule.name.removeprefix("seed ") for played in report.wrong)
    print(f"{report.schedules} schedules, digest {report.digest}; wrong: {names or 'none'}")  # noqa: T201 - a command
    return int(bool(report.wrong))


def _slice(kinds: tuple[str, ...], server: str | None, seeds: range) -> Report:
    with _hosts(server) as hosts:
        return play_seeds(seeds, hosts, kinds)


@contextmanager
def _hosts(server: str | None) -> Iterator[Hosts]:
    with contextmanager(empty_postgres_database)(server) if server else nullcontext() as url:
        hosts = Hosts(url)
        try:
            yield hosts
        finally:
            hosts.remove()


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1: a simulation that plays nothing proves nothing")
    return number


if __name__ == "__main__":
    sys.exit(main())
