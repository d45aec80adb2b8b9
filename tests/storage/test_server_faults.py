"""Postgres fails at any request of any verb that changes something: connections cut, back ends ended, a server that
restarts, a COMMIT whose answer is lost or that arrives late. PayPal's own book judges.

What the program does about a failure depends on the part that the request has in its transaction: whether it opens one,
reads, writes or ends it, or commits what it wrote to which tables. So in CI one request of each part is hit in each
verb: a second read fails as the first did. Which method of the storage forgets to do its work again, wherever it is
called, is for the whole sweep before a release, of every request of every verb, or of every n-th:

    PAYOUTS_TEST_SERVER_FAULTS_STEP=1 python -m pytest -n0 tests/storage/test_server_faults.py
"""

import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
import sqlalchemy as sa
from support.cutting import Cut, Part, Way, way_to
from support.sealed import open_sealed
from support.world import World

from paypal_payouts.context.stopping import StopRequest
from paypal_payouts.domain.report import Finished
from paypal_payouts.domain.states import BatchStatus
from paypal_payouts.errors import PayoutsError
from paypal_payouts.storage import Patience, Store, bounded, patience, postgres, repeating
from paypal_payouts.storage.server import prove

STEP: Final = int(os.environ.get("PAYOUTS_TEST_SERVER_FAULTS_STEP", "0"))
"""Every so many requests one is hit; 0: one of each part."""

REQUESTS_MAX = 2000
_HEARD: Final = dict[str, list[tuple[Part, str]]]()
"""What the requests of each verb do, as they were heard where nothing failed."""

TO_GIVE_BACK = 11
"""So many requests follow at most on the last one without which a run is not done: the lock is given back."""

DEADLINE_S = 1.0
"""Instead of minutes: more than a busy machine needs for any answer here."""


def rows_of(cycle: str) -> list[str]:
    bob = "transient.bob" if cycle.startswith("fails") else "bob"
    return [
        f"a,ann-{cycle}@x.example,1.00,USD",
        f"b,{bob}-{cycle}@x.example,2.00,USD",
        f"c,cat-{cycle}@x.example,3.00,EUR",
    ]


class Verb(NamedTuple):
    """What stands before, and what meets the fault."""

    prepare: Callable[[World, str], object]
    act: Callable[[World, str], Finished]
    ends: int
    """Its exit code without a fault."""
    requests_min: int
    cycles: str = "c"
    """How the cycles begin that it is tried in."""


def run(world: World, cycle: str) -> Finished:
    return world.run(rows_of(cycle), cycle=cycle)


def leave_unanswered(world: World, cycle: str) -> None:
    world.paypal.inject({"on": "create", "kind": "reset_after", "times": 4})
    run(world, cycle)
    world.paypal.clear_faults()


def leave_in_review(world: World, cycle: str) -> None:
    world.paypal.inject({"on": "create", "kind": "reset_after"}, {"on": "create", "kind": "duplicate_without_link"})
    run(world, cycle)
    world.paypal.clear_faults()


def accept_only(world: World, cycle: str) -> None:
    waiting, world.waiting = world.waiting, None
    run(world, cycle)
    world.waiting = waiting


def attach(world: World, cycle: str) -> Finished:
    theirs = [b for b in world.paypal.book()["batches"] if b["sender_batch_id"] == f"main-sandbox-{cycle}-0001-1"]
    return world.override(f"{cycle}-0001-1", BatchStatus.ACCEPTED, paypal_batch_id=theirs[0]["payout_batch_id"])


VERBS = {
    "run": Verb(lambda _, __: None, run, 0, 100),
    "retry": Verb(leave_unanswered, lambda world, cycle: world.retry(f"{cycle}-0001-1"), 6, 70),
    "retry --failed-items": Verb(
        run, lambda world, cycle: world.retry(f"{cycle}-0002-1", rows_of(cycle), failed_items=True), 0, 80, "fails"
    ),
    "override": Verb(leave_in_review, attach, 0, 40),
    "sync": Verb(accept_only, lambda world, cycle: world.sync(cycle), 0, 40),
}

IN_THE_MIDDLE = (Part.OPENS, Part.READS, Part.WRITES, Part.ENDS)
every_verb = pytest.mark.parametrize("verb", list(VERBS.values()), ids=list(VERBS))


@dataclass
class Broken:
    """A site whose way to the database can be cut, and a look into the database that does not go that way."""

    world: World
    way: Way
    aside: sa.Engine
    cycles: int = 0

    def next_cycle(self, verb: Verb) -> str:
        """Begin the next cycle; the ones before are so old that nothing compares it with them."""
        self.cycles += 1
        self.world.pass_time(days=6)
        return f"{verb.cycles}-{self.cycles}"

    def ask(self, statement: str, **values: Any) -> Any:
        with self.aside.connect() as connection:
            return connection.execute(sa.text(statement), values).scalar()

    def check_permits(self, cycle: str) -> Callable[[str], None]:
        """At each POST of money as many sends stand in the committed database, as there were POSTs with this one."""
        before = len(self.world.sent)
        stored = self._sends(cycle)

        def check(effect: str) -> None:
            if effect == "post":
                posts = len(self.world.sent) - before + 1
                assert self._sends(cycle) - stored >= posts, "a POST without its committed permit"

        return check

    def _sends(self, cycle: str) -> int:
        query = (
            "SELECT count(*) FROM retry_attempts a JOIN payout_batches b ON b.id = a.batch_id"
            " WHERE b.sender_batch_id LIKE :ids"
        )
        return int(self.ask(query, ids=f"main-sandbox-{cycle}-%"))

    def act(self, verb: Verb, cycle: str) -> bool:
        """Do what meets the fault; True when it went on by itself, else it told in a sentence what failed."""
        self.world.effects = self.check_permits(cycle)
        try:
            finished = verb.act(self.world, cycle)
        except PayoutsError as error:
            finished = Finished(None, error.exit_code, error)
        self.world.effects = None
        self.way.repair()
        self.world.restart()
        self.world.check_nothing_out_is_shown_unpaid(cycle)
        if finished.exit_code == verb.ends:
            return True
        assert finished.error is not None
        assert (finished.exit_code, finished.error.code) == (1, "database_unavailable"), finished.error
        assert finished.error.message.startswith("The database "), finished.error.message
        assert finished.error.message.endswith(".")
        assert "run again" in finished.error.hint
        return False

    def finish(self, verb: Verb, cycle: str) -> None:
        """Let cron, and a person where one must decide, bring the cycle to its end; then ask PayPal's book."""
        world = self.world
        world.pid += 1
        if verb.act is attach and world.statuses(cycle).get(f"{cycle}-0001-1") == "review":
            attach(world, cycle)
        if world.run(rows_of(cycle), cycle=cycle).exit_code:
            newest = max(name for name in world.statuses(cycle) if name.startswith(f"{cycle}-0002"))
            assert world.retry(newest, rows_of(cycle), failed_items=True).exit_code == 0
        assert set(world.states(cycle).values()) == {"success"}
        paid = world.paid()
        assert all(len(paid[row.split(",")[1]]) == 1 for row in rows_of(cycle))
        world.check_nobody_twice()
        world.check_same_bytes()
        world.check_books(cycle)


@pytest.fixture
def broken(tmp_path: Path, postgres_database_url: str) -> Iterator[Broken]:
    folder = Path(tempfile.mkdtemp(prefix="way", dir="/tmp"))
    aside = sa.create_engine(postgres_database_url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    try:
        with way_to(postgres_database_url, folder) as way:
            world = World(tmp_path, way.url)
            with world.store():
                pass
            yield Broken(world, way, aside)
            world.close()
    finally:
        shutil.rmtree(folder)


def heard(broken: Broken, verb: Verb) -> list[tuple[Part, str]]:
    """Listen to a verb once, in a cycle in which nothing fails."""
    if repr(verb) not in _HEARD:
        cycle = broken.next_cycle(verb)
        verb.prepare(broken.world, cycle)
        broken.way.cut_at(0, Cut.BEFORE)
        assert broken.act(verb, cycle)
        _HEARD[repr(verb)] = list(broken.way.heard)
        broken.finish(verb, cycle)
        assert len(_HEARD[repr(verb)]) > verb.requests_min
    return _HEARD[repr(verb)]


def of_each(broken: Broken, verb: Verb, parts: Collection[Part] = IN_THE_MIDDLE) -> Iterable[int]:
    """Number the requests that are hit: of each part one in the middle of them all."""
    if STEP:
        return range(1 + len(parts) * STEP // 5, len(heard(broken, verb)) + 1, STEP)
    having = {part: [at for at, (is_part, _) in enumerate(heard(broken, verb), 1) if is_part is part] for part in parts}
    return [numbers[len(numbers) // 2] for numbers in having.values()]


def of_each_commit(broken: Broken, verb: Verb) -> Iterable[int]:
    """Number the COMMITs that are hit: one of those that end the writing of the same tables, the last one.

    What `run` commits too is hit there.
    """
    if STEP:
        return range(1, 50)
    commits, of_run = (
        [tables for part, tables in heard(broken, each) if part is Part.COMMITS] for each in (verb, VERBS["run"])
    )
    known = set() if verb is VERBS["run"] else set(of_run)
    last = {tables: number for number, tables in enumerate(commits, 1) if tables not in known}
    return sorted(last.values()) or [len(commits)]


def cut_at_each(broken: Broken, verb: Verb, cut: Cut, numbers: Iterable[int], **how: bool) -> list[bool]:
    """Cut the connection at these requests of the verb, each in a cycle of its own, as far as it has so many.

    Tell of each whether the verb went on by itself.
    """
    went_on: list[bool] = []
    for number in numbers:
        cycle = broken.next_cycle(verb)
        verb.prepare(broken.world, cycle)
        broken.way.cut_at(number, cut, **how)
        by_itself = broken.act(verb, cycle)
        broken.finish(verb, cycle)
        if not broken.way.was_cut:
            assert by_itself
            assert STEP, f"only {broken.way.requests} requests"
            break
        went_on.append(by_itself)
    assert went_on or STEP
    return went_on


@pytest.mark.parametrize("cut", [Cut.BEFORE, Cut.WITHIN, Cut.AFTER] if STEP else [None])
@every_verb
def test_a_connection_cut_at_any_request_pays_nobody_twice_and_the_next_run_finishes(
    broken: Broken, verb: Verb, cut: Cut | None
) -> None:
    if cut is not None:
        assert all(cut_at_each(broken, verb, cut, of_each(broken, verb)))
        return
    # Where exactly a request breaks is the driver's business; so each place is tried, and not with each request.
    places = [Cut.BEFORE, Cut.WITHIN, Cut.AFTER]
    for turn, number in enumerate(of_each(broken, verb), list(VERBS.values()).index(verb)):
        assert all(cut_at_each(broken, verb, places[turn % 3], [number]))


@pytest.mark.parametrize(
    ("name", "cut"),
    [*((name, Cut.AFTER) for name in VERBS), ("run", Cut.BEFORE)],
    ids=lambda value: value.name.lower() if isinstance(value, Cut) else value,
)
def test_a_connection_cut_at_any_commit_is_looked_up_before_anything_more_is_sent(
    broken: Broken, name: str, cut: Cut
) -> None:
    verb = VERBS[name]
    assert all(cut_at_each(broken, verb, cut, of_each_commit(broken, verb), only_commits=True))


@pytest.mark.parametrize("cut", [Cut.LATE, Cut.UNNOTICED], ids=lambda cut: cut.name.lower())
def test_a_commit_that_the_server_hears_of_late_is_not_taken_for_a_failed_one(broken: Broken, cut: Cut) -> None:
    verb = VERBS["run"]
    numbers = list(of_each_commit(broken, verb))
    cut_at_each(broken, verb, cut, numbers if cut is Cut.LATE else numbers[1::3], only_commits=True)


@every_verb
def test_a_server_that_stays_away_ends_the_command_and_the_next_run_finishes(broken: Broken, verb: Verb) -> None:
    numbers = of_each(broken, verb, [Part.WRITES])
    assert not all(cut_at_each(broken, verb, Cut.AFTER, numbers, stays_closed=True))


@pytest.mark.parametrize(
    ("name", "cut"),
    [("run", Cut.STOPPED), ("run", Cut.SWALLOWED), ("retry --failed-items", Cut.SWALLOWED)],
    ids=lambda value: value.name.lower() if isinstance(value, Cut) else value,
)
def test_a_server_that_does_not_answer_is_given_up_after_a_deadline_of_ours(
    broken: Broken, name: str, cut: Cut, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = [Part.READS, Part.WRITES] if cut is Cut.STOPPED else [Part.WRITES, Part.COMMITS]
    verb = VERBS[name]
    numbers = of_each(broken, verb, parts)
    monkeypatch.setattr(postgres, "_wait", lambda *_: None)
    monkeypatch.setattr(bounded.BoundedConnection, "answer_s", DEADLINE_S)
    monkeypatch.setattr(bounded, "ANSWER_S", DEADLINE_S)
    assert all(cut_at_each(broken, verb, cut, numbers))


class Outage:
    """A clock that stands, and goes on while the program pauses; the server is back when so many seconds have passed.

    It asks nobody to stop: `Patience` sleeps by it.
    """

    is_made = False

    def __init__(self, way: Way, lasts_s: float) -> None:
        self._way, self._lasts_s, self.now_s = way, lasts_s, 0.0

    def monotonic(self) -> float:
        return self.now_s

    def pause(self, seconds: float) -> None:
        self.now_s += seconds
        if self.now_s >= self._lasts_s:
            self._way.repair()

    def stopped(self) -> PayoutsError:
        raise AssertionError("nobody asked to stop")


@pytest.mark.parametrize(("lasts_s", "is_waited_for"), [(5, True), (30, True), (90, False)])
def test_an_outage_is_waited_for_as_long_as_there_is_patience(
    broken: Broken, lasts_s: float, is_waited_for: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    verb, went_on = VERBS["run"], list[bool]()
    for number in of_each(broken, verb, [Part.READS, Part.WRITES, Part.COMMITS]):
        outage = Outage(broken.way, lasts_s)
        monkeypatch.setattr(patience, "time", outage)
        monkeypatch.setattr(repeating, "time", outage)
        broken.world.patience = Patience(60, outage)
        broken.world.restart()
        ended = cut_at_each(broken, verb, Cut.AFTER, [number], stays_closed=True)
        if not ended:
            break
        went_on += ended
        assert outage.now_s >= min(lasts_s, 60)
    if is_waited_for:
        assert all(went_on)
    else:
        assert went_on == sorted(went_on)
        assert went_on.count(True) <= TO_GIVE_BACK, "where all is done, a lock that cannot be given back ends no run"


OPENINGS: Final[dict[str, Callable[[World, Patience], object]]] = {
    "to write": lambda world, waits: open_sealed(world.database_url, key_file=world.key_file, patience=waits),
    "to read": lambda world, waits: open_sealed(
        world.database_url, key_file=world.key_file, patience=waits, read_only=True
    ),
    "by the doctor": lambda world, waits: prove(world.database_url, patience=waits),
}


@pytest.mark.parametrize("opens", OPENINGS.values(), ids=list(OPENINGS))
def test_an_outage_at_any_request_of_opening_the_database_is_waited_for(
    broken: Broken, opens: Callable[[World, Patience], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1, REQUESTS_MAX):
        outage = Outage(broken.way, 5)
        monkeypatch.setattr(patience, "time", outage)
        monkeypatch.setattr(repeating, "time", outage)
        broken.way.cut_at(number, Cut.AFTER, stays_closed=True)
        store = opens(broken.world, Patience(60, outage))
        if isinstance(store, Store):
            store.close()
        if not broken.way.was_cut:
            break
        assert outage.now_s >= 5, number
        broken.way.repair()
    assert number > 5


class Hit:
    """Does something to the server at the n-th moment before or after a statement, or before a COMMIT."""

    def __init__(self, engine: sa.Engine, at: int, action: Callable[[int], None]) -> None:
        self.at, self.action, self.seen = at, action, 0
        sa.event.listen(engine, "before_cursor_execute", self._at_statement)
        sa.event.listen(engine, "after_cursor_execute", self._at_statement)
        sa.event.listen(engine, "commit", self._tell)

    def _at_statement(self, connection: sa.Connection, *_: object) -> None:
        self._tell(connection)

    def _tell(self, connection: sa.Connection) -> None:
        self.seen += 1
        if self.seen == self.at:
            driver: Any = connection.connection.dbapi_connection
            self.action(driver.info.backend_pid)


def hit_at_each(broken: Broken, verb: Verb, numbers: Iterable[int], action: Callable[[int], None]) -> None:
    """Hit the server at these moments of the verb, each in a cycle of its own, as far as it has so many."""
    for number in numbers:
        cycle = broken.next_cycle(verb)
        verb.prepare(broken.world, cycle)
        with broken.world.store() as store:
            hit = Hit(store.database._engine, number, action)
        by_itself = broken.act(verb, cycle)
        assert by_itself, number
        broken.finish(verb, cycle)
        if hit.seen < number:
            assert STEP, f"only {hit.seen} moments"
            break


@every_verb
def test_a_back_end_terminated_at_any_statement_pays_nobody_twice(broken: Broken, verb: Verb) -> None:
    def terminate(pid: int) -> None:
        assert broken.ask("SELECT pg_terminate_backend(:pid, 10000)", pid=pid)

    hit_at_each(broken, verb, range(1, REQUESTS_MAX, STEP) if STEP else [verb.requests_min], terminate)


def test_a_server_that_restarts_in_the_middle_of_a_run_is_waited_for(broken: Broken) -> None:
    if "PAYOUTS_TEST_POSTGRES_URL" in os.environ:
        pytest.skip("PAYOUTS_TEST_POSTGRES_URL names a server that is not ours to restart")
    broken.world.patience = Patience(120, StopRequest())
    broken.world.restart()

    def restart(pid: int) -> None:
        # A back end that is killed makes Postgres throw out every connection and start again from its log.
        os.kill(pid, signal.SIGKILL)

    hit_at_each(broken, VERBS["run"], range(20, REQUESTS_MAX, 2 * STEP) if STEP else [20, 100], restart)
