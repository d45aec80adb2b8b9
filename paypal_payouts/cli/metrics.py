"""`payouts metrics`."""

from typing import Annotated

import typer

from paypal_payouts.cli.common import Common


def metrics(
    context: typer.Context,
    output: Annotated[
        str,
        typer.Option(
            "--output", "-o", metavar="FILE", help="The file to write; - is standard output.", show_default=False
        ),
    ],
) -> None:
    """Write what is stored as figures for Prometheus, to a file that its node exporter reads. Changes nothing else."""
    from pathlib import Path

    from paypal_payouts.cli.execution import execute
    from paypal_payouts.cli.wiring import Wiring
    from paypal_payouts.domain.report import Finished
    from paypal_payouts.errors import ConfigInvalid, UsageError
    from paypal_payouts.verbs import metrics as verb

    common = Common.of(context)

    def work(wiring: Wiring) -> Finished:
        if not output or (output == "-" and common.json):
            raise UsageError("--output needs a file; standard output holds the figures or, with --json, the document.")
        try:
            from paypal_payouts.present.metrics import exposition
        except ModuleNotFoundError as error:
            if error.name != "prometheus_client":
                raise
            raise ConfigInvalid(
                "`payouts metrics` needs the library prometheus-client, and it is not installed.",
                hint="pip install 'paypal-payouts[metrics]'",
            ) from error
        return verb.metrics(
            None if output == "-" else Path(output),
            store=wiring.existing_store(),
            environment=wiring.settings.paypal.environment,
            account=wiring.settings.paypal.account,
            now=wiring.now(),
            exposition=exposition,
        )

    raise typer.Exit(execute("metrics", common, work))
