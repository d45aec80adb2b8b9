"""`override`: moves a stuck batch or item by hand, where the table of moves allows it, and keeps who and why.

Source: docs/design.md, 9.2 and 8.4 to 8.6.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final, Literal

from paypal_payouts.domain.advice import BatchReport
from paypal_payouts.domain.item import ItemReport
from paypal_payouts.domain.moves import goals_by_hand, may_move_by_hand, vouches_by_hand
from paypal_payouts.domain.override import OverrideReport
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.report import Finished
from paypal_payouts.domain.retry import too_old
from paypal_payouts.domain.states import ACKNOWLEDGED, CONFLICT, BatchEvent, BatchStatus, ItemState
from paypal_payouts.domain.words import WHY, rfc3339, utc_minute
from paypal_payouts.errors import UsageError
from paypal_payouts.protocol.attach import Attach, attach
from paypal_payouts.protocol.clock import paypals_time
from paypal_payouts.protocol.lookup import find_batch, find_item
from paypal_payouts.protocol.refusals import item_not_allowed, not_allowed
from paypal_payouts.protocol.tools import Tools
from paypal_payouts.verbs.reports import batch_reports

A_DAY: Final = timedelta(hours=24)
"""How long after the last send, or the last word of PayPal's, a person may decide (docs/design.md, 9.2)."""

NO_CLOCK: Final = "PayPal's clock could not be asked"

EVENT_TO: Final = {
    BatchStatus.ABANDONED: BatchEvent.ABANDON,
    BatchStatus.ACCEPTED: BatchEvent.ATTACH,
    BatchStatus.REVIEW: BatchEvent.DOUBT,
    BatchStatus.IN_FLIGHT: BatchEvent.RESUME,
}
"""What a person's move to a status is called."""


def checked_goal(what: Literal["batch", "item"], text: str) -> str:
    """Read where a person wants a batch or an item moved to.

    Raises:
        UsageError: nobody can move one there.

    """
    goals = goals_by_hand(what)
    if text not in goals and not (what == "batch" and text in {*BatchStatus}):
        raise UsageError(
            f"{text!r} is nothing that {'a batch' if what == 'batch' else 'an item'} can be moved to.",
            hint=f"Nothing was changed. --to takes {', '.join(goals)}. The moves: `payouts override --help`.",
        )
    return text


def override(
    batch_text: str,
    *,
    to: BatchStatus,
    reason: str,
    operator: str,
    attached: Attach | None,
    max_age_days: int,
    tools: Tools,
) -> Finished:
    """Move a batch by hand and keep who did it, when, why, and what was known.

    Raises:
        NotFound: there is no such batch.
        LockHeld: somebody else works on its cycle.
        UsageError: --to accepted without --paypal-batch-id.
        Blocked: the move is not in the table, or its condition does not hold.
        ClockSkew: the move is judged by PayPal's clock, and ours is too far from it.
        NotConfirmed: PayPal's batch differs, and the person did not agree to that.

    """
    _check_usage(to, attached)
    store, now = tools.store, tools.now
    cycle = find_batch(batch_text, store=store).name.cycle
    with tools.hold(cycle) as lock:
        lock.recall(max_age_days=max_age_days)
        batch = find_batch(batch_text, store=store)
        seen = checked_move(batch, to, attached, max_age_days, tools)
        if attached is not None:
            differing = attach(
                batch,
                attached,
                reason=reason,
                operator=operator,
                max_age_days=max_age_days,
                lease=lock.lease,
                tools=tools,
            )
        else:
            differing = ()
            store.moves.move(
                lock.lease,
                batch.id,
                EVENT_TO[to],
                now=now(),
                actor=operator,
                reason=reason,
                evidence={"open_sends": batch.open_sends, "last_error": batch.last_retry_error, **seen},
            )
        moved = find_batch(str(batch.name), store=store)
    report = OverrideReport(
        _report(moved, max_age_days=max_age_days, tools=tools),
        batch.status,
        moved.status,
        operator,
        reason,
        differences=differing,
        takes_theirs=attached is not None and attached.take_theirs,
    )
    return Finished(report)


def _check_usage(to: BatchStatus, attached: Attach | None) -> None:
    if (to is BatchStatus.ACCEPTED) is not (attached is not None):
        raise UsageError("--paypal-batch-id goes with --to accepted, and --to accepted needs it.")


def checked_move(
    batch: BatchRecord, to: BatchStatus, attached: Attach | None, max_age_days: int, tools: Tools
) -> Mapping[str, Any]:
    """Refuse a move of a batch that cannot be made now; give what was seen, for the trail."""
    _check_usage(to, attached)
    if not may_move_by_hand("batch", batch.status, to):
        raise not_allowed(batch, to, f"there is no move from {batch.status} to {to}")
    # What PayPal has is compared when it is attached.
    return {} if attached else check_condition(batch, EVENT_TO[to], to, max_age_days=max_age_days, tools=tools)


def check_condition(
    batch: BatchRecord, event: BatchEvent, to: BatchStatus, *, max_age_days: int, tools: Tools
) -> Mapping[str, Any]:
    """Refuse a move whose condition does not hold; give what was seen, for the trail.

    Raises:
        Blocked: `move_not_allowed`, and why.
        ClockSkew: it is judged by PayPal's clock, and ours is too far from it.

    """
    if event is BatchEvent.RESUME:
        asked = tools.paypal.ask_time()
        if too_old(batch, now=max(tools.now(), asked or tools.now()), max_age_days=max_age_days):
            why = f"its first send is {max_age_days} days old or older: PayPal may have forgotten it"
            raise not_allowed(batch, to, why)
        if (disputed := tools.store.sends.paid_elsewhere(batch.id)) is not None:
            raise not_allowed(batch, to, f"sent, it could pay a second time: {disputed}")
    if batch.status is BatchStatus.ACCEPTED:
        seen = batch.last_read_at or batch.last_sent_at
        if seen is not None and tools.now() - seen < A_DAY:
            why = f"PayPal's last answer about it is of {utc_minute(seen)}, less than 24 hours ago"
            raise not_allowed(batch, to, why, hint=f"To ask PayPal: `payouts sync --cycle {batch.name.cycle}`.")
    if vouches_by_hand(batch.status, to):
        return _check_abandoned(batch, to, tools=tools)
    return {}


def _check_abandoned(batch: BatchRecord, to: BatchStatus, *, tools: Tools) -> Mapping[str, Any]:
    """Refuse to give up what may yet be paid: money could go out twice."""
    if batch.is_at_paypal:
        named = batch.paypal_batch_id or batch.named_batch_id
        why = f"PayPal is known to have a batch of its id{f', {named}' if named else ''}: it can never be called unpaid"
        look = "" if named else "Look for it in PayPal's activity list. "
        command = f"payouts review {batch.name}{'' if named else ' --paypal-batch-id ID'}"
        raise not_allowed(batch, to, why, hint=f"{look}What it says beside ours, and what can be done: `{command}`.")
    asked = paypals_time(tools.paypal)
    if asked is None:
        why = f"{NO_CLOCK}, and the 24 hours since its last send count by no other"
        raise not_allowed(batch, to, why, hint="`payouts doctor` says why PayPal cannot be reached.")
    if batch.last_sent_at is not None and asked - batch.last_sent_at < A_DAY:
        why = f"it was last sent at {utc_minute(batch.last_sent_at)}, less than 24 hours ago by PayPal's clock"
        when = f"it can be from {utc_minute(batch.last_sent_at + A_DAY)} on"
        if batch.status is not BatchStatus.IN_FLIGHT:
            raise not_allowed(batch, to, f"{why}; {when}")
        command = f"payouts override {batch.name} --to {BatchStatus.REVIEW} --reason {WHY}"
        when += ", and each run until then sends it again and moves that: put it into review first"
        raise not_allowed(batch, to, f"{why}; {when}", hint=f"To put it into review: `{command}`.")
    return {"paypals_time": rfc3339(asked)}


def override_item(
    item_id: str, *, cycle: str, to: str, reason: str, operator: str, max_age_days: int, tools: Tools
) -> Finished:
    """Move an item by hand: settle one on which PayPal's word decides nothing, or acknowledge its conflicts.

    Raises:
        NotFound: the cycle has no such item.
        LockHeld: somebody else works on the cycle.
        Blocked: the move is not in the table, or its condition does not hold.
        ClockSkew: the move is judged by PayPal's clock, and ours is too far from it.

    """
    store, now = tools.store, tools.now
    find_item(item_id, cycle, store=store)
    who = {"cycle": cycle, "item_id": item_id, "actor": operator, "reason": reason}
    with tools.hold(cycle) as lock:
        item = find_item(item_id, cycle, store=store)
        told = checked_item(item, cycle, to, max_age_days, tools)
        before: str = CONFLICT if to == ACKNOWLEDGED else item.state
        if to == ACKNOWLEDGED:
            store.decisions.acknowledge(lock.lease, now=now(), **who)
        else:
            store.decisions.settle(lock.lease, to=ItemState(to), now=now(), evidence=told, **who)
        moved = find_item(item_id, cycle, store=store)
        batch = find_batch(moved.batch, store=store)
    report = _report(batch, max_age_days=max_age_days, tools=tools)
    return Finished(OverrideReport(report, before, to, operator, reason, item=moved))


def checked_item(item: ItemReport, cycle: str, to: str, _max_age_days: int, tools: Tools) -> Mapping[str, Any]:
    """Refuse a move of an item that cannot be made now; give what was seen, for the trail."""
    if to == ACKNOWLEDGED:
        if not tools.store.decisions.has_conflict(cycle=cycle, item_id=item.item_id):
            raise item_not_allowed(item, to, "PayPal's words on it contradict nothing that is not acknowledged")
        return {}
    if not may_move_by_hand("item", item.state, to):
        raise item_not_allowed(item, to, f"there is no move from {item.state} to {to}")
    asked = paypals_time(tools.paypal)
    if asked is None:
        raise item_not_allowed(item, to, NO_CLOCK, hint="`payouts doctor` says why PayPal cannot be reached.")
    if asked - item.updated_at < A_DAY:
        why = f"PayPal's word on it is of {utc_minute(item.updated_at)}, less than 24 hours ago"
        when = f"it can be from {utc_minute(item.updated_at + A_DAY)} on"
        raise item_not_allowed(item, to, f"{why}; {when}", hint=f"To ask PayPal: `payouts sync --cycle {cycle}`.")
    return {"paypals_time": rfc3339(asked)}


def _report(batch: BatchRecord, *, max_age_days: int, tools: Tools) -> BatchReport:
    now = tools.now()
    (report,) = batch_reports([batch], store=tools.store, errors=tools.errors, now=now, max_age_days=max_age_days)
    return report
