"""`payouts audit`."""

import typer

from paypal_payouts.cli import options


def audit(
    batch: options.BatchFilter = None,
    cycle: options.CycleFilter = None,
    config: options.Config = None,
    json: options.Json = False,
    verbose: options.Verbose = False,
    quiet: options.Quiet = False,
    log_format: options.LogFormat = None,
) -> None:
    """Show the trail: who did what, when, why, from which state to which."""
    from paypal_payouts.cli.execution import Common, execute
    from paypal_payouts.cli.wiring import Wiring
    from paypal_payouts.domain.report import Finished
    from paypal_payouts.errors import UsageError
    from paypal_payouts.verbs import audit as verb
    from paypal_payouts.verbs.arguments import checked_cycle

    def work(wiring: Wiring) -> Finished:
        if batch is not None and cycle is not None:
            raise UsageError("BATCH and --cycle exclude each other.")
        if cycle is not None:
            checked_cycle(cycle)
        return verb.audit(batch, cycle=cycle, store=wiring.existing_store())

    raise typer.Exit(execute("audit", Common(config, json, verbose, quiet, log_format), work))
