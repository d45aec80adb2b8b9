"""`payouts notify`."""

from typing import Annotated

import typer

from paypal_payouts.cli import options


def notify(
    test: Annotated[bool, typer.Option("--test", help="Send each a message that says: this is a test.")] = False,
    config: options.Config = None,
    json: options.Json = False,
    verbose: options.Verbose = False,
    quiet: options.Quiet = False,
    log_format: options.LogFormat = None,
) -> None:
    """Show who is told of what when `run`, `retry` or `sync` ends; with --test, try it."""
    from paypal_payouts.cli.execution import Common, execute
    from paypal_payouts.cli.notifying import show_targets

    raise typer.Exit(
        execute(
            "notify",
            Common(config, json, verbose, quiet, log_format),
            lambda wiring: show_targets(wiring.settings, test=test),
        )
    )
