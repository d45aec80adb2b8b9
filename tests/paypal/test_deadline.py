"""Real sockets: a whole exchange ends in time, however the other side drips, and ends as what is certain."""

import socket
import ssl
import struct
import sys
import threading
import time
from pathlib import Path
from typing import Final

import httpcore
import pytest

from paypal.doubles import START, Talk, dripping, http, saying, server, take_request
from paypal_payouts.paypal.deadline import Deadline
from paypal_payouts.paypal.hidden import Hidden
from paypal_payouts.paypal.reply import Answer, NoAnswer, Reply, RequestNotSent
from paypal_payouts.paypal.wire import Wire

TIMEOUT_S: Final = 0.4
SLACK_S: Final = 2.0
"""How much later than the deadline the answer may come on a busy machine; a dripping server drips for ever."""


def wire_to(address: str, *, scheme: str = "http", timeout_s: float = TIMEOUT_S) -> Wire:
    return Wire(
        base_url=f"{scheme}://{address}",
        timeout_s=timeout_s,
        now=lambda: START,
        monotonic=time.monotonic,
        transport=None,
        hidden=Hidden(client_id="id", client_secret="secret"),
        connections=1,
    )


def ask(wire: Wire, content: bytes = b"{}") -> Answer:
    return wire.exchange("POST", "/v1/payments/payouts", headers={}, content=content)


def timed(address: str, content: bytes = b"{}", *, scheme: str = "http") -> Answer:
    """Ask, and fail when the deadline was not kept."""
    wire = wire_to(address, scheme=scheme)
    began = time.monotonic()
    answer = ask(wire, content)
    assert time.monotonic() - began < TIMEOUT_S + SLACK_S
    wire.close()
    return answer


def silent(_: socket.socket, over: threading.Event) -> None:
    over.wait()


def reading_drops(connection: socket.socket, over: threading.Event) -> None:
    """Take enough at a time that each write goes on well before its own timeout."""
    while not over.wait(0.02):
        connection.recv(250_000)


@pytest.mark.parametrize(
    "talk",
    [
        silent,
        dripping(b"", b"H"),
        dripping(b"HTTP/1.1 201 Created\r\n", b"X-Drop: 1\r\n"),
        dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        dripping(b"HTTP/1.1 201 Created\r\nContent-Length: 100000\r\n\r\n", b" "),
        dripping(b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
        dripping(b"HTTP/1.1 201 Created\r\n\r\n", b" "),
    ],
    ids=["silence", "status line", "headers", "100 Continue", "body", "chunks", "body without length"],
)
def test_dripping_reply_ends_in_time(talk: Talk) -> None:
    with server(talk) as address:
        assert timed(address) == NoAnswer("TIMEOUT", "no whole answer in time")


@pytest.mark.parametrize("talk", [silent, reading_drops], ids=["reads nothing", "reads drops"])
def test_request_that_nobody_takes_ends_in_time(talk: Talk) -> None:
    with server(talk) as address:
        assert isinstance(timed(address, b" " * 80_000_000), NoAnswer)


def test_tls_that_never_begins_is_not_sent() -> None:
    with server(silent) as address:
        assert isinstance(timed(address, scheme="https"), RequestNotSent)


def test_name_service_that_never_answers_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()

    def look_up(*_: object, **__: object) -> list[object]:
        over.wait()
        return []

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    answer = timed("localhost:9")
    over.set()
    assert isinstance(answer, RequestNotSent)
    assert "name service" in answer.message


def test_name_that_is_not_known_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    def look_up(*_: object, **__: object) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    answer = timed("localhost:9")
    assert isinstance(answer, RequestNotSent)
    assert "Name or service not known" in answer.message


def test_localhost_that_leads_elsewhere_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    received: list[bytes] = []

    def talk(connection: socket.socket, _: threading.Event) -> None:
        received.append(connection.recv(1))

    with server(talk) as address:
        port = int(address.rpartition(":")[2])
        answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, port)) for host in ("127.0.0.1", "192.0.2.7")]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers)
        answer = timed(f"localhost:{port}")
    assert isinstance(answer, RequestNotSent)
    assert "localhost leads to 192.0.2.7, which is not this machine" in answer.message
    assert received == []


def test_connection_reset_while_writing_may_have_arrived() -> None:
    def talk(connection: socket.socket, _: threading.Event) -> None:
        connection.recv(1000)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with server(talk) as address:
        assert timed(address, b" " * 80_000_000) == NoAnswer(
            "CONNECTION_LOST", "the connection broke, or what came over it was not HTTP"
        )


def test_no_time_left_is_never_a_wait_without_end() -> None:
    """A timeout of zero would make a socket non-blocking, and one below it an error of another kind."""
    now_s = 0.0
    deadline = Deadline(10, lambda: now_s)
    deadline.begin()
    assert deadline.left_s(httpcore.ReadTimeout) == 10
    now_s = 10.0
    with pytest.raises(httpcore.ReadTimeout):
        deadline.left_s(httpcore.ReadTimeout)
    deadline.begin()
    assert deadline.left_s(httpcore.ReadTimeout) == 10


def test_next_address_is_tried_where_the_first_does_not_listen() -> None:
    """`localhost` may lead to ::1 first, where nobody listens."""
    with server(saying(http("200 OK", b"{}"))) as address:
        answer = timed(address.replace("127.0.0.1", "localhost"))
    assert isinstance(answer, Reply)


@pytest.mark.skipif(sys.platform != "linux", reason="needs a second loopback address and a listener that drops")
def test_address_that_swallows_packets_leaves_time_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    with server(saying(http("200 OK", b"{}"))) as address:
        port = int(address.rpartition(":")[2])
        with socket.create_server(("127.0.0.2", port), backlog=0) as full, socket.socket() as waiting:
            waiting.connect(full.getsockname())  # nobody accepts it, so the next one is left without an answer
            answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, port)) for host in ("127.0.0.2", "127.0.0.1")]
            look_up = socket.getaddrinfo
            monkeypatch.setattr(
                socket,
                "getaddrinfo",
                lambda host, *rest, **named: answers if host == "localhost" else look_up(host, *rest, **named),
            )
            assert isinstance(timed(f"localhost:{port}"), Reply)


def test_refused_connection_is_not_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    answer = timed(f"127.0.0.1:{port}")
    assert isinstance(answer, RequestNotSent)
    assert answer.code == "NO_CONNECTION"


def test_whole_reply_is_kept_as_it_is() -> None:
    reply = http(
        "418 I'm a teapot", b"\xff\x00", "Date: Thu, 05 Nov 2026 10:00:01 GMT", "X-Odd: \u00e9", "PayPal-Debug-Id: f7"
    )
    with server(saying(reply)) as address:
        answer = timed(address)
    assert isinstance(answer, Reply)
    assert (answer.status, answer.body, answer.headers["paypal-debug-id"]) == (418, b"\xff\x00", "f7")
    assert answer.date is not None
    assert (answer.date - START).total_seconds() == 1


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{}",
        b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}",
        b"HTTP/1.1 201 Created\r\nContent-Length: 2, 3\r\n\r\n{}",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 20 Odd\r\n\r\n",
        b"HTTP/1.1 201 Created\r\n" + b"X: y\r\n" * 50_000,
    ],
    ids=["nothing", "cut", "cut chunks", "two lengths", "not HTTP", "odd status", "endless headers"],
)
def test_broken_reply_is_no_answer(reply: bytes) -> None:
    with server(saying(reply)) as address:
        assert isinstance(timed(address), NoAnswer)


def test_upgrade_to_another_protocol_is_a_reply_without_body() -> None:
    with server(saying(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n{}")) as address:
        answer = timed(address)
    assert not isinstance(answer, RequestNotSent)


def test_redirect_is_not_followed() -> None:
    with server(saying(http("200 OK", b"{}"))) as other:
        moved = http("307 Temporary Redirect", b"", f"Location: http://{other}/")
        with server(saying(moved)) as address:
            answer = timed(address)
        assert isinstance(answer, Reply)
        assert answer.status == 307


def test_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with server(saying(http("200 OK", b"{}"))) as address:
        assert isinstance(timed(address), Reply)


def test_endless_body_is_cut_at_the_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("paypal_payouts.paypal.wire.BODY_MAX", 100_000)

    def talk(connection: socket.socket, over: threading.Event) -> None:
        take_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while not over.is_set():
            connection.sendall(b" " * 10_000)

    with server(talk) as address:
        answer = timed(address)
    assert isinstance(answer, NoAnswer)
    assert answer.code == "BODY_TOO_LARGE"


def test_deadline_begins_again_with_each_exchange() -> None:
    """One connection serves several exchanges, and each has the whole time."""

    def talk(connection: socket.socket, over: threading.Event) -> None:
        for _ in range(3):
            take_request(connection)
            over.wait(TIMEOUT_S * 0.6)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    with server(talk) as address:
        wire = wire_to(address)
        assert [type(ask(wire)) for _ in range(3)] == [Reply] * 3
        wire.close()


def test_connection_that_was_closed_while_idle_is_made_again() -> None:
    keep = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
    with server(saying(keep), saying(keep)) as address:
        wire = wire_to(address)
        assert isinstance(ask(wire), Reply)
        time.sleep(0.1)
        assert isinstance(ask(wire), Reply)
        wire.close()


def test_certificate_that_nobody_vouches_for_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the environment nor loopback loosens the verification."""
    certificate = Path(__file__).with_name("self_signed.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    received = b""

    def talk(connection: socket.socket, _: threading.Event) -> None:
        nonlocal received
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        with context.wrap_socket(connection, server_side=True) as secured:
            received = secured.recv(1)

    with server(talk) as address:
        answer = timed(address, scheme="https")
    assert isinstance(answer, RequestNotSent)
    assert "CERTIFICATE_VERIFY_FAILED" in answer.message
    assert received == b""
