"""Thousands of worlds: whatever happens in them, PayPal's own book shows that nobody was paid twice or forgotten."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from simulation.hosts import Hosts
from simulation.kept import KEPT
from simulation.later import SWITCHES
from simulation.play import Player
from simulation.schedule import Schedule, generate
from simulation.slices import in_words, play_all, play_seeds

PLAIN = range(450)
WITH_EVERYTHING = range(4_000, 4_150)
"""In these an operator types what is printed, PayPal changes its word, cycles are copied: four times the work."""

OFTEN_ENOUGH = {
    "adoption": 30,
    "lost answer of a paid POST": 15,
    "lost POST": 20,
    "late arrival": 20,
    "death": 50,
    "death between permit and POST": 3,
    "death after a POST": 20,
    "commit that failed": 8,
    "commit that took place and was reported as failed": 8,
    "old database": 15,
    "database lost": 8,
    "database and sent logs lost": 6,
    "stopped by the sent log": 2,
    "second host": 20,
    "overtaken": 10,
    "lease_lost": 10,
    "refusal": 20,
    "denied batch": 40,
    "review": 10,
    "too old to be asked about again": 3,
    "new attempt": 15,
    "changed_item": 12,
    "a day or more passes": 40,
    "interrupted": 3,
    "lock_held": 1,
    "clock_skew": 1,
}
"""So many of the plain schedules met this at least: never to do the dangerous thing would prove nothing."""


def test_whatever_happens_nobody_is_paid_twice_or_forgotten(hosts: Hosts) -> None:
    report = play_seeds(PLAIN, hosts)
    print(f"{report.schedules} schedules: {dict(sorted(report.seen.items()))}")  # noqa: T201 - the count belongs to the proof
    assert not report.wrong, f"{len(report.wrong)} of {len(PLAIN)}; the first:\n{in_words(report.wrong[0])}"
    assert report.schedules == len(PLAIN)
    rare = {kind: report.seen[kind] for kind, least in OFTEN_ENOUGH.items() if report.seen[kind] < least}
    assert not rare, f"too rare to prove anything: {rare}"


TYPED_OFTEN = {"hint run": 20, "hint retry": 40, "hint override": 20, "hint sync": 3, "two payments of one debt": 1}
"""The same of what is met only where an operator types what is printed, and PayPal changes its word."""


def test_by_typing_what_is_printed_everybody_is_paid_once_and_every_screen_agrees(hosts: Hosts) -> None:
    report = play_seeds(WITH_EVERYTHING, hosts, SWITCHES)
    print(f"{report.schedules} schedules: {dict(sorted(report.seen.items()))}")  # noqa: T201 - the count belongs to the proof
    assert not report.wrong, (
        f"{len(report.wrong)} of {len(WITH_EVERYTHING)}; the first:\n{in_words(report.wrong[0], SWITCHES)}"
    )
    assert report.schedules == len(WITH_EVERYTHING)
    rare = {kind: report.seen[kind] for kind, least in TYPED_OFTEN.items() if report.seen[kind] < least}
    assert not rare, f"too rare to prove anything: {rare}"


ON_POSTGRES = 40
DECIDED_BY_THE_DATABASE = {
    "adoption",
    "death",
    "death between permit and POST",
    "commit that failed",
    "commit that took place and was reported as failed",
    "old database",
    "database lost",
    "second host",
    "overtaken",
    "lease_lost",
    "new attempt",
}


def test_on_postgres_too_nobody_is_paid_twice_or_forgotten(postgres_hosts: Hosts) -> None:
    schedules = [*KEPT.values(), *map(generate, range(ON_POSTGRES))]
    report = play_all(schedules, postgres_hosts)
    assert not report.wrong, f"with --postgres URL: {in_words(report.wrong[0])}"
    assert report.schedules == len(schedules)
    assert report.seen.keys() >= DECIDED_BY_THE_DATABASE


@pytest.mark.parametrize("schedule", KEPT.values(), ids=KEPT)
def test_what_once_went_wrong_goes_well(hosts: Hosts, schedule: Schedule) -> None:
    played = Player(hosts, schedule).play()
    assert played.wrong is None, in_words(played)


def test_a_seed_gives_the_same_events_and_the_same_trace_in_every_process(hosts: Hosts) -> None:
    here = play_seeds(range(20), hosts)
    assert play_seeds(range(20), hosts).digests == here.digests
    for hash_seed in ("1", "2"):
        elsewhere = subprocess.run(
            [sys.executable, "-m", "simulation", "--schedules", "20"],
            cwd=Path(__file__).parents[1],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            check=True,
            capture_output=True,
            text=True,
        )
        assert f"20 schedules, digest {here.digest}; wrong: none" in elsewhere.stdout


def test_a_run_of_no_schedules_is_refused() -> None:
    refused = subprocess.run(
        [sys.executable, "-m", "simulation", "--schedules", "0"],
        cwd=Path(__file__).parents[1],
        check=False,
        capture_output=True,
        text=True,
    )
    assert refused.returncode == 2
    assert "proves nothing" in refused.stderr
