"""The database of a hosts: what is committed in it, backups of it, and how a commit of it fails."""

import sqlite3
from pathlib import Path
from typing import Any, Protocol

import psycopg
import sqlalchemy as sa

from paypal_payouts.storage.tables import METADATA


class Records(Protocol):
    """One kind of database."""

    url: str

    def prepare(self, engine: sa.Engine) -> None:
        """Make an engine of the program's quick, as nothing here must survive a loss of power."""

    def ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Read on a connection of the checker's own, which sees what is committed and nothing else."""

    def copy(self) -> Any:
        """Return a backup of this moment."""

    def restore(self, copy: Any) -> None:
        """Put a backup in the place of the database, of which nobody else has a connection."""

    def fail(self, connection: Any) -> None:
        """Fail in the middle of a commit, as the driver does."""

    def close(self) -> None:
        """Let go of everything."""


class SqliteRecords:
    """A file. Connections to it outlive the processes of the hosts, for the statements that are prepared in them."""

    def __init__(self, path: Path) -> None:
        self.url = f"sqlite:///{path}"
        self._path = path

    def prepare(self, engine: sa.Engine) -> None:
        sa.event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous = OFF"))
        # Whatever ends a command, even its death, its transactions were rolled back: a new process finds nothing else.
        engine.dispose = lambda close=True: None  # type: ignore[method-assign]  # noqa: ARG005 - as SQLAlchemy has it
        self._pool = engine.pool
        self._looking = self._open()
        self._looking.execute("PRAGMA query_only = ON")
        self._restoring = self._open()
        # A copy that is put back is another file, and nothing keeps that from having another trail.
        for what in ("update", "delete"):
            self._restoring.execute(f"DROP TRIGGER audit_events_no_{what}")

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(f"file:{self._path}?mode=rw", uri=True, isolation_level=None)

    def ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return self._looking.execute(query, values).fetchall()

    def copy(self) -> dict[str, list[tuple[Any, ...]]]:
        return {table.name: self.ask(f"SELECT * FROM {table.name}") for table in METADATA.sorted_tables}

    def restore(self, copy: dict[str, list[tuple[Any, ...]]]) -> None:
        self._restoring.execute("BEGIN IMMEDIATE")
        for table in METADATA.sorted_tables:
            self._restoring.execute(f"DELETE FROM {table.name}")
            values = ", ".join("?" * len(table.columns))
            self._restoring.executemany(f"INSERT INTO {table.name} VALUES ({values})", copy[table.name])
        self._restoring.execute("COMMIT")

    def fail(self, connection: Any) -> None:
        connection.rollback()
        raise sqlite3.OperationalError("disk I/O error")

    def close(self) -> None:
        self._pool.dispose()
        self._looking.close()
        self._restoring.close()


class PostgresRecords:
    """A database of a server."""

    def __init__(self, url: str) -> None:
        self.url = url
        plain = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._connection = psycopg.connect(plain, autocommit=True)

    def prepare(self, engine: sa.Engine) -> None:
        """Nothing: the server waits for no disk."""

    def ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return self._connection.execute(query.replace("?", "%s"), values).fetchall()

    def copy(self) -> dict[str, bytes]:
        copied = {}
        with self._connection.transaction(), self._connection.cursor() as cursor:
            for table in METADATA.sorted_tables:
                with cursor.copy(f"COPY {table.name} TO STDOUT") as rows:
                    copied[table.name] = b"".join(rows)
        return copied

    def restore(self, copy: dict[str, bytes]) -> None:
        with self._connection.transaction(), self._connection.cursor() as cursor:
            cursor.execute("; ".join(f"DELETE FROM {table.name}" for table in reversed(METADATA.sorted_tables)))
            for table in METADATA.sorted_tables:
                with cursor.copy(f"COPY {table.name} FROM STDIN") as rows:
                    rows.write(copy[table.name])
            for table in METADATA.sorted_tables:
                if "id" in table.c:
                    counter = f"pg_get_serial_sequence('{table.name}', 'id')"
                    cursor.execute(f"SELECT setval({counter}, coalesce(max(id), 0) + 1, false) FROM {table.name}")

    def fail(self, connection: Any) -> None:
        connection.dbapi_connection.close()
        raise psycopg.OperationalError("server closed the connection unexpectedly")

    def close(self) -> None:
        self._connection.close()
