"""PayPal behind a faulty connection: real sockets, byte by byte, with the simulator's book behind them."""

import json
import re
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from paypal_payouts.simulator.core import Simulator
from paypal_payouts.simulator.messages import Answer, IncomingRequest

_RESET = struct.pack("ii", 1, 0)
_PATIENCE_S = 30.0


@dataclass
class Call:
    """One request that has come in, and the connection on which it may be answered in any way."""

    connection: socket.socket
    where: str
    """`token`, `create`, or `page 1`, `page 2` …"""
    head: bytes
    simulator: Simulator
    over: threading.Event
    started: bytes
    _body: bytes | None = None

    def body(self) -> bytes:
        """Read the whole request."""
        if self._body is None:
            self._body, length = self.started, _length(self.head)
            while len(self._body) < length:
                self._body += self.connection.recv(65536)
        return self._body

    def perform(self) -> Answer:
        """Let the request reach PayPal's book, and give PayPal's own answer."""
        line, *lines = self.head.decode("latin-1").split("\r\n")
        method, target, _ = line.split(" ")
        path, _, query = target.partition("?")
        headers = dict(line.split(": ", 1) for line in lines if line)
        answer = self.simulator.handle(IncomingRequest(method, path, query, headers, self.body()))
        assert isinstance(answer, Answer)
        return answer

    def document(self) -> Any:
        """Let the request reach PayPal's book, and give what PayPal answers as JSON."""
        return json.loads(self.perform().body)

    def say(self, *parts: bytes) -> None:
        self.connection.sendall(b"".join(parts))

    def drip(self, drop: bytes, every_s: float = 0.05) -> None:
        """Send a drop at a time until the client has gone."""
        while not self.over.wait(every_s):
            self.connection.sendall(drop)

    def reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)

    def stay_mute(self) -> None:
        """Keep the connection until the client hangs up."""
        self.connection.settimeout(_PATIENCE_S)
        with suppress(OSError):
            while self.connection.recv(65536):
                pass


Talk = Callable[[Call], None]


def reply(status: int, body: bytes = b"", *headers: str, length: int | None = None) -> bytes:
    """Write an answer as it goes over the line; the connection ends with it."""
    lines = [
        f"HTTP/1.1 {status} Odd",
        f"Content-Length: {len(body) if length is None else length}",
        "Content-Type: application/json",
        "Connection: close",
        *headers,
    ]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def whole(answer: Answer) -> bytes:
    """Write PayPal's own answer."""
    headers = [f"{name}: {value}" for name, value in answer.headers.items() if name.lower() != "content-type"]
    return reply(answer.status, answer.body, *headers)


def honest(call: Call) -> None:
    call.say(whole(call.perform()))


@dataclass
class FaultyServer:
    """A line to PayPal that tells what went over it, and behaves as each place is told to."""

    simulator: Simulator
    plan: dict[str, list[Talk]] = field(default_factory=dict)
    """What happens to the next requests at each place; after that PayPal answers."""
    deaf_after: str | None = None
    """The place after which nobody listens any more."""
    asked: list[str] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    """What went wrong on the line's own side."""

    def __post_init__(self) -> None:
        self.over = threading.Event()
        self._threads: list[threading.Thread] = []
        self._listen()

    def _listen(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._threads.append(threading.Thread(target=self._serve, args=(self._listener,), daemon=True))
        self._threads[-1].start()

    def repair(self) -> None:
        """Behave from now on."""
        self.plan.clear()
        self.deaf_after = None
        if self._listener.fileno() == -1:
            self._listen()

    def close(self) -> None:
        self.over.set()
        self.hang_up()
        for thread in self._threads:
            thread.join(_PATIENCE_S)

    def hang_up(self) -> None:
        """Listen no more: whoever comes is refused."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection, suppress(OSError):
                connection.settimeout(_PATIENCE_S)
                self._take(connection)

    def _take(self, connection: socket.socket) -> None:
        received = b""
        while b"\r\n\r\n" not in received:
            piece = connection.recv(65536)
            if not piece:
                return
            received += piece
        head, _, started = received.partition(b"\r\n\r\n")
        where = _place(head)
        self.asked.append(where)
        talks = self.plan.get(where, [])
        talk = talks.pop(0) if talks else honest
        call = Call(connection, where, head, self.simulator, self.over, started)
        if where == self.deaf_after:
            self.hang_up()  # before the answer, so that the client finds nobody after it
        try:
            talk(call)
        except (AssertionError, ValueError, KeyError, TypeError) as error:
            self.odd.append(f"{where}: {error!r}")


def _length(head: bytes) -> int:
    found = re.search(rb"(?im)^content-length: (\d+)", head)
    return int(found[1]) if found else 0


def _place(head: bytes) -> str:
    line = head.split(b"\r\n")[0].decode("latin-1")
    if line.startswith("POST"):
        return "token" if "/oauth2/" in line else "create"
    page = re.search(r"[?&]page=(\d+)", line)
    return f"page {page[1]}" if page else "item"


@contextmanager
def faulty_server(simulator: Simulator) -> Iterator[FaultyServer]:
    line = FaultyServer(simulator)
    try:
        yield line
    finally:
        line.close()
    assert not line.odd, line.odd


@contextmanager
def stranger() -> Iterator[tuple[str, list[object]]]:
    """Provide a host that nobody may ever ask, and the list of those who did."""
    visits: list[object] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, visitor = listener.accept()
                visits.append(visitor)
                connection.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", visits
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(_PATIENCE_S)
