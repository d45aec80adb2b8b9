"""`payouts report`."""

from pathlib import Path
from typing import Annotated

import typer

from paypal_payouts.cli import options
from paypal_payouts.cli.common import Common


def report(
    context: typer.Context,
    cycle: options.Cycle,
    html: Annotated[
        Path, typer.Option("--html", metavar="FILE", help="The file to write; its owner alone can read it.")
    ],
) -> None:
    """Write one page about a cycle, to read offline, print and keep: totals, fates, failures, the trail."""
    from paypal_payouts.cli.execution import execute
    from paypal_payouts.cli.wiring import Wiring
    from paypal_payouts.domain.report import Finished
    from paypal_payouts.present.webpage import webpage
    from paypal_payouts.verbs import report as verb
    from paypal_payouts.verbs.arguments import checked_cycle

    def work(wiring: Wiring) -> Finished:
        return verb.report(
            checked_cycle(cycle),
            html,
            store=wiring.existing_store(),
            environment=wiring.settings.paypal.environment,
            account=wiring.settings.paypal.account,
            rules=wiring.settings.error_rules(),
            max_age_days=wiring.max_age_days(cycle),
            now=wiring.now(),
            render=webpage,
        )

    raise typer.Exit(execute("report", Common.of(context), work))
