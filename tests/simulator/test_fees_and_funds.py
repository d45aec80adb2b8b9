"""What PayPal charges, and what is left in the account."""

import pytest

from paypal_payouts.simulator.core import Simulator
from simulator.driver import Driver, payout


@pytest.mark.parametrize(
    ("currency", "value", "fee"),
    [
        ("USD", "10.24", "0.20"),
        ("USD", "10.25", "0.21"),  # 0.205: half up
        ("USD", "74.00", "1.48"),  # recorded
        ("USD", "20000.01", "14.00"),  # recorded
        ("GBP", "262.00", "5.24"),  # recorded
        ("GBP", "5000.00", "10.00"),
        ("EUR", "5000.00", "12.00"),
        ("JPY", "25", "1"),
        ("JPY", "24", "0"),
        ("JPY", "1000000", "1200"),
        ("HUF", "1000000", "20000"),
        ("MXN", "100.00", "2.00"),
    ],
)
def test_fees_are_two_percent_up_to_a_cap(paypal: Driver, currency: str, value: str, fee: str) -> None:
    (item,) = paypal.read(paypal.pay(payout(value=value, currency=currency)))["items"]
    assert item["payout_item_fee"] == {"currency": currency, "value": fee}


def test_funds_are_unlimited_until_they_are_set(paypal: Driver, simulator: Simulator) -> None:
    paypal.pay(payout(value="1000000.00"))
    simulator.configure(balances={"USD": "30.60"})
    paypal.pay(payout(value="10.00"), payout("fail@example.com", "10.00"), batch="b-2")
    assert simulator.settings()["balances"] == {"USD": "20.40"}, "what failed was not taken"
    status, refusal = paypal.post(payout(value="20.01"), batch="b-3")
    assert (status, refusal["name"]) == (422, "INSUFFICIENT_FUNDS")
    paypal.pay(payout(value="20.00"), batch="b-3")
    assert simulator.settings()["balances"] == {"USD": "0.00"}
    paypal.pay(payout(value="1.00", currency="EUR"), batch="b-4")
    simulator.configure(balances={"USD": None})
    paypal.pay(payout(value="1000000.00"), batch="b-5")


def test_balances_say_what_is_available_where_it_was_set(paypal: Driver, simulator: Simulator) -> None:
    paypal.pay(payout(value="10.00", currency="EUR"))
    simulator.configure(balances={"USD": "30.60"})
    _, told = paypal.ask("GET", "/v1/reporting/balances")
    assert {each["currency"]: each.get("available_balance") for each in told["balances"]} == {
        "EUR": None,
        "USD": {"currency_code": "USD", "value": "30.60"},
    }
    paypal.pay(payout(value="10.00"), batch="b-2")
    _, told = paypal.ask("GET", "/v1/reporting/balances")
    assert told["balances"][1]["available_balance"]["value"] == told["balances"][1]["total_balance"]["value"] == "20.40"


def test_money_that_comes_back_can_be_sent_again(paypal: Driver, simulator: Simulator) -> None:
    simulator.configure(balances={"USD": "10.20"})
    batch_id = paypal.pay(payout("unclaimed@example.com"))
    assert simulator.settings()["balances"] == {"USD": "0.00"}
    paypal.cancel(paypal.read(batch_id)["items"][0]["payout_item_id"])
    assert simulator.settings()["balances"] == {"USD": "10.00"}, "the fee stays paid"
