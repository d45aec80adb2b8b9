"""What goes wrong on demand, and what of it reaches the book."""

import json

import pytest

from paypal_payouts.simulator.core import Simulator
from paypal_payouts.simulator.messages import Answer, Fault, Silence
from simulator.driver import PAYOUTS, TOKEN, Driver, batches

DAY_S = 24 * 3600


@pytest.mark.parametrize(
    ("kind", "silence", "applied"),
    [
        ("refused", Silence.REFUSED, False),
        ("reset_before", Silence.RESET, False),
        ("reset_after", Silence.RESET, True),
        ("timeout_before", Silence.TIMEOUT, False),
        ("timeout_after", Silence.TIMEOUT, True),
    ],
)
def test_an_answer_can_be_lost(
    bold_paypal: Driver,
    simulator: Simulator,
    kind: str,
    silence: Silence,
    applied: bool,
) -> None:
    simulator.inject({"on": "create", "kind": kind})
    fault = bold_paypal.try_post()
    assert isinstance(fault, Fault)
    assert fault.silence is silence
    assert batches(simulator) == applied
    entry = simulator.requests()[-1]
    assert (entry["path"], entry["status"], entry["applied"], entry["fault"]) == (PAYOUTS, None, applied, kind)
    assert bold_paypal.post()[0] == (400 if applied else 201)


@pytest.mark.parametrize("applied", [False, True])
@pytest.mark.parametrize("status", [400, 403, 404, 408, 409, 422, 429, 500, 502, 503, 504])
def test_any_status_can_come_before_or_after_the_book(
    bold_paypal: Driver,
    simulator: Simulator,
    status: int,
    applied: bool,
) -> None:
    simulator.inject({"on": "create", "kind": "status", "status": status, "applied": applied})
    got, document = bold_paypal.post()
    assert got == status
    assert {"name", "message", "debug_id"} <= document.keys()
    assert batches(simulator) == applied


def test_a_status_says_what_it_is_told_to(bold_paypal: Driver, simulator: Simulator) -> None:
    simulator.inject({"on": "create", "kind": "status", "status": 429, "retry_after": 7, "name": "SLOW_DOWN"})
    assert bold_paypal.post()[1]["name"] == "SLOW_DOWN"
    assert bold_paypal.last is not None
    assert bold_paypal.last.headers["Retry-After"] == "7"
    simulator.inject({"on": "create", "kind": "status", "status": 429})
    assert bold_paypal.post()[1]["name"] == "RATE_LIMIT_REACHED"
    assert "Retry-After" not in bold_paypal.last.headers


def test_a_401_has_the_shape_of_the_token_service(bold_paypal: Driver, simulator: Simulator) -> None:
    simulator.inject({"on": "any", "kind": "status", "status": 401, "times": 2})
    assert bold_paypal.post()[1]["error"] == "invalid_token"
    refusal = bold_paypal.ask("POST", TOKEN)
    assert (refusal[0], refusal[1]["error"]) == (401, "invalid_client")


def test_a_bodiless_status_has_no_body(bold_paypal: Driver, simulator: Simulator) -> None:
    simulator.inject({"on": "create", "kind": "status", "status": 204})
    answer = bold_paypal.try_post()
    assert isinstance(answer, Answer)
    assert (answer.status, answer.body) == (204, b"")


@pytest.mark.parametrize("kind", ["malformed", "empty"])
def test_a_body_can_be_no_json(bold_paypal: Driver, simulator: Simulator, kind: str) -> None:
    simulator.inject({"on": "create", "kind": kind}, {"on": "create", "kind": kind, "applied": False, "status": 502})
    answers = [bold_paypal.try_post(), bold_paypal.try_post("b-2")]
    for answer, status in zip(answers, (201, 502), strict=True):
        assert isinstance(answer, Answer)
        assert answer.status == status
        with pytest.raises(ValueError, match=r"."):
            json.loads(answer.body)
    assert batches(simulator) == 1


def test_a_body_can_be_a_web_page(bold_paypal: Driver, simulator: Simulator) -> None:
    simulator.inject({"on": "create", "kind": "html", "applied": True})
    answer = bold_paypal.try_post()
    assert isinstance(answer, Answer)
    assert (answer.status, answer.headers["Content-Type"]) == (500, "text/html")
    assert answer.body.startswith(b"<!DOCTYPE html>")
    assert batches(simulator) == 1


def test_an_answer_can_lead_elsewhere(bold_paypal: Driver, simulator: Simulator) -> None:
    simulator.inject({"on": "create", "kind": "redirect", "status": 307, "location": "https://thief.example/"})
    answer = bold_paypal.try_post()
    assert isinstance(answer, Answer)
    assert (answer.status, answer.headers["Location"]) == (307, "https://thief.example/")
    assert batches(simulator) == 0


def test_an_answer_can_be_cut_huge_or_slow(bold_paypal: Driver, simulator: Simulator) -> None:
    simulator.inject(
        {"on": "create", "kind": "truncated"},
        {"on": "create", "kind": "huge", "bytes": 10**12},
        {"on": "create", "kind": "slow", "piece_bytes": 10, "seconds": 0.5},
    )
    cut, huge, slow = (bold_paypal.try_post(f"b-{number}") for number in range(3))
    assert isinstance(cut, Answer)
    assert 0 < len(b"".join(cut.pieces())) < cut.announced_bytes
    assert isinstance(huge, Answer)
    assert huge.announced_bytes > 10**12
    assert len(huge.body) < 1000, "the rest is made as it is sent"
    assert isinstance(slow, Answer)
    assert slow.pause_s == 0.5
    assert {len(piece) for piece in list(slow.pieces())[:-1]} == {10}
    assert json.loads(b"".join(slow.pieces()))["batch_header"]["batch_status"] == "PENDING"
    assert batches(simulator) == 3


def test_a_late_request_arrives_after_further_ones(bold_paypal: Driver, simulator: Simulator) -> None:
    simulator.inject({"on": "create", "kind": "late", "delay_requests": 2})
    assert isinstance(bold_paypal.try_post(), Fault)
    bold_paypal.ask("GET", f"{PAYOUTS}/UNKNOWN")
    assert batches(simulator) == 0
    bold_paypal.ask("GET", f"{PAYOUTS}/UNKNOWN")
    assert batches(simulator) == 1
    assert [(entry["status"], entry["applied"], entry["fault"]) for entry in simulator.requests()[1:]] == [
        (None, False, "late"),
        (404, True, None),
        (404, True, None),
        (201, True, "late"),
    ]
    assert bold_paypal.post()[0] == 400


def test_a_late_request_and_the_one_that_follows_it_pay_once(bold_paypal: Driver, simulator: Simulator) -> None:
    simulator.inject({"on": "create", "kind": "late"})
    bold_paypal.try_post()
    assert bold_paypal.post()[0] == 201
    assert batches(simulator) == 1
    assert simulator.requests()[-1]["status"] == 400, "it arrived, and was a duplicate"


def test_a_late_request_arrives_when_its_time_has_come(bold_paypal: Driver, simulator: Simulator) -> None:
    simulator.inject({"on": "create", "kind": "late", "delay_s": 3600})
    bold_paypal.try_post()
    bold_paypal.ask("GET", f"{PAYOUTS}/UNKNOWN")
    simulator.advance(3599)
    assert batches(simulator) == 0
    simulator.advance(10 * DAY_S)
    (batch,) = simulator.book()["batches"]
    assert batch["created_at"] == "2026-11-01T13:00:00Z"


def test_a_late_request_dies_with_its_token(bold_paypal: Driver, simulator: Simulator) -> None:
    simulator.inject({"on": "create", "kind": "late", "delay_s": 32_400})
    bold_paypal.try_post()
    simulator.advance(40_000)
    assert batches(simulator) == 0
    assert simulator.requests()[-1]["status"] == 401


@pytest.mark.parametrize(("answer", "status"), [("first", 201), ("second", 400)])
def test_a_request_can_be_delivered_twice(bold_paypal: Driver, simulator: Simulator, answer: str, status: int) -> None:
    simulator.inject({"on": "create", "kind": "double", "answer": answer})
    assert bold_paypal.post()[0] == status
    assert batches(simulator) == 1


def test_without_an_id_a_request_delivered_twice_pays_twice(bold_paypal: Driver, simulator: Simulator) -> None:
    simulator.inject({"on": "create", "kind": "double"})
    bold_paypal.post(batch=None)
    assert batches(simulator) == 2
