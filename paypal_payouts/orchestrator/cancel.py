"""`cancel`: a person decided that an item is not owed; its unclaimed money comes back, or its proven debt is closed."""

from typing import assert_never

from paypal_payouts.domain.outcome import Cancelled, CancelRefused, CancelUnknown, ReadFailed
from paypal_payouts.domain.report import CancelReport, Finished, ItemReport
from paypal_payouts.domain.states import PAYABLE_AGAIN, ItemState, item_state
from paypal_payouts.errors import Blocked, PayPalRefused
from paypal_payouts.orchestrator.closing import failure_details
from paypal_payouts.orchestrator.lookup import find_item
from paypal_payouts.orchestrator.tools import Tools
from paypal_payouts.paypal.client import PayPalClient


def cancel(
    item_id: str,
    *,
    cycle: str,
    reason: str,
    operator: str,
    tools: Tools,
) -> Finished:
    """Close an item for good: unclaimed money is called back at PayPal first, and only what came back is closed.

    Raises:
        NotFound: the cycle has no such item.
        LockHeld: somebody else works on the cycle.
        Blocked: the item is neither unclaimed nor proven unpaid.
        PayPalRefused: PayPal did not cancel it; the item is as it was.

    """
    store = tools.store
    find_item(item_id, cycle, store=store)
    with tools.hold(cycle) as lock:
        item = find_item(item_id, cycle, store=store)
        if item.state is ItemState.CLOSED:
            return Finished(CancelReport(item, item.state, item.state, operator, reason))
        evidence: dict[str, object] = {}
        if item.state is ItemState.UNCLAIMED:
            outcome = _call_back(item, paypal=tools.paypal)
            if outcome is None:
                return Finished(CancelReport(item, item.state, item.state, operator, reason), 6)
            evidence = {"paypal_item_id": item.paypal_item_id, "transaction_id": outcome}
        elif item.state not in PAYABLE_AGAIN:
            raise _not_cancellable(item)
        store.items.close(
            lock.lease, cycle=cycle, item_id=item_id, now=tools.now(), actor=operator, reason=reason, evidence=evidence
        )
        closed = find_item(item_id, cycle, store=store)
    return Finished(CancelReport(closed, item.state, closed.state, operator, reason))


def _call_back(item: ItemReport, *, paypal: PayPalClient) -> str | None:
    """Cancel an unclaimed item at PayPal; give the transaction id of its return, None when nobody can say.

    The payee may claim the money at the same moment: only RETURNED, read back, counts.
    """
    if item.paypal_item_id is None:
        raise RuntimeError(f"unclaimed item {item.item_id} has no id of PayPal's")
    token = paypal.ensure_token()
    if token is not None:
        raise PayPalRefused(
            f"PayPal gave no token: {token.failure.message}. The item is as it was.",
            hint="`payouts doctor` checks the credentials.",
            details=[failure_details(token.failure)],
        )
    outcome = paypal.cancel_item(item.paypal_item_id)
    match outcome:
        case Cancelled(reading):
            pass
        case CancelRefused() | CancelUnknown():
            read = paypal.read_item(item.paypal_item_id)
            if isinstance(read, ReadFailed) or item_state(read.word) is not ItemState.RETURNED:
                if isinstance(outcome, CancelUnknown):
                    return None
                raise PayPalRefused(
                    f"PayPal did not cancel {item.item_id}: {outcome.failure.message} ({outcome.failure.code}). "
                    f"It is as it was.",
                    hint=f"`payouts status {item.batch} --refresh --items` shows what became of it.",
                    details=[failure_details(outcome.failure)],
                )
            reading = read
        case _:
            assert_never(outcome)
    return (reading.transaction_id or "") if item_state(reading.word) is ItemState.RETURNED else None


def _not_cancellable(item: ItemReport) -> Blocked:
    reasons = {
        ItemState.UNSENT: "it is not sent; give its batch up first: `payouts override BATCH --to abandoned`",
        ItemState.SUCCESS: "it is paid, and PayPal does not take a payment back",
    }
    why = reasons.get(item.state, "only unclaimed items and items proven unpaid can be")
    return Blocked(
        "move_not_allowed",
        f"{item.item_id} of {item.batch} is {item.state} and cannot be cancelled: {why}.",
        hint=f"Nothing was changed. `payouts status {item.batch} --items` shows its state.",
        details=[{"item_id": item.item_id, "batch": item.batch, "state": str(item.state)}],
    )
