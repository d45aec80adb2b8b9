"""A plan beside the balances of the account that pays: what is missing, by currency."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from paypal_payouts.domain.findings import Notice
from paypal_payouts.domain.money import grouped_amount
from paypal_payouts.domain.outline import ToPay
from paypal_payouts.domain.payer import Balances, Payer
from paypal_payouts.domain.words import utc_minute


class Funds(NamedTuple):
    """What a question is about, by currency, beside the account that pays."""

    to_pay: Sequence[ToPay]
    payer: Payer

    def notices(self) -> Iterator[Notice]:
        """Warn of each currency in which the balance falls short, where PayPal tells it."""
        if self.payer.balances is not None:
            yield from low_balances(self.to_pay, self.payer.balances)


class Funding(NamedTuple):
    """One currency of a plan beside the balance, in minor units."""

    currency: str
    available_minor: int | None
    """None where PayPal does not say so."""
    needed_minor: int
    """The items, with the estimated fees."""

    @property
    def missing_minor(self) -> int:
        """By how much the balance falls short; 0 where it does not, or is not known."""
        return 0 if self.available_minor is None else max(0, self.needed_minor - self.available_minor)


def fundings(to_pay: Sequence[ToPay], balances: Balances) -> list[Funding]:
    """Put what a plan needs in each currency beside what is available."""
    return [
        Funding(sums.currency, balances.available_in(sums.currency), sums.amount_minor + sums.fees_minor)
        for sums in to_pay
    ]


def low_balances(to_pay: Sequence[ToPay], balances: Balances) -> Iterator[Notice]:
    """Warn of each currency in which the balance falls short; PayPal may still pay, from another currency."""
    at = balances.refreshed_at or balances.as_of
    when = "" if at is None else f" ({utc_minute(at)})"
    for each in fundings(to_pay, balances):
        if each.missing_minor and each.available_minor is not None:
            available, needed, missing = (
                f"{grouped_amount(minor, each.currency)} {each.currency}"
                for minor in (each.available_minor, each.needed_minor, each.missing_minor)
            )
            yield Notice(
                "low_balance",
                f"PayPal's balance is {available}{when}, and {needed} are needed with the estimated fees: {missing} "
                "are missing. PayPal then converts from another currency, at its own rate, where your account allows "
                "that; else it refuses the batch and pays nothing of it.",
            )
