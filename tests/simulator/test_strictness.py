"""What the sandbox was seen to refuse, and to show, the simulator does too."""

from typing import Any

import pytest

from paypal_payouts.simulator.core import Simulator
from paypal_payouts.simulator.messages import Answer
from simulator.driver import PAYOUTS, Clock, Driver, answered, payout


@pytest.mark.parametrize("body", [b"{", b"null", b"[]", b"\xff"])
def test_what_is_no_json_object_is_malformed(paypal: Driver, body: bytes) -> None:
    paypal.log_in()
    headers = {"authorization": f"Bearer {paypal.token}", "Content-Type": "application/json"}
    status, refusal = answered(paypal.call("POST", PAYOUTS, "", body, headers))
    assert (status, refusal["name"]) == (400, "VALIDATION_ERROR")
    assert refusal["details"][0]["issue"] == "JSON request is malformed"


@pytest.mark.parametrize("currency", ["BRL", "MYR", "THB"])
def test_a_currency_that_is_not_held_is_refused_until_a_balance_is_set(
    paypal: Driver, simulator: Simulator, currency: str
) -> None:
    status, refusal = paypal.post(payout(currency=currency))
    assert (status, refusal["name"]) == (400, "NON_HOLDING_CURRENCY")
    simulator.configure(balances={currency: "1000.00"})
    assert paypal.post(payout(currency=currency))[0] == 201


def test_the_recipient_type_of_a_batch_is_read_back(paypal: Driver) -> None:
    item = payout("+15555550123")
    del item["recipient_type"]
    status, document = paypal.post(item, recipient_type="PHONE")
    assert (status, document["batch_header"]["sender_batch_header"]["recipient_type"]) == (201, "PHONE")
    (shown,) = paypal.read(document["batch_header"]["payout_batch_id"])["items"]
    assert shown["payout_item"]["recipient_type"] == "PHONE"


def test_another_method_is_answered_with_the_one_that_is_allowed(paypal: Driver) -> None:
    paypal.checks_conformance = False
    answer = paypal.try_call("DELETE", PAYOUTS)
    assert isinstance(answer, Answer)
    assert (answer.status, answer.headers["Allow"]) == (405, "POST")


def test_an_item_may_stay_pending_for_ever_with_its_error(paypal: Driver, clock: Clock) -> None:
    error = "PENDING_RECIPIENT_NON_HOLDING_CURRENCY_PAYMENT_PREFERENCE"
    batch_id = paypal.pay(payout(note=f"SIMULATE PENDING {error}"), payout("bob@example.com"))
    clock.advance(40 * 24 * 3600)
    paypal.log_in()
    document = paypal.read(batch_id)
    assert document["batch_header"]["batch_status"] == "SUCCESS"
    pending = document["items"][0]
    assert (pending["transaction_status"], pending["errors"]["name"]) == ("PENDING", error)
    assert "activity_id" in document["items"][1]


def test_what_an_item_will_fail_with_is_not_shown_before(paypal: Driver, simulator: Simulator) -> None:
    simulator.configure(processing_s=20)
    batch_id = paypal.pay(payout("fail@example.com"), payout())
    assert all("errors" not in item for item in paypal.read(batch_id)["items"])


def test_a_conversion_is_shown_with_what_it_took_from_the_other_currency(paypal: Driver, simulator: Simulator) -> None:
    simulator.configure(conversions={"EUR": ["USD", "1.143"]})
    batch_id = paypal.pay(payout(currency="EUR"), payout("fail@example.com", currency="EUR"))
    first, failed = paypal.read(batch_id)["items"]
    assert first["currency_conversion"] == {
        "from_amount": {"currency": "USD", "value": "11.43"},
        "to_amount": {"currency": "EUR", "value": "10.00"},
        "exchange_rate": "0.874891",
    }
    assert "currency_conversion" not in failed
    assert paypal.item(first["payout_item_id"])["currency_conversion"] == first["currency_conversion"]


@pytest.mark.parametrize("wrong", [{"EUR": ["USD", 1]}, {"EUR": "USD"}, {"XXX": ["USD", "1"]}, {"EUR": ["USD", "-1"]}])
def test_a_wrong_conversion_is_refused(simulator: Simulator, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="conversions"):
        simulator.configure(conversions=wrong)
