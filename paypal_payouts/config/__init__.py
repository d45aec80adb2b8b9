"""The configuration: one TOML file and the environment become one frozen `Settings`; nobody else reads either.

Source: docs/design.md, 3. Nothing here looks at the process: file, environment and folder are handed in.
"""

from paypal_payouts.config.credentials import Credentials, checked_credentials, load_credentials
from paypal_payouts.config.load import load_settings
from paypal_payouts.config.settings import Settings

__all__ = ["Credentials", "Settings", "checked_credentials", "load_credentials", "load_settings"]
