"""One send of a batch: the permit before the POST and the result after it, each one transaction.

Source: docs/design.md, 8.3, 8.5 and 8.7.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from paypal_payouts.domain.identity import BatchName
from paypal_payouts.domain.outcome import SendOutcome
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.sent_log import SENT_LOG, can_be_sent_whole
from paypal_payouts.domain.states import FREED, UNPAID_SO_FAR, BatchEvent, BatchStatus, ItemState
from paypal_payouts.domain.vouched import LOST_GIVEN_UP
from paypal_payouts.domain.words import rfc3339
from paypal_payouts.errors import Blocked
from paypal_payouts.storage import audit
from paypal_payouts.storage.audit import INTENT
from paypal_payouts.storage.batches import record
from paypal_payouts.storage.counts import count_again
from paypal_payouts.storage.engine import Database
from paypal_payouts.storage.moves import NO_WORDS, move_batch, one_payment
from paypal_payouts.storage.repeating import repeated_when_cut
from paypal_payouts.storage.seals import seal_progress, sealed_record
from paypal_payouts.storage.send_ends import OF_BATCH, end_send
from paypal_payouts.storage.tables import attempts, audit_events, batches, cycles, items
from paypal_payouts.storage.values import Lease, Permit

_PAYPALS_BATCH = ("paypal_batch_id", "named_batch_id", "paypal_word", "fees_minor", "completed_at")
"""Facts of the batch that PayPal denied: the next one that it names is another one."""

# Built once, as every run asks them; what an update sets comes with its parameters.
_OPEN = attempts.insert().returning(attempts.c.id)
_OLDER, _OF_OLDER = items.alias(), batches.alias()
_PAID_ELSEWHERE = (
    sa.select(items.c.item_id, _OLDER.c.conflict, _OF_OLDER.c.batch)
    .join_from(_OLDER, items, sa.and_(items.c.cycle_id == _OLDER.c.cycle_id, items.c.item_id == _OLDER.c.item_id))
    .join(_OF_OLDER, _OLDER.c.batch_id == _OF_OLDER.c.id)
    .where(
        items.c.batch_id == sa.bindparam("of_batch"),
        _OLDER.c.cycle_id
        == sa.select(batches.c.cycle_id).where(batches.c.id == sa.bindparam("of_batch")).scalar_subquery(),
        _OLDER.c.batch_id != sa.bindparam("of_batch"),
        _OLDER.c.conflict.is_not(None),
    )
    .limit(1)
)
_INTENT, _GIVEN_UP = audit_events.alias(), audit_events.alias()
_MAY_BE_PAID_BY_LOST_SENDS = (
    sa.select(_GIVEN_UP.c.id)
    .join_from(batches, _GIVEN_UP, _GIVEN_UP.c.cycle_id == batches.c.cycle_id)
    .where(
        batches.c.id == sa.bindparam("of_batch"),
        _GIVEN_UP.c.action == LOST_GIVEN_UP,
        _GIVEN_UP.c.id
        > sa.select(sa.func.coalesce(sa.func.min(_INTENT.c.id), 0))
        .where(_INTENT.c.batch_id == sa.bindparam("of_batch"), _INTENT.c.action == INTENT)
        .scalar_subquery(),
    )
    .limit(1)
)
"""Sends of its cycle that the sent log alone knew were given up after the batch was stored."""
_LAST_NUMBER = sa.select(sa.func.max(attempts.c.number)).where(attempts.c.batch_id == sa.bindparam("batch_id"))


class Sends:
    """Permits to send, and what became of them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @repeated_when_cut
    def permit(
        self,
        lease: Lease,
        batch_id: int,
        *,
        now: datetime,
        operator: str,
        policy: str,
        allowed: Collection[BatchStatus],
        announce: Callable[[], None] = lambda: None,
    ) -> Permit:
        """Open the one attempt that a POST of this batch may be made under; all of its items are live from here on.

        `announce` is called once nothing but the commit is left to do.

        Raises:
            LeaseLost: nothing was written.
            Blocked: `not_eligible`, its status is not allowed, a later attempt exists, or an item of it was meanwhile
                paid again or closed; `move_not_allowed`, its status can never be sent.
            NotFound: there is no such batch.

        """
        with self._database.write(lease, now) as connection:
            batch = sealed_record(connection, batch_id)
            _must_be_sendable(batch, allowed)
            disputed = _paid_elsewhere(connection, batch_id)
            if disputed is not None:
                raise Blocked(
                    "not_eligible",
                    f"{batch.name} is not sent: {disputed}.",
                    hint=f"Nothing was sent. See what can be done: `payouts status {batch.name}`.",
                )
            if batch.status in FREED:
                _revive_items(connection, batch, now=now)
            permit = _open_send(connection, batch, at=now, now=now, operator=operator, policy=policy)
            seal_progress(connection, batch_id)
            announce()
            return permit

    @repeated_when_cut
    def paid_elsewhere(self, batch_id: int) -> str | None:
        """Say what else may have paid an item of a batch; such a batch gets no permit. None: nothing."""
        with self._database.read() as connection:
            return _paid_elsewhere(connection, batch_id)

    @repeated_when_cut
    def recall(self, lease: Lease, batch_id: int, *, at: datetime, now: datetime, doubt: str | None) -> None:
        """Open the attempt of a send that the sent log knows and this database does not: nobody knows how it ended.

        The batch is in flight then, its items live; in `review` where there is a `doubt`, the reason for it.

        Raises:
            LeaseLost: nothing was written.
            Blocked: `move_not_allowed`, its status can never be sent.

        """
        with self._database.write(lease, now) as connection:
            batch = sealed_record(connection, batch_id)
            if batch.status in FREED and can_be_sent_whole(batch):
                _revive_items(connection, batch, now=now)
            _open_send(connection, batch, at=at, now=now, operator=SENT_LOG, policy=SENT_LOG)
            if doubt is not None and batch.status is not BatchStatus.REVIEW:
                in_flight = record(connection, batch_id)
                move_batch(connection, in_flight, BatchEvent.DOUBT, now=now, actor=SENT_LOG, reason=doubt)
            seal_progress(connection, batch_id)

    @repeated_when_cut
    def record_lost(
        self, lease: Lease, name: BatchName, sent_at: Sequence[datetime], *, now: datetime, operator: str, reason: str
    ) -> None:
        """Keep in the trail that a person gave up sends of a batch that the sent log alone knows.

        Raises:
            LeaseLost: nothing was written.

        """
        with self._database.write(lease, now) as connection:
            audit.record(
                connection,
                at=now,
                cycle_id=connection.execute(sa.select(cycles.c.id).where(cycles.c.name == name.cycle)).scalar(),
                actor=operator,
                action=LOST_GIVEN_UP,
                reason=reason,
                evidence={"batch": str(name), "sent_at": [rfc3339(at) for at in sent_at]},
            )

    @repeated_when_cut
    def record_result(
        self,
        lease: Lease,
        batch_id: int,
        permit: Permit,
        outcome: SendOutcome,
        *,
        now: datetime,
        delay_s: float | None = None,
    ) -> BatchRecord:
        """Close an attempt with its outcome and move the batch as domain.after_send says.

        `delay_s`: the pause, in seconds, before the next send. An accepted id that another batch has already ends in
        `review`.

        Raises:
            LeaseLost: nothing was written.
            Blocked: `move_not_allowed`, the batch is not in flight, or the attempt not open.

        """
        with self._database.write(lease, now) as connection:
            end_send(connection, sealed_record(connection, batch_id), permit, outcome, now=now, delay_s=delay_s)
            seal_progress(connection, batch_id)
            return record(connection, batch_id)


def _open_send(
    connection: sa.Connection, batch: BatchRecord, *, at: datetime, now: datetime, operator: str, policy: str
) -> Permit:
    """Open an attempt that began at `at`, which puts the batch in flight; one in `review` stays there."""
    values: dict[str, Any] = {"last_sent_at": at}
    if batch.first_sent_at is None:
        values["first_sent_at"] = at
    else:
        values |= {"retry_count": batch.retry_count + 1, "last_retry_at": at}
    if batch.status in FREED:
        values |= dict.fromkeys(_PAYPALS_BATCH)
    number = _next_number(connection, batch.id)
    evidence = {"send": number, "policy": policy}
    if batch.status is BatchStatus.REVIEW:
        connection.execute(OF_BATCH, {"of_batch": batch.id, **values})
    else:
        move_batch(connection, batch, BatchEvent.PERMIT, now=now, actor=operator, evidence=evidence, values=values)
    opened = {"batch_id": batch.id, "number": number, "started_at": at, "operator": operator, "policy": policy}
    attempt_id = connection.execute(_OPEN, opened).scalar_one()
    return Permit(attempt_id, number)


def _paid_elsewhere(connection: sa.Connection, batch_id: int) -> str | None:
    which = {"of_batch": batch_id}
    if connection.execute(_MAY_BE_PAID_BY_LOST_SENDS, which).first() is not None:
        return "sends of its cycle that the sent log alone knew were given up, and may have paid somebody in it"
    found = connection.execute(_PAID_ELSEWHERE, which).first()
    return None if found is None else f"PayPal says {found.conflict} of {found.item_id} in {found.batch}"


def _must_be_sendable(batch: BatchRecord, allowed: Collection[BatchStatus]) -> None:
    if batch.superseded:
        raise Blocked(
            "not_eligible",
            f"{batch.name} is never sent again: a later attempt has taken its items over.",
            hint="Nothing was sent. See that attempt: payouts status",
        )
    if batch.status not in allowed:
        raise Blocked(
            "not_eligible",
            f"{batch.name} is {batch.status}, and only what is {', '.join(sorted(allowed))} may be sent here.",
            hint=f"Nothing was sent. See what can be done: payouts status {batch.name}",
        )


def _revive_items(connection: sa.Connection, batch: BatchRecord, *, now: datetime) -> None:
    """Make every item of a batch that PayPal did not pay a debt in flight again, or none of them."""
    other = sa.or_(items.c.newest == 0, items.c.state.not_in(sorted(UNPAID_SO_FAR)))
    taken = connection.execute(sa.select(items.c.item_id).where(items.c.batch_id == batch.id, other)).scalar()
    message = f"{batch.name} cannot be sent again as a whole: {{}}was paid, paid again, or closed, since."
    if taken is not None:
        raise Blocked("not_eligible", message.format(f"{taken} "), hint="Nothing was changed or sent.")
    with one_payment(message.format("an item of it ")):
        connection.execute(
            items.update()
            .where(items.c.batch_id == batch.id)
            .values(state=ItemState.UNSENT, live=1, updated_at=now, **NO_WORDS)
        )
    count_again(connection, batch.id)


def _next_number(connection: sa.Connection, batch_id: int) -> int:
    last = connection.execute(_LAST_NUMBER, {"batch_id": batch_id}).scalar()
    return (last or 0) + 1
