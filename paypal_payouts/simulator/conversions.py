"""Payments in a currency of which the sender holds nothing: PayPal converts, and shows what that took."""

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, NamedTuple

from paypal_payouts.simulator.messages import JsonObject
from paypal_payouts.simulator.money import DECIMALS, format_value, parse_value

Rates = Mapping[str, tuple[str, str]]
"""By the currency that is paid: from which one it is converted, and what one unit of it takes of that."""

_NOT_CONVERTED: Final = frozenset({"PENDING", "FAILED", "DENIED"})
_RATE_PLACES: Final = Decimal("0.000001")


class Taken(NamedTuple):
    """What a payment took from the balance of another currency."""

    currency: str
    minor: int


def taken_for(amount_minor: int, currency: str, rates: Rates) -> Taken | None:
    """Return what is taken for an amount, rounded half up; None where its currency is not converted."""
    if currency not in rates:
        return None
    source, rate = rates[currency]
    units = Decimal(amount_minor).scaleb(-DECIMALS[currency]) * Decimal(rate)
    return Taken(source, int(units.scaleb(DECIMALS[source]).to_integral_value(ROUND_HALF_UP)))


def debits_of(amount_minor: int, fee_minor: int, currency: str, rates: Rates) -> dict[str, int]:
    """Return what a payment and its fee take from each balance."""
    taken = taken_for(amount_minor, currency, rates)
    if taken is None:
        return {currency: amount_minor + fee_minor}
    return {taken.currency: taken.minor, currency: fee_minor}


def show_conversions(items: Iterable[JsonObject], rates: Rates) -> None:
    """Add to items as they are shown what their payment took from another currency."""
    for item in items:
        paid = item["payout_item"]["amount"]
        if paid["currency"] not in rates or item.get("transaction_status", "PENDING") in _NOT_CONVERTED:
            continue
        taken = taken_for(parse_value(paid["value"], paid["currency"]) or 0, paid["currency"], rates)
        if taken is not None:
            rate = (1 / Decimal(rates[paid["currency"]][1])).quantize(_RATE_PLACES, ROUND_HALF_UP)
            item["currency_conversion"] = {
                "from_amount": {"currency": taken.currency, "value": format_value(taken.minor, taken.currency)},
                "to_amount": dict(paid),
                "exchange_rate": str(rate),
            }
