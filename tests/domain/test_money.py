"""Amounts: what is read is what is written, to the minor unit, or refused in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paypal_payouts.domain.money import DECIMALS, all_reported, format_amount, parse_amount, parse_reported

_NAMES = "AUD BRL CAD CHF CZK DKK EUR GBP HKD HUF ILS JPY MXN MYR NOK NZD PHP PLN SEK SGD THB TWD USD"
CURRENCIES = _NAMES.split()

currencies = st.sampled_from(CURRENCIES)


def test_the_currencies_are_those_of_the_contract_and_three_have_no_decimals() -> None:
    assert list(DECIMALS) == CURRENCIES
    assert {currency for currency, decimals in DECIMALS.items() if decimals == 0} == {"HUF", "JPY", "TWD"}
    assert set(DECIMALS.values()) == {0, 2}


@given(currencies, st.integers(1, 10**10 - 1))
def test_what_is_written_is_read_back_as_the_same(currency: str, minor: int) -> None:
    text = format_amount(minor, currency)
    assert parse_amount(text, currency) == minor
    assert parse_reported(text, currency) == minor


@given(currencies, st.integers(-(10**12), -1))
def test_a_negative_amount_that_paypal_reports_is_read_back_as_the_same(currency: str, minor: int) -> None:
    assert parse_reported(format_amount(minor, currency), currency) == minor


@given(st.text(max_size=20), st.text(max_size=5))
def test_any_text_that_paypal_reports_is_an_amount_or_none(text: str, currency: str) -> None:
    parsed = parse_reported(text, currency)
    assert parsed is None or currency in DECIMALS


@given(currencies, st.text(max_size=20))
def test_any_text_of_an_operator_is_an_amount_above_zero_or_refused(currency: str, text: str) -> None:
    try:
        minor = parse_amount(text, currency)
    except ValueError:
        return
    assert minor > 0
    assert text.replace(".", "").isdigit()


READ = {
    "whole": ("10", "USD", 1000),
    "one digit after the point": ("10.5", "USD", 1050),
    "two": ("10.05", "USD", 1005),
    "a cent": ("0.01", "USD", 1),
    "leading zeros": ("0000000001", "USD", 100),
    "ten digits": ("9999999999.99", "USD", 999_999_999_999),
    "yen": ("10", "JPY", 10),
}


@pytest.mark.parametrize(("text", "currency", "minor"), list(READ.values()), ids=list(READ))
def test_an_amount_is_read(text: str, currency: str, minor: int) -> None:
    assert parse_amount(text, currency) == minor


REFUSED = {
    "zero": ("0", "USD"),
    "zero with decimals": ("0.00", "USD"),
    "negative": ("-1", "USD"),
    "plus": ("+1", "USD"),
    "empty": ("", "USD"),
    "point alone": (".", "USD"),
    "no digit before the point": (".5", "USD"),
    "no digit after it": ("5.", "USD"),
    "three decimals": ("1.001", "USD"),
    "two points": ("1.0.0", "USD"),
    "eleven digits": ("10000000000", "USD"),
    "a comma": ("1,00", "USD"),
    "thousands": ("1,000.00", "USD"),
    "an exponent": ("1e3", "USD"),
    "a blank": (" 1", "USD"),
    "an underscore": ("1_000", "USD"),
    "Arabic digits": ("\u0661", "USD"),
    "a superscript after the point": ("1.\u00b2", "USD"),
    "Arabic digits after the point": ("1.\u0661", "USD"),
    "a point in yen": ("1.0", "JPY"),
    "a bare point in forint": ("1.", "HUF"),
    "NaN": ("NaN", "USD"),
}


@pytest.mark.parametrize(("text", "currency"), list(REFUSED.values()), ids=list(REFUSED))
def test_what_is_no_amount_is_refused(text: str, currency: str) -> None:
    with pytest.raises(ValueError, match=r"digit|whole number|above zero"):
        parse_amount(text, currency)


REPORTED = {
    "zeros beyond the cents": ("1.000000", "USD", 100),
    "yen with decimals": ("10.00", "JPY", 10),
    "no decimals": ("7", "EUR", 700),
    "negative": ("-0.35", "USD", -35),
    "a fraction of a cent": ("1.001", "USD", None),
    "half a yen": ("1.5", "JPY", None),
    "a float": (1.0, "USD", None),
    "nothing": (None, "USD", None),
    "no currency": ("1.00", None, None),
    "another currency": ("1.00", "XAU", None),
    "a list as currency": ("1.00", ["USD"], None),
    "a newline": ("1.00\n", "USD", None),
    "too long": ("1" * 16, "USD", None),
}


@pytest.mark.parametrize(("text", "currency", "minor"), list(REPORTED.values()), ids=list(REPORTED))
def test_what_paypal_reports_is_read_or_is_none(text: object, currency: object, minor: int | None) -> None:
    assert parse_reported(text, currency) == minor


_reported = st.one_of(
    st.from_regex(r"[0-9]{1,17}(\.[0-9]{0,3})?", fullmatch=True),
    st.sampled_from(["1.00", "0.25", "-0.35", "1.00\n2.00", "7\n8", "\n", "", "١٢.00", "1.001", "1.5", "7", 1.0, None]),
)


@given(st.one_of(currencies, st.sampled_from([None, "XAU"])), st.lists(_reported, max_size=4), st.booleans())
def test_many_amounts_at_once_are_read_as_each_alone(currency: str | None, texts: list[object], mixed: bool) -> None:
    of_each = [currency] * len(texts)
    if mixed and texts:
        of_each[-1] = "JPY"
    expected = [parse_reported(text, other) for text, other in zip(texts, of_each, strict=True)]
    assert all_reported(texts, of_each) == expected


def test_usual_amounts_are_read_at_once_and_stay_apart() -> None:
    assert all_reported(["1.00", "20.05", "0.00"], ["USD"] * 3) == [100, 2005, 0]
    assert all_reported(["1", "20"], ["JPY"] * 2) == [1, 20]
    assert all_reported(["1.00\n2.00"], ["USD"]) == [None]
    assert all_reported([], []) == []
