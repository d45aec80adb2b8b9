"""`payouts init`."""

import typer

from paypal_payouts.cli.common import Common


def init(
    context: typer.Context,
) -> None:
    """Write a commented `payouts.toml` and the sample cycle `example`. What exists is left as it is."""
    from pathlib import Path

    from paypal_payouts.cli.execution import execute_without_settings
    from paypal_payouts.domain.report import Finished
    from paypal_payouts.verbs import init as verb

    common = Common.of(context)

    def work() -> Finished:
        return verb.init(configuration=common.config or Path("payouts.toml"))

    raise typer.Exit(execute_without_settings("init", common, work))
