"""Why a service was not reached, as far as the network says it: fixed words and numbers, no secrets.

What a service or its library says is left unsaid, as it may quote the URL; the kind of an exception is no secret.
"""

import logging
import os
import re
import smtplib
import socket
import ssl
import sys
import threading
from collections.abc import Iterator
from typing import Final

_WORDS: Final[tuple[tuple[type[BaseException], str], ...]] = (
    (smtplib.SMTPAuthenticationError, "it refused the user or the password"),
    (smtplib.SMTPNotSupportedError, "it does not offer what its URL asks for: STARTTLS, or a login"),
    (smtplib.SMTPRecipientsRefused, "it refused the address of the recipient"),
    (smtplib.SMTPSenderRefused, "it refused the address of the sender"),
    (ssl.SSLCertVerificationError, "TLS failed: its certificate is not trusted"),
    (ssl.SSLError, "TLS failed: that port speaks none, or another version"),
    (ConnectionRefusedError, "connection refused"),
    (socket.gaierror, "the name of its host is not known"),
    (TimeoutError, "no answer in time"),
    (ConnectionError, "it cut the connection"),
    (smtplib.SMTPServerDisconnected, "it cut the connection"),
)
"""What is said of each kind, the more telling before the more general."""

_STATUS: Final = re.compile(r"\berror=(\d{3})\b")
"""How Apprise writes the HTTP status of an answer that is no success."""

_CHAIN_MAX: Final = 30


def reason_of(error: BaseException | None) -> str | None:
    """Say why an exception came, by what it and those behind it are; None where that says nothing."""
    chain = list(_chain(error))
    for kind, words in _WORDS:
        if any(isinstance(each, kind) for each in chain):
            return words
    for each in chain:
        if isinstance(each, smtplib.SMTPResponseException):
            return f"it answered SMTP {each.smtp_code}"
        if type(each) is OSError and isinstance(each.errno, int):
            return os.strerror(each.errno).lower()
    return None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Go through an exception and those that it came from or holds: libraries wrap what the network said."""
    waiting, seen = [error], 0
    while waiting and seen < _CHAIN_MAX:
        each = waiting.pop(0)
        if each is None:
            continue
        seen += 1
        yield each
        held = [*each.args, getattr(each, "reason", None)]
        waiting += [each.__cause__, each.__context__, *(one for one in held if isinstance(one, BaseException))]


class Listener(logging.Handler):
    """Hears what the library logs of each thread, and keeps why alone: an exception is being handled as it logs."""

    def __init__(self) -> None:
        """Begin with no reason."""
        super().__init__(logging.WARNING)
        self._of_thread = threading.local()

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the first reason of this thread."""
        status = _STATUS.search(record.getMessage())
        reason = reason_of(sys.exception()) or (f"it answered HTTP {status[1]}" if status else None)
        self._of_thread.reason = self.reason() or reason

    def reason(self) -> str | None:
        """Return why a message of this thread was not delivered; None where that is not known."""
        reason: str | None = getattr(self._of_thread, "reason", None)
        return reason
