"""A plan beside the balances: what is missing, and what is said of it."""

from datetime import UTC, datetime

from paypal_payouts.domain.funding import Funding, fundings, low_balances
from paypal_payouts.domain.outline import ToPay
from paypal_payouts.domain.payer import Balances, Payer, shown_client_id

PLAN = [ToPay("EUR", 1, 1, 980_00, 12_00), ToPay("JPY", 1, 1, 9000, 180), ToPay("USD", 2, 2, 100_00, 2_00)]
NINE = datetime(2026, 11, 16, 9, tzinfo=UTC)


def test_the_fees_count_and_a_currency_that_is_not_held_has_nothing() -> None:
    told = Balances({"USD": 102_00, "EUR": 991_99})
    found = fundings(PLAN, told)
    assert found == [
        Funding("EUR", 991_99, 992_00),
        Funding("JPY", 0, 9180),
        Funding("USD", 102_00, 102_00),
    ]
    assert [each.missing_minor for each in found] == [1, 9180, 0]


def test_what_is_missing_is_a_warning_and_says_that_paypal_may_convert() -> None:
    first, second = low_balances(PLAN, Balances({"USD": 102_00, "EUR": -5_00}, refreshed_at=NINE))
    assert first.code == second.code == "low_balance"
    assert first.message.startswith(
        "PayPal's balance is -5.00 EUR (2026-11-16 09:00 UTC), and 992.00 EUR are needed with the estimated fees: "
        "997.00 EUR are missing. PayPal then converts from another currency"
    )
    assert "0 JPY" in second.message


def test_what_paypal_does_not_say_is_no_warning() -> None:
    assert list(low_balances(PLAN, Balances({}, frozenset({"EUR"})))) == []
    assert list(low_balances(PLAN, Balances({"USD": 102_00, "JPY": 10_000}, frozenset({"EUR"})))) == []


def test_the_payer_is_called_by_the_best_that_is_known() -> None:
    told = Balances({}, payer_id="5JZK7XKL9A2Q4")
    assert Payer("AbCd", "APP-1", told).words() == "PayPal account 5JZK7XKL9A2Q4, app AbCd (APP-1)"
    assert Payer("AbCd", None, None).words() == "app AbCd"
    assert (shown_client_id("AbCdEfGhIj"), shown_client_id("AbCdEfGh")) == ("AbCdEfGh…", "AbCdEfGh")
