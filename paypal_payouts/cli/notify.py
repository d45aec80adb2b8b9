"""`payouts notify`."""

from typing import Annotated

import typer

from paypal_payouts.cli.common import Common


def notify(
    context: typer.Context,
    test: Annotated[bool, typer.Option("--test", help="Send each a message that says: this is a test.")] = False,
) -> None:
    """Show who is told of what when `run`, `retry` or `sync` ends; with --test, try it."""
    from paypal_payouts.cli.execution import execute
    from paypal_payouts.cli.notifying import show_targets

    raise typer.Exit(
        execute(
            "notify",
            Common.of(context),
            lambda wiring: show_targets(wiring.settings, test=test),
        )
    )
