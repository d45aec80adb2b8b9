"""Two stand-ins: a transport that says what it is told, and a server on this machine that does so byte by byte."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import httpx
from pydantic import SecretStr

from paypal_payouts.domain.retry import RetryPolicy
from paypal_payouts.paypal.ahead import Executor
from paypal_payouts.paypal.client import PayPalClient
from paypal_payouts.paypal.pace import Pace

TOKEN: Final = {"access_token": "A21-the-token", "expires_in": 32_400, "token_type": "Bearer"}
START: Final = datetime(2026, 11, 5, 10, 0, tzinfo=UTC)

Step = httpx.Response | Exception


@dataclass
class Scripted(httpx.BaseTransport):
    """Answers each request with the next step and keeps what was asked."""

    steps: list[Step]
    asked: list[httpx.Request] = field(default_factory=list)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.asked.append(request)
        step = self.steps.pop(0)
        if isinstance(step, Exception):
            raise step
        # As from a network: a body that is yet to be read, and not unpacked.
        return httpx.Response(step.status_code, headers=step.headers, stream=httpx.ByteStream(body_of(step)))

    @property
    def paths(self) -> list[str]:
        return [request.url.raw_path.decode() for request in self.asked]


@dataclass
class Bench:
    """A client with its clock, its pauses and what stands in for the network."""

    client: PayPalClient
    wire: Scripted
    pauses: list[float]
    now: datetime = START

    def later(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def bench(
    *steps: Step,
    policy: RetryPolicy | None = None,
    pace: Pace | None = None,
    timeout_s: float = 30,
    executor: Executor | None = None,
) -> Bench:
    """Set up a client that has not asked for anything yet."""
    wire, pauses = Scripted(list(steps)), list[float]()
    client = PayPalClient(
        base_url="http://simulator.invalid",
        client_id="the-client-id",
        client_secret=SecretStr("the-client-secret"),
        timeout_s=timeout_s,
        now=lambda: made.now,
        monotonic=time.monotonic,
        pause=lambda seconds: pauses.append(seconds) if seconds else None,
        chance=lambda: 1.0,
        policy=lambda: policy or RetryPolicy(max_retries=2, base_delay_s=1, max_delay_s=60),
        pace=pace,
        transport=wire,
        executor=executor,
        reads_in_parallel=3,
    )
    made = Bench(client, wire, pauses)
    return made


def body_of(response: httpx.Response) -> bytes:
    """Return the body as it was made, packed or not."""
    return b"".join(response.iter_raw()) if not response.is_stream_consumed else response.content


def token(**changed: Any) -> httpx.Response:
    return httpx.Response(200, json=TOKEN | changed)


def invalid_token() -> httpx.Response:
    return httpx.Response(401, json={"error": "invalid_token", "error_description": "Access Token not found in cache"})


Talk = Callable[[socket.socket, threading.Event], None]


@contextmanager
def server(*talks: Talk) -> Iterator[str]:
    """Listen on this machine; each connection is handed to the next talk, with an event that ends the test."""
    over = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        for talk in talks:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                try:
                    talk(connection, over)
                except OSError:
                    continue

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"127.0.0.1:{listener.getsockname()[1]}"
    finally:
        over.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(10)


def take_request(connection: socket.socket) -> bytes:
    """Read one whole request."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65536)
    head, _, body = received.partition(b"\r\n\r\n")
    length = next(
        (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
    )
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def saying(reply: bytes) -> Talk:
    """Read a request, say this, hang up."""

    def talk(connection: socket.socket, _: threading.Event) -> None:
        take_request(connection)
        connection.sendall(reply)

    return talk


def dripping(start: bytes, drop: bytes, every_s: float = 0.05) -> Talk:
    """Read a request, say the start at once, then a drop at a time until the test is over."""

    def talk(connection: socket.socket, over: threading.Event) -> None:
        take_request(connection)
        connection.sendall(start)
        while not over.wait(every_s):
            connection.sendall(drop)

    return talk


def http(status: str, body: bytes, *headers: str) -> bytes:
    """Write a reply that says its length and closes."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
