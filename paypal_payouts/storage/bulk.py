"""Writing many rows at once: by COPY or arrays on Postgres, by long statements or the driver's own loop on SQLite."""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any, Final

import sqlalchemy as sa

from paypal_payouts.storage import postgres

_ROWS_PER_INSERT: Final = 500
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
    dialect = connection.dialect
    quoted = dialect.identifier_preparer
    names = ", ".join(quoted.quote(name) for name in (*constants, *columns))
    into = f"{quoted.format_table(table)} ({names})"
    fixed = tuple(_stored(table.c[name], value, dialect) for name, value in constants.items())
    if dialect.name == "postgresql":
        postgres.copy(connection, into, (fixed + row for row in rows))
        return
    # The text is the same for every batch: SQLite keeps what it makes of the last ones, and each is a megabyte.
    chosen = ", ".join(["?"] * len(fixed) + [f"column{number}" for number in range(1, len(columns) + 1)])
    row = f"({', '.join('?' * len(columns))})"
    for first in range(0, len(rows), _ROWS_PER_INSERT):
        some = rows[first : first + _ROWS_PER_INSERT]
        given = ", ".join([row] * len(some))
        statement = f"INSERT INTO {into} SELECT {chosen} FROM (VALUES {given})"  # noqa: S608 - names and marks alone
        connection.exec_driver_sql(statement, (*fixed, *chain.from_iterable(some)))


def _stored(column: sa.Column[Any], value: object, dialect: sa.Dialect) -> object:
    process = column.type.dialect_impl(dialect).bind_processor(dialect)
    return value if process is None else process(value)


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
    else:
        which = table.update().where(table.c.id == sa.bindparam("row_id", None))
        _update_each(connection, which, constants=constants, columns=columns, rows=rows)


def _update_each(
    connection: sa.Connection,
    statement: sa.Update,
    *,
    constants: Mapping[str, object],
    columns: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
) -> None:
    """Run a statement once for each row; parameters of its own, as those of a WHERE, take the values at the end.

    SQLAlchemy writes the SQL; the driver gets the tuples as they are, without a dictionary and a conversion for each
    row (measured: dependencies, section 4).
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
