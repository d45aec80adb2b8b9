"""Payees whose newest payments ended unpaid, in whatever cycle: payee by payee, and not item by item.

A payee who has a `payee_id` is found by the index over them: two looks for each, however many items there are. No index
is over receivers, which would be written with every item; so payees who are known by receiver alone are looked for in
what was stored since a moment.
"""

import json
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from paypal_payouts.domain.refused_payees import UnpaidPayment
from paypal_payouts.domain.states import PAYABLE_AGAIN, ItemState
from paypal_payouts.storage.counts import has_any
from paypal_payouts.storage.engine import Database
from paypal_payouts.storage.failures import AMONG
from paypal_payouts.storage.key import seal_of
from paypal_payouts.storage.payees import HAS_ARCHIVES, WANTED
from paypal_payouts.storage.repeating import repeated_when_cut
from paypal_payouts.storage.tables import archived_items, batches, cycles, items

_UNPAID: Final = sorted(PAYABLE_AGAIN)
_OTHERWISE: Final = sorted(frozenset(ItemState) - PAYABLE_AGAIN)
"""The payee has the money, had it, or may yet get it; or a person decided that it is not owed."""

_NAME: Final[sa.ColumnElement[str]] = sa.literal_column("wanted.value")
_NEWEST, _OTHER, _LIVE = items.alias(), items.alias(), items.alias()

# Each `payee_id` is the first one behind the last: so no payment is looked at but the newest of each.
_FIRST: Final = (
    sa.select(sa.func.min(items.c.payee_id).label("payee_id"))
    .where(items.c.payee_id.is_not(None))
    .cte("known", recursive=True)
)
_KNOWN: Final = _FIRST.union_all(
    sa.select(sa.select(sa.func.min(items.c.payee_id)).where(items.c.payee_id > _FIRST.c.payee_id).scalar_subquery())
    .select_from(_FIRST)
    .where(_FIRST.c.payee_id.is_not(None))
)
_PAID_OTHERWISE: Final = (
    sa.select(_OTHER.c.batch_id)
    .where(_OTHER.c.payee_id == _KNOWN.c.payee_id, _OTHER.c.state.in_(_OTHERWISE))
    .order_by(_OTHER.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
_ENDED_UNPAID: Final = sa.select(_KNOWN.c.payee_id, sa.func.coalesce(_PAID_OTHERWISE, 0)).join_from(
    _KNOWN,
    items,
    sa.and_(
        items.c.id
        == sa.select(sa.func.max(_NEWEST.c.id)).where(_NEWEST.c.payee_id == _KNOWN.c.payee_id).scalar_subquery(),
        items.c.state.in_(_UNPAID),
    ),
)

_PAYMENTS: Final = sa.select(
    items.c.id,
    items.c.payee_id,
    items.c.receiver,
    cycles.c.name,
    items.c.batch_id,
    items.c.state,
    items.c.error_class,
    items.c.error_code,
    items.c.error_message,
).where(
    batches.c.id == items.c.batch_id,
    cycles.c.id == batches.c.cycle_id,
    items.c.state.in_(_UNPAID),
    items.c.error_code.is_not(None),
    # Nor is the same debt paid by another payment of it. Not `NOT EXISTS`: Postgres would read all items for it.
    sa.select(_LIVE.c.id)
    .where(
        _LIVE.c.cycle_id == items.c.cycle_id,
        _LIVE.c.item_id == items.c.item_id,
        _LIVE.c.live == sa.literal_column("1"),
    )
    .limit(1)
    .scalar_subquery()
    .is_(None),
)
_OF_PAYEES: Final = _PAYMENTS.where(items.c.payee_id == _NAME)
# Batch by batch: joined, SQLite would read all items there are.
_OF_RECEIVERS: Final = _PAYMENTS.where(
    items.c.batch_id.in_(
        sa.select(batches.c.id)
        .where(batches.c.created_at >= sa.bindparam("since"), has_any(PAYABLE_AGAIN))
        .correlate(None)
    ),
    items.c.payee_id.is_(None),
)
_RECEIVERS_OTHERWISE: Final = (
    sa.select(sa.func.lower(items.c.receiver).label("known_as"), sa.func.max(items.c.batch_id))
    .where(
        items.c.batch_id.in_(sa.select(batches.c.id).where(batches.c.id >= sa.bindparam("first"))),
        items.c.state.in_(_OTHERWISE),
    )
    .group_by("known_as")
)
_ARCHIVED_OTHERWISE: Final = (
    sa.select(archived_items.c.payee, sa.func.max(archived_items.c.batch_id))
    .where(archived_items.c.payee == _NAME, archived_items.c.state.in_(_OTHERWISE))
    .group_by(archived_items.c.payee)
)


class UnpaidPayees:
    """Reads how the newest payments of payees ended."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @repeated_when_cut
    def payments(self, *, since: datetime) -> list[UnpaidPayment]:
        """List the payments that ended unpaid with an error of PayPal's, of payees who were not paid since.

        Where a row has no `payee_id`, its receiver is whom it was for, and only what was stored `since` a moment is
        looked at. Archived payments are not listed.
        """
        with self._database.read() as connection:
            last = {row[0]: row[1] for row in connection.execute(_ENDED_UNPAID)}
            for payee_id, batch_id in self._archived_otherwise(connection, last):
                last[payee_id] = max(last[payee_id], batch_id)
            rows = self._wanted(connection, _OF_PAYEES, items, last)
            of_payees = [each for each in map(UnpaidPayment._make, rows) if each.batch_id > last[str(each.payee_id)]]
            of_receivers = list(map(UnpaidPayment._make, connection.execute(_OF_RECEIVERS, {"since": since})))
            later = self._receivers_otherwise(connection, of_receivers)
        return of_payees + [each for each in of_receivers if each.batch_id > later.get(each.receiver.lower(), 0)]

    def _wanted(
        self, connection: sa.Connection, query: sa.Select[Any], table: sa.Table, names: Iterable[str]
    ) -> Iterator[Any]:
        wanted = sa.text(WANTED[self._database.dialect])
        yield from connection.execute(query.select_from(wanted, table), {"payees": json.dumps(sorted(names))})

    def _receivers_otherwise(self, connection: sa.Connection, unpaid: Collection[UnpaidPayment]) -> dict[str, int]:
        """Return the last batch in which a payment to each of these receivers did not end unpaid."""
        if not unpaid:
            return {}
        query = _RECEIVERS_OTHERWISE.where(sa.text(AMONG[self._database.dialect]))
        receivers = json.dumps(sorted({each.receiver.lower() for each in unpaid}))
        first = min(each.batch_id for each in unpaid)
        return {row[0]: row[1] for row in connection.execute(query, {"first": first, "receivers": receivers})}

    def _archived_otherwise(self, connection: sa.Connection, payees: Collection[str]) -> Iterator[tuple[str, int]]:
        """Yield the last archived batch of each of these payees in which a payment did not end unpaid."""
        if connection.execute(HAS_ARCHIVES).first() is None:
            return
        seal = seal_of(connection)
        hashes = {seal.known_as("payee", payee_id): payee_id for payee_id in payees}
        for known, batch_id in self._wanted(connection, _ARCHIVED_OTHERWISE, archived_items, hashes):
            yield hashes[known], batch_id
