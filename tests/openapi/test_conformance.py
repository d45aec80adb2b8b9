import json
from typing import Any

import pytest

from openapi.conformance import check_reply, check_request

BATCH = "/v1/payments/payouts"


def request(**changes: Any) -> dict[str, Any]:
    item = {
        "recipient_type": "EMAIL",
        "receiver": "ann@example.com",
        "amount": {"currency": "USD", "value": "9.87"},
        "sender_item_id": "a-1",
    }
    return {"sender_batch_header": {"sender_batch_id": "b-1"}, "items": [item | changes]}


def encode(document: object) -> bytes:
    return json.dumps(document).encode()


def test_a_good_request_conforms() -> None:
    check_request(encode(request()))
    check_request(encode(request(amount={"currency": "JPY", "value": "987"}, purpose="SERVICES", note="for you")))


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": {"currency": "USD", "value": "abc"}},
        {"amount": {"currency": "USD", "value": "-1"}},
        {"amount": {"currency": "USD", "value": "1.234"}},
        {"amount": {"currency": "USD", "value": "0.00"}},
        {"amount": {"currency": "JPY", "value": "1.0"}},
        {"amount": {"currency": "XXX", "value": "1.00"}},
        {"amount": {"currency": "USD", "value": 1}},
        {"recipient_type": "PIGEON"},
        {"recipient_type": "PHONE"},
        {"recipient_wallet": "SHOEBOX"},
        {"recipient_wallet": "VENMO"},
        {"purpose": "BRIBES"},
        {"note": "two\nlines"},
        {"sender_item_id": ""},
        {"sender_item_id": "x" * 64},
        {"recieved": "a misspelt key"},
        {"notification_language": "english"},
    ],
    ids=str,
)
def test_a_bad_item_is_caught(changes: dict[str, Any]) -> None:
    with pytest.raises(AssertionError):
        check_request(encode(request(**changes)))


def test_a_batch_without_an_id_is_caught() -> None:
    with pytest.raises(AssertionError, match="sender_batch_id"):
        check_request(encode(request() | {"sender_batch_header": {}}))


def test_repeated_items_and_mixed_currencies_are_caught() -> None:
    first, euros = request()["items"][0], {"currency": "EUR", "value": "1.00"}
    with pytest.raises(AssertionError, match="repeated"):
        check_request(encode(request() | {"items": [first, first]}))
    with pytest.raises(AssertionError, match="one currency"):
        check_request(encode(request() | {"items": [first, first | {"sender_item_id": "a-2", "amount": euros}]}))


@pytest.mark.parametrize(
    ("method", "path", "status", "document"),
    [
        ("POST", BATCH, 201, {}),
        ("POST", BATCH, 201, {"batch_header": {"batch_status": "PENDING", "sender_batch_header": {}}}),
        ("POST", BATCH, 400, {"name": "VALIDATION_ERROR", "message": "no debug_id"}),
        ("POST", BATCH, 418, {"name": "X", "message": "X", "debug_id": "x", "teapot": True}),
        ("GET", BATCH + "/{id}", 200, {"batch_header": {"payout_batch_id": "B", "batch_status": "ODD"}}),
        ("POST", "/v1/oauth2/token", 200, {"access_token": "x"}),
        ("POST", BATCH, 401, {"error": "invalid_token"}),
    ],
    ids=str,
)
def test_a_reply_that_is_not_paypals_is_caught(method: str, path: str, status: int, document: dict[str, Any]) -> None:
    with pytest.raises(AssertionError):
        check_reply(method, path, status, encode(document))
