"""Cycles: which there are, which of them are open, and which were stored or sent in the last days."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

import sqlalchemy as sa

from paypal_payouts.domain.copies import Payment, RecentCycle
from paypal_payouts.domain.late_words import CLAIMED_WITHIN
from paypal_payouts.domain.standing import MAY_BE_PAID
from paypal_payouts.domain.states import (
    ENDED_BY_PAYPAL,
    NOT_FINAL,
    OPEN_STATUSES,
    STATUS_MEANING,
    STILL_MOVING,
    BatchStatus,
    ItemState,
)
from paypal_payouts.errors import StorageFailed
from paypal_payouts.storage.audit import INTENT
from paypal_payouts.storage.counts import has_any, has_open_conflicts
from paypal_payouts.storage.engine import Database
from paypal_payouts.storage.items import ROWS_AT_ONCE
from paypal_payouts.storage.repeating import repeated_when_cut
from paypal_payouts.storage.tables import (
    IS_LIVE,
    NEWEST,
    archived_items,
    archives,
    audit_events,
    batches,
    cycles,
    items,
)

_MAY_BE_PAID = [status for status in OPEN_STATUSES if STATUS_MEANING[status].money in MAY_BE_PAID]

# Built once, as every run asks them.
_SINCE: sa.BindParameter[datetime] = sa.bindparam("since")
_UNTIL: sa.BindParameter[datetime] = sa.bindparam("until")
_IS_RECENT = sa.and_(
    sa.or_(batches.c.last_sent_at.between(_SINCE, _UNTIL), batches.c.created_at.between(_SINCE, _UNTIL)),
    # Stored and given up: nothing of it was ever sent, nor will be.
    sa.not_(sa.and_(batches.c.status == BatchStatus.ABANDONED, batches.c.first_sent_at.is_(None))),
)
_PLACE = sa.func.coalesce(
    sa.select(sa.func.min(audit_events.c.id))
    .where(audit_events.c.batch_id == batches.c.id, audit_events.c.action == INTENT)
    .scalar_subquery(),
    0,
)
"""Which place a batch has among all that were ever stored (`storage.intents`)."""
_SEEN_AT = sa.func.max(sa.func.coalesce(batches.c.last_sent_at, batches.c.created_at))
_IS_ARCHIVED = sa.exists().where(archives.c.cycle_id == cycles.c.id)
_RECENT = (
    sa.select(
        cycles.c.id,
        cycles.c.name,
        _SEEN_AT,
        sa.func.count(batches.c.first_sent_at),
        sa.func.min(_PLACE),
        sa.func.max(_PLACE),
        sa.func.min(batches.c.copy_allowed),
        sa.func.sum(batches.c.item_count),
        _IS_ARCHIVED,
    )
    .join_from(cycles, batches)
    .where(cycles.c.name != sa.bindparam("exclude"), _IS_RECENT)
    .group_by(cycles.c.id, cycles.c.name)
    .order_by(_SEEN_AT.desc(), cycles.c.id)
)
_PAYMENTS = sa.select(items.c.receiver, items.c.amount_minor, items.c.currency)
_RECENT_PAYMENTS = _PAYMENTS.join_from(items, batches, items.c.batch_id == batches.c.id).where(
    items.c.cycle_id == sa.bindparam("of_cycle"), NEWEST, _IS_RECENT
)
_RECENT_ARCHIVED = (
    sa.select(archived_items.c.receiver, archived_items.c.amount_minor, batches.c.currency)
    .join_from(archived_items, batches, archived_items.c.batch_id == batches.c.id)
    .where(archived_items.c.cycle_id == sa.bindparam("of_cycle"), archived_items.c.newest == sa.literal_column("1"))
    .where(_IS_RECENT)
)
"""With hashes in place of receivers."""
_ARCHIVE = sa.select(archives.c.cycle_id).where(archives.c.cycle_id == sa.bindparam("of_cycle"))
_TO_RECEIVERS: sa.BindParameter[Sequence[str]] = sa.bindparam("receivers", expanding=True)
_RECENT_PAYMENTS_TO = _RECENT_PAYMENTS.where(sa.func.lower(items.c.receiver).in_(_TO_RECEIVERS))
_OF_BATCHES: sa.BindParameter[Sequence[int]] = sa.bindparam("of_batches", expanding=True)
_OF_CYCLE = items.c.cycle_id == (sa.select(cycles.c.id).where(cycles.c.name == sa.bindparam("cycle")).scalar_subquery())
_STORED_PAYMENTS = _PAYMENTS.where(_OF_CYCLE, NEWEST)
_LIVE_PAYMENTS = _PAYMENTS.where(_OF_CYCLE, IS_LIVE)
_LIVE_PAYMENTS_OF_BATCHES = _PAYMENTS.where(items.c.batch_id.in_(_OF_BATCHES), IS_LIVE)
_STORED_TOGETHER = _PAYMENTS.where(items.c.batch_id.in_(_OF_BATCHES), NEWEST)
_PLACES = (
    sa.select(batches.c.id, _PLACE.label("place"))
    .join_from(cycles, batches)
    .where(cycles.c.name == sa.bindparam("cycle"))
)


class _Payments:
    """Payments that are read each time they are asked for, and never all held."""

    def __init__(self, database: Database, query: sa.Select[Any], **which: object) -> None:
        self._database, self._query, self._which = database, query, which

    def __iter__(self) -> Iterator[Payment]:
        with (
            self._database.read() as connection,
            connection.execution_options(yield_per=ROWS_AT_ONCE).execute(self._query, self._which) as rows,
        ):
            yield from map(tuple, rows)


class _LivingPayments(_Payments):
    """Those of a cycle that was not archived when it was found, and is not once they are read: then none were gone."""

    def __iter__(self) -> Iterator[Payment]:
        yield from super().__iter__()
        with self._database.read() as connection:
            if connection.execute(_ARCHIVE, self._which).first() is not None:
                raise StorageFailed(
                    "A cycle was archived while others were compared with it.",
                    hint="Nothing was sent. Run again: it is compared by its hashes then.",
                )


class CycleGlance(NamedTuple):
    """As much of a cycle as can be told without counting its items."""

    name: str
    is_open: bool
    """A batch is not at its end, or an item of it has no final word."""
    payments: int
    """Of all its batches, later attempts too."""
    stored_at: datetime


class StoredCycle(NamedTuple):
    """A cycle that is not finished, and since when: the day on which the oldest batch that is open was stored."""

    name: str
    stored_at: datetime
    in_review: bool  # a person must decide on a batch of it


class CycleHistory:
    """Reads cycles as a whole."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @repeated_when_cut
    def cycle_names(self) -> list[str]:
        """List every cycle, the newest first."""
        query = sa.select(cycles.c.name).order_by(cycles.c.created_at.desc(), cycles.c.id.desc())
        with self._database.read() as connection:
            return list(connection.execute(query).scalars())

    @repeated_when_cut
    def glances(self) -> list[CycleGlance]:
        """Look at every cycle, the newest first, and at no item that is final."""
        is_open = sa.exists().where(batches.c.cycle_id == cycles.c.id, _is_open())
        payments = sa.select(sa.func.coalesce(sa.func.sum(batches.c.item_count), 0))
        payments = payments.where(batches.c.cycle_id == cycles.c.id)
        query = sa.select(cycles.c.name, is_open, payments.scalar_subquery(), cycles.c.created_at).order_by(
            cycles.c.created_at.desc(), cycles.c.id.desc()
        )
        with self._database.read() as connection:
            return [
                CycleGlance(name, bool(open_), int(number), stored_at)
                for name, open_, number, stored_at in connection.execute(query)
            ]

    def last_finished(self, *, before: str) -> CycleGlance | None:
        """Find the newest cycle that is finished and older than another, or than all where that is not stored."""
        glances = self.glances()
        newer = next((place for place, glance in enumerate(glances) if glance.name == before), -1)
        return next((glance for glance in glances[newer + 1 :] if not glance.is_open and glance.payments), None)

    @repeated_when_cut
    def open_cycles(self) -> list[StoredCycle]:
        """List the cycles that are not finished, the oldest first."""
        in_review = sa.func.max(sa.case((batches.c.status == BatchStatus.REVIEW, 1), else_=0))
        query = (
            sa.select(cycles.c.name, sa.func.min(batches.c.created_at), in_review)
            .join_from(cycles, batches)
            .where(_is_open())
            .group_by(cycles.c.id, cycles.c.name, cycles.c.created_at)
            .order_by(cycles.c.created_at, cycles.c.id)
        )
        with self._database.read() as connection:
            return [StoredCycle(name, at, bool(waits)) for name, at, waits in connection.execute(query)]

    @repeated_when_cut
    def unfinished_cycles(self) -> list[str]:
        """List the cycles that `sync` has something to ask or tell about, the oldest first.

        Those with a batch that is in flight, accepted or in review, and those with an item that PayPal may still move.
        """
        unfinished = sa.or_(batches.c.status.in_(_MAY_BE_PAID), has_any(STILL_MOVING))
        query = (
            sa.select(cycles.c.name)
            .where(sa.exists().where(batches.c.cycle_id == cycles.c.id, unfinished))
            .order_by(cycles.c.created_at, cycles.c.id)
        )
        with self._database.read() as connection:
            return list(connection.execute(query).scalars())

    @repeated_when_cut
    def paid_batches(self, *, since: datetime, not_read_since: datetime) -> dict[str, list[int]]:
        """Return, by cycle, the ended batches in which a payment arrived since a moment, the oldest cycle first.

        What PayPal showed after `not_read_since` is left out: reading it again so soon would be for nothing.
        """
        paid = sa.exists().where(
            items.c.batch_id == batches.c.id, items.c.state == ItemState.SUCCESS, items.c.updated_at >= since
        )
        query = (
            sa.select(cycles.c.name, batches.c.id)
            .join_from(cycles, batches)
            .where(
                batches.c.last_sent_at >= since - CLAIMED_WITHIN,
                batches.c.status.in_(sorted(ENDED_BY_PAYPAL)),
                sa.or_(batches.c.last_read_at.is_(None), batches.c.last_read_at <= not_read_since),
                has_any({ItemState.SUCCESS}),
                paid,
            )
            .order_by(cycles.c.created_at, cycles.c.id, batches.c.id)
        )
        found: dict[str, list[int]] = {}
        with self._database.read() as connection:
            for name, batch_id in connection.execute(query):
                found.setdefault(name, []).append(batch_id)
        return found

    @repeated_when_cut
    def recent_cycles(self, *, exclude: str, since: datetime, until: datetime) -> list[RecentCycle]:
        """List the other cycles of which batches were stored, or last sent, between two moments.

        The last comes first. Their payments in those batches are read when asked for; what was given up unsent is left
        out.
        """
        which = {"exclude": exclude, "since": since, "until": until}
        with self._database.read() as connection:
            found = connection.execute(_RECENT, which).all()

        def payments(
            cycle_id: int, receivers: Collection[str] | None = None, *, is_archived: bool = False
        ) -> Iterable[Payment]:
            which = {"of_cycle": cycle_id, "since": since, "until": until}
            if is_archived:
                return _Payments(self._database, _RECENT_ARCHIVED, **which)
            if receivers is None:
                return _LivingPayments(self._database, _RECENT_PAYMENTS, **which)
            return _LivingPayments(self._database, _RECENT_PAYMENTS_TO, **which, receivers=sorted(receivers))

        return [
            RecentCycle(
                name,
                seen_at,
                payments(cycle_id, is_archived=bool(archived)),
                was_sent=sent > 0,
                first_stored=first,
                last_stored=last,
                is_allowed=bool(allowed),
                is_archived=bool(archived),
                number=int(number),
                payments_to=None if archived else partial(payments, cycle_id),
            )
            for cycle_id, name, seen_at, sent, first, last, allowed, number, archived in found
        ]

    def live_payments(self, cycle: str) -> Iterable[Payment]:
        """Return what the payees of a cycle have, or may yet get."""
        return _Payments(self._database, _LIVE_PAYMENTS, cycle=cycle)

    def live_payments_of(self, batch_ids: Sequence[int]) -> Iterable[Payment]:
        """Return what the payees of some batches have, or may yet get."""
        return _Payments(self._database, _LIVE_PAYMENTS_OF_BATCHES, of_batches=list(batch_ids))

    def stored_payments(self, cycle: str) -> Iterable[Payment]:
        """Return what a cycle pays, has paid or has tried to pay, by the newest payment of each item."""
        return _Payments(self._database, _STORED_PAYMENTS, cycle=cycle)

    def payments(self, batch_ids: Sequence[int]) -> Iterable[Payment]:
        """Return what batches pay that no later batch has taken over."""
        return _Payments(self._database, _STORED_TOGETHER, of_batches=list(batch_ids))

    @repeated_when_cut
    def places(self, cycle: str) -> dict[int, int]:
        """Return the place of each batch of a cycle, by its key, among all batches that were ever stored."""
        with self._database.read() as connection:
            return {row.id: row.place for row in connection.execute(_PLACES, {"cycle": cycle})}


def _is_open() -> sa.ColumnElement[bool]:
    """Express, of a batch in a statement over batches, that it has not ended, or that an item of it has not."""
    return sa.or_(batches.c.status.in_(OPEN_STATUSES), has_any(NOT_FINAL), has_open_conflicts())
