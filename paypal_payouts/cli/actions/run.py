"""What `payouts run` does."""

import sys

from paypal_payouts import present
from paypal_payouts.cli.actions.preview import look, requested, show_funds, show_plan
from paypal_payouts.cli.actions.screens import screen
from paypal_payouts.cli.actions.wiring import Wiring
from paypal_payouts.cli.options import PaymentOptions
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.report import Finished, RunReport
from paypal_payouts.verbs.run import execute_transaction_with_retry
from paypal_payouts.verbs.run_open import OpenRules, continue_open_cycles, preview_open_cycles


def run(wiring: Wiring, payment: PaymentOptions, *, yes: bool, wait: bool, same_account: bool) -> Finished:
    """Pay one cycle, whose input is read, after a question about what would be sent."""
    request = requested(wiring, payment)
    terms = wiring.terms(request.cycle, wait=wait)
    asks = wiring.must_ask(yes=yes)
    staged = wiring.read_input(request.cycle, payment.source, skip_invalid=payment.skip_invalid)
    paypal = wiring.paypal(terms)
    if asks:
        shown = look(wiring, staged, request, terms)
        if shown.error is not None or not isinstance(shown.report, RunReport):
            return shown
        if shown.report.to_send:
            show_plan(wiring, shown.report)
            wiring.ask(f"Pay cycle {request.cycle}?", name=request.cycle)
    tools = wiring.tools(paypal, same_account=same_account)
    return execute_transaction_with_retry(staged, request, terms=terms, tools=tools)


def run_open(
    wiring: Wiring, payment: PaymentOptions, *, dry_run: bool, yes: bool, wait: bool, same_account: bool
) -> Finished:
    """Continue every open cycle, after one question about all that would be sent."""
    payment.must_be_empty(dry_run=dry_run)
    rules = OpenRules(wiring.request, lambda cycle: wiring.terms(cycle, wait=wait), wiring.max_age_days)
    asks = wiring.must_ask(yes=yes)
    paypal = wiring.paypal()
    if not asks:
        tools = wiring.tools(paypal, same_account=same_account)
        return continue_open_cycles(rules, tools=tools, unrecorded=wiring.unrecorded(tools.store))
    store = wiring.existing_store()
    unrecorded = wiring.unrecorded(store)
    shown, not_shown = preview_open_cycles(
        rules,
        store=store,
        errors=wiring.settings.error_rules(),
        lines=wiring.sent_lines,
        now=wiring.now,
        unrecorded=unrecorded,
    )
    sending = [report for report in shown if report.to_send]
    if store is not None and sending:
        wiring.progress.close()
        present.tables.show_open_plan(sending, **screen(sys.stderr))
        going = [batch.id for report in sending for batch in report.to_send if isinstance(batch, BatchRecord)]
        show_funds(wiring, store.payees.owed_in_batches(going), rules.terms(sending[0].cycle), store)
        one = sending[0].cycle if len(sending) == 1 else None
        wiring.ask("Go on?", name=one or wiring.settings.paypal.account)
    tools = wiring.tools(paypal, same_account=same_account)
    return continue_open_cycles(rules, tools=tools, not_shown=not_shown, unrecorded=unrecorded)
