"""What this process is and finds: its clock, its user, its folder, and whether another process lives."""

import getpass
import os
import socket
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


def is_living(host: str, pid: int) -> bool | None:
    """Tell whether a process of a host lives; None where that cannot be known from here."""
    if host != socket.gethostname():
        return None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def settings_here(config: Path | None) -> Settings:
    """Read the configuration as this process finds it: by an option, its environment, or the folder it works in.

    Raises:
        ConfigInvalid: it cannot be used.

    """
    try:
        folder = Path.cwd()
    except FileNotFoundError:
        raise ConfigInvalid(
            "The folder that this was started in is gone.", hint="Nothing was sent. Go into one that is there."
        ) from None
    return load_settings(path=config, environ=os.environ, cwd=folder)
