"""The process that tells: reads messages, hands each to its service, and says of each how that went.

The only module that knows Apprise. What a service or the library says is left unsaid: it may quote the URL.
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

_UNFIT = "its URL names no service that Apprise knows"
_FAILED = "the service did not take it"


_MEMORY_MAX: Final = 1 << 30
"""Bytes: a service that answers without an end must not take the machine's."""

_Answers = Callable[[int, str | None], None]


def _tell(place: int, url: str, title: str, body: str, answer: _Answers) -> None:
    service = apprise.Apprise.instantiate(url)
    if service is None:
        problem: str | None = _UNFIT
    else:
        try:
            problem = None if service.notify(title=title, body=body) else _FAILED
        except Exception:  # noqa: BLE001 - one service's fault is its own
            problem = _FAILED
    answer(place, problem)


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
    logging.disable(logging.CRITICAL)
    resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY_MAX, resource.getrlimit(resource.RLIMIT_DATA)[1]))
    answer = _answers()
    threads = [
        threading.Thread(target=_tell, args=(place, *message, answer), daemon=True)
        for place, message in enumerate(json.load(sys.stdin))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
