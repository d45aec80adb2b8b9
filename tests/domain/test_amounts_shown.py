import pytest

from paypal_payouts.domain.money import grouped_amount
from paypal_payouts.domain.outline import percent


@pytest.mark.parametrize(
    ("minor", "currency", "written"),
    [(0, "USD", "0.00"), (-123_456_789, "USD", "-1,234,567.89"), (-50, "USD", "-0.50"), (160_000, "JPY", "160,000")],
)
def test_an_amount_for_a_person_has_its_thousands_apart(minor: int, currency: str, written: str) -> None:
    assert grouped_amount(minor, currency) == written


def test_a_change_in_per_cent_has_one_decimal_and_none_from_nothing() -> None:
    assert (percent(3, 2), percent(2, 3), percent(1, 0), percent(0, 5)) == (50.0, -33.3, None, -100.0)
