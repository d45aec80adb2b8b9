"""`override`: moves a stuck batch by hand, where the table of moves allows it; the person and the reason are kept."""

from datetime import datetime, timedelta
from typing import Final

from paypal_payouts.domain.advice import BatchReport
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.report import (
    Finished,
    OverrideReport,
)
from paypal_payouts.domain.retry import eligibility, too_old
from paypal_payouts.domain.states import MOVES_BY_HAND, BatchEvent, BatchStatus, may_move_by_hand
from paypal_payouts.errors import Blocked, UsageError
from paypal_payouts.orchestrator.adoption import AdoptionFailed, NotEqual, read_for_adoption
from paypal_payouts.orchestrator.lookup import find_batch
from paypal_payouts.orchestrator.reading import apply_readings
from paypal_payouts.orchestrator.tools import Tools
from paypal_payouts.storage import Lease

ABANDON_AFTER: Final = timedelta(hours=24)
"""How long after the last send a person may call an unanswered batch unpaid (contract, section 6)."""

TABLE_OF_MOVES: Final = "; ".join(
    f"{', '.join(before)} -> {after}{f' ({condition})' if condition else ''}"
    for before, after, condition in MOVES_BY_HAND
)
"""The moves that a person can make, as refusals show them (contract, section 6)."""

_EVENT_TO: Final = {
    BatchStatus.ABANDONED: BatchEvent.ABANDON,
    BatchStatus.ACCEPTED: BatchEvent.ATTACH,
    BatchStatus.REVIEW: BatchEvent.DOUBT,
    BatchStatus.IN_FLIGHT: BatchEvent.RESUME,
}


def checked_status(text: str) -> BatchStatus:
    """Read the status that a person wants a batch in.

    Raises:
        UsageError: no batch has such a status.

    """
    try:
        return BatchStatus(text)
    except ValueError:
        raise UsageError(
            f"{text!r} is no status that a batch can be moved to.",
            hint=f"Nothing was changed. The moves that a person can make: {TABLE_OF_MOVES}.",
        ) from None


def override(
    batch_text: str,
    *,
    to: BatchStatus,
    reason: str,
    operator: str,
    paypal_batch_id: str | None,
    max_age_days: int,
    tools: Tools,
) -> Finished:
    """Move a batch by hand and keep who did it, when, why, and what was known.

    Raises:
        NotFound: there is no such batch.
        LockHeld: somebody else works on its cycle.
        UsageError: --to accepted without --paypal-batch-id.
        Blocked: the move is not in the table, or its condition does not hold.

    """
    if (to is BatchStatus.ACCEPTED) is not (paypal_batch_id is not None):
        raise UsageError("--paypal-batch-id goes with --to accepted, and --to accepted needs it.")
    store, now = tools.store, tools.now
    cycle = find_batch(batch_text, store=store).name.cycle
    with tools.hold(cycle) as lock:
        batch = find_batch(batch_text, store=store)
        if not may_move_by_hand(batch.status, to):
            raise _not_allowed(batch, to, f"there is no move from {batch.status} to {to}")
        event = _EVENT_TO[to]
        _check_condition(batch, event, to, now=now(), max_age_days=max_age_days)
        if paypal_batch_id is not None:
            _attach(batch, paypal_batch_id, reason, operator, lease=lock.lease, tools=tools)
        else:
            store.moves.move(
                lock.lease,
                batch.id,
                event,
                now=now(),
                actor=operator,
                reason=reason,
                evidence={"open_sends": batch.open_sends, "last_error": batch.last_retry_error},
            )
        moved = find_batch(str(batch.name), store=store)
    report = BatchReport(moved, eligibility(moved, now=now(), max_age_days=max_age_days))
    return Finished(OverrideReport(report, batch.status, moved.status, operator, reason))


def _check_condition(
    batch: BatchRecord, event: BatchEvent, to: BatchStatus, *, now: datetime, max_age_days: int
) -> None:
    """Refuse a move whose condition does not hold."""
    if event is BatchEvent.RESUME and too_old(batch, now=now, max_age_days=max_age_days):
        raise _not_allowed(
            batch, to, f"its first send is {max_age_days} days old or older: PayPal may have forgotten it"
        )
    if event is not BatchEvent.ABANDON or batch.status not in {BatchStatus.IN_FLIGHT, BatchStatus.REVIEW}:
        return
    if batch.paypal_batch_id is not None:
        raise _not_allowed(batch, to, f"PayPal has it as {batch.paypal_batch_id}: it can never be called unpaid")
    if batch.last_sent_at is not None and now - batch.last_sent_at < ABANDON_AFTER:
        raise _not_allowed(
            batch, to, f"it was last sent {batch.last_sent_at:%Y-%m-%d %H:%M} UTC, less than 24 hours ago"
        )


def _attach(
    batch: BatchRecord,
    paypal_batch_id: str,
    reason: str,
    operator: str,
    *,
    lease: Lease,
    tools: Tools,
) -> None:
    """Take over the batch that a person found at PayPal, after the same comparison as adoption."""
    found = read_for_adoption(
        batch, paypal_batch_id, store=tools.store, paypal=tools.paypal, safe_point=lambda: tools.pause(0)
    )
    match found:
        case NotEqual(difference):
            raise _not_allowed(batch, BatchStatus.ACCEPTED, difference)
        case AdoptionFailed(failure):
            raise _not_allowed(batch, BatchStatus.ACCEPTED, f"PayPal's batch cannot be read now: {failure.message}")
    attached = tools.store.moves.adopt(
        lease,
        batch.id,
        paypal_batch_id,
        event=BatchEvent.ATTACH,
        now=tools.now(),
        actor=operator,
        reason=reason,
        evidence={"compared_items": len(found.items)},
    )
    apply_readings(attached, found, store=tools.store, lease=lease, now=tools.now, item_class=tools.errors.item_class)


def _not_allowed(batch: BatchRecord, to: BatchStatus, why: str) -> Blocked:
    return Blocked(
        "move_not_allowed",
        f"{batch.name} cannot be moved from {batch.status} to {to}: {why}.",
        hint=f"Nothing was changed or sent. The moves that a person can make: {TABLE_OF_MOVES}.",
        details=[{"batch": str(batch.name), "from": str(batch.status), "to": str(to), "reason": why}],
    )
