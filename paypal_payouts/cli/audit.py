"""`payouts audit`."""

import typer

from paypal_payouts.cli import options
from paypal_payouts.cli.common import Common


def audit(
    context: typer.Context,
    batch: options.BatchFilter = None,
    cycle: options.CycleFilter = None,
) -> None:
    """Show the trail: who did what, when, why, from which state to which."""
    from paypal_payouts.cli.execution import execute
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

    raise typer.Exit(execute("audit", Common.of(context), work))
