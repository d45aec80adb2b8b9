"""`cancel`: calls unclaimed money back at PayPal, or closes an item that a person says is not owed."""

from shlex import quote
from typing import assert_never

from paypal_payouts.domain.item import ItemReport
from paypal_payouts.domain.outcome import Cancelled, CancelRefused, CancelUnknown, ItemReading, ReadFailed
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.refusal import failure_details
from paypal_payouts.domain.report import CancelReport, Finished
from paypal_payouts.domain.retry import may_pay_again
from paypal_payouts.domain.states import CAME_BACK, MEANING, PAYABLE_AGAIN, BatchStatus, ItemState, Money, item_state
from paypal_payouts.domain.words import WHY
from paypal_payouts.errors import Blocked, ExitCode, PayPalRefused
from paypal_payouts.paypal.client import PayPalClient
from paypal_payouts.protocol.lookup import find_batch, find_item
from paypal_payouts.protocol.tools import Tools
from paypal_payouts.storage import Store


def what_is_cancelled(item: ItemReport, *, closes: bool) -> str:
    """Say, for the question before, what `cancel` will do."""
    if item.state is ItemState.UNCLAIMED and closes:
        return f"Call back the unclaimed money of {item.words()} at PayPal, and close the item, never to be paid"
    if item.state is ItemState.UNCLAIMED:
        return f"Call back the unclaimed money of {item.words()} at PayPal; it can be paid again after that"
    return f"Close {item.words()}, now {item.state}, never to be paid"


def cancel(item_id: str, *, cycle: str, closes: bool, reason: str, operator: str, tools: Tools) -> Finished:
    """Call unclaimed money back at PayPal, and close the item where that `closes` it; or close what is proven unpaid.

    Raises:
        NotFound: the cycle has no such item.
        LockHeld: somebody else works on the cycle.
        Blocked: the item is neither unclaimed nor proven unpaid, or has a conflict.
        PayPalRefused: PayPal did not cancel it; the item is as it was.

    """
    store, now = tools.store, tools.now
    find_item(item_id, cycle, store=store)
    with tools.hold(cycle) as lock:
        item = find_item(item_id, cycle, store=store)
        before = item.state
        if before is ItemState.CLOSED:
            return Finished(CancelReport(item, before, before, operator, reason))
        check_cancellable(item, cycle, store=store)
        if before is ItemState.UNCLAIMED:
            answer = _call_back(item, paypal=tools.paypal)
            if answer is None:
                return Finished(CancelReport(item, before, before, operator, reason), ExitCode.NOT_FINISHED)
            store.decisions.take_back(
                lock.lease,
                cycle=cycle,
                item_id=item_id,
                answer=answer,
                error_class=None if answer.error_code is None else tools.errors.item_class(answer.error_code),
                now=now(),
                actor=operator,
                reason=reason,
            )
        if closes or before in PAYABLE_AGAIN:
            store.decisions.close(lock.lease, cycle=cycle, item_id=item_id, now=now(), actor=operator, reason=reason)
        after = find_item(item_id, cycle, store=store)
    return Finished(CancelReport(after, before, after.state, operator, reason))


def check_cancellable(item: ItemReport, cycle: str, *, store: Store) -> None:
    """Refuse an item that is neither unclaimed nor known to be unpaid; one that is closed already is no mistake.

    Raises:
        Blocked: it is as it was, with what can be done instead.

    """
    if item.state is ItemState.CLOSED:
        return
    _check_conflicts(item, cycle, store=store)
    if item.state is not ItemState.UNCLAIMED:
        batch = find_batch(item.batch, store=store)
        if item.state not in PAYABLE_AGAIN or not may_pay_again(batch).eligible:
            raise _not_cancellable(item, batch)


def _check_conflicts(item: ItemReport, cycle: str, *, store: Store) -> None:
    """Refuse what would decide about money while PayPal's words on it contradict our record."""
    conflicts = [conflict for conflict in store.items.conflicts(cycle, item.item_id) if not conflict.acknowledged]
    if not conflicts:
        return
    told = ", ".join(f"{conflict.word} of the payment in {conflict.batch}" for conflict in conflicts)
    raise Blocked(
        "move_not_allowed",
        f"{item.item_id} cannot be cancelled: PayPal says {told}, against our record. It may have been paid.",
        hint="Nothing was changed. Look in PayPal's activity list whether the payee has the money; then say that you "
        f"know: `payouts override {quote(item.item_id)} --cycle {cycle} --to acknowledged --reason {WHY}`.",
        details=[{"item_id": item.item_id, "batch": each.batch, "word": each.word} for each in conflicts],
    )


def _call_back(item: ItemReport, *, paypal: PayPalClient) -> ItemReading | None:
    """Cancel an unclaimed item at PayPal; give the item as it came back, None when nobody can say that it did.

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
    return reading if item_state(reading.word) is ItemState.RETURNED else None


def _not_cancellable(item: ItemReport, batch: BatchRecord) -> Blocked:
    why, way_out = _why_not(item, batch)
    return Blocked(
        "move_not_allowed",
        f"{item.item_id} of {item.batch} is {item.state} and cannot be cancelled: {why}.",
        hint=f"Nothing was changed. {way_out}",
        details=[{"item_id": item.item_id, "batch": item.batch, "state": str(item.state)}],
    )


def _why_not(item: ItemReport, batch: BatchRecord) -> tuple[str, str]:
    """Say why an item cannot be cancelled, and what can be done instead."""
    of_batch = f"What can be done with the batch: `payouts status {batch.name}`."
    state, meaning = item.state, MEANING[item.state]
    if state is ItemState.UNSENT and batch.status in {BatchStatus.PLANNED, BatchStatus.REFUSED}:
        return (
            f"its batch is {batch.status}, and would be sent with it",
            f"Give the batch up first: `payouts override {batch.name} --to abandoned --reason {WHY}`.",
        )
    if state is ItemState.UNSENT:
        return f"its batch is {batch.status}, and may have paid it", of_batch
    if state in PAYABLE_AGAIN:
        return may_pay_again(batch).reason, of_batch
    if meaning.money is Money.OPEN and not meaning.is_final:
        return "PayPal has not decided on it", f"To ask PayPal: `payouts sync --cycle {batch.name.cycle}`."
    if meaning.still_moves and not meaning.ends_well:
        command = f"payouts override {quote(item.item_id)} --cycle {batch.name.cycle} --to failed --reason {WHY}"
        return "PayPal may yet pay it", f"Ask PayPal. 24 hours after its word was read: `{command}`."
    why, hint = "there is nothing in the way of it", f"Its state: `payouts status {batch.name} --items`."
    if meaning.money is Money.PAID:
        why = "it is paid, and PayPal does not take a payment back"
        hint = f"Ask the payee for a refund. Whether it came: `payouts sync --cycle {batch.name.cycle}`."
    elif state in CAME_BACK:
        why = "its money came back, and it is not paid again"
    return why, hint
