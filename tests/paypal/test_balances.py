"""Balances as PayPal tells them: what is available counts, and whatever else comes is no answer."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paypal.doubles import bench, token
from paypal.test_page import ANY, objects
from paypal_payouts.domain.payer import Balances
from paypal_payouts.domain.retry import RetryPolicy
from paypal_payouts.paypal.balances import look_at_payer, parse_balances
from paypal_payouts.paypal.reply import Reply

ONCE = RetryPolicy(max_retries=0)


def money(currency: str, value: str) -> dict[str, str]:
    return {"currency_code": currency, "value": value}


TOLD: dict[str, Any] = {
    "balances": [
        {"currency": "USD", "total_balance": money("USD", "90.00"), "available_balance": money("USD", "-5.50")},
        {"currency": "JPY", "total_balance": money("JPY", "90"), "available_balance": money("JPY", "80")},
        {"currency": "EUR", "total_balance": money("EUR", "7.00")},
        {"currency": "CNY", "total_balance": money("CNY", "7.00"), "available_balance": money("CNY", "7.00")},
    ],
    "account_id": "5JZK7XKL9A2Q4",
    "as_of_time": "2026-11-16T10:00:00Z",
    "last_refresh_time": "2026-11-16T09:59:59+0000",
}


def test_what_is_available_counts_and_not_the_total() -> None:
    found = parse_balances(Reply(200, {}, json.dumps(TOLD).encode(), None))
    assert found == Balances(
        {"USD": -550, "JPY": 80},
        frozenset({"EUR"}),
        datetime(2026, 11, 16, 10, tzinfo=UTC),
        datetime(2026, 11, 16, 9, 59, 59, tzinfo=UTC),
        "5JZK7XKL9A2Q4",
    )
    assert [found.available_in(currency) for currency in ("USD", "EUR", "GBP")] == [-550, None, 0]
    assert Balances({}).available_in("USD") is None, "an account without any balance is one that was not told"


def is_json(document: Any) -> bool:
    """JSON has no infinity, and nothing that is no number."""
    return re.search(r"\b(Infinity|NaN)\b", json.dumps(document)) is None


SHAPES = objects(
    {
        "balances": st.lists(
            objects({"currency": ANY, "available_balance": {"currency_code": ANY, "value": ANY}}), max_size=3
        ),
        **dict.fromkeys(("account_id", "as_of_time", "last_refresh_time"), ANY),
    }
)


@given(st.sampled_from([200, 200, 200, 403, 500]), (SHAPES | st.just(TOLD)).filter(is_json))
def test_any_answer_is_read_without_an_exception(status: int, document: Any) -> None:
    found = parse_balances(Reply(status, {}, json.dumps(document).encode(), None))
    assert isinstance(found, Balances) is (status == 200 and isinstance(document, dict) and listed(document))


def listed(document: dict[str, Any]) -> bool:
    return isinstance(document.get("balances"), list)


@pytest.mark.parametrize(
    ("answer", "may_not_look"),
    [
        (httpx.Response(403, json={"name": "NOT_AUTHORIZED", "message": "No permission."}), True),
        (httpx.Response(403, content=b""), True),
        (httpx.Response(500, json={"name": "INTERNAL_ERROR"}), False),
        (httpx.Response(200, content=b"<html>"), False),
        (httpx.ReadTimeout("late"), False),
    ],
)
def test_without_balances_the_app_is_known_all_the_same(answer: httpx.Response | Exception, may_not_look: bool) -> None:
    used = bench(token(app_id="APP-1"), answer, policy=ONCE)
    payer = look_at_payer(used.client)
    assert payer is not None
    assert (payer.client_id, payer.app_id, payer.balances) == ("the-clie…", "APP-1", None)
    assert payer.may_not_look is may_not_look
    assert payer.words() == "app the-clie… (APP-1)"
    assert used.pauses == [], "asked once"


def test_without_a_token_nothing_is_known() -> None:
    assert look_at_payer(bench(httpx.ConnectError("no route"), policy=ONCE).client) is None
