"""A peer that says our secrets back to us has them kept nowhere: they are taken out of a reply before it is read."""

import json
import logging
from base64 import b64encode
from collections.abc import Callable
from typing import Any, Final

import httpx
import pytest

from paypal.doubles import bench, token
from paypal_payouts.domain.outcome import PageReading, ReadFailed
from paypal_payouts.paypal.client import PayPalClient

TOKEN: Final = "A21-the-token"
SECRET: Final = "the-client-secret"
BASIC: Final = b64encode(f"the-client-id:{SECRET}".encode()).decode()
CANARIES: Final = [TOKEN, SECRET, BASIC]

Echo = Callable[[str], httpx.Response]


def escaped(text: str) -> str:
    return "".join(f"\\u{ord(character):04x}" for character in text)


def an_error(text: str) -> httpx.Response:
    said = {"name": text, "message": f"not you: {text}", "debug_id": text, "details": [{"field": text, "issue": text}]}
    return httpx.Response(400, json=said, headers={"paypal-debug-id": text})


def an_escaped_error(text: str) -> httpx.Response:
    return httpx.Response(400, text=f'{{"name": "A", "message": "{escaped(text)}"}}')


def a_wide_error(text: str) -> httpx.Response:
    return httpx.Response(400, content=json.dumps({"name": "A", "message": text}).encode("utf-16"))


def an_error_of_oauth(text: str) -> httpx.Response:
    return httpx.Response(401, json={"error": "invalid_client", "error_description": text})


def another_batch(text: str) -> httpx.Response:
    header = {"payout_batch_id": "LXVBBMVWA2GK6", "sender_batch_header": {"sender_batch_id": text}}
    return httpx.Response(201, json={"batch_header": header}, headers={"paypal-debug-id": text})


def an_item(text: str) -> dict[str, Any]:
    return {
        "payout_item_id": "PAYOUTITEM001",
        "transaction_id": text,
        "transaction_status": text,
        "payout_item": {"receiver": text, "sender_item_id": text, "note": text},
        "errors": {"name": text, "message": text},
    }


def a_page(text: str) -> httpx.Response:
    header = {"payout_batch_id": "LXVBBMVWA2GK6", "batch_status": text}
    return httpx.Response(200, json={"batch_header": header, "items": [an_item(text)]})


def an_escaped_page(text: str) -> httpx.Response:
    return httpx.Response(200, text=a_page(text).text.replace(text, escaped(text)))


def one_item(text: str) -> httpx.Response:
    return httpx.Response(200, json=an_item(text))


def a_returned_item(text: str) -> httpx.Response:
    return httpx.Response(200, json=an_item(text) | {"transaction_status": "RETURNED"})


def create(client: PayPalClient) -> object:
    return client.create_batch(b'{"items":[]}', sender_batch_id="main-sandbox-2026-11-0001-1", request_id="r-1")


def page(client: PayPalClient) -> object:
    return client.read_page("LXVBBMVWA2GK6", 1)


def item(client: PayPalClient) -> object:
    return client.read_item("PAYOUTITEM001")


def cancel(client: PayPalClient) -> object:
    return client.cancel_item("PAYOUTITEM001")


@pytest.mark.parametrize("secret", CANARIES, ids=["token", "secret", "basic"])
@pytest.mark.parametrize(
    ("call", "echo"),
    [
        (create, an_error),
        (create, an_escaped_error),
        (create, a_wide_error),
        (create, an_error_of_oauth),
        (create, another_batch),
        (page, an_error),
        (page, a_page),
        (page, an_escaped_page),
        (item, an_error),
        (item, one_item),
        (cancel, an_error),
        (cancel, a_returned_item),
    ],
)
def test_what_a_reply_says_back_is_hidden(
    call: Callable[[PayPalClient], object], echo: Echo, secret: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    made = bench(token(), echo(secret))
    assert made.client.ensure_token() is None
    answer = call(made.client)
    assert secret not in repr(answer) + caplog.text
    assert "***" in repr(answer)


@pytest.mark.parametrize("secret", [SECRET, BASIC], ids=["secret", "basic"])
@pytest.mark.parametrize("echo", [an_error_of_oauth, an_error, an_escaped_error])
def test_what_the_token_service_says_back_is_hidden(echo: Echo, secret: str) -> None:
    answer = bench(echo(secret)).client.ensure_token()
    assert secret not in repr(answer)
    assert "***" in repr(answer)


def test_a_token_from_before_is_hidden_while_the_next_is_asked_for() -> None:
    made = bench(token(), *[httpx.Response(200, json={"access_token": 7, "debug_id": TOKEN})] * 3)
    made.client.ensure_token()
    made.client.drop_token()
    assert TOKEN not in repr(made.client.ensure_token())


def test_the_same_token_may_be_given_again() -> None:
    made = bench(token(), token(), a_page("SUCCESS"))
    made.client.ensure_token()
    made.client.drop_token()
    assert isinstance(page(made.client), PageReading)
    assert made.wire.asked[-1].headers["authorization"] == f"Bearer {TOKEN}"


def test_a_reply_with_escapes_and_without_secrets_is_read_as_it_came() -> None:
    made = bench(token(), an_escaped_page("ann@example.com"))
    reading = page(made.client)
    assert isinstance(reading, PageReading)
    assert reading.items[0].receiver == "ann@example.com"


def test_what_cannot_be_searched_is_not_read() -> None:
    """A number of so many digits ends the search, but is passed over where a page is read."""
    huge = an_escaped_page(TOKEN).text[:-1] + f', "more": {"7" * 5_000}}}'
    answer = page(bench(token(), *[httpx.Response(200, text=huge)] * 3).client)
    assert isinstance(answer, ReadFailed)
    assert TOKEN not in repr(answer)
