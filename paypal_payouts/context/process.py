"""What this process is and finds: its clock, its user, its configuration. Handed to a context by whoever opens one."""

import getpass
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from paypal_payouts.config import Settings, load_settings
from paypal_payouts.errors import ConfigInvalid


def now() -> datetime:
    """Read the clock, in UTC."""
    return datetime.now(UTC)


def system_user() -> str:
    """Name who runs this: a container may run as a number that has no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # up to Python 3.12, and from 3.13 on
        return f"uid {os.getuid()}"


def settings_here(config: Path | None, environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the configuration as this process finds it: by a path, its environment, or the folder it works in.

    Raises:
        ConfigInvalid: it cannot be used.

    """
    try:
        folder = Path.cwd()
    except FileNotFoundError:
        raise ConfigInvalid(
            "The folder that this was started in is gone.", hint="Nothing was sent. Go into one that is there."
        ) from None
    return load_settings(path=config, environ=environ, cwd=folder)
