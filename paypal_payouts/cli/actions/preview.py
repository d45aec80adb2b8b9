"""What `payouts preview` does, and `payouts run --dry-run`."""

import sys
from collections.abc import Iterable
from functools import partial

from paypal_payouts import present
from paypal_payouts.cli.actions.screens import screen
from paypal_payouts.cli.actions.wiring import Wiring
from paypal_payouts.cli.options import PaymentOptions
from paypal_payouts.context.looking import look_at_payer
from paypal_payouts.domain.payout import OwedItem
from paypal_payouts.domain.plan import Request
from paypal_payouts.domain.report import Finished, RunReport
from paypal_payouts.intake import StagedInput
from paypal_payouts.protocol.tools import Terms
from paypal_payouts.storage import Store
from paypal_payouts.verbs import preview as verb
from paypal_payouts.verbs.outline import funds_of


def preview(wiring: Wiring, payment: PaymentOptions, *, items: bool = False) -> Finished:
    """Preview one cycle, whose input is read."""
    request = requested(wiring, payment)
    terms = wiring.terms(request.cycle, wait=False)
    staged = wiring.read_input(request.cycle, payment.source, skip_invalid=payment.skip_invalid)
    return look(wiring, staged, request, terms, items=items)


def requested(wiring: Wiring, payment: PaymentOptions) -> Request:
    """Put what was asked for beside what is configured.

    Raises:
        UsageError: no cycle is named, or not one.

    """
    return wiring.request(
        payment.cycle,
        append=payment.append,
        allow_duplicate=payment.allow_duplicate,
        expect_digest=payment.expect_digest,
        accept_new_receivers=payment.accept_new_receivers,
        canary=payment.canary,
    )


def look(wiring: Wiring, staged: StagedInput, request: Request, terms: Terms, *, items: bool = False) -> Finished:
    """Show what `run` would do now with an input that is read."""
    store = wiring.existing_store()
    return verb.preview(
        staged,
        request,
        store=store,
        terms=terms,
        rules=wiring.settings.error_rules(),
        lines=wiring.sent_lines(request.cycle),
        now=wiring.now(),
        items=items,
        look_at_payer=partial(look_at_payer, wiring, terms, store),
    )


def show_plan(wiring: Wiring, report: RunReport) -> None:
    """Show the plan before a question about it, on stderr as the question is."""
    wiring.progress.close()
    present.tables.show_plan(report, typed=wiring.common.as_typed, **screen(sys.stderr))


def show_funds(wiring: Wiring, going: Iterable[OwedItem], terms: Terms, store: Store) -> None:
    """Show the account that pays and its balances before a question about what would be sent, where PayPal tells."""
    funds = funds_of(going, partial(look_at_payer, wiring, terms, store))
    if funds is not None:
        wiring.progress.close()
        present.tables.show_funds(funds, **screen(sys.stderr))
