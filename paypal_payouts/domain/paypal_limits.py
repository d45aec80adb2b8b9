"""How much PayPal documents as the most for one payment: its pages differ, and it raises them on request.

So what is above is a warning, and refused by nobody but PayPal. Sources: developer.paypal.com/payouts/fees, as public
code quotes it (registered and unregistered payees); older pages have the lower figure for all of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

from paypal_payouts.domain.findings import Notice
from paypal_payouts.domain.money import grouped_amount
from paypal_payouts.domain.outline import ToPay
from paypal_payouts.domain.words import counted


class ItemLimit(NamedTuple):
    """The most for one payment in a currency, in minor units."""

    registered: int
    """To payees with a PayPal account."""
    unregistered: int


ITEM_LIMITS: Final[Mapping[str, ItemLimit]] = MappingProxyType(
    {"GBP": ItemLimit(50_000_00, 15_000_00), "USD": ItemLimit(60_000_00, 20_000_00)}
)


def above_limits(to_pay: Sequence[ToPay]) -> Iterator[Notice]:
    """Warn of items that PayPal is documented to refuse."""
    for sums in to_pay:
        limit = ITEM_LIMITS.get(sums.currency)
        if limit is None:
            continue
        most, unregistered = (f"{grouped_amount(minor, sums.currency)} {sums.currency}" for minor in limit)
        if sums.above_limit:
            yield Notice(
                "above_paypal_limit",
                f"{counted(sums.above_limit, 'item')} above {most}, which PayPal documents as the most for one "
                "payment: it refuses them unless it has raised your limit.",
            )
        if sums.above_unregistered_limit:
            yield Notice(
                "above_paypal_limit",
                f"{counted(sums.above_unregistered_limit, 'item')} above {unregistered}, which PayPal documents as the "
                "most for payees who have no PayPal account: it refuses those that are such, unless it has raised your "
                "limit.",
            )
