"""Everything that a line to PayPal can do: real sockets, the real client, and PayPal's book as the proof.

For each fault: where the batch stands after it, the exit code and the words; then the line is repaired, cron runs
again, and everyone is paid once.
"""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import pytest
from pydantic import SecretStr
from support.disk_snapshots import Snapshot, restore_snapshot, take_snapshot
from support.faulty_server import Call, FaultyServer, faulty_server, honest, reply, stranger
from support.quick import quick_folder
from support.world import World

from paypal_payouts.domain.report import Finished, RunReport
from paypal_payouts.domain.retry import RetryPolicy
from paypal_payouts.domain.states import BatchStatus
from paypal_payouts.errors import Blocked
from paypal_payouts.paypal.client import PayPalClient
from paypal_payouts.paypal.threads import Threads
from paypal_payouts.protocol.tools import Waiting

ROWS: Final = [f"i{number},p{number}@x.example,{number}.50,USD" for number in range(1, 6)]
PAGES: Final = ("page 1", "page 2", "page 3")
"""Five items, of which PayPal shows two on a page."""

BATCH: Final = "c-0001-1"
RUNS_MAX: Final = 4
BODY_MAX: Final = 100_000
SHORT_S: Final = 2.0
LONG_S: Final = 30.0


WAITING: Final = Waiting(5.0, 900.0)


@dataclass
class Wired(World):
    """A site whose client is the real one, on real sockets."""

    url: str = ""
    timeout_s: float = LONG_S

    @contextmanager
    def client(self) -> Iterator[PayPalClient]:
        client = PayPalClient(
            base_url=self.url,
            client_id="id",
            client_secret=SecretStr("secret"),
            timeout_s=self.timeout_s,
            policy=lambda: RetryPolicy(0, 1.0, 300.0),
            now=self.now,
            monotonic=time.monotonic,
            pause=self.pause,
            chance=self.chance,
            executor=Threads(2),
            reads_in_parallel=2,
        )
        try:
            yield client
        finally:
            client.close()


def taken_and_reset(call: Call) -> None:
    call.perform()
    call.reset()


def taken_and(answer: bytes) -> Callable[[Call], None]:
    def talk(call: Call) -> None:
        call.perform()
        call.say(answer)

    return talk


@dataclass
class Bench:
    """A site, and the line that it has to PayPal."""

    world: Wired
    line: FaultyServer

    def run(self) -> Finished:
        self.world.url = self.line.url
        return self.world.run(ROWS)

    def check_asked(self, *expected: str) -> None:
        """This was asked for, once each: further pages in any order, and some before their turn."""
        asked = self.line.asked
        first = asked.index(PAGES[0]) + 1
        assert asked[:first] == list(expected[:first])
        assert len(set(asked)) == len(asked)
        assert set(expected[first:]) <= set(asked[first:]) <= set(PAGES)

    def be_accepted(self) -> None:
        """Let PayPal take the batch, and look at nothing yet."""
        assert self.run().exit_code == 6
        assert self.status == "accepted"
        self.line.asked.clear()

    def be_taken_and_not_told(self) -> None:
        """Let PayPal take the batch, and lose its answer."""
        self.line.plan["create"] = [taken_and_reset]
        assert self.run().exit_code == 6
        assert self.status == "in_flight"
        self.line.asked.clear()

    @property
    def status(self) -> str:
        return self.world.statuses()[BATCH]

    @property
    def paypals_id(self) -> str:
        (batch,) = [b for b in self.world.paypal.book()["batches"] if b["sender_batch_id"] == f"main-sandbox-{BATCH}"]
        return str(batch["payout_batch_id"])

    def told(self, finished: Finished) -> str:
        """Return all words that an operator can find about how it ended."""
        assert isinstance(finished.report, RunReport)
        with self.world.store() as store:
            stored = [batch.last_retry_error for batch in store.batches.of_cycle("c")]
            reasons = [event.reason for event in store.audit.events(batch=BATCH)]
        warnings = [notice.message for notice in finished.report.warnings]
        return " | ".join(map(str, [finished.error, *stored, *reasons, *warnings, *self.world.progress.told]))

    def mend_and_judge(self) -> None:
        """Repair the line; cron, and a person where one must decide, bring the cycle to its end."""
        self.line.repair()
        self.world.timeout_s = LONG_S
        self.world.waiting = WAITING
        for _ in range(RUNS_MAX):
            self.world.check_nobody_twice()
            self.world.check_nothing_out_is_shown_unpaid()
            self.world.pass_time(hours=1)
            if self.run().exit_code == 0:
                break
            if self.status == "review":
                self.world.override(BATCH, BatchStatus.ACCEPTED, paypal_batch_id=self.paypals_id)
        self.world.check_paid_once(ROWS)


@pytest.fixture(scope="module")
def site() -> Iterator[tuple[Wired, Snapshot]]:
    with quick_folder() as folder:
        world = Wired(folder, f"sqlite:///{folder}/payouts.db", policy=RetryPolicy(max_retries=0))
        with world.store():  # makes the tables
            pass
        world.restart()
        yield world, take_snapshot(world, "start")
        world.close()


@pytest.fixture
def bench(site: tuple[Wired, Snapshot], monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setattr("paypal_payouts.paypal.client.PAGE_SIZE", 2)
    for limit in ("BODY_MAX", "PAGE_MAX"):
        monkeypatch.setattr(f"paypal_payouts.paypal.wire.{limit}", BODY_MAX)
    world, empty = site
    restore_snapshot(empty, world)
    world.timeout_s, world.waiting = LONG_S, None
    world.policy = RetryPolicy(max_retries=0)
    world.slept.clear()
    world.progress.told.clear()
    with faulty_server(world.paypal) as line:
        yield Bench(world, line)


@dataclass(frozen=True)
class Fault:
    """What the line does with a request: what PayPal's own body would be goes in, if PayPal has it."""

    act: Callable[[Call, int, bytes], None]
    says: str
    timeout_s: float = LONG_S


GOOD: Final = {"token": 200, "create": 201, "page 1": 200, "page 2": 200, "page 3": 200}
CHUNKED: Final = "HTTP/1.1 {} Odd\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"


def chunk(body: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(body), body)


def closes(call: Call, _: int, __: bytes) -> None:
    call.body()


def resets(call: Call, _: int, __: bytes) -> None:
    call.body()
    call.reset()


def is_mute(call: Call, _: int, __: bytes) -> None:
    call.body()
    call.stay_mute()


def trickles(start: bytes, drop: bytes) -> Callable[[Call, int, bytes], None]:
    def act(call: Call, status: int, _: bytes) -> None:
        call.body()
        call.say(start.replace(b"STATUS", str(status).encode()))
        call.drip(drop)

    return act


def says(make: Callable[[int, bytes], bytes]) -> Callable[[Call, int, bytes], None]:
    def act(call: Call, status: int, own: bytes) -> None:
        call.body()
        call.say(make(status, own))

    return act


BROKEN: Final = "the connection broke, or what came over it was not HTTP"
LATE: Final = "no whole answer in time"
LARGE: Final = f"the answer is larger than {BODY_MAX} bytes"
UNREADABLE: Final = "PayPal"  # says which of its answers could not be read

CODES: Final = {BROKEN: "CONNECTION_LOST", LATE: "TIMEOUT", LARGE: "BODY_TOO_LARGE", UNREADABLE: "MALFORMED_REPLY"}

FAULTS: Final[dict[str, Fault]] = {
    "closed without a word": Fault(closes, BROKEN),
    "reset": Fault(resets, BROKEN),
    "mute": Fault(is_mute, LATE, SHORT_S),
    "headers that trickle": Fault(trickles(b"HTTP/1.1 STATUS Odd\r\n", b"X-Drop: 1\r\n"), LATE, SHORT_S),
    "a body that trickles": Fault(
        trickles(b"HTTP/1.1 STATUS Odd\r\nContent-Length: 99999\r\n\r\n", b" "), LATE, SHORT_S
    ),
    "cut": Fault(says(lambda status, own: reply(status, own[:-3], length=len(own))), BROKEN),
    "cut after the headers": Fault(says(lambda status, own: reply(status, b"", length=len(own))), BROKEN),
    "a length that is too short": Fault(says(lambda status, own: reply(status, own, length=len(own) - 3)), UNREADABLE),
    "two lengths": Fault(says(lambda status, own: reply(status, own, f"Content-Length: {len(own) + 1}")), BROKEN),
    "chunks that are cut": Fault(says(lambda status, own: CHUNKED.format(status).encode() + chunk(own)), BROKEN),
    "a chunk of no size": Fault(says(lambda status, _: CHUNKED.format(status).encode() + b"x\r\n{}\r\n"), BROKEN),
    "not HTTP": Fault(says(lambda _, __: b"SSH-2.0-OpenSSH_9.6\r\n"), BROKEN),
    "malformed": Fault(says(lambda status, own: reply(status, own[:-3])), UNREADABLE),
    "not UTF-8": Fault(says(lambda status, _: reply(status, b'{"batch_header": "\xff\xfe"}')), UNREADABLE),
    "nested too deep": Fault(says(lambda status, _: reply(status, b"[" * 50_000)), UNREADABLE),
    "a list": Fault(says(lambda status, own: reply(status, b"[" + own + b"]")), UNREADABLE),
    "null": Fault(says(lambda status, _: reply(status, b"null")), UNREADABLE),
    "HTML": Fault(says(lambda status, _: reply(status, b"<html>welcome to the hotel's network</html>")), UNREADABLE),
    "empty": Fault(says(lambda status, _: reply(status)), UNREADABLE),
    "no content": Fault(says(lambda _, __: b"HTTP/1.1 204 Odd\r\nConnection: close\r\n\r\n"), "HTTP 204"),
    "huge": Fault(says(lambda status, own: reply(status, own + b" " * 2 * BODY_MAX)), LARGE),
    "compressed": Fault(
        says(lambda status, _: reply(status, b"\x1f\x8b\x08\x00", "Content-Encoding: gzip")), UNREADABLE
    ),
    "accepted for later": Fault(says(lambda _, own: reply(202, own)), "HTTP 202"),
}
NOT_PAYPALS: Final = {
    "token": b'{"access_token": "A21", "expires_in": 32400}',
    "create": b'{"batch_header": {"payout_batch_id": "NEVERMADE", "batch_status": "PENDING"}}',
}


def at(place: str, fault: Fault, *, applied: bool) -> Callable[[Call], None]:
    def talk(call: Call) -> None:
        own = call.perform().body if applied else NOT_PAYPALS.get(place, b'{"batch_header": {}, "items": []}')
        fault.act(call, GOOD[place], own)

    return talk


UNLIKE: Final = ("closed without a word", "mute", "huge", "malformed", "no content", "accepted for later")
"""One fault of each kind that the client tells apart: which one a fault is, it finds in the same way at every place."""
each_meaning = pytest.mark.parametrize("fault", [FAULTS[name] for name in UNLIKE], ids=UNLIKE)

at_a_page = pytest.mark.parametrize(
    ("fault", "place"),
    [
        *(pytest.param(fault, "page 2", id=name) for name, fault in FAULTS.items()),
        pytest.param(FAULTS["cut"], "page 1", id="cut, first page"),
        pytest.param(FAULTS["cut"], "page 3", id="cut, last page"),
    ],
)
"""Each fault in the midst of the pages; that the first or the last one is no other is tried with one."""


@each_meaning
def test_at_the_token_nothing_is_sent_and_the_batch_stays_planned(bench: Bench, fault: Fault) -> None:
    bench.world.timeout_s = fault.timeout_s
    bench.line.plan["token"] = [at("token", fault, applied=True)]
    ended = bench.run()
    assert (ended.exit_code, bench.status, bench.line.asked) == (6, "planned", ["token"])
    assert f"PayPal gave no token ({CODES.get(fault.says, fault.says.replace(' ', '_'))})" in bench.told(ended)
    bench.mend_and_judge()


@pytest.mark.parametrize(
    ("fault", "applied"),
    [
        *(pytest.param(fault, True, id=f"{name}, after acceptance") for name, fault in FAULTS.items()),
        *(pytest.param(FAULTS[name], False, id=f"{name}, before acceptance") for name in UNLIKE),
    ],
)
def test_at_the_post_the_outcome_is_unknown_and_never_a_failure(bench: Bench, fault: Fault, applied: bool) -> None:
    bench.world.timeout_s = fault.timeout_s
    bench.line.plan["create"] = [at("create", fault, applied=applied)]
    ended = bench.run()
    if applied and fault is FAULTS["accepted for later"]:
        # A 2xx that names our id is adopted after comparing, whatever its number.
        assert (ended.exit_code, ended.error, bench.status) == (0, None, "done")
        bench.check_asked("token", "create", *PAGES)
        bench.mend_and_judge()
        return
    assert (ended.exit_code, ended.error, bench.status) == (6, None, "in_flight")
    assert bench.line.asked == ["token", "create"], "one exchange, and no step further"
    with bench.world.store() as store:
        (batch,) = store.batches.of_cycle("c")
    code, _, sentence = (batch.last_retry_error or "").partition(": ")
    assert (code, fault.says in sentence) == (CODES.get(fault.says, fault.says.replace(" ", "_")), True)
    assert set(bench.world.states().values()) == {"unsent"}
    bench.mend_and_judge()


@at_a_page
def test_at_a_page_of_the_results_the_batch_stays_accepted(bench: Bench, fault: Fault, place: str) -> None:
    bench.be_accepted()
    bench.world.timeout_s = fault.timeout_s
    bench.line.plan[place] = [at(place, fault, applied=True)]
    ended = bench.run()
    assert (ended.exit_code, ended.error, bench.status) == (6, None, "accepted")
    bench.check_asked("token", *PAGES[: PAGES.index(place) + 1])
    assert fault.says in bench.told(ended)
    bench.mend_and_judge()


@pytest.mark.parametrize("place", PAGES)
@each_meaning
def test_at_a_page_that_adoption_reads_nothing_is_adopted(bench: Bench, fault: Fault, place: str) -> None:
    bench.be_taken_and_not_told()
    bench.world.timeout_s = fault.timeout_s
    bench.line.plan[place] = [at(place, fault, applied=True)]
    ended = bench.run()
    assert (ended.exit_code, bench.status) == (6, "in_flight")
    code = CODES.get(fault.says, fault.says.replace(" ", "_"))
    assert f"no answer that counts ({code})" in bench.told(ended)
    bench.check_asked("token", "create", *PAGES[: PAGES.index(place) + 1])
    bench.mend_and_judge()


@pytest.mark.parametrize("place", ["token", "create", "page 2"])
@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed_neither_to_a_stranger_nor_back_to_itself(bench: Bench, code: int, place: str) -> None:
    with stranger() as (elsewhere, visits):
        for location in (f"{elsewhere}/v1/payments/payouts", "/v1/payments/payouts", f"//{elsewhere[7:]}"):
            if place in PAGES and bench.world.statuses() == {}:
                bench.be_accepted()
            bench.line.asked.clear()
            bench.line.plan[place] = [taken_and(reply(code, b"", f"Location: {location}"))]
            ended = bench.run()
            expected = {"token": "planned", "create": "in_flight"}.get(place, "accepted")
            assert (ended.exit_code, bench.status) == (6, expected)
            assert place in PAGES or bench.line.asked[-1] == place
            assert bench.line.asked.count(place) == 1
            assert f"HTTP_{code}" in bench.told(ended) or f"HTTP {code}" in bench.told(ended)
        assert visits == []
    bench.mend_and_judge()


@pytest.mark.parametrize("place", ["token", "create", "page 1", "page 2"])
def test_a_refused_connection_proves_that_nothing_was_sent(bench: Bench, place: str) -> None:
    if place in PAGES:
        bench.be_accepted()
    bench.line.deaf_after = {"create": "token", "page 1": "token", "page 2": "page 1"}.get(place)
    if place == "token":
        bench.line.hang_up()
    ended = bench.run()
    expected = {"token": "planned", "create": "in_flight"}.get(place, "accepted")
    assert (ended.exit_code, bench.status) == (6, expected)
    assert "Connection refused" in bench.told(ended) or "NO_CONNECTION" in bench.told(ended)
    with bench.world.store() as store:
        attempts = [attempt.outcome for attempt in store.batches.attempts(1)]
    assert attempts == {"token": [], "create": ["not_sent"]}.get(place, ["accepted"])
    bench.mend_and_judge()


def test_a_connection_reset_before_the_body_was_read_may_have_arrived(bench: Bench) -> None:
    bench.line.plan["create"] = [Call.reset]
    ended = bench.run()
    assert (ended.exit_code, bench.status) == (6, "in_flight")
    assert BROKEN in bench.told(ended)
    bench.mend_and_judge()


STATUSES: Final = (
    *(
        400,
        401,
        402,
        403,
        404,
        405,
        406,
        407,
        408,
        409,
        410,
        411,
        412,
        413,
        414,
        415,
        416,
        417,
        418,
        421,
        422,
        423,
        424,
    ),
    *(425, 426, 428, 429, 431, 444, 451, 460, 494, 495, 497, 499),
    *(500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511, 520, 521, 522, 524, 525, 527, 529, 530, 561, 598, 599),
)
"""Those of the RFCs, and those of the gateways that stand before such services."""
KNOWN_STATUSES: Final = (400, 401, 403, 404, 409, 422, 429, 500, 503)
"""Those that PayPal documents."""
UNKNOWN_WORD: Final = b'{"name": "A_WORD_OF_TOMORROW", "message": "no"}'


@pytest.mark.parametrize(
    ("body", "applied", "statuses"),
    [
        pytest.param(UNKNOWN_WORD, False, STATUSES, id="an unknown word"),
        pytest.param(b"", False, KNOWN_STATUSES, id="no word"),
        pytest.param(b"<html>no</html>", False, KNOWN_STATUSES, id="HTML"),
        pytest.param(UNKNOWN_WORD, True, KNOWN_STATUSES, id="after acceptance"),
    ],
)
def test_a_status_alone_never_refuses_a_batch_whatever_it_is(
    bench: Bench, body: bytes, applied: bool, statuses: tuple[int, ...]
) -> None:
    def answering(status: int) -> Callable[[Call], None]:
        def talk(call: Call) -> None:
            if applied:
                call.perform()
            call.body()
            call.say(reply(status, body))

        return talk

    for status in statuses:
        bench.line.plan["create"] = [answering(status)]
        bench.line.asked.clear()
        ended = bench.run()
        assert (ended.exit_code, ended.error, bench.status) == (6, None, "in_flight"), status
        assert bench.line.asked == ["token", "create"], status
    with bench.world.store() as store:
        attempts = store.batches.attempts(1)
    assert [(attempt.outcome, attempt.http_status) for attempt in attempts] == [("unknown", s) for s in statuses]
    bench.mend_and_judge()


REFUSALS: Final = {
    400: ("VALIDATION_ERROR", "INVALID_REQUEST"),
    403: ("AUTHORIZATION_ERROR", "SENDER_RESTRICTED", "REQUIRED_SCOPE_MISSING"),
    422: ("INSUFFICIENT_FUNDS", "UNPROCESSABLE_ENTITY"),
}


@pytest.mark.parametrize(("status", "name"), [(status, name) for status, names in REFUSALS.items() for name in names])
def test_only_a_documented_refusal_refuses_and_only_while_no_answer_is_lost(
    bench: Bench, status: int, name: str
) -> None:
    def refusing(call: Call) -> None:
        call.body()
        call.say(reply(status, json.dumps({"name": name, "message": "no", "debug_id": "d1"}).encode()))

    bench.line.plan["create"] = [refusing]
    ended = bench.run()
    assert (ended.exit_code, bench.status) == (7, "refused")
    assert name in str(ended.error)
    assert "paid nobody of it" in str(ended.error)
    bench.line.plan["create"] = [Call.reset, refusing]
    for _ in range(2):
        # What was refused for its contents is sent again by a person alone.
        ended = bench.world.retry(BATCH)
        assert (ended.exit_code, ended.error, bench.status) == (6, None, "in_flight")
    bench.line.repair()
    bench.world.retry(BATCH)
    bench.mend_and_judge()


RETRY_AFTER: Final[dict[str, tuple[list[str], float | None]]] = {
    "none": ([], 5.0),
    "sane": (["Retry-After: 7"], 7.0),
    "zero": (["Retry-After: 0"], 0.0),
    "zeros before it": (["Retry-After: 0007"], 7.0),
    "blanks around it": (["Retry-After:   7  "], 7.0),
    "the most that is waited": (["Retry-After: 300"], 300.0),
    "a second more": (["Retry-After: 301"], None),
    "a year": (["Retry-After: 31536000"], None),
    "five thousand digits": (["Retry-After: " + "9" * 5000], None),
    "negative": (["Retry-After: -7"], 5.0),
    "a fraction": (["Retry-After: 7.5"], 5.0),
    "a power": (["Retry-After: 1e9"], 5.0),
    "not a number": (["Retry-After: soon"], 5.0),
    "empty": (["Retry-After:"], 5.0),
    "digits of another script": (["Retry-After: \xb2"], 5.0),
    "twice": (["Retry-After: 7", "Retry-After: 9"], 5.0),
    "a date": (["Date: Fri, 20 Nov 2026 18:00:00 GMT", "Retry-After: Fri, 20 Nov 2026 18:01:30 GMT"], 90.0),
    "a date that has passed": (
        ["Date: Fri, 20 Nov 2026 18:00:00 GMT", "Retry-After: Fri, 20 Nov 2026 17:00:00 GMT"],
        0.0,
    ),
    "a date far away": (["Date: Fri, 20 Nov 2026 18:00:00 GMT", "Retry-After: Fri, 20 Nov 2099 18:00:00 GMT"], None),
    "a date, and no date to count from": (["Retry-After: Fri, 20 Nov 2026 18:01:30 GMT"], 5.0),
    "a date that is none": (["Retry-After: Fri, 99 Nov 2026 18:01:30 GMT"], 5.0),
}


@pytest.mark.parametrize(
    ("status", "headers", "pause_s"),
    [
        *(pytest.param(429, *told, id=name) for name, told in RETRY_AFTER.items()),
        *(pytest.param(503, *RETRY_AFTER[name], id=f"503, {name}") for name in ("none", "sane", "a year")),
    ],
)
def test_retry_after_is_obeyed_where_it_makes_sense(
    bench: Bench, status: int, headers: list[str], pause_s: float | None
) -> None:
    def busy(call: Call) -> None:
        call.body()
        call.say(reply(status, b"", *headers))

    bench.world.policy = RetryPolicy(max_retries=1)
    bench.line.plan["create"] = [busy]
    ended = bench.run()
    assert ended.exit_code == 6
    assert ended.error is None
    if pause_s is None:
        assert (bench.status, bench.world.slept) == ("in_flight", [])
        assert bench.line.asked == ["token", "create"]
        assert "PayPal asks to be left alone" in bench.told(ended)
    else:
        assert (bench.status, sum(bench.world.slept)) == ("accepted", pause_s)
        assert bench.line.asked == ["token", "create", "create"]
    bench.mend_and_judge()


def as_ever(call: Call) -> None:
    """A proxy says 102 before, sends chunks, calls it text, and adds what nobody asked for."""
    own = call.perform()
    call.say(
        b"HTTP/1.1 102 Processing\r\n\r\n",
        f"HTTP/1.1 {own.status} Fine\r\nContent-Type: text/html; charset=latin-1\r\n".encode(),
        b"Transfer-Encoding: chunked\r\nSet-Cookie: a=b\r\nConnection: close\r\n\r\n",
        *(chunk(own.body[start : start + 7]) for start in range(0, len(own.body), 7)),
        b"0\r\n\r\n",
    )


def test_an_answer_that_is_whole_counts_however_it_is_wrapped(bench: Bench) -> None:
    bench.line.plan = {place: [as_ever] for place in ("token", "create", *PAGES)}
    bench.world.waiting = WAITING
    assert bench.run().exit_code == 0
    bench.world.check_paid_once(ROWS)


CREATED: Final[dict[str, Any]] = {
    "no header": {},
    "no id": {"batch_header": {"batch_status": "PENDING"}},
    "an empty id": {"batch_header": {"payout_batch_id": ""}},
    "a number": {"batch_header": {"payout_batch_id": 7}},
    "a path": {"batch_header": {"payout_batch_id": "../../oauth2/token"}},
    "a query": {"batch_header": {"payout_batch_id": "ABC?fields=x"}},
    "a line break": {"batch_header": {"payout_batch_id": "ABC\r\nX-Evil: 1"}},
    "very long": {"batch_header": {"payout_batch_id": "A" * 65}},
    "a list": {"batch_header": [{"payout_batch_id": "ABC"}]},
}


@pytest.mark.parametrize("document", CREATED.values(), ids=CREATED)
def test_a_201_without_a_usable_id_is_an_unknown_outcome(bench: Bench, document: Any) -> None:
    bench.line.plan["create"] = [taken_and(reply(201, json.dumps(document).encode()))]
    ended = bench.run()
    assert (ended.exit_code, ended.error, bench.status) == (6, None, "in_flight")
    assert "201 without the id" in bench.told(ended)
    bench.mend_and_judge()


Href = Callable[[str, str], str]
"""The link of a duplicate answer, made of the batch's id at PayPal and of a stranger's address."""

TIDY_LINKS: Final[dict[str, Href]] = {
    "PayPal's": lambda found, _: f"https://api-m.sandbox.paypal.com/v1/payments/payouts/{found}",
    "of another host": lambda found, elsewhere: f"{elsewhere}/v1/payments/payouts/{found}",
    "of a host with a user": lambda found, elsewhere: f"http://me:pw@{elsewhere[7:]}/v1/payments/payouts/{found}",
    "without a host": lambda found, _: f"/v1/payments/payouts/{found}",
    "with a slash behind": lambda found, _: f"/v1/payments/payouts/{found}/",
    "with a query": lambda found, elsewhere: f"/v1/payments/payouts/{found}?next={elsewhere}",
    "with a fragment": lambda found, _: f"/v1/payments/payouts/{found}#/../../other",
}

CROOKED_LINKS: Final[dict[str, Href]] = {
    "with a way up": lambda found, _: f"/v1/payments/payouts/../payouts/{found}",
    "with a way up behind": lambda found, _: f"/v1/payments/payouts/{found}/..",
    "with a way up in disguise": lambda found, _: f"/v1/payments/payouts/%2e%2e%2f{found}",
    "with another place before": lambda found, _: f"/evil/v1/payments/payouts/{found}",
    "with more behind": lambda found, _: f"/v1/payments/payouts/{found}/cancel",
    "to an item": lambda found, _: f"/v1/payments/payouts-item/{found}",
    "with two slashes": lambda found, elsewhere: f"//{elsewhere[7:]}/v1/payments/payouts/{found}",
    "with backslashes": lambda found, elsewhere: f"\\\\{elsewhere[7:]}\\v1\\payments\\payouts\\{found}",
    "of another scheme": lambda found, _: f"javascript:/v1/payments/payouts/{found}",
    "with a line break": lambda found, _: f"/v1/payments/payouts/{found}\r\nHost: evil",
    "with no id": lambda _, __: "/v1/payments/payouts/",
    "empty": lambda _, __: "",
}


def duplicate(*hrefs: str, **more: Any) -> bytes:
    links = [{"href": href, "rel": "self", "method": "GET"} for href in hrefs]
    detail = {"field": "SENDER_BATCH_ID", "issue": "Batch with given sender_batch_id already exists", "link": links}
    return json.dumps({"name": "USER_BUSINESS_ERROR", "message": "no", "details": [detail | more]}).encode()


def saying_duplicate(*hrefs: str, **more: Any) -> Callable[[Call], None]:
    def talk(call: Call) -> None:
        call.body()
        call.say(reply(400, duplicate(*hrefs, **more)))

    return talk


@pytest.mark.parametrize("href", TIDY_LINKS.values(), ids=TIDY_LINKS)
def test_a_duplicate_is_adopted_by_the_id_in_its_link_whose_host_is_never_asked(bench: Bench, href: Href) -> None:
    bench.be_taken_and_not_told()
    with stranger() as (elsewhere, visits):
        bench.line.plan["create"] = [saying_duplicate(href(bench.paypals_id, elsewhere))]
        assert (bench.run().exit_code, bench.status) == (0, "done")
        assert visits == []
    bench.check_asked("token", "create", *PAGES)
    bench.mend_and_judge()


@pytest.mark.parametrize("href", CROOKED_LINKS.values(), ids=CROOKED_LINKS)
def test_a_duplicate_with_a_wrong_link_is_for_a_person_and_nobody_is_asked(bench: Bench, href: Href) -> None:
    bench.be_taken_and_not_told()
    with stranger() as (elsewhere, visits):
        bench.line.plan["create"] = [saying_duplicate(href(bench.paypals_id, elsewhere))]
        ended = bench.run()
        assert visits == []
    assert (ended.exit_code, bench.status) == (8, "review")
    assert "names none" in bench.told(ended)
    assert bench.line.asked == ["token", "create"]
    bench.mend_and_judge()


def test_a_duplicate_with_two_different_links_is_for_a_person(bench: Bench) -> None:
    bench.be_taken_and_not_told()
    path = f"/v1/payments/payouts/{bench.paypals_id}"
    bench.line.plan["create"] = [saying_duplicate(path, "/v1/payments/payouts/SOMEOTHER")]
    assert (bench.run().exit_code, bench.status) == (8, "review")
    bench.mend_and_judge()


@pytest.mark.parametrize("issue", ["Duplicate batch request", "Batch with given sender_batch_id already exists"])
def test_a_duplicate_without_a_link_is_for_a_person(bench: Bench, issue: str) -> None:
    bench.be_taken_and_not_told()
    bench.line.plan["create"] = [saying_duplicate(link=None, issue=issue, field="")]
    assert (bench.run().exit_code, bench.status) == (8, "review")
    sent = len(bench.line.asked)
    assert bench.run().exit_code == 8
    assert "create" not in bench.line.asked[sent:]
    bench.mend_and_judge()


def test_a_duplicate_that_paypal_does_not_show_yet_is_asked_for_under_the_same_id(
    bench: Bench,
) -> None:
    """PayPal named a batch of our id: it can never be given up as unpaid, however long nothing is found."""
    bench.line.plan["create"] = [saying_duplicate("/v1/payments/payouts/NEVERMADE")]
    ended = bench.run()
    assert (ended.exit_code, bench.status) == (6, "in_flight")
    assert bench.world.paid() == {}
    for hours in (0, 25):
        bench.world.pass_time(hours=hours)
        with pytest.raises(Blocked, match="it can never be called unpaid") as refused:
            bench.world.override(BATCH, BatchStatus.ABANDONED)
        assert refused.value.hint.endswith(f"`payouts review {BATCH}`.")
    bench.mend_and_judge()


Change = Callable[[Any], object]


def change_item(**changes: Any) -> Change:
    def change(page: Any) -> None:
        page["items"][0]["payout_item"] |= changes

    return change


CONTENTS: Final[dict[str, tuple[str, Change]]] = {
    "another batch id": (
        "page 1",
        lambda page: page["batch_header"]["sender_batch_header"].update(sender_batch_id="x"),
    ),
    "no batch id": ("page 1", lambda page: page["batch_header"]["sender_batch_header"].clear()),
    "another total": ("page 1", lambda page: page["batch_header"]["amount"].update(value="1.00")),
    "another currency": ("page 1", lambda page: page["batch_header"]["amount"].update(currency="EUR")),
    "more items": ("page 1", lambda page: page.update(total_items=6)),
    "fewer items": ("page 1", lambda page: page.update(total_items=4)),
    **{
        f"another {name} on {place}": (place, change)
        for place in PAGES
        for name, change in {
            "receiver": change_item(receiver="thief@x.example"),
            "item id": change_item(sender_item_id="i9"),
            "amount": change_item(amount={"currency": "USD", "value": "9999.00"}),
            "currency of an item": change_item(amount={"currency": "EUR", "value": "1.50"}),
        }.items()
    },
    **{f"{place} without items": (place, lambda page: page.update(items=[])) for place in PAGES},
    "a page that shrinks": ("page 2", lambda page: page["items"].pop()),
    "a last page that shrinks": ("page 3", lambda page: page["items"].pop()),
    "pages that end early": ("page 2", lambda page: page.update(total_pages=2, total_items=4)),
    "pages that end at once": ("page 1", lambda page: page.update(total_pages=1)),
}


def changing(change: Change) -> Callable[[Call], None]:
    def talk(call: Call) -> None:
        document = call.document()
        change(document)
        call.say(reply(200, json.dumps(document).encode()))

    return talk


def repeating_page_1(call: Call) -> None:
    call.head = call.head.replace(b"page=2", b"page=1").replace(b"page=3", b"page=1")
    honest(call)


CROOKED_PAGES: Final = {name: (place, changing(change)) for name, (place, change) in CONTENTS.items()} | {
    "page 2 is page 1 again": ("page 2", repeating_page_1),
    "page 3 is page 1 again": ("page 3", repeating_page_1),
}


NOT_ALL_SHOWN: Final = (
    *(
        "no batch id",
        "a page that shrinks",
        "a last page that shrinks",
        "pages that end early",
        "pages that end at once",
    ),
    *(f"{place} without items" for place in PAGES),
    *("page 2 is page 1 again", "page 3 is page 1 again"),
)
"""What cannot be compared as a whole, and contradicts nothing: it may be whole when it is asked for again."""


@pytest.mark.parametrize("name", NOT_ALL_SHOWN)
def test_a_batch_that_is_not_shown_as_a_whole_is_not_adopted_yet(bench: Bench, name: str) -> None:
    bench.be_taken_and_not_told()
    place, talk = CROOKED_PAGES[name]
    bench.line.plan[place] = [talk]
    ended = bench.run()
    assert (ended.exit_code, bench.status) == (6, "in_flight")
    assert "NOT_SHOWN_YET" in bench.told(ended)
    assert set(bench.world.states().values()) == {"unsent"}
    bench.mend_and_judge()


@pytest.mark.parametrize("name", [name for name in CROOKED_PAGES if name not in NOT_ALL_SHOWN])
def test_a_batch_that_reads_otherwise_than_ours_is_never_adopted(bench: Bench, name: str) -> None:
    bench.be_taken_and_not_told()
    place, talk = CROOKED_PAGES[name]
    bench.line.plan[place] = [talk]
    ended = bench.run()
    assert (ended.exit_code, bench.status) == (8, "review")
    assert "differs" in bench.told(ended)
    assert set(bench.world.states().values()) == {"unsent"}
    sent = bench.line.asked.count("create")
    assert bench.run().exit_code == 8
    assert bench.line.asked.count("create") == sent
    bench.mend_and_judge()


COMPARED_ONCE: Final = ("no batch id", "another total", "another currency", "more items", "fewer items")
"""What only adoption compares: of a batch that PayPal named in its answer to our own POST these say nothing."""


@pytest.mark.parametrize("name", CROOKED_PAGES)
def test_results_that_read_otherwise_than_ours_finish_nothing(bench: Bench, name: str) -> None:
    bench.be_accepted()
    place, talk = CROOKED_PAGES[name]
    bench.line.plan[place] = [talk]
    ended = bench.run()
    expected = (0, None, "done") if name in COMPARED_ONCE else (6, None, "accepted")
    assert (ended.exit_code, ended.error, bench.status) == expected
    bench.mend_and_judge()


def test_a_duplicate_that_links_to_another_batch_of_ours_is_for_a_person(bench: Bench) -> None:
    others = [row.replace("@x", "@y") for row in ROWS]
    bench.world.url = bench.line.url
    bench.world.run(others, cycle="other")
    (theirs,) = bench.world.paypal.book()["batches"]
    bench.line.plan["create"] = [taken_and(reply(400, duplicate(f"/v1/payments/payouts/{theirs['payout_batch_id']}")))]
    ended = bench.run()
    assert (ended.exit_code, bench.status) == (8, "review")
    bench.line.repair()
    bench.world.override(BATCH, BatchStatus.ACCEPTED, paypal_batch_id=bench.paypals_id)
    bench.world.waiting = WAITING
    assert bench.run().exit_code == 0
    bench.world.check_nobody_twice()
    assert len(bench.world.paid()) == 10
    bench.world.check_books()


def test_a_201_with_the_id_of_another_batch_of_ours_is_for_a_person(bench: Bench) -> None:
    others = [row.replace("@x", "@y") for row in ROWS]
    bench.world.url = bench.line.url
    bench.world.run(others, cycle="other")
    (theirs,) = bench.world.paypal.book()["batches"]
    wrong = json.dumps({"batch_header": {"payout_batch_id": theirs["payout_batch_id"]}}).encode()
    bench.line.plan["create"] = [taken_and(reply(201, wrong))]
    ended = bench.run()
    assert (ended.exit_code, bench.status) == (8, "review")
    assert "is already that of other-0001-1" in bench.told(ended)
    bench.line.repair()
    bench.world.override(BATCH, BatchStatus.ACCEPTED, paypal_batch_id=bench.paypals_id)
    bench.world.waiting = WAITING
    assert bench.run().exit_code == 0
    bench.world.check_nobody_twice()
    bench.world.check_books()
