"""What `payouts config show` and `payouts config check` do."""

import os

from paypal_payouts.cli.actions.wiring import Wiring
from paypal_payouts.config import load_credentials
from paypal_payouts.config.shown import configured_credentials, configured_values
from paypal_payouts.domain.configured import ConfigReport
from paypal_payouts.domain.report import Finished


def show(wiring: Wiring) -> Finished:
    """Show every value that is in force and where it came from."""
    return Finished(_report(wiring, with_values=True))


def check(wiring: Wiring) -> Finished:
    """Say what is wrong with the configuration and the credentials; what cannot be read has ended this before."""
    wiring.settings.must_name_environment()
    load_credentials(os.environ, wiring.settings.paypal.environment)
    return Finished(_report(wiring, with_values=False))


def _report(wiring: Wiring, *, with_values: bool) -> ConfigReport:
    settings = wiring.settings
    return ConfigReport(
        file=None if settings.file is None else str(settings.file),
        environment=settings.paypal.environment,
        account=settings.paypal.account,
        values=configured_values(settings) if with_values else None,
        credentials=configured_credentials(settings, os.environ),
    )
