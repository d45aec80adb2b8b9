"""What the tables are built of, in SQLite and Postgres alike: their base, types of columns, checks, conditions."""

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import SQLModel

KEY: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""SQLite counts up only columns that are called INTEGER."""

ITEM_ID: Final = sa.String(63).with_variant(sa.String(63, collation="C"), "postgresql")
"""Ordered by code point in both databases, as the input is (docs/design.md, 8.2)."""

HASH: Final = sa.String(22)
"""What stands for a text that left the database (`storage.key`)."""


class Words(sa.TypeDecorator[StrEnum]):
    """Text that holds the words of an enum; `one_of` beside it refuses any others.

    Read by one look-up in C: SQLAlchemy's own Enum costs as much as all the other columns of an item together.
    """

    impl = sa.String(20)
    cache_ok = True

    def __init__(self, of: type[StrEnum]) -> None:
        super().__init__()
        self.of = of

    # SQLAlchemy calls both with what these words do not depend on.
    def process_bind_param(self, value: StrEnum | str | None, _dialect: sa.Dialect) -> str | None:
        """Give the database the word; any other is a mistake of ours."""
        return None if value is None else self.of(value).value

    def result_processor(self, _dialect: sa.Dialect, _coltype: object) -> Callable[[str | None], StrEnum | None]:
        """Give what makes members of words that are read."""
        members: dict[str | None, StrEnum | None] = {None: None, **{member.value: member for member in self.of}}
        return members.__getitem__


def one_of(column: str, words: Iterable[str]) -> sa.CheckConstraint:
    """Refuse any other words; not by IN, for which SQLite builds a temporary table for every row that it writes."""
    return sa.CheckConstraint(" OR ".join(f"{column} = '{word}'" for word in words), name=column)


def only_where(condition: str) -> dict[str, Any]:
    """Say that the migrations keep an index to the rows of which a condition holds.

    Not in the words of each dialect: no statement needs them, and SQLAlchemy would load the dialect to read them, which
    takes a twentieth of a short command.
    """
    return {"info": {"where": condition}}


class TableRow(SQLModel):
    """A row of a table; a subclass is a table."""

    model_config = {"defer_build": True}
    """Nothing is ever validated by a row."""

    metadata = sa.MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        }
    )


def table_of(row: type[TableRow]) -> sa.Table:
    """Return the table of a class of rows, for statements."""
    return row.metadata.tables[str(row.__tablename__)]
