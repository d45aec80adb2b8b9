"""`payouts doctor`."""

import typer

from paypal_payouts.cli.common import Common


def doctor(
    context: typer.Context,
) -> None:
    """Check configuration, credentials, database, clock, locks and PayPal; one line each, with the fix."""
    from functools import partial

    from paypal_payouts.cli.execution import execute, execute_without_settings
    from paypal_payouts.cli.notifying import show_targets
    from paypal_payouts.cli.wiring import Wiring
    from paypal_payouts.context.process import settings_here
    from paypal_payouts.domain.report import Finished
    from paypal_payouts.errors import ConfigInvalid
    from paypal_payouts.verbs import doctor as verb
    from paypal_payouts.verbs.machine import this_machine

    def work(wiring: Wiring) -> Finished:
        settings = wiring.settings
        premises = verb.Premises(
            configuration=settings.file,
            environment=settings.paypal.environment,
            account=settings.paypal.account,
            lock_directory=settings.lock.directory,
            database=settings.database.masked_url,
            database_file=settings.database.path,
            holds_password=settings.database.masked_url != settings.database.url,
        )
        return verb.doctor(
            premises,
            open_database=wiring.existing_store,
            open_paypal=partial(wiring.paypal, leaves_no_book=True),
            is_living=wiring.is_living,
            machine=this_machine(),
            look_at_notifier=partial(show_targets, settings, test=False) if settings.notify.targets else None,
        )

    common = Common.of(context)
    try:
        settings_here(common.config)
    except ConfigInvalid as error:
        # A line for each problem, as for every other check.
        misconfigured = verb.misconfigured(error)
        raise typer.Exit(execute_without_settings("doctor", common, lambda: misconfigured)) from None
    raise typer.Exit(execute("doctor", common, work))
