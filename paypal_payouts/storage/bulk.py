"""Writing many rows at once: by COPY or arrays on Postgres, by long statements on SQLite."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, Final

import sqlalchemy as sa

from paypal_payouts.storage import postgres

_ROWS_PER_STATEMENT: Final = 500
"""A statement for each row takes half as long again; SQLite takes 32,766 parameters in one."""


def insert_many(
    connection: sa.Connection,
    table: sa.Table,
    *,
    constants: Mapping[str, object],
    columns: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
) -> None:
    """Insert rows: `columns` take their values in their order, `constants` are the same in all.

    So a row must hold what the driver stores: words and no members of an enum, integers, None.
    """
    columns, rows = _filled(columns, rows)
    names = ", ".join((*constants, *columns))
    fixed = _fixed(connection, table, constants)
    if connection.dialect.name == "postgresql":
        postgres.copy(connection, f"{table.name} ({names})", (fixed + row for row in rows))
        return
    chosen = ", ".join(["?"] * len(fixed) + [f"column{number}" for number in range(1, len(columns) + 1)])
    for given, some in _by_hundreds(rows):
        statement = f"INSERT INTO {table.name} ({names}) SELECT {chosen} FROM {given}"  # noqa: S608 - names of ours
        connection.exec_driver_sql(statement, (*fixed, *some))


def update_many(
    connection: sa.Connection,
    table: sa.Table,
    *,
    constants: Mapping[str, object],
    columns: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    among: Mapping[str, object],
) -> None:
    """Update rows as `insert_many` inserts them; the last value of each is the `id` of the row that it is for.

    All of them are `among` those that have these values in columns which an index serves: Postgres reads these and
    joins them. Without it, it would read the whole table for so many ids, once for each batch, until that has millions
    of rows.
    """
    if connection.dialect.name == "postgresql":
        statement = postgres.update_from_arrays(table, tuple(constants), tuple(columns), tuple(among))
        connection.execute(statement, postgres.arrays((*columns, "id"), rows, {**constants, **among}))
        return
    values = [f"{name} = ?" for name in constants] + [f"{name} = column{at}" for at, name in enumerate(columns, 1)]
    which = f"{table.name}.id = column{len(columns) + 1}"
    fixed = _fixed(connection, table, constants)
    for given, some in _by_hundreds(rows):
        text = f"UPDATE {table.name} SET {', '.join(values)} FROM {given} WHERE {which}"  # noqa: S608 - names of ours
        connection.exec_driver_sql(text, (*fixed, *some))


def _filled(columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> tuple[Sequence[str], Sequence[tuple[Any, ...]]]:
    """Leave out the columns that no row fills: few files have all that a row can say, and each column costs time."""
    values = dict(zip(columns, zip(*rows, strict=True), strict=True)) if rows else {}
    filled = {name: column for name, column in values.items() if column.count(None) < len(column)}
    return tuple(filled), list(zip(*filled.values(), strict=True))


def _fixed(connection: sa.Connection, table: sa.Table, constants: Mapping[str, object]) -> tuple[object, ...]:
    """Return the constants as the driver stores them."""
    dialect = connection.dialect
    processors = {name: table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in constants}
    return tuple(value if (of := processors[name]) is None else of(value) for name, value in constants.items())


def _by_hundreds(rows: Sequence[tuple[Any, ...]]) -> Iterator[tuple[str, Iterable[Any]]]:
    """Yield the text of a VALUES for some hundred rows at a time, and its parameters.

    The text is the same for every batch: SQLite keeps what it made of the last ones, and each is near a megabyte.
    """
    for first in range(0, len(rows), _ROWS_PER_STATEMENT):
        some = rows[first : first + _ROWS_PER_STATEMENT]
        row = f"({', '.join('?' * len(some[0]))})"
        yield f"(VALUES {', '.join([row] * len(some))})", chain.from_iterable(some)
