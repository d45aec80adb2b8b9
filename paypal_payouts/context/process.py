"""What this process is and finds: its clock, its user, its configuration. Handed to a context by whoever opens one."""

import os
import pwd
import shlex
import socket
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from paypal_payouts.config import Settings, load_settings
from paypal_payouts.errors import ConfigInvalid

_LOGIN_UID: Final = Path("/proc/self/loginuid")
_NO_LOGIN: Final = 2**32 - 1
"""What Linux says of a process that began with no login, such as a service."""


def now() -> datetime:
    """Read the clock, in UTC."""
    return datetime.now(UTC)


def acting(claim: str | None = None, environ: Mapping[str, str] = os.environ) -> str:
    """Return who acts, as the system knows it, and beside that whom `claim` and sudo name: `root@pay1 (claims: maria)`.

    Nothing that whoever acts can choose stands before the bracket: the name is that of the process's user, not of
    LOGNAME, and the login that Linux keeps through sudo and su stands beside it where it is another one.
    """
    beside = [f"login: {login}"] if (login := _login()) else []
    claims = [shlex.quote(claim)] if claim else []
    if sudo := environ.get("SUDO_USER"):
        claims.append(f"SUDO_USER={shlex.quote(sudo)}")
    if claims:
        beside.append(f"claims: {', '.join(claims)}")
    who = f"{system_user()}@{socket.gethostname()}"
    return f"{who} ({'; '.join(beside)})" if beside else who


def system_user() -> str:
    """Return the name of the user of this process."""
    return _name_of(os.getuid())


def acting_users(environ: Mapping[str, str] = os.environ) -> frozenset[str]:
    """Return the users of the system that whoever acts may be: that of this process, who logged in, who called sudo.

    Of the last there is sudo's word alone, which whoever acts can take away or make up: it is good for a refusal.
    """
    return frozenset({system_user(), *filter(None, (_login(), environ.get("SUDO_USER")))})


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:  # a container may run as a number that has no name
        return f"uid {uid}"


def _login() -> str | None:
    """Return who logged in, where that is known to be somebody else than the user of this process."""
    try:
        uid = int(_LOGIN_UID.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
    return None if uid in {_NO_LOGIN, os.getuid()} else _name_of(uid)


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
