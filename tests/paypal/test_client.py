"""What the client asks, in which order and how often, and what it makes of what comes back."""

import base64
import gzip
import json
import logging
from datetime import UTC, datetime
from typing import Any, Final

import httpx
import pytest

from paypal.doubles import START, Scripted, bench, invalid_token, token
from paypal_payouts.domain import outcome
from paypal_payouts.domain.outcome import (
    Accepted,
    Cancelled,
    CancelRefused,
    CancelUnknown,
    Duplicate,
    ErrorClass,
    ItemReading,
    PageReading,
    ReadFailed,
    Refused,
    TokenRefused,
    TokenUnavailable,
    Unknown,
)
from paypal_payouts.domain.retry import RetryPolicy
from paypal_payouts.paypal.client import PayPalClient

BATCH_ID: Final = "main-sandbox-2026-11-0001-1"
CREATED: Final = {"batch_header": {"payout_batch_id": "LXVBBMVWA2GK6", "batch_status": "PENDING"}}
PAGE: Final = {**CREATED, "items": []}
ITEM: Final = {"payout_item_id": "PAYOUTITEM001", "transaction_status": "RETURNED"}


def created() -> httpx.Response:
    return httpx.Response(201, json=CREATED)


def page() -> httpx.Response:
    return httpx.Response(200, json=PAGE)


def fault(status: int = 503, **headers: str) -> httpx.Response:
    return httpx.Response(
        status, headers={key.replace("_", "-"): value for key, value in headers.items()}, text="<html>"
    )


def send(client: PayPalClient) -> object:
    return client.create_batch(b'{"items":[]}', sender_batch_id=BATCH_ID, request_id="r-1")


class TestToken:
    def test_is_asked_for_as_paypal_documents_it(self) -> None:
        made = bench(token())
        assert made.client.ensure_token() is None
        (request,) = made.wire.asked
        assert (request.method, request.url.path) == ("POST", "/v1/oauth2/token")
        assert request.content == b"grant_type=client_credentials"
        assert request.headers["content-type"] == "application/x-www-form-urlencoded"
        scheme, _, credentials = request.headers["authorization"].partition(" ")
        assert (scheme, base64.b64decode(credentials)) == ("Basic", b"the-client-id:the-client-secret")

    def test_is_held_while_it_lives(self) -> None:
        made = bench(token(), token())
        made.client.ensure_token()
        made.later(32_400 - 121)
        made.client.ensure_token()
        assert len(made.wire.asked) == 1

    def test_is_renewed_when_less_than_four_exchanges_are_left(self) -> None:
        made = bench(token(), token())
        made.client.ensure_token()
        made.later(32_400 - 119)
        made.client.ensure_token()
        assert len(made.wire.asked) == 2

    def test_is_renewed_when_less_than_a_minute_is_left(self) -> None:
        made = bench(token(), token(), timeout_s=1)
        made.client.ensure_token()
        made.later(32_400 - 61)
        made.client.ensure_token()
        assert len(made.wire.asked) == 1
        made.later(2)
        made.client.ensure_token()
        assert len(made.wire.asked) == 2

    def test_with_little_life_left_is_taken_as_it_is(self) -> None:
        made = bench(token(expires_in=5), created())
        assert made.client.ensure_token() is None
        assert isinstance(send(made.client), Accepted)

    def test_refused_credentials_are_never_asked_again(self) -> None:
        made = bench(httpx.Response(401, json={"error": "invalid_client"}), token())
        assert isinstance(made.client.ensure_token(), TokenRefused)
        assert len(made.wire.asked) == 1
        assert made.pauses == []

    def test_what_waits_for_the_first_one_happens_once_and_not_for_refused_credentials(self) -> None:
        made = bench(httpx.Response(401, json={"error": "invalid_client"}), token(), token())
        happened: list[str] = []
        made.client.on_first_token(lambda: happened.append(made.client.client_id))
        assert isinstance(made.client.ensure_token(), TokenRefused)
        assert happened == []
        assert made.client.ensure_token() is None
        made.client.drop_token()
        assert made.client.ensure_token() is None
        assert happened == ["the-client-id"]

    def test_is_not_held_where_what_waited_for_it_failed(self) -> None:
        made = bench(token(), token())
        failures = [RuntimeError("the database is gone")]

        def act() -> None:
            if failures:
                raise failures.pop()

        made.client.on_first_token(act)
        with pytest.raises(RuntimeError):
            made.client.ensure_token()
        assert made.client.token is None
        assert made.client.ensure_token() is None

    @pytest.mark.parametrize(
        "step",
        [
            fault(503),
            fault(429),
            httpx.ConnectError("refused"),
            httpx.ReadTimeout("late"),
            httpx.Response(200, text="{"),
        ],
        ids=["503", "429", "no connection", "timeout", "malformed"],
    )
    def test_passing_fault_is_repeated(self, step: Any) -> None:
        made = bench(step, token())
        assert made.client.ensure_token() is None
        assert made.pauses == [1]

    def test_lasting_fault_ends_with_the_policy(self) -> None:
        made = bench(fault(), fault(), fault(), token())
        answer = made.client.ensure_token()
        assert isinstance(answer, TokenUnavailable)
        assert answer.failure.code == "HTTP_503"
        assert made.pauses == [1, 2]

    def test_our_own_mistake_is_not_repeated(self) -> None:
        made = bench(httpx.Response(400, json={"error": "unsupported_grant_type"}), token())
        assert isinstance(made.client.ensure_token(), TokenUnavailable)
        assert len(made.wire.asked) == 1


class TestCreateBatch:
    def test_carries_the_bytes_the_token_and_the_id(self) -> None:
        made = bench(token(), created())
        made.client.ensure_token()
        assert made.client.create_batch(b'{"a":"\\u00e9"}', sender_batch_id=BATCH_ID, request_id="r-1") == Accepted(
            "LXVBBMVWA2GK6", None, 201
        )
        request = made.wire.asked[1]
        assert (request.method, made.wire.paths[1]) == ("POST", "/v1/payments/payouts")
        assert request.content == b'{"a":"\\u00e9"}'
        assert request.headers["content-type"] == "application/json"
        assert request.headers["authorization"] == "Bearer A21-the-token"
        assert request.headers["paypal-request-id"] == "r-1"
        assert request.headers["accept-encoding"] == "identity"

    def test_without_a_token_is_a_fault_of_the_program(self) -> None:
        made = bench()
        with pytest.raises(RuntimeError):
            send(made.client)
        assert made.wire.asked == []

    def test_never_renews_a_token_that_ran_out(self) -> None:
        made = bench(token(), created())
        made.client.ensure_token()
        made.later(10**6)
        assert isinstance(send(made.client), Accepted)
        assert made.wire.asked[1].headers["authorization"] == "Bearer A21-the-token"

    @pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout])
    def test_connection_never_made_is_not_sent(self, error: type[httpx.TransportError]) -> None:
        made = bench(token(), error("refused"), created())
        made.client.ensure_token()
        answer = send(made.client)
        assert isinstance(answer, outcome.NotSent)
        assert answer.failure.code == "NO_CONNECTION"
        assert len(made.wire.asked) == 2

    @pytest.mark.parametrize(
        ("error", "code"),
        [
            (httpx.ReadTimeout("late"), "TIMEOUT"),
            (httpx.WriteTimeout("late"), "TIMEOUT"),
            (httpx.ReadError("reset"), "CONNECTION_LOST"),
            (httpx.WriteError("reset"), "CONNECTION_LOST"),
            (httpx.CloseError("reset"), "CONNECTION_LOST"),
            (httpx.RemoteProtocolError("not HTTP"), "CONNECTION_LOST"),
            (httpx.LocalProtocolError("Illegal header value b'Bearer A21-the-token'"), "CONNECTION_LOST"),
            (httpx.DecodingError("not gzip"), "CONNECTION_LOST"),
            (httpx.UnsupportedProtocol("ws"), "CONNECTION_LOST"),
        ],
    )
    def test_anything_else_without_an_answer_is_unknown(self, error: httpx.RequestError, code: str) -> None:
        made = bench(token(), error, created())
        made.client.ensure_token()
        answer = send(made.client)
        assert isinstance(answer, Unknown)
        assert answer.failure.code == code
        assert answer.failure.error_class is ErrorClass.TRANSIENT
        assert "A21" not in repr(answer)
        assert len(made.wire.asked) == 2

    @pytest.mark.parametrize(
        ("reply", "expected"),
        [
            (invalid_token(), Refused),
            (fault(500), Unknown),
            (fault(429, retry_after="1"), Unknown),
            (httpx.Response(400, json={"details": [{"field": "SENDER_BATCH_ID"}]}), Duplicate),
            (httpx.Response(302, headers={"location": "https://evil.example/"}), Unknown),
            (httpx.Response(307, headers={"location": "http://[broken"}), Unknown),
            (httpx.Response(307, headers=[(b"location", b"//\xff")]), Unknown),
        ],
        ids=["401", "500", "429", "duplicate", "redirect", "broken redirect", "odd redirect"],
    )
    def test_is_exactly_one_exchange(self, reply: httpx.Response, expected: type[Any]) -> None:
        made = bench(token(), reply, token(), created())
        made.client.ensure_token()
        assert isinstance(send(made.client), expected)
        assert len(made.wire.asked) == 2
        assert made.pauses == []

    def test_a_dropped_token_is_fetched_again(self) -> None:
        made = bench(token(), invalid_token(), token(access_token="A22"), created())
        made.client.ensure_token()
        send(made.client)
        made.client.drop_token()
        made.client.ensure_token()
        assert isinstance(send(made.client), Accepted)
        assert made.wire.asked[3].headers["authorization"] == "Bearer A22"


class TestReading:
    def test_asks_for_a_whole_page(self) -> None:
        made = bench(token(), page())
        reading = made.client.read_page("LXVBBMVWA2GK6", 3)
        assert isinstance(reading, PageReading)
        assert made.wire.paths[1] == "/v1/payments/payouts/LXVBBMVWA2GK6?page=3&page_size=1000&total_required=true"
        assert made.wire.asked[1].method == "GET"
        assert made.wire.asked[1].headers["authorization"] == "Bearer A21-the-token"

    def test_asks_for_an_item(self) -> None:
        made = bench(token(), httpx.Response(200, json=ITEM))
        assert isinstance(made.client.read_item("PAYOUTITEM001"), ItemReading)
        assert made.wire.paths[1] == "/v1/payments/payouts-item/PAYOUTITEM001"

    def test_dead_token_is_renewed_once(self) -> None:
        made = bench(token(), invalid_token(), token(access_token="A22"), page())
        assert isinstance(made.client.read_page("LXVBBMVWA2GK6", 1), PageReading)
        assert made.wire.asked[3].headers["authorization"] == "Bearer A22"
        assert made.pauses == []

    def test_dead_token_is_not_renewed_twice(self) -> None:
        made = bench(token(), invalid_token(), token(), invalid_token(), token(), page())
        reading = made.client.read_page("LXVBBMVWA2GK6", 1)
        assert isinstance(reading, ReadFailed)
        assert (reading.failure.error_class, reading.passing) == (ErrorClass.AUTH, False)
        assert len(made.wire.asked) == 4

    def test_refused_credentials_are_not_asked_twice(self) -> None:
        made = bench(httpx.Response(401, json={"error": "invalid_client"}), token(), page())
        reading = made.client.read_page("LXVBBMVWA2GK6", 1)
        assert isinstance(reading, ReadFailed)
        assert (reading.failure.code, reading.passing) == ("invalid_client", False)
        assert len(made.wire.asked) == 1

    def test_no_token_for_now_is_passing(self) -> None:
        made = bench(fault(), policy=RetryPolicy(0, 1, 60))
        reading = made.client.read_page("LXVBBMVWA2GK6", 1)
        assert isinstance(reading, ReadFailed)
        assert reading.passing

    def test_renewal_that_fails_fails_the_read(self) -> None:
        made = bench(token(), invalid_token(), httpx.Response(401, json={"error": "invalid_client"}))
        reading = made.client.read_page("LXVBBMVWA2GK6", 1)
        assert isinstance(reading, ReadFailed)
        assert reading.failure.code == "invalid_client"

    def test_passing_faults_are_repeated_with_growing_pauses(self) -> None:
        made = bench(token(), fault(502), httpx.ReadTimeout("late"), page())
        assert isinstance(made.client.read_page("LXVBBMVWA2GK6", 1), PageReading)
        assert made.pauses == [1, 2]

    def test_retry_after_is_obeyed(self) -> None:
        made = bench(token(), fault(429, retry_after="17"), page())
        assert isinstance(made.client.read_page("LXVBBMVWA2GK6", 1), PageReading)
        assert made.pauses == [17]

    def test_retry_after_beyond_the_cap_is_told_and_not_waited_out(self) -> None:
        made = bench(token(), fault(429, retry_after="61"), page())
        reading = made.client.read_page("LXVBBMVWA2GK6", 1)
        assert isinstance(reading, ReadFailed)
        assert (reading.passing, reading.failure.retry_after_s) == (True, 61)
        assert made.pauses == []

    def test_what_lasts_is_not_repeated(self) -> None:
        made = bench(token(), httpx.Response(404, json={"name": "INVALID_RESOURCE_ID", "message": "x"}), page())
        reading = made.client.read_page("LXVBBMVWA2GK6", 1)
        assert isinstance(reading, ReadFailed)
        assert not reading.passing
        assert len(made.wire.asked) == 2

    @pytest.mark.parametrize("odd", ["", "../x", "A/B", "A?x=1", "A%2F", "A\n", "\u0391", "A" * 65])
    def test_an_id_that_cannot_be_one_is_never_asked(self, odd: str) -> None:
        made = bench(token(), page())
        for reading in (made.client.read_page(odd, 1), made.client.read_item(odd)):
            assert isinstance(reading, ReadFailed)
            assert (reading.failure.code, reading.passing) == ("ID_UNFIT", False)
        cancelling = made.client.cancel_item(odd)
        assert isinstance(cancelling, CancelRefused)
        assert made.wire.asked == []


class TestCancelling:
    def test_asks_once_with_an_empty_object(self) -> None:
        made = bench(token(), httpx.Response(200, json=ITEM))
        assert isinstance(made.client.cancel_item("PAYOUTITEM001"), Cancelled)
        assert made.wire.paths[1] == "/v1/payments/payouts-item/PAYOUTITEM001/cancel"
        assert (made.wire.asked[1].method, json.loads(made.wire.asked[1].content)) == ("POST", {})

    @pytest.mark.parametrize(
        ("step", "expected"),
        [
            (httpx.ConnectError("refused"), CancelRefused),
            (httpx.ReadTimeout("late"), CancelUnknown),
            (fault(500), CancelUnknown),
            (httpx.Response(400, json={"name": "ITEM_INCORRECT_STATUS", "message": "x"}), CancelRefused),
            (invalid_token(), CancelRefused),
        ],
        ids=["no connection", "timeout", "500", "refused", "401"],
    )
    def test_is_never_repeated(self, step: Any, expected: type[Any]) -> None:
        made = bench(token(), step, httpx.Response(200, json=ITEM))
        assert isinstance(made.client.cancel_item("PAYOUTITEM001"), expected)
        assert len(made.wire.asked) == 2

    def test_without_a_token_is_refused(self) -> None:
        made = bench(httpx.Response(401, json={"error": "invalid_client"}))
        assert isinstance(made.client.cancel_item("PAYOUTITEM001"), CancelRefused)


class TestClock:
    def test_unknown_before_the_first_reply(self) -> None:
        made = bench()
        assert made.client.clock_offset_s is None
        assert made.client.later_now() == START

    def test_paypal_ahead(self) -> None:
        made = bench(
            httpx.Response(503, headers={"date": "Thu, 05 Nov 2026 11:00:00 GMT"}), policy=RetryPolicy(0, 1, 60)
        )
        made.client.ensure_token()
        assert made.client.clock_offset_s == 3600
        assert made.client.later_now() == datetime(2026, 11, 5, 11, tzinfo=UTC)

    def test_paypal_behind(self) -> None:
        made = bench(httpx.Response(200, headers={"date": "Thu, 05 Nov 2026 09:00:00 GMT"}, text="{"), token())
        made.client.ensure_token()
        assert made.client.clock_offset_s == -3600
        assert made.client.later_now() == START

    def test_the_last_clock_that_was_told_stands(self) -> None:
        ahead, garbage = {"date": "Thu, 05 Nov 2026 11:00:00 GMT"}, {"date": "Thu, 99 Nov 9999999 11:00:00 GMT"}
        made = bench(httpx.Response(503, headers=ahead), httpx.Response(503, headers=garbage), token())
        made.client.ensure_token()
        assert made.client.clock_offset_s == 3600


class TestSecrets:
    def test_show_nowhere(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        made = bench(
            token(), httpx.Response(400, json={"name": "A", "message": "x"}, headers={"paypal-debug-id": "f77"}), page()
        )
        made.client.ensure_token()
        made.client.create_batch(b'{"receiver":"payee@example.com"}', sender_batch_id=BATCH_ID, request_id="r-1")
        made.client.read_page("LXVBBMVWA2GK6", 1)
        shown = caplog.text + repr(made.client) + repr(vars(made.client)) + repr(vars(made.client._wire))
        for secret in ("the-client-secret", "A21-the-token", "payee@example.com", base64.b64encode(b"the-cl").decode()):
            assert secret not in shown
        lines = [record.getMessage() for record in caplog.records if record.name.startswith("paypal_payouts")]
        assert [line.rpartition(",")[0] for line in lines] == [
            "POST /v1/oauth2/token: 200, debug id None",
            "POST /v1/payments/payouts: 400, debug id f77",
            "GET /v1/payments/payouts/LXVBBMVWA2GK6: 200, debug id None",
        ]

    def test_close_forgets_the_token(self) -> None:
        made = bench(token())
        made.client.ensure_token()
        made.client.close()
        with pytest.raises(RuntimeError):
            send(made.client)


def test_cookies_are_not_kept() -> None:
    made = bench(httpx.Response(503, headers={"set-cookie": "a=b; Path=/"}), token(), page())
    made.client.read_page("LXVBBMVWA2GK6", 1)
    assert all("cookie" not in request.headers for request in made.wire.asked)


@pytest.mark.parametrize("transport", [httpx.HTTPTransport(verify=False), httpx.HTTPTransport()])
def test_a_transport_with_sockets_of_its_own_is_refused(transport: httpx.BaseTransport) -> None:
    with pytest.raises(ValueError, match="TLS"):
        client(transport=transport)


@pytest.mark.parametrize("url", ["https://evil.example", "http://api-m.paypal.com"])
def test_any_other_host_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="base URL"):
        client(base_url=url)


def client(**given: Any) -> PayPalClient:
    class Plain:
        def get_secret_value(self) -> str:
            return "secret"

    settings: dict[str, Any] = {
        "base_url": "https://api-m.paypal.com",
        "client_id": "id",
        "client_secret": Plain(),
        "timeout_s": 30,
        "now": lambda: START,
        "monotonic": lambda: 0.0,
        "pause": lambda _: None,
        "chance": lambda: 0.5,
    }
    return PayPalClient(**(settings | given))


def padded(status: int, document: object, size: int) -> httpx.Response:
    return httpx.Response(status, text=json.dumps(document) + " " * size)


MIB: Final = 1024 * 1024


def test_a_longer_answer_than_a_mebibyte_to_a_post_is_no_answer() -> None:
    made = bench(token(), padded(201, CREATED, MIB), padded(200, ITEM, MIB))
    made.client.ensure_token()
    answer = send(made.client)
    assert isinstance(answer, Unknown)
    assert answer.failure.code == "BODY_TOO_LARGE"
    cancelled = made.client.cancel_item("PAYOUTITEM001")
    assert isinstance(cancelled, CancelUnknown)
    assert cancelled.failure.code == "BODY_TOO_LARGE"


def test_a_page_may_be_longer_than_that_and_an_item_and_a_token_may_not() -> None:
    made = bench(token(), padded(200, PAGE, 8 * MIB), *[padded(200, ITEM, MIB)] * 3)
    assert isinstance(made.client.read_page("LXVBBMVWA2GK6", 1), PageReading)
    item = made.client.read_item("PAYOUTITEM001")
    assert isinstance(item, ReadFailed)
    assert item.failure.code == "BODY_TOO_LARGE"
    lacking = bench(*[httpx.Response(200, text=token().text + " " * MIB)] * 3).client.ensure_token()
    assert isinstance(lacking, TokenUnavailable)
    assert lacking.failure.code == "BODY_TOO_LARGE"


def test_a_page_has_an_end_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("paypal_payouts.paypal.wire.PAGE_MAX", 1000)
    reading = bench(token(), *[padded(200, PAGE, 1000)] * 3).client.read_page("LXVBBMVWA2GK6", 1)
    assert isinstance(reading, ReadFailed)
    assert reading.failure.code == "BODY_TOO_LARGE"


def test_a_compressed_body_is_not_unpacked() -> None:
    packed = httpx.ByteStream(gzip.compress(json.dumps(CREATED).encode()))
    made = bench(token(), httpx.Response(201, headers={"content-encoding": "gzip"}, stream=packed))
    made.client.ensure_token()
    answer = send(made.client)
    assert isinstance(answer, Unknown)
    assert answer.failure.code == "MALFORMED_REPLY"


def test_scripts_are_spent() -> None:
    """A transport that runs out of steps fails loudly, so the counts above are exact."""
    with pytest.raises(IndexError):
        Scripted([]).handle_request(httpx.Request("GET", "http://simulator.invalid"))
