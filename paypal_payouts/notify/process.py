"""The process that tells: reads messages, hands each to its service, and says of each how that went.

The only module that knows Apprise. What a service or the library says is left unsaid, as it may quote the URL: only why
it failed is reported, in words of ours (reasons.py).
"""

import json
import logging
import os
import resource
import sys
import threading
from collections.abc import Callable
from typing import Final

import apprise
from apprise.manager_plugins import NotificationManager

from paypal_payouts.notify.reasons import Listener, reason_of

_UNFIT: Final = "its URL names no service that Apprise knows"
_NO_HOOK: Final = "{0}:// names no service that Apprise knows: a web hook is {1}://HOST/PATH"
_INCOMPLETE: Final = "Apprise knows {0}://, and cannot use the rest of its URL: see https://appriseit.com/services/"
_FAILED: Final = "the service did not take it"
_SERVICES: Final = NotificationManager()  # type: ignore[no-untyped-call]
_HOOKS: Final = {"http": "json", "https": "jsons"}

_MEMORY_MAX: Final = 1 << 30
"""Bytes: a service that answers without an end must not take the machine's."""

_Answers = Callable[[int, str | None], None]


def _tell(place: int, message: tuple[str, str, str, str], listener: Listener, answer: _Answers, *, send: bool) -> None:
    url, title, body, kind = message
    service = apprise.Apprise.instantiate(url)
    problem: str | None = None
    if service is None:
        problem = _unfit(url)
    elif send:
        try:
            if not service.notify(title=title, body=body, notify_type=apprise.NotifyType(kind)):
                problem = listener.reason() or _FAILED
        except Exception as error:  # noqa: BLE001 - one service's fault is its own
            problem = reason_of(error) or _FAILED
    answer(place, problem)


def _unfit(url: str) -> str:
    """Say why Apprise cannot use a URL; of the URL no more than the name of a service, which is no secret."""
    scheme = url.partition("://")[0].lower()
    if scheme in _HOOKS:
        return _NO_HOOK.format(scheme, _HOOKS[scheme])
    return _INCOMPLETE.format(scheme) if "://" in url and scheme in _SERVICES else _UNFIT


def _answers() -> _Answers:
    """Return what writes an answer where stdout went; stdout itself is from now on for nobody.

    So nothing that a service's library prints is taken for an answer, and no program that it starts holds the pipe.
    """
    told = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="ascii")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())

    def answer(place: int, problem: str | None) -> None:
        told.write(f"{json.dumps([place, problem])}\n")
        told.flush()

    return answer


def main() -> None:
    """Report all at once; whoever started us ends us when the time is over."""
    listener = Listener()
    logging.basicConfig(handlers=[logging.NullHandler()], force=True)
    logging.getLogger("apprise").handlers = [listener]
    resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY_MAX, resource.getrlimit(resource.RLIMIT_DATA)[1]))
    answer = _answers()
    order = json.load(sys.stdin)
    threads = [
        threading.Thread(
            target=_tell, args=(place, message, listener, answer), kwargs={"send": order["send"]}, daemon=True
        )
        for place, message in enumerate(order["messages"])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
