"""What `payouts init` does."""

from pathlib import Path

from paypal_payouts.cli.actions.execution import execute_without_settings
from paypal_payouts.cli.common import Common
from paypal_payouts.verbs import init as verb


def init(common: Common) -> int:
    """Write a configuration and a sample cycle to begin with."""
    return execute_without_settings(common, lambda: verb.init(configuration=common.config or Path("payouts.toml")))
