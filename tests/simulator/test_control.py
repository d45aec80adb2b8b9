"""The endpoints by which tests set the simulator up and judge by its book."""

import json
from typing import Any

import pytest

from paypal_payouts.simulator.control import handle
from paypal_payouts.simulator.core import Simulator
from paypal_payouts.simulator.messages import IncomingRequest
from simulator.driver import Clock, Driver, answered, payout


def control(simulator: Simulator, method: str, name: str, document: object = None) -> tuple[int, dict[str, Any]]:
    body = b"" if document is None else json.dumps(document).encode()
    return answered(handle(simulator, IncomingRequest(method, f"/__simulator/{name}", body=body)))


def test_the_book_tells_every_payment(paypal: Driver, simulator: Simulator) -> None:
    batch_id = paypal.pay(payout("ann@example.com", sender_item_id="a-1"), payout("fail@example.com"))
    paypal.pay(payout(value="100", currency="JPY"), batch=None)
    status, book = control(simulator, "GET", "book")
    assert status == 200
    assert book == simulator.book()
    assert [batch["sender_batch_id"] for batch in book["batches"]] == ["b-1", None]
    assert book["batches"][0] == {
        "payout_batch_id": batch_id,
        "sender_batch_id": "b-1",
        "batch_status": "SUCCESS",
        "items": 2,
        "currency": "USD",
        "amount": "20.00",
        "fees": "0.20",
        "created_at": "2026-11-01T12:00:00Z",
    }
    assert book["payments"][0] == {
        "payout_batch_id": batch_id,
        "sender_batch_id": "b-1",
        "payout_item_id": paypal.read(batch_id)["items"][0]["payout_item_id"],
        "sender_item_id": "a-1",
        "receiver": "ann@example.com",
        "currency": "USD",
        "amount": "10.00",
        "fee": "0.20",
        "state": "SUCCESS",
        "error": None,
        "created_at": "2026-11-01T12:00:00Z",
    }
    assert book["totals"] == {
        "JPY": {"moved": "100", "fees": "2", "states": {"SUCCESS": {"items": 1, "amount": "100"}}},
        "USD": {
            "moved": "10.00",
            "fees": "0.20",
            "states": {"FAILED": {"items": 1, "amount": "10.00"}, "SUCCESS": {"items": 1, "amount": "10.00"}},
        },
    }
    assert control(simulator, "GET", "totals/")[1] == book["totals"]


def test_the_clock_is_the_real_one_moved(simulator: Simulator, clock: Clock) -> None:
    assert control(simulator, "GET", "clock") == (200, {"now": "2026-11-01T12:00:00.000+00:00"})
    assert control(simulator, "POST", "clock", {"advance_s": 60.5})[1] == {"now": "2026-11-01T12:01:00.500+00:00"}
    clock.advance(1)
    simulator.advance(-0.5)
    assert simulator.clock().isoformat() == "2026-11-01T12:01:01+00:00"


@pytest.mark.parametrize(
    "document", [{}, [], {"advance_s": "1"}, {"advance_s": 1, "more": 2}, {"advance_s": 10**300}, {"advance_s": True}]
)
def test_the_clock_takes_seconds(simulator: Simulator, document: object) -> None:
    status, refusal = control(simulator, "POST", "clock", document)
    assert status == 400
    assert "advance_s" in refusal["error"]


def test_the_clock_goes_no_further_than_a_hundred_years(simulator: Simulator) -> None:
    for _ in range(100):
        simulator.advance(365 * 24 * 3600)
    with pytest.raises(ValueError, match="hundred years"):
        simulator.advance(1)


def test_settings_change_alone(simulator: Simulator) -> None:
    defaults: dict[str, object] = {
        "processing_s": 0,
        "token_life_s": 32400,
        "all_failed_is_denied": False,
        "conversions": {},
    }
    defaults |= {"paypal_ids": ["G83JXTJ5EHCQ2"], "reports": True, "balances": {}}
    assert control(simulator, "GET", "settings") == (200, defaults)
    changed = control(simulator, "POST", "settings", {"processing_s": 1.5, "balances": {"JPY": "100"}})
    assert changed == (200, defaults | {"processing_s": 1.5, "balances": {"JPY": "100"}})
    assert control(simulator, "POST", "settings", {"balances": {"USD": "5"}})[1]["balances"] == {
        "JPY": "100",
        "USD": "5.00",
    }


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ([], "an object"),
        ({"speed": 1}, "processing_s"),
        ({"processing_s": -1}, "from 0 to"),
        ({"processing_s": "1"}, "from 0 to"),
        ({"all_failed_is_denied": 1}, "true or false"),
        ({"paypal_ids": "G83JXTJ5EHCQ2"}, 'paypal_ids (["'),
        ({"balances": {"XXX": "1"}}, "XXX is none of AUD"),
        ({"balances": {"JPY": "1.00"}}, 'such as "10000"'),
        ({"balances": {"USD": 1}}, 'such as "100.00"'),
    ],
    ids=str,
)
def test_a_setting_that_cannot_be_is_refused_with_what_can(simulator: Simulator, document: object, words: str) -> None:
    before = simulator.settings()
    status, refusal = control(simulator, "POST", "settings", document)
    assert status == 400
    assert words in refusal["error"]
    assert simulator.settings() == before


def test_faults_are_asked_for_one_by_one_or_in_a_list(simulator: Simulator) -> None:
    rule = {"on": "create", "kind": "status", "status": 503}
    assert control(simulator, "POST", "faults", rule) == (200, {"faults": [rule | {"times": 1, "skip": 0}]})
    more = [{"kind": "no_date", "times": None}, {"kind": "missing_page", "page": 2}]
    _, document = control(simulator, "POST", "faults", more)
    assert [fault["kind"] for fault in document["faults"]] == ["status", "no_date", "missing_page"]
    assert control(simulator, "GET", "faults")[1] == document == {"faults": simulator.faults()}
    status, refusal = control(simulator, "POST", "faults", {"kind": "earthquake"})
    assert status == 400
    assert "reset_before, reset_after" in refusal["error"]
    assert control(simulator, "DELETE", "faults") == (200, {"faults": []})


def test_the_log_tells_every_request_and_no_credential(paypal: Driver, simulator: Simulator) -> None:
    batch_id = paypal.pay()
    paypal.read(batch_id, "page=1")
    simulator.handle(IncomingRequest("GET", "/nowhere"))
    _, log = control(simulator, "GET", "requests")
    assert [(entry["method"], entry["status"], entry["applied"]) for entry in log["requests"]] == [
        ("POST", 200, True),
        ("POST", 201, True),
        ("GET", 200, True),
        ("GET", 404, False),
    ]
    assert log["requests"][2] == {
        "at": "2026-11-01T12:00:00Z",
        "method": "GET",
        "path": f"/v1/payments/payouts/{batch_id}",
        "query": "page=1",
        "status": 200,
        "applied": True,
        "fault": None,
    }
    assert paypal.token not in json.dumps(log)
    assert "secret" not in json.dumps(log)


def test_the_log_forgets_what_is_old(simulator: Simulator) -> None:
    for number in range(10_010):
        simulator.handle(IncomingRequest("GET", f"/{number}"))
    log = simulator.requests()
    assert (len(log), log[0]["path"], log[-1]["path"]) == (10_000, "/10", "/10009")


@pytest.mark.parametrize(
    ("method", "name", "status"), [("GET", "weather", 404), ("DELETE", "book", 405), ("PUT", "faults", 405)]
)
def test_there_are_no_other_endpoints(simulator: Simulator, method: str, name: str, status: int) -> None:
    got, document = control(simulator, method, name)
    assert got == status
    assert name in document["error"]


def test_a_body_that_is_no_json_is_refused(simulator: Simulator) -> None:
    for body in (b"{", b"\xff", b"[" * 100_000):
        assert answered(handle(simulator, IncomingRequest("POST", "/__simulator/faults", body=body)))[0] == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example:8000"},
        {"Host": "127.0.0.1:8000", "Origin": "https://evil.example"},
        {"Host": "127.0.0.1:8000", "Origin": "null"},
        {"Host": "127.0.0.1:8000", "Origin": "http://127.0.0.1:9000"},
        {"Host": "127.0.0.1:8000", "Content-Type": "text/plain;charset=UTF-8"},
        {"Host": "127.0.0.1:8000", "Content-Type": "multipart/form-data; boundary=x"},
    ],
)
def test_what_a_page_in_a_browser_could_send_changes_nothing(simulator: Simulator, headers: dict[str, str]) -> None:
    request = IncomingRequest("POST", "/__simulator/clock", headers=headers, body=b'{"advance_s": 86400}')
    before = simulator.clock()
    status, told = answered(handle(simulator, request))
    assert status == 403
    assert "a page in a browser" in told["error"]
    assert simulator.clock() == before


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Host": "localhost:8000", "Content-Type": "application/json"},
        {"Host": "[::1]:8000", "Content-Type": "application/x-www-form-urlencoded"},
        {"Host": "127.0.0.1:8000", "Origin": "http://127.0.0.1:8000", "Content-Type": "application/json"},
    ],
)
def test_what_a_program_sends_is_taken(simulator: Simulator, headers: dict[str, str]) -> None:
    request = IncomingRequest("POST", "/__simulator/clock", headers=headers, body=b'{"advance_s": 86400}')
    assert answered(handle(simulator, request))[0] == 200
