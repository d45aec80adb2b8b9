"""The whole program behind a proxy that knows PayPal's description: each request that it makes is a valid one.

So are the replies, or whoever misreads a reply could not be told from a simulator that sends a wrong one.
"""

import json
import re
from collections import Counter
from contextlib import closing
from datetime import timedelta
from typing import Any, Final
from urllib.parse import unquote

import httpx
import pytest
from support.world import World

from openapi.conformance import check_reply, check_request, described, is_described
from openapi.test_fuzz import BATCH, CANCEL, ITEM, PAYOUTS, TRANSACTIONS, parameters
from paypal_payouts.intake.staged_books import StagedBooks
from paypal_payouts.paypal.transaction_search import read_transactions

TOKEN: Final = "/v1/oauth2/token"
_INTEGERS: Final = re.compile(r"-?[0-9]+", re.ASCII)


class Proxy(httpx.BaseTransport):
    """Checks what goes to PayPal and what comes back, and lets it pass."""

    def __init__(self, inner: httpx.BaseTransport, met: Counter[tuple[str, str]]) -> None:
        self._inner = inner
        self._met = met

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        template, path = _template(request.url.raw_path.split(b"?")[0].decode())
        self._met[request.method, template] += 1
        if template != TOKEN:
            _check_parameters(request, template, path)
        if (request.method, template) == ("POST", PAYOUTS):
            check_request(request.content)
        response = self._inner.handle_request(request)
        body = response.read()
        check_reply(request.method, template, response.status_code, body)
        return httpx.Response(response.status_code, headers=response.headers, stream=httpx.ByteStream(body))


def _template(path: str) -> tuple[str, dict[str, str]]:
    """Return the description's name for a path, and what stands in its places."""
    for template in (TOKEN, PAYOUTS, BATCH, ITEM, CANCEL, TRANSACTIONS, "/v1/reporting/balances"):
        match = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template), path)
        if match is not None:
            return template, {name: unquote(value) for name, value in match.groupdict().items()}
    raise AssertionError(f"PayPal has no {path}")


def _check_parameters(request: httpx.Request, template: str, path: dict[str, str]) -> None:
    names = described(template)["paths"][template]
    assert request.method.lower() in names, f"{template} knows no {request.method}"
    query = dict(request.url.params)
    named = parameters(request.method, template, "header")["properties"]
    headers = {name: request.headers[name] for name in named if name in request.headers}
    for where, values in (("path", path), ("query", query), ("header", headers)):
        schema = parameters(request.method, template, where)
        assert values.keys() <= schema["properties"].keys(), f"{template} knows no {values.keys()}"
        assert is_described(schema, {name: _value(text) for name, text in values.items()}, template), values


def _value(text: str) -> Any:
    if text in {"true", "false"}:
        return text == "true"
    return int(text) if _INTEGERS.fullmatch(text) else text


@pytest.fixture
def met() -> Counter[tuple[str, str]]:
    return Counter()


@pytest.fixture
def behind(lite: World, met: Counter[tuple[str, str]], monkeypatch: pytest.MonkeyPatch) -> World:
    line = lite.line
    monkeypatch.setattr(lite, "line", lambda inner: Proxy(line(inner), met))
    return lite


ROWS: Final = [
    "ann,ann@x.example,1000.00,USD",
    "bob,fail@x.example,20.00,USD",
    "cy,unclaimed@x.example,30.00,USD",
    "dan,+4915112345678,40,JPY",
    "eve,return@x.example,50.00,EUR",
    "jon,transient@x.example,15.00,USD",
    "leo,late@x.example,17.00,USD",
]


def test_every_request_of_whole_cycles_is_described(behind: World, met: Counter[tuple[str, str]]) -> None:
    behind.run(ROWS)
    for kind in ("reset_after", "duplicate_without_link", "status"):
        behind.paypal.inject({"on": "create", "kind": kind, **({"status": 503} if kind == "status" else {})})
        behind.run([f"{kind},{kind}@x.example,1.00,USD"], cycle=kind.replace("_", "-"))
        behind.paypal.clear_faults()
    behind.retry("c-0003-1", ROWS, failed_items=True, payee_errors=True)
    behind.cancel("cy", closes=False)
    behind.pass_time(days=12)
    behind.sync()
    with behind.client() as client, closing(StagedBooks()) as rows:
        day = behind.now().date()
        read_transactions(client, day - timedelta(days=70), day, rows, now=behind.now())
        client.read_item(next(each["payout_item_id"] for each in behind.paypal.book()["payments"]))
    assert met.keys() >= {
        ("POST", TOKEN), ("POST", PAYOUTS), ("GET", BATCH), ("GET", ITEM), ("POST", CANCEL), ("GET", TRANSACTIONS),
    }, met  # fmt: skip


def test_a_request_that_paypal_does_not_describe_is_caught(met: Counter[tuple[str, str]]) -> None:
    proxy = Proxy(httpx.MockTransport(lambda _: httpx.Response(200, content=b"{}")), met)
    with pytest.raises(AssertionError, match="knows no"):
        proxy.handle_request(httpx.Request("GET", "http://x.invalid/v1/payments/payouts/B1?pages=2"))
    with pytest.raises(AssertionError, match="2000"):
        proxy.handle_request(httpx.Request("GET", "http://x.invalid/v1/payments/payouts/B1?page_size=2000"))
    with pytest.raises(AssertionError, match="knows no"):
        proxy.handle_request(httpx.Request("DELETE", "http://x.invalid/v1/payments/payouts/B1"))
    body = json.dumps({"sender_batch_header": {}, "items": []}).encode()
    with pytest.raises(AssertionError):
        proxy.handle_request(httpx.Request("POST", "http://x.invalid/v1/payments/payouts", content=body))
