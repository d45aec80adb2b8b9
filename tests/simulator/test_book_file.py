"""The book as a file: it outlives processes, is shared by them, and is nobody else's to read."""

import json
import os
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from paypal_payouts.simulator.core import Simulator
from simulator.driver import Clock, Driver, payout

PAYER = """
import json, sys
from datetime import UTC, datetime
from pathlib import Path
from paypal_payouts.simulator.core import Simulator
from paypal_payouts.simulator.messages import IncomingRequest

simulator = Simulator(Path(sys.argv[1]), lambda: datetime(2026, 11, 1, 12, tzinfo=UTC))
basic = {"Authorization": "Basic YTpi"}
login = IncomingRequest("POST", "/v1/oauth2/token", "", basic, b"grant_type=client_credentials")
token = json.loads(simulator.handle(login).body)
headers = {"Authorization": "Bearer " + token["access_token"], "Content-Type": "application/json"}
item = {"recipient_type": "EMAIL", "receiver": "ann@example.com", "amount": {"currency": "USD", "value": "1.00"}}
statuses = []
for number in range(50):
    body = json.dumps({"sender_batch_header": {"sender_batch_id": f"b-{number}"}, "items": [item] * 3}).encode()
    statuses.append(simulator.handle(IncomingRequest("POST", "/v1/payments/payouts", "", headers, body)).status)
print(json.dumps(statuses))
"""


@pytest.fixture(params=[0o000, 0o022, 0o777], ids=oct)
def _any_umask(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
    assert tmp_path.exists()  # made before, so that the test can enter it
    before = os.umask(request.param)
    yield
    os.umask(before)


def test_a_later_process_finds_the_same_book(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "book.db"
    with Simulator(path, clock) as first:
        driver = Driver(first)
        batch_id = driver.pay()
        first.advance(60)
        first.configure(processing_s=5)
        first.inject({"kind": "no_date"})
        token, book = driver.token, first.book()
    with Simulator(path, clock) as second:
        driver = Driver(second, token)
        assert driver.states(batch_id) == ["SUCCESS"]
        assert second.book() == book
        assert second.clock().minute == 1
        assert second.settings()["processing_s"] == 5
        assert driver.pay(batch="b-2") != batch_id


def test_processes_share_a_book_and_pay_once(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "book.db"
    payers = [
        subprocess.Popen([sys.executable, "-c", PAYER, str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(4)
    ]
    answers = []
    for payer in payers:
        output, errors = payer.communicate(timeout=60)
        assert payer.returncode == 0, errors.decode()
        answers.append(json.loads(output))
    for statuses in zip(*answers, strict=True):
        assert sorted(statuses) == [201, 400, 400, 400]
    with Simulator(path, clock) as simulator:
        assert simulator.totals()["USD"]["moved"] == "150.00"
        assert len({payment["payout_item_id"] for payment in simulator.book()["payments"]}) == 150


def test_threads_share_a_simulator_and_pay_once(simulator: Simulator) -> None:
    statuses: list[int] = []

    def pay() -> None:
        driver = Driver(simulator)
        statuses.extend(driver.post(batch=f"b-{number}")[0] for number in range(20))

    threads = [threading.Thread(target=pay) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (statuses.count(201), statuses.count(400)) == (20, 60)


@pytest.mark.usefixtures("_any_umask")
def test_the_book_is_its_owners_alone(tmp_path: Path, clock: Clock) -> None:
    with Simulator(tmp_path / "book.db", clock) as simulator:
        Driver(simulator).pay()
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == {"book.db": 0o600, "book.db-wal": 0o600, "book.db-shm": 0o600}


def test_no_credential_is_in_the_book(tmp_path: Path, clock: Clock) -> None:
    with Simulator(tmp_path / "book.db", clock) as simulator:
        driver = Driver(simulator)
        simulator.inject({"on": "create", "kind": "late", "delay_s": 3600})
        driver.log_in()
        driver.try_call("POST", "/v1/payments/payouts", "", {})
        contents = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert len(driver.token) > 20
    for credential in (driver.token, "client", "secret"):
        assert credential.encode() not in contents.replace(b"client TEXT", b"")


def test_a_request_that_dies_leaves_no_trace(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    with Simulator(tmp_path / "book.db", clock) as simulator:
        driver = Driver(simulator)
        driver.log_in()
        before = simulator.requests()
        with monkeypatch.context() as patch:
            patch.setattr("paypal_payouts.simulator.service.created_document", lambda _: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                driver.post()
        assert simulator.book()["batches"] == []
        assert simulator.requests() == before
        assert driver.post()[0] == 201


def test_a_book_of_another_version_is_refused(tmp_path: Path, clock: Clock) -> None:
    connection = sqlite3.connect(tmp_path / "book.db")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(ValueError, match="version 99"):
        Simulator(tmp_path / "book.db", clock)


def test_a_file_that_is_no_book_is_refused(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "book.db").write_bytes(b"not a database, but long enough to be taken for one" * 100)
    with pytest.raises(sqlite3.DatabaseError):
        Simulator(tmp_path / "book.db", clock)


def test_two_books_in_one_process_do_not_loosen_each_others_locks(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "book.db"
    with Simulator(path, clock) as first, Simulator(path, clock) as second:
        one, two = Driver(first), Driver(second)
        statuses = [driver.post(payout(), batch=f"b-{number}")[0] for number in range(5) for driver in (one, two)]
    assert statuses == [201, 400] * 5
