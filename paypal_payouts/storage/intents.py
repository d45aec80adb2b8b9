"""What is about to be paid, stored before anything is sent: batches, items, exact bytes, trail, in one transaction.

Source: docs/design.md, 8.1, 8.2, 8.5 and 8.7.
"""

import hashlib
import zlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa

from paypal_payouts.domain.payout import ITEMS_PER_BATCH_MAX, BatchRecord, NewBatch
from paypal_payouts.domain.retry import may_pay_again
from paypal_payouts.domain.states import PAYABLE_AGAIN, UNPAID_SO_FAR, BatchEvent, BatchStatus, ItemState
from paypal_payouts.errors import Blocked
from paypal_payouts.storage import audit
from paypal_payouts.storage.batches import MAY_BE_PAID_ELSEWHERE
from paypal_payouts.storage.bulk import insert_many
from paypal_payouts.storage.counts import count_again
from paypal_payouts.storage.engine import Database
from paypal_payouts.storage.moves import cycle_id_of, move_batch, move_items, one_payment
from paypal_payouts.storage.repeating import repeated_when_cut
from paypal_payouts.storage.seals import SEALED_OF_ROW, digest_of_rows, seal_batch, seal_progress, sealed_record
from paypal_payouts.storage.tables import batches, cycles, items
from paypal_payouts.storage.values import Lease

_FROM_ROW = ("line", *SEALED_OF_ROW)
"""The columns that an InputRow fills, in its order from `line` on."""

_ONE_AT_A_TIME = 7_241_690_156
"""The key of the advisory lock under which Postgres gives out places."""

_ZLIB_FASTEST = 1

# Built once, as every run asks them.
_CYCLE_ID = sa.select(cycles.c.id).where(cycles.c.name == sa.bindparam("cycle"))
_NEW_BATCH = batches.insert().returning(batches.c.id)


class Intents:
    """Stores batches that are about to be sent for the first time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record_intent(
        self, lease: Lease, *, cycle: str, batches: Iterable[NewBatch], now: datetime, actor: str
    ) -> list[int]:
        """Store new batches of a cycle with their items and bytes, all or none; give their keys.

        The batches are taken one at a time, so that memory does not grow with their number.

        Raises:
            LeaseLost: nothing was written.
            Blocked: `not_eligible`, an item has a payment already; nothing was written.

        """
        with self._database.write(lease, now) as connection:
            cycle_id = _cycle_id(connection, cycle, now)
            with one_payment(f"An item of this plan has a payment in cycle {cycle} already."):
                # By `map`, which lets go of each batch before it asks for the next one.
                inserted = list(map(partial(_insert, connection, cycle_id, now=now), batches))
            _give_places(connection, cycle_id, inserted, now=now, actor=actor)
            return [batch_id for batch_id, _ in inserted]

    @repeated_when_cut
    def record_new_attempts(
        self,
        lease: Lease,
        *,
        replaces: int,
        batches: Sequence[NewBatch],
        now: datetime,
        actor: str,
        reason: str,
    ) -> list[int]:
        """Store batches that pay items again which the batch `replaces` is proven not to have paid; give their keys.

        In the same transaction a refused batch is abandoned, so that it can never be sent again, and its items with it.

        Raises:
            LeaseLost: nothing was written.
            Blocked: `not_eligible`, the batch's outcome is open, or an item is not proven unpaid; nothing was written.
            NotFound: there is no such batch.

        """
        with self._database.write(lease, now) as connection:
            old = sealed_record(connection, replaces)
            again = may_pay_again(old)
            if not again.eligible:
                raise Blocked("not_eligible", f"No item of {old.name} can be paid again: {again.reason}.")
            _hand_over(connection, old, {row.item_id for batch in batches for row in batch.rows}, now=now)
            if old.status is BatchStatus.REFUSED:
                move_batch(connection, old, BatchEvent.REPLACE, now=now, actor=actor, reason=reason)
                move_items(connection, old.id, {ItemState.UNSENT}, now=now, state=ItemState.ABANDONED, live=0)
                seal_progress(connection, old.id)
            cycle_id = cycle_id_of(connection, old.id)
            told = {"replaces": str(old.name)}
            with one_payment(f"An item of {old.name} was meanwhile paid again."):
                inserted = [_insert(connection, cycle_id, batch, now=now, evidence=told) for batch in batches]
            _give_places(connection, cycle_id, inserted, now=now, actor=actor, reason=reason)
            return [batch_id for batch_id, _ in inserted]


def payable(batch: BatchRecord) -> sa.ColumnElement[bool]:
    """Return which items of a batch may be paid again, once domain.retry.may_pay_again allows it.

    Those that are proven unpaid, of which no later payment exists and no other may be paid.
    """
    states = UNPAID_SO_FAR if batch.status is BatchStatus.REFUSED else PAYABLE_AGAIN
    return sa.and_(
        items.c.batch_id == batch.id,
        items.c.newest == 1,
        items.c.live == 0,
        items.c.state.in_(sorted(states)),
        items.c.conflict.is_(None),
        sa.not_(MAY_BE_PAID_ELSEWHERE),
    )


def _hand_over(connection: sa.Connection, old: BatchRecord, item_ids: set[str], *, now: datetime) -> None:
    """Take items away from the batch that did not pay them; each must be proven unpaid at this moment."""
    found = connection.execute(sa.select(items.c.id, items.c.item_id).where(payable(old))).all()
    unproven = item_ids.difference(row.item_id for row in found)
    if unproven:
        raise Blocked(
            "not_eligible",
            f"{min(unproven)} and {len(unproven) - 1} more are not known to be unpaid in {old.name}."
            if len(unproven) > 1
            else f"{min(unproven)} is not known to be unpaid in {old.name}.",
            hint="Nothing was changed or sent.",
            details=[{"item_id": item_id} for item_id in sorted(unproven)[:20]],
        )
    statement = items.update().where(items.c.id == sa.bindparam("key")).values(newest=0, updated_at=now)
    connection.execute(statement, [{"key": row.id} for row in found if row.item_id in item_ids])
    count_again(connection, old.id)


def _cycle_id(connection: sa.Connection, cycle: str, now: datetime) -> int:
    found = connection.execute(_CYCLE_ID, {"cycle": cycle}).scalar()
    if found is not None:
        return int(found)
    made = connection.execute(cycles.insert().values(name=cycle, created_at=now).returning(cycles.c.id))
    return int(made.scalar_one())


def _insert(
    connection: sa.Connection,
    cycle_id: int,
    batch: NewBatch,
    *,
    now: datetime,
    evidence: dict[str, Any] | None = None,
) -> tuple[int, dict[str, Any]]:
    """Store a batch with its items; give its key, and what the trail is to keep of it."""
    _check(batch)
    stored = {
        "batch": str(batch.name),
        "cycle_id": cycle_id,
        "sequence": batch.name.sequence,
        "attempt": batch.name.attempt,
        "sender_batch_id": batch.sender_batch_id,
        "status": BatchStatus.PLANNED,
        "currency": batch.currency,
        "item_count": len(batch.rows),
        "amount_minor": batch.amount_minor,
        "request": zlib.compress(batch.request, _ZLIB_FASTEST),
        "checksum": batch.checksum,
        "created_at": now,
        "retry_count": 0,
        "source": batch.source,
        "copy_allowed": int(batch.copy_allowed),
    }
    batch_id: int = connection.execute(_NEW_BATCH, stored).scalar_one()
    insert_many(
        connection,
        items,
        constants={
            "cycle_id": cycle_id,
            "batch_id": batch_id,
            "state": ItemState.UNSENT,
            "live": 1,
            "newest": 1,
            "updated_at": now,
        },
        columns=_FROM_ROW,
        rows=[row[1:] for row in batch.rows],
    )
    count_again(connection, batch_id)
    seal_batch(connection, batch_id, rows_digest=digest_of_rows(sorted(row[2:] for row in batch.rows)))
    return batch_id, {"items": len(batch.rows), "checksum": batch.checksum, **(evidence or {}), **batch.evidence}


def _give_places(
    connection: sa.Connection,
    cycle_id: int,
    inserted: Iterable[tuple[int, dict[str, Any]]],
    *,
    now: datetime,
    actor: str,
    reason: str | None = None,
) -> None:
    """Write into the trail that batches are stored, which gives them their places; the last thing before the commit.

    One transaction at a time does this: whoever has a later place finds all earlier ones committed
    (`domain.copies.stands_against`). SQLite writes one at a time anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
    for batch_id, evidence in inserted:
        audit.record(
            connection,
            at=now,
            cycle_id=cycle_id,
            batch_id=batch_id,
            actor=actor,
            action=audit.INTENT,
            to_state=BatchStatus.PLANNED,
            reason=reason,
            evidence=evidence,
        )


def _check(batch: NewBatch) -> None:
    """Refuse a batch that contradicts itself: a fault of the program, found before it costs anything."""
    if not 0 < len(batch.rows) <= ITEMS_PER_BATCH_MAX:
        raise ValueError(f"{batch.name} has {len(batch.rows)} items")
    if sum([row.amount_minor for row in batch.rows]) != batch.amount_minor:
        raise ValueError(f"{batch.name} does not add up to its total")
    if {row.currency for row in batch.rows} != {batch.currency}:
        raise ValueError(f"{batch.name} is not all {batch.currency}")
    if hashlib.sha256(batch.request).hexdigest() != batch.checksum:
        raise ValueError(f"{batch.name} has not the checksum of its bytes")
