"""The simulator's own endpoints: its book, clock, settings, faults and request log, as JSON; and its activity."""

import json
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from paypal_payouts.simulator.core import Simulator
from paypal_payouts.simulator.messages import Answer, Fault, IncomingRequest, JsonObject

PREFIX: Final = "/__simulator/"

_OWN_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1", "simulator.invalid"})
"""The last one is that of a client in the same process."""
_WHAT_PAGES_SEND: Final = frozenset({"text/plain", "multipart/form-data"})
_FORM: Final = "application/x-www-form-urlencoded"
"""What `curl -d` and urllib say, too, where nobody says otherwise; neither of them names an origin."""

_Endpoint = Callable[[Simulator, Any], JsonObject | Answer]


def handle(simulator: Simulator, request: IncomingRequest) -> Answer | Fault:
    """Answer any request at all: those below `PREFIX` here, the rest as PayPal, or give the fault in its place."""
    if not request.path.startswith(PREFIX):
        return simulator.handle(request)
    name = request.path.removeprefix(PREFIX).rstrip("/")
    methods = _ENDPOINTS.get(name)
    if methods is None:
        return _json(404, {"error": f"no {name}; there are {', '.join(_ENDPOINTS)}"})
    endpoint = methods.get(request.method.upper())
    if endpoint is None:
        return _json(405, {"error": f"{name} takes {', '.join(methods)}"})
    why = _why_a_page(request)
    if why is not None:
        return _json(403, {"error": f"refused, as a page in a browser could have sent it: {why}"})
    try:
        document = json.loads(request.body) if request.body.strip() else {}
        answer = endpoint(simulator, dict(parse_qsl(request.query)) if name == "activity" else document)
        return answer if isinstance(answer, Answer) else _json(200, answer)
    except (ValueError, RecursionError) as error:
        return _json(400, {"error": str(error)})


def _why_a_page(request: IncomingRequest) -> str | None:
    """Return what says that a page which somebody visits may have sent a request; None where nothing does.

    A browser names the origin of a page, and lets one of elsewhere send forms and plain text alone; or it was led here
    under another name, which is then the host.
    """
    host = request.header("Host")
    if host and urlsplit(f"//{host}").hostname not in _OWN_NAMES:
        return f"its host is {host}"
    origin = request.header("Origin")
    if origin and urlsplit(origin).netloc != host:
        return f"its origin is {origin}"
    kind = request.header("Content-Type").partition(";")[0].strip().lower()
    if kind in _WHAT_PAGES_SEND or (kind == _FORM and origin):
        return f"its content is {kind}, and not application/json"
    return None


def _json(status: int, document: JsonObject) -> Answer:
    return Answer(status, {"Content-Type": "application/json"}, json.dumps(document).encode())


def _clock(simulator: Simulator, _: object) -> JsonObject:
    return {"now": simulator.clock().isoformat(timespec="milliseconds")}


def _advance(simulator: Simulator, document: object) -> JsonObject:
    if not (isinstance(document, dict) and document.keys() == {"advance_s"}):
        raise ValueError('the clock takes {"advance_s": seconds}')
    simulator.advance(document["advance_s"])
    return _clock(simulator, None)


def _activity(simulator: Simulator, query: dict[str, str]) -> Answer:
    if query.keys() - {"language"}:
        raise ValueError("activity takes ?language=de, and nothing else")
    headers = {"Content-Type": "text/csv; charset=utf-8", "Content-Disposition": 'attachment; filename="Download.CSV"'}
    return Answer(200, headers, simulator.activity(**query).encode())


def _configure(simulator: Simulator, document: object) -> JsonObject:
    match document:
        case dict():
            simulator.configure(**document)
            return simulator.settings()
        case _:
            raise ValueError('settings take an object such as {"processing_s": 30}')


def _inject(simulator: Simulator, document: object) -> JsonObject:
    simulator.inject(*(document if isinstance(document, list) else [document]))
    return _faults(simulator, None)


def _set_word(simulator: Simulator, document: object) -> JsonObject:
    match document:
        case {"word": str(word), "sender_item_id": str(name), **rest} if not rest:
            return simulator.set_word(word, sender_item_id=name)
        case {"word": str(word), "payout_item_id": str(name), **rest} if not rest:
            return simulator.set_word(word, payout_item_id=name)
        case _:
            raise ValueError('a word is set by {"sender_item_id" or "payout_item_id": "...", "word": "SUCCESS"}')


def _faults(simulator: Simulator, _: object) -> JsonObject:
    return {"faults": simulator.faults()}


def _clear_faults(simulator: Simulator, _: object) -> JsonObject:
    simulator.clear_faults()
    return _faults(simulator, None)


_ENDPOINTS: Final[dict[str, dict[str, _Endpoint]]] = {
    "activity": {"GET": _activity},
    "book": {"GET": lambda simulator, _: simulator.book()},
    "totals": {"GET": lambda simulator, _: simulator.totals()},
    "clock": {"GET": _clock, "POST": _advance},
    "settings": {"GET": lambda simulator, _: simulator.settings(), "POST": _configure},
    "faults": {"GET": _faults, "POST": _inject, "DELETE": _clear_faults},
    "word": {"POST": _set_word},
    "requests": {"GET": lambda simulator, _: {"requests": simulator.requests()}},
}
