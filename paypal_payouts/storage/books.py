"""What the books say of the payments of a batch, for comparing with what PayPal says."""

from typing import Any, Final

import sqlalchemy as sa

from paypal_payouts.domain.adoption import Owed
from paypal_payouts.storage.shown_states import STATE, is_taken
from paypal_payouts.storage.tables import NEWEST, batches, items
from paypal_payouts.storage.values import OpenPayments, StoredPayment

_OF_BATCH: Final = items.c.batch_id == sa.bindparam("batch_id")


def _of_batch(*columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    return sa.select(*columns).join_from(items, batches, items.c.batch_id == batches.c.id).where(_OF_BATCH)


_BOOKS: Final = _of_batch(
    *(STATE if name == "state" else items.c[name] for name in StoredPayment._fields),
).order_by(items.c.item_id)
# Constants and no parameters: the statement is the same each time.
_PENDING: Final[sa.ColumnElement[str]] = sa.literal_column("'PENDING'")
_OPEN: Final = (
    _of_batch(*(items.c[name] for name in OpenPayments._fields))
    .where(
        sa.or_(is_taken(items.c.state), items.c.state == sa.literal_column("'pending'")),
        items.c.live == sa.literal_column("1"),
        NEWEST,
        sa.or_(items.c.raw_state.is_(None), items.c.raw_state == _PENDING),
        *(items.c[name].is_(None) for name in ("error_code", "conflict", "debited_minor")),
    )
    .order_by(items.c.item_id)
)
"""Only a row that the shown state makes `pending` (`shown_states.STATE`), and of which nothing else is on record."""
_NUMBER: Final = sa.select(sa.func.count()).select_from(items).where(_OF_BATCH)
_DEBTS: Final = sa.select(items.c.item_id, *(items.c[name] for name in Owed._fields)).where(_OF_BATCH)


def books_of(connection: sa.Connection, batch_id: int) -> dict[str, StoredPayment]:
    """Return every payment of a batch by item id, in the order of item ids."""
    # All at once: one by one, SQLAlchemy asks the driver for each row.
    rows = connection.execute(_BOOKS, {"batch_id": batch_id}).all()
    return {payment.item_id: payment for payment in map(StoredPayment._make, rows)}


def open_payments_of(connection: sa.Connection, batch_id: int) -> OpenPayments | None:
    """Return the payments of a batch of which PayPal has said nothing that lasts; None where it has of any."""
    rows = connection.execute(_OPEN, {"batch_id": batch_id}).all()
    if not rows or connection.execute(_NUMBER, {"batch_id": batch_id}).scalar() != len(rows):
        return None
    return OpenPayments._make(zip(*rows, strict=True))


def debts_of(connection: sa.Connection, batch_id: int) -> dict[str, Owed]:
    """Return who is owed how much by every payment of a batch, by item id."""
    rows = connection.execute(_DEBTS, {"batch_id": batch_id}).all()
    if not rows:
        return {}
    item_ids, *debts = zip(*rows, strict=True)
    return dict(zip(item_ids, map(Owed._make, zip(*debts, strict=True)), strict=True))
