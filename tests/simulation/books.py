"""PayPal's own books beside ours: `reconcile` finds nothing where all is read, and one cent wherever it is moved."""

from collections.abc import Sequence
from datetime import UTC, datetime

from paypal_payouts.domain.books import Accounts, entries
from paypal_payouts.domain.paypal_books import BookKind, BookRow, kind_of
from paypal_payouts.domain.reconcile import OurPayment, Scope
from paypal_payouts.domain.reconciling import reconcile
from paypal_payouts.simulator import settings
from paypal_payouts.simulator.activity import Movement, movements
from simulation.hosts import Hosts


def difference(hosts: Hosts) -> str | None:
    """Return what does not agree, or what is not found of what is moved; None where all is well."""
    with hosts.store() as store:
        ours = list(store.items.sent())
    if not ours:
        return None
    paypal = hosts.paypal
    with paypal._open() as now_ms:
        if any(now_ms < batch.ready_ms for batch in paypal._book.batches(now_ms)):
            # The simulator decides every second item half way, and books all payments when the batch is done.
            return None
        rows = [_row(each) for each in movements(paypal._book, settings.load(paypal._journal), now_ms)]
    scope = Scope(min(each.sent_at for each in ours).date(), hosts.now().date())
    found = reconcile(ours, rows, scope).findings
    if found:
        return f"reconcile finds {found[0]}"
    place, paid = next(((at, each) for at, each in enumerate(rows) if each.kind is BookKind.PAYMENT), (0, None))
    if paid is not None:
        moved = [*rows[:place], paid._replace(gross_minor=paid.gross_minor - 1), *rows[place + 1 :]]
        if paid.transaction_id not in {each.transaction_id for each in reconcile(ours, moved, scope).findings}:
            return f"reconcile does not find a cent at {paid}"
    return _booked_otherwise(ours, rows)


def _booked_otherwise(ours: Sequence[OurPayment], rows: Sequence[BookRow]) -> str | None:
    """Return whether the entries of `report --books` move PayPal's balance by something else than PayPal's rows do."""
    accounts = Accounts("Assets:PayPal", "Expenses:Payouts", "Expenses:Fees", "Assets:InTransit")
    booked = sum(
        each.amount_minor for entry in entries(ours, accounts) for each in entry.postings if each.account == accounts[0]
    )
    pending = {payment.item_id for payment in ours if payment.state == "pending"}
    payouts = {BookKind.PAYMENT, BookKind.RETURN, BookKind.REFUND}
    moved = sum(each.net_minor for each in rows if each.kind in payouts and each.custom not in pending)
    return None if booked == moved else f"the books come to {booked}, and PayPal's to {moved}"


def _row(movement: Movement) -> BookRow:
    item = movement.item
    return BookRow(
        place="",
        transaction_id=movement.transaction_id,
        reference=movement.reference,
        kind=kind_of(movement.code, ""),
        said=movement.code,
        pending=movement.status != "Completed",
        at=datetime.fromtimestamp(movement.at_ms // 1000, tz=UTC).replace(tzinfo=None),
        currency=movement.currency,
        gross_minor=movement.gross_minor,
        fee_minor=movement.fee_minor,
        net_minor=movement.net_minor,
        balance_minor=movement.balance_minor,
        receiver="" if item is None else item.receiver,
        custom="" if item is None else item.sender_item_id or "",
    )
