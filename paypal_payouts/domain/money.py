"""Amounts: integer minor units with a currency, never a float.

Sources: docs/design.md, 4; PayPal's payouts currency page (HUF, JPY and TWD take no
decimals).
"""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

_TWO_DECIMALS = "AUD BRL CAD CHF CZK DKK EUR GBP HKD ILS MXN MYR NOK NZD PHP PLN SEK SGD THB USD"

DECIMALS: Final[Mapping[str, int]] = MappingProxyType(
    dict(sorted({**dict.fromkeys(_TWO_DECIMALS.split(), 2), "HUF": 0, "JPY": 0, "TWD": 0}.items()))
)
"""Every currency that can be paid, with the number of its decimals at PayPal."""

WHOLE_DIGITS_MAX: Final = 10
"""So many digits an operator's amount may have before the point (docs/design.md, 4)."""

_REPORTED_DIGITS_MAX: Final = 15
_USUAL: Final = {
    decimals: re.compile(rf"{amount}(?:\n{amount})*", re.ASCII)
    for decimals, amount in (
        (0, rf"[0-9]{{1,{_REPORTED_DIGITS_MAX}}}"),
        (2, rf"[0-9]{{1,{_REPORTED_DIGITS_MAX}}}\.[0-9]{{2}}"),
    )
}
"""How PayPal writes nearly every amount, one on each line, by decimals of the currency."""

_REPORTED = re.compile(rf"(-?)([0-9]{{1,{_REPORTED_DIGITS_MAX}}})(?:\.([0-9]{{1,6}}))?", re.ASCII)


def parse_amount(text: str, currency: str) -> int:
    """Read an operator's amount as minor units of a known currency.

    Raises:
        ValueError: with the words that tell what would be right.

    """
    decimals = DECIMALS[currency]
    unit: int = 10**decimals
    whole, point, fraction = text.partition(".")
    if not (text.isascii() and whole.isdigit() and len(whole) <= WHOLE_DIGITS_MAX):
        raise ValueError("1 to 10 digits, then, if wanted, a point and decimals: 1250 or 1250.50")
    if not point:
        minor = int(whole) * unit
    elif not decimals:
        raise ValueError(f"a whole number: PayPal pays {currency} without decimals")
    elif not (fraction.isdigit() and len(fraction) <= decimals):
        raise ValueError(f"1 to {decimals} digits after the point, as {currency} has {decimals} decimals")
    else:
        minor = int(whole) * unit + int(fraction.ljust(decimals, "0"))
    if minor == 0:
        raise ValueError("an amount above zero")
    return minor


def parse_reported(text: object, currency: object) -> int | None:
    """Read an amount that PayPal reports as minor units; None where it is not one of a known currency."""
    if not (isinstance(text, str) and isinstance(currency, str) and currency in DECIMALS):
        return None
    decimals = DECIMALS[currency]
    whole, point, fraction = text.partition(".")
    digits = whole + fraction
    as_usual = len(fraction) == decimals and bool(point) == bool(decimals) and 0 < len(whole) <= _REPORTED_DIGITS_MAX
    if as_usual and digits.isascii() and digits.isdigit():
        # As PayPal writes nearly every amount; a million of them need no pattern.
        return int(digits)
    match = _REPORTED.fullmatch(text)
    if match is None:
        return None
    sign, whole, fraction = match.groups(default="")
    kept, beyond = fraction[:decimals].ljust(decimals, "0"), fraction[decimals:]
    if beyond.strip("0"):
        return None
    magnitude = int(whole + kept)
    return -magnitude if sign else magnitude


def all_reported(texts: Sequence[object], currencies: Sequence[str | None]) -> Sequence[int | None]:
    """Read many amounts as `parse_reported` reads each; where they are of one currency and usual, all at once."""
    currency = currencies[0] if currencies else None
    usual = _USUAL.get(DECIMALS.get(currency or "", -1))
    if usual is None or currencies.count(currency) != len(texts):
        return [parse_reported(text, currency) for text, currency in zip(texts, currencies, strict=True)]
    try:
        together = "\n".join(texts)  # type: ignore[arg-type]  # what is no string is the question
    except TypeError:
        together = ""
    # An amount that itself holds a line break would be two.
    if usual.fullmatch(together) and together.count("\n") == len(texts) - 1:
        return list(map(int, together.replace(".", "").split("\n")))
    return [parse_reported(text, currency) for text in texts]


def grouped_amount(minor: int, currency: str) -> str:
    """Write minor units for a person: 125050 USD is "1,250.50"."""
    whole, point, fraction = format_amount(minor, currency).partition(".")
    return f"{int(whole):,}{point}{fraction}" if minor >= 0 else f"-{grouped_amount(-minor, currency)}"


def format_amount(minor: int, currency: str) -> str:
    """Write minor units as PayPal and people read them: 125050 USD is "1250.50"."""
    decimals = DECIMALS[currency]
    if not decimals:
        return str(minor)
    sign, digits = ("-" if minor < 0 else ""), str(abs(minor)).rjust(decimals + 1, "0")
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}"
