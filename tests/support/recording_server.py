"""PayPal as a recorder: it looks into the payer's files at the moment when money is asked for, and judges the end."""

import hashlib
import json
import shutil
import sqlite3
import tempfile
import threading
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from paypal_payouts.domain.money import format_amount
from paypal_payouts.simulator.core import Simulator
from paypal_payouts.simulator.messages import Answer, Fault, IncomingRequest
from paypal_payouts.simulator.server import SimulatorServer
from paypal_payouts.simulator.words import OUT
from support.forks import Fork
from support.site import Site
from support.world import UNPAID_WORDS

CYCLE = "c"
BACK = frozenset({"FAILED", "RETURNED", "REFUNDED", "REVERSED"})
"""PayPal's words for money that did not leave, or came back."""


class RecordingSimulator(Simulator):
    """A simulator that notes whatever is wrong in the payer's own record when it is asked for money."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "paypal.book", lambda: datetime.now(UTC))
        self.home = folder / "home"
        self.posted: Counter[str] = Counter()
        self.complaints: list[str] = []
        self.on_post: Callable[[], object] = lambda: None
        self.wait_until_quiet: Callable[[], object] = lambda: None

    def handle(self, request: IncomingRequest) -> Answer | Fault:
        if request.method == "POST" and request.path.endswith("/payments/payouts"):
            self._look(request.body)
            self.on_post()
        return super().handle(request)

    def _look(self, body: bytes) -> None:
        name = json.loads(body)["sender_batch_header"]["sender_batch_id"]
        self.posted[name] += 1
        try:
            self._compare(name, body)
        except (sqlite3.Error, OSError) as error:
            self.complaints.append(f"{name} was sent, and nothing can be read about it: {error}")

    def _compare(self, name: str, body: bytes) -> None:
        with database(self.home) as connection:
            found = connection.execute(
                "SELECT b.batch, b.status, b.request, COUNT(a.id), COUNT(a.id) - COUNT(a.outcome) FROM payout_batches b"
                " LEFT JOIN retry_attempts a ON a.batch_id = b.id WHERE b.sender_batch_id = ? GROUP BY b.id",
                (name,),
            ).fetchone()
        if found is None:
            self.complaints.append(f"{name} was sent, and is not stored")
            return
        batch, status, stored, permits, is_open = found
        if status != "in_flight" or permits < self.posted[name] or not is_open:
            self.complaints.append(f"send {self.posted[name]} of {name}, {status}, has no permit: {permits} in all")
        if zlib.decompress(stored) != body:
            self.complaints.append(f"{name} was sent with other bytes than are stored")
        if f" {batch} {hashlib.sha256(body).hexdigest()}\n" not in (self.home / f".payouts/{CYCLE}.sent").read_text():
            self.complaints.append(f"{name} was sent, and the sent log does not know")


class _Server(SimulatorServer):
    """Knows whether somebody is still being served: what a process said before it died may be under way."""

    def __init__(self, simulator: Simulator) -> None:
        super().__init__(simulator)
        self._served = 0
        self._changed = threading.Condition()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._count(1)
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._count(-1)

    def _count(self, more: int) -> None:
        with self._changed:
            self._served += more
            self._changed.notify_all()

    def wait_until_quiet(self) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: not self._served, timeout=60)


class RecordedSite(Site):
    """An operator's folder whose PayPal is a recorder."""

    simulator: RecordingSimulator

    def check_record(self) -> None:
        """Between a death and what follows: whatever was sent is recorded, and nothing that is out is called unpaid."""
        self.simulator.wait_until_quiet()
        assert self.simulator.complaints == []
        out = [p for p in self.simulator.book()["payments"] if p["state"] in OUT]
        if not out:
            return
        with database(self.folder) as connection:
            ours = {
                (name, item): (state, live)
                for name, item, state, live in connection.execute(
                    "SELECT b.sender_batch_id, i.item_id, i.state, i.live FROM payout_items i"
                    " JOIN payout_batches b ON b.id = i.batch_id"
                )
            }
        for payment in out:
            state, live = ours[payment["sender_batch_id"], payment["sender_item_id"]]
            assert live, f"{payment} is out, and may be paid again"
            assert state not in UNPAID_WORDS, f"{payment} is out, and is shown as {state}"

    def finish(self, fork: Fork, *, is_unprivileged: bool = False) -> None:
        """Do what cron and a person would: run; say what a batch in review is; pay what is proven unpaid; run."""
        start = partial(fork.run, self, is_unprivileged=is_unprivileged)
        ended = start("run", "-c", CYCLE, "--yes", "--json")
        if ended.code == 8:
            start(*self.attach_arguments())
            ended = start("run", "-c", CYCLE, "--yes", "--json")
        assert ended.code in {0, 5}, ended
        if ended.code == 5:
            for batch in ended.result["batches"]:
                if batch["status"] == "done":
                    start("retry", batch["batch"], "--failed-items", "--yes", "--json")
            ended = start("run", "-c", CYCLE, "--yes", "--json")
        assert ended.code == 0, ended

    def attach_arguments(self) -> list[str]:
        """Return which of PayPal's batches the one in review is, as a person does who found it in the activity list."""
        theirs = self.simulator.book()["batches"][0]
        batch = theirs["sender_batch_id"].removeprefix("main-sandbox-")
        found = ["--paypal-batch-id", theirs["payout_batch_id"], "--reason", "found in the activity list"]
        return ["override", batch, "--to", "accepted", *found, "--yes", "--json"]

    def check_end(self, rows: Sequence[str]) -> None:
        """Each row was paid exactly once, and our books say what PayPal's say, to the cent."""
        assert self.simulator.complaints == []
        assert self.paid() == {row.split(",")[1]: [" ".join(row.split(",")[2:4])] for row in rows}
        theirs = Counter(
            (p["sender_batch_id"], p["sender_item_id"], p["receiver"], p["amount"], p["currency"], p["state"], p["fee"])
            for p in self.simulator.book()["payments"]
            if p["state"] in OUT | BACK
        )
        with database(self.folder) as connection:
            found = connection.execute(
                "SELECT b.sender_batch_id, i.item_id, i.receiver, i.amount_minor, i.currency, i.raw_state, i.fee_minor"
                " FROM payout_items i JOIN payout_batches b ON b.id = i.batch_id WHERE i.raw_state IS NOT NULL"
            )
            ours = Counter(
                (*key, format_amount(minor, currency), currency, word, format_amount(fee or 0, currency))
                for *key, minor, currency, word, fee in found
            )
        assert ours == theirs


@contextmanager
def recorded_site(folder: Path, like: Path | None = None, **settings: Any) -> Iterator[RecordedSite]:
    """Provide a site with a recorder, in the state of another one that is closed, where one is named."""
    if like is not None:
        shutil.copytree(like, folder)
    home = folder / "home"
    home.mkdir(parents=True, exist_ok=True)
    with RecordingSimulator(folder) as paypal, _Server(paypal) as server:
        paypal.wait_until_quiet = server.wait_until_quiet
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield RecordedSite(home, f"sqlite:///{home}/payouts.db", paypal, server.url, settings)
        finally:
            server.is_stopping.set()
            server.shutdown()
            thread.join()


@contextmanager
def database(folder: Path) -> Iterator[sqlite3.Connection]:
    """Open a copy of a site's database: the database itself is left as a death left it."""
    with tempfile.TemporaryDirectory() as aside:
        for name in ("payouts.db", "payouts.db-wal"):
            if (folder / name).exists():
                shutil.copy(folder / name, aside)
        with closing(sqlite3.connect(f"{aside}/payouts.db")) as connection:
            yield connection
