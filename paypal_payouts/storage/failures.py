"""What went wrong, by what PayPal called it: payments of items, and sends of batches."""

import json
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from paypal_payouts.domain.bounced import BOUNCED, Bounced
from paypal_payouts.domain.item import ItemReport
from paypal_payouts.domain.outcome import AttemptOutcome, ErrorClass
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.states import NOT_PAID, SETTLED, ItemState
from paypal_payouts.domain.trail import NOT_REACHED
from paypal_payouts.storage import audit
from paypal_payouts.storage.counts import has_any
from paypal_payouts.storage.engine import Database
from paypal_payouts.storage.items import REPORTED, ROWS_AT_ONCE
from paypal_payouts.storage.repeating import repeated_when_cut
from paypal_payouts.storage.tables import NEWEST, attempts, batches, cycles, items
from paypal_payouts.storage.values import FailureCount, Lease

_CYCLE_OF = sa.select(batches.c.cycle_id).where(batches.c.id == sa.bindparam("of_batch"))
_SENDS_THAT_FAILED = sorted({AttemptOutcome.REFUSED, AttemptOutcome.UNKNOWN, AttemptOutcome.NOT_SENT})

_FAILED = sa.or_(
    items.c.state.in_(sorted(NOT_PAID)),
    sa.and_(items.c.error_code.is_not(None), items.c.state.not_in(sorted(SETTLED))),
)
"""Unpaid at the end, or with an error of PayPal's that keeps the money from arriving so far."""


_BOUNCED: Final = (
    sa.select(sa.func.lower(items.c.receiver), cycles.c.name, items.c.batch_id, items.c.state, items.c.error_code)
    .join_from(batches, cycles, batches.c.cycle_id == cycles.c.id)
    .join(items, items.c.batch_id == batches.c.id)
    .where(
        batches.c.last_sent_at >= sa.bindparam("since"),
        cycles.c.name != sa.bindparam("exclude"),
        has_any(BOUNCED),
        items.c.state.in_(sorted(BOUNCED)),
        sa.or_(items.c.state != ItemState.FAILED, items.c.error_class == ErrorClass.PAYEE),
    )
)
_ARRIVED: Final = (
    sa.select(sa.func.lower(items.c.receiver).label("arrived_at"), sa.func.max(items.c.batch_id))
    .where(
        # Batch by batch: joined, SQLite would read all items there are.
        items.c.batch_id.in_(
            sa.select(batches.c.id).where(batches.c.last_sent_at >= sa.bindparam("since"), has_any({ItemState.SUCCESS}))
        ),
        items.c.state == ItemState.SUCCESS,
    )
    .group_by("arrived_at")
)
AMONG: Final = {
    "sqlite": "lower(payout_items.receiver) IN (SELECT value FROM json_each(:receivers))",
    "postgresql": "lower(payout_items.receiver) IN (SELECT json_array_elements_text(CAST(:receivers AS json)))",
}
"""Receivers as rows: so many parameters would be too many."""


class Failures:
    """Counts failures by state, class and code, the most frequent first, with the newest words that came with them.

    And gives the receivers whom money did not reach.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @repeated_when_cut
    def record_not_reached(self, lease: Lease, batch: BatchRecord, *, why: str, now: datetime, actor: str) -> None:
        """Keep in the trail that PayPal gave no token for a batch: nothing of it was sent.

        Raises:
            LeaseLost: nothing was written.

        """
        with self._database.write(lease, now) as connection:
            cycle_id = connection.execute(_CYCLE_OF, {"of_batch": batch.id}).scalar_one()
            audit.record(
                connection, at=now, actor=actor, action=NOT_REACHED, cycle_id=cycle_id, batch_id=batch.id, reason=why
            )

    def of_cycle(self, cycle: str) -> list[FailureCount]:
        """Count the newest payment of every item of a cycle that failed, and every send of its batches that did."""
        cycle_id = sa.select(cycles.c.id).where(cycles.c.name == cycle).scalar_subquery()
        return self._counted(sa.and_(items.c.cycle_id == cycle_id, NEWEST), batches.c.cycle_id == cycle_id)

    def of_batch(self, batch_id: int) -> list[FailureCount]:
        """Count the payments of a batch that failed, and the sends of it that did."""
        return self._counted(items.c.batch_id == batch_id, batches.c.id == batch_id)

    def first_of_cycle(self, cycle: str, kind: FailureCount, *, at_most: int) -> list[ItemReport]:
        """List the first items, by item id, that one line of `of_cycle` counts."""
        cycle_id = sa.select(cycles.c.id).where(cycles.c.name == cycle).scalar_subquery()
        return self._first(sa.and_(items.c.cycle_id == cycle_id, NEWEST), kind, at_most)

    def first_of_batch(self, batch_id: int, kind: FailureCount, *, at_most: int) -> list[ItemReport]:
        """List the first items, by item id, that one line of `of_batch` counts."""
        return self._first(items.c.batch_id == batch_id, kind, at_most)

    def bounced(self, *, since: datetime, exclude: str) -> Iterator[Bounced]:
        """Stream the payments that did not reach their receivers, of batches of other cycles sent since a moment."""
        which = {"since": since, "exclude": exclude}
        with (
            self._database.read() as connection,
            connection.execution_options(yield_per=ROWS_AT_ONCE).execute(_BOUNCED, which) as rows,
        ):
            yield from map(Bounced._make, rows)

    @repeated_when_cut
    def arrived(self, receivers: Collection[str], *, since: datetime) -> dict[str, int]:
        """Return to which of some receivers, in small letters, money got since a moment, and the last batch with it."""
        query = _ARRIVED.where(sa.text(AMONG[self._database.dialect]))
        with self._database.read() as connection:
            found = connection.execute(query, {"since": since, "receivers": json.dumps(sorted(set(receivers)))})
            return {row[0]: row[1] for row in found}

    @repeated_when_cut
    def _first(self, which: sa.ColumnElement[bool], kind: FailureCount, at_most: int) -> list[ItemReport]:
        query = (
            sa.select(*REPORTED)
            .join_from(items, batches, items.c.batch_id == batches.c.id)
            .where(
                which,
                items.c.state == kind.state,
                items.c.error_class.is_not_distinct_from(kind.error_class),
                items.c.error_code.is_not_distinct_from(kind.error_code),
            )
            .order_by(items.c.item_id)
            .limit(at_most)
        )
        with self._database.read() as connection:
            return [ItemReport._make(row) for row in connection.execute(query)]

    @repeated_when_cut
    def _counted(
        self, which_items: sa.ColumnElement[bool], which_batches: sa.ColumnElement[bool]
    ) -> list[FailureCount]:
        grouped = (items.c.state, items.c.error_class, items.c.error_code)
        of_items = sa.select(*grouped, sa.func.max(items.c.error_message), sa.func.count().label("number"))
        of_items = of_items.where(which_items, _FAILED).group_by(*grouped)
        kinds = (attempts.c.outcome, attempts.c.error_class, attempts.c.error_code)
        of_sends = sa.select(*kinds, sa.func.max(attempts.c.error_message), sa.func.count().label("number"))
        of_sends = of_sends.join_from(attempts, batches).where(which_batches, kinds[0].in_(_SENDS_THAT_FAILED))
        of_sends = of_sends.group_by(*kinds)
        with self._database.read() as connection:
            return [
                FailureCount._make(row) for query in (of_items, of_sends) for row in connection.execute(_ordered(query))
            ]


def _ordered(query: sa.Select[tuple[object, ...]]) -> sa.Select[tuple[object, ...]]:
    state, _, code, *_ = query.selected_columns
    return query.order_by(sa.desc("number"), code, state)
