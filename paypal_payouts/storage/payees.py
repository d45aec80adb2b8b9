"""Who is owed what, and where the money of a payee last arrived; a payee is known by the operator's own `payee_id`."""

import json
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from paypal_payouts.domain.paid_already import LivePayment
from paypal_payouts.domain.payout import OwedItem
from paypal_payouts.domain.receivers import HashedReceiver
from paypal_payouts.domain.states import ItemState
from paypal_payouts.storage.archived import hashed_receiver
from paypal_payouts.storage.engine import Database
from paypal_payouts.storage.items import ROWS_AT_ONCE
from paypal_payouts.storage.key import seal_of
from paypal_payouts.storage.repeating import repeated_when_cut
from paypal_payouts.storage.seals import CheckedOnce
from paypal_payouts.storage.tables import IS_LIVE, NEWEST, archived_items, archives, cycles, items

WANTED: Final = {
    "sqlite": "json_each(:payees) AS wanted",
    "postgresql": "json_array_elements_text(CAST(:payees AS json)) AS wanted(value)",
}
"""The payees as rows: so many parameters would be too many."""

_PAID, _STAYING = items.alias(), archived_items.alias()


def _newest(payments: sa.FromClause, *, payee: str, place: str) -> sa.ColumnElement[Any]:
    """Return the key of the newest payment of a payee that arrived; `place` and `payee` are columns of one index."""
    # A constant and no parameter, and the newest first by the index: mostly the first that is looked at has arrived.
    success = sa.literal(ItemState.SUCCESS, items.c.state.type, literal_execute=True)
    return (
        sa.select(payments.c.id)
        .where(payments.c[payee] == sa.literal_column("wanted.value"), payments.c.state == success)
        .order_by(payments.c[place].desc())
        .limit(1)
        .scalar_subquery()
    )


_ARRIVED: Final = sa.select(sa.literal_column("wanted.value"), items.c.receiver, items.c.batch_id).where(
    items.c.id == _newest(_PAID, payee="payee_id", place="id")
)
_ARCHIVED: Final = sa.select(
    sa.literal_column("wanted.value"),
    archived_items.c.receiver,
    archived_items.c.batch_id,
    archives.c.file,
    archives.c.cycle_id,
).where(
    archived_items.c.id == _newest(_STAYING, payee="payee", place="batch_id"),
    archives.c.cycle_id == archived_items.c.cycle_id,
)
_LIVE: Final = sa.select(*(items.c[name] for name in LivePayment._fields)).where(IS_LIVE)
HAS_ARCHIVES: Final = sa.select(archives.c.cycle_id).limit(1)

_OWED: Final = sa.select(*(items.c[name] for name in OwedItem._fields)).where(NEWEST, items.c.state != ItemState.CLOSED)


class _Arrived(NamedTuple):
    """A payment that arrived, and where that stands."""

    receiver: str | HashedReceiver
    batch_id: int
    archived_cycle: int = 0
    """The key of its cycle, where that is archived."""


class Payees:
    """Reads what was paid to persons."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @repeated_when_cut
    def last_arrived(self, payee_ids: Collection[str], checked: CheckedOnce) -> dict[str, str | HashedReceiver]:
        """Return the receiver of each payee's newest payment that arrived; payees to whom none did are left out.

        The batches and archives that say so are looked at by `checked`.

        Raises:
            SealBroken: somebody else changed one of them.

        """
        with self._database.read() as connection:
            arrived = self._in_batches(connection, payee_ids)
            if connection.execute(HAS_ARCHIVES).first() is not None:
                for payee_id, archived in self._in_archives(connection, payee_ids):
                    # A batch that was stored later has the greater key.
                    if payee_id not in arrived or archived.batch_id > arrived[payee_id].batch_id:
                        arrived[payee_id] = archived
            for batch_id, archived_cycle in sorted({(each.batch_id, each.archived_cycle) for each in arrived.values()}):
                if archived_cycle:
                    checked.check_archive(connection, archived_cycle)
                else:
                    checked.check_batch(connection, batch_id)
        return {payee_id: payment.receiver for payee_id, payment in arrived.items()}

    def _in_batches(self, connection: sa.Connection, payee_ids: Collection[str]) -> dict[str, _Arrived]:
        query = _ARRIVED.select_from(sa.text(WANTED[self._database.dialect]), items)
        found = connection.execute(query, {"payees": json.dumps(sorted(set(payee_ids)))})
        return {payee_id: _Arrived(receiver, batch_id) for payee_id, receiver, batch_id in found}

    def _in_archives(self, connection: sa.Connection, payee_ids: Collection[str]) -> Iterator[tuple[str, _Arrived]]:
        seal = seal_of(connection)
        hashes = {seal.known_as("payee", payee_id): payee_id for payee_id in payee_ids}
        query = _ARCHIVED.select_from(sa.text(WANTED[self._database.dialect]), archived_items, archives)
        found = connection.execute(query, {"payees": json.dumps(sorted(hashes))})
        for known, receiver, batch_id, file, cycle_id in found:
            yield hashes[known], _Arrived(hashed_receiver(seal, receiver, file), batch_id, cycle_id)

    def live_in_cycle(self, cycle: str) -> Iterator[LivePayment]:
        """Stream what the payees of a cycle have, or may yet get."""
        of_cycle = sa.select(cycles.c.id).where(cycles.c.name == cycle).scalar_subquery()
        return map(LivePayment._make, self._rows(_LIVE.where(items.c.cycle_id == of_cycle)))

    def owed_in_cycle(self, cycle: str) -> Iterator[OwedItem]:
        """Stream what a cycle owes, by the newest payment of each item, closed ones left out."""
        of_cycle = sa.select(cycles.c.id).where(cycles.c.name == cycle).scalar_subquery()
        return self._owed(_OWED.where(items.c.cycle_id == of_cycle))

    def owed_in_batches(self, batch_ids: Sequence[int]) -> Iterator[OwedItem]:
        """Stream what batches owe that no later batch has taken over, closed items left out."""
        return self._owed(_OWED.where(items.c.batch_id.in_(batch_ids)))

    def _owed(self, query: sa.Select[Any]) -> Iterator[OwedItem]:
        return map(OwedItem._make, self._rows(query))

    def _rows(self, query: sa.Select[Any]) -> Iterator[sa.Row[Any]]:
        with (
            self._database.read() as connection,
            connection.execution_options(yield_per=ROWS_AT_ONCE).execute(query) as rows,
        ):
            yield from rows
