"""Where the client may connect to: PayPal's two hosts, this machine, and nothing else."""

import socket
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

PAYPAL_URLS: Final = ("https://api-m.paypal.com", "https://api-m.sandbox.paypal.com")
"""Live and sandbox (PayPal's REST documentation)."""

LOCALHOST: Final = "localhost"
"""A name like any other: whoever writes the list of hosts, or answers for names, says where it leads."""

_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", LOCALHOST})


def addresses_of(host: str, port: int | None) -> list[str]:
    """Look up where a name leads, best first.

    Raises:
        OSError: it is not known, or `localhost` leads elsewhere than to this machine.

    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(address[0]) for *_, address in found))
    elsewhere = [address for address in addresses if not ip_address(address).is_loopback]
    if host == LOCALHOST and elsewhere:
        raise OSError(f"{LOCALHOST} leads to {', '.join(elsewhere)}, which is not this machine")
    return addresses


def checked_base_url(url: str) -> str:
    """Return the base URL in its plain form.

    Raises:
        ValueError: it is not one of PayPal's two, nor http or https on this machine, nor a host alone.

    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port  # a port out of range raises ValueError itself
    name = f"[{host}]" if ":" in host else host
    plain = f"{parts.scheme}://{name}" if port is None else f"{parts.scheme}://{name}:{port}"
    if url.rstrip("/").lower() != plain:  # a user, a path, a query, or characters that urlsplit drops
        raise ValueError("the base URL must be a scheme, a host and perhaps a port, and nothing else")
    if plain in PAYPAL_URLS or (parts.scheme in {"http", "https"} and host in _LOOPBACK):
        return plain
    raise ValueError(f"the base URL must be {' or '.join(PAYPAL_URLS)}, or 127.0.0.1, ::1 or localhost")
