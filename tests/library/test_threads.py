"""Threads and stopping: an account for each thread, nobody else's `Payouts`, and an end at a safe point."""

import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from types import FrameType

import pytest
from support.office import Office

from paypal_payouts import Interrupted, LockHeld, Payouts, Row, RunResult, UsageError
from paypal_payouts.context.process import system_user

ANN = Row("a", "ann@example.com", "10.00", "USD")
LONG_S = 60.0
"""How long a program would wait that is not stopped."""


@pytest.fixture
def closed_url() -> Iterator[str]:
    """Yield an address at which nobody answers, so that a run waits before it asks again."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def waiting(office: Office, closed_url: str) -> Payouts:
    """Open a program whose next run waits for a long time within its work."""
    return office.open(url=closed_url, max_retries=20, delay_s=LONG_S)


def test_two_accounts_pay_in_two_threads(office: Office) -> None:
    accounts = [f"account{number}" for number in range(4)]
    together = threading.Barrier(len(accounts))

    def pay(account: str) -> list[tuple[int, str]]:
        together.wait()
        with office.open(account) as payouts:
            rows = [Row(f"i{number}", f"{account}.{number}@example.com", "1.00", "USD") for number in range(5)]
            result = payouts.run("2026-11", rows=rows)
            return [(result.exit_code, result.account), (payouts.sync().exit_code, result.account)]

    with ThreadPoolExecutor(len(accounts)) as threads:
        ended = list(threads.map(pay, accounts))
    assert ended == [[(0, account), (0, account)] for account in accounts]
    expected = {f"{account}.{number}@example.com": ["1.00 USD"] for account in accounts for number in range(5)}
    assert office.paid() == expected
    ids = {payment["sender_batch_id"] for payment in office.simulator.book()["payments"]}
    assert ids == {f"{account}-sandbox-2026-11-0001-1" for account in accounts}


@pytest.mark.parametrize(
    "call",
    [
        lambda payouts: payouts.run("c", rows=[ANN]),
        lambda payouts: payouts.retry(cycle="c"),
        lambda payouts: payouts.cancel("a", cycle="c", reason="left the company"),
        lambda payouts: payouts.sync(),
        lambda payouts: payouts.status(),
        lambda payouts: payouts.explain("a"),
    ],
    ids=["run", "retry", "cancel", "sync", "status", "explain"],
)
def test_another_thread_is_refused_before_anything_is_done(office: Office, call: Callable[[Payouts], object]) -> None:
    with office.open() as payouts, ThreadPoolExecutor(1) as thread:
        before = set(office.folder.rglob("*"))
        with pytest.raises(UsageError, match="belongs to MainThread"):
            thread.submit(call, payouts).result()
        assert set(office.folder.rglob("*")) == before
        assert office.simulator.requests() == []
        assert payouts.run("c", rows=[ANN]).exit_code == 0


def test_items_are_read_in_the_thread_of_their_payouts(office: Office) -> None:
    with office.open() as payouts, ThreadPoolExecutor(1) as thread:
        result = payouts.run("c", rows=[ANN])
        with pytest.raises(UsageError, match="belongs to MainThread"):
            thread.submit(result.items).result()


def test_a_stop_from_another_thread_ends_at_a_safe_point(office: Office, closed_url: str) -> None:
    payouts = waiting(office, closed_url)
    began = time.monotonic()
    stopping = threading.Timer(1.0, payouts.request_stop)
    stopping.start()
    with pytest.raises(Interrupted, match="safe point") as caught:
        payouts.run("c", rows=[ANN])
    assert time.monotonic() - began < LONG_S / 2
    assert isinstance(caught.value.result, RunResult)
    assert [batch.status for batch in caught.value.result.batches] == ["planned"]
    with pytest.raises(Interrupted, match="before anything"):
        payouts.sync()
    assert payouts.status(cycle="c").cycles[0].lock is None
    payouts.close()
    with office.open() as another:
        assert another.run("c", rows=[ANN]).exit_code == 0
    assert office.paid() == {"ann@example.com": ["10.00 USD"]}


@contextmanager
def at_an_alarm(act: Callable[[], None], seconds: float) -> Iterator[None]:
    """Let a signal handler act after so many seconds, as SIGTERM would make it."""

    def handle(_number: int, _frame: FrameType | None) -> None:
        act()

    before = signal.signal(signal.SIGALRM, handle)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_a_stop_from_a_signal_handler_ends_at_a_safe_point(office: Office, closed_url: str) -> None:
    with (
        waiting(office, closed_url) as payouts,
        at_an_alarm(payouts.request_stop, 1.0),
        pytest.raises(Interrupted, match="safe point"),
    ):
        payouts.run("c", rows=[ANN])


def test_a_call_within_a_call_is_refused(office: Office, closed_url: str) -> None:
    refused: list[UsageError] = []
    with waiting(office, closed_url) as payouts:

        def call_again() -> None:
            try:
                payouts.sync()
            except UsageError as error:
                refused.append(error)
            payouts.request_stop()

        with at_an_alarm(call_again, 1.0), pytest.raises(Interrupted):
            payouts.run("c", rows=[ANN])
    assert [error.message for error in refused] == ["This Payouts is at work."]


def test_two_threads_never_work_on_one_cycle(office: Office, closed_url: str) -> None:
    first = waiting(office, closed_url)
    held: list[LockHeld] = []

    def compete() -> None:
        time.sleep(1.0)
        try:
            with office.open() as second, pytest.raises(LockHeld) as caught:
                second.run("c", rows=[ANN])
            held.append(caught.value)
        finally:
            first.request_stop()

    competing = threading.Thread(target=compete)
    competing.start()
    with pytest.raises(Interrupted):
        first.run("c", rows=[ANN])
    competing.join()
    first.close()
    assert [error.details[0]["command"] for error in held] == [f"billing: run c, by {system_user()}"]
    assert office.paid() == {}
