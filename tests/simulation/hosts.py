"""The hosts that schedules are played in: the real core on a real database, two hosts, and every way to go wrong."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import httpx
from support.sealed import open_sealed
from support.world import START, World

from paypal_payouts.domain.identity import BatchName
from paypal_payouts.domain.report import Finished
from paypal_payouts.errors import Interrupted
from paypal_payouts.simulator.core import Simulator
from paypal_payouts.storage import Store
from paypal_payouts.verbs.lost_sends import give_up
from paypal_payouts.verbs.retry import retry_cycle
from simulation.records import PostgresRecords, Records, SqliteRecords

_IN_MEMORY = Path("/dev/shm")


class Death(BaseException):
    """The process is gone: nothing that follows has any effect."""


@dataclass
class Moments:
    """What a command meets at its n-th effect, safe point or commit, counted from 1; 0 is never."""

    dies_at: int = 0
    stopped_at: int = 0
    commit_fails_at: int = 0
    commit_lies_at: int = 0
    overtaken_at: int = 0
    overtake: Callable[[], None] = lambda: None
    effects: int = 0
    pauses: int = 0
    commits: int = 0
    died_before: str = ""
    overtaken_before: str = ""
    """What the command was about to do when another host took its cycle over; empty again at its next effect."""

    def effect(self, kind: str) -> None:
        self.effects += 1
        if self.dies_at and self.effects >= self.dies_at:
            self.died_before = self.died_before or kind
            raise Death
        if kind != "commit":
            self._overtake(kind)

    def pause(self) -> None:
        self.pauses += 1
        if self.stopped_at and self.pauses >= self.stopped_at:
            raise Interrupted("stopped")

    def _overtake(self, kind: str) -> None:
        self.overtaken_before = ""
        if self.overtaken_at and self.effects >= self.overtaken_at:
            self.overtaken_at = 0
            self.overtake()
            self.overtaken_before = kind


class Hosts(World):
    """One place for many schedules, one after the other: everything is put back, only what is costly is kept."""

    def __init__(self, postgres_url: str | None = None) -> None:
        """Move in, with a file of SQLite's for a database, or with an empty one of Postgres."""
        parent = str(_IN_MEMORY) if _IN_MEMORY.is_dir() else None
        self.home = Path(tempfile.mkdtemp(prefix="payouts-simulation-", dir=parent))
        self.records: Records = (
            SqliteRecords(self.home / "payouts.db") if postgres_url is None else PostgresRecords(postgres_url)
        )
        super().__init__(self.home, self.records.url)
        self.before_post: Callable[[bytes], None] = lambda _: None
        self.after_post: Callable[[bool], None] = lambda _: None
        self.moments = Moments()
        self.cooldown_s = 60.0
        store = open_sealed(self.database_url)
        assert store is not None
        self.kept: Store = store
        engine = store.database._engine
        self.records.prepare(engine)
        self._commit = engine.dialect.do_commit
        engine.dialect.do_commit = self._do_commit  # type: ignore[assignment, method-assign]
        self._empty = self.records.copy()
        store.close()

    def remove(self) -> None:
        self.close()
        self.kept.close()
        self.records.close()
        shutil.rmtree(self.home, ignore_errors=True)

    def begin(
        self,
        *,
        processing_s: float,
        all_failed_is_denied: bool,
        balances: dict[str, str],
        conversions: dict[str, tuple[str, str]],
        reading_seed: int | None,
    ) -> None:
        """Make the world new."""
        self.reading_order = None if reading_seed is None else Random(reading_seed)
        for directory in ("host0", "host1"):
            for path in self.home.glob(f"{directory}/*.sent"):
                path.unlink()
        self.restore(None)
        self.clock, self.host, self.pid = START, 0, 1
        self.offsets = [timedelta(), timedelta()]
        self.moments = Moments()
        self.slept.clear()
        self.progress.told.clear()
        self.paypal.close()
        self.paypal = Simulator(None, self.true_now)
        if processing_s or all_failed_is_denied or balances or conversions:
            self.paypal.configure(
                processing_s=processing_s,
                all_failed_is_denied=all_failed_is_denied,
                balances=balances,
                conversions=conversions,
            )

    # Time and place

    def true_now(self) -> datetime:
        return self.clock

    def now(self) -> datetime:
        return self.clock + self.offsets[self.host]

    def move_to(self, host: int) -> None:
        """Let what comes next happen on this host, in a new process."""
        self.host, self.directory = host, f"host{host}"
        self.pid += 1

    def _nap(self, seconds: float) -> None:
        self.moments.pause()
        self.moments.effect("pause")
        self.pass_time(seconds=seconds)

    def tell_effect(self, kind: str) -> None:
        self.moments.effect(kind)

    # The database

    @contextmanager
    def store(self) -> Iterator[Store]:
        yield self.kept

    def give_up_lost(self, name: str) -> Finished:
        """Give up what the sent log alone knows of a batch."""
        batch = BatchName.parse(name)
        assert batch is not None
        with self.client() as client:
            return give_up(
                batch,
                reason="looked in the activity list",
                operator="tester",
                max_age_days=self.policy.max_age_days,
                tools=self.tools(self.kept, client),
            )

    def restart(self) -> None:
        """End the process: its connections are gone, and nothing of them stays."""
        self.kept.close()

    def restore(self, copy: Any) -> None:
        """Put an old copy in the place of the database; None: an empty one."""
        self.kept.close()
        self.records.restore(self._empty if copy is None else copy)

    def lose_lines(self, host: int) -> None:
        """Lose the sent logs of a host."""
        for path in self.home.glob(f"host{host}/*.sent"):
            path.unlink()

    def _do_commit(self, connection: Any) -> None:
        self.moments.effect("commit")
        self.moments.commits += 1
        if self.moments.commits == self.moments.commit_fails_at:
            self.records.fail(connection)
        self._commit(connection)
        if self.moments.commits == self.moments.commit_lies_at:
            self.records.fail(connection)

    # A command that only the simulation types

    def retry_cycle(self, cycle: str, rows: str | None, *, failed_items: bool, payee_errors: bool) -> Finished:
        with self.store() as store, self.client() as client, ExitStack() as stack:
            staged = None if rows is None else stack.enter_context(self.staged(rows))
            return retry_cycle(
                cycle,
                failed_items=failed_items,
                include_payee_errors=payee_errors,
                staged=staged,
                environment="sandbox",
                account="main",
                limits=self.limits,
                terms=self.terms(),
                tools=self.tools(store, client),
            )

    # The network

    def line(self, inner: httpx.BaseTransport) -> httpx.BaseTransport:
        return _Line(self, inner)


class _Line(httpx.BaseTransport):
    """The line to PayPal: the checker looks at every POST of money before it goes, and learns if it was answered."""

    def __init__(self, hosts: Hosts, inner: httpx.BaseTransport) -> None:
        self._hosts, self._inner = hosts, inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        is_payment = request.method == "POST" and request.url.path.endswith("/payments/payouts")
        self._hosts.tell_effect("post" if is_payment else "request")
        if is_payment:
            self._hosts.before_post(request.read())
        is_answered = False
        try:
            response = self._inner.handle_request(request)
            is_answered = True
        finally:
            if is_payment:
                self._hosts.after_post(is_answered)
        self._hosts.tell_effect("answer")
        return response
