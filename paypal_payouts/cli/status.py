"""`payouts status`."""

from typing import Annotated

import typer

from paypal_payouts.cli import options


def status(
    batch: options.BatchFilter = None,
    cycle: options.CycleFilter = None,
    items: Annotated[bool, typer.Option("--items", help="List every item.")] = False,
    errors: Annotated[
        bool, typer.Option("--errors", help="Count what went wrong: what it means, and who has to act.")
    ] = False,
    refresh: Annotated[bool, typer.Option("--refresh", help="Ask PayPal first.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Show it again and again until nothing is open.")] = False,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="End with the code of the state that is shown.")
    ] = False,
    config: options.Config = None,
    json: options.Json = False,
    verbose: options.Verbose = False,
    quiet: options.Quiet = False,
) -> None:
    """Show batches, items, attempts and locks. Changes nothing."""
    from paypal_payouts.cli.wiring import Common, Wiring, checked_cycle, execute
    from paypal_payouts.domain.report import Finished
    from paypal_payouts.errors import UsageError
    from paypal_payouts.orchestrator import status as orchestrator

    def ask(query: orchestrator.Query, wiring: Wiring) -> None:
        from paypal_payouts.orchestrator.sync import refresh as ask_paypal

        cycles = query.cycles(wiring.existing_store())
        tools = wiring.tools(wiring.paypal())
        for name in cycles:
            ask_paypal(name, tools=tools, final_too=query.names_one)

    def work(wiring: Wiring) -> Finished:
        if batch is not None and cycle is not None:
            raise UsageError("BATCH and --cycle exclude each other.")
        if cycle is not None:
            checked_cycle(cycle)
        query = orchestrator.Query(batch, cycle, items=items, exit_code=exit_code or watch, errors=errors)
        store = wiring.existing_store()
        if not watch:
            if refresh:
                ask(query, wiring)
            store = store or wiring.existing_store()
            return orchestrator.status(query, store=store, max_age_days=wiring.max_age_days, now=wiring.now())
        return wiring.watch(
            lambda: orchestrator.status(query, store=store, max_age_days=wiring.max_age_days, now=wiring.now()),
            before=(lambda: ask(query, wiring)) if refresh else None,
        )

    raise typer.Exit(execute("status", Common(config, json, verbose, quiet), work))
