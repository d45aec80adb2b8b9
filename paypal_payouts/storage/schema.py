"""Which tables the database has, and whose they are: checked with two small queries, changed only where they say so."""

from pathlib import Path
from typing import Final

import sqlalchemy as sa

from paypal_payouts.errors import ConfigInvalid, WrongDatabase
from paypal_payouts.storage.engine import Database
from paypal_payouts.storage.tables import settings

HEAD: Final = "0001"
"""The newest revision in migrations/versions; a test compares the two."""

_MIGRATIONS: Final = Path(__file__).parent / "migrations"
_POSTGRES_KEY: Final = 7_241_690_155
"""Any number does, as long as every version of the program takes the same."""


def is_there(database: Database) -> bool:
    """Tell whether the database has been set up and is as this program wrote it.

    Raises:
        ConfigInvalid: it was written by a newer program, or by an older one and not yet brought up to date.

    """
    with database.read() as connection:
        found = _revision(connection)
    if found is not None and found < HEAD:
        raise ConfigInvalid(
            "The database was made by an older version of the program.",
            hint="The next command that may write, such as `payouts sync`, brings it up to date.",
        )
    return found is not None


def set_up(database: Database, *, environment: str, account: str) -> None:
    """Bring the tables up to date and bind the database to an environment and account; safe for many at once.

    Raises:
        ConfigInvalid: the database was written by a newer program.
        WrongDatabase: it belongs to another environment or account.

    """
    with database.read() as connection:
        ready = _revision(connection) == HEAD and _is_bound(connection, environment=environment, account=account)
    if ready:
        return
    with database.transaction() as connection:
        if database.dialect == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_POSTGRES_KEY)))
        if _revision(connection) != HEAD:
            _migrate(connection)
        if not _is_bound(connection, environment=environment, account=account):
            bound = {"environment": environment, "account": account}
            connection.execute(settings.insert(), [{"key": key, "value": value} for key, value in bound.items()])


def check_binding(database: Database, *, environment: str, account: str) -> None:
    """Make sure that the database is this environment's and account's.

    Raises:
        WrongDatabase: it belongs to another environment or account.

    """
    with database.read() as connection:
        _is_bound(connection, environment=environment, account=account)


def _revision(connection: sa.Connection) -> str | None:
    """Read the revision of the tables; None where there are none."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    if found is not None and found > HEAD:
        raise ConfigInvalid(
            f"The database was written by a newer version of the program (its tables are of {found}, ours of {HEAD}).",
            hint="pip install --upgrade paypal-payouts",
        )
    return None if found is None else str(found)


def _is_bound(connection: sa.Connection, *, environment: str, account: str) -> bool:
    """Tell whether the database is bound already; to another environment or account it must not be."""
    found = {row.key: row.value for row in connection.execute(sa.select(settings))}
    if not found:
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
    command.upgrade(config, "head")
