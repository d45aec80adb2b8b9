"""A way to Postgres that can be cut: before a request reaches the server, in the middle of it, or before its answer
reaches the client; a COMMIT that arrives late, when the client has long gone; and a way on which nothing moves any more
while both ends take it for whole.

It reads just enough of Postgres's protocol to know where a request ends: at Sync, with a simple query, or with the last
of the rows that a COPY was told to expect.
"""

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from support.postgres_line import READY_FOR_QUERY, read_message, read_startup, serving_clients

_ENDS_A_REQUEST: Final = {b"Q", b"S", b"c"}
_PARTS_OF_A_REQUEST: Final = {b"P", b"B", b"D", b"E", b"C", b"d"}
"""Parse, Bind, Describe, Execute, Close, rows of a COPY: the server is not yet asked to answer."""
_ANSWERS_A_REQUEST: Final = {READY_FOR_QUERY, b"G"}
"""Ready for the next one, or for the rows of a COPY."""
_COMMIT: Final = b"COMMIT\0"
LATE_S: Final = 0.2
"""How long a request that arrives late is on its way."""


class Cut(StrEnum):
    """Where a connection breaks."""

    BEFORE = "before the request reaches the server"
    WITHIN = "in the middle of the request"
    AFTER = "after the server has done it, before the client hears"
    LATE = "and the request reaches the server later"
    UNNOTICED = "and the server notices it later"
    STOPPED = "nothing moves any more: the request does not reach the server"
    SWALLOWED = "the server has done it, and no answer reaches the client"


class Part(StrEnum):
    """What part a request has in a transaction: for each there is another way out when its answer is lost."""

    OPENS = "opens a transaction, or looks whether the connection is whole"
    READS = "reads"
    WRITES = "writes"
    ENDS = "ends a transaction that only read"
    COMMITS = "commits"


_WORD: Final = re.compile(rb"\b(BEGIN|SET|SELECT|WITH|INSERT|UPDATE|DELETE|COPY|ROLLBACK|COMMIT)\b")
_PART_OF: Final = {
    b"BEGIN": Part.OPENS,
    b"SET": Part.OPENS,
    b"SELECT": Part.READS,
    b"WITH": Part.READS,
    b"ROLLBACK": Part.ENDS,
    b"COMMIT": Part.COMMITS,
}
_WRITTEN: Final = re.compile(rb'\b(?:INSERT INTO|UPDATE|DELETE FROM|COPY) "?([a-z_]+)')


def part_of(request: bytes) -> Part:
    """Tell by its first word of SQL what a request does."""
    if request[:1] in {b"d", b"c"}:  # rows of a COPY
        return Part.WRITES
    word = _WORD.search(request)
    return Part.OPENS if word is None else _PART_OF.get(word[1], Part.WRITES)


@dataclass
class Way:
    """The way to a server, through a socket in a folder of its own."""

    url: str
    """What a client connects to."""
    requests: int = 0
    """How many requests came by since `cut_at`."""
    was_cut: bool = False
    heard: list[tuple[Part, str]] = field(default_factory=list)
    """The part of each of them; of a COMMIT also the tables that its transaction wrote."""
    at_cut: Callable[[], object] = lambda: None
    """Called when the connection is about to break, before the client hears of that."""
    _at: int = 0
    _cut: Cut = Cut.BEFORE
    _only_commits: bool = False
    _stays_closed: bool = False
    _written: set[bytes] = field(default_factory=set)

    def cut_at(self, number: int, cut: Cut, *, only_commits: bool = False, stays_closed: bool = False) -> None:
        """Cut the connection that carries the n-th request from now on; and, if wanted, let nobody in afterwards."""
        self.requests, self.was_cut, self.heard = 0, False, []
        self._at, self._cut, self._only_commits, self._stays_closed = number, cut, only_commits, stays_closed

    def repair(self) -> None:
        """Cut nothing more."""
        self._at, self._stays_closed = 0, False

    @property
    def is_closed(self) -> bool:
        """Return whether nobody is let in."""
        return self.was_cut and self._stays_closed

    def cut_for(self, request: bytes) -> Cut | None:
        """Count a request, and tell whether it is the one that meets the cut."""
        self._listen(request)
        if not self._only_commits or _COMMIT in request:
            self.requests += 1
            if self.requests == self._at:
                self.was_cut = True
                return self._cut
        return None

    def _listen(self, request: bytes) -> None:
        part = part_of(request)
        if part is Part.OPENS:
            self._written = set()
        self._written.update(_WRITTEN.findall(request))
        tables = b" ".join(sorted(self._written)).decode("ascii") if part is Part.COMMITS else ""
        self.heard.append((part, tables))


@contextmanager
def way_to(server_url: str, folder: Path) -> Iterator[Way]:
    """Open a way to the database of a URL; `folder` must have a short path, as sockets want it."""
    parsed = sa.make_url(server_url)
    way = Way(parsed.set(host=None, port=None, query={"host": str(folder)}).render_as_string(hide_password=False))

    def carry(client: socket.socket) -> None:
        if way.is_closed:
            client.close()
        else:
            _carry(client, connected_to(parsed), way)

    with serving_clients(folder, carry):
        yield way


def connected_to(server: sa.URL) -> socket.socket:
    host, port = str(server.query.get("host") or server.host or "localhost"), server.port or 5432
    if host.startswith("/"):
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(f"{host}/.s.PGSQL.{port}")
        return connection
    return socket.create_connection((host, port))


def _carry(client: socket.socket, server: socket.socket, way: Way) -> None:
    """Carry requests one way and answers the other, until either side ends or the connection is cut."""
    answers = _Answers(server, client)
    with client, server, suppress(OSError):
        stream = client.makefile("rb")
        server.sendall(read_startup(stream))
        threading.Thread(target=answers.carry, daemon=True).start()
        request = b""
        while message := read_message(stream):
            request += message
            if message[:1] in _ENDS_A_REQUEST:
                cut = way.cut_for(request)
                if cut is not None:
                    _break(client, server, request, cut=cut, answers=answers, way=way)
                    break
            if message[:1] not in _PARTS_OF_A_REQUEST:
                server.sendall(request)
                request = b""
        # The thread of the answers still holds both: only this ends them.
        server.shutdown(socket.SHUT_RDWR)


def _break(
    client: socket.socket, server: socket.socket, request: bytes, *, cut: Cut, answers: "_Answers", way: Way
) -> None:
    if cut is Cut.WITHIN:
        server.sendall(request[: len(request) // 2])
    if cut in {Cut.AFTER, Cut.SWALLOWED}:
        answers.are_heard = False
        answers.wait_for_one_more(lambda: server.sendall(request))
    way.at_cut()
    if cut in {Cut.STOPPED, Cut.SWALLOWED}:
        while client.recv(4096):
            pass
    with suppress(OSError):
        client.shutdown(socket.SHUT_RDWR)
    if cut is Cut.LATE:
        time.sleep(LATE_S)
        answers.wait_for_one_more(lambda: server.sendall(request))
    if cut is Cut.UNNOTICED:
        time.sleep(LATE_S)


class _Answers:
    """Carries the answers of the server to the client, as long as they are to be heard, and counts them."""

    def __init__(self, server: socket.socket, client: socket.socket) -> None:
        self.are_heard = True
        self._server, self._client = server, client
        self._count, self._changed = 0, threading.Condition()

    def carry(self) -> None:
        with suppress(OSError):
            stream = self._server.makefile("rb")
            while message := read_message(stream):
                if self.are_heard:
                    with suppress(OSError):
                        self._client.sendall(message)
                if message[:1] in _ANSWERS_A_REQUEST:
                    with self._changed:
                        self._count += 1
                        self._changed.notify_all()
        with suppress(OSError):
            self._client.shutdown(socket.SHUT_RDWR)

    def wait_for_one_more(self, ask: Callable[[], None]) -> None:
        """Ask, and wait until the server has answered all of it."""
        with self._changed:
            before = self._count
            ask()
            assert self._changed.wait_for(lambda: self._count > before, timeout=30)
