"""What must not be kept of a reply: whoever answers has our secret and our token, and may say them back to us."""

import json
from base64 import b64encode
from typing import Final, Protocol

from msgspec.structs import replace

from paypal_payouts.paypal.reply import Reply

_HIDDEN: Final = "***"
_SECRET_MIN: Final = 8
"""A shorter text would be hidden in the middle of words and amounts, and hides nothing: PayPal's are 80 characters."""


class Hidden:
    """The secrets of one client, which it takes out of replies before anything is read from them."""

    def __init__(self, *, client_id: str, client_secret: str) -> None:
        """Hide the secret, alone and as it is sent."""
        self.basic = b64encode(f"{client_id}:{client_secret}".encode("utf-8", "surrogateescape")).decode("ascii")
        """What stands behind `Basic` where a token is asked for."""
        self._texts: tuple[str, ...] = ()
        """Replaced and never changed: pages that were asked for early are looked through in other threads."""
        for text in (self.basic, self.basic.rstrip("="), client_secret):
            self.add(text)

    def __repr__(self) -> str:
        return f"Hidden({_HIDDEN})"

    def add(self, text: str) -> None:
        """Hide a text, such as a token, from now on; every token that was ever held stays hidden."""
        if len(text) >= _SECRET_MIN and text not in self._texts:
            self._texts = (*self._texts, text)

    def out_of(self, reply: Reply) -> Reply:
        """Return a reply with stars in place of secrets; one without any as it is."""
        headers = {name: self._out_of_text(value) for name, value in reply.headers.items()}
        return replace(reply, headers=headers, body=self._out_of_body(reply.body))

    def _out_of_body(self, body: bytes) -> bytes:
        if b"\\" in body or b"\0" in body:
            # A secret may be written with escapes, or in UTF-16, which only the decoded text shows.
            try:
                plain = json.dumps(json.loads(body), ensure_ascii=False)
            except (ValueError, RecursionError):
                # No JSON, or what only a page's quicker decoder takes for it: nothing is read from either.
                body = b"" if b"\\" in body else body
            else:
                if self._out_of_text(plain) != plain:
                    body = plain.encode("utf-8", "surrogatepass")
        for text in self._texts:
            body = body.replace(text.encode("utf-8", "surrogateescape"), _HIDDEN.encode())
        return body

    def _out_of_text(self, text: str) -> str:
        for secret in self._texts:
            text = text.replace(secret, _HIDDEN)
        return text


class Secret(Protocol):
    """A text that shows only when it is asked for by name, such as pydantic's SecretStr."""

    def get_secret_value(self) -> str:
        """Return the text."""
