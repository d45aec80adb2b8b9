"""What the tables are built of, in SQLite and Postgres alike: types of columns, checks, conditions of indexes."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.schema import SchemaItem

_Type = sa.types.TypeEngine[Any] | type[sa.types.TypeEngine[Any]]

METADATA: Final = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

KEY: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""SQLite counts up only columns that are called INTEGER."""

ITEM_ID: Final = sa.String(63).with_variant(sa.String(63, collation="C"), "postgresql")
"""Ordered by code point in both databases, as the input is (docs/design.md, 8.2)."""

HASH: Final = sa.String(22)
"""What stands for a text that left the database (`storage.key`)."""

TEXT: Final = sa.String()
NUMBER: Final = sa.Integer()

UNITS: Final = sa.BigInteger()
"""Of money, the smallest of its currency; and what only counts up."""


class Moment(sa.TypeDecorator[datetime]):
    """A time, in UTC; one that does not say where it is meant is a mistake of ours."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: sa.Dialect) -> datetime | None:
        """Give the database UTC: SQLite keeps no offset."""
        if value is not None and value.utcoffset() is None:
            raise ValueError(f"{value} says no time zone")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: sa.Dialect) -> datetime | None:
        """Say that it is UTC, or make it that: a session may have a time zone of its own."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


TIME: Final = Moment()


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
    """Keep an index to the rows of which a condition holds."""
    return {f"{dialect}_where": sa.text(condition) for dialect in ("sqlite", "postgresql")}


def key(name: str, kind: _Type, *more: SchemaItem) -> sa.Column[Any]:
    """Declare a column of the primary key."""
    return sa.Column(name, kind, *more, primary_key=True)


def required(
    name: str, kind: _Type, *more: SchemaItem, unique: bool | None = None, server_default: str | None = None
) -> sa.Column[Any]:
    """Declare a column that has a value in each row."""
    return sa.Column(name, kind, *more, nullable=False, unique=unique, server_default=server_default)


def optional(
    name: str, kind: _Type, *more: SchemaItem, unique: bool | None = None, index: bool | None = None
) -> sa.Column[Any]:
    """Declare a column that may be empty."""
    return sa.Column(name, kind, *more, nullable=True, unique=unique, index=index)
