"""What `payouts metrics` does."""

from pathlib import Path

from paypal_payouts import present
from paypal_payouts.cli.actions.wiring import Wiring
from paypal_payouts.domain.report import Finished
from paypal_payouts.errors import ConfigInvalid, UsageError
from paypal_payouts.verbs import metrics as verb


def metrics(wiring: Wiring, output: str, *, cycles: int) -> Finished:
    """Write the figures to a file, or to standard output."""
    if not output:
        raise UsageError("--output needs the name of a file; - is standard output.")
    try:
        exposition = present.metrics.exposition
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
        cycles=cycles,
        lock_directory=wiring.settings.lock.directory,
        exposition=exposition,
    )
