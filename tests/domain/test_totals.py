"""Totals: what is owed and where the money is always add up, whatever older payments turn out to be."""

from hypothesis import given
from hypothesis import strategies as st

from paypal_payouts.domain.standing import MAY_BE_PAID
from paypal_payouts.domain.states import Money
from paypal_payouts.domain.totals import OlderPayment, Sums, Total

monies = st.sampled_from(Money)
amounts = st.integers(1, 10**9)
older = st.lists(st.tuples(st.sampled_from(sorted(MAY_BE_PAID)), amounts, st.sampled_from(["USD", "EUR"])), max_size=3)


@given(st.lists(st.tuples(monies, amounts, st.sampled_from(["USD", "EUR"]), older), max_size=5))
def test_owed_and_surplus_equal_the_five_places_of_money(
    items: list[tuple[Money, int, str, list[tuple[Money, int, str]]]],
) -> None:
    sums = Sums()
    for money, amount, currency, _ in items:
        sums.add(currency, money, items=1, amount_minor=amount)
    for number, (money, amount, currency, payments) in enumerate(items):
        for other, other_amount, other_currency in payments:
            sums.add_older(OlderPayment(str(number), other_currency, other_amount, other, currency, amount, money))
    for total in sums.totals():
        places = (total.paid_minor, total.unpaid_minor, total.open_minor, total.unknown_minor, total.closed_minor)
        assert total.amount_minor + total.surplus_minor == sum(places)
        assert min(places) >= 0
        assert total.surplus_minor >= 0


def test_an_older_payment_that_arrived_pays_the_debt_in_place_of_the_newest() -> None:
    sums = Sums()
    sums.add("USD", Money.UNPAID, items=1, amount_minor=1200)
    sums.add_older(OlderPayment("a", "USD", 1000, Money.PAID, "USD", 1200, Money.UNPAID))
    sums.add_fees("USD", 25)
    assert sums.totals() == [Total("USD", 1, 1200, paid_minor=1000, unpaid_minor=200, fees_minor=25)]


def test_two_payments_that_both_arrived_are_a_surplus() -> None:
    sums = Sums()
    sums.add("USD", Money.PAID, items=1, amount_minor=1000)
    sums.add_older(OlderPayment("a", "USD", 1000, Money.PAID, "USD", 1000, Money.PAID))
    sums.add_fees("USD", 25)
    sums.add_fees("USD", 25)
    assert sums.totals() == [Total("USD", 1, 1000, paid_minor=2000, surplus_minor=1000, fees_minor=50)]
