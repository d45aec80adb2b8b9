import pytest

from paypal_payouts.domain.fees import CAPS_ABROAD_MINOR, CAPS_MINOR, estimated_fee_minor
from paypal_payouts.domain.money import DECIMALS, grouped_amount
from paypal_payouts.domain.outline import percent


@pytest.mark.parametrize(
    ("amount_minor", "currency", "fee_minor"),
    [
        # As the sandbox charged.
        (7400, "USD", 148),
        (2_000_001, "USD", 1400),
        (26_200, "GBP", 524),
        (100, "EUR", 2),
        (1, "USD", 0),
        (25, "USD", 1),
        (160_000, "JPY", 1200),
        # No cap is documented.
        (10_000_000, "HKD", 200_000),
    ],
)
def test_a_fee_is_two_per_cent_up_to_the_documented_cap(amount_minor: int, currency: str, fee_minor: int) -> None:
    assert estimated_fee_minor(amount_minor, currency) == fee_minor


def test_payees_abroad_cost_up_to_a_higher_cap() -> None:
    assert estimated_fee_minor(100_000, "USD", abroad=True) == 2000
    assert estimated_fee_minor(10_000_000, "USD", abroad=True) == 9000
    assert CAPS_ABROAD_MINOR.keys() == CAPS_MINOR.keys()
    assert all(CAPS_ABROAD_MINOR[currency] > cap for currency, cap in CAPS_MINOR.items())


def test_every_currency_has_an_estimate() -> None:
    assert all(estimated_fee_minor(100, currency) == 2 for currency in DECIMALS)


@pytest.mark.parametrize(
    ("minor", "currency", "written"),
    [(0, "USD", "0.00"), (-123_456_789, "USD", "-1,234,567.89"), (-50, "USD", "-0.50"), (160_000, "JPY", "160,000")],
)
def test_an_amount_for_a_person_has_its_thousands_apart(minor: int, currency: str, written: str) -> None:
    assert grouped_amount(minor, currency) == written


def test_a_change_in_per_cent_has_one_decimal_and_none_from_nothing() -> None:
    assert (percent(3, 2), percent(2, 3), percent(1, 0), percent(0, 5)) == (50.0, -33.3, None, -100.0)
