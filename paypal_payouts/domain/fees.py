"""What PayPal will probably charge: an estimate by its documented rates, as it quotes no fee beforehand.

The sender pays 2 % of each item, half a unit rounded up, up to a cap, which is higher for payees in other countries
than the account's own; where a payee is, nothing tells. Where no cap is documented there is none here. Source:
developer.paypal.com/payouts/fees, as public code has its figures.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

PERCENT: Final = 2

CAPS_MINOR: Final[Mapping[str, int]] = MappingProxyType(
    {"AUD": 16_00, "CAD": 14_00, "CHF": 16_00, "EUR": 12_00, "GBP": 10_00, "JPY": 1200, "USD": 14_00}
)
"""The most that one item costs whose payee is in the account's own country, in minor units."""

CAPS_ABROAD_MINOR: Final[Mapping[str, int]] = MappingProxyType(
    {"AUD": 100_00, "CAD": 90_00, "CHF": 100_00, "EUR": 70_00, "GBP": 60_00, "JPY": 8000, "USD": 90_00}
)
"""The same of a payee in another country."""
