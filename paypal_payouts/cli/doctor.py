"""`payouts doctor`."""

import typer

from paypal_payouts.cli import options


def doctor(
    config: options.Config = None,
    json: options.Json = False,
    verbose: options.Verbose = False,
    quiet: options.Quiet = False,
) -> None:
    """Check configuration, credentials, database, clock, locks and PayPal; one line each, with the mend."""
    from paypal_payouts.cli.wiring import Common, Wiring, execute
    from paypal_payouts.domain.report import Finished
    from paypal_payouts.orchestrator import doctor as orchestrator

    def work(wiring: Wiring) -> Finished:
        return orchestrator.doctor(
            configuration=str(wiring.settings.file or "built-in defaults"),
            environment=wiring.settings.paypal.environment,
            account=wiring.settings.paypal.account,
            lock_directory=wiring.settings.lock.directory,
            database=wiring.settings.database.masked_url,
            open_database=wiring.existing_store,
            open_paypal=wiring.paypal,
            is_living=wiring.is_living,
        )

    raise typer.Exit(execute("doctor", Common(config, json, verbose, quiet), work))
