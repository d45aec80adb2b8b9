"""Sixteen real processes on one cycle at one moment, again and again; and holders that are stopped, killed, overtaken.

PayPal's own book judges who was paid, and the order of the requests that reached it whether one process at a time
worked on a cycle. In CI one round of each kind; before a release many:

    PAYOUTS_TEST_RACE_ROUNDS=100 python -m pytest -n0 tests/e2e/test_races.py
"""

import itertools
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from queue import Queue
from typing import Any

import pytest
from support.forks import Command, Fork, Started, Stop
from support.request_recorder import RequestRecorder
from support.site import Ended, Site

from paypal_payouts.private import create_private
from paypal_payouts.simulator.server import running_server
from paypal_payouts.storage.key import KEY_BYTES

PROCESSES = 16
ROUNDS = int(os.environ.get("PAYOUTS_TEST_RACE_ROUNDS", "1"))
SLOW_ANSWER = {"on": "create", "kind": "slow", "piece_bytes": 10**6, "seconds": 0.4}
ROWS = ["a,ann-{cycle}@x.example,1.00,USD", "b,bob-{cycle}@x.example,2.00,USD", "c,cat-{cycle}@x.example,3.00,EUR"]


@dataclass
class Scene:
    """Folders from which processes of the program work on one database, and PayPal with a recorder."""

    folders: list[Site]
    """Those of hosts of their own, or the same one for all."""
    fork: Fork
    door: RequestRecorder
    clients: Iterator[int] = field(default_factory=itertools.count)

    @property
    def book(self) -> Site:
        return self.folders[0]

    def write(self, cycle: str) -> None:
        """Put the file of a cycle in every folder."""
        for site in {id(site): site for site in self.folders}.values():
            site.write(cycle, [row.format(cycle=cycle) for row in ROWS])

    def command(self, site: Site, line: str, *more: str, host: str | None = None, stop: Stop | None = None) -> Command:
        """Make a command line of a process that PayPal can tell from all others."""
        environment = site.environment(PAYPAL_CLIENT_SECRET=f"process-{next(self.clients)}")
        return Command([*line.split(), *more, "--json"], str(site.folder), environment, host, stop)

    def start(self, site: Site, line: str, *more: str, **options: Any) -> Started:
        return self.fork.start(self.command(site, line, *more, **options))[0]

    def run(self, site: Site, line: str, *more: str, **options: Any) -> Ended:
        return self.start(site, line, *more, **options).wait()

    def race(self, *lines: str) -> list[Ended]:
        """Let processes, each in its folder, begin at one moment."""
        ended = self.fork.together(*(self.command(site, line) for site, line in zip(self.folders, lines, strict=True)))
        self.check_turns()
        return ended

    def check_turns(self) -> None:
        """No two processes worked on the cycle at once: whoever had its turn, and let another in, never came back."""
        turns = self.door.turns()
        assert len(turns) == len(set(turns)), f"not one after the other: {turns}"

    def check_paid_once(self, *cycles: str) -> None:
        """Each row of these cycles was paid exactly once, says PayPal; and so do our books."""
        paid = self.book.paid()
        for cycle in cycles:
            for row in ROWS:
                _, receiver, amount, currency = row.format(cycle=cycle).split(",")
                assert paid[receiver] == [f"{amount} {currency}"]
        assert all(len(amounts) == 1 for amounts in paid.values()), paid
        shown = self.run(self.book, "status").result["cycles"]
        states = {cycle["cycle"]: cycle["items"] for cycle in shown}
        assert {cycle: states[cycle] for cycle in cycles} == {cycle: {"success": len(ROWS)} for cycle in cycles}

    def posts_under(self, cycle: str) -> int:
        """Count the batches of a cycle that PayPal took."""
        return sum(f"-{cycle}-" in batch["sender_batch_id"] for batch in self.book.simulator.book()["batches"])


def scene_of(
    tmp_path: Path, fork: Fork, monkeypatch: pytest.MonkeyPatch, database_url: str, *, folders: int
) -> Iterator[Scene]:
    with running_server(None, lambda: datetime.now(UTC)) as server:
        door = RequestRecorder(server.simulator.handle)
        monkeypatch.setattr(server.simulator, "handle", door)
        sites = []
        for number in range(folders):
            (tmp_path / f"host-{number}").mkdir()
            sites.append(Site(tmp_path / f"host-{number}", database_url, server.simulator, server.url))
            if number:
                sites[-1].take_key_of(sites[0])
            else:
                create_private(sites[0].folder / ".payouts.key", bytes(range(KEY_BYTES)))
        yield Scene(sites * (PROCESSES // folders), fork, door)


@pytest.fixture
def hosts(tmp_path: Path, fork: Fork, monkeypatch: pytest.MonkeyPatch, postgres_database_url: str) -> Iterator[Scene]:
    """Yield sixteen hosts with lock directories of their own, and one Postgres."""
    yield from scene_of(tmp_path, fork, monkeypatch, postgres_database_url, folders=PROCESSES)


@pytest.fixture
def one_folder(tmp_path: Path, fork: Fork, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    """Yield one folder with one lock directory and one SQLite file."""
    url = f"sqlite:///{tmp_path}/payouts.db"
    yield from scene_of(tmp_path, fork, monkeypatch, url, folders=1)


@pytest.fixture(params=["one_folder", "hosts"], ids=["one folder on SQLite", "sixteen hosts on Postgres"])
def scene(request: pytest.FixtureRequest) -> Scene:
    found: Scene = request.getfixturevalue(request.param)
    return found


def check_told(loser: Ended, cycle: str) -> None:
    """The loser of a race is told who holds the cycle, since when and until when, and what to type."""
    assert (loser.code, loser.error_code) == (4, "lock_held"), loser
    error = loser.document["error"]
    (holder,) = error["details"]
    since, until = (datetime.fromisoformat(holder[key]) for key in ("acquired_at", "expires_at"))
    assert (holder["key"], until > since) == (cycle, True)
    assert holder["command"].startswith("payouts ")
    for told in (cycle, holder["host"], str(holder["pid"]), holder["command"], f"{until:%Y-%m-%d %H:%M} UTC", "so far"):
        assert told in error["message"]
    assert "Run again" in error["hint"]
    assert f"payouts status --cycle {cycle} --watch" in error["hint"]


def check_each(ended: Sequence[Ended], cycle: str, others: Callable[[Ended], bool] = lambda _: False) -> int:
    """Each process ended with 0, or was told who holds the cycle, or ended as `others` allows; count the told."""
    told = 0
    for one in ended:
        if one.error_code == "lock_held":
            check_told(one, cycle)
            told += 1
        else:
            assert one.code == 0 or others(one), one
    return told


def came_in_between(one: Ended) -> bool:
    """Return whether there was nothing to retry or to move any more, or a retry had its turn before any run."""
    is_early_retry = one.document["command"] == "retry" and one.code == 6
    return is_early_retry or one.error_code in {"not_eligible", "move_not_allowed"}


def leave_unanswered(scene: Scene, cycle: str) -> str:
    """Leave a batch that PayPal has and whose answer was lost; give PayPal's id of it."""
    scene.write(cycle)
    scene.book.simulator.inject({"on": "create", "kind": "reset_after"})
    assert scene.run(scene.book, f"run -c {cycle}").code == 6
    scene.door.turns()
    batches = scene.book.simulator.book()["batches"]
    found = [b["payout_batch_id"] for b in batches if b["sender_batch_id"] == f"main-sandbox-{cycle}-0001-1"]
    assert len(found) == 1
    return str(found[0])


def test_of_sixteen_that_begin_at_once_on_a_new_database_one_pays(scene: Scene) -> None:
    for number in range(ROUNDS):
        cycle = f"new-{number}"
        scene.write(cycle)
        if number % 2 == 0:
            # The winner holds the cycle for as long as all others need to come.
            scene.book.simulator.inject(SLOW_ANSWER)
        ended = scene.race(*[f"run -c {cycle}"] * PROCESSES)
        told = check_each(ended, cycle)
        assert told or number % 2
        assert scene.posts_under(cycle) == 2
        scene.check_paid_once(cycle)


def test_of_sixteen_that_continue_what_is_open_one_asks_again_under_the_same_id(scene: Scene) -> None:
    for number in range(ROUNDS):
        cycle = f"open-{number}"
        leave_unanswered(scene, cycle)
        ended = scene.race(*[f"run -c {cycle}"] * PROCESSES)
        check_each(ended, cycle)
        assert scene.posts_under(cycle) == 2
        scene.check_paid_once(cycle)


def test_every_verb_at_once_ends_as_if_they_had_come_one_after_the_other(scene: Scene) -> None:
    for number in range(ROUNDS):
        cycle = f"mixed-{number}"
        paypal_batch_id = leave_unanswered(scene, cycle)
        batch = f"{cycle}-0001-1"
        attach = f"override {batch} --to accepted --paypal-batch-id {paypal_batch_id} --reason seen-in-the-list"
        ended = scene.race(
            *[f"run -c {cycle}", f"retry {batch}", attach] * 4,
            f"sync -c {cycle}",
            f"status -c {cycle} --refresh",
            f"status -c {cycle} --items",
            f"preview -c {cycle}",
        )
        verbs, (sync, refresh, status, preview) = ended[:-4], ended[-4:]
        check_each(verbs, cycle, others=came_in_between)
        assert sync.code in {0, 6}, sync
        assert (refresh.code, status.code, preview.code) == (0, 0, 0), (refresh, status, preview)
        assert scene.run(scene.book, f"run -c {cycle}").code == 0
        scene.door.turns()
        assert scene.posts_under(cycle) == 2
        scene.check_paid_once(cycle)


def test_cycles_do_not_hinder_each_other(scene: Scene) -> None:
    for number in range((ROUNDS + 1) // 2):
        cycles = [f"own-{number}-{process}" for process in range(PROCESSES)]
        for cycle in cycles:
            scene.write(cycle)
        ended = scene.fork.together(
            *(scene.command(site, f"run -c {cycle}") for site, cycle in zip(scene.folders, cycles, strict=True))
        )
        assert [one.code for one in ended] == [0] * PROCESSES, ended
        scene.check_paid_once(*cycles)


def test_whoever_only_looks_needs_no_lock(scene: Scene) -> None:
    scene.write("c")
    holder = scene.start(scene.folders[0], "run -c c", stop="before the POST")
    holder.wait_for_stop()
    other = scene.folders[-1]
    assert scene.run(other, "preview -c c").code == 0
    shown = scene.run(other, "status -c c").result["cycles"][0]
    assert shown["lock"]["holder"].endswith(f":{holder.pid}")
    (lock,) = scene.run(other, "locks").result["locks"]
    assert (lock["key"], lock["pid"], lock["living"]) == ("c", holder.pid, True)
    check_told(scene.run(other, "run -c c"), "c")
    holder.resume()
    assert holder.wait().code == 0
    scene.check_paid_once("c")


def stop_holder(scene: Scene, moment: str) -> Started:
    """Start a run on the first host, and stop it at a moment of its first batch."""
    scene.write("c")
    if moment == "while PayPal answers":
        processes: Queue[Started] = Queue()
        scene.door.at_post = lambda: processes.get().stop()
        holder = scene.start(scene.folders[0], "run -c c", host="first")
        processes.put(holder)
        holder.wait_for_stop()
        scene.door.at_post = None
        return holder
    stop: Stop = "before the POST" if moment == "between permit and POST" else "after the POST"
    holder = scene.start(scene.folders[0], "run -c c", host="first", stop=stop)
    holder.wait_for_stop()
    return holder


MOMENTS = ["between permit and POST", "while PayPal answers", "between POST and result"]


def check_lost(scene: Scene, holder: Started, moment: str) -> None:
    """The overtaken holder stops, tells how far it came, and sends nothing but what was already under way."""
    posts = scene.book.posts()
    holder.resume()
    ended = holder.wait()
    assert (ended.code, ended.error_code) == (4, "lease_lost"), ended
    assert scene.book.posts() - posts == (moment == "between permit and POST")
    error = ended.document["error"]
    assert "Answered before that: nothing." in error["message"]
    assert "payouts locks" in error["hint"]


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_holder_that_sleeps_past_its_lease_is_overtaken_and_stops_when_it_wakes(hosts: Scene, moment: str) -> None:
    first, second = hosts.folders[:2]
    first.configure(timeout_s=1.5, more="lease_s = 3.1")
    holder = stop_holder(hosts, moment)
    refused = hosts.run(second, "run -c c", host="second")
    check_told(refused, "c")
    until = datetime.fromisoformat(refused.document["error"]["details"][0]["expires_at"])
    time.sleep(max(0.0, (until - datetime.now(UTC)).total_seconds()))
    assert hosts.run(second, "run -c c", host="second").code == 0
    check_lost(hosts, holder, moment)
    hosts.check_paid_once("c")


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_lease_that_an_operator_broke_belongs_to_the_next_holder(hosts: Scene, moment: str) -> None:
    first, second, third = hosts.folders[:3]
    holder = stop_holder(hosts, moment)
    unlocked = hosts.run(second, "unlock c --reason", "the first host does not answer", host="second")
    assert (unlocked.code, unlocked.result["broken"]["host"]) == (0, "first")
    next_holder = hosts.start(second, "run -c c", host="second", stop="before the POST")
    next_holder.wait_for_stop()
    check_lost(hosts, holder, moment)
    # The first has given nothing back that is not its own.
    (lock,) = hosts.run(third, "locks", host="third").result["locks"]
    assert (lock["host"], lock["pid"]) == ("second", next_holder.pid)
    check_told(hosts.run(first, "run -c c", host="first"), "c")
    next_holder.resume()
    assert next_holder.wait().code == 0
    (broken,) = [e for e in hosts.run(first, "audit -c c").result["events"] if e["action"] == "lock_broken"]
    assert broken["reason"] == "the first host does not answer"
    hosts.check_paid_once("c")


def test_on_one_machine_a_holder_that_sleeps_past_its_lease_keeps_the_cycle(one_folder: Scene) -> None:
    site = one_folder.book
    site.configure(timeout_s=0.5, more="lease_s = 1.1")
    holder = stop_holder(one_folder, "between POST and result")
    until = datetime.fromisoformat(one_folder.run(site, "locks").result["locks"][0]["expires_at"])
    time.sleep(max(0.0, (until - datetime.now(UTC)).total_seconds()))
    for line in ("run -c c", "retry c-0001-1", "unlock c --reason it-seems-to-be-dead"):
        refused = one_folder.run(site, line, host="first")
        assert (refused.code, refused.error_code) == (4, "lock_held")
        assert str(holder.pid) in refused.document["error"]["message"]
    holder.resume()
    assert holder.wait().code == 0
    one_folder.check_turns()
    one_folder.check_paid_once("c")


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_holder_is_continued_at_once_from_its_own_directory(scene: Scene, moment: str) -> None:
    holder = stop_holder(scene, moment)
    holder.kill()
    assert scene.run(scene.folders[0], "run -c c", host="first").code == 0
    events = scene.run(scene.folders[0], "audit -c c").result["events"]
    assert [event["action"] for event in events].count("lock_taken_over") == 1
    scene.check_paid_once("c")


def test_of_sixteen_that_come_after_a_crash_one_goes_on(one_folder: Scene) -> None:
    for number in range((ROUNDS + 1) // 2):
        cycle = f"crashed-{number}"
        one_folder.write(cycle)
        holder = one_folder.start(one_folder.book, f"run -c {cycle}", stop="after the POST")
        holder.wait_for_stop()
        holder.kill()
        one_folder.check_turns()
        ended = one_folder.race(*[f"run -c {cycle}"] * PROCESSES)
        check_each(ended, cycle)
        told = [one.document["error"]["details"][0]["pid"] for one in ended if one.error_code]
        assert holder.pid not in told
        one_folder.check_paid_once(cycle)


def test_a_killed_holder_of_another_host_is_waited_for_until_its_lease_is_broken(hosts: Scene) -> None:
    second = hosts.folders[1]
    holder = stop_holder(hosts, "between POST and result")
    holder.kill()
    for _ in range(2):
        refused = hosts.run(second, "run -c c", host="second")
        check_told(refused, "c")
        assert refused.document["error"]["details"][0]["host"] == "first"
    assert hosts.run(second, "unlock c --reason", "the first host burnt down", host="second").code == 0
    assert hosts.run(second, "run -c c", host="second").code == 0
    hosts.check_paid_once("c")


def test_the_lease_of_a_living_holder_of_this_machine_is_not_broken_from_any_folder(hosts: Scene) -> None:
    holder = stop_holder(hosts, "between permit and POST")
    for site in hosts.folders[:2]:
        refused = hosts.run(site, "unlock c --reason", "I think that it is dead", host="first")
        assert (refused.code, refused.error_code) == (4, "lock_held")
        assert f"process {holder.pid}" in refused.document["error"]["message"]
    holder.resume()
    assert holder.wait().code == 0
    hosts.check_paid_once("c")
