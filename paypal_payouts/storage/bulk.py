"""Writing many rows at once: by COPY or arrays on Postgres, by the driver's own loop on SQLite."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from paypal_payouts.storage import postgres


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
    if connection.dialect.name == "postgresql":
        postgres.copy(connection, table, constants=constants, columns=columns, rows=rows)
    else:
        _execute_many(connection, table.insert(), constants=constants, columns=columns, rows=rows)


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
        _execute_many(connection, which, constants=constants, columns=columns, rows=rows)


def _execute_many(
    connection: sa.Connection,
    statement: sa.Insert | sa.Update,
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
