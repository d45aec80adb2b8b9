"""Payments in a currency of which the sender holds nothing: PayPal converts, and shows what that took."""

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from paypal_payouts.simulator.messages import JsonObject
from paypal_payouts.simulator.money import DECIMALS

Rates = Mapping[str, tuple[str, str]]
"""By the currency that is paid: from which one it is converted, and what one unit of it takes of that."""

_NOT_CONVERTED: Final = frozenset({"PENDING", "FAILED", "DENIED"})
_RATE_PLACES: Final = Decimal("0.000001")


def show_conversions(items: Iterable[JsonObject], rates: Rates) -> None:
    """Add to items as they are shown what their payment took from another currency."""
    for item in items:
        paid = item["payout_item"]["amount"]
        if paid["currency"] in rates and item.get("transaction_status", "PENDING") not in _NOT_CONVERTED:
            item["currency_conversion"] = _conversion(paid, *rates[paid["currency"]])


def _conversion(paid: JsonObject, source: str, rate: str) -> JsonObject:
    taken = (Decimal(paid["value"]) * Decimal(rate)).quantize(Decimal(1).scaleb(-DECIMALS[source]), ROUND_HALF_UP)
    shown_rate = (1 / Decimal(rate)).quantize(_RATE_PLACES, ROUND_HALF_UP)
    return {
        "from_amount": {"currency": source, "value": str(taken)},
        "to_amount": dict(paid),
        "exchange_rate": str(shown_rate),
    }
