"""A whole site in one process: the real core, a real database, the simulator as PayPal, and a clock that stands."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import httpx
import sqlalchemy as sa
from msgspec.structs import replace
from pydantic import SecretStr

from paypal_payouts.domain.approval import ApprovalRules
from paypal_payouts.domain.archive import ArchiveReport
from paypal_payouts.domain.guard import Guard
from paypal_payouts.domain.item import ItemReport
from paypal_payouts.domain.money import format_amount
from paypal_payouts.domain.plan import Limits, Request
from paypal_payouts.domain.report import Finished, RunReport
from paypal_payouts.domain.retry import RetryPolicy
from paypal_payouts.domain.sides import BothSides
from paypal_payouts.domain.states import BatchStatus
from paypal_payouts.errors import NotConfirmed
from paypal_payouts.intake import StagedInput, read_input
from paypal_payouts.paypal.client import PayPalClient
from paypal_payouts.paypal.error_rules import ErrorRules
from paypal_payouts.protocol.attach import Agree, Attach
from paypal_payouts.protocol.cycle_lock import CycleLock
from paypal_payouts.protocol.intent import Email
from paypal_payouts.protocol.locks import acquire_processing_lock
from paypal_payouts.protocol.sent_log import sent_lines
from paypal_payouts.protocol.tools import Terms, Tools, Waiting
from paypal_payouts.protocol.unrecorded import Unrecorded, unrecorded_sends
from paypal_payouts.simulator.core import Simulator
from paypal_payouts.simulator.mounts import SimulatorTransport
from paypal_payouts.simulator.words import OUT
from paypal_payouts.storage import Holder, Patience, Store
from paypal_payouts.verbs.archive import archive
from paypal_payouts.verbs.cancel import cancel
from paypal_payouts.verbs.override import override, override_item
from paypal_payouts.verbs.preview import preview
from paypal_payouts.verbs.retry import retry_transaction
from paypal_payouts.verbs.review import review
from paypal_payouts.verbs.run import execute_transaction_with_retry
from paypal_payouts.verbs.run_open import OpenRules, continue_open_cycles
from paypal_payouts.verbs.sync import sync
from support.out_of_order import OutOfOrder
from support.sealed import KEY_FILE, open_sealed
from support.watching import QuietProgress, Watched

UNPAID_WORDS = frozenset({"failed", "returned", "denied", "canceled", "abandoned", "closed"})
"""Our words that say: not paid."""

ASKED: dict[str, Any] = {
    "environment": "sandbox",
    "account": "main",
    "rules": ErrorRules(),
    "max_age_days": lambda _: 25,
}
"""What `status` is handed beside the store and the time."""

HEADER = "item_id,receiver,amount,currency\n"
START = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)


def _refuse(differences: Sequence[BothSides]) -> None:
    raise NotConfirmed(f"Nobody said yes to {[difference.words() for difference in differences]}.")


@dataclass
class World:
    """One host with its files, and PayPal."""

    folder: Path
    database_url: str
    clock: datetime = START
    policy: RetryPolicy = field(default_factory=RetryPolicy)
    limits: Limits = field(default_factory=Limits)
    guard: Guard = field(default_factory=Guard)
    cooldown_s: float = 60.0
    duplicate_days: int = 5
    waiting: Waiting | None = field(default_factory=lambda: Waiting(5.0, 900.0))
    chance: Callable[[], float] = lambda: 1.0
    errors: ErrorRules = field(default_factory=ErrorRules)
    pid: int = 1
    directory: str = "locks"
    key_file: Path = KEY_FILE
    approval: ApprovalRules | None = None
    reading_order: Random | None = None
    """In which order reads end that are made beside each other; None where they are made one by one."""
    patience: Patience | None = None
    """With a database whose server is away."""
    effects: Callable[[str], None] | None = None
    """Called with `commit` before every commit, with `post` or `request` before and `answer` after every exchange; may
    raise."""
    pauses: Callable[[float], None] | None = None
    """Called at every safe point, with its seconds; may raise, as a signal would make it."""

    def __post_init__(self) -> None:
        self._store: Store | None = None
        self._other_hosts: list[World] = []
        self._lock: CycleLock | None = None
        self.sent: list[bytes] = []
        self.progress = QuietProgress()
        self.paypal = Simulator(None, self.now)
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.clock

    def pass_time(self, **span: float) -> None:
        self.clock += timedelta(**span)

    def pause(self, seconds: float) -> None:
        """Sleep as the command line does: the lease of a cycle that is held is kept meanwhile."""
        if self._lock is None:
            self._nap(seconds)
        else:
            self._lock.sleep(seconds, self._nap)

    def _nap(self, seconds: float) -> None:
        if self.pauses is not None:
            self.pauses(seconds)
        if seconds:
            self.slept.append(seconds)
        self.pass_time(seconds=seconds)

    def travel(self, seconds: float) -> None:
        self.pass_time(seconds=seconds)

    def tell_effect(self, kind: str) -> None:
        if self.effects is not None:
            self.effects(kind)

    def close(self) -> None:
        for host in (self, *self._other_hosts):
            host.restart()
        self.paypal.close()

    def other_host(self) -> "World":
        """Return another machine with a lock directory of its own, the same database and the same PayPal."""
        folder = self.folder / "elsewhere"
        folder.mkdir(exist_ok=True)
        other = World(
            folder,
            self.database_url,
            clock=self.clock,
            directory="elsewhere",
            pid=2,
            policy=self.policy,
            key_file=self.key_file,
        )
        other.paypal.close()
        other.paypal = self.paypal
        self._other_hosts.append(other)
        return other

    def restart(self) -> None:
        """Close the database, as the end of a process does; what comes next opens it again."""
        if self._store is not None:
            self._store.close()
            self._store = None

    @contextmanager
    def store(self) -> Iterator[Store]:
        """Provide the store, kept open between commands, because opening costs more than what most tests do."""
        if self._store is None:
            self._store = open_sealed(self.database_url, key_file=self.key_file, patience=self.patience)
            assert self._store is not None
            self._tell_commits(self._store.database._engine)
        yield self._store

    def _tell_commits(self, engine: sa.Engine) -> None:
        """Let every commit be told before it takes place; a listener of the engine's makes every statement dearer."""
        commit = engine.dialect.do_commit

        def told(connection: Any) -> None:
            self.tell_effect("commit")
            commit(connection)

        # The method of one dialect is replaced, which its type does not foresee.
        engine.dialect.do_commit = told  # type: ignore[assignment, method-assign]

    def line(self, inner: httpx.BaseTransport) -> httpx.BaseTransport:
        """Return the line to PayPal, which ends at `inner`."""
        return Watched(inner, self)

    @contextmanager
    def client(self) -> Iterator[PayPalClient]:
        client = PayPalClient(
            base_url="http://simulator.invalid",
            client_id="id",
            client_secret=SecretStr("secret"),
            timeout_s=30,
            policy=lambda: RetryPolicy(1, 1.0, 300.0),
            now=self.now,
            monotonic=lambda: 0.0,
            pause=self.pause,
            chance=self.chance,
            transport=self.line(SimulatorTransport(self.paypal, pause=self.travel)),
            executor=None if self.reading_order is None else OutOfOrder(self.reading_order),
            reads_in_parallel=4,
        )
        try:
            yield client
        finally:
            client.close()

    def hold(self, store: Store) -> Callable[[str], AbstractContextManager[CycleLock]]:
        @contextmanager
        def held(cycle: str) -> Iterator[CycleLock]:
            before = self._lock
            with acquire_processing_lock(
                cycle,
                store=store,
                directory=self.folder / self.directory,
                holder=Holder("host", self.pid, "payouts run"),
                lease_s=600,
                now=self.now,
                new_identity=lambda: f"identity of {self.directory}",
            ) as lock:
                self._lock = lock
                try:
                    yield lock
                finally:
                    self._lock = before

        return held

    def tools(self, store: Store, client: PayPalClient) -> Tools:
        return Tools(
            store=store,
            paypal=client,
            hold=self.hold(store),
            now=self.now,
            pause=self.pause,
            chance=self.chance,
            progress=self.progress,
            errors=self.errors,
        )

    def terms(self, **changes: Any) -> Terms:
        terms = Terms(
            policy=self.policy,
            policy_source="retry",
            email=Email(None, None),
            cooldown_s=self.cooldown_s,
            duplicate_days=self.duplicate_days,
            waiting=self.waiting,
            operator="tester",
            approval=self.approval,
        )
        return replace(terms, **changes)

    def request(self, cycle: str, **changes: Any) -> Request:
        request = Request(cycle=cycle, environment="sandbox", account="main", limits=self.limits, guard=self.guard)
        return replace(request, **changes)

    @contextmanager
    def staged(self, rows: str | Sequence[str], *, skip_invalid: bool = False) -> Iterator[StagedInput]:
        text = rows if isinstance(rows, str) else HEADER + "".join(f"{row}\n" for row in rows)
        path = self.folder / "input.csv"
        path.write_text(text)
        with read_input(path, name="input.csv", skip_invalid=skip_invalid) as staged:
            yield staged

    def run(
        self, rows: str | Sequence[str], *, cycle: str = "c", skip_invalid: bool = False, **request: Any
    ) -> Finished:
        with self.staged(rows, skip_invalid=skip_invalid) as staged, self.store() as store, self.client() as client:
            return execute_transaction_with_retry(
                staged, self.request(cycle, **request), terms=self.terms(), tools=self.tools(store, client)
            )

    def preview(
        self, rows: str | Sequence[str], *, cycle: str = "c", items: list[ItemReport] | None = None, **request: Any
    ) -> Finished:
        """Preview a cycle; its items, where a list is handed in, are put into that while the database is open."""
        with self.staged(rows) as staged:
            store = open_sealed(self.database_url, key_file=self.key_file, read_only=True)
            try:
                finished = preview(
                    staged,
                    self.request(cycle, **request),
                    store=store,
                    terms=self.terms(),
                    rules=self.errors,
                    lines=sent_lines(cycle, directory=self.folder / self.directory),
                    now=self.now(),
                    items=items is not None,
                )
                if items is not None and isinstance(finished.report, RunReport):
                    items += finished.report.item_rows or ()
                return finished
            finally:
                if store is not None:
                    store.close()

    def retry(
        self,
        batch: str,
        rows: str | Sequence[str] | None = None,
        *,
        failed_items: bool = False,
        payee_errors: bool = False,
    ) -> Finished:
        with self.store() as store, self.client() as client:
            if rows is None:
                return self._retry(batch, None, store, client, failed_items=failed_items, payee_errors=payee_errors)
            with self.staged(rows) as staged:
                return self._retry(batch, staged, store, client, failed_items=failed_items, payee_errors=payee_errors)

    def _retry(
        self,
        batch: str,
        staged: StagedInput | None,
        store: Store,
        client: PayPalClient,
        *,
        failed_items: bool,
        payee_errors: bool,
    ) -> Finished:
        return retry_transaction(
            batch,
            failed_items=failed_items,
            include_payee_errors=payee_errors,
            staged=staged,
            environment="sandbox",
            account="main",
            limits=self.limits,
            guard=self.guard,
            terms=self.terms(),
            tools=self.tools(store, client),
        )

    def override(
        self,
        batch: str,
        to: BatchStatus,
        *,
        paypal_batch_id: str | None = None,
        take_theirs: bool = False,
        agree: Agree = _refuse,
    ) -> Finished:
        with self.store() as store, self.client() as client:
            return override(
                batch,
                to=to,
                reason="looked in the activity list",
                operator="tester",
                attached=None if paypal_batch_id is None else Attach(paypal_batch_id, take_theirs, agree),
                max_age_days=self.policy.max_age_days,
                tools=self.tools(store, client),
            )

    def review(self, batch: str, *, paypal_batch_id: str | None = None) -> Finished:
        with self.store() as store, self.client() as client:
            return review(
                batch,
                paypal_batch_id=paypal_batch_id,
                max_age_days=self.policy.max_age_days,
                tools=self.tools(store, client),
                lines_of=lambda name: sent_lines(name, directory=self.folder / self.directory),
            )

    def override_item(self, item: str, to: str, *, cycle: str = "c") -> Finished:
        with self.store() as store, self.client() as client:
            return override_item(
                item,
                cycle=cycle,
                to=to,
                reason="PayPal's support said so",
                operator="tester",
                max_age_days=self.policy.max_age_days,
                tools=self.tools(store, client),
            )

    def cancel(self, item: str, *, cycle: str = "c", closes: bool = True) -> Finished:
        with self.store() as store, self.client() as client:
            return cancel(
                item,
                cycle=cycle,
                closes=closes,
                reason="not owed any more",
                operator="tester",
                tools=self.tools(store, client),
            )

    def unrecorded(self, store: Store | None) -> Unrecorded:
        return unrecorded_sends(self.folder / self.directory, store=store)

    def sync(self, cycle: str | None = None, *, paid_within_days: int = 45) -> Finished:
        with self.store() as store, self.client() as client:
            return sync(
                cycle,
                tools=self.tools(store, client),
                paid_within_days=paid_within_days,
                lines_of=lambda name: sent_lines(name, directory=self.folder / "locks"),
                unrecorded=self.unrecorded,
            )

    def archive(self, *, forget: bool = False) -> ArchiveReport:
        """Archive whatever is over, into the folder `archive`."""
        finished = self.try_to_archive(forget=forget)
        assert finished.error is None, finished.error
        assert isinstance(finished.report, ArchiveReport)
        return finished.report

    def try_to_archive(self, *, forget: bool = False) -> Finished:
        with self.store() as store:
            return archive(
                self.now(),
                directory=self.folder / "archive",
                forget=forget,
                operator="tester",
                store=store,
                hold=self.hold(store),
                now=self.now,
                progress=self.progress,
            )

    def run_open(self) -> Finished:
        with self.store() as store, self.client() as client:
            rules = OpenRules(self.request, lambda _: self.terms(), lambda _: self.policy.max_age_days)
            return continue_open_cycles(rules, tools=self.tools(store, client), unrecorded=self.unrecorded(store))

    def statuses(self, cycle: str = "c") -> dict[str, str]:
        with self.store() as store:
            return {str(batch.name): str(batch.status) for batch in store.batches.of_cycle(cycle)}

    def states(self, cycle: str = "c") -> dict[str, str]:
        with self.store() as store:
            return {row.item_id: str(row.state) for row in store.items.rows_of_cycle(cycle)}

    def paid(self) -> dict[str, list[str]]:
        """Ask PayPal's own book who got money, by receiver: every payment that left and did not come back."""
        gone: dict[str, list[str]] = {}
        for payment in self.paypal.book()["payments"]:
            if payment["state"] in OUT:
                gone.setdefault(payment["receiver"], []).append(f"{payment['amount']} {payment['currency']}")
        return gone

    def posts(self) -> int:
        """Count the POSTs of money that reached PayPal."""
        return sum(r["method"] == "POST" and r["path"].endswith("/payments/payouts") for r in self.paypal.requests())

    def check_nobody_twice(self) -> None:
        """Every receiver of these tests is owed one payment; the book must never show a second one."""
        twice = {receiver: amounts for receiver, amounts in self.paid().items() if len(amounts) > 1}
        assert not twice, f"paid twice: {twice}"

    def check_same_bytes(self) -> None:
        """Whatever went out under one id was the same bytes every time."""
        by_id: dict[str, set[bytes]] = {}
        for body in self.sent:
            by_id.setdefault(json.loads(body)["sender_batch_header"]["sender_batch_id"], set()).add(body)
        assert all(len(bodies) == 1 for bodies in by_id.values()), "one id carried different bytes"

    def check_nothing_out_is_shown_unpaid(self, cycle: str = "c") -> None:
        """Money that left is never shown as failed, refused or given up (docs/design.md, 8.3)."""
        ids = f"main-sandbox-{cycle}-"
        payments = [p for p in self.paypal.book()["payments"] if p["sender_batch_id"].startswith(ids)]
        out = {payment["sender_item_id"] for payment in payments if payment["state"] in OUT}
        wrong = {item: state for item, state in self.states(cycle).items() if item in out and state in UNPAID_WORDS}
        assert not wrong, f"paid, and shown as {wrong}"

    def check_books(self, cycle: str = "c") -> None:
        """Our books say what PayPal's say, to the cent: every payment, its state, its fee; and nothing else."""
        theirs = Counter(
            (p["sender_batch_id"], p["sender_item_id"], p["receiver"], p["amount"], p["currency"], p["state"], p["fee"])
            for p in self.paypal.book()["payments"]
            if p["state"] in OUT | {"FAILED", "RETURNED", "REFUNDED", "REVERSED"}
            and p["sender_batch_id"].startswith(f"main-sandbox-{cycle}-")
        )
        ours: Counter[tuple[object, ...]] = Counter()
        with self.store() as store:
            for batch in store.batches.of_cycle(cycle):
                for row in store.items.rows_of_batch(batch.id):
                    if row.raw_state is not None and row.raw_state != "CLOSED":
                        fee = "0.00" if row.fee_minor is None else format_amount(row.fee_minor, row.currency)
                        amount = format_amount(row.amount_minor, row.currency)
                        said = (row.item_id, row.receiver, amount, row.currency, row.raw_state, fee)
                        ours[batch.sender_batch_id, *said] += 1
        assert ours == theirs

    def check_paid_once(self, rows: Sequence[str], cycle: str = "c") -> None:
        """Each row of these was paid exactly once, as our books say too."""
        owed = {row.split(",")[1]: [" ".join(row.split(",")[2:4])] for row in rows}
        assert self.paid() == owed
        assert set(self.states(cycle).values()) == {"success"}
        self.check_same_bytes()
        self.check_books(cycle)


def report_of(finished: Finished) -> RunReport:
    """Take the report of a run, which must be there."""
    assert isinstance(finished.report, RunReport)
    return finished.report
