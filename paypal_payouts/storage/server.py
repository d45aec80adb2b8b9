"""Whether a Postgres server, and our role in it, let the program do all that it needs: shown by `doctor`, line by line.

What `run` refuses when it opens a database is refused here by the same functions. Nothing is changed.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

import sqlalchemy as sa

from paypal_payouts.errors import ConfigInvalid
from paypal_payouts.storage.engine import Database
from paypal_payouts.storage.grants import AS_OWNER, rights
from paypal_payouts.storage.opening import connect
from paypal_payouts.storage.patience import Patience
from paypal_payouts.storage.postgres_checks import check_for_writing, check_time_outs
from paypal_payouts.storage.repeating import until_done
from paypal_payouts.storage.schema import HEAD, VERSION

_DESCRIBED: Final = sa.text("""
    SELECT current_setting('server_version') AS version, current_setting('server_encoding') AS encoding,
           split_part(current_setting('DateStyle'), ',', 1) AS dates,
           current_schema() AS schema, has_schema_privilege(current_schema(), 'CREATE') AS makes,
           quote_ident(current_user) AS role
""")


class Proof(NamedTuple):
    """One thing that was looked at of a server."""

    name: str
    words: str
    fix: str = ""
    """Empty where nothing is to be fixed."""
    stops: bool = True
    """What is to be fixed would stop a run."""


def prove(url: str, *, patience: Patience | None = None) -> list[Proof]:
    """Look at everything of a server that decides whether a run can begin; nothing where the database is a file.

    Raises:
        ConfigInvalid: it cannot be used at all.
        DatabaseUnavailable: it is away, for longer than there is patience.

    """
    database = connect(url, read_only=True, patience=patience)
    if database is None:
        return []
    try:
        return (
            until_done(lambda: list(_proofs(database)), database.patience) if database.dialect == "postgresql" else []
        )
    finally:
        database.close()


def _proofs(database: Database) -> Iterator[Proof]:
    with database.read() as connection:
        server = connection.execute(_DESCRIBED).one()
        try:
            check_for_writing(connection, database.name)
            yield Proof("server", f"PostgreSQL {server.version}, {server.encoding}, dates {server.dates}")
        except ConfigInvalid as refused:
            yield Proof("server", refused.message, refused.hint)
        try:
            limits = check_time_outs(connection, database.name)
            of_role = f"of the role: {limits}; " if limits else ""
            yield Proof("time-outs", f"{of_role}each transaction sets its own")
        except ConfigInvalid as refused:
            yield Proof("time-outs", refused.message, refused.hint)
    if server.schema is not None:
        yield from _of_rights(database, server)


def _of_rights(database: Database, server: sa.Row[tuple[str, ...]]) -> Iterator[Proof]:
    """Say what our role may do: make the tables where there are none, else work with each of them."""
    with database.read() as connection:
        has_tables = sa.inspect(connection).has_table("alembic_version")
        ours = rights(connection)
    if not has_tables:
        may = "may make the tables" if server.makes else "may not make the tables, and there are none yet"
        yield Proof("rights", f"{server.role} {may}, in schema {server.schema}", "" if server.makes else AS_OWNER)
    elif ours.lacking:
        fix = f"as the owner of the tables: `{'; '.join(ours.lacking)};`"
        yield Proof("rights", f"{server.role} has not all the rights that daily work takes", fix)
    elif not ours.owns_all and _is_older(database):
        yield Proof("rights", f"{server.role} may not bring the tables up to those of {HEAD}", AS_OWNER)
    else:
        may = "owns the tables" if ours.owns_all else "may do its daily work"
        yield Proof("rights", f"{server.role} {may}, in schema {server.schema}")
    if ours.too_many:
        fix = f"as the owner of the tables: `{'; '.join(ours.too_many)};`"
        yield Proof("rights", f"{server.role} may change what daily work never changes", fix, stops=False)


def _is_older(database: Database) -> bool:
    with database.read() as connection:
        return str(connection.execute(VERSION).scalar()) < HEAD
