"""The pace: never more requests in a minute than allowed, whatever is asked, and never a wait after a permit."""

import sys
from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paypal.doubles import Bench, bench, invalid_token, token
from paypal_payouts import open_wiring
from paypal_payouts.domain.outcome import Accepted, PageReading
from paypal_payouts.paypal.pace import MINUTE_S, SLOWEST, Pace

PAGE = httpx.Response(
    200, json={"batch_header": {"payout_batch_id": "B1", "batch_status": "SUCCESS"}, "total_pages": 9, "items": []}
)
CREATED = httpx.Response(201, json={"batch_header": {"payout_batch_id": "B1", "batch_status": "PENDING"}})
AWAY = httpx.Response(503)
TOO_MANY = httpx.Response(429, json={"name": "RATE_LIMIT_REACHED"})


class Timed:
    """A clock that only pauses move on, and the pace that keeps to it."""

    def __init__(self, a_minute: int) -> None:
        self.seconds = 0.0
        self.pauses: list[float] = []
        self.sent_at: list[float] = []
        self.pace = Pace(a_minute, monotonic=lambda: self.seconds, pause=self.pause)

    def pause(self, seconds: float) -> None:
        assert seconds > 0
        self.pauses.append(seconds)
        self.seconds += seconds

    def bench(self, *steps: httpx.Response) -> Bench:
        made = bench(*steps, pace=self.pace)
        answer = made.wire.handle_request

        def noting(request: httpx.Request) -> httpx.Response:
            self.sent_at.append(self.seconds)
            return answer(request)

        made.wire.handle_request = noting  # type: ignore[method-assign]
        return made


def most_in_a_minute(sent_at: Sequence[float]) -> int:
    return max(sum(at <= other < at + MINUTE_S for other in sent_at) for at in sent_at)


@given(st.integers(1, 5), st.lists(st.integers(0, 90), min_size=1, max_size=40))
def test_no_minute_holds_more_requests_than_allowed_and_none_waits_for_nothing(most: int, gaps: list[int]) -> None:
    timed = Timed(most)
    sent_at: list[float] = []
    for gap in gaps:
        timed.seconds += gap
        waits = len(sent_at) >= most and timed.seconds < sent_at[-most] + MINUTE_S
        before = len(timed.pauses)
        timed.pace.make_room()
        assert (len(timed.pauses) > before) == waits
        timed.pace.note()
        sent_at.append(timed.seconds)
    assert most_in_a_minute(sent_at) <= most


def test_reads_of_all_batches_their_repetitions_and_tokens_share_the_pace() -> None:
    timed = Timed(3)
    made = timed.bench(token(), PAGE, AWAY, PAGE, invalid_token(), token(), PAGE, PAGE)
    answers = [made.client.read_page(batch, page) for batch, page in [("B1", 1), ("B1", 2), ("B2", 1), ("B2", 2)]]
    assert {type(answer) for answer in answers} == {PageReading}
    assert len(timed.sent_at) == 8
    assert most_in_a_minute(timed.sent_at) == 3
    assert timed.pauses == [60, 60]


def test_a_send_waits_before_its_token_is_made_sure_of_and_not_after() -> None:
    timed = Timed(1)
    made = timed.bench(token(), CREATED, CREATED)
    for _ in range(2):
        assert made.client.ensure_token() is None
        ready_at = timed.seconds
        assert isinstance(made.client.create_batch(b"{}", sender_batch_id="b", request_id="r"), Accepted)
        assert timed.sent_at[-1] == ready_at
    assert most_in_a_minute(timed.sent_at) == 1


def test_all_clients_of_a_command_share_one_pace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "PAYPAL_CLIENT_ID": "id",
        "PAYPAL_CLIENT_SECRET": "secret",
        "PAYOUTS_PAYPAL__ENVIRONMENT": "sandbox",
        "PAYOUTS_PAYPAL__REQUESTS_PER_MINUTE": "7",
    }.items():
        monkeypatch.setenv(name, value)
    with open_wiring() as wiring:
        first, second = wiring.paypal()._exchanges._pace, wiring.paypal()._exchanges._pace
        assert first is second
        assert first is not None
        assert first._began.maxlen == 7
    monkeypatch.setenv("PAYOUTS_PAYPAL__ENVIRONMENT", "simulator")
    with open_wiring() as wiring:
        assert wiring.paypal()._exchanges._pace._began.maxlen == sys.maxsize, "nobody else uses the embedded simulator"


def test_after_a_429_half_as_many_are_allowed_and_each_minute_twice_as_many() -> None:
    timed = Timed(400)
    allowed = list[int]()
    for too_many in (True, True, False, False, False):
        if too_many:
            timed.pace.slow_down()
        sent = 0
        while timed.pace.has_room():
            timed.pace.note()
            sent += 1
        allowed.append(sent)
        timed.seconds += MINUTE_S
    assert allowed == [200, 100, 200, 400, 400]


def test_after_many_429s_it_is_slow_and_not_still() -> None:
    timed = Timed(400)
    for _ in range(9):
        timed.pace.slow_down()
    for _ in range(SLOWEST):
        assert timed.pace.has_room()
        timed.pace.note()
    assert not timed.pace.has_room()


def test_every_429_of_paypals_slows_down() -> None:
    timed = Timed(100)
    made = timed.bench(TOO_MANY, token(), TOO_MANY, PAGE, TOO_MANY)
    made.client.read_page("B1", 1)
    assert made.client.ensure_token() is None
    made.client.create_batch(b"{}", sender_batch_id="b", request_id="r")
    assert timed.pace._allowed == SLOWEST
    assert not timed.pauses
