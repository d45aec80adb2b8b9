"""Where the client may connect to: PayPal's two hosts, this machine, and nothing else."""

from typing import Final
from urllib.parse import urlsplit

PAYPAL_URLS: Final = ("https://api-m.paypal.com", "https://api-m.sandbox.paypal.com")
"""Live and sandbox (PayPal's REST documentation)."""

_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


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
