"""Looks whether a cycle's batches, items and trail agree on what no seal of one batch is over."""

from typing import Any, Final

import sqlalchemy as sa

from paypal_payouts.domain.states import ItemState
from paypal_payouts.storage import audit
from paypal_payouts.storage.broken_seals import broken
from paypal_payouts.storage.tables import NEWEST, audit_events, batches, cycles, items

_KEY: Final[sa.BindParameter[Any]] = sa.bindparam("key")
_SINCE: Final = audit_events.alias()
_EARLIER, _OF_EARLIER, _LATER = items.alias(), batches.alias(), items.alias()
_OVERTAKEN: Final[sa.Select[Any]] = (
    sa.select(_OF_EARLIER.c.batch, _EARLIER.c.item_id, batches.c.batch.label("later"))
    .join_from(batches, cycles)
    .join(_LATER, _LATER.c.batch_id == batches.c.id)
    .join(_EARLIER, sa.and_(_EARLIER.c.cycle_id == _LATER.c.cycle_id, _EARLIER.c.item_id == _LATER.c.item_id))
    .join(_OF_EARLIER, _OF_EARLIER.c.id == _EARLIER.c.batch_id)
    .where(
        cycles.c.name == _KEY,
        batches.c.attempt > 1,
        _OF_EARLIER.c.sequence == batches.c.sequence,
        _OF_EARLIER.c.attempt < batches.c.attempt,
        _EARLIER.c.newest == 1,
    )
    .limit(1)
)
"""An item that counts as paid last by one attempt, although a later attempt of the same batch pays it."""
_REOPENED: Final[sa.Select[Any]] = (
    sa.select(batches.c.batch, items.c.item_id, items.c.state)
    .join_from(audit_events, items, sa.and_(items.c.cycle_id == audit_events.c.cycle_id, NEWEST))
    .join(batches, batches.c.id == items.c.batch_id)
    .join(cycles, cycles.c.id == items.c.cycle_id)
    .where(
        cycles.c.name == _KEY,
        audit_events.c.action == "close",
        audit_events.c.item_id == items.c.item_id,
        items.c.state != ItemState.CLOSED,
        ~sa.exists().where(
            _SINCE.c.cycle_id == audit_events.c.cycle_id,
            _SINCE.c.item_id == audit_events.c.item_id,
            _SINCE.c.id > audit_events.c.id,
        ),
    )
    .limit(1)
)
"""An item that a person closed as not owed, and that is closed no more, although PayPal said nothing of it since."""


_UNTOLD: Final[sa.Select[Any]] = (
    sa.select(batches.c.batch)
    .join_from(batches, cycles)
    .where(
        cycles.c.name == _KEY,
        ~sa.exists().where(audit_events.c.batch_id == batches.c.id, audit_events.c.action == audit.INTENT),
    )
    .limit(1)
)
"""A batch of which the trail does not say that it was stored."""


def check_order(connection: sa.Connection, cycle: str) -> None:
    """Look which attempt of an item is the newest, whether each batch is in the trail, and what a person closed.

    Raises:
        SealBroken: somebody else changed something; the message names the batch.

    """
    which = {"key": cycle}
    overtaken = connection.execute(_OVERTAKEN, which).first()
    if overtaken is not None:
        raise broken(overtaken.batch, f"it claims {overtaken.item_id}, which {overtaken.later} has taken over from it")
    untold = connection.execute(_UNTOLD, which).first()
    if untold is not None:
        raise broken(untold.batch, "the trail does not say that it was stored")
    reopened = connection.execute(_REOPENED, which).first()
    if reopened is not None:
        raise broken(reopened.batch, f"{reopened.item_id} was closed by a person, and is {reopened.state}")
