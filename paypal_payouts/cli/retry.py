"""`payouts retry`."""

from typing import Annotated

import typer

from paypal_payouts.cli import options
from paypal_payouts.cli.common import Common
from paypal_payouts.domain import ranges


def retry(
    context: typer.Context,
    batch: options.BatchOfRetry = None,
    cycle: options.CycleFilter = None,
    failed_items: Annotated[
        bool,
        typer.Option("--failed-items", help="Pay the items proven unpaid, as the input has them now, in a new batch."),
    ] = False,
    include_payee_errors: Annotated[
        bool,
        typer.Option(
            "--include-payee-errors",
            help="With --failed-items: also unchanged rows whose payee must act first, such as one without an account.",
        ),
    ] = False,
    source: options.Input = None,
    max_retries: Annotated[
        int | None,
        typer.Option(
            "--max-retries",
            metavar="N",
            min=ranges.MAX_RETRIES.least,
            max=ranges.MAX_RETRIES.greatest,
            help="Instead of retry.max_retries.",
        ),
    ] = None,
    base_delay: Annotated[
        float | None,
        typer.Option(
            "--base-delay",
            metavar="S",
            min=ranges.BASE_DELAY_S.least,
            max=ranges.BASE_DELAY_S.greatest,
            help="Instead of retry.base_delay_s, in seconds.",
        ),
    ] = None,
    max_delay: Annotated[
        float | None,
        typer.Option(
            "--max-delay",
            metavar="S",
            min=ranges.MAX_DELAY_S.least,
            max=ranges.MAX_DELAY_S.greatest,
            help="Instead of retry.max_delay_s, in seconds.",
        ),
    ] = None,
    same_account: options.SameAccount = False,
    yes: options.Yes = False,
    wait: options.Wait = True,
) -> None:
    """Send an open, refused or denied batch again under its own id, or pay its unpaid items in a new one."""
    from paypal_payouts.cli.execution import execute
    from paypal_payouts.cli.wiring import Wiring
    from paypal_payouts.domain.report import Finished
    from paypal_payouts.errors import UsageError
    from paypal_payouts.present.commands import Typed
    from paypal_payouts.protocol.lookup import find_batch, find_cycles
    from paypal_payouts.protocol.repayment import plan_repayments, repayment_words
    from paypal_payouts.verbs.arguments import checked_cycle
    from paypal_payouts.verbs.retry import batches_to_retry, resend_words, retry_cycle, retry_transaction

    def named_cycle(wiring: Wiring) -> str:
        if (batch is None) is (cycle is None):
            raise UsageError("Name one: BATCH, or --cycle for all batches of a cycle.", hint="Nothing was sent.")
        store = wiring.existing_store()
        if batch is not None:
            return find_batch(batch, store=store).name.cycle
        return find_cycles(checked_cycle(cycle or ""), store=store)[0]

    def work(wiring: Wiring) -> Finished:
        of_cycle = named_cycle(wiring)
        asks = wiring.must_ask(yes=yes)
        terms = wiring.terms(
            of_cycle, wait=wait, max_retries=max_retries, base_delay_s=base_delay, max_delay_s=max_delay
        )
        staged = wiring.read_input_if_there(of_cycle, source) if failed_items else None
        tools = wiring.tools(wiring.paypal(terms), same_account=same_account)
        if asks:
            chosen = (
                batches_to_retry(of_cycle, store=tools.store, terms=terms, tools=tools, failed_items=failed_items)
                if batch is None
                else [find_batch(batch, store=tools.store)]
            )
            question = (
                repayment_words(
                    plan_repayments(
                        chosen,
                        staged,
                        store=tools.store,
                        errors=tools.errors,
                        include_payee_errors=include_payee_errors,
                    )
                )
                if failed_items
                else resend_words(chosen)
            )
            wiring.ask(f"{wiring.header()}{question}?")
        retry_one = retry_cycle if batch is None else retry_transaction
        return retry_one(
            batch or of_cycle,
            failed_items=failed_items,
            include_payee_errors=include_payee_errors,
            staged=staged,
            environment=wiring.settings.paypal.environment,
            account=wiring.settings.paypal.account,
            limits=wiring.limits(),
            terms=terms,
            tools=tools,
        )

    typed = Typed(cycle=cycle or (batch or "").rsplit("-", 2)[0] or None, source=source)
    raise typer.Exit(execute("retry", Common.of(context, typed), work))
