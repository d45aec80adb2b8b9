"""Finds what stands in the database and cannot be read: a word, a time or a kind of value that no program writes there.

The tables refuse most of it, but not from whoever may change the tables. Looked for when a row could not be read.
"""

from typing import Any, Final

import sqlalchemy as sa
from sqlmodel.sql.sqltypes import UTCDateTime

from paypal_payouts.errors import SealBroken
from paypal_payouts.storage.columns import Words
from paypal_payouts.storage.tables import METADATA, batches, cycles

_KINDS: Final[dict[type[sa.types.TypeEngine[Any]], tuple[str, ...]]] = {
    sa.Integer: ("integer",),
    sa.Float: ("real", "integer"),
    sa.LargeBinary: ("blob",),
}
"""What SQLite holds in a column of a type where it is not text; it would take anything."""


def first_odd_value(connection: sa.Connection) -> SealBroken | None:
    """Return what is said of the first value that could not be read, naming its batch or cycle; None: there is none.

    It reads all tables whole.
    """
    for table in METADATA.sorted_tables:
        for column in table.columns:
            query = sa.select(_place(table).label("place"), sa.cast(column, sa.Text).label("value"))
            found = connection.execute(_joined(query, table).where(_is_odd(column, connection.dialect.name))).first()
            if found is not None:
                where, value = f"{table.name}.{column.name}", found.value
                return SealBroken(
                    f"{found.place or table.name} was changed in the database by another hand: {where} is {value!r}, "
                    "which no version of this program writes.",
                    hint="Nothing was sent. Find out who could write to it, and put its newest good copy back.",
                    details=[{"batch": found.place, "column": where, "value": value}],
                )
    return None


def _place(table: sa.Table) -> sa.ColumnElement[Any]:
    if table is batches or "batch_id" in table.columns:
        return batches.c.batch
    return cycles.c.name if table is cycles or "cycle_id" in table.columns else sa.literal(table.name)


def _joined(query: sa.Select[Any], table: sa.Table) -> sa.Select[Any]:
    if table is not batches and "batch_id" in table.columns:
        return query.outerjoin_from(table, batches, table.c.batch_id == batches.c.id).limit(1)
    if table is not batches and "cycle_id" in table.columns:
        return query.outerjoin_from(table, cycles, table.c.cycle_id == cycles.c.id).limit(1)
    return query.select_from(table).limit(1)


def _is_odd(column: sa.Column[Any], dialect: str) -> sa.ColumnElement[bool]:
    odd: list[sa.ColumnElement[bool]] = [sa.false()]
    if isinstance(column.type, Words):
        odd.append(sa.type_coerce(column, sa.Text).not_in([member.value for member in column.type.of]))
    if isinstance(column.type, UTCDateTime):
        odd.append(sa.and_(column.is_not(None), _is_no_time(column, dialect)))
    if dialect == "sqlite":
        kinds = next((kinds for kind, kinds in _KINDS.items() if isinstance(column.type, kind)), ("text",))
        odd.append(sa.func.typeof(column).not_in((*kinds, "null")))
    return sa.or_(*odd)


def _is_no_time(column: sa.Column[Any], dialect: str) -> sa.ColumnElement[bool]:
    text = sa.cast(column, sa.Text)
    if dialect == "sqlite":
        return sa.or_(
            sa.func.strftime("%Y-%m-%d %H:%M:%S", text).is_distinct_from(sa.func.substr(text, 1, 19)), text < "0001"
        )
    return sa.or_(sa.not_(sa.func.isfinite(column)), sa.not_(sa.func.date_part("year", column).between(1, 9999)))
