"""Batches as the database has them, with the counts that go with each: few queries, whatever their number."""

import hashlib
import zlib
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from paypal_payouts.domain.identity import BatchName
from paypal_payouts.domain.outcome import AttemptOutcome
from paypal_payouts.domain.payout import AttemptRecord, BatchRecord, FailedTry, StandingRefusal
from paypal_payouts.domain.states import PAYABLE_AGAIN, ItemState
from paypal_payouts.errors import NotFound, SealBroken
from paypal_payouts.storage.batch_events import REVIEW_REASON, of_failed_try
from paypal_payouts.storage.counts import COUNTED
from paypal_payouts.storage.engine import Database
from paypal_payouts.storage.repeating import repeated_when_cut
from paypal_payouts.storage.tables import NEWEST, archives, attempts, audit_events, batches, cycles, item_counts, items

_FACTS: list[sa.ColumnElement[Any]] = [column for column in batches.c if column is not batches.c.request]
"""All but the bytes that are sent: those are as long as everything else together, and only a send wants them."""

OPEN: sa.ColumnElement[bool] = sa.or_(attempts.c.outcome.is_(None), attempts.c.outcome == AttemptOutcome.UNKNOWN)
"""A send that has no answer."""

UNPROVEN: sa.ColumnElement[bool] = sa.or_(
    OPEN,
    sa.and_(
        attempts.c.outcome.in_([AttemptOutcome.ACCEPTED, AttemptOutcome.DUPLICATE]),
        attempts.c.number > sa.func.coalesce(batches.c.denied_through, 0),
    ),
)
"""A send that is not proven to have moved nothing, in a statement over the batches."""

_OTHER = items.alias()
MAY_BE_PAID_ELSEWHERE: sa.ColumnElement[bool] = (
    sa.select(sa.func.count())
    .where(
        _OTHER.c.cycle_id == items.c.cycle_id,
        _OTHER.c.item_id == items.c.item_id,
        _OTHER.c.id != items.c.id,
        _OTHER.c.conflict.is_not(None),
    )
    .scalar_subquery()
    > 0
)
"""PayPal has a word by which another payment of the item may be paid.

It is counted, by the index over conflicts: of NOT EXISTS, Postgres makes a join that reads every item there is.
"""
_DISPUTED = (
    sa.select(batches.c.cycle_id)
    .distinct()
    .join_from(item_counts, batches, item_counts.c.batch_id == batches.c.id)
    .where(batches.c.cycle_id.in_(sa.bindparam("of_cycles", expanding=True)), item_counts.c.conflicts > 0)
)
_PAID_ELSEWHERE = (
    sa.select(items.c.batch_id, sa.func.count())
    .where(
        items.c.cycle_id == sa.bindparam("cycle_id"),
        NEWEST,
        items.c.state.in_(sorted(PAYABLE_AGAIN)),
        sa.or_(items.c.conflict.is_not(None), MAY_BE_PAID_ELSEWHERE),
    )
    .group_by(items.c.batch_id)
)


_IS_ARCHIVED = sa.exists().where(archives.c.cycle_id == batches.c.cycle_id)


def _of_last_send(fact: sa.ColumnElement[Any]) -> sa.ScalarSelect[Any]:
    """Report one fact of the last send of a batch."""
    sends = sa.select(fact).select_from(attempts).where(attempts.c.batch_id == batches.c.id)
    return sends.order_by(attempts.c.number.desc()).limit(1).scalar_subquery()


class _Selection:
    """Reads some batches, with the counts that go with each, by queries that are built once."""

    def __init__(self, condition: sa.ColumnElement[bool]) -> None:
        self._batches: sa.Select[Any] = (
            sa.select(
                *_FACTS,
                cycles.c.name.label("cycle"),
                _of_sends(sa.func.count(), OPEN).label("open_sends"),
                _of_sends(sa.func.max(attempts.c.started_at), OPEN).label("last_open_send_at"),
                _of_sends(sa.func.count(), UNPROVEN).label("unproven_sends"),
                _of_last_send(attempts.c.ended_at).label("last_send_ended_at"),
                _of_last_send(attempts.c.delay_s).label("pause_s"),
                REVIEW_REASON.label("review_reason"),
                of_failed_try(audit_events.c.at).label("tried_at"),
                of_failed_try(audit_events.c.reason).label("not_reached"),
                _IS_ARCHIVED.label("is_archived"),
            )
            .join_from(batches, cycles)
            .where(condition)
            .order_by(batches.c.cycle_id, batches.c.sequence, batches.c.attempt)
        )
        self._counts = COUNTED.join(cycles, cycles.c.id == batches.c.cycle_id).where(condition)

    def read(self, connection: sa.Connection, key: object) -> list[BatchRecord]:
        """Read them by sequence, then attempt."""
        which = {"key": key}
        found = connection.execute(self._batches, which).all()
        if not found:
            return []
        counts: dict[int, list[sa.Row[Any]]] = {}
        for count in connection.execute(self._counts, which):
            counts.setdefault(count.batch_id, []).append(count)
        unpaid = {
            row.cycle_id for row in found if any(count.state in PAYABLE_AGAIN for count in counts.get(row.id, []))
        }
        paid_elsewhere = Counter[int]()
        for cycle_id in connection.execute(_DISPUTED, {"of_cycles": sorted(unpaid)}).scalars() if unpaid else ():
            paid_elsewhere.update(dict(connection.execute(_PAID_ELSEWHERE, {"cycle_id": cycle_id}).all()))
        return [_record(row, counts.get(row.id, []), paid_elsewhere[row.id]) for row in found]


def _of_sends(fact: sa.ColumnElement[Any], which: sa.ColumnElement[bool]) -> sa.ScalarSelect[Any]:
    """Report one fact of some sends of a batch."""
    return sa.select(fact).select_from(attempts).where(attempts.c.batch_id == batches.c.id, which).scalar_subquery()


_KEY: sa.BindParameter[Any] = sa.bindparam("key")
_BY_ID = _Selection(batches.c.id == _KEY)
_OF_CYCLE = _Selection(cycles.c.name == _KEY)
_SENT_SINCE = _Selection(batches.c.last_sent_at >= _KEY)
_BY_NAME = _Selection(sa.or_(batches.c.batch == _KEY, batches.c.paypal_batch_id == _KEY))
_REQUEST = sa.select(batches.c.batch, batches.c.request, batches.c.checksum).where(batches.c.id == _KEY)


def records_of_cycle(connection: sa.Connection, cycle: str) -> list[BatchRecord]:
    """Read the batches of a cycle by sequence, then attempt; none where there is no such cycle."""
    return _OF_CYCLE.read(connection, cycle)


def record(connection: sa.Connection, batch_id: int) -> BatchRecord:
    """Read one batch by its key.

    Raises:
        NotFound: there is no such batch.

    """
    found = _BY_ID.read(connection, batch_id)
    if not found:
        raise NotFound(f"There is no batch with key {batch_id}.")
    return found[0]


def _record(row: sa.Row[Any], counts: Sequence[sa.Row[Any]], paid_elsewhere: int) -> BatchRecord:
    states: Counter[ItemState] = Counter()
    newest: Counter[ItemState] = Counter()
    for count in counts:
        states[count.state] += count.number
        newest[count.state] += count.newest
    return BatchRecord(
        id=row.id,
        name=BatchName(row.cycle, row.sequence, row.attempt),
        sender_batch_id=row.sender_batch_id,
        paypal_batch_id=row.paypal_batch_id,
        status=row.status,
        items=row.item_count,
        currency=row.currency,
        amount_minor=row.amount_minor,
        fees_minor=row.fees_minor,
        checksum=row.checksum,
        created_at=row.created_at,
        first_sent_at=row.first_sent_at,
        last_sent_at=row.last_sent_at,
        completed_at=row.completed_at,
        retry_count=row.retry_count,
        last_retry_at=row.last_retry_at,
        last_retry_error=row.last_retry_error,
        open_sends=row.open_sends,
        last_open_send_at=row.last_open_send_at,
        unproven_sends=row.unproven_sends,
        refusal=_refusal(row),
        source=row.source,
        copy_allowed=bool(row.copy_allowed),
        named_batch_id=row.named_batch_id,
        review_reason=row.review_reason,
        failed_try=None if row.tried_at is None else FailedTry(row.tried_at, row.not_reached),
        paused_until=_paused_until(row),
        last_read_at=row.last_read_at,
        denied_through=row.denied_through or 0,
        states=states,
        newest=newest,
        taken_over=sum(count.number - count.newest for count in counts),
        payable_again=0
        if row.is_archived
        else sum(count.newest for count in counts if count.state in PAYABLE_AGAIN) - paid_elsewhere,
        has_conflicts=any(count.conflicts for count in counts),
        open_conflicts=sum(count.open_conflicts for count in counts),
        is_archived=bool(row.is_archived),
    )


def _refusal(row: sa.Row[Any]) -> StandingRefusal | None:
    if row.refusal_send is None:
        return None
    return StandingRefusal(row.refusal_send, row.refusal_code, row.refusal_message, row.refusal_class)


def _paused_until(row: sa.Row[Any]) -> datetime | None:
    if row.pause_s is None or row.last_send_ended_at is None:
        return None
    ended_at: datetime = row.last_send_ended_at
    return ended_at + timedelta(seconds=row.pause_s)


class Batches:
    """Reads batches, the bytes that they send, and how each send ended."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @repeated_when_cut
    def of_cycle(self, cycle: str) -> list[BatchRecord]:
        """List the batches of a cycle by sequence, then attempt; none where there is no such cycle."""
        with self._database.read() as connection:
            return records_of_cycle(connection, cycle)

    @repeated_when_cut
    def last_sends(self) -> dict[str, datetime]:
        """Return when each batch of any cycle was last sent, by our id; without those that never were."""
        query = sa.select(batches.c.batch, batches.c.last_sent_at).where(batches.c.last_sent_at.is_not(None))
        with self._database.read() as connection:
            return {name: sent_at for name, sent_at in connection.execute(query)}  # noqa: C416 - rows, for mypy

    @repeated_when_cut
    def sent_since(self, since: datetime) -> list[BatchRecord]:
        """List the batches that were sent at or after a moment, the last one first."""
        with self._database.read() as connection:
            found = _SENT_SINCE.read(connection, since)
        return sorted(found, key=lambda batch: (batch.last_sent_at or since, batch.id), reverse=True)

    @repeated_when_cut
    def find(self, text: str) -> BatchRecord | None:
        """Find a batch by our id or by PayPal's."""
        with self._database.read() as connection:
            found = _BY_NAME.read(connection, text)
        # Ours wins, should PayPal ever name one of its batches like one of ours.
        return min(found, key=lambda batch: str(batch.name) != text, default=None)

    @repeated_when_cut
    def request_bytes(self, batch_id: int) -> bytes:
        """Return the exact bytes that every send of a batch carries.

        Raises:
            NotFound: there is no such batch.
            SealBroken: they are not the bytes that were stored at intent.

        """
        with self._database.read() as connection:
            row = connection.execute(_REQUEST, {"key": batch_id}).first()
        if row is None:
            raise NotFound(f"There is no batch with key {batch_id}.")
        try:
            request = zlib.decompress(row.request)
        except zlib.error:
            request = b""
        if hashlib.sha256(request).hexdigest() != row.checksum:
            raise SealBroken(f"The stored request of {row.batch} does not fit its checksum: it was changed or damaged.")
        return request

    @repeated_when_cut
    def attempts(self, batch_id: int) -> list[AttemptRecord]:
        """List the sends of a batch in their order."""
        query = (
            sa.select(
                attempts.c.number,
                attempts.c.started_at,
                attempts.c.ended_at,
                attempts.c.outcome,
                attempts.c.error_code,
                attempts.c.error_class,
                attempts.c.http_status,
                attempts.c.debug_id,
                attempts.c.delay_s,
                attempts.c.operator,
                attempts.c.policy,
            )
            .where(attempts.c.batch_id == batch_id)
            .order_by(attempts.c.number)
        )
        with self._database.read() as connection:
            return [AttemptRecord(*row) for row in connection.execute(query)]
