"""`payouts explain`."""

from typing import Annotated

import typer

from paypal_payouts.cli import options
from paypal_payouts.cli.common import Common
from paypal_payouts.cli.completion import complete_batches


def explain(
    context: typer.Context,
    text: Annotated[
        str,
        typer.Argument(
            metavar="TEXT",
            help="An item id, payee id, part of a receiver, PayPal's item or transaction id, or a batch.",
            show_default=False,
            autocompletion=complete_batches,
        ),
    ],
    cycle: options.CycleFilter = None,
) -> None:
    """Tell the whole story of a payment, and whether the payee has the money. Looks at every cycle ever stored."""
    from paypal_payouts.cli.execution import execute
    from paypal_payouts.cli.wiring import Wiring
    from paypal_payouts.domain.report import Finished
    from paypal_payouts.verbs import explain as verb
    from paypal_payouts.verbs.arguments import checked_cycle

    def work(wiring: Wiring) -> Finished:
        if cycle is not None:
            checked_cycle(cycle)
        return verb.explain(
            text,
            cycle=cycle,
            store=wiring.existing_store(),
            errors=wiring.settings.error_rules(),
            now=wiring.now(),
            max_age_days=wiring.max_age_days,
        )

    raise typer.Exit(execute("explain", Common.of(context), work))
