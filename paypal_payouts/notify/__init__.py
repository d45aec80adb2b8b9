"""Telling somebody how a command ended, after everything else: it can neither stop nor delay a payment.

A process of its own does it, so that a service which hangs is left behind when the time is over.
"""

import importlib.util
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final

from msgspec import Struct

from paypal_payouts.notify.news import News

DEADLINE_S: Final = 10.0
"""For all targets together, from the start of the process to the last answer."""

_NO_ANSWER: Final = "no answer in time"
_NOT_LOOKED_AT: Final = "whether Apprise can use its URL was not found out in time"

_PROXIES: Final = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
_CERTIFICATES: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_NEEDED: Final = frozenset(
    {"PATH", "HOME", "TMPDIR", "TZ", "LANG", "LANGUAGE", *_CERTIFICATES, *_PROXIES, *map(str.lower, _PROXIES)}
)
"""What a service's library may have to know of this machine (docs/operations.md, "Notifications"); and `LC_*`."""


class Message(Struct, frozen=True):
    """What one target is told. Its URL is a secret, which goes to the process over a pipe and nowhere else."""

    target: str
    url: str
    news: News

    def __repr__(self) -> str:
        return f"Message(target={self.target!r}, url='***', event={self.news.event!r})"


def is_installed() -> bool:
    """Return whether the library that knows the services is there, without the time that loading it takes."""
    return importlib.util.find_spec("apprise") is not None


def deliver(
    messages: Sequence[Message], *, environment: Mapping[str, str], deadline_s: float = DEADLINE_S, send: bool = True
) -> list[str | None]:
    """Send all messages at once; say of each why it was not delivered, None where it was. Never raises for a service.

    Without `send` nothing is sent, and it says of each why the library cannot use its URL, None where it can.

    Of `environment` the process is given what it needs by name, as anything else may be a secret: PayPal's, the
    database's, or that of another program.

    Raises:
        Interrupted: asked to stop; what was not delivered by then is left.

    """
    if not messages:
        return []
    order = {
        "send": send,
        "messages": [[each.url, each.news.title, each.news.body, each.news.kind] for each in messages],
    }
    try:
        process = subprocess.Popen(
            # -P: a file of the working folder must not be taken for a module of ours.
            [sys.executable, "-P", "-m", "paypal_payouts.notify.process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # Ctrl-C is for us to handle; and what it starts itself can be ended with it.
            start_new_session=True,
            env={name: value for name, value in environment.items() if name in _NEEDED or name.startswith("LC_")},
            encoding="utf-8",
            errors="replace",
        )
    except OSError as error:
        return [f"the notifier cannot be started: {error.strerror}"] * len(messages)
    try:
        output, _ = process.communicate(json.dumps(order), timeout=deadline_s)
    except subprocess.TimeoutExpired as expired:
        output = _text(expired.output)
    finally:
        _end(process)
    return _answers(output, [_NO_ANSWER if send else _NOT_LOOKED_AT] * len(messages))


def _end(process: "subprocess.Popen[str]") -> None:
    """End a process and what it started. Its pipe is not read to the end: somebody else may hold that open for ever."""
    if process.returncode is None:
        with suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
    for stream in (process.stdin, process.stdout):
        with suppress(OSError):
            if stream is not None:
                stream.close()
    process.wait()


def _text(output: str | bytes | None) -> str:
    return output.decode("utf-8", "replace") if isinstance(output, bytes) else output or ""


def _answers(output: str, without: Sequence[str]) -> list[str | None]:
    """Read a line for each message that was dealt with: its place and what went wrong; else it is `without` one."""
    answers: list[str | None] = list(without)
    for line in output.splitlines():
        with suppress(ValueError, IndexError, TypeError, RecursionError):
            place, problem = json.loads(line)
            answers[place] = problem
    return answers
