"""Poolers in transaction mode: PgBouncer itself, where the machine has it, and a double of it.

The double is as strict as one can be: every transaction gets a session of its own, which has just begun and ends with
it. What a session would remember (a prepared statement, a setting, a lock, a temporary table) is gone with the next
transaction. Start-up options are refused, as PgBouncer does.
"""

import os
import pwd
import shutil
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
import sqlalchemy as sa

from support.postgres_line import READY_FOR_QUERY, read_message, read_startup, serving_clients

_TERMINATE: Final = b"X"
_NO_TRANSACTION: Final = b"I"
_TOLD: Final = (
    "server_version",
    "server_encoding",
    "client_encoding",
    "DateStyle",
    "TimeZone",
    "integer_datetimes",
    "standard_conforming_strings",
)
_TAKEN: Final = {"user", "database", "client_encoding", "application_name"}
"""The parameters of a start that PgBouncer takes; it refuses any other one."""


_SETTINGS: Final = """\
[databases]
* = {server}
[pgbouncer]
listen_addr =
listen_port = 5432
unix_socket_dir = {folder}
auth_type = any
pool_mode = transaction
default_pool_size = {sessions}
"""
_WATCH: Final = '"$0" "$@" & read -r _; kill $!; wait'
"""It ends with its standard input, however that ends."""
_START_S_MAX: Final = 60


def pgbouncer() -> str | None:
    """Find PgBouncer: the one that PAYOUTS_TEST_PGBOUNCER names, else one on the path, or where Debian puts it."""
    return os.environ.get("PAYOUTS_TEST_PGBOUNCER") or shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")


@contextmanager
def pgbouncer_before(server_url: str, folder: Path, *, program: str, sessions: int) -> Iterator[str]:
    """Start PgBouncer before a server, with so many sessions for all clients of a database; give the URL to it."""
    server = sa.make_url(server_url)
    host = server.query.get("host") or server.host
    reached = {"host": host, "port": server.port, "user": server.username, "password": server.password}
    words = " ".join(f"{name}={value}" for name, value in reached.items() if value is not None)
    settings = folder / "pgbouncer.ini"
    settings.write_text(_SETTINGS.format(server=words, folder=folder, sessions=sessions))
    user = []
    if os.geteuid() == 0:  # it refuses to run as root
        os.chown(folder, pwd.getpwnam("nobody").pw_uid, -1)
        settings.chmod(0o644)
        user = ["-u", "nobody"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            ["/bin/sh", "-c", _WATCH, program, *user, settings], stdin=subprocess.PIPE, stdout=log, stderr=log
        )
    with process:
        deadline = time.monotonic() + _START_S_MAX
        while not _is_listening(folder / ".s.PGSQL.5432"):
            assert time.monotonic() < deadline, (folder / "log").read_text()
            time.sleep(0.02)
        yield server.set(host=None, port=None, query={"host": str(folder)}).render_as_string(hide_password=False)


def _is_listening(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(str(path)) == 0


@dataclass
class Pooler:
    """Stands between clients and a server."""

    url: str
    """What a client connects to."""
    sessions: int = 0
    """How many sessions it asked the server for: one a transaction."""


class _Session:
    """A session with the server, opened by the driver, so that it may ask for a password; then its line is ours."""

    def __init__(self, server: sa.URL) -> None:
        self._connection = psycopg.connect(
            server.set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True
        )
        self.line = socket.socket(fileno=os.dup(self._connection.fileno()))
        self.line.settimeout(None)
        told = ((name, self._connection.pgconn.parameter_status(name.encode())) for name in _TOLD)
        self.parameters = {name: value for name, value in told if value is not None}

    def end(self) -> None:
        self.line.close()
        self._connection.close()


@contextmanager
def pooler_before(server_url: str, folder: Path) -> Iterator[Pooler]:
    """Open a pooler before the database of a URL; `folder` must have a short path, as sockets want it."""
    server = sa.make_url(server_url)
    pooler = Pooler(server.set(host=None, port=None, query={"host": str(folder)}).render_as_string(hide_password=False))
    with serving_clients(folder, lambda line: _Client(line, pooler, server).serve()):
        yield pooler


class _Client:
    """Carries what one client says to a session of its own for each transaction, and the answers back."""

    def __init__(self, line: socket.socket, pooler: Pooler, server: sa.URL) -> None:
        self._line, self._pooler, self._server = line, pooler, server
        self._session: _Session | None = None

    def serve(self) -> None:
        with self._line, suppress(OSError):
            stream = self._line.makefile("rb")
            if not self._greet(read_startup(stream)):
                return
            while (message := read_message(stream)) and message[:1] != _TERMINATE:
                session = self._session or self._begin()
                session.line.sendall(message)
        if self._session is not None:  # it left in the middle of a transaction
            self._session.line.shutdown(socket.SHUT_RDWR)

    def _greet(self, startup: bytes) -> bool:
        words = startup[8:].decode().split("\0")
        refused = set(words[: words.index("") : 2]) - _TAKEN
        if refused:
            told = f"SFATAL\0VFATAL\0C08P01\0Munsupported startup parameter: {min(refused)}\0\0"
            self._line.sendall(_packed(b"E", told.encode()))
            return False
        session = _Session(self._server)
        session.end()
        parameters = (name.encode() + b"\0" + value + b"\0" for name, value in session.parameters.items())
        self._line.sendall(
            _packed(b"R", struct.pack("!i", 0))
            + b"".join(_packed(b"S", parameter) for parameter in parameters)
            + _packed(b"K", struct.pack("!ii", 1, 1))
            + _packed(READY_FOR_QUERY, _NO_TRANSACTION)
        )
        return True

    def _begin(self) -> _Session:
        self._pooler.sessions += 1
        self._session = session = _Session(self._server)
        threading.Thread(target=self._answer, args=(session,), daemon=True).start()
        return session

    def _answer(self, session: _Session) -> None:
        with suppress(OSError):
            stream = session.line.makefile("rb")
            while message := read_message(stream):
                is_over = message[:1] == READY_FOR_QUERY and message[5:] == _NO_TRANSACTION
                if is_over:
                    # Before the client hears of it: what it says next belongs to the next session.
                    self._session = None
                self._line.sendall(message)
                if is_over:
                    break
        session.end()


def _packed(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!i", len(body) + 4) + body
