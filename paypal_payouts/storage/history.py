"""Cycles: which there are, which of them are open, and which were sent of late."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from paypal_payouts.domain.plan import RecentCycle
from paypal_payouts.domain.states import NOT_FINAL, STILL_MOVING, BatchStatus
from paypal_payouts.domain.unfinished import UNFINISHED_BATCHES
from paypal_payouts.storage.counts import has_any, has_open_conflicts
from paypal_payouts.storage.engine import Database
from paypal_payouts.storage.items import ROWS_AT_ONCE
from paypal_payouts.storage.tables import NEWEST, batches, cycles, items

_OPEN = (BatchStatus.IN_FLIGHT, BatchStatus.ACCEPTED, BatchStatus.REVIEW)

# Built once, as every run asks it.
_LAST_SENT_AT = sa.func.max(batches.c.last_sent_at)
_RECENT = (
    sa.select(cycles.c.id, cycles.c.name, _LAST_SENT_AT)
    .join_from(cycles, batches)
    .where(cycles.c.name != sa.bindparam("exclude"), batches.c.last_sent_at >= sa.bindparam("since"))
    .group_by(cycles.c.id, cycles.c.name)
    .order_by(_LAST_SENT_AT.desc(), cycles.c.id)
)


class CycleGlance(NamedTuple):
    """As much of a cycle as can be told without counting its items."""

    name: str
    is_open: bool
    """A batch is not at its end, or an item of it has no final word."""
    payments: int
    """Of all its batches, later attempts too."""


class StoredCycle(NamedTuple):
    """A cycle that is not finished, and since when: the day on which the oldest batch that is open was stored."""

    name: str
    stored_at: datetime


class History:
    """Reads cycles as a whole."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def cycle_names(self) -> list[str]:
        """List every cycle, the newest first."""
        query = sa.select(cycles.c.name).order_by(cycles.c.created_at.desc(), cycles.c.id.desc())
        with self._database.read() as connection:
            return list(connection.execute(query).scalars())

    def glances(self) -> list[CycleGlance]:
        """Look at every cycle, the newest first, and at no item that is final."""
        is_open = sa.exists().where(batches.c.cycle_id == cycles.c.id, _is_open())
        payments = sa.select(sa.func.coalesce(sa.func.sum(batches.c.item_count), 0))
        payments = payments.where(batches.c.cycle_id == cycles.c.id)
        query = sa.select(cycles.c.name, is_open, payments.scalar_subquery()).order_by(
            cycles.c.created_at.desc(), cycles.c.id.desc()
        )
        with self._database.read() as connection:
            return [CycleGlance(name, bool(open_), int(number)) for name, open_, number in connection.execute(query)]

    def open_cycles(self) -> list[StoredCycle]:
        """List the cycles that are not finished, the oldest first."""
        query = (
            sa.select(cycles.c.name, sa.func.min(batches.c.created_at))
            .join_from(cycles, batches)
            .where(_is_open())
            .group_by(cycles.c.id, cycles.c.name, cycles.c.created_at)
            .order_by(cycles.c.created_at, cycles.c.id)
        )
        with self._database.read() as connection:
            return [StoredCycle(name, stored_at) for name, stored_at in connection.execute(query)]

    def unfinished_cycles(self) -> list[str]:
        """List the cycles that `sync` has something to ask or tell about, the oldest first.

        Those with a batch that is in flight, accepted or in review, and those with an item that PayPal may still move.
        """
        unfinished = sa.or_(batches.c.status.in_(_OPEN), has_any(STILL_MOVING))
        query = (
            sa.select(cycles.c.name)
            .where(sa.exists().where(batches.c.cycle_id == cycles.c.id, unfinished))
            .order_by(cycles.c.created_at, cycles.c.id)
        )
        with self._database.read() as connection:
            return list(connection.execute(query).scalars())

    def recent_cycles(self, *, exclude: str, since: datetime) -> list[RecentCycle]:
        """List the other cycles that were sent since a moment, the last first; their rows are read when asked for."""
        with self._database.read() as connection:
            found = connection.execute(_RECENT, {"exclude": exclude, "since": since}).all()
        return [RecentCycle(name, last, self._sent_rows(cycle_id)) for cycle_id, name, last in found]

    def _sent_rows(self, cycle_id: int) -> Iterator[tuple[str, int, str]]:
        query = (
            sa.select(items.c.receiver, items.c.amount_minor, items.c.currency)
            .join_from(items, batches, items.c.batch_id == batches.c.id)
            .where(items.c.cycle_id == cycle_id, NEWEST, batches.c.first_sent_at.is_not(None))
        )
        with (
            self._database.read() as connection,
            connection.execution_options(yield_per=ROWS_AT_ONCE).execute(query) as rows,
        ):
            for row in rows:
                yield row.receiver, row.amount_minor, row.currency


def _is_open() -> sa.ColumnElement[bool]:
    """Say, of a batch in a statement over batches, that it has not ended, or that an item of it has not."""
    return sa.or_(batches.c.status.in_(sorted(UNFINISHED_BATCHES)), has_any(NOT_FINAL), has_open_conflicts())
