"""Many schedules, one after the other: how many ran, what they met, and the first that broke a promise."""

import gc
import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from simulation.hosts import Hosts
from simulation.later import generate_with
from simulation.play import Played, Player
from simulation.schedule import Schedule


@dataclass
class Report:
    """What came of some schedules."""

    schedules: int = 0
    seen: Counter[str] = field(default_factory=Counter)
    """How many schedules met which of the interesting things."""
    wrong: list[Played] = field(default_factory=list)
    digests: list[str] = field(default_factory=list)

    def add(self, played: Played) -> None:
        self.schedules += 1
        self.seen.update(sorted(played.seen))
        self.digests.append(played.digest)
        if played.wrong is not None:
            self.wrong.append(played)

    def join(self, other: "Report") -> None:
        self.schedules += other.schedules
        self.seen += other.seen
        self.wrong += other.wrong
        self.digests += other.digests

    @property
    def digest(self) -> str:
        return hashlib.sha256("".join(self.digests).encode()).hexdigest()


def play_all(schedules: Iterable[Schedule], hosts: Hosts) -> Report:
    """Play schedules in one hosts."""
    report = Report()
    gc.collect()
    gc.freeze()
    for schedule in schedules:
        report.add(Player(hosts, schedule).play())
    return report


def play_seeds(seeds: range, hosts: Hosts, kinds: Sequence[str] = ()) -> Report:
    """Play the schedules of some seeds, with what some kinds put between their events."""
    return play_all((generate_with(kinds, seed) for seed in seeds), hosts)


def in_words(played: Played, kinds: Sequence[str] = ()) -> str:
    """Report a schedule, what came of it, and how to see it again."""
    name = played.schedule.name
    drawn = f" --with {','.join(kinds)}" if kinds else ""
    option = f"--seed {name.removeprefix('seed ')}{drawn}" if name.startswith("seed ") else f"--kept {name!r}"
    return "\n".join(
        [
            f"{name}: {played.wrong or 'every promise was kept'}",
            *played.schedule.lines(),
            "What came of it:",
            *played.trace,
            f"Again: cd tests && python -m simulation {option} --verbose",
        ]
    )
