"""Who is owed what, and where the money of a payee last arrived; a payee is known by the operator's own `payee_id`."""

import json
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final

import sqlalchemy as sa

from paypal_payouts.domain.payout import OwedItem
from paypal_payouts.domain.states import ItemState
from paypal_payouts.storage.engine import Database
from paypal_payouts.storage.items import ROWS_AT_ONCE
from paypal_payouts.storage.repeating import repeated_when_cut
from paypal_payouts.storage.tables import NEWEST, cycles, items

_WANTED: Final = {
    "sqlite": "json_each(:payees) AS wanted",
    "postgresql": "json_array_elements_text(CAST(:payees AS json)) AS wanted(value)",
}
"""The payees as rows: so many parameters would be too many."""

# A constant and no parameter, and the newest first by the index: mostly the first that is looked at has arrived.
_LAST_ARRIVED: Final = (
    sa.select(items.c.receiver)
    .where(
        items.c.payee_id == sa.literal_column("wanted.value"),
        items.c.state == sa.literal(ItemState.SUCCESS, items.c.state.type, literal_execute=True),
    )
    .order_by(items.c.id.desc())
    .limit(1)
    .scalar_subquery()
)

_OWED: Final = sa.select(*(items.c[name] for name in OwedItem._fields)).where(NEWEST, items.c.state != ItemState.CLOSED)


class Payees:
    """Reads what was paid to persons."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @repeated_when_cut
    def last_arrived(self, payee_ids: Collection[str]) -> dict[str, str]:
        """Return the receiver of each payee's newest payment that arrived; payees to whom none did are left out."""
        wanted = sa.text(_WANTED[self._database.dialect])
        query = sa.select(sa.literal_column("wanted.value"), _LAST_ARRIVED).select_from(wanted)
        given = {"payees": json.dumps(sorted(set(payee_ids)))}
        with self._database.read() as connection:
            found = connection.execute(query, given).all()
        return {payee_id: receiver for payee_id, receiver in found if receiver is not None}

    def owed_in_cycle(self, cycle: str) -> Iterator[OwedItem]:
        """Stream what a cycle owes, by the newest payment of each item, closed ones left out."""
        of_cycle = sa.select(cycles.c.id).where(cycles.c.name == cycle).scalar_subquery()
        return self._owed(_OWED.where(items.c.cycle_id == of_cycle))

    def owed_in_batches(self, batch_ids: Sequence[int]) -> Iterator[OwedItem]:
        """Stream what batches owe that no later batch has taken over, closed items left out."""
        return self._owed(_OWED.where(items.c.batch_id.in_(batch_ids)))

    def _owed(self, query: sa.Select[Any]) -> Iterator[OwedItem]:
        with (
            self._database.read() as connection,
            connection.execution_options(yield_per=ROWS_AT_ONCE).execute(query) as rows,
        ):
            yield from map(OwedItem._make, rows)
