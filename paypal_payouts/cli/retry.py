"""`payouts retry`."""

from typing import Annotated

import typer

from paypal_payouts.cli import options


def retry(
    batch: options.Batch,
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
        int | None, typer.Option("--max-retries", metavar="N", min=0, max=20, help="Instead of retry.max_retries.")
    ] = None,
    base_delay: Annotated[
        float | None,
        typer.Option("--base-delay", metavar="S", min=0, max=3600, help="Instead of retry.base_delay_s, in seconds."),
    ] = None,
    max_delay: Annotated[
        float | None,
        typer.Option("--max-delay", metavar="S", min=0, max=86400, help="Instead of retry.max_delay_s, in seconds."),
    ] = None,
    same_account: options.SameAccount = False,
    yes: options.Yes = False,
    wait: options.Wait = True,
    config: options.Config = None,
    json: options.Json = False,
    verbose: options.Verbose = False,
    quiet: options.Quiet = False,
    log_format: options.LogFormat = None,
) -> None:
    """Send an open, refused or denied batch again under its own id, or pay its unpaid items anew."""
    from paypal_payouts.cli.execution import Common, execute
    from paypal_payouts.cli.wiring import Wiring
    from paypal_payouts.domain.report import Finished
    from paypal_payouts.orchestrator.lookup import find_batch
    from paypal_payouts.orchestrator.retry import retry_transaction, unpaid_items, what_is_sent

    def work(wiring: Wiring) -> Finished:
        asks = wiring.must_ask(yes=yes)
        store = wiring.existing_store()
        found = find_batch(batch, store=store)
        terms = wiring.terms(
            found.name.cycle, wait=wait, max_retries=max_retries, base_delay_s=base_delay, max_delay_s=max_delay
        )
        staged = wiring.read_input_if_there(found.name.cycle, source) if failed_items else None
        tools = wiring.tools(wiring.paypal(terms), same_account=same_account)
        if asks:
            again = (
                unpaid_items(
                    found,
                    staged,
                    store=tools.store,
                    errors=tools.errors,
                    include_payee_errors=include_payee_errors,
                )
                if failed_items
                else None
            )
            wiring.ask(f"{wiring.header()}{what_is_sent(found, again)}?")
        return retry_transaction(
            batch,
            failed_items=failed_items,
            include_payee_errors=include_payee_errors,
            staged=staged,
            environment=wiring.settings.paypal.environment,
            account=wiring.settings.paypal.account,
            limits=wiring.limits(),
            terms=terms,
            tools=tools,
        )

    raise typer.Exit(execute("retry", Common(config, json, verbose, quiet, log_format), work))
