"""The real program, killed by SIGKILL at its system calls; then cron goes on, and PayPal's own book judges.

CI kills at a spread sample of them, and densely around the first request for money. `PAYOUTS_TEST_EVERY_STEP=1` kills
at every single one. Where strace may not trace, the program kills itself at calls into C that have an effect; which of
the two it was stands in the name of the test.
"""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from support.forks import KILLED, Fork
from support.recording_server import CYCLE, RecordedSite, recorded_site
from support.tracing import Step, spread

EVERY_STEP = os.environ.get("PAYOUTS_TEST_EVERY_STEP") == "1"
RUN = ["run", "-c", CYCLE, "--yes", "--json"]
POST = re.compile(r"^sendto\(.*POST /v1/payments/payouts HTTP")

Kill = dict[str, Any]
"""What a run is ordered besides its arguments, so that it dies at one step."""


class Scenario(NamedTuple):
    """What is owed, what stands before, what is killed, at how many steps, and how many it has at least."""

    rows: Sequence[str]
    prepare: Callable[[RecordedSite, Fork], None]
    arguments: Callable[[RecordedSite], Sequence[str]]
    points: int
    steps_min: int


def rows(bob: str) -> list[str]:
    return ["a,ann@x.example,1.00,USD", f"b,{bob}@x.example,2.00,USD", "c,cat@x.example,3.00,EUR"]


def nothing(_: RecordedSite, __: Fork) -> None:
    """Nothing stands before."""


def one_item_failed(site: RecordedSite, fork: Fork) -> None:
    assert fork.run(site, *RUN).code == 5


def in_review(site: RecordedSite, fork: Fork) -> None:
    site.simulator.inject({"on": "create", "kind": "reset_after"}, {"on": "create", "kind": "duplicate_without_link"})
    assert fork.run(site, *RUN).code == 6
    assert fork.run(site, *RUN).code == 8


def accepted(site: RecordedSite, fork: Fork) -> None:
    assert fork.run(site, *RUN, "--no-wait").code == 6


SCENARIOS = {
    "run": Scenario(rows("bob"), nothing, lambda _: RUN, 24, 100),
    "retry of failed items": Scenario(
        rows("transient.bob"),
        one_item_failed,
        lambda _: ["retry", f"{CYCLE}-0002-1", "--failed-items", "--yes", "--json"],
        6,
        40,
    ),
    "override": Scenario(rows("bob"), in_review, RecordedSite.attach_arguments, 4, 20),
    "sync": Scenario(rows("bob"), accepted, lambda _: ["sync", "-c", CYCLE, "--json"], 4, 20),
}


@pytest.mark.parametrize("scenario", list(SCENARIOS.values()), ids=list(SCENARIOS))
@pytest.mark.parametrize("tool", ["strace", "python"])
def test_killed_at_any_step_everyone_is_paid_once(fork: Fork, tmp_path: Path, tool: str, scenario: Scenario) -> None:
    if tool == "strace" and not fork.is_traceable:
        pytest.skip("strace may not trace here: `python` beside this kills at as many steps")
    before = tmp_path / "before"
    with recorded_site(before) as site:
        site.write(CYCLE, scenario.rows)
        scenario.prepare(site, fork)
    with recorded_site(tmp_path / "whole", like=before) as site:
        arguments = scenario.arguments(site)
        kills = list(
            kills_by_strace(fork, site, arguments, scenario)
            if tool == "strace"
            else kills_by_python(fork, site, arguments, scenario)
        )
        site.finish(fork)
        site.check_end(scenario.rows)
    died = 0
    for number, kill in enumerate(kills):
        with recorded_site(tmp_path / f"{number}", like=before) as site:
            died += fork.run(site, *arguments, **kill).code == KILLED
            site.check_record()
            site.finish(fork)
            site.check_end(scenario.rows)
    # An answer comes in one piece or in several, so that a run may end before the last of its steps.
    assert died >= len(kills) * 3 // 4


def kills_by_strace(fork: Fork, site: RecordedSite, arguments: Sequence[str], scenario: Scenario) -> Iterator[Kill]:
    steps = fork.traced_steps(site, *arguments)
    assert len(steps) > scenario.steps_min
    for step in chosen(steps, scenario.points):
        yield {"trace": [step.inject("signal=SIGKILL")]}


def chosen(steps: Sequence[Step], points: int) -> list[Step]:
    """Take a spread sample, and from the line of the sent log to the recorded answer each step that matters."""
    if EVERY_STEP:
        return list(steps)
    posts = [number for number, step in enumerate(steps) if POST.match(step.text)]
    dense: set[int] = set()
    if posts:
        line = max(n for n in range(posts[0]) if steps[n].path.endswith(".sent") and steps[n].name == "write")
        recorded = min(n for n in range(posts[0], len(steps)) if steps[n].name == "fdatasync")
        # Between two writes of one transaction nothing changes: each is as if it had not been made.
        dense = {n for n in range(line, recorded + 2) if {steps[n - 1].name, steps[n].name} != {"pwrite64"}}
    return [steps[n] for n in sorted({*spread(steps, points), *dense})]


def kills_by_python(fork: Fork, site: RecordedSite, arguments: Sequence[str], scenario: Scenario) -> Iterator[Kill]:
    steps = fork.counted_steps(site, *arguments)
    assert len(steps) > scenario.steps_min
    points = scenario.points // 4 if fork.is_traceable else scenario.points
    for number in range(len(steps)) if EVERY_STEP else spread(steps, max(points, 2)):
        yield {"die_at": number + 1}


def test_what_is_sent_is_on_disk_first_and_the_sent_log_before_the_permit(fork: Fork, tmp_path: Path) -> None:
    """A loss of power keeps what was synced: so the order of the syncs is looked at, not only that of the writes."""
    if not fork.is_traceable:
        pytest.skip("strace may not trace here, and nothing else sees SQLite's own syncs")
    with recorded_site(tmp_path) as site:
        site.write(CYCLE, rows("bob"))
        steps = fork.traced_steps(site, *RUN)
        site.check_end(rows("bob"))
    sent, log, unsynced = f"/.payouts/{CYCLE}.sent", "/payouts.db-wal", set[str]()
    order: list[str] = []
    for step in steps:
        path = step.path
        if step.name in {"fsync", "fdatasync"}:
            unsynced.discard(path)
        elif step.name == "openat" and "O_CREAT|O_EXCL" in step.text:
            unsynced.add(path.rpartition("/")[0])
        elif step.name in {"write", "pwrite64"} and not path.endswith("-shm"):
            unsynced.add(path)
            # At its end the command writes there where the trail ended: that is about no send.
            if path == sent and f" {CYCLE}-" in step.text:
                order.append("line")
            elif path == log and order and order[-1] == "line":
                assert not unsynced & {sent, "/.payouts"}, f"{unsynced} may be lost, and the permit not"
                order.append("permit")
        elif POST.match(step.text):
            assert not unsynced, f"money is asked for while {unsynced} may be lost"
            order.append("money")
    assert order == ["line", "permit", "money"] * 2
