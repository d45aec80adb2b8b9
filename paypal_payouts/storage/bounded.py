"""A connection to Postgres on which no wait is without end: each has a deadline on our side, and can be broken off.

The server's own limits are of no use where its answer is lost, or where it was stopped and answers nothing. psycopg
waits by generators, which yield each time that there is nothing to do; so we look at the clock there.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Final, Self, TypeVar

import psycopg
from psycopg import waiting
from psycopg.abc import PQGen, PQGenConn

from paypal_payouts.storage.patience import Patience
from paypal_payouts.storage.postgres_checks import check_server

_Result = TypeVar("_Result")

ANSWER_S: Final = 60.0
"""For what the server does at once: BEGIN, settings, the look whether a connection still lives; and for COMMIT and
ROLLBACK, which no limit of its own ends."""
_LOOK_S: Final = 0.1


class BoundedConnection(psycopg.Connection[Any]):
    """Gives itself up, as if it had been cut, when the server does not answer in time."""

    patience: ClassVar[Patience] = Patience()
    answer_s: float = ANSWER_S
    """How long the answer to a statement may take; a transaction sets it with its own limit on the server."""

    def wait(self, gen: PQGen[_Result], interval: float = _LOOK_S, timeout: float | None = None) -> _Result:
        """Wait for the server as psycopg does, but only so long.

        Raises:
            psycopg.OperationalError: it has not answered in time; the connection is closed.
            Interrupted: asked to stop; the connection is closed.

        """
        within_s = self.answer_s if timeout is None else timeout
        try:
            return waiting.wait(self._looking(gen, within_s), self.pgconn.socket, interval=interval)
        except psycopg.Error:
            raise
        except BaseException:
            # Broken off within a statement: its answer would be taken for that of the next one.
            self.pgconn.finish()
            raise

    def _looking(self, gen: PQGen[_Result], within_s: float) -> PQGen[_Result]:
        """Pass on what a generator of psycopg's waits for, and look at the clock each time."""
        began = time.monotonic()
        try:
            waits_for = next(gen)
            while True:
                ready = yield waits_for
                self.patience.check_stop(began)
                if time.monotonic() - began > within_s:
                    self.pgconn.finish()
                    raise psycopg.OperationalError(f"the server has not answered for {within_s:g} s")
                waits_for = gen.send(ready)
        except StopIteration as end:
            result: _Result = end.value
            return result

    @classmethod
    def _connect_gen(cls, conninfo: str = "", **named: Any) -> PQGenConn[Self]:  # noqa: ANN401 - as its release has it
        """Connect as psycopg does, which keeps to `connect_timeout`; and stop when asked to."""
        began = time.monotonic()
        gen = super()._connect_gen(conninfo, **named)
        try:
            waits_for = next(gen)
            while True:
                cls.patience.check_stop(began)
                waits_for = gen.send((yield waits_for))
        except StopIteration as end:
            connection: Self = end.value
            return connection

    def commit(self) -> None:
        """Commit, which may wait for standbys that no limit of the server's applies to."""
        self.answer_s = ANSWER_S
        super().commit()

    # Of a connection that was given up SQLAlchemy rolls back and puts right what it set, before it forgets it.

    def rollback(self) -> None:
        """Roll back what is open."""
        self.answer_s = ANSWER_S
        if not self.closed:
            super().rollback()

    def set_autocommit(self, value: bool) -> None:  # noqa: FBT001 - psycopg's
        """Set it as psycopg does."""
        if not self.closed:
            super().set_autocommit(value)

    def set_isolation_level(self, value: psycopg.IsolationLevel | None) -> None:
        """Set it as psycopg does."""
        if not self.closed:
            super().set_isolation_level(value)

    def set_read_only(self, value: bool | None) -> None:  # noqa: FBT001 - psycopg's
        """Set it as psycopg does."""
        if not self.closed:
            super().set_read_only(value)


def connecting(patience: Patience, name: str) -> Callable[..., BoundedConnection]:
    """Return what opens connections for SQLAlchemy, as its event `do_connect`; the first one looks at the server.

    SQLAlchemy looks at it too, and takes one that it does not know for a fault of the program. `name` is what operators
    call the database.
    """

    class Connection(BoundedConnection):
        """One whose waits this patience may break off."""

    Connection.patience = patience
    is_checked = False

    def connect(
        _dialect: object, _record: object, arguments: Sequence[Any], named: Mapping[str, Any]
    ) -> BoundedConnection:
        nonlocal is_checked
        connection = Connection.connect(*arguments, **named)
        if not is_checked:
            try:
                _check(connection, name)
            except BaseException:
                connection.close()
                raise
            is_checked = True
        return connection

    return connect


def _check(connection: BoundedConnection, name: str) -> None:
    connection.autocommit = True
    version, encoding = connection.execute("SELECT version(), current_setting('server_encoding')").fetchone() or (
        "",
        "",
    )
    connection.autocommit = False
    check_server(version, encoding, name)
