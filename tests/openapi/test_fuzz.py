"""The simulator's replies to whatever PayPal's description lets one ask: 200 cases for each operation, always the same.

A reply has a documented status and schema. What the description lets pass and PayPal refuses is listed below by name,
with the reason; what it forbids is refused.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from simulator.driver import Driver, payout

from openapi.conformance import check_reply, described, is_described
from openapi.generating import Values, broken, values_of
from paypal_payouts.simulator.core import Simulator
from paypal_payouts.simulator.messages import Answer

PAYOUTS, ITEMS = "/v1/payments/payouts", "/v1/payments/payouts-item"
BATCH, ITEM, CANCEL = f"{PAYOUTS}/{{id}}", f"{ITEMS}/{{payout_item_id}}", f"{ITEMS}/{{payout_item_id}}/cancel"
TRANSACTIONS, BALANCES = "/v1/reporting/transactions", "/v1/reporting/balances"

REFUSED_THOUGH_DESCRIBED: Final = {
    "Amount is malformed, too large or has too many decimals": "the schema lets -1 and 1.234 pass; recorded as refused",
    "Batch with given sender_batch_id already exists": "what a request may hold is one thing, what was sent another",
    "Currency is not supported for Venmo": "PayPal's prose; the schema cannot say so",
    "Currency is missing or is not supported": "the schema takes any three characters; the prose lists the currencies",
    "Multiple currencies within a batch is not allowed": "recorded; the schema cannot say so",
    "NON_HOLDING_CURRENCY": "recorded for BRL; the schema cannot say so",
    "Note is required for Venmo": "PayPal's prose; the schema cannot say so",
    "Receiver is invalid or does not match with type": "recorded; the schema takes any text",
    "Recipient wallet is not supported": "the description of 2024 has RECIPIENT_SELECTED; that of 2026 does not",
    "Value exceeds the maximum length of 1000": "the prose: a note has 4,000 characters only where all are ASCII",
}
UNLISTED: Final = {
    (TRANSACTIONS, 400): "the description lists 200 alone, and names INVALID_REQUEST among its errors",
}
"""Statuses that the description of an operation does not list, and leaves to its `default`."""

_EACH: Final = settings(
    max_examples=200,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
_USUAL: Final[dict[str, Values]] = {
    "receiver": st.sampled_from(["ann@example.com", "fail@example.com", "unclaimed@example.com", "block@example.com"]),
    "recipient_type": st.just("EMAIL"),
    "currency": st.sampled_from(["USD"] * 20 + ["JPY", "BRL"]),
    "value": st.sampled_from(["9", "12", "1"]),
    "recipient_wallet": st.just("PAYPAL"),
    "notification_language": st.just("de-DE"),
    "fields": st.sampled_from(["batch_header", "items", "all"]),
    "page": st.integers(1, 4),
    "page_size": st.integers(1, 4),
    "start_date": st.just("2026-10-30T00:00:00Z"),
    "end_date": st.just("2026-11-20T00:00:00Z"),
}
_BODY: Final = {"$ref": "#/components/schemas/create_payout_request"}


class Asked:
    """One simulator, and what it answered."""

    def __init__(self) -> None:
        self.driver = Driver(Simulator(None, lambda: datetime(2026, 11, 1, 12, tzinfo=UTC)))
        self.statuses: Counter[int] = Counter()

    def ask(self, method: str, template: str, path: str, query: str = "", document: object = None) -> dict[str, Any]:
        """Ask, and hold the answer against the description of the operation."""
        answer = self.driver.try_call(method, path, query, document)
        assert isinstance(answer, Answer)
        check_reply(method, template, answer.status, answer.body)
        listed = described(template)["paths"][template][method.lower()]["responses"]
        assert str(answer.status) in listed or (template, answer.status) in UNLISTED
        self.statuses[answer.status] += 1
        said: dict[str, Any] = json.loads(answer.body)
        return said


@pytest.fixture
def asked() -> Iterator[Asked]:
    made = Asked()
    yield made
    made.driver.simulator.close()


def ids_of(asked: Asked, key: str) -> list[str]:
    """Pay, and return what PayPal calls the batch, or its items."""
    batch_id = asked.driver.pay(*[payout(f"{word}@example.com") for word in ("ann", "fail", *["unclaimed"] * 60)])
    return [batch_id] if key == "id" else [item["payout_item_id"] for item in asked.driver.read(batch_id)["items"]]


def parameters(method: str, template: str, where: str) -> dict[str, Any]:
    """Return the schema of an operation's parameters, as that of an object."""
    document = described(template)
    named = [
        document["components"]["parameters"][each["$ref"].rsplit("/", 1)[1]]
        for each in document["paths"][template][method.lower()]["parameters"]
    ]
    of_place = {each["name"]: each for each in named if each["in"] == where}
    required = [name for name, each in of_place.items() if each.get("required")]
    properties = {name: each["schema"] for name, each in of_place.items()}
    return {"type": "object", "properties": properties} | ({"required": required} if required else {})


def _without_null(value: Any) -> Any:
    """Leave out what is null: taken for what is not there, which is a guess (docs/paypal.md)."""
    if isinstance(value, dict):
        return {name: _without_null(part) for name, part in value.items() if part is not None}
    return [_without_null(part) for part in value] if isinstance(value, list) else value


def written(query: dict[str, Any]) -> str:
    return urlencode({name: str(value).lower() if isinstance(value, bool) else value for name, value in query.items()})


def test_every_reply_to_a_batch_that_is_asked_for_is_described(asked: Asked) -> None:
    bodies = values_of(_BODY, described(PAYOUTS), _USUAL)
    met: set[str] = set()

    @_EACH
    @given(st.integers(0, 2).flatmap(lambda draw: bodies if draw else bodies.flatmap(broken)))
    def create(body: dict[str, Any]) -> None:
        said = asked.ask("POST", PAYOUTS, PAYOUTS, "", body)
        is_right = is_described(_BODY, _without_null(body), PAYOUTS)
        if "name" not in said:
            assert is_right, "taken, and the description forbids it"
        elif is_right:
            issues = {each["issue"] for each in said.get("details", ())} or {said["name"]}
            assert issues <= REFUSED_THOUGH_DESCRIBED.keys()
            met.update(issues)

    create()
    assert min(asked.statuses[201], asked.statuses[400]) > 30, asked.statuses
    assert len(met) > 3, met


@pytest.mark.parametrize(
    ("method", "template", "statuses"),
    [
        ("GET", BATCH, {200, 404}),
        ("GET", ITEM, {200, 404}),
        ("POST", CANCEL, {200, 400, 404}),
        ("GET", TRANSACTIONS, {200, 400}),
        ("GET", BALANCES, {200}),
    ],
)
def test_every_reply_is_described(asked: Asked, method: str, template: str, statuses: set[int]) -> None:
    document = described(template)
    key: str = next(iter(parameters(method, template, "path")["properties"]), "id")
    known = {key: st.sampled_from(ids_of(asked, key))}
    paths = values_of(parameters(method, template, "path"), document, known)
    queries = values_of(parameters(method, template, "query"), document, _USUAL)
    fill: Callable[..., str] = template.format

    @_EACH
    @given(paths, queries)
    def answer(path: dict[str, str], query: dict[str, Any]) -> None:
        quoted = {name: quote(value, safe="") for name, value in path.items()}
        asked.ask(method, template, fill(**quoted), written(query), {} if method == "POST" else None)

    answer()
    assert asked.statuses.keys() == statuses, asked.statuses
