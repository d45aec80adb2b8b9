"""What is drawn into a schedule besides: each kind by a chance of its own, so that one can be switched on alone."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from simulation.schedule import Event, Schedule, generate

_HOUR, _DAY = 3600, 86400

_WORDS: Final = ("SUCCESS", "SUCCESS", "SUCCESS", "REFUNDED", "RETURNED", "REVERSED", "FAILED", "PENDING", "BLOCKED")
_LIES: Final = ("FAILED", "PENDING", "UNCLAIMED", "ON_HOLD", "DENIED")


def _hints(chance: random.Random, cycle: str) -> list[Event]:
    return [Event("hint", cycle, pick=chance.randrange(6))] if chance.randrange(2) else []


def _corrections(chance: random.Random, cycle: str) -> list[Event]:
    if chance.randrange(4):
        return []
    corrected = Event("edit", cycle, pick=chance.randrange(8), what="receiver")
    return [corrected, Event(chance.choice(("retry failed", "run", "hint")), cycle, pick=chance.randrange(4))]


def _copies(chance: random.Random, cycle: str) -> list[Event]:
    if chance.randrange(5):
        return []
    if chance.randrange(3) == 0:
        return [Event("edit", cycle, what="ids"), Event("run", cycle, append=chance.randrange(2) == 0)]
    return [Event("rename", cycle, what=chance.choice(("with ids", "without ids")))]


def _weeks(chance: random.Random, cycle: str) -> list[Event]:
    if chance.randrange(6):
        return []
    after = chance.choice(("sync", "run", "hint", "open"))
    return [Event("pass", seconds=float(chance.choice((7, 8, 15)) * _DAY)), Event(after, cycle)]


def _words(chance: random.Random, cycle: str) -> list[Event]:
    if chance.randrange(3):
        return []
    word = Event("word", cycle, pick=chance.randrange(8), what=chance.choice(_WORDS))
    after = chance.choice(("", "sync", "run", "retry failed"))
    return [word, Event(after, cycle, pick=chance.randrange(4))] if after else [word]


def _lies(chance: random.Random, cycle: str) -> list[Event]:
    if chance.randrange(4):
        return []
    lie = Event("lie", cycle, pick=chance.randrange(8), what=chance.choice(_LIES))
    return [lie, Event(chance.choice(("sync", "run", "retry failed")), cycle, pick=chance.randrange(4))]


def _wrong_clocks(chance: random.Random, cycle: str) -> list[Event]:
    if chance.randrange(6):
        return []
    ahead = Event("clock", seconds=25.0 * _HOUR)
    after = Event(chance.choice(("run", "decide", "retry failed", "hint")), cycle, what="look")
    return [ahead, after, Event("clock")] if chance.randrange(2) else [ahead, after]


def _rewritten(chance: random.Random, cycle: str) -> list[Event]:
    """Lose an answer, and let PayPal show the receivers in another writing when it is asked again."""
    if chance.randrange(5):
        return []
    lost = {"on": "create", "kind": chance.choice(("reset_after", "timeout_after", "truncated"))}
    rewritten = {"on": "batch", "kind": "receivers_rewritten", "times": None}
    return [Event("run", cycle, faults=(tuple(lost.items()), tuple(rewritten.items())))]


KINDS: Final[dict[str, Callable[[random.Random, str], list[Event]]]] = {
    "hints": _hints,
    "corrections": _corrections,
    "copies": _copies,
    "weeks": _weeks,
    "words": _words,
    "lies": _lies,
    "clocks": _wrong_clocks,
    "rewritten": _rewritten,
}
"""What can be switched on, and what it puts between two events of a schedule."""

SWITCHES: Final = (*KINDS, "conversions", "totals")
"""Everything that can be switched on; `totals` is checked in the end, and nothing that happens."""

_CONVERSIONS: Final = (("EUR", ("USD", "1.143")),)


def generate_with(kinds: Sequence[str], seed: int) -> Schedule:
    """Return the schedule of a seed with what some kinds put between its events."""
    schedule = generate(seed)
    cycles = [cycle for cycle, _ in schedule.files]
    # Ids that a lost database gave, and a copy that it no longer knows, are another matter (docs/design.md, 14).
    is_kept = not any(event.act == "restore" for event in schedule.events)
    chances = {kind: random.Random(f"{seed} {kind}") for kind in KINDS if kind in kinds}
    if not is_kept:
        chances.pop("copies", None)
    events: list[Event] = []
    for event in schedule.events:
        events.append(event)
        for kind, chance in chances.items():
            events += KINDS[kind](chance, chance.choice(cycles))
    # A corrected row without an id is known by its amount: where two are alike, the operator gives ids.
    told_apart = [cycle for cycle, debts in schedule.files if len({debt.minor for debt in debts}) == len(debts)]
    without_ids = tuple(c for c in told_apart if "copies" in chances and chances["copies"].randrange(3) == 0)
    is_converted = "conversions" in kinds and random.Random(f"{seed} conversions").randrange(3) == 0
    return replace(
        schedule,
        conversions=_CONVERSIONS if is_converted else (),
        events=tuple(events),
        without_ids=without_ids,
        checks_totals="totals" in kinds,
        follows_hints="hints" in kinds,
    )
