"""The two addresses of the configuration: which are accepted, and how one is shown without its password.

Source: docs/design.md, 3.
"""

import re
from contextlib import suppress
from pathlib import Path
from socket import gaierror
from typing import Final
from urllib.parse import unquote

from paypal_payouts.paypal.hosts import LOCALHOST, addresses_of

DATABASE_ACCEPTED: Final = "sqlite:///payouts.db or postgresql+psycopg://user@host/db"
BASE_ACCEPTED: Final = "http:// or https:// with the host 127.0.0.1, [::1] or localhost, a port, and no path"

_SQLITE: Final = "sqlite:///"
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")

# As narrow as SQLAlchemy's own reading, so that it cannot find another host or database in the text than we do.
_POSTGRES = re.compile(
    r"postgresql\+psycopg://"
    r"(?:[^:/?@]*(?::[^@]*)?@)?"  # user and password
    r"(?:\[[0-9a-fA-F:.]+\]|[^:/?@\[\]]*)(?::[0-9]{1,5})?"  # host and port
    r"(?:/[^?@]*)?(?:\?.*)?"  # database and parameters
)
_OTHER_POSTGRES = re.compile(r"postgres(?:ql)?(?:\+[a-z0-9]*)?:")

# The whole text, not its parsed parts: what parsers disagree about (userinfo, `\`, `#`, `..`) has no place in it.
_LOOPBACK = re.compile(r"(https?://(?:127\.0\.0\.1|\[::1\]|localhost)(?::([1-9][0-9]{0,4}))?)/?")
_PORT_MAX: Final = 65535

_PASSWORD_BEFORE_HOST = re.compile(r"(://[^:/?]*):.*@", re.DOTALL)
_PARAMETER = re.compile(r"([?&])([^=&]*)=([^&]*)")


def database_url(text: str, base: Path) -> str:
    """Accept the database's URL, with the path of an SQLite file made absolute from `base`.

    Raises:
        ValueError: with the accepted spellings, and never with the URL, which may hold a password.

    """
    if text.startswith(_SQLITE):
        return _SQLITE + _sqlite_path(text.removeprefix(_SQLITE), base)
    if _POSTGRES.fullmatch(text) and not _UNSAFE.search(text):
        return text
    if text.startswith("postgresql+psycopg:"):
        raise ValueError("not readable: postgresql+psycopg://user:password@host:port/db, special characters as %40")
    if _OTHER_POSTGRES.match(text):
        raise ValueError("Postgres is written postgresql+psycopg://user@host/db")
    raise ValueError(f"not one of {DATABASE_ACCEPTED}")


def _sqlite_path(text: str, base: Path) -> str:
    if text in {"", ":memory:"} or text.startswith("file:"):
        raise ValueError("a database that outlives the program is needed: sqlite:/// and the path of a file")
    if "?" in text:
        raise ValueError("sqlite:/// takes a path without options; a ? in the path is written %3F")
    path = str(base / unquote(text))
    if _UNSAFE.search(path):
        raise ValueError(f"the path {path!a} must hold no control characters")
    # SQLAlchemy ends the path at `?` and decodes `%`: unescaped, those of `base` would name another file.
    return path.replace("%", "%25").replace("?", "%3F")


def sqlite_path(url: str) -> Path | None:
    """Return the file of an accepted SQLite URL; None where the database is a server."""
    return Path(unquote(url.removeprefix(_SQLITE))) if url.startswith(_SQLITE) else None


def masked(url: str) -> str:
    """Write a database URL with stars in place of its passwords, for people and logs."""
    return _PARAMETER.sub(_masked_parameter, _PASSWORD_BEFORE_HOST.sub(r"\1:***@", url))


def _masked_parameter(match: re.Match[str]) -> str:
    # As the driver reads the name: `%70assword` is one, too.
    mark, name, _ = match.groups()
    return f"{mark}{name}=***" if "pass" in unquote(name).lower() else match[0]


def loopback_url(text: str) -> str:
    """Accept the address of a server on this machine, without a slash at the end.

    Raises:
        ValueError: with what is accepted.

    """
    match = _LOOPBACK.fullmatch(text)
    if match is None or int(match[2] or 1) > _PORT_MAX:
        raise ValueError(f"this machine only: {BASE_ACCEPTED}")
    if LOCALHOST in match[1]:
        _localhost_here()
    return match[1]


def _localhost_here() -> None:
    try:
        # A name that is not known leads nowhere.
        with suppress(gaierror):
            addresses_of(LOCALHOST, None)
    except OSError as elsewhere:
        raise ValueError(f"this machine only: {elsewhere}; write 127.0.0.1") from None
