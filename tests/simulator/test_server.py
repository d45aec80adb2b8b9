"""The simulator as a server on loopback."""

import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from paypal_payouts.simulator import control
from paypal_payouts.simulator.core import Simulator
from paypal_payouts.simulator.messages import Answer, Fault, IncomingRequest
from paypal_payouts.simulator.server import SimulatorServer, running_server, server
from simulator.driver import PAYOUTS, Clock, batch_request


@pytest.fixture
def running(clock: Clock) -> Iterator[SimulatorServer]:
    with running_server(None, clock) as running:
        yield running


@pytest.fixture
def client(running: SimulatorServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=running.url, trust_env=False, timeout=5) as client:
        answer = client.post("/v1/oauth2/token", auth=("any", "thing"), data={"grant_type": "client_credentials"})
        client.headers["Authorization"] = "Bearer " + answer.json()["access_token"]
        yield client


def raw(running: SimulatorServer, request: bytes) -> bytes:
    """What a connection answers to any bytes, until it closes."""
    with socket.create_connection(("127.0.0.1", running.server_address[1]), timeout=5) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_it_serves_the_api_and_the_controls(client: httpx.Client, running: SimulatorServer) -> None:
    answer = client.post(PAYOUTS + "?", json=batch_request())
    assert answer.status_code == 201
    assert answer.headers["date"] == "Sun, 01 Nov 2026 12:00:00 GMT"
    assert len(answer.headers.get_list("date")) == 1
    assert client.get("/__simulator/book").json() == running.simulator.book()
    assert client.request("DELETE", "/__simulator/faults").json() == {"faults": []}


def test_it_listens_on_loopback_at_any_free_port(running: SimulatorServer) -> None:
    assert running.server_address[0] == "127.0.0.1"
    assert urlsplit(running.url).port == running.server_address[1] != 0


def test_a_port_that_is_taken_is_an_error(running: SimulatorServer, clock: Clock) -> None:
    with pytest.raises(OSError, match="in use"), server(None, clock, port=running.server_address[1]):
        pass


def test_connections_are_kept_and_quick(running: SimulatorServer) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", running.server_address[1], timeout=5)
    started = time.monotonic()
    sockets = set()
    for _ in range(50):
        connection.request("GET", "/nowhere")
        connection.getresponse().read()
        sockets.add(id(connection.sock))
    connection.close()
    assert len(sockets) == 1
    assert time.monotonic() - started < 1, "each answer would wait 44 ms for an acknowledgement"


@pytest.mark.parametrize(
    ("rule", "exception"),
    [
        ({"kind": "refused"}, httpx.ReadError),
        ({"kind": "reset_before"}, httpx.ReadError),
        ({"kind": "reset_after"}, httpx.ReadError),
        ({"kind": "timeout_after", "seconds": 0.05}, httpx.RemoteProtocolError),
        ({"kind": "truncated"}, httpx.RemoteProtocolError),
    ],
    ids=str,
)
def test_a_fault_breaks_the_connection(
    client: httpx.Client, running: SimulatorServer, rule: dict[str, object], exception: type[httpx.TransportError]
) -> None:
    running.simulator.inject({"on": "create"} | rule)
    with pytest.raises(exception):
        client.post(PAYOUTS, json=batch_request())
    assert client.get("/nowhere").status_code == 404


def test_a_mute_connection_outlasts_the_client_and_not_the_server(clock: Clock) -> None:
    # Those of another test's server may still be ending.
    others = set(threading.enumerate())
    with running_server(None, clock) as running:
        running.simulator.inject({"kind": "timeout_before"}, {"kind": "slow"})
        with httpx.Client(base_url=running.url, trust_env=False) as client:
            for _ in range(2):
                with pytest.raises(httpx.ReadTimeout):
                    client.post("/v1/oauth2/token", timeout=0.1)
        held = [thread for thread in set(threading.enumerate()) - others if "process_request_thread" in thread.name]
    assert len(held) == 2
    for thread in held:
        thread.join(timeout=5)
        assert not thread.is_alive()


def test_an_answer_can_drip_and_swell(client: httpx.Client, running: SimulatorServer) -> None:
    running.simulator.inject(
        {"on": "create", "kind": "slow", "piece_bytes": 50, "seconds": 0.01},
        {"on": "create", "kind": "huge", "bytes": 5_000_000},
        {"on": "create", "kind": "status", "status": 204},
    )
    assert client.post(PAYOUTS, json=batch_request()).json()["batch_header"]["batch_status"] == "PENDING"
    answer = client.post(PAYOUTS, json=batch_request(batch="b-2"))
    assert len(answer.content) > 5_000_000
    assert answer.json()["batch_header"]["batch_status"] == "PENDING"
    assert client.post(PAYOUTS, json=batch_request(batch="b-3")).content == b""
    assert client.get("/nowhere").status_code == 404


def test_a_body_may_come_in_chunks(client: httpx.Client) -> None:
    pieces = json.dumps(batch_request()).partition("items")
    answer = client.post(
        PAYOUTS, content=(piece.encode() for piece in pieces), headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 201


@pytest.mark.parametrize("method", ["PUT", "PATCH", "HEAD", "OPTIONS", "DELETE"])
def test_any_method_gets_an_answer(client: httpx.Client, method: str) -> None:
    assert client.request(method, PAYOUTS).status_code == 405
    assert client.get("/nowhere").status_code == 404


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GARBAGE\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"GET " + b"/" * 70_000 + b" HTTP/1.1\r\n\r\n",
        b"BREW /v1/payments/payouts HTTP/1.1\r\n\r\n",
        b"POST /v1/payments/payouts HTTP/1.1\r\nContent-Length: lots\r\n\r\n",
        b"POST /v1/payments/payouts HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST /v1/payments/payouts HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n",
        b"POST /v1/payments/payouts HTTP/1.1\r\nContent-Length: 10\r\n\r\n{}",
        b"POST /v1/payments/payouts HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        b"POST /v1/payments/payouts HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffff\r\n",
        b"GET /v1/payments/payouts/\xff%ff%00?\xfe HTTP/1.1\r\nAuthorization: \xff\r\nConnection: close\r\n\r\n",
    ],
    ids=lambda request: request[:40],
)
def test_any_bytes_get_an_answer_and_no_traceback(
    running: SimulatorServer, capfd: pytest.CaptureFixture[str], request_bytes: bytes
) -> None:
    answer = raw(running, request_bytes)
    assert answer[9:12] in {b"400", b"401", b"404", b"414", b"501"} or b"Error code: 400" in answer
    assert b"Traceback" not in answer
    assert raw(running, b"GET /nowhere HTTP/1.1\r\nConnection: close\r\n\r\n").startswith(b"HTTP/1.1 404")
    assert capfd.readouterr() == ("", "")


def test_a_client_that_hangs_up_disturbs_nobody(
    client: httpx.Client, running: SimulatorServer, capfd: pytest.CaptureFixture[str]
) -> None:
    running.simulator.inject({"on": "token", "kind": "huge"})
    with socket.create_connection(("127.0.0.1", running.server_address[1]), timeout=5) as connection:
        connection.sendall(b"POST /v1/oauth2/token HTTP/1.1\r\n\r\n")
        connection.recv(100)
    assert client.get("/nowhere").status_code == 404
    assert capfd.readouterr() == ("", "")


def test_many_clients_at_once_pay_once(running: SimulatorServer, client: httpx.Client) -> None:
    statuses: list[int] = []

    def pay() -> None:
        with httpx.Client(base_url=running.url, trust_env=False, headers=client.headers) as own:
            statuses.extend(own.post(PAYOUTS, json=batch_request(batch=f"b-{n}")).status_code for n in range(10))

    threads = [threading.Thread(target=pay) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (statuses.count(201), statuses.count(400)) == (10, 30)


def test_the_book_outlives_the_server(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "book.db"
    with running_server(path, clock) as running:
        running.simulator.advance(60)
    with running_server(path, clock) as running, httpx.Client(base_url=running.url, trust_env=False) as client:
        assert client.get("/__simulator/clock").json() == {"now": "2026-11-01T12:01:00.000+00:00"}


def test_it_serves_in_the_callers_thread_until_it_is_told_to_stop(clock: Clock) -> None:
    told: list[str] = []

    def stop() -> None:
        told.append("to stop")
        listening.shutdown()

    with server(None, clock) as listening:
        threading.Timer(0.1, stop).start()
        listening.serve_forever(poll_interval=0.01)
    assert told == ["to stop"]


def test_it_serves_until_a_turn_ends_it_and_answers_the_request_before(clock: Clock) -> None:
    answers: list[int] = []

    def ask() -> None:
        answers.append(httpx.get(f"{listening.url}/__simulator/clock", trust_env=False).status_code)

    def stop() -> None:
        if answers:
            raise InterruptedError

    with server(None, clock) as listening:
        listening.at_each_turn = stop
        threading.Timer(0.1, ask).start()
        with pytest.raises(InterruptedError):
            listening.serve_forever(poll_interval=0.01)
    assert answers == [200]


def test_the_server_ends_after_the_answer_that_is_under_way(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, answered = threading.Event(), threading.Event()
    handle = control.handle

    def slowly(simulator: Simulator, request: IncomingRequest) -> Answer | Fault:
        asked.set()
        time.sleep(0.2)
        answer = handle(simulator, request)
        answered.set()
        return answer

    monkeypatch.setattr(control, "handle", slowly)
    with running_server(None, clock) as running:
        asking = threading.Thread(target=lambda: httpx.get(f"{running.url}/__simulator/clock", trust_env=False))
        asking.start()
        asked.wait()
    assert answered.is_set()
    asking.join()


def test_whoever_connects_and_says_nothing_does_not_keep_the_server(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("paypal_payouts.simulator.server._LAST_ANSWERS_S", 0.1)
    with running_server(None, clock) as running:
        mute = socket.create_connection(("127.0.0.1", running.server_address[1]))
        while not running._under_way:
            time.sleep(0.01)
    assert running._under_way
    mute.close()
