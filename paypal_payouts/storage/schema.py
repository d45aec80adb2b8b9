"""Which tables the database has, and whose they are: checked with two small queries, changed only where they say so."""

import logging
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from paypal_payouts.errors import ConfigInvalid, WrongDatabase
from paypal_payouts.storage.copies import copy_aside
from paypal_payouts.storage.engine import Database, RightMissing
from paypal_payouts.storage.grants import AS_OWNER
from paypal_payouts.storage.locks import end_all
from paypal_payouts.storage.tables import batches, settings

HEAD_SINCE: Final = "0.1.0"
"""The first version of the program that knows it: kept in the database, for programs that are older."""

_MIGRATIONS: Final = Path(__file__).parent / "migrations"
HEAD: Final = max(path.name[:4] for path in (_MIGRATIONS / "versions").glob("[0-9]*.py"))
"""The newest revision there is a migration to."""
_POSTGRES_KEY: Final = 7_241_690_155
"""Any number does, as long as every version of the program takes the same."""
_NEEDS: Final = "needs_program"
_ONE_MIGRATION: Final = threading.Lock()
"""Alembic keeps what it works on in its modules: two threads, each with a database of its own, take turns."""
_IS_OURS: Final = re.compile("[0-9]{4}")
"""How a revision of ours is written."""
VERSION: Final = sa.text("SELECT version_num FROM alembic_version")
_LOG: Final = logging.getLogger(__name__)


class OlderSchema(ConfigInvalid):
    """The tables are those of an older program, and whoever looks may not change them."""


class NewerSchema(ConfigInvalid):
    """The tables are those of a newer program, which alone knows what they mean."""


def is_there(database: Database) -> bool:
    """Return whether the database has been set up and is as this program wrote it.

    Raises:
        OlderSchema: it was written by an older program and not yet brought up to date.
        NewerSchema: it was written by a newer program.

    """
    with _readable(database) as connection:
        found = _revision(connection)
    if found is not None and found < HEAD:
        raise OlderSchema(
            f"The database was made by an older version of the program (its tables are of {found}, ours of {HEAD}).",
            hint="The next command that may write, such as `payouts sync`, brings it up to date.",
        )
    return found is not None


def check_unchanged(database: Database) -> None:
    """Make sure that the tables are still those that `is_there` or `set_up` found.

    Raises:
        NewerSchema: a newer program has changed them since.

    """
    with database.read() as connection:
        is_ours = connection.execute(VERSION).scalar() == HEAD
    if not is_ours:
        is_there(database)


def set_up(database: Database, *, environment: str, account: str) -> None:
    """Bring the tables up to date and bind the database to an environment and account; safe for many at once.

    Raises:
        NewerSchema: the database was written by a newer program.
        ConfigInvalid: our role in the database may not do this, or there is no room for a copy.
        WrongDatabase: it belongs to another environment or account.

    """
    with _readable(database) as connection:
        found = _revision(connection)
        ready = found == HEAD and _is_bound(connection, environment=environment, account=account)
    if ready:
        return
    try:
        with database.migration() as connection:
            if database.dialect == "postgresql":
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_POSTGRES_KEY)))
            _bring_up_to_date(connection, database.path)
            if not _is_bound(connection, environment=environment, account=account):
                bound = {"environment": environment, "account": account}
                connection.execute(settings.insert(), [{"key": key, "value": value} for key, value in bound.items()])
    except RightMissing as failure:
        tables = "has no tables yet" if found is None else f"has the tables of {found}"
        raise ConfigInvalid(
            f"{failure.message} It {tables}, those of {HEAD} are needed, and this role may not make them.",
            hint=f"Nothing was changed or sent. {AS_OWNER}",
        ) from None


@contextmanager
def _readable(database: Database) -> Iterator[sa.Connection]:
    """Read where a role may meet tables for the first time."""
    try:
        with database.read() as connection:
            yield connection
    except RightMissing as failure:
        raise ConfigInvalid(
            failure.message,
            hint="Nothing was sent. Give the role its rights: docs/operations.md, Postgres, has the statements.",
        ) from None


def _bring_up_to_date(connection: sa.Connection, path: Path | None) -> None:
    found = _revision(connection)
    if found == HEAD:
        return
    if found is not None and path is not None:
        copy = copy_aside(path, of=found)
        _LOG.warning("The database was copied to %s, because its tables change from %s to %s.", copy, found, HEAD)
    began_s = time.monotonic()
    _migrate(connection)
    if found is not None:
        took_s = time.monotonic() - began_s
        _LOG.warning("The tables were changed from %s to %s in %.1f s.", found, HEAD, took_s)
    ended = end_all(connection)
    if ended:
        _LOG.warning("%d older program(s) were at work, and stop at their next write.", ended)
    connection.execute(settings.delete().where(settings.c.key == _NEEDS))
    connection.execute(settings.insert().values(key=_NEEDS, value=HEAD_SINCE))


def check_binding(database: Database, *, environment: str, account: str) -> None:
    """Make sure that the database is this environment's and account's.

    Raises:
        WrongDatabase: it belongs to another environment or account.

    """
    with _readable(database) as connection:
        _is_bound(connection, environment=environment, account=account)


def _revision(connection: sa.Connection) -> str | None:
    """Read the revision of the tables; None where there are none.

    Raises:
        NewerSchema: it is one that this program does not know.
        ConfigInvalid: it is one of another program, which uses Alembic too.

    """
    inspector = sa.inspect(connection)
    if not inspector.has_table("alembic_version"):
        return None
    found = connection.execute(VERSION).scalar()
    if found is not None and not (_IS_OURS.fullmatch(found) and inspector.has_table(batches.name)):
        raise ConfigInvalid(
            f"The database belongs to another program: its table alembic_version says {found!r}, which is none of "
            "paypal-payouts.",
            hint="Nothing was changed or sent. Let database.url name a database of its own.",
        )
    if found is not None and found > HEAD:
        since = connection.execute(sa.select(settings.c.value).where(settings.c.key == _NEEDS)).scalar()
        # Where it names no program, or ours, it was not migrated by one that tells which it was.
        is_told = since not in {None, HEAD_SINCE}
        needed = f"paypal-payouts {since} or newer" if is_told else "a newer version of the program"
        install = f"'paypal-payouts>={since}'" if is_told else "--upgrade paypal-payouts"
        raise NewerSchema(
            f"The database needs {needed} (its tables are of {found}, ours of {HEAD}).",
            hint=f"Nothing was sent. pip install {install}",
        )
    return None if found is None else str(found)


def _is_bound(connection: sa.Connection, *, environment: str, account: str) -> bool:
    """Return whether the database is bound already; to another environment or account it must not be."""
    found = {row.key: row.value for row in connection.execute(sa.select(settings))}
    if "environment" not in found:
        return False
    if (found["environment"], found["account"]) != (environment, account):
        raise WrongDatabase(
            f"The database belongs to account {found['account']} in {found['environment']}, and not to account "
            f"{account} in {environment}.",
            hint="Nothing was sent. Each environment and account needs a database of its own: see database.url.",
        )
    return True


def _migrate(connection: sa.Connection) -> None:
    # Imported here alone: it costs as much as all the rest, and is needed once in a database's life.
    from alembic import command  # noqa: PLC0415 - as above
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with _ONE_MIGRATION:
        command.upgrade(config, "head")
