"""`payouts sync`."""

import typer

from paypal_payouts.cli import options
from paypal_payouts.cli.common import Common


def sync(
    context: typer.Context,
    cycle: options.CycleFilter = None,
    same_account: options.SameAccount = False,
) -> None:
    """Ask PayPal about everything that is not final. Only reads, never sends: for cron."""
    from paypal_payouts.cli.execution import execute
    from paypal_payouts.cli.wiring import Wiring
    from paypal_payouts.domain.report import Finished
    from paypal_payouts.verbs import sync as verb
    from paypal_payouts.verbs.arguments import checked_cycle

    def work(wiring: Wiring) -> Finished:
        wanted = None if cycle is None else checked_cycle(cycle)
        return verb.sync(wanted, tools=wiring.tools(wiring.paypal(), same_account=same_account))

    raise typer.Exit(execute("sync", Common.of(context), work))
