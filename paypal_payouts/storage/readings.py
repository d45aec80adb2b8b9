"""What PayPal says about the items of a batch: compared with the books by the caller, written here at once.

Source: docs/design.md, 8.7 and 8.9.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from paypal_payouts.domain.adoption import Owed
from paypal_payouts.domain.outcome import ErrorClass
from paypal_payouts.domain.states import BatchEvent, BatchStatus, ItemState, item_state_in_ended_batch
from paypal_payouts.storage import audit
from paypal_payouts.storage.books import books_of, debts_of, open_payments_of
from paypal_payouts.storage.bulk import update_many
from paypal_payouts.storage.counts import count_again
from paypal_payouts.storage.earlier_ids import evidence_of
from paypal_payouts.storage.engine import Database
from paypal_payouts.storage.moves import move_batch, move_items
from paypal_payouts.storage.repeating import repeated_when_cut
from paypal_payouts.storage.seals import seal_progress, sealed_record
from paypal_payouts.storage.tables import audit_events, batches, items
from paypal_payouts.storage.values import (
    NO_PLAIN_CHANGES,
    ItemChange,
    Lease,
    OpenPayments,
    PlainChanges,
    StoredPayment,
    all_storable,
    storable,
)

_PAYPAL = "paypal"
_ATTACHED = (
    sa.select(audit_events.c.id)
    .where(audit_events.c.batch_id == sa.bindparam("batch_id"), audit_events.c.action == BatchEvent.ATTACH.value)
    .limit(1)
)
_FUNDING_SOURCE = "funding_source"
_END = (
    sa.select(audit_events.c.evidence)
    .where(
        audit_events.c.batch_id == sa.bindparam("batch_id"),
        audit_events.c.action.in_([event.value for event in (BatchEvent.FINISH, BatchEvent.DENY, BatchEvent.CANCEL)]),
    )
    .order_by(audit_events.c.id.desc())
    .limit(1)
)
"""What the trail keeps of a batch's end: nothing hangs on what it was paid from, so no table has a column for it."""
_CYCLE_AND_BATCH = sa.select(items.c.cycle_id, items.c.batch_id).where(items.c.id == sa.bindparam("of_item"))
_OTHER_PAYMENT = items.alias()
_LIVE_ELSEWHERE = sa.select(items.c.id).where(
    sa.exists().where(
        _OTHER_PAYMENT.c.cycle_id == items.c.cycle_id,
        _OTHER_PAYMENT.c.item_id == items.c.item_id,
        _OTHER_PAYMENT.c.id != items.c.id,
        _OTHER_PAYMENT.c.live == sa.literal_column("1"),
    )
)
_OF_BATCH = batches.update().where(batches.c.id == sa.bindparam("of_batch"))
"""What it sets comes with its parameters."""
_WORDS: dict[ItemState | ErrorClass | None, str | None] = {None: None}
_WORDS |= {word: word.value for words in (ItemState, ErrorClass) for word in words}
_PLAIN = ("state", "raw_state", "fee_minor", "paypal_item_id", "transaction_id", "activity_id", "time_processed")
_CONVERSION = ("debited_minor", "debited_currency", "exchange_rate")
_OTHER = ("error_code", "error_message", "error_class", "live", "conflict")
_CONFLICT = ("conflict",)
_TEXTS = (
    *("raw_state", "paypal_item_id", "transaction_id", "error_code", "error_message", "conflict"),
    *("activity_id", "exchange_rate"),
)
_ENDED = {BatchEvent.DENY: BatchStatus.DENIED, BatchEvent.CANCEL: BatchStatus.CANCELED}


class Readings:
    """The books of a batch, and PayPal's word on them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @repeated_when_cut
    def books(self, batch_id: int) -> dict[str, StoredPayment]:
        """Return every payment of a batch by item id, in the order of item ids."""
        with self._database.read() as connection:
            return books_of(connection, batch_id)

    @repeated_when_cut
    def open_payments(self, batch_id: int) -> OpenPayments | None:
        """Return the payments of a batch of which PayPal has said nothing that lasts; None where it has of any."""
        with self._database.read() as connection:
            return open_payments_of(connection, batch_id)

    @repeated_when_cut
    def was_attached(self, batch_id: int) -> bool:
        """Return whether a person said that a batch of PayPal's is this one, however its receivers are written."""
        with self._database.read() as connection:
            return connection.execute(_ATTACHED, {"batch_id": batch_id}).first() is not None

    @repeated_when_cut
    def funding_source(self, batch_id: int) -> str | None:
        """Return what PayPal said that a batch was paid from, when it ended; None where it did not, or has not."""
        with self._database.read() as connection:
            evidence = connection.execute(_END, {"batch_id": batch_id}).scalar()
        return None if evidence is None else json.loads(evidence).get(_FUNDING_SOURCE)

    @repeated_when_cut
    def debts(self, batch_id: int) -> dict[str, Owed]:
        """Return who is owed how much by every payment of a batch, by item id."""
        with self._database.read() as connection:
            return debts_of(connection, batch_id)

    @repeated_when_cut
    def record_page(
        self,
        lease: Lease,
        changes: Sequence[ItemChange],
        *,
        plain: PlainChanges = NO_PLAIN_CHANGES,
        now: datetime,
    ) -> None:
        """Write what pages of PayPal's change in the items of a batch, and count it in the trail.

        The `plain` changes are of further items, all by their first word, or by the first after `PENDING`.

        Raises:
            LeaseLost: nothing was written.

        """
        if not changes and not plain.id:
            return
        with self._database.write(lease, now) as connection:
            of_item = plain.id[0] if plain.id else changes[0].id
            cycle_id, batch_id = connection.execute(_CYCLE_AND_BATCH, {"of_item": of_item}).one()
            changes = _beside_live_payments(connection, changes)
            known = _known(connection, changes)
            _update(connection, batch_id, changes, plain, now=now)
            count_again(connection, batch_id)
            _record_later_words(connection, cycle_id, batch_id, changes, known, now=now)
            audit.record(
                connection,
                at=now,
                cycle_id=cycle_id,
                batch_id=batch_id,
                actor=_PAYPAL,
                action="items_read",
                evidence={"items": Counter(plain.state) + Counter(change.state for change in changes)},
            )

    @repeated_when_cut
    def record_reading(
        self,
        lease: Lease,
        batch_id: int,
        *,
        event: BatchEvent | None,
        paypal_word: str | None,
        fees_minor: int | None,
        funding_source: str | None = None,
        completed_at: datetime | None,
        now: datetime,
    ) -> int:
        """Write PayPal's word on a whole batch, after its pages: FINISH, DENY, CANCEL, or no end yet.

        In a denied or canceled batch the items that have no final word of their own take the batch's: says how many.

        Raises:
            LeaseLost: nothing was written.
            Blocked: `move_not_allowed`, the event cannot happen to this batch now.
            NotFound: there is no such batch.

        """
        word = storable(paypal_word)
        values = {"paypal_word": word, "fees_minor": fees_minor, "completed_at": completed_at, "last_read_at": now}
        with self._database.write(lease, now) as connection:
            batch = sealed_record(connection, batch_id)
            if event is BatchEvent.DENY:
                values["denied_through"] = batch.sends
            if event is None:
                connection.execute(_OF_BATCH, {"of_batch": batch_id, **values})
                return 0
            ended = _end_items(connection, batch_id, event, now=now)
            told = {"word": word, "items_ended": ended}
            told |= {} if funding_source is None else {_FUNDING_SOURCE: storable(funding_source)}
            move_batch(connection, batch, event, now=now, actor=_PAYPAL, evidence=told, values=values)
            seal_progress(connection, batch_id)
            return ended


def _end_items(connection: sa.Connection, batch_id: int, event: BatchEvent, *, now: datetime) -> int:
    status = _ENDED.get(event)
    if status is None:
        return 0
    wordless = {state for state in ItemState if item_state_in_ended_batch(state, status) is not state}
    state = item_state_in_ended_batch(ItemState.PENDING, status)
    return move_items(connection, batch_id, wordless, now=now, state=state, live=0)


def _update(
    connection: sa.Connection, batch_id: int, changes: Sequence[ItemChange], first: PlainChanges, *, now: datetime
) -> None:
    # What does not change is not set: SQLite would write the index over `live` again, and check each word again. And
    # three columns more, which stay empty where nothing was converted, take a third as long again.
    kept = [change for change in changes if change.keeps_record]
    plain = [change for change in changes if change.is_plain and not change.keeps_record]
    whole = [change for change in changes if not change.is_plain and not change.keeps_record]
    by_columns = (
        (_PLAIN, [change for change in plain if not change.converts]),
        ((*_PLAIN, *_CONVERSION), [change for change in plain if change.converts]),
        ((*_PLAIN, *_CONVERSION, *_OTHER), whole),
        (_CONFLICT, kept),
    )
    written: list[tuple[Sequence[str], dict[str, Any]]] = [
        (columns, _by_column(some)) for columns, some in by_columns if some
    ]
    if first.id:
        written.append((_PLAIN, first._asdict()))
    for columns, said in written:
        stored = {name: _stored(name, said[name]) for name in columns}
        # What is the same in all, as most words are, comes once.
        same = {name: values[0] for name, values in stored.items() if values.count(values[0]) == len(values)}
        varied = {name: values for name, values in stored.items() if name not in same}
        update_many(
            connection,
            items,
            constants={"updated_at": now, **same},
            columns=tuple(varied),
            rows=list(zip(*varied.values(), said["id"], strict=True)),
            among={"batch_id": batch_id},
        )
    disputed = [change.id for change in (*whole, *kept) if change.conflict is not None]
    if disputed:
        # A contradiction that nobody has seen yet; a word that was acknowledged is no change.
        connection.execute(items.update().where(items.c.id.in_(disputed)).values(acknowledged=0))


def _beside_live_payments(connection: sa.Connection, changes: Sequence[ItemChange]) -> Sequence[ItemChange]:
    """Leave `live` to the payment that has it: one that may be paid beside it is a conflict (docs/design.md, 8.7).

    So the unique index behind `live` goes on to refuse any further payment of the item.
    """
    revived = [change.id for change in changes if change.revives]
    if not revived:
        return changes
    query = _LIVE_ELSEWHERE.where(items.c.id.in_(revived))
    taken = set(connection.execute(query).scalars())
    return [
        change._replace(live=0, conflict=change.conflict or change.raw_state) if change.id in taken else change
        for change in changes
    ]


def _known(connection: sa.Connection, changes: Sequence[ItemChange]) -> dict[int, Any]:
    """Return what is known of the payments of which PayPal says more than its first lasting word, by key."""
    later = [change.id for change in changes if change.before is not None]
    query = sa.select(items.c.id, items.c.item_id, items.c.transaction_id).where(items.c.id.in_(later))
    return {row.id: row for row in connection.execute(query)} if later else {}


def _record_later_words(
    connection: sa.Connection,
    cycle_id: int,
    batch_id: int,
    changes: Sequence[ItemChange],
    known: Mapping[int, Any],
    *,
    now: datetime,
) -> None:
    """Report in the trail, item by item, what PayPal said after its first lasting word."""
    for change in (change for change in changes if change.before is not None):
        item = known[change.id]
        after = item.transaction_id if change.keeps_record else storable(change.transaction_id)
        audit.record(
            connection,
            at=now,
            cycle_id=cycle_id,
            batch_id=batch_id,
            item_id=item.item_id,
            actor=_PAYPAL,
            action="item_word" if change.conflict is None else "item_conflict",
            from_state=change.before,
            to_state=change.state,
            evidence={"word": change.conflict or change.raw_state, **evidence_of(item.transaction_id, after)},
        )


def _by_column(changes: Sequence[ItemChange]) -> dict[str, Sequence[Any]]:
    return dict(zip(ItemChange._fields, zip(*changes, strict=True), strict=True))


def _stored(name: str, values: Sequence[Any]) -> Sequence[Any]:
    if name in {"state", "error_class"}:
        return list(map(_WORDS.__getitem__, values))
    return all_storable(values) if name in _TEXTS else values
