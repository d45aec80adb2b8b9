"""The database itself: opened, read in one snapshot, written in one transaction. Both dialects' differences end here.

SQLite: WAL, `synchronous=FULL`, foreign keys, 60 s of patience, `BEGIN IMMEDIATE` to write, so that two writers queue
instead of failing half-way, and a plain BEGIN to read, so that a reader stops nobody. Postgres: a read is one
REPEATABLE READ snapshot, as it is in SQLite anyway. Source: design, section 4.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError

from paypal_payouts.errors import ConfigInvalid, LeaseLost
from paypal_payouts.private import create_private
from paypal_payouts.storage.tables import locks, settings
from paypal_payouts.storage.values import Lease

SQLITE_PATIENCE_S: Final = 60
POSTGRES_CONNECT_S: Final = 10

_FORMS: Final = "`sqlite:///payouts.db` or `postgresql+psycopg://user@host/db`"
_SECOND_PAYMENT: Final = (
    "uq_payout_items_live",
    "uq_payout_items_newest",
    "payout_items.cycle_id, payout_items.item_id",
)
"""The two partial indexes, as Postgres names them, and their columns, as SQLite does."""


class Database:
    """One database: reads in a snapshot, writes in a transaction that is committed whole or not at all."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._writing = engine.execution_options(payouts_writes=True)
        self._reading = engine
        if engine.dialect.name == "postgresql":
            self._reading = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @property
    def dialect(self) -> str:
        """Name the kind of database: `sqlite` or `postgresql`."""
        return self._engine.dialect.name

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Open one snapshot of the database; whatever others write meanwhile is not seen in it."""
        with self._reading.connect() as connection:
            yield connection

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """Open one writing transaction: committed at the end, rolled back on any exception."""
        with self._writing.begin() as connection:
            yield connection

    @contextmanager
    def write(self, lease: Lease, now: datetime) -> Iterator[sa.Connection]:
        """Open one writing transaction under a lease, which it renews first.

        Raises:
            LeaseLost: the lease is not ours any more; nothing was written.

        """
        with self.transaction() as connection:
            renew(connection, lease, now)
            yield connection

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()


def renew(connection: sa.Connection, lease: Lease, now: datetime) -> None:
    """Extend a lease by its full length from now, or stop.

    On Postgres the row stays locked until the transaction ends, so that all writers of one key queue here.

    Raises:
        LeaseLost: another holder was granted the key, or an operator broke the lease.

    """
    found = connection.execute(
        locks.update()
        .where(locks.c.key == lease.key, locks.c.fence == lease.fence, locks.c.holder == lease.holder)
        .values(expires_at=now + timedelta(seconds=lease.lease_s))
    )
    if found.rowcount != 1:
        raise LeaseLost(
            f"The lease of {lease.key} is no longer ours: it was broken, or it ran out and somebody else took it over.",
            hint=f"Nothing more was written. See who works on it with `payouts locks`; then run {lease.key} again.",
        )


def execute_many(
    connection: sa.Connection,
    statement: sa.Insert | sa.Update,
    *,
    constants: Mapping[str, object],
    columns: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
) -> None:
    """Run a statement once for each row: `columns` take its values in their order, `constants` are the same in all.

    Parameters of the statement's own, such as those of a WHERE, take the values after these.

    SQLAlchemy writes the SQL, for either dialect; the driver gets the tuples as they are, without a dictionary and a
    conversion for each row (measured: dependencies, section 4). So a row must hold what the driver stores: words and
    no members of an enum, integers, None.
    """
    types = statement.table.c
    values: dict[str, sa.ColumnElement[Any]] = {
        name: sa.literal(value, types[name].type, literal_execute=True) for name, value in constants.items()
    }
    values |= {name: sa.bindparam(name, None, types[name].type) for name in columns}
    compiled = statement.values(values).compile(dialect=connection.dialect, compile_kwargs={"render_postcompile": True})
    if compiled.positiontup is None or compiled.positiontup[: len(columns)] != list(columns):
        raise ValueError(f"the values of a row stand in the order {compiled.positiontup}")
    connection.exec_driver_sql(compiled.string, list(rows))


def is_second_payment(error: IntegrityError) -> bool:
    """Tell whether the database refused a row because its item already has a live, or a newest, payment."""
    return any(sign in str(error.orig) for sign in _SECOND_PAYMENT)


def connect(url: str, *, read_only: bool) -> Database | None:
    """Open a database; a SQLite file is made, for its owner alone, unless only reading is wanted.

    Returns None where there is nothing to read yet.

    Raises:
        ConfigInvalid: what the URL names cannot be used, in words that never show a password.

    """
    try:
        parsed = sa.make_url(url)
    except ArgumentError as error:
        raise ConfigInvalid(f"database.url is no database URL; give {_FORMS}.") from error
    if parsed.drivername in {"sqlite", "sqlite+pysqlite"}:
        return _connect_sqlite(parsed, read_only=read_only)
    if parsed.drivername in {"postgresql", "postgresql+psycopg", "postgres"}:
        return _connect_postgres(parsed)
    raise ConfigInvalid(f"database.url names {parsed.drivername}; give {_FORMS}.")


def _connect_sqlite(url: sa.URL, *, read_only: bool) -> Database | None:
    if url.database in {None, "", ":memory:"} or url.query or url.host:
        raise ConfigInvalid("database.url must name a file, without options: `sqlite:///payouts.db`.")
    path = Path(str(url.database))
    try:
        if read_only and not path.exists():
            return None
        if path.is_dir():
            raise ConfigInvalid(f"The database {path} is a folder; database.url must name a file.")
        if not read_only:
            with suppress(FileExistsError):
                create_private(path)
    except OSError as error:
        raise ConfigInvalid(f"The database {path} cannot be opened: {error.strerror or error}.") from error
    engine = sa.create_engine(
        "sqlite://",
        creator=lambda: _open_sqlite(path, read_only=read_only),
        poolclass=sa.QueuePool,
        hide_parameters=True,
    )
    sa.event.listen(engine, "begin", _begin_sqlite)
    return _proven(Database(engine), str(path))


def _open_sqlite(path: Path, *, read_only: bool) -> sqlite3.Connection:
    """Connect, and leave no trace where only reading is wanted.

    A read-only connection to a WAL database leaves the files `-wal` and `-shm` behind where there were none; one that
    may write removes them at its end, but then also empties a `-wal` that a killed process left. So each is used where
    it changes nothing.
    """
    mode = "ro" if read_only and Path(f"{path}-wal").exists() else "rw"
    connection = sqlite3.connect(
        f"file:{quote(str(path))}?mode={mode}",
        uri=True,
        timeout=SQLITE_PATIENCE_S,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        if read_only:
            connection.execute("PRAGMA query_only = ON")
        elif connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _begin_sqlite(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("payouts_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _connect_postgres(url: sa.URL) -> Database:
    try:
        engine = sa.create_engine(
            url.set(drivername="postgresql+psycopg"),
            paramstyle="format",
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={} if "connect_timeout" in url.query else {"connect_timeout": POSTGRES_CONNECT_S},
        )
    except ImportError as error:
        raise ConfigInvalid(
            "database.url names Postgres, and its driver is not installed.",
            hint="pip install 'paypal-payouts[postgres]'",
        ) from error
    secrets = [secret for secret in (url.password, url.query.get("password")) if isinstance(secret, str) and secret]
    return _proven(
        Database(engine), f"{url.database} at {url.host or url.query.get('host') or 'this machine'}", secrets
    )


def _proven(database: Database, name: str, secrets: Sequence[str] = ()) -> Database:
    """Look into the database once, so that whatever is wrong with it is said now."""
    try:
        with database.read() as connection:
            sa.inspect(connection).has_table(settings.name)
    except (DBAPIError, sqlite3.Error) as error:
        database.close()
        sentence = f"The database {name} cannot be used: {str(getattr(error, 'orig', None) or error).strip()}"
        for secret in secrets:
            sentence = sentence.replace(secret, "***")
        # The cause would carry the driver's own words into a traceback, and with them perhaps a password.
        raise ConfigInvalid(sentence) from None
    return database
