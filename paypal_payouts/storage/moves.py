"""How a batch and its items move: along domain.moves.MOVES, in the caller's transaction, with a line in the trail."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from paypal_payouts.domain.moves import MOVES
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.states import NOT_FINAL, PAYABLE_AGAIN, BatchEvent, BatchStatus, ItemState
from paypal_payouts.errors import Blocked
from paypal_payouts.storage import audit
from paypal_payouts.storage.batches import record
from paypal_payouts.storage.counts import count_again
from paypal_payouts.storage.engine import Database, is_second_payment
from paypal_payouts.storage.repeating import repeated_when_cut
from paypal_payouts.storage.seals import check_rows, seal_batch, seal_progress, sealed_record
from paypal_payouts.storage.tables import batches, items
from paypal_payouts.storage.theirs import TheirBatch, take_theirs
from paypal_payouts.storage.values import Lease, storable

# Built once, as every run asks them; what an update sets comes with its parameters.
_MOVE = batches.update().where(batches.c.id == sa.bindparam("of_batch"), batches.c.status == sa.bindparam("before"))
_MOVE_ITEMS = items.update().where(
    items.c.batch_id == sa.bindparam("of_batch"), items.c.state.in_(sa.bindparam("before", expanding=True))
)
_HOLDER_OF = sa.select(batches.c.batch).where(
    batches.c.paypal_batch_id == sa.bindparam("theirs"), batches.c.id != sa.bindparam("of_batch")
)
NO_REFUSAL: Final = dict.fromkeys(("refusal_send", "refusal_code", "refusal_message", "refusal_class"))
"""PayPal has the batch: what it refused before is over."""
NO_WORDS: Final = dict.fromkeys(
    ("raw_state", "fee_minor", "paypal_item_id", "transaction_id", "error_code", "error_message", "error_class")
)
"""PayPal has said nothing of an item: what it said was of a batch that it denied."""
_CYCLE_ID = sa.select(batches.c.cycle_id).where(batches.c.id == sa.bindparam("batch_id"))


def move_batch(
    connection: sa.Connection,
    batch: BatchRecord,
    event: BatchEvent,
    *,
    now: datetime,
    actor: str,
    reason: str | None = None,
    evidence: Mapping[str, Any] | None = None,
    values: Mapping[str, Any] | None = None,
) -> BatchStatus:
    """Move a batch as an event demands, or refuse; nothing else changes a status. Other columns come in `values`.

    Raises:
        Blocked: `move_not_allowed`, the event cannot happen to a batch of this status.

    """
    to_status = MOVES.get((batch.status, event))
    if to_status is None:
        raise Blocked(
            "move_not_allowed",
            f"{batch.name} is {batch.status}: {event} is not a move that it can make.",
            hint=f"Nothing was changed. See how it stands: payouts status {batch.name}",
        )
    which = {"of_batch": batch.id, "before": batch.status}
    moved = connection.execute(_MOVE, {**which, "status": to_status, **(values or {})})
    if moved.rowcount != 1:
        raise Blocked("move_not_allowed", f"{batch.name} is not {batch.status} any more; nothing was changed.")
    audit.record(
        connection,
        at=now,
        cycle_id=cycle_id_of(connection, batch.id),
        batch_id=batch.id,
        actor=actor,
        action=event.value,
        from_state=batch.status,
        to_state=to_status,
        reason=reason,
        evidence=evidence,
    )
    return to_status


def move_items(
    connection: sa.Connection, batch_id: int, states: Collection[ItemState], *, now: datetime, **values: object
) -> int:
    """Change those items of a batch that are in one of some states, and count it again; say how many they were."""
    which = {"of_batch": batch_id, "before": sorted(states)}
    changed = connection.execute(_MOVE_ITEMS, {**which, "updated_at": now, **values})
    count_again(connection, batch_id)
    return changed.rowcount


def accept(
    connection: sa.Connection,
    batch: BatchRecord,
    event: BatchEvent,
    paypal_batch_id: str,
    *,
    now: datetime,
    actor: str,
    reason: str | None = None,
    evidence: Mapping[str, Any],
    values: Mapping[str, Any] | None = None,
) -> None:
    """Tie a batch to PayPal's, which makes its items pending (`tables.shown_state`).

    One that another batch of ours has already is a contradiction: a person must look.

    Raises:
        Blocked: `move_not_allowed`, a person attaches a batch that another one has, or the batch cannot be accepted.

    """
    if batch.status is BatchStatus.REVIEW:
        # It may have come from a batch that PayPal denied, and its items then carry what was said of that one.
        move_items(connection, batch.id, {ItemState.UNSENT}, now=now, **NO_WORDS)
    paypal_batch_id = storable(paypal_batch_id)
    other = connection.execute(_HOLDER_OF, {"theirs": paypal_batch_id, "of_batch": batch.id}).scalar()
    told = {"paypal_batch_id": paypal_batch_id, **evidence}
    if other is None:
        values = {"paypal_batch_id": paypal_batch_id, "named_batch_id": None, **NO_REFUSAL, **(values or {})}
        move_batch(connection, batch, event, now=now, actor=actor, reason=reason, evidence=told, values=values)
        return
    contradiction = f"PayPal's batch {paypal_batch_id} is already that of {other}"
    if event is BatchEvent.ATTACH:
        raise Blocked("move_not_allowed", f"{contradiction}, and cannot be that of {batch.name} too.")
    named = {"named_batch_id": paypal_batch_id}
    move_batch(
        connection, batch, BatchEvent.DOUBT, now=now, actor=actor, reason=contradiction, evidence=told, values=named
    )


def cycle_id_of(connection: sa.Connection, batch_id: int) -> int:
    """Return the key of a batch's cycle."""
    return int(connection.execute(_CYCLE_ID, {"batch_id": batch_id}).scalar_one())


@contextmanager
def one_payment(message: str) -> Iterator[None]:
    """Refuse in words what the partial indexes refuse: a second live, or newest, payment of an item.

    Raises:
        Blocked: `not_eligible`, with the message; the transaction must end.

    """
    try:
        yield
    except IntegrityError as error:
        if not is_second_payment(error):
            raise
        raise Blocked("not_eligible", message, hint="Nothing was changed or sent.") from error


class Moves:
    """Moves of a batch that no send of ours makes: adoption, doubt, and what a person decides."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @repeated_when_cut
    def adopt(
        self,
        lease: Lease,
        batch_id: int,
        paypal_batch_id: str,
        *,
        event: BatchEvent = BatchEvent.ACCEPT,
        now: datetime,
        actor: str,
        reason: str | None = None,
        evidence: Mapping[str, Any] | None = None,
        theirs: TheirBatch | None = None,
    ) -> BatchRecord:
        """Take a batch of PayPal's, read and compared by the caller, as this one.

        ACCEPT, after a duplicate answer, ends in `review` where another batch has that id already; ATTACH is a
        person's, from `review` too, and is refused there. What a person takes over of PayPal's (`theirs`) becomes what
        our rows say, and what the batch adds up to, in the same transaction.

        Raises:
            LeaseLost: nothing was written.
            Blocked: `move_not_allowed`.
            NotFound: there is no such batch.

        """
        if event not in {BatchEvent.ACCEPT, BatchEvent.ATTACH}:
            raise ValueError(f"{event} does not adopt")
        with self._database.write(lease, now) as connection:
            batch = sealed_record(connection, batch_id)
            check_rows(connection, batch_id)
            if theirs is not None:
                take_theirs(
                    connection, cycle_id_of(connection, batch_id), batch, theirs, now=now, actor=actor, reason=reason
                )
            accept(
                connection,
                batch,
                event,
                paypal_batch_id,
                now=now,
                actor=actor,
                reason=reason,
                evidence=evidence or {},
                values=None if theirs is None else theirs.sums(),
            )
            seal_batch(connection, batch_id)
            return record(connection, batch_id)

    def doubt(
        self,
        lease: Lease,
        batch_id: int,
        *,
        now: datetime,
        actor: str,
        reason: str,
        evidence: Mapping[str, Any] | None = None,
    ) -> BatchRecord:
        """Put a batch into `review`: a person must decide.

        Raises:
            LeaseLost: nothing was written.
            Blocked: `move_not_allowed`.
            NotFound: there is no such batch.

        """
        return self.move(lease, batch_id, BatchEvent.DOUBT, now=now, actor=actor, reason=reason, evidence=evidence)

    @repeated_when_cut
    def move(
        self,
        lease: Lease,
        batch_id: int,
        event: BatchEvent,
        *,
        now: datetime,
        actor: str,
        reason: str,
        evidence: Mapping[str, Any] | None = None,
    ) -> BatchRecord:
        """Move a batch by hand: ABANDON, RESUME or DOUBT. Abandoning gives up its items that have no final word.

        Raises:
            LeaseLost: nothing was written.
            Blocked: `move_not_allowed`.
            NotFound: there is no such batch.

        """
        if event not in {BatchEvent.ABANDON, BatchEvent.RESUME, BatchEvent.DOUBT}:
            raise ValueError(f"{event} is not made by hand")
        with self._database.write(lease, now) as connection:
            batch = sealed_record(connection, batch_id)
            freed: dict[str, Any] = {}
            if batch.status is BatchStatus.DENIED and event is BatchEvent.DOUBT:
                # The batch that PayPal denied is not the one that a person must now look for: that may have paid.
                freed = {"paypal_batch_id": None}
                with one_payment(f"An item of {batch.name} is paid by a later attempt."):
                    move_items(connection, batch_id, PAYABLE_AGAIN, now=now, state=ItemState.UNSENT, live=1)
            move_batch(connection, batch, event, now=now, actor=actor, reason=reason, evidence=evidence, values=freed)
            if event is BatchEvent.ABANDON:
                move_items(connection, batch_id, NOT_FINAL, now=now, state=ItemState.ABANDONED, live=0)
            seal_progress(connection, batch_id)
            return record(connection, batch_id)
