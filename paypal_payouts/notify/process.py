"""The process that tells: reads messages, hands each to its service, and says of each how that went.

The only room that knows Apprise. What a service or the library says is left unsaid: it may quote the URL.
"""

import json
import logging
import sys
import threading

import apprise

_UNFIT = "its URL names no service that Apprise knows"
_FAILED = "the service did not take it"


def _tell(place: int, url: str, title: str, body: str) -> None:
    service = apprise.Apprise.instantiate(url)
    if service is None:
        problem: str | None = _UNFIT
    else:
        try:
            problem = None if service.notify(title=title, body=body) else _FAILED
        except Exception:  # noqa: BLE001 - one service's fault is its own
            problem = _FAILED
    sys.stdout.write(f"{json.dumps([place, problem])}\n")
    sys.stdout.flush()


def main() -> None:
    """Tell all at once; whoever started us ends us when the time is over."""
    logging.disable(logging.CRITICAL)
    threads = [
        threading.Thread(target=_tell, args=(place, *message), daemon=True)
        for place, message in enumerate(json.load(sys.stdin))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
