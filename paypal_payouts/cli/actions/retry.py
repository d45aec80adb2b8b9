"""What `payouts retry` does."""

from paypal_payouts.cli.actions.preview import show_funds
from paypal_payouts.cli.actions.wiring import Wiring
from paypal_payouts.domain.report import Finished
from paypal_payouts.errors import UsageError
from paypal_payouts.verbs.arguments import checked_cycle
from paypal_payouts.verbs.retry import retry_cycle, retry_transaction
from paypal_payouts.verbs.retry_question import cycle_of, retry_question


def retry(
    wiring: Wiring,
    batch: str | None,
    cycle: str | None,
    source: str | None,
    *,
    failed_items: bool,
    include_payee_errors: bool,
    max_retries: int | None,
    base_delay_s: float | None,
    max_delay_s: float | None,
    accept_new_receivers: bool,
    same_account: bool,
    yes: bool,
    wait: bool,
) -> Finished:
    """Send a batch, or all batches of a cycle that ask for it, again or in new ones, after a question."""
    if (batch is None) is (cycle is None):
        raise UsageError("Name one: BATCH, or --cycle for all batches of a cycle.", hint="Nothing was sent.")
    if cycle is not None:
        checked_cycle(cycle)
    of_cycle = cycle_of(batch, cycle, failed_items=failed_items, store=wiring.existing_store())
    asks = wiring.must_ask(yes=yes)
    terms = wiring.terms(
        of_cycle, wait=wait, max_retries=max_retries, base_delay_s=base_delay_s, max_delay_s=max_delay_s
    )
    staged = wiring.read_input_if_there(of_cycle, source) if failed_items else None
    tools = wiring.tools(wiring.paypal(terms), same_account=same_account)
    told = ""
    if asks:
        question = retry_question(
            batch,
            of_cycle,
            staged=staged,
            failed_items=failed_items,
            include_payee_errors=include_payee_errors,
            terms=terms,
            tools=tools,
        )
        show_funds(wiring, question.going, terms, tools.store)
        wiring.ask(f"{wiring.header()}{question.words}?", name=of_cycle)
        told = question.words
    retry_chosen = retry_cycle if batch is None else retry_transaction
    return retry_chosen(
        batch or of_cycle,
        failed_items=failed_items,
        include_payee_errors=include_payee_errors,
        staged=staged,
        environment=wiring.settings.paypal.environment,
        account=wiring.settings.paypal.account,
        limits=wiring.limits(),
        guard=wiring.guard(accepts=accept_new_receivers),
        terms=terms,
        tools=tools,
        told=told,
    )
