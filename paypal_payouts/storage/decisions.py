"""What a person decides about one item: each decision in one transaction, with who made it and why in the trail."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from paypal_payouts.domain.moves import may_move_by_hand
from paypal_payouts.domain.outcome import ErrorClass, ItemReading
from paypal_payouts.domain.standing import after_word
from paypal_payouts.domain.states import ACKNOWLEDGED, CONFLICT, PAYABLE_AGAIN, ItemState
from paypal_payouts.errors import Blocked, NotFound
from paypal_payouts.storage import audit
from paypal_payouts.storage.counts import count_again
from paypal_payouts.storage.earlier_ids import evidence_of
from paypal_payouts.storage.engine import Database
from paypal_payouts.storage.repeating import repeated_when_cut
from paypal_payouts.storage.shown_states import STATE
from paypal_payouts.storage.tables import NEWEST, batches, cycles, items
from paypal_payouts.storage.values import Lease, storable

_NEWEST: Final = (
    sa.select(
        items.c.id,
        items.c.cycle_id,
        items.c.batch_id,
        items.c.item_id,
        STATE.label("state"),
        items.c.raw_state,
        items.c.transaction_id,
        items.c.conflict,
        batches.c.status,
    )
    .join_from(items, batches, items.c.batch_id == batches.c.id)
    .join(cycles, cycles.c.id == items.c.cycle_id)
    .where(cycles.c.name == sa.bindparam("cycle"), items.c.item_id == sa.bindparam("item"), NEWEST)
)
_IN_CONFLICT: Final = (
    sa.select(items.c.id, items.c.cycle_id, items.c.batch_id, items.c.item_id, items.c.conflict)
    .join_from(items, cycles, cycles.c.id == items.c.cycle_id)
    .where(
        cycles.c.name == sa.bindparam("cycle"),
        items.c.item_id == sa.bindparam("item"),
        items.c.conflict.is_not(None),
        items.c.acknowledged == 0,
    )
    .order_by(items.c.id)
)


class Decisions:
    """Writes what a person decides about single items."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @repeated_when_cut
    def close(self, lease: Lease, *, cycle: str, item_id: str, now: datetime, actor: str, reason: str) -> None:
        """Close an item that is proven unpaid, so that it is never paid again.

        Raises:
            LeaseLost: nothing was written.
            Blocked: `not_eligible`, the item is not proven unpaid.
            NotFound: there is no such item.

        """
        with self._database.write(lease, now) as connection:
            item = _newest(connection, cycle, item_id)
            if item.state not in PAYABLE_AGAIN:
                raise Blocked(
                    "not_eligible",
                    f"{item_id} is {item.state}: only an item that is known to be unpaid can be closed.",
                    hint="Nothing was changed.",
                )
            values = {"state": ItemState.CLOSED, "live": 0}
            _decide(connection, item, values, now=now, actor=actor, action="close", reason=reason)

    @repeated_when_cut
    def take_back(
        self,
        lease: Lease,
        *,
        cycle: str,
        item_id: str,
        answer: ItemReading,
        error_class: ErrorClass | None,
        now: datetime,
        actor: str,
        reason: str,
    ) -> None:
        """Write that an unclaimed item came back, as PayPal answered to its cancellation.

        Raises:
            LeaseLost: nothing was written.
            Blocked: `not_eligible`, the item is not unclaimed any more, or PayPal's answer does not say that it came
                back.
            NotFound: there is no such item.

        """
        with self._database.write(lease, now) as connection:
            item = _newest(connection, cycle, item_id)
            stands = after_word(
                item.state, item.raw_state, item.conflict, answer.word, is_newest=True, status=item.status
            )
            if item.state is not ItemState.UNCLAIMED or stands.state is not ItemState.RETURNED:
                raise Blocked(
                    "not_eligible",
                    f"{item_id} is {item.state}, and PayPal says {answer.word}: it did not come back.",
                    hint="Nothing was changed.",
                )
            values = {
                "state": stands.state,
                "raw_state": storable(stands.raw_state),
                "live": int(stands.live),
                "conflict": stands.conflict,
                "transaction_id": storable(answer.transaction_id),
                "activity_id": storable(answer.activity_id),
                "time_processed": answer.time_processed,
                "fee_minor": answer.fee_minor,
                "error_code": storable(answer.error_code),
                "error_message": storable(answer.error_message),
                "error_class": error_class,
            }
            told = {"word": answer.word, "paypal_item_id": answer.paypal_item_id}
            told["transaction_id"] = answer.transaction_id
            told |= evidence_of(item.transaction_id, storable(answer.transaction_id))
            _decide(connection, item, values, now=now, actor=actor, action="cancel", reason=reason, evidence=told)

    @repeated_when_cut
    def settle(
        self,
        lease: Lease,
        *,
        cycle: str,
        item_id: str,
        to: ItemState,
        now: datetime,
        actor: str,
        reason: str,
        evidence: Mapping[str, Any] | None = None,
    ) -> None:
        """Write what a person learned of an item of which PayPal's own word decides nothing.

        Raises:
            LeaseLost: nothing was written.
            Blocked: `move_not_allowed`, nobody can move an item of this state there.
            NotFound: there is no such item.

        """
        with self._database.write(lease, now) as connection:
            item = _newest(connection, cycle, item_id)
            if not may_move_by_hand("item", item.state, to):
                raise Blocked(
                    "move_not_allowed", f"{item_id} is {item.state}, and cannot be moved to {to}. Nothing was changed."
                )
            values: dict[str, Any] = {"state": to}
            if to in PAYABLE_AGAIN:
                values["live"] = 0
            told = {"word": item.raw_state, **(evidence or {})}
            _decide(connection, item, values, now=now, actor=actor, action="settle", reason=reason, evidence=told)

    @repeated_when_cut
    def has_conflict(self, *, cycle: str, item_id: str) -> bool:
        """Return whether PayPal's word contradicts our record of an item, and nobody has acknowledged it."""
        with self._database.read() as connection:
            return connection.execute(_IN_CONFLICT, {"cycle": cycle, "item": item_id}).first() is not None

    @repeated_when_cut
    def acknowledge(self, lease: Lease, *, cycle: str, item_id: str, now: datetime, actor: str, reason: str) -> None:
        """Acknowledge every open conflict of an item, which stays on record.

        Raises:
            LeaseLost: nothing was written.

        """
        with self._database.write(lease, now) as connection:
            found = connection.execute(_IN_CONFLICT, {"cycle": cycle, "item": item_id}).all()
            for row in found:
                connection.execute(items.update().where(items.c.id == row.id).values(acknowledged=1))
                audit.record(
                    connection,
                    at=now,
                    cycle_id=row.cycle_id,
                    batch_id=row.batch_id,
                    item_id=item_id,
                    actor=actor,
                    action="acknowledge",
                    from_state=CONFLICT,
                    to_state=ACKNOWLEDGED,
                    reason=reason,
                    evidence={"word": row.conflict},
                )
            for batch_id in {row.batch_id for row in found}:
                count_again(connection, batch_id)


def _newest(connection: sa.Connection, cycle: str, item_id: str) -> sa.Row[Any]:
    item = connection.execute(_NEWEST, {"cycle": cycle, "item": item_id}).first()
    if item is None:
        raise NotFound(f"There is no item {item_id} in cycle {cycle}.")
    return item


def _decide(
    connection: sa.Connection,
    item: sa.Row[Any],
    values: Mapping[str, Any],
    *,
    now: datetime,
    actor: str,
    action: str,
    reason: str,
    evidence: Mapping[str, Any] | None = None,
) -> None:
    """Write a decision into the row of an item, its batch's counts, and the trail."""
    connection.execute(items.update().where(items.c.id == item.id).values(updated_at=now, **values))
    count_again(connection, item.batch_id)
    audit.record(
        connection,
        at=now,
        cycle_id=item.cycle_id,
        batch_id=item.batch_id,
        item_id=item.item_id,
        actor=actor,
        action=action,
        from_state=item.state,
        to_state=values["state"],
        reason=reason,
        evidence=evidence,
    )
