"""The real program, and a Postgres that goes away in the middle and stays away; or the program goes, by SIGKILL."""

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from queue import Queue
from threading import Timer

import pytest
import sqlalchemy as sa
from support.cutting import Cut, Way, way_to
from support.forks import KILLED, Command, Fork
from support.site import Site
from support.world import UNPAID_WORDS

from paypal_payouts.simulator.server import running_server
from paypal_payouts.simulator.words import OUT

SIGNALLED = range(1, 150, int(os.environ.get("PAYOUTS_TEST_SIGNALLED_STEP", "50")))
"""At which requests of a run the server stops answering, and the program is told to end."""
SIGNALLED_S = 10
"""It takes two seconds, on a machine that has time; without the signal, a minute and more."""


@pytest.fixture
def way(postgres_database_url: str) -> Iterator[Way]:
    folder = Path(tempfile.mkdtemp(prefix="way", dir="/tmp"))
    with way_to(postgres_database_url, folder) as way:
        yield way
    shutil.rmtree(folder)


@pytest.fixture
def site(tmp_path: Path, way: Way) -> Iterator[Site]:
    with running_server(None, lambda: datetime.now(UTC)) as server:
        yield Site(tmp_path, way.url, server.simulator, server.url)


def test_a_server_that_goes_away_ends_the_program_and_the_next_run_pays_all_once(
    site: Site, way: Way, fork: Fork
) -> None:
    assert fork.run(site, "sync", "--json").code == 0
    for number in (2, 70, 140):
        cycle = f"c{number}"
        site.write(cycle, [f"a,ann-{cycle}@x.example,1.00,USD", f"b,bob-{cycle}@x.example,2.00,EUR"])
        way.cut_at(number, Cut.AFTER, stays_closed=True)
        ended = fork.run(site, "run", "-c", cycle, "--json", environment={"PAYOUTS_DATABASE__PATIENCE_S": "0.3"})
        assert way.was_cut
        assert (ended.code, ended.error_code) == (1, "database_unavailable")
        assert "It is waited for, up to 0.3 s." in ended.stderr
        assert ended.document["error"]["message"].startswith("The database payouts_")
        assert "run again" in ended.document["error"]["hint"]
        way.repair()
        assert fork.run(site, "run", "-c", cycle, "--json").code == 0
        assert site.paid()[f"ann-{cycle}@x.example"] == ["1.00 USD"]
        assert site.paid()[f"bob-{cycle}@x.example"] == ["2.00 EUR"]
    assert all(len(payments) == 1 for payments in site.paid().values())


@pytest.mark.parametrize("number", [1, 60, 110])
def test_a_server_that_comes_back_in_time_is_waited_for_and_nobody_has_to_come(
    site: Site, way: Way, fork: Fork, number: int
) -> None:
    assert fork.run(site, "sync", "--json").code == 0
    site.write("c", [row.format("c") for row in ROWS])
    way.at_cut = lambda: Timer(1, way.repair).start()
    way.cut_at(number, Cut.AFTER, stays_closed=True)
    ended = fork.run(site, "run", "-c", "c", "--json", environment={"PAYOUTS_DATABASE__PATIENCE_S": "60"})
    assert (way.was_cut, ended.code) == (True, 0)
    assert "It is waited for, up to 60 s." in ended.stderr
    assert "The database answers again" in ended.stderr
    assert sorted(site.paid().values()) == [["1.00 USD"], ["2.00 EUR"]]


@pytest.mark.parametrize("cut", [Cut.STOPPED, Cut.SWALLOWED], ids=lambda cut: cut.name.lower())
def test_a_signal_ends_a_wait_for_a_server_that_does_not_answer(site: Site, way: Way, fork: Fork, cut: Cut) -> None:
    assert fork.run(site, "sync", "--json").code == 0
    numbers = SIGNALLED if cut is Cut.STOPPED else [number + SIGNALLED.step // 2 for number in SIGNALLED]
    for number in numbers:
        cycle = f"c{number}"
        rows = [row.format(cycle) for row in ROWS]
        site.write(cycle, rows)
        pids: Queue[int] = Queue()
        told_at: Queue[float] = Queue()

        def tell(pids: Queue[int] = pids, told_at: Queue[float] = told_at, number: int = number) -> None:
            pid = pids.get()
            told_at.put(time.monotonic())
            os.kill(pid, signal.SIGTERM if number % 2 else signal.SIGINT)

        way.at_cut = tell
        way.cut_at(number, cut)
        (process,) = fork.start(Command(["run", "-c", cycle, "--json"], str(site.folder), site.environment()))
        pids.put(process.pid)
        ended = process.wait()
        took_s = time.monotonic() - told_at.get_nowait()
        assert took_s < SIGNALLED_S, (number, took_s)
        # Where the answer that is missing is to the last words, all was done before.
        assert (ended.code, ended.error_code) in {(130, "interrupted"), (0, None)}, (number, ended.stdout)
        way.repair()
        assert fork.run(site, "run", "-c", cycle, "--json").code == 0
        assert [site.paid()[row.split(",")[1]] for row in rows] == [["1.00 USD"], ["2.00 EUR"]]


ROWS = ["a,ann-{}@x.example,1.00,USD", "b,bob-{}@x.example,2.00,EUR"]


def test_a_signal_while_the_rows_of_a_document_are_read_leaves_one_that_says_so(
    site: Site, way: Way, fork: Fork
) -> None:
    site.write("c", [row.format("c") for row in ROWS])
    assert fork.run(site, "run", "-c", "c", "--json").code == 0
    status = ("status", "c", "--items", "--json")
    way.cut_at(0, Cut.STOPPED)
    assert fork.run(site, *status).code == 0
    # The rows of items are read last, after the answer has begun to be told.
    for number in range(way.requests, way.requests - 8, -1):
        pids: Queue[int] = Queue()
        way.at_cut = lambda pids=pids: os.kill(pids.get(), signal.SIGTERM)  # type: ignore[misc]
        way.cut_at(number, Cut.STOPPED)
        (process,) = fork.start(Command(status, str(site.folder), site.environment()))
        pids.put(process.pid)
        ended = process.wait()
        assert (ended.code, ended.error_code) in {(130, "interrupted"), (0, None)}, (number, ended.stdout)
        way.repair()


def is_killed(site: Site, way: Way, fork: Fork, cycle: str) -> bool:
    """Kill a run of a cycle where the way to Postgres is cut; False when it came to its end before."""
    pids: Queue[int] = Queue()
    way.at_cut = lambda: os.kill(pids.get(), signal.SIGKILL)
    (process,) = fork.start(Command(["run", "-c", cycle, "--json"], str(site.folder), site.environment()))
    pids.put(process.pid)
    ended = process.wait()
    assert ended.code == (KILLED if way.was_cut else 0)
    way.repair()
    return way.was_cut


def check_nothing_out_is_shown_unpaid(site: Site) -> None:
    engine = sa.create_engine(site.database_url, poolclass=sa.NullPool)
    query = (
        "SELECT sender_batch_id, item_id, i.state, live FROM payout_items i JOIN payout_batches b ON b.id = batch_id"
    )
    with engine.connect() as connection:
        ours = {(name, item): said for name, item, *said in connection.exec_driver_sql(query)}
    for payment in site.simulator.book()["payments"]:
        if payment["state"] in OUT:
            state, live = ours[payment["sender_batch_id"], payment["sender_item_id"]]
            assert live, f"{payment} is out, and may be paid again"
            assert state not in UNPAID_WORDS, f"{payment} is out, and is shown as {state}"


@pytest.mark.parametrize(
    ("cut", "how", "numbers"),
    [(Cut.BEFORE, {}, range(9, 500, 29)), (Cut.AFTER, {"only_commits": True}, range(1, 50))],
    ids=["before a request", "at a COMMIT that took place"],
)
def test_a_program_that_is_killed_on_its_way_to_postgres_is_continued_by_the_next(
    site: Site, way: Way, fork: Fork, *, cut: Cut, how: dict[str, bool], numbers: range
) -> None:
    assert fork.run(site, "sync", "--json").code == 0
    for number in numbers:
        cycle = f"c{number}"
        rows = [row.format(cycle) for row in ROWS]
        site.write(cycle, rows)
        way.cut_at(number, cut, **how)
        if not is_killed(site, way, fork, cycle):
            break
        check_nothing_out_is_shown_unpaid(site)
        assert fork.run(site, "run", "-c", cycle, "--json").code == 0
        assert [site.paid()[row.split(",")[1]] for row in rows] == [["1.00 USD"], ["2.00 EUR"]]
    assert numbers.index(number) >= 4
