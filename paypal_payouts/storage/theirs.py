"""Making the rows of a batch what PayPal has: a person's way out where its money differs (docs/design.md, 9.2).

Item by item, in the caller's transaction; old and new of each stand in the trail.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.sides import BothSides, Side
from paypal_payouts.domain.standing import after_word
from paypal_payouts.domain.states import CAME_BACK, ENDED_UNPAID, BatchStatus, ItemState
from paypal_payouts.errors import Blocked
from paypal_payouts.storage import audit
from paypal_payouts.storage.counts import count_again
from paypal_payouts.storage.tables import NEWEST, batches, items
from paypal_payouts.storage.values import storable

_HAVE_ENDED: Final = ENDED_UNPAID | CAME_BACK
"""Items that only we have and that are in these states stay as they are: their money is at rest already."""

_OF_BATCH = sa.select(items.c.item_id, items.c.id, items.c.state).where(items.c.batch_id == sa.bindparam("of_batch"))
_OF_ITEM = sa.and_(items.c.cycle_id == sa.bindparam("of_cycle"), items.c.item_id == sa.bindparam("item"))
_PAYMENTS = sa.select(sa.func.max(items.c.newest), sa.func.max(items.c.live)).where(_OF_ITEM)
_OF_EARLIER_ATTEMPT = (
    sa.select(items.c.id, items.c.batch_id, items.c.state, items.c.live, items.c.raw_state, items.c.conflict)
    .join_from(items, batches, batches.c.id == items.c.batch_id)
    .where(
        _OF_ITEM,
        NEWEST,
        batches.c.sequence == sa.bindparam("sequence"),
        batches.c.attempt < sa.bindparam("attempt"),
    )
)


class TheirItem(NamedTuple):
    """An item that PayPal's batch and ours do not say alike, with what PayPal says of it."""

    difference: BothSides
    recipient_type: str
    word: str | None
    """PayPal's `transaction_status`; None where it does not have the item."""


class TheirBatch(NamedTuple):
    """PayPal's batch, as a person takes it over."""

    items: int
    amount_minor: int
    currency: str
    differing: Sequence[TheirItem]

    def sums(self) -> dict[str, Any]:
        """Return what the batch comes to, by column."""
        return {"item_count": self.items, "amount_minor": self.amount_minor, "currency": self.currency}


def take_theirs(
    connection: sa.Connection,
    cycle_id: int,
    batch: BatchRecord,
    theirs: TheirBatch,
    *,
    now: datetime,
    actor: str,
    reason: str | None,
) -> None:
    """Set every item to what PayPal has of it: change it, add it, or give it up where PayPal does not have it.

    Raises:
        Blocked: `move_not_allowed`, PayPal had a word on an item before that it does not have now.

    """
    rows: dict[str, tuple[int, ItemState]] = {
        item_id: (key, state) for item_id, key, state in connection.execute(_OF_BATCH, {"of_batch": batch.id})
    }
    for each in theirs.differing:
        item_id, ours, paypals = each.difference
        key, before = rows.get(item_id, (None, None))
        if key is None or before is None:
            after = _add(connection, cycle_id, batch, each, now=now)
        elif paypals is None:
            after = _give_up(connection, batch, item_id, key, before, now=now)
        else:
            after = before
            _change(connection, key, each, now=now)
        audit.record(
            connection,
            at=now,
            cycle_id=cycle_id,
            batch_id=batch.id,
            item_id=item_id,
            actor=actor,
            action="take_theirs",
            from_state=before,
            to_state=after,
            reason=reason,
            evidence={"ours": _told(ours), "theirs": _told(paypals)},
        )
    count_again(connection, batch.id)


def _give_up(
    connection: sa.Connection, batch: BatchRecord, item_id: str, key: int, state: ItemState, *, now: datetime
) -> ItemState:
    if state in _HAVE_ENDED:
        return state
    if state is not ItemState.UNSENT:
        raise Blocked(
            "move_not_allowed",
            f"{item_id} of {batch.name} is {state} by PayPal's own word, and is not in its batch now.",
            hint="Nothing was changed. PayPal contradicts itself: ask its support before you decide.",
        )
    given_up = {"state": ItemState.ABANDONED, "live": 0, "updated_at": now}
    connection.execute(items.update().where(items.c.id == key).values(given_up))
    return ItemState.ABANDONED


def _change(connection: sa.Connection, key: int, each: TheirItem, *, now: datetime) -> None:
    ours, theirs = each.difference.ours, _theirs(each)
    values: dict[str, Any] = {"amount_minor": theirs.amount_minor, "currency": theirs.currency, "updated_at": now}
    if ours is None or ours.receiver != theirs.receiver:
        values |= {"receiver": storable(theirs.receiver), "recipient_type": each.recipient_type}
    connection.execute(items.update().where(items.c.id == key).values(values))


def _add(connection: sa.Connection, cycle_id: int, batch: BatchRecord, each: TheirItem, *, now: datetime) -> ItemState:
    """Add a payment that only PayPal knew of; beside another one of the same item it is a conflict."""
    theirs = _theirs(each)
    which = {"of_cycle": cycle_id, "item": each.difference.item_id}
    _take_over(connection, batch, which, now=now)
    has_newest, has_live = connection.execute(_PAYMENTS, which).one()
    stands = after_word(ItemState.UNSENT, None, None, each.word, is_newest=not has_newest, status=BatchStatus.ACCEPTED)
    is_beside_live = stands.live and bool(has_live)
    connection.execute(
        items.insert().values(
            cycle_id=cycle_id,
            batch_id=batch.id,
            item_id=storable(each.difference.item_id),
            receiver=storable(theirs.receiver),
            recipient_type=each.recipient_type,
            amount_minor=theirs.amount_minor,
            currency=theirs.currency,
            state=stands.state,
            raw_state=storable(stands.raw_state),
            live=int(stands.live and not is_beside_live),
            newest=int(not has_newest),
            conflict=storable(stands.conflict or (each.word if is_beside_live else None)),
            updated_at=now,
        )
    )
    return stands.state


def _take_over(connection: sa.Connection, batch: BatchRecord, which: Mapping[str, object], *, now: datetime) -> None:
    """Take an item away from an earlier attempt, as each attempt does; one that may be paid there is in conflict."""
    attempt = {"sequence": batch.name.sequence, "attempt": batch.name.attempt}
    older = connection.execute(_OF_EARLIER_ATTEMPT, {**which, **attempt}).first()
    if older is None:
        return
    word = older.conflict or ((older.raw_state or older.state.upper()) if older.live else None)
    connection.execute(items.update().where(items.c.id == older.id).values(newest=0, conflict=word, updated_at=now))
    count_again(connection, older.batch_id)


def _theirs(each: TheirItem) -> Side:
    theirs = each.difference.theirs
    if theirs is None:
        raise ValueError(f"PayPal does not have {each.difference.item_id}")
    return theirs


def _told(owed: Side | None) -> Mapping[str, Any] | None:
    return None if owed is None else {**owed._asdict(), "receiver": storable(owed.receiver)}
