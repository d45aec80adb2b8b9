"""Amounts as PayPal writes them, and what PayPal charges for sending them."""

import re
from typing import Final

_TWO_DECIMALS = "AUD BRL CAD CHF CZK DKK EUR GBP HKD ILS MXN MYR NOK NZD PHP PLN SEK SGD THB USD"

DECIMALS: Final = {**dict.fromkeys(_TWO_DECIMALS.split(), 2), "HUF": 0, "JPY": 0, "TWD": 0}
"""The currencies of payouts. PayPal: decimal amounts of HUF, JPY and TWD "will throw an error"."""

_FEE_CAPS_MINOR: Final = {
    "USD": 14_00, "EUR": 12_00, "GBP": 10_00, "CAD": 14_00, "AUD": 16_00, "CHF": 16_00, "JPY": 1200,
}  # fmt: skip
"""The domestic caps of PayPal's fee page, as Open Collective's table has them; the others are not known."""

_VALUES: Final = {
    0: re.compile(r"[0-9]{1,10}", re.ASCII),
    2: re.compile(r"[0-9]{1,10}(?:\.[0-9]{1,2})?", re.ASCII),
}


def parse_value(value: object, currency: str) -> int | None:
    """Read an amount as minor units; `None` when PayPal would refuse it."""
    decimals = DECIMALS[currency]
    if not (isinstance(value, str) and _VALUES[decimals].fullmatch(value)):
        return None
    whole, _, fraction = value.partition(".")
    return int(whole + fraction.ljust(decimals, "0"))


def format_value(minor: int, currency: str) -> str:
    """Write minor units with every decimal of the currency."""
    decimals = DECIMALS[currency]
    if not decimals:
        return str(minor)
    sign, digits = ("-" if minor < 0 else ""), str(abs(minor)).rjust(decimals + 1, "0")
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}"


def fee_minor(amount_minor: int, currency: str) -> int:
    """Charge 2 % of an item, rounded half up, at most the cap of its currency."""
    fee = (amount_minor * 2 + 50) // 100
    return min(fee, _FEE_CAPS_MINOR.get(currency, fee))
