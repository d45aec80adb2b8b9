"""Opening a database by its URL, proven to be usable, with what each dialect needs at the start of a connection.

SQLite: WAL, `synchronous=FULL`, foreign keys, 60 s of patience, `BEGIN IMMEDIATE` to write, so that two writers queue
instead of failing half-way, and a plain BEGIN to read, so that a reader stops nobody. Postgres: see `postgres`. Source:
docs/design.md, 12.
"""

import os
import shlex
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Final
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError

from paypal_payouts.disks import cause_of
from paypal_payouts.errors import FIX_THE_CAUSE, SENT_NOTHING, ConfigInvalid, DatabaseUnavailable, StorageFailed
from paypal_payouts.private import create_private
from paypal_payouts.storage import postgres
from paypal_payouts.storage.engine import Database
from paypal_payouts.storage.patience import Patience
from paypal_payouts.storage.repeating import until_done
from paypal_payouts.storage.tables import settings
from paypal_payouts.trust import UntrustedFile, check_trusted_sqlite

SQLITE_PATIENCE_S: Final = 60

_FORMS: Final = "`sqlite:///payouts.db` or `postgresql+psycopg://user@host/db`"


def connect(url: str, *, read_only: bool, user: str | None = None, patience: Patience | None = None) -> Database | None:
    """Open a database; a SQLite file is made, for its owner alone, unless only reading is wanted.

    `user` is whom the system says, for `audit.record` to keep beside the actor. With `patience` a server that is away
    is waited for.

    Returns None where there is nothing to read yet.

    Raises:
        ConfigInvalid: what the URL names cannot be used, in words that never show a password.
        DatabaseUnavailable: its server is away.

    """
    try:
        parsed = sa.make_url(url)
    except ArgumentError as error:
        raise ConfigInvalid(f"database.url is no database URL; give {_FORMS}.") from error
    if parsed.drivername in {"sqlite", "sqlite+pysqlite"}:
        return _connect_sqlite(parsed, read_only=read_only, user=user)
    if parsed.drivername in {"postgresql", "postgresql+psycopg", "postgres"}:
        return _connect_postgres(parsed, read_only=read_only, user=user, patience=patience or Patience())
    raise ConfigInvalid(f"database.url names {parsed.drivername}; give {_FORMS}.")


def _connect_sqlite(url: sa.URL, *, read_only: bool, user: str | None) -> Database | None:
    if url.database in {None, "", ":memory:"} or url.query or url.host:
        raise ConfigInvalid("database.url must name a file, without options: `sqlite:///payouts.db`.")
    path = Path(str(url.database))
    try:
        if read_only and not path.exists():
            return None
        if path.is_dir():
            raise ConfigInvalid(f"The database {path} is a folder; database.url must name a file.")
        check_trusted_sqlite(path)
        if not read_only:
            with suppress(FileExistsError):
                create_private(path)
            _refuse_read_only(path)
    except OSError as error:
        cause = cause_of(path, error)
        words, fix = cause or (error.strerror or error, FIX_THE_CAUSE)
        raise ConfigInvalid(f"The database {path} cannot be opened: {words}.", hint=_hint(fix)) from error
    engine = sa.create_engine(
        "sqlite://",
        creator=lambda: _open_sqlite(path, read_only=read_only),
        poolclass=sa.QueuePool,
        hide_parameters=True,
        execution_options={"payouts_user": user},
    )
    return _proven(Database(engine, begin=_begin_sqlite, name=str(path), path=path))


def _hint(fix: str) -> str:
    return f"{SENT_NOTHING} {fix}, then run again: `payouts doctor` tells whether all is well."


def _refuse_read_only(path: Path) -> None:
    """Refuse a database that this user may only read, or whose log SQLite could not keep beside it.

    SQLite would read such a file, and leave a log that stays read-only when the rights are fixed.

    Raises:
        ConfigInvalid: naming what is read-only, and the fix.

    """
    beside = [log for log in (Path(f"{path}-wal"), Path(f"{path}-shm")) if log.exists()]
    for place in (path, path.parent, *beside):
        if not os.access(place, os.W_OK):
            what = (
                f"The folder {place}, in which the database lies," if place == path.parent else f"The database {place}"
            )
            if (cause := cause_of(path)) is not None:
                raise ConfigInvalid(f"{what} cannot be written: {cause.words}.", hint=_hint(cause.fix))
            raise ConfigInvalid(
                f"{what} cannot be written by this user.",
                hint=f"Nothing was sent. Let this user write it (`chmod u+w {shlex.quote(str(place))}` where it is "
                "yours), or let database.url name a file in a folder that this user can write.",
            )


def _open_sqlite(path: Path, *, read_only: bool) -> sqlite3.Connection:
    """Connect, and leave no trace where only reading is wanted.

    A read-only connection to a WAL database leaves the files `-wal` and `-shm` behind where there were none; one that
    may write removes them at its end, but then also empties a `-wal` that a killed process left. So each is used where
    it changes nothing.
    """
    mode = "ro" if read_only and Path(f"{path}-wal").exists() else "rw"
    if read_only and mode == "rw" and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        # Without rights to write, SQLite would leave log files that stay read-only when the rights are fixed.
        mode = "ro&immutable=1"
    # Each time, and once more when SQLite has read: in a folder such as /tmp somebody could put a log beside it.
    real = check_trusted_sqlite(path)
    connection = sqlite3.connect(
        f"file:{quote(str(real))}?mode={mode}",
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
        check_trusted_sqlite(path)
    except (sqlite3.Error, UntrustedFile):
        connection.close()
        raise
    return connection


def _begin_sqlite(connection: sa.Connection) -> None:
    options = connection.get_execution_options()
    if options.get("payouts_migrates", False):
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
    writes = options.get("payouts_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _connect_postgres(url: sa.URL, *, read_only: bool, user: str | None, patience: Patience) -> Database:
    name = f"{url.database} at {url.host or url.query.get('host') or 'this machine'}"
    try:
        # Imported here alone, as the driver may not be installed, and is not needed for SQLite.
        from paypal_payouts.storage.bounded import connecting  # noqa: PLC0415 - as above

        engine = sa.create_engine(
            url.set(drivername="postgresql+psycopg"),
            paramstyle="format",
            pool_pre_ping=True,
            hide_parameters=True,
            execution_options={"payouts_user": user},
            connect_args=postgres.connect_args(url),
        )
    except ImportError as error:
        raise ConfigInvalid(
            "database.url names Postgres, and its driver is not installed.",
            hint="pip install 'paypal-payouts[postgres]'",
        ) from error
    given = (url.password, url.query.get("password"), url.query.get("sslpassword"))
    secrets = [secret for secret in given if isinstance(secret, str) and secret]
    sa.event.listen(engine, "do_connect", connecting(patience, name))
    database = Database(engine, begin=postgres.begin, name=name, secrets=secrets, patience=patience)
    return _proven(database, for_writing=not read_only)


def _proven(database: Database, *, for_writing: bool = False) -> Database:
    """Look into the database once, so that whatever is wrong with it is said now; one that goes away is waited for."""

    def look() -> None:
        if for_writing:
            database.check_for_writing()
        else:
            with database.read() as connection:
                sa.inspect(connection).has_table(settings.name)

    try:
        until_done(look, database.patience)
    except StorageFailed as failure:
        database.close()
        if isinstance(failure, DatabaseUnavailable):
            raise
        raise ConfigInvalid(failure.message, hint=_hint(failure.fix)) from None
    except BaseException:
        database.close()
        raise
    return database
