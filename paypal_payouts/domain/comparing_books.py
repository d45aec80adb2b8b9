"""Comparing one payment of ours with PayPal's rows of it, field by field, and the rows of a cycle's file with ours."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from paypal_payouts.domain.matching import side_by_side
from paypal_payouts.domain.money import format_amount
from paypal_payouts.domain.payout import Debt, StoredItem
from paypal_payouts.domain.paypal_books import BookRow
from paypal_payouts.domain.reconcile import Finding, FindingKind, OurPayment, Scope
from paypal_payouts.domain.states import ENDED_UNPAID, ItemState

_IN_PAYPALS_BOOKS: Final = frozenset(
    {ItemState.SUCCESS, ItemState.UNCLAIMED, ItemState.RETURNED, ItemState.REFUNDED, ItemState.REVERSED}
)
"""What PayPal has booked for sure; it may have booked what it holds, and has nothing of what failed."""
_NEVER_BOOKED: Final = ENDED_UNPAID - _IN_PAYPALS_BOOKS
_NOT_READ: Final = "Our books are behind: `payouts sync --cycle {cycle}` reads the item again."
_NOT_ANSWERED: Final = (
    "PayPal has it, and its batch has no answer yet: do not give that batch up. What can be done: `payouts review "
    "{batch}`."
)

CALLED_UNPAID: Final = "PayPal paid it, and our books say that it is not paid."
"""Said of one payment; what it means depends on the other ones of the item (`domain.paid_after_all`)."""


def missing(payment: OurPayment) -> Iterator[Finding]:
    """Tell of a payment that has to be in PayPal's books and is not."""
    if payment.state in _IN_PAYPALS_BOOKS:
        yield _finding(
            payment,
            FindingKind.ONLY_OURS,
            "PayPal's books of these days do not have it. Are they of this account, and are all days and all kinds of "
            "transactions in them?",
            ours=payment.state,
        )


def differences(
    payment: OurPayment, paid: Sequence[BookRow], back: Sequence[BookRow], scope: Scope
) -> Iterator[Finding]:
    """Compare a payment with the rows of it: those that sent the money, and those that brought it back."""
    for row in paid[:1]:
        yield from _of_row(payment, row)
    for row in paid[1:]:
        yield _different(payment, row, "payments", ("1", f"{len(paid)}"), "PayPal's books have the payment twice.")
    out = -sum(row.gross_minor for row in paid)
    returned = sum(row.gross_minor for row in back)
    told = _state_told(payment, paid, out=out, returned=returned, scope=scope)
    if told is not None:
        theirs, sentence = told
        yield _different(payment, [*back, *paid][0], "state", (payment.state, theirs), sentence)


def _of_row(payment: OurPayment, row: BookRow) -> Iterator[Finding]:
    """Compare what the row of the payment itself says."""
    paid, fee = _amount(payment, -row.gross_minor), _amount(payment, -row.fee_minor)
    if row.currency != payment.currency:
        yield _different(payment, row, "currency", (payment.currency, row.currency), "PayPal paid another currency.")
    elif -row.gross_minor != payment.amount_minor:
        ours = _amount(payment, payment.amount_minor)
        yield _different(payment, row, "amount", (ours, paid), "PayPal paid another amount than we have.")
    # PayPal tells its fee of an item once it has finished with it.
    fee_minor = -row.fee_minor if payment.state is ItemState.PENDING else payment.fee_minor
    if fee_minor is None and row.fee_minor:
        yield _different(payment, row, "fee", ("not known", fee), _behind(payment))
    elif fee_minor is not None and -row.fee_minor != fee_minor:
        ours = _amount(payment, fee_minor)
        yield _different(payment, row, "fee", (ours, fee), "PayPal charged another fee than we have.")
    emails = "@" in row.receiver and "@" in payment.receiver
    if emails and row.receiver.lower() != payment.receiver.lower():
        sides = (payment.receiver, row.receiver)
        yield _different(payment, row, "receiver", sides, "PayPal names another receiver than we do.")
    # The id of what came back is the item's from then on.
    ours = payment.transaction_id or row.transaction_id
    if ours != row.transaction_id and not payment.came_back:
        sentence = (
            "It is the payment by all but PayPal's id: was it paid twice, and is the other one not in these days?"
        )
        yield _different(payment, row, "transaction_id", (ours, row.transaction_id), sentence)


def _state_told(
    payment: OurPayment, paid: Sequence[BookRow], *, out: int, returned: int, scope: Scope
) -> tuple[str, str] | None:
    """Say what PayPal's rows make of the payment, where that is not what we have; None where it is."""
    came_back = f"{_amount(payment, returned)} came back"
    completed = any(not row.pending for row in paid)
    if payment.came_back:
        whole = out if paid else payment.amount_minor
        if returned == whole or (not returned and not scope.is_told(payment.updated_at)):
            return None
        return (came_back if returned else "paid"), "PayPal's books do not have the money back as ours do."
    if payment.state in _NEVER_BOOKED:
        return None if out <= returned else ("paid", CALLED_UNPAID)
    if returned:
        return came_back, _behind(payment)
    if payment.state is ItemState.SUCCESS or not completed:
        return None
    return "paid", _behind(payment)


def conversion_differences(payment: OurPayment, rows: Sequence[BookRow]) -> Iterator[Finding]:
    """Compare what PayPal took from the balance of another currency with what it reported for the item.

    Only where its rows bring just the amount: nobody knows whether those that bring the fee, too, are shown so.
    """
    brought = sum(row.gross_minor for row in rows if row.currency == payment.currency)
    if payment.debited_minor is None or payment.debited_currency is None or brought != payment.amount_minor:
        return
    taken = [row for row in rows if row.currency != payment.currency]
    taken_minor = -sum(row.gross_minor for row in taken if row.currency == payment.debited_currency)
    if taken and taken_minor != payment.debited_minor:
        ours, theirs = (
            f"{format_amount(minor, payment.debited_currency)} {payment.debited_currency}"
            for minor in (payment.debited_minor, taken_minor)
        )
        sentence = "PayPal took another amount from the balance of the other currency than it reported for the item."
        yield _different(payment, taken[0], "conversion", (ours, theirs), sentence)


def _behind(payment: OurPayment) -> str:
    """Say why our books lack what PayPal's have: what was given up, or never answered, no reading brings in."""
    if payment.state in _NEVER_BOOKED:
        return CALLED_UNPAID
    if payment.state is ItemState.UNSENT:
        return _NOT_ANSWERED.format(batch=payment.batch)
    return _NOT_READ.format(cycle=payment.cycle)


def _amount(payment: OurPayment, minor: int) -> str:
    return format_amount(minor, payment.currency)


def _different(payment: OurPayment, row: BookRow, field: str, sides: tuple[str, str], sentence: str) -> Finding:
    ours, theirs = sides
    finding = _finding(payment, FindingKind.DIFFERENT, sentence, field=field, ours=ours, paypal=theirs)
    return finding._replace(transaction_id=row.transaction_id, day=row.day, place=row.place or None)


def _finding(
    payment: OurPayment,
    kind: FindingKind,
    sentence: str,
    *,
    field: str | None = None,
    ours: str | None = None,
    paypal: str | None = None,
) -> Finding:
    return Finding(
        kind,
        sentence,
        field=field,
        ours=ours,
        paypal=paypal,
        cycle=payment.cycle,
        batch=payment.batch,
        item_id=payment.item_id,
        receiver=payment.receiver,
        currency=payment.currency,
        amount_minor=payment.amount_minor,
        transaction_id=payment.transaction_id,
        day=payment.sent_at.date(),
    )


def file_differences(cycle: str, file: str, debts: Iterable[Debt], items: Iterable[StoredItem]) -> Iterator[Finding]:
    """Compare the cycle's file with what is stored; both come in the order of item ids."""
    for item, row in side_by_side(items, debts):
        if item is None and row is not None:
            yield Finding(
                FindingKind.ONLY_FILE,
                "The cycle's file has this row, and the database no such item: it was not paid. How to pay it: "
                f"`payouts preview {cycle}`.",
                cycle=cycle,
                item_id=row.item_id,
                receiver=row.receiver,
                currency=row.currency,
                amount_minor=row.amount_minor,
                place=f"{file}, line {row.line}",
            )
        elif item is not None and row is None:
            if item.state is not ItemState.CLOSED:
                yield _of_item(cycle, item, FindingKind.NOT_IN_FILE, "The cycle's file has no such row any more.")
        elif item is not None and row is not None:
            yield from _of_both(cycle, file, item, row)


def _of_both(cycle: str, file: str, item: StoredItem, row: Debt) -> Iterator[Finding]:
    pairs = (
        ("receiver", row.receiver, item.receiver),
        ("amount", format_amount(row.amount_minor, row.currency), format_amount(item.amount_minor, item.currency)),
        ("currency", row.currency, item.currency),
    )
    for field, theirs, ours in pairs:
        if theirs != ours and (field != "amount" or row.currency == item.currency):
            finding = _of_item(
                cycle, item, FindingKind.DIFFERENT, "The cycle's file says otherwise than what was sent."
            )
            yield finding._replace(field=field, file=theirs, ours=ours, place=f"{file}, line {row.line}")


def _of_item(cycle: str, item: StoredItem, kind: FindingKind, sentence: str) -> Finding:
    return Finding(
        kind,
        sentence,
        ours=item.state,
        cycle=cycle,
        item_id=item.item_id,
        receiver=item.receiver,
        currency=item.currency,
        amount_minor=item.amount_minor,
    )
