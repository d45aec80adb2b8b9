"""`payouts init`."""

import typer

from paypal_payouts.cli import options


def init(
    config: options.Config = None,
    json: options.Json = False,
    verbose: options.Verbose = False,
    quiet: options.Quiet = False,
    log_format: options.LogFormat = None,
) -> None:
    """Write a commented `payouts.toml` and the sample cycle `example`. What exists is left as it is."""
    from pathlib import Path

    from paypal_payouts.cli.execution import Common, execute_without_settings
    from paypal_payouts.domain.report import Finished
    from paypal_payouts.verbs import init as verb

    def work() -> Finished:
        return verb.init(configuration=config or Path("payouts.toml"))

    raise typer.Exit(execute_without_settings("init", Common(config, json, verbose, quiet, log_format), work))
