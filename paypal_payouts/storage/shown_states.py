"""The state of an item as everybody is shown it: pending once PayPal has its batch, until it says something else."""

from typing import Final

import sqlalchemy as sa

from paypal_payouts.domain.states import ItemState
from paypal_payouts.storage.tables import batches, items


def is_taken(state: sa.ColumnElement[ItemState]) -> sa.ColumnElement[bool]:
    """Tell, in a statement that joins the batches, that PayPal has the batch of an item and said nothing of the item.

    It is pending then. So the answer to a send touches no item: a million of them are written twice, not three times.
    """
    return sa.and_(state == _constant(ItemState.UNSENT), batches.c.paypal_batch_id.is_not(None))


def shown_state(state: sa.ColumnElement[ItemState]) -> sa.ColumnElement[ItemState]:
    """Give a state of items, or of their counts, as everybody is told it, in a statement that joins the batches."""
    return sa.case((is_taken(state), _constant(ItemState.PENDING)), else_=state)


def _constant(state: ItemState) -> sa.ColumnElement[ItemState]:
    # No parameter: Postgres groups by an expression only where it stands the same twice.
    return sa.literal(state, items.c.state.type, literal_execute=True)


STATE: Final = shown_state(items.c.state)
