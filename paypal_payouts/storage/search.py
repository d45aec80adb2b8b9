"""Items by whatever an operator knows of them: over every cycle that was ever stored, in two scans and no copy of it.

Nothing but the ids of batches and items is indexed: an index over receivers or PayPal's ids would be written with every
item, and `explain` is asked seldom.
"""

import heapq
from collections.abc import Collection, Iterable, Iterator
from typing import Final, NamedTuple

import sqlalchemy as sa

from paypal_payouts.domain.explain import Payment
from paypal_payouts.domain.item import ItemReport
from paypal_payouts.domain.states import ItemState
from paypal_payouts.storage.batches import UNPROVEN
from paypal_payouts.storage.earlier_ids import items_once_known_by
from paypal_payouts.storage.engine import Database
from paypal_payouts.storage.items import REPORTED, ROWS_AT_ONCE
from paypal_payouts.storage.repeating import repeated_when_cut
from paypal_payouts.storage.shown_states import STATE
from paypal_payouts.storage.tables import attempts, batches, cycles, items
from paypal_payouts.storage.values import storable

NAMED: Final = 2
"""The text is the item's own id."""
KNOWN_BY: Final = 1
"""It is another id of it, or the whole receiver. What is below: a part of the receiver."""


class Hit(NamedTuple):
    """A debt that was found."""

    cycle: str
    item_id: str
    level: int
    """How well it is named: `NAMED`, `KNOWN_BY`, or 0."""


class Hits(NamedTuple):
    """The best of what was found, and how much there is in all."""

    best: list[Hit]
    """Those that are named best first; among equals the newest."""
    in_all: int


class _Place(NamedTuple):
    """Where a hit comes among the others: the greatest first."""

    level: int
    cycle: int
    key: int
    """Of the newest payment of the item."""


_CYCLES = sa.select(cycles.c.id, cycles.c.name).order_by(cycles.c.created_at, cycles.c.id)
_NAME: sa.BindParameter[str] = sa.bindparam("text", type_=sa.String)
_BATCHES = sa.select(batches.c.id).where(
    sa.or_(batches.c.batch == _NAME, batches.c.paypal_batch_id == _NAME, batches.c.sender_batch_id == _NAME)
)
_LATER = items.alias()
_PAYMENTS = (
    sa.select(
        *REPORTED,
        cycles.c.name,
        batches.c.source,
        items.c.line,
        batches.c.created_at,
        batches.c.status,
        sa.exists().where(attempts.c.batch_id == batches.c.id, UNPROVEN),
        items.c.conflict,
        items.c.acknowledged,
    )
    .join_from(batches, cycles, batches.c.cycle_id == cycles.c.id)
    .join(items, items.c.batch_id == batches.c.id)
    .where(cycles.c.name == sa.bindparam("cycle"), items.c.item_id == sa.bindparam("item"))
    .order_by(items.c.newest.desc(), items.c.id.desc())
)
"""Batch by batch of the cycle, as an index over both ids wants it."""


class Search:
    """Finds items, and gives every payment of one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @repeated_when_cut
    def cycles(self) -> int:
        """Count the cycles that were ever stored."""
        with self._database.read() as connection:
            return int(connection.execute(sa.select(sa.func.count()).select_from(cycles)).scalar_one())

    @repeated_when_cut
    def find(self, text: str, *, cycle: str | None = None, at_most: int) -> Hits:
        """Find the items that a text names or is a part of the receiver of, in one cycle or in all.

        An item is found by any of its payments, and counts once.
        """
        text = storable(text)
        with self._database.read() as connection:
            of_cycles = list(connection.execute(_CYCLES))
            which = _Wanted(connection, text, next((key for key, name in of_cycles if name == cycle), None))
            rank = {key: place for place, (key, _) in enumerate(of_cycles)}
            older = _by_older_payments(connection, which, rank)
            counted = _Counting(_places(connection, which, rank, older))
            best = heapq.nlargest(at_most, counted)
            names = sa.select(items.c.id, items.c.item_id).where(items.c.id.in_([place.key for place in best]))
            item_ids = {row.id: row.item_id for row in connection.execute(names)}
        hits = [Hit(of_cycles[place.cycle][1], item_ids[place.key], place.level) for place in best]
        return Hits(hits, counted.number)

    @repeated_when_cut
    def cycles_with(self, states: Collection[ItemState], receiver: str) -> list[str]:
        """Name the cycles, the newest first, that have an item in one of these states whose receiver holds a text.

        No states: any. No text: any receiver.
        """
        with self._database.read() as connection:
            query = sa.select(items.c.cycle_id).distinct().where(items.c.newest != 0)
            if receiver:
                query = query.where(_has_part(connection, storable(receiver)))
            if states:
                query = query.join(batches, items.c.batch_id == batches.c.id).where(STATE.in_(sorted(states)))
            found = set(connection.execute(query).scalars())
            return [name for key, name in reversed(list(connection.execute(_CYCLES))) if key in found]

    @repeated_when_cut
    def payments(self, cycle: str, item_id: str) -> list[Payment]:
        """List every payment of an item, the newest first."""
        fields = len(ItemReport._fields)
        with self._database.read() as connection:
            found = connection.execute(_PAYMENTS, {"cycle": cycle, "item": item_id}).all()
        return [
            Payment._make([ItemReport._make(row[:fields]), *row[fields:-3], bool(row[-3]), row[-2], bool(row[-1])])
            for row in found
        ]


class _Wanted:
    """What is looked for, as conditions of a statement over the items, or over another name of them."""

    def __init__(self, connection: sa.Connection, text: str, cycle_id: int | None) -> None:
        self._text = sa.bindparam("text", text, type_=sa.String, unique=True)
        self._batches = list(connection.execute(_BATCHES, {"text": text}).scalars())
        # By its batches: the index over them has every payment, the one over cycles only the newest.
        of_cycle = sa.select(batches.c.id).where(batches.c.cycle_id == cycle_id)
        self._of_cycle = None if cycle_id is None else items.c.batch_id.in_(of_cycle)
        self._once_known = items_once_known_by(connection, text, cycle_id)
        self._has_part = _has_part(connection, text)

    @property
    def condition(self) -> sa.ColumnElement[bool]:
        """Return which items are meant at all."""
        found = sa.or_(self._has_part, items.c.item_id == self._text, *self._known_by())
        return found if self._of_cycle is None else sa.and_(self._of_cycle, found)

    @property
    def level(self) -> sa.ColumnElement[int]:
        """Return how well an item is named."""
        whole = sa.func.lower(items.c.receiver) == sa.func.lower(self._text)
        known_by = sa.or_(whole, *self._known_by())
        return sa.case((items.c.item_id == self._text, NAMED), (known_by, KNOWN_BY), else_=0)

    def _known_by(self) -> list[sa.ColumnElement[bool]]:
        ids = [items.c.payee_id, items.c.paypal_item_id, items.c.transaction_id]
        of_batch = [items.c.batch_id.in_(self._batches)] if self._batches else []
        before = [sa.and_(items.c.cycle_id == cycle, items.c.item_id == item) for cycle, item in self._once_known]
        return [*(column == self._text for column in ids), *of_batch, *before]


def _has_part(connection: sa.Connection, text: str) -> sa.ColumnElement[bool]:
    """State that the receiver of an item holds a text, in capitals or not."""
    escaped = text.replace("/", "//").replace("%", "/%").replace("_", "/_")
    part = sa.bindparam("part", f"%{escaped}%", type_=sa.String, unique=True)
    # SQLite's LIKE ignores the case of ASCII letters, which is all that a receiver has, in a fifth of the time that
    # lower() takes.
    if connection.dialect.name == "sqlite":
        return items.c.receiver.like(part, escape="/")
    return items.c.receiver.ilike(part, escape="/")


def _by_older_payments(connection: sa.Connection, wanted: _Wanted, rank: dict[int, int]) -> dict[int, _Place]:
    """Find the items whose older payments are meant, by the key of their newest payment."""
    newest = sa.and_(
        _LATER.c.cycle_id == items.c.cycle_id,
        _LATER.c.item_id == items.c.item_id,
        _LATER.c.newest == sa.literal_column("1"),
    )
    query = (
        sa.select(sa.func.max(wanted.level), _LATER.c.cycle_id, _LATER.c.id)
        .join_from(items, _LATER, newest)
        .where(wanted.condition, items.c.newest == 0)
        .group_by(_LATER.c.cycle_id, _LATER.c.id)
    )
    return {key: _Place(level, rank[cycle_id], key) for level, cycle_id, key in connection.execute(query)}


def _places(
    connection: sa.Connection, wanted: _Wanted, rank: dict[int, int], older: dict[int, _Place]
) -> Iterator[_Place]:
    """Stream every item that is meant, each once."""
    # Not `NEWEST`: over its index SQLite would fetch all rows one by one, in the order of their ids.
    query = sa.select(wanted.level, items.c.cycle_id, items.c.id).where(wanted.condition, items.c.newest != 0)
    with connection.execution_options(yield_per=ROWS_AT_ONCE).execute(query) as rows:
        for level, cycle_id, key in rows:
            place = _Place(level, rank[cycle_id], key)
            yield max(place, older.pop(key)) if key in older else place
    yield from older.values()


class _Counting:
    """Passes places on, and knows how many there were."""

    def __init__(self, places: Iterable[_Place]) -> None:
        self._places = places
        self.number = 0

    def __iter__(self) -> Iterator[_Place]:
        for place in self._places:
            self.number += 1
            yield place
