"""What a cycle comes to, and what is to be known beside it."""

from collections.abc import Mapping
from typing import Annotated, Self

from msgspec import Meta

from paypal_payouts.domain.money import format_amount
from paypal_payouts.domain.states import ItemState
from paypal_payouts.domain.totals import Total
from paypal_payouts.results.values import Amount, Count, Currency, JsonStruct, amount


class TotalJson(JsonStruct, frozen=True):
    """The items of one currency: what is owed, and where the money of it is.

    amount + surplus = paid + unpaid + open + unknown + closed.
    """

    currency: Currency
    items: Annotated[Count, Meta(description="How many.")]
    amount: Annotated[Amount, Meta(description="What they come to.")]
    paid: Annotated[Amount, Meta(description="What arrived.")]
    unpaid: Annotated[Amount, Meta(description="Proven not paid, given back, or never sent.")]
    open: Annotated[Amount, Meta(description="On its way: PayPal has not said its last word.")]
    unknown: Annotated[
        Amount,
        Meta(description="Sent without an answer, in review, or in a state that PayPal never documented."),
    ]
    closed: Annotated[Amount, Meta(description="Not owed: a person decided so.")]
    surplus: Annotated[Amount, Meta(description="What was paid, or is on its way, beyond what is owed.")]
    fees: Annotated[
        Amount | None,
        Meta(description="What PayPal charged for every payment, earlier ones of an item too; null until it says so."),
    ]
    debited: Annotated[
        dict[str, Amount] | None,
        Meta(description="What left the balances, fees apart, by the currency it was taken from; null until it did."),
    ]

    @classmethod
    def of(cls, total: Total) -> Self:
        """Write the sums of one currency."""
        parts = ("amount", "paid", "unpaid", "open", "unknown", "closed", "surplus")
        return cls.taken(
            total,
            **{part: format_amount(getattr(total, f"{part}_minor"), total.currency) for part in parts},
            fees=amount(total.fees_minor, total.currency),
            debited=None
            if total.debited_minor is None
            else {currency: format_amount(minor, currency) for currency, minor in total.debited_minor.items()},
        )


Totals = Annotated[list[TotalJson], Meta(description="By currency.")]


class WarningJson(JsonStruct, frozen=True):
    """What does not stop a command."""

    code: Annotated[str, Meta(description="Its kind, in one word.", pattern="^[a-z_]+$")]
    message: Annotated[str, Meta(description="What to know.")]


Warnings = Annotated[list[WarningJson], Meta(description="What does not stop the command.")]


def state_counts(states: Mapping[ItemState, int]) -> dict[ItemState, int]:
    """Count by state, in the order in which states are declared; what is 0 is left out."""
    return {state: states[state] for state in ItemState if states.get(state)}
