"""What a plan comes to, in the result of `preview`."""

from typing import Annotated, Self

from msgspec import Meta

from paypal_payouts.domain.funding import Funding, fundings
from paypal_payouts.domain.money import format_amount
from paypal_payouts.domain.outline import CurrencyChange, CycleDifference, LargeItem, Outline, ToPay, percent
from paypal_payouts.domain.payer import Balances
from paypal_payouts.results.values import Amount, Count, Currency, CycleText, JsonStruct, Time

Percent = Annotated[float | None, Meta(description="By how many per cent it has changed; null where it was nothing.")]


class ToPayJson(JsonStruct, frozen=True):
    """What would be sent now in one currency."""

    currency: Currency
    items: Annotated[Count, Meta(description="How many.")]
    payees: Annotated[Count, Meta(description="How many people: by payee_id, else by receiver.")]
    amount: Annotated[Amount, Meta(description="What they come to.")]
    fees_estimate: Annotated[
        Amount, Meta(description="What PayPal will probably charge on top, by its documented rates: an estimate.")
    ]
    fees_estimate_abroad: Annotated[
        Amount, Meta(description="The same where all payees are in other countries than the account, by their caps.")
    ]

    @classmethod
    def of(cls, sums: ToPay) -> Self:
        """Write the sums of one currency."""
        amount, fees, abroad = (
            format_amount(minor, sums.currency)
            for minor in (sums.amount_minor, sums.fees_minor, sums.fees_abroad_minor)
        )
        return cls.taken(sums, amount=amount, fees_estimate=fees, fees_estimate_abroad=abroad)


class LargeItemJson(JsonStruct, frozen=True):
    """An item that would be sent."""

    item_id: Annotated[str, Meta(description="The item.")]
    receiver: Annotated[str, Meta(description="Who is paid.")]
    amount: Annotated[Amount, Meta(description="How much.")]
    currency: Currency

    @classmethod
    def of(cls, payment: LargeItem) -> Self:
        """Write one item."""
        return cls.taken(payment, amount=format_amount(payment.amount_minor, payment.currency))


class CurrencyChangeJson(JsonStruct, frozen=True):
    """One currency of the input beside the same of the last finished cycle."""

    currency: Currency
    payees: Annotated[Count, Meta(description="People in the input.")]
    payees_before: Annotated[Count, Meta(description="People in that cycle.")]
    payees_percent: Percent
    amount: Annotated[Amount, Meta(description="What the input comes to.")]
    amount_before: Annotated[Amount, Meta(description="What that cycle came to.")]
    amount_percent: Percent

    @classmethod
    def of(cls, change: CurrencyChange) -> Self:
        """Write both, and by how much they differ."""
        return cls.taken(
            change,
            payees_percent=percent(change.payees, change.payees_before),
            amount=format_amount(change.amount_minor, change.currency),
            amount_before=format_amount(change.amount_before_minor, change.currency),
            amount_percent=percent(change.amount_minor, change.amount_before_minor),
        )


class NewReceiverJson(JsonStruct, frozen=True):
    """A receiver that the last finished cycle did not pay."""

    item_id: Annotated[str, Meta(description="An item that it would get.")]
    receiver: Annotated[str, Meta(description="Who would be paid.")]
    before: Annotated[
        str | None, Meta(description="Where that cycle paid the same payee; null where it did not know the payee.")
    ]


class GoneReceiverJson(JsonStruct, frozen=True):
    """A receiver that the last finished cycle paid, and that no row has."""

    item_id: Annotated[str, Meta(description="An item that it got.")]
    receiver: Annotated[str, Meta(description="Who was paid.")]


class CycleDifferenceJson(JsonStruct, frozen=True):
    """What the input has otherwise than the last finished cycle."""

    cycle: CycleText
    by_currency: Annotated[list[CurrencyChangeJson], Meta(description="Payees and amounts, by currency.")]
    new_receivers: Annotated[Count, Meta(description="Receivers of payees whom that cycle did not know.")]
    changed_receivers: Annotated[Count, Meta(description="Receivers of payees whom that cycle paid at another one.")]
    receivers: Annotated[list[NewReceiverJson], Meta(description="The first 20 of both, changed ones first.")]
    gone_receivers: Annotated[Count, Meta(description="Receivers without a payee_id that are paid nothing now.")]
    gone: Annotated[list[GoneReceiverJson], Meta(description="The first 20 of these.")]
    same_rows: Annotated[
        Count, Meta(description="Rows that are in that cycle, too: the same item_id, receiver, amount and currency.")
    ]

    @classmethod
    def of(cls, difference: CycleDifference) -> Self:
        """Write what differs."""
        return cls.taken(
            difference,
            by_currency=[CurrencyChangeJson.of(change) for change in difference.changes],
            new_receivers=difference.new,
            changed_receivers=difference.changed,
            receivers=[NewReceiverJson.taken(each) for each in difference.receivers],
            gone_receivers=difference.gone,
            gone=[GoneReceiverJson.taken(each) for each in difference.gone_receivers],
            same_rows=difference.same,
        )


class PayerJson(JsonStruct, frozen=True):
    """The PayPal account that pays."""

    client_id: Annotated[str, Meta(description="The first letters of the app's client id.")]
    app_id: Annotated[str | None, Meta(description="PayPal's own id of the app; null where it does not say.")]
    payer_id: Annotated[
        str | None, Meta(description="PayPal's own id of the account; null where the app may not read balances.")
    ]


class FundingJson(JsonStruct, frozen=True):
    """One currency of the plan beside the balance."""

    currency: Currency
    available: Annotated[
        Amount | None, Meta(description="What PayPal says is available; null where it does not say so.")
    ]
    needed: Annotated[Amount, Meta(description="The items, with the estimated fees.")]
    missing: Annotated[Amount, Meta(description="By how much the balance falls short; 0 where that is not known.")]

    @classmethod
    def of(cls, funding: Funding) -> Self:
        """Write one currency."""
        available, needed, missing = (
            None if minor is None else format_amount(minor, funding.currency)
            for minor in (funding.available_minor, funding.needed_minor, funding.missing_minor)
        )
        return cls.taken(funding, available=available, needed=needed, missing=missing)


class BalancesJson(JsonStruct, frozen=True):
    """The balances of the account beside the plan; they may be three hours behind."""

    as_of: Annotated[Time | None, Meta(description="What moment they are of; null where PayPal does not say so.")]
    refreshed_at: Annotated[Time | None, Meta(description="When PayPal last counted them; null as above.")]
    by_currency: Annotated[list[FundingJson], Meta(description="Each currency that would be sent.")]

    @classmethod
    def of(cls, outline: Outline, balances: Balances) -> Self:
        """Write the balances of what would be sent."""
        return cls.taken(balances, by_currency=[FundingJson.of(each) for each in fundings(outline.to_pay, balances)])


class PlanJson(JsonStruct, frozen=True):
    """What `run` would do now, added up."""

    to_pay: Annotated[list[ToPayJson], Meta(description="What would be sent, by currency; empty where nothing would.")]
    largest: Annotated[list[LargeItemJson], Meta(description="The five largest items of each currency.")]
    new: Annotated[Count, Meta(description="Rows that are not stored yet.")]
    changed: Annotated[Count, Meta(description="Rows that are stored otherwise.")]
    unchanged: Annotated[Count, Meta(description="Rows that are as they are stored.")]
    missing: Annotated[Count, Meta(description="Stored items of which the input has no row.")]
    last_finished: Annotated[
        CycleDifferenceJson | None,
        Meta(description="The input beside the last finished cycle; null where there is none."),
    ]
    payer: Annotated[
        PayerJson | None,
        Meta(description="Who pays; null where PayPal was not asked (nothing to send, simulator) or gave no answer."),
    ]
    balances: Annotated[
        BalancesJson | None, Meta(description="What is in the account; null where PayPal does not tell it to this app.")
    ]

    @classmethod
    def of(cls, outline: Outline) -> Self:
        """Write all of it."""
        balances = None if outline.payer is None else outline.payer.balances
        return cls.taken(
            outline,
            to_pay=[ToPayJson.of(sums) for sums in outline.to_pay],
            largest=[LargeItemJson.of(payment) for payment in outline.largest],
            last_finished=None if outline.difference is None else CycleDifferenceJson.of(outline.difference),
            payer=None if outline.payer is None else PayerJson.taken(outline.payer),
            balances=None if balances is None else BalancesJson.of(outline, balances),
        )
