"""Pages that are asked for before their turn: what is read is the same, and never more than allowed is under way."""

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from random import Random
from types import MappingProxyType

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.out_of_order import OutOfOrder

from paypal.doubles import Bench, Step, bench, invalid_token, token
from paypal_payouts.domain.outcome import PageReading, ReadFailed
from paypal_payouts.domain.retry import RetryPolicy
from paypal_payouts.errors import Interrupted
from paypal_payouts.paypal.ahead import Executor, PageKey, ReadAhead
from paypal_payouts.paypal.pace import Pace
from paypal_payouts.paypal.reply import Answer, Reply
from paypal_payouts.paypal.threads import Threads

PAGES = 9
PARALLEL = 3
AWAY = httpx.Response(503)
TOO_MANY = httpx.Response(429, json={"name": "RATE_LIMIT_REACHED"}, headers={"retry-after": "7"})


def page(number: int) -> httpx.Response:
    header = {"payout_batch_id": "B1", "batch_status": "SUCCESS"}
    return httpx.Response(200, json={"batch_header": header, "total_items": number, "items": []})


class PayPal:
    """Answers each page with its number, except where something else is to come first."""

    def __init__(self, made: Bench, first: Mapping[int, Sequence[Step]] = MappingProxyType({})) -> None:
        self.first = {number: list(answers) for number, answers in first.items()}
        self.asked: list[int] = []
        made.wire.handle_request = self.answer  # type: ignore[method-assign]

    def answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("token"):
            return streamed(token())
        number = int(request.url.params["page"])
        self.asked.append(number)
        first = self.first.get(number)
        answer = first.pop(0) if first else page(number)
        if isinstance(answer, Exception):
            raise answer
        return streamed(answer)


def streamed(response: httpx.Response) -> httpx.Response:
    return httpx.Response(response.status_code, headers=response.headers, stream=httpx.ByteStream(response.content))


def read_all(made: Bench) -> list[int | str | None]:
    """Read every page as the reader does; give what each said."""
    said = list[int | str | None]()
    made.client.expect_pages([("B1", 1)])
    for number in range(1, PAGES + 1):
        reading = made.client.read_page("B1", number)
        said.append(reading.failure.code if isinstance(reading, ReadFailed) else reading.total_items)
        if number == 1:
            made.client.expect_pages([("B1", further) for further in range(2, PAGES + 1)])
    return said


@given(st.integers(0, 99), st.sets(st.integers(1, PAGES)))
def test_whatever_ends_first_each_page_is_read_in_its_turn(seed: int, failing: set[int]) -> None:
    made = bench(executor=OutOfOrder(Random(seed)))
    paypal = PayPal(made, {number: [AWAY, httpx.ConnectError("no")] for number in failing})
    assert read_all(made) == list(range(1, PAGES + 1))
    assert set(paypal.asked) == set(range(1, PAGES + 1))
    assert len(made.pauses) <= 2 * len(failing), "what failed while another was waited for is asked for once more"


def test_nothing_is_asked_for_before_its_turn_unless_it_is_expected() -> None:
    made = bench(executor=OutOfOrder(Random(1)))
    paypal = PayPal(made)
    made.client.read_page("B1", 1)
    made.client.read_page("B1", 2)
    assert paypal.asked == [1, 2]


def test_what_is_not_expected_any_more_is_asked_for_again_when_it_is_wanted() -> None:
    made = bench(executor=OutOfOrder(Random(1)))
    paypal = PayPal(made)
    made.client.ensure_token()
    made.client.expect_pages([("B1", 1), ("B1", 2)])
    made.client.read_page("B1", 1)
    made.client.expect_pages([])
    paypal.asked.clear()
    made.client.read_page("B1", 2)
    assert paypal.asked == [2]


def test_a_429_is_waited_out_once_and_nothing_is_asked_for_meanwhile() -> None:
    made = bench(executor=OutOfOrder(Random(3)))
    paypal = PayPal(made, {4: [TOO_MANY]})
    assert read_all(made) == list(range(1, PAGES + 1))
    assert made.pauses == [7]
    again = paypal.asked.index(4, paypal.asked.index(4) + 1)
    assert set(paypal.asked[:again]) <= {1, 2, 3, 4, 5, 6}


def test_a_token_that_dies_in_the_middle_is_renewed_once() -> None:
    made = bench(executor=OutOfOrder(Random(2)))
    PayPal(made, {5: [invalid_token()]})
    assert read_all(made) == list(range(1, PAGES + 1))
    assert made.pauses == []


def test_a_page_that_never_comes_ends_as_without_others_beside_it() -> None:
    made = bench(executor=OutOfOrder(Random(2)), policy=RetryPolicy(max_retries=1, base_delay_s=1, max_delay_s=60))
    PayPal(made, {6: [AWAY] * 9})
    assert read_all(made) == [1, 2, 3, 4, 5, "HTTP_503", 7, 8, 9]


def test_no_more_than_the_pace_allows_are_asked_for_early() -> None:
    pauses = list[float]()
    seconds = [0.0]

    def pause(length_s: float) -> None:
        pauses.append(length_s)
        seconds[0] += length_s

    made = bench(executor=OutOfOrder(Random(2)), pace=Pace(4, monotonic=lambda: seconds[0], pause=pause))
    paypal = PayPal(made)
    assert read_all(made) == list(range(1, PAGES + 1))
    assert sorted(paypal.asked) == list(range(1, PAGES + 1))
    assert pauses == [60, 60]


class Exchanges:
    """Pages on their way in real threads, each of which is there when it is let go."""

    def __init__(self) -> None:
        self.let_go = {number: threading.Event() for number in range(1, PAGES + 1)}
        self.changed = threading.Condition()
        self.under_way = self.most = self.begun = 0
        self.is_stopped = False

    def safe_point(self) -> None:
        if self.is_stopped:
            raise Interrupted("Stopped.")

    def begin(self, wanted: PageKey) -> Callable[[], Answer]:
        def exchange() -> Answer:
            with self.changed:
                self.under_way += 1
                self.begun += 1
                self.most = max(self.most, self.under_way)
                self.changed.notify_all()
            self.let_go[wanted[1]].wait()
            with self.changed:
                self.under_way -= 1
            return Reply(200, {}, b"%d" % wanted[1], None)

        return exchange

    def wait_for(self, begun: int) -> None:
        with self.changed:
            self.changed.wait_for(lambda: self.begun >= begun)


@pytest.fixture
def exchanges() -> Exchanges:
    return Exchanges()


FURTHER = range(2, PAGES + 1)


def after_first_page(exchanges: Exchanges, executor: Executor, *, parallel: int = PARALLEL) -> ReadAhead:
    """Expect what follows the first page of a batch."""
    ahead = ReadAhead(exchanges.begin, executor, parallel=parallel, safe_point=exchanges.safe_point)
    ahead.went_well(("B1", 1))
    ahead.expect([("B1", number) for number in FURTHER])
    return ahead


def test_so_many_are_under_way_at_once_and_no_more(exchanges: Exchanges) -> None:
    ahead = after_first_page(exchanges, Threads(PARALLEL))
    taken = list[str | None]()
    reader = threading.Thread(target=lambda: taken.extend(take(ahead, number) for number in FURTHER))
    reader.start()
    exchanges.wait_for(PARALLEL)
    for event in reversed(exchanges.let_go.values()):
        event.set()
    reader.join()
    ahead.close()
    assert taken == [str(number) for number in FURTHER]
    assert exchanges.most == PARALLEL


def test_another_is_asked_for_as_soon_as_any_has_come(exchanges: Exchanges) -> None:
    ahead = after_first_page(exchanges, Threads(PARALLEL))
    reader = threading.Thread(target=lambda: take(ahead, 2))
    reader.start()
    exchanges.wait_for(PARALLEL)
    exchanges.let_go[3].set()
    exchanges.wait_for(PARALLEL + 1)
    assert reader.is_alive(), "the page whose turn it is has not come yet"
    for event in exchanges.let_go.values():
        event.set()
    reader.join()
    ahead.close()


def test_who_is_asked_to_stop_begins_no_other(exchanges: Exchanges) -> None:
    ahead = after_first_page(exchanges, Threads(PARALLEL))
    stopped = list[Interrupted]()

    def read() -> None:
        try:
            take(ahead, 2)
        except Interrupted as interrupted:
            stopped.append(interrupted)

    reader = threading.Thread(target=read)
    reader.start()
    exchanges.wait_for(PARALLEL)
    exchanges.is_stopped = True
    exchanges.let_go[3].set()
    reader.join(timeout=60)
    for event in exchanges.let_go.values():
        event.set()
    ahead.close()
    reader.join()
    assert (len(stopped), exchanges.begun) == (1, PARALLEL)


def test_what_was_dropped_still_counts_until_it_is_over(exchanges: Exchanges) -> None:
    ahead = after_first_page(exchanges, Threads(2 * PARALLEL))
    exchanges.let_go[2].set()
    assert take(ahead, 2) == "2"
    exchanges.wait_for(PARALLEL)
    ahead.expect([("B1", number) for number in (5, 6, 7)])
    exchanges.let_go[5].set()
    assert take(ahead, 5) == "5"
    for number in (3, 4, 6, 7):
        exchanges.let_go[number].set()
    assert [take(ahead, number) for number in (6, 7)] == ["6", "7"]
    ahead.close()
    assert exchanges.most <= PARALLEL


def take(ahead: ReadAhead, number: int) -> str | None:
    answer = ahead.take(("B1", number))
    return answer.body.decode() if isinstance(answer, Reply) else None


def test_after_a_failure_fewer_are_under_way_and_after_each_success_one_more(exchanges: Exchanges) -> None:
    executor, most = OutOfOrder(Random(1)), list[int]()
    submit = executor.submit

    def counted(ask: Callable[[], Answer], /) -> Future[Answer]:
        later = submit(ask)
        most.append(len(executor.waiting))
        return later

    executor.submit = counted  # type: ignore[method-assign]
    for event in exchanges.let_go.values():
        event.set()
    ahead = after_first_page(exchanges, executor, parallel=4)
    take(ahead, 2)
    ahead.failed()
    widths = list[int]()
    for number in range(3, 8):
        most.clear()
        take(ahead, number)
        widths.append(max(most, default=0))
        ahead.went_well(("B1", number))
    assert widths[0] == 2
    assert max(widths) == 4


BATCHES = ("B1", "B2", "B3")


@given(st.integers(0, 99), st.permutations([(batch, number) for batch in BATCHES for number in range(1, 5)]))
def test_no_page_is_older_than_the_first_of_its_batch(seed: int, expected: list[PageKey]) -> None:
    asked, answered = list[PageKey](), set[PageKey]()

    def begin(wanted: PageKey) -> Callable[[], Answer]:
        assert wanted[1] == 1 or (wanted[0], 1) in answered
        asked.append(wanted)

        def exchange() -> Answer:
            answered.add(wanted)
            return Reply(200, {}, b"", None)

        return exchange

    executor = OutOfOrder(Random(seed))
    ahead = ReadAhead(begin, executor, parallel=PARALLEL, safe_point=lambda: None)
    for batch in BATCHES:
        ahead.expect([page for page in expected if page[0] >= batch])
        for number in range(1, 5):
            if ahead.take((batch, number)) is None:
                begin((batch, number))()
            ahead.went_well((batch, number))
            assert len(executor.waiting) <= PARALLEL
            assert len(asked) - BATCHES.index(batch) * 4 - number <= 2 * PARALLEL
    assert sorted(asked) == sorted(expected), "each is asked for once"


@given(st.integers(0, 99))
def test_pages_of_a_batch_wait_for_a_first_page_that_is_an_answer(seed: int) -> None:
    answers = {1: [AWAY, page(1)], 2: [page(2)]}
    made = bench(executor=OutOfOrder(Random(seed)))
    paypal = PayPal(made, answers)
    made.client.ensure_token()
    made.client.expect_pages([("B0", 9), ("B1", 1), ("B1", 2)])
    made.client.read_page("B0", 9)
    assert 2 not in paypal.asked
    made.client.read_page("B1", 1)
    made.client.read_page("B1", 2)
    assert paypal.asked[-3:] == [1, 1, 2]


def test_a_page_reading_is_a_page_reading() -> None:
    made = bench(executor=OutOfOrder(Random(1)))
    PayPal(made)
    made.client.expect_pages([("../escape", 1), ("B1", 1)])
    assert isinstance(made.client.read_page("B1", 1), PageReading)
    assert isinstance(made.client.read_page("../escape", 1), ReadFailed)
