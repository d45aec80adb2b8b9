"""What PayPal takes, and how it says no."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paypal_payouts.simulator.control import handle
from paypal_payouts.simulator.core import Simulator
from paypal_payouts.simulator.messages import Answer, IncomingRequest
from simulator.driver import ITEMS, PAYOUTS, TOKEN, Clock, Driver, answered, batch_request, payout


@pytest.mark.parametrize(
    ("item", "field"),
    [
        (payout("ann"), "receiver"),
        (payout("ann@localhost"), "receiver"),
        (payout(""), "receiver"),
        (payout("x" * 116 + "@example.com"), "receiver"),
        (payout("G83JXTJ5EHCQ", recipient_type="PAYPAL_ID"), "receiver"),
        (payout("g83jxtj5ehcq2", recipient_type="PAYPAL_ID"), "receiver"),
        (payout("ann@example.com", recipient_type="PHONE"), "receiver"),
        (payout(recipient_type="PIGEON"), "receiver"),
        (payout("rejected@example.com"), "receiver"),
        (payout(value="1.0.0"), "amount.value"),
        (payout(value="-1.00"), "amount.value"),
        (payout(value="1.234"), "amount.value"),
        (payout(value="12345678901.00"), "amount.value"),
        (payout(value="\N{FULLWIDTH DIGIT ONE}.00"), "amount.value"),
        (payout() | {"amount": {"currency": "USD", "value": 1}}, "amount.value"),
        (payout() | {"amount": {"currency": "USD"}}, "amount.value"),
        (payout() | {"amount": {"value": "1.00"}}, "amount.currency"),
        (payout() | {"amount": "1.00"}, "amount"),
        (payout(sender_item_id="x" * 64), "sender_item_id"),
        (payout(sender_item_id=7), "sender_item_id"),
        (payout(note="x" * 4001), "note"),
        (payout(note="ü" * 1001), "note"),
        (payout(note="two\nlines"), "note"),
        (payout(recipient_wallet="SHOEBOX"), "recipient_wallet"),
        (payout(recipient_wallet="Venmo"), "note"),
        (payout("+4930123456", recipient_wallet="VENMO", note="thanks", recipient_type="PHONE"), "receiver"),
        (payout("@jane-doe", recipient_type="USER_HANDLE"), "receiver"),
        (payout(purpose="BRIBES"), "purpose"),
        (payout(notification_language="english"), "notification_language"),
    ],
    ids=str,
)
def test_one_bad_item_spoils_the_whole_batch(
    paypal: Driver, simulator: Simulator, item: dict[str, Any], field: str
) -> None:
    status, refusal = paypal.post(payout(), payout(), item)
    assert (status, refusal["name"]) == (400, "VALIDATION_ERROR")
    assert [detail["field"] for detail in refusal["details"]] == [f"items[2].{field}"]
    assert simulator.book()["batches"] == []
    assert paypal.post()[0] == 201, "a refused request does not use up its id"


def test_venmo_is_paid_in_no_other_currency_than_usd(paypal: Driver) -> None:
    status, refusal = paypal.post(payout(recipient_wallet="VENMO", note="thanks", currency="EUR"))
    assert (status, refusal["details"][0]["field"]) == (400, "items[0].amount.currency")
    phone = payout("+1 (415) 555-0123", recipient_wallet="VENMO", note="thanks", recipient_type="PHONE")
    assert paypal.post(phone)[0] == 201


def test_all_bad_items_are_named_at_once(paypal: Driver) -> None:
    _, refusal = paypal.post(payout("ann", "x"), payout(), payout("bob"))
    assert [detail["field"] for detail in refusal["details"]] == [
        "items[0].amount.value",
        "items[0].receiver",
        "items[2].receiver",
    ]
    assert refusal["details"][1]["issue"] == "Receiver is invalid or does not match with type"


@pytest.mark.parametrize("currency", ["HUF", "JPY", "TWD"])
def test_some_currencies_have_no_decimals(paypal: Driver, currency: str) -> None:
    assert paypal.post(payout(value="100", currency=currency))[0] == 201
    for value in ("100.00", "100.0", "100."):
        assert paypal.post(payout(value=value, currency=currency), batch="b-2")[0] == 400


@pytest.mark.parametrize("currency", ["USD", "EUR", "PHP", "MXN"])
def test_other_currencies_need_not_show_theirs(paypal: Driver, currency: str) -> None:
    for number, value in enumerate(("1", "1.5", "1.50", "9999999999.99")):
        assert paypal.post(payout(value=value, currency=currency), batch=f"b-{number}")[0] == 201


def test_a_batch_has_one_currency_that_is_paid(paypal: Driver) -> None:
    _, refusal = paypal.post(payout(), payout(currency="EUR"), payout("bad"))
    assert refusal["details"] == [
        {
            "field": "items.amount.currency",
            "location": "body",
            "issue": "Multiple currencies within a batch is not allowed",
        }
    ]
    _, refusal = paypal.post(payout(currency="XXX"))
    assert refusal["details"][0]["field"] == "items[0].amount.currency"


def test_a_batch_has_one_to_fifteen_thousand_items(paypal: Driver) -> None:
    document = batch_request()
    lists: list[object] = [[], [payout()] * 15_001, {}, None]
    for items in lists:
        status, refusal = paypal.ask("POST", PAYOUTS, "", document | {"items": items})
        assert (status, refusal["details"][0]["field"]) == (400, "items")
    assert paypal.post(*[payout()] * 15_000)[0] == 201


@pytest.mark.parametrize(
    "header",
    [
        {"email_subject": "x" * 256},
        {"email_message": "x" * 1001},
        {"email_message": 7},
        {"email_subject": "two\nlines"},
        {"sender_batch_id": "x" * 257},
    ],
    ids=str,
)
def test_a_bad_header_is_named(paypal: Driver, header: dict[str, Any]) -> None:
    (name,) = header
    status, refusal = paypal.ask("POST", PAYOUTS, "", {"sender_batch_header": header, "items": [payout()]})
    assert (status, refusal["details"][0]["field"]) == (400, f"sender_batch_header.{name}")


def test_the_type_of_receivers_may_stand_in_the_header(paypal: Driver) -> None:
    item = payout("G83JXTJ5EHCQ2")
    del item["recipient_type"]
    assert paypal.post(item)[0] == 400, "EMAIL, where nothing is said"
    assert paypal.post(item, recipient_type="PAYPAL_ID")[0] == 201
    assert paypal.post(payout(), recipient_type="PAYPAL_ID", batch="b-2")[0] == 201, "the item's own word wins"


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"7", b"\xff", b'{"sender_batch_header": {}}', b"[" * 100_000, b"9" * 5000, b'{"items": [1]}'],
)
def test_a_body_that_is_no_batch_is_refused(paypal: Driver, body: bytes) -> None:
    paypal.log_in()
    headers = {"Authorization": f"Bearer {paypal.token}", "Content-Type": "application/json; charset=utf-8"}
    assert answered(paypal.call("POST", PAYOUTS, "", body, headers))[0] == 400


def test_half_a_character_is_no_text(paypal: Driver) -> None:
    status, refusal = paypal.post(payout("\ud800@example.com"))
    assert (status, refusal["details"][0]["field"]) == (400, "items[0].receiver")


def test_a_batch_must_say_that_it_is_json(paypal: Driver) -> None:
    paypal.log_in()
    for headers in ({}, {"content-type": "text/plain"}):
        status, refusal = answered(
            paypal.call("POST", PAYOUTS, "", b"{}", headers | {"Authorization": f"Bearer {paypal.token}"})
        )
        assert (status, refusal["name"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


def test_the_forms_that_real_clients_send_are_taken(paypal: Driver, simulator: Simulator) -> None:
    body = batch_request(payout("unclaimed@example.com"))
    for number, path in enumerate((PAYOUTS, PAYOUTS + "/", PAYOUTS + "&", PAYOUTS + "/?")):
        body["sender_batch_header"]["sender_batch_id"] = f"b-{number}"
        assert paypal.ask("POST", path, "", body)[0] == 201
    batch_id = simulator.book()["batches"][0]["payout_batch_id"]
    status, document = paypal.ask("GET", f"{PAYOUTS}/{batch_id}", "page=1&page_size=10&total_required=True&")
    assert (status, document["total_items"]) == (200, 1)
    item_id = document["items"][0]["payout_item_id"]
    assert paypal.ask("GET", f"{ITEMS}/{item_id}/")[0] == 200
    assert paypal.cancel(item_id)[0] == 200


@pytest.mark.parametrize(
    "path", ["/", "", "*", "/v1", "/v1/payments", f"{PAYOUTS}/a/b", f"{ITEMS}/a/b", "/v2/payments"]
)
def test_other_paths_are_not_there(paypal: Driver, path: str) -> None:
    status, refusal = paypal.ask("GET", path)
    assert (status, refusal["name"]) == (404, "RESOURCE_NOT_FOUND")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", TOKEN),
        ("GET", PAYOUTS),
        ("DELETE", f"{PAYOUTS}/ID"),
        ("POST", f"{ITEMS}/ID"),
        ("GET", f"{ITEMS}/ID/cancel"),
        ("PATCH", PAYOUTS),
    ],
)
def test_other_methods_are_refused(simulator: Simulator, method: str, path: str) -> None:
    paypal = Driver(simulator, checks_conformance=False)  # the specification has no such operation
    status, refusal = paypal.ask(method, path)
    assert (status, refusal["name"]) == (405, "METHOD_NOT_SUPPORTED")


def test_every_answer_is_dated_by_the_simulators_clock(paypal: Driver, simulator: Simulator, clock: Clock) -> None:
    clock.advance(5)
    simulator.advance(3600)
    for method, path in (("GET", "/nowhere"), ("POST", TOKEN), ("GET", f"{PAYOUTS}/ID")):
        paypal.ask(method, path)
        assert paypal.last is not None
        assert paypal.last.headers["Date"] == "Sun, 01 Nov 2026 13:00:05 GMT"
        assert paypal.last.headers["Paypal-Debug-Id"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=20), inner, max_size=3),
    max_leaves=10,
)
names = st.sampled_from(
    ["receiver", "amount", "note", "recipient_type", "recipient_wallet", "purpose", "sender_item_id"]
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.dictionaries(names, json_values, max_size=3), header=json_values, name=names)
def test_any_json_gets_an_answer(paypal: Driver, changes: dict[str, Any], header: object, name: str) -> None:
    document = {"sender_batch_header": {"note": header, name: header}, "items": [payout() | changes]}
    assert paypal.ask("POST", PAYOUTS, "", document)[0] in {201, 400}
    assert paypal.ask("POST", PAYOUTS, "", {"sender_batch_header": header, "items": header})[0] == 400


paths = st.sampled_from(
    [TOKEN, PAYOUTS, f"{ITEMS}/a/cancel", "/__simulator/faults", "/__simulator/clock", "/__simulator/"]
)
requests = st.builds(
    IncomingRequest,
    method=st.sampled_from(["GET", "POST", "DELETE", "get", ""]) | st.text(max_size=5),
    path=paths | st.text(max_size=30),
    query=st.text(max_size=30),
    headers=st.dictionaries(st.sampled_from(["authorization", "Content-Type"]), st.text(max_size=20)),
    body=st.binary(max_size=50),
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(request=requests)
def test_any_bytes_get_an_answer(simulator: Simulator, request: IncomingRequest) -> None:
    answer = handle(simulator, request)
    assert isinstance(answer, Answer)
    json.loads(answer.body)
