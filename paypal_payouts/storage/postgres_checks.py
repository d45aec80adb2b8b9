"""Whether a Postgres server is one that the program may pay from: what it is, and whether it keeps what it commits."""

from collections.abc import Mapping
from typing import Final, NamedTuple

import sqlalchemy as sa

from paypal_payouts.errors import ConfigInvalid
from paypal_payouts.storage.postgres import NOT_KEPT

_OTHERS: Final = {"CockroachDB": "CockroachDB", "-YB-": "YugabyteDB"}
"""Servers that speak Postgres's protocol, by how `version()` tells them."""
_PATIENCE_MIN_MS: Final = 1000
"""The program gives each of its transactions limits of its own; the role's must let it get so far."""
_TIME_OUTS: Final = """\
SELECT name, reset_val::bigint FROM pg_settings
WHERE reset_val <> '0' AND name IN ('statement_timeout', 'lock_timeout', 'transaction_timeout',
                                    'idle_session_timeout', 'idle_in_transaction_session_timeout')
ORDER BY name"""


def check_server(version: str, encoding: str, name: str) -> None:
    """Make sure that a database is one that this program was proven with; `version` is what its `version()` says.

    Raises:
        ConfigInvalid: it is not, with the reason.

    """
    for sign, product in _OTHERS.items():
        if sign in version:
            raise ConfigInvalid(
                f"The database {name} is {product}, not Postgres: advisory locks and row locks, which keep two runs "
                "from paying the same item, do not work there as they do in Postgres.",
                hint="Nothing was sent. Set database.url to a Postgres server, or to an SQLite file.",
            )
    if encoding != "UTF8":
        raise ConfigInvalid(
            f"The database {name} has the encoding {encoding}, which cannot hold every word of a file or of PayPal's.",
            hint="Nothing was sent. Make one with `CREATE DATABASE payouts ENCODING 'UTF8' TEMPLATE template0;`, and "
            "set database.url to it.",
        )


class _Server(NamedTuple):
    """How the server treats what we commit."""

    is_standby: bool
    is_read_only: bool
    schema: str | None
    role: str
    commit: str
    commit_source: str


_ROLE: Final = "SELECT 'ALTER ROLE ' || quote_ident(session_user) || ' IN DATABASE ' || quote_ident(current_database())"
_ASK: Final = f"""\
SELECT pg_is_in_recovery(), current_setting('default_transaction_read_only')::boolean, current_schema(),
       ({_ROLE}), setting, source
FROM pg_settings WHERE name = 'synchronous_commit'"""  # noqa: S608 - our words


def check_for_writing(connection: sa.Connection, name: str) -> None:
    """Make sure that a commit is on the server's disk before it is answered: a permit that is forgotten pays twice.

    Raises:
        ConfigInvalid: it is not, or nothing can be written here at all; with what fixes it.

    """
    server = _Server._make(connection.exec_driver_sql(_ASK).one())
    if server.is_standby:
        raise ConfigInvalid(
            f"The database {name} is a standby, which can only be read.",
            hint="Nothing was sent. Set database.url to the primary server (for several hosts: "
            "`target_session_attrs=read-write` in the URL).",
        )
    if server.is_read_only:
        raise ConfigInvalid(
            f"The database {name} is set to be read only (default_transaction_read_only).",
            hint="Nothing was sent. Ask who set it, and why: a server is often set so before it is replaced.",
        )
    if server.schema is None:
        raise ConfigInvalid(
            f"The database {name} has no schema for our tables: none of those that search_path names is there, and may "
            "be used.",
            hint=f"Nothing was sent. Run there: `{server.role} SET search_path = public;`, and GRANT USAGE ON SCHEMA "
            "public (docs/operations.md, Postgres).",
        )
    if server.commit in NOT_KEPT:
        hint = f"Run there: `{server.role} SET synchronous_commit = on;` It holds for new connections"
        if server.commit_source == "client":
            hint = "Take synchronous_commit out of the options of database.url, or of PGOPTIONS"
        raise ConfigInvalid(
            f"The database {name} answers a commit before it is kept (synchronous_commit = {server.commit}): after a "
            "failure it could have forgotten what was sent.",
            hint=f"Nothing was sent. {hint}.",
        )


def check_time_outs(connection: sa.Connection, name: str) -> str:
    """Make sure that the limits of the role let a transaction come to setting its own, and name them.

    Raises:
        ConfigInvalid: they do not; with what fixes it.

    """
    limits = {str(limit): int(ms) for limit, ms in connection.exec_driver_sql(_TIME_OUTS)}
    short = {limit: ms for limit, ms in limits.items() if ms < _PATIENCE_MIN_MS}
    if short:
        role = connection.exec_driver_sql(_ROLE).scalar_one()
        unset = " ".join(f"{role} SET {limit} = 0;" for limit in short)
        raise ConfigInvalid(
            f"The database {name} leaves this role no time: {_named(short)}.",
            hint=f"Nothing was sent. Run there: `{unset}`, or take them out of database.url and PGOPTIONS.",
        )
    return _named(limits)


def _named(limits: Mapping[str, int]) -> str:
    return ", ".join(f"{limit} {ms} ms" for limit, ms in limits.items())
