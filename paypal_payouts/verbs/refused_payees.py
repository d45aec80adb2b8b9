"""`status --refused-payees`: whom PayPal refuses until they act, by what it said of them last in any cycle."""

from collections.abc import Iterable
from datetime import datetime
from operator import attrgetter

from paypal_payouts.domain.bounced import LOOKED_BACK
from paypal_payouts.domain.item import ErrorCount
from paypal_payouts.domain.refused_payees import NAMED_CYCLES_MAX, RefusedPayee, RefusedPayeesReport, UnpaidPayment
from paypal_payouts.domain.report import Finished
from paypal_payouts.errors import ExitCode
from paypal_payouts.storage import FailureCount, Store
from paypal_payouts.verbs.failures import explained


def refused_payees(*, store: Store | None, environment: str, account: str, now: datetime) -> Finished:
    """List the payees who must act before any cycle can pay them, as far as their payments say so.

    That waiting does not help is what the table of errors says of a code: its payee has to act. What PayPal itself
    waits for has not ended, and is no refusal.
    """
    unpaid = [] if store is None else store.unpaid_payees.payments(since=now - LOOKED_BACK)
    refused = _refused(unpaid)
    report = RefusedPayeesReport(
        payees=refused,
        archived=0 if store is None else store.archived.number(),
        environment=environment,
        account=account,
        generated_at=now,
    )
    cycles = list(dict.fromkeys(each.cycles[0] for each in refused))
    broken = None if store is None else store.seals.first_broken(cycles, items_too=False)
    return Finished(report, ExitCode.DONE if broken is None else broken.exit_code, broken)


def _refused(unpaid: Iterable[UnpaidPayment]) -> list[RefusedPayee]:
    """Put the payments of each payee together, who was refused last first."""
    by_payee: dict[object, list[tuple[UnpaidPayment, ErrorCount]]] = {}
    for payment in sorted(unpaid, key=attrgetter("id"), reverse=True):
        error = _explained(payment)
        if error.who == "payee":
            by_payee.setdefault(payment.payee, []).append((payment, error))
    return [_payee(payments) for payments in by_payee.values()]


def _payee(payments: list[tuple[UnpaidPayment, ErrorCount]]) -> RefusedPayee:
    newest, error = payments[0]
    cycles = list(dict.fromkeys(payment.cycle for payment, _ in payments))
    return RefusedPayee(
        payee_id=newest.payee_id,
        receiver=newest.receiver,
        times=len(payments),
        cycles=cycles[:NAMED_CYCLES_MAX],
        cycles_in_all=len(cycles),
        error_code=newest.error_code,
        sentence=error.sentence,
        link=error.link,
    )


def _explained(payment: UnpaidPayment) -> ErrorCount:
    (error,) = explained(
        [FailureCount(payment.state, payment.error_class, payment.error_code, payment.error_message, 1)]
    )
    return error
