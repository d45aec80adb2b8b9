"""What PayPal will probably charge: an estimate by its documented rates, as it quotes no fee beforehand.

The sender pays 2 % of each item, up to a cap; the caps here are those of payees in the account's own country, and
payees abroad cost more. Where no cap is documented there is none here. Source: developer.paypal.com/payouts/fees.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

PERCENT: Final = 2

CAPS_MINOR: Final[Mapping[str, int]] = MappingProxyType(
    {"AUD": 16_00, "CAD": 14_00, "CHF": 16_00, "EUR": 12_00, "GBP": 10_00, "JPY": 1200, "USD": 14_00}
)
"""The most that one item costs, in minor units."""


def estimated_fee_minor(amount_minor: int, currency: str) -> int:
    """Return what one item will probably cost, in minor units, half a unit rounded up."""
    fee = (amount_minor * PERCENT + 50) // 100
    return min(fee, CAPS_MINOR.get(currency, fee))
