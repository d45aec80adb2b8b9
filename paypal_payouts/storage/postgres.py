"""What Postgres is told and asked: how long we wait, and how a dead line is noticed.

Nothing here outlives a transaction, and nothing is said at the start of a connection but to the network: a pooler in
transaction mode gives every transaction another session, and refuses start-up options. So no prepared statements, and
every limit is set within the transaction that it is for.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

CONNECT_S: Final = 10

LOCK_PATIENCE_S: Final = 60
"""As long as SQLite's."""
STATEMENT_PATIENCE_S: Final = 600
_MIGRATION_PATIENCE_S: Final = 6 * 3600
"""For a statement that changes tables of many million rows; on our side alone."""
_SLACK_S: Final = 15
"""So much longer than the server's own limit we wait for its answer before the connection is given up."""
IDLE_PATIENCE_S: Final = 50
"""A writer that falls silent in its transaction (a half-open line, a process that was stopped) keeps rows locked. The
server ends it before the patience of those who wait for these rows is over."""

LOCK_NOT_AVAILABLE: Final = "55P03"
NO_RIGHT: Final = "42501"
_PASSING_STATES: Final = ("57P0", "53300", "08")
"""How the states begin of a server that starts, stops or is full, or whose line broke."""
_PASSING_WORDS: Final = re.compile(
    r"Is the server running|timeout expired|timed out|closed the connection|closed unexpectedly|reset by peer"
    r"|Broken pipe|EOF detected|unreachable|No route to host|Temporary failure in name resolution"
    r"|starting up|shutting down|in recovery mode|accepting connections|terminating connection"
    r"|too many (clients|connections)|slots are reserved|no more connections allowed"
    r"|session is read-only|server is in hot standby mode"
)
"""The same where a connection could not be opened: the driver tells no state then. The line's words are its own and
always English; a server that speaks another language is waited for only once it has answered."""

_LINE: Final = {
    "connect_timeout": CONNECT_S,
    "keepalives": 1,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": LOCK_PATIENCE_S * 1000,
    "fallback_application_name": "payouts",
}
_SPOKEN: Final = "; SET LOCAL client_encoding = 'UTF8'; SET LOCAL datestyle = 'ISO'"
"""What we send and read, whatever the role, the environment or another client of a pooler has set."""
_UNTIMED: Final = """; SELECT set_config('transaction_timeout', '0', true)
WHERE current_setting('transaction_timeout', true) <> '0'"""
"""A transaction may have many statements; Postgres has this limit since 17."""
NOT_KEPT: Final = ("local", "off")
"""Values of `synchronous_commit` with which a commit is answered before it is on the disk."""
_KEEP: Final = f"""; SELECT set_config('synchronous_commit', 'on', true)
WHERE current_setting('synchronous_commit') IN {NOT_KEPT}"""
"""Another client of a pooler can have left its own setting in a session that was looked at before."""

_LOOPBACK: Final = re.compile(r"localhost|127\.[0-9.]+|::1")


def connect_args(url: sa.URL, environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Return what a connection is opened with; what the URL says itself is left to it.

    A server on another machine is to prove who it is, unless the URL says what is enough: what it is told decides who
    is paid. `environ` is where libpq looks for what the URL does not say.
    """
    secured = {} if all(map(_is_here, _hosts(url, environ))) else {"sslmode": "verify-full"}
    line = {name: value for name, value in (_LINE | secured).items() if name not in url.query}
    return {**line, "client_encoding": "utf8", "prepare_threshold": None}


def _hosts(url: sa.URL, environ: Mapping[str, str]) -> list[str]:
    """Return where libpq will connect to; a service's file is not looked into, so its hosts count as anywhere."""
    query = url.query
    named = query.get("hostaddr") or query.get("host") or url.host
    if not named and ("service" in query or "PGSERVICE" in environ):
        return ["?"]
    named = named or environ.get("PGHOSTADDR") or environ.get("PGHOST") or ""
    return ",".join([named] if isinstance(named, str) else named).split(",")


def _is_here(host: str) -> bool:
    """Return whether a host is this machine: libpq takes none, a path and `@name` for a socket."""
    name = host.partition(":")[0] if host.count(":") == 1 else host  # SQLAlchemy's `host=one:5432`
    return not name or name[0] in "/@" or _LOOPBACK.fullmatch(name.strip("[]")) is not None


def begin(connection: sa.Connection) -> None:
    """Set the limits of a transaction that has just begun; they end with it."""
    limits = {"lock_timeout": LOCK_PATIENCE_S, "statement_timeout": STATEMENT_PATIENCE_S}
    writes = connection.get_execution_options().get("payouts_writes", False)
    if writes:
        limits["idle_in_transaction_session_timeout"] = IDLE_PATIENCE_S
    _set(connection, limits, also=_SPOKEN + _UNTIMED + (_KEEP if writes else ""))
    _wait(connection, STATEMENT_PATIENCE_S + _SLACK_S)


def be_patient(connection: sa.Connection) -> None:
    """Let the statements of this transaction take as long as they need: it changes tables that may be large."""
    _set(connection, {"statement_timeout": 0})
    _wait(connection, _MIGRATION_PATIENCE_S)


def _set(connection: sa.Connection, limits: dict[str, int], *, also: str = "") -> None:
    settings = "; ".join(f"SET LOCAL {name} = '{seconds}s'" for name, seconds in limits.items()) + also
    # The connection may have been made ready for a query whose rows are streamed; this is none.
    connection.exec_driver_sql(settings, execution_options={"stream_results": False, "yield_per": None})


def _wait(connection: sa.Connection, seconds: float) -> None:
    """Say how long the answer to each further statement of the transaction is waited for on our side."""
    driver: Any = connection.connection.driver_connection
    driver.answer_s = seconds


def is_passing(error: DBAPIError) -> bool:
    """Return whether the server was away, or had no place for us, which passes."""
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return str(state).startswith(_PASSING_STATES)
    return _PASSING_WORDS.search(str(error.orig)) is not None


@cache
def update_from_arrays(
    table: sa.Table, constants: tuple[str, ...], columns: tuple[str, ...], among: tuple[str, ...]
) -> sa.Update:
    """Write an update of rows that are given as one array for each column: `arrays` makes its parameters.

    One statement for all of them: five times as fast as one for each, which would be parsed again each time, as none is
    prepared. A temporary table filled by COPY would be no faster, and needs a right more.
    """
    rows = (*columns, "id")
    given = sa.func.unnest(*(_array_of(table.c[name]) for name in rows)).table_valued(*rows, name="given")
    given = given.render_derived()
    values: dict[str, sa.ColumnElement[Any]] = {name: given.c[name] for name in columns}
    values |= {name: sa.bindparam(f"one_{name}", type_=table.c[name].type) for name in constants}
    which = (table.c[name] == sa.bindparam(f"one_{name}") for name in among)
    return table.update().where(table.c.id == given.c.id, *which).values(values)


def _array_of(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    kind = sa.BigInteger if isinstance(column.type, sa.Integer) else sa.Text
    return sa.cast(sa.bindparam(f"all_{column.name}", type_=sa.Text), sa.ARRAY(kind))


def arrays(columns: Sequence[str], rows: Sequence[tuple[Any, ...]], same: Mapping[str, object]) -> dict[str, object]:
    """Return the parameters of `update_from_arrays`: what differs from row to row, and what is the same in all."""
    columnwise = zip(columns, zip(*rows, strict=True), strict=True)
    return {
        **{f"one_{name}": value for name, value in same.items()},
        **{f"all_{name}": _array(values) for name, values in columnwise},
    }


def _array(values: Sequence[str | int | None]) -> str:
    """Write an array of texts or of integers as Postgres reads one (its manual: 8.15.6).

    Not left to psycopg, which takes twenty times as long: six microseconds for an item of a page, of thirty in all.
    """
    try:
        together = '","'.join(values)  # type: ignore[arg-type]  # what is no string is written below
    except TypeError:
        together = '"'
    # Nearly all texts hold nothing that would have to be escaped, which one look at them together shows.
    if "\\" not in together and together.count('"') == 2 * (len(values) - 1):
        return f'{{"{together}"}}'
    return f"{{{','.join(map(_member, values))}}}"


def _member(value: str | int | None) -> str:
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return "NULL" if value is None else str(value)


def copy(connection: sa.Connection, into: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert rows by COPY into a table with its columns: half of an INSERT's work for us, a fifth less for the server.

    Raises:
        DBAPIError: as SQLAlchemy raises it, which has no COPY of its own.

    """
    statement = f"COPY {into} FROM STDIN"
    with (
        _driver_errors(connection, statement),
        closing(connection.connection.cursor()) as cursor,
        cursor.copy(statement) as lines,
    ):
        for row in rows:
            lines.write_row(row)


@contextmanager
def _driver_errors(connection: sa.Connection, statement: str) -> Iterator[None]:
    """Raise what the driver raises as SQLAlchemy does, and give a connection up that was cut."""
    driver = connection.dialect.loaded_dbapi
    try:
        yield
    except driver.Error as error:
        is_cut = connection.dialect.is_disconnect(error, connection.connection.dbapi_connection, None)
        if is_cut:
            connection.invalidate(error)
        raise DBAPIError.instance(
            statement,
            None,
            error,
            driver.Error,
            hide_parameters=True,
            connection_invalidated=is_cut,
            dialect=connection.dialect,
        ) from error
