"""What PayPal paid and our books call unpaid: was the item paid by another attempt, too, and what is left to do.

Pure. Such a payment was given up by hand, or PayPal's word on it was another one than its books have.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from paypal_payouts.domain.comparing_books import CALLED_UNPAID
from paypal_payouts.domain.money import grouped_amount
from paypal_payouts.domain.reconcile import Finding, OurPayment
from paypal_payouts.domain.states import MEANING, ItemState, Money
from paypal_payouts.domain.steps import explain_command
from paypal_payouts.domain.words import WHY, typed

_TWICE: Final = 2
_MAY_YET_ARRIVE: Final = frozenset({Money.OPEN, Money.UNKNOWN})


class DebtKey(NamedTuple):
    """An item of a cycle, whichever attempt paid it."""

    cycle: str | None
    item_id: str | None


def called_unpaid(findings: Iterable[Finding]) -> set[DebtKey]:
    """Name the items that PayPal paid by a payment that our books call unpaid."""
    return {DebtKey(each.cycle, each.item_id) for each in findings if each.sentence == CALLED_UNPAID}


def with_every_attempt(findings: Sequence[Finding], attempts: Iterable[OurPayment]) -> list[Finding]:
    """Say of what is called unpaid how often it was paid, and what to do; what was paid twice comes first.

    `attempts`: every payment of these items, those that agree with PayPal's books too.
    """
    of_item: dict[DebtKey, list[OurPayment]] = {}
    for payment in attempts:
        of_item.setdefault(DebtKey(payment.cycle, payment.item_id), []).append(payment)
    by_books = {(each.cycle, each.item_id, each.batch) for each in findings if each.sentence == CALLED_UNPAID}
    paid_again, others = list[Finding](), list[Finding]()
    for finding in findings:
        payments = of_item.get(DebtKey(finding.cycle, finding.item_id), [])
        if finding.sentence != CALLED_UNPAID or not payments:
            others.append(finding)
            continue
        paid = [
            each
            for each in payments
            if MEANING[each.state].money is Money.PAID or (each.cycle, each.item_id, each.batch) in by_books
        ]
        told = paid_again if len(paid) >= _TWICE else others
        told.append(finding._replace(sentence=" ".join(_sentences(finding, payments, paid))))
    return [*paid_again, *others]


def _sentences(finding: Finding, payments: Sequence[OurPayment], paid: Sequence[OurPayment]) -> Iterator[str]:
    cycle, item_id = str(finding.cycle), str(finding.item_id)
    explaining = f"`{explain_command(item_id, cycle)}`"
    ours = next(each for each in payments if each.batch == finding.batch)
    open_ones = [each.batch for each in payments if MEANING[each.state].money in _MAY_YET_ARRIVE]
    if len(paid) >= _TWICE:
        times = "TWICE" if len(paid) == _TWICE else f"{len(paid)} TIMES"
        by = " and ".join(
            f"{each.batch} ({grouped_amount(each.amount_minor, each.currency)} {each.currency})" for each in paid
        )
        yield f"PAID {times}: {item_id}, by {by}. Our books call {ours.batch} {ours.state}."
        yield f"Settle it with the payee; who decided what: {explaining}."
    elif open_ones:
        yield f"PayPal paid it by {ours.batch}, which our books call {ours.state}."
        yield f"{' and '.join(open_ones)} may pay it a second time: see {explaining} before anything more is sent."
    elif any(each.state is ItemState.CLOSED for each in payments):
        yield f"PayPal paid it by {ours.batch}; our books have it as closed, and nothing more is paid for it."
    else:
        closing = f"payouts cancel {typed(item_id, f'--cycle {cycle} --close --reason {WHY}')}"
        yield f"PayPal paid it by {ours.batch}, which our books call {ours.state}."
        yield f"Do not pay it again; close it: `{closing}`."
