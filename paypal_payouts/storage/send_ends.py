"""How a send of a batch ended: its attempt is closed, and the batch moved by the answer. Part of one transaction.

Source: docs/design.md, 8.3 and 8.5.
"""

from datetime import datetime
from typing import Any, assert_never

import sqlalchemy as sa

from paypal_payouts.domain.after_send import event_after_send
from paypal_payouts.domain.outcome import (
    OUTCOME_WORD,
    Accepted,
    AttemptOutcome,
    Duplicate,
    Failure,
    NotSent,
    Refused,
    SendOutcome,
    Unknown,
)
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.states import BatchEvent, ItemState
from paypal_payouts.errors import Blocked
from paypal_payouts.storage import audit
from paypal_payouts.storage.batches import UNPROVEN
from paypal_payouts.storage.moves import accept, cycle_id_of, move_batch, move_items
from paypal_payouts.storage.tables import attempts, batches
from paypal_payouts.storage.values import Permit, storable

_PAYPAL = "paypal"
"""The actor in the trail: PayPal's answer moved the batch, or its silence did not."""

# Built once, as every run asks them; what an update sets comes with its parameters.
OF_BATCH = batches.update().where(batches.c.id == sa.bindparam("of_batch"))
_CLOSE = attempts.update().where(
    attempts.c.id == sa.bindparam("of_attempt"),
    attempts.c.batch_id == sa.bindparam("of_batch"),
    attempts.c.outcome.is_(None),
)
_OTHERS = (
    sa.select(attempts.c.outcome)
    .join_from(attempts, batches, attempts.c.batch_id == batches.c.id)
    .where(
        attempts.c.batch_id == sa.bindparam("of_batch"),
        attempts.c.id != sa.bindparam("of_attempt"),
        sa.or_(UNPROVEN, attempts.c.outcome.in_([AttemptOutcome.REFUSED, AttemptOutcome.NOT_SENT])),
    )
)
"""How the other sends of a batch ended; what PayPal accepted and denied since is not among them."""


def end_send(
    connection: sa.Connection,
    batch: BatchRecord,
    permit: Permit,
    outcome: SendOutcome,
    *,
    now: datetime,
    delay_s: float | None,
) -> None:
    """Close an attempt with its outcome and move the batch as domain.after_send says.

    Raises:
        Blocked: `move_not_allowed`, the batch is not in flight, or the attempt not open.

    """
    failure = _failure(outcome)
    _close_attempt(connection, batch, permit, outcome, failure, now=now, delay_s=delay_s)
    facts: dict[str, Any] = {"last_retry_error": _words(failure) if failure else None}
    if isinstance(outcome, Duplicate) and outcome.paypal_batch_id is not None:
        facts["named_batch_id"] = storable(outcome.paypal_batch_id)
    if isinstance(outcome, Refused):
        facts |= _refusal_columns(permit.number, outcome.failure)
    connection.execute(OF_BATCH, {"of_batch": batch.id, **facts})
    _apply(connection, batch, permit, outcome, now=now)


def _failure(outcome: SendOutcome) -> Failure | None:
    match outcome:
        case Accepted():
            return None
        case Duplicate() | Refused() | Unknown() | NotSent():
            return outcome.failure
        case _:
            assert_never(outcome)


def _close_attempt(
    connection: sa.Connection,
    batch: BatchRecord,
    permit: Permit,
    outcome: SendOutcome,
    failure: Failure | None,
    *,
    now: datetime,
    delay_s: float | None,
) -> None:
    values: dict[str, Any] = {"ended_at": now, "outcome": OUTCOME_WORD[type(outcome)], "delay_s": delay_s}
    if failure is not None:
        values |= {
            "error_code": storable(failure.code),
            "error_message": storable(failure.message),
            "error_class": failure.error_class,
            "http_status": failure.http_status,
            "debug_id": storable(failure.debug_id),
        }
    elif isinstance(outcome, Accepted):
        values |= {"http_status": outcome.http_status, "debug_id": storable(outcome.debug_id)}
    closed = connection.execute(_CLOSE, {"of_attempt": permit.attempt_id, "of_batch": batch.id, **values})
    if closed.rowcount != 1:
        raise Blocked("move_not_allowed", f"Send {permit.number} of {batch.name} is not open; nothing was changed.")


def _apply(
    connection: sa.Connection, batch: BatchRecord, permit: Permit, outcome: SendOutcome, *, now: datetime
) -> None:
    """Move the batch by the answer to this send, in the light of how every other send of it ended."""
    which = {"of_batch": batch.id, "of_attempt": permit.attempt_id}
    others: list[AttemptOutcome | None] = list(connection.execute(_OTHERS, which).scalars())
    word = OUTCOME_WORD[type(outcome)]
    told: dict[str, Any] = {"send": permit.number, "outcome": word}
    if isinstance(outcome, Accepted):
        accept(connection, batch, BatchEvent.ACCEPT, outcome.paypal_batch_id, now=now, actor=_PAYPAL, evidence=told)
        return
    if isinstance(outcome, Duplicate):
        told["paypal_batch_id"] = outcome.paypal_batch_id
    reason = _words(outcome.failure)
    event = event_after_send(outcome, others)
    if event is not None:
        move_batch(connection, batch, event, now=now, actor=_PAYPAL, reason=reason, evidence=told)
        move_items(connection, batch.id, {ItemState.UNSENT}, now=now, live=0)
        return
    audit.record(
        connection,
        at=now,
        cycle_id=cycle_id_of(connection, batch.id),
        batch_id=batch.id,
        actor=_PAYPAL,
        action=f"send_{word}",
        from_state=batch.status,
        to_state=batch.status,
        reason=reason,
        evidence=told,
    )


def _refusal_columns(send: int, failure: Failure) -> dict[str, Any]:
    """Give the columns that keep a definite refusal."""
    return {
        "refusal_send": send,
        "refusal_code": storable(failure.code),
        "refusal_message": storable(failure.message_with_items),
        "refusal_class": failure.error_class,
    }


def _words(failure: Failure) -> str:
    return storable(f"{failure.code}: {failure.message}")
