"""One payment of an item, wherever items are listed; its keys are the columns of the CSV form, too."""

from typing import Annotated, Self

from msgspec import Meta

from paypal_payouts.domain.item import ItemReport
from paypal_payouts.domain.money import format_amount
from paypal_payouts.domain.states import ItemState
from paypal_payouts.results.values import (
    Amount,
    AtLeastOne,
    BatchText,
    Currency,
    FailureClass,
    JsonStruct,
    Time,
    amount,
)


class ItemJson(JsonStruct, frozen=True):
    """One payment of an item."""

    item_id: Annotated[str, Meta(description="The operator's own key of the debt.")]
    batch: Annotated[BatchText, Meta(description="The batch that it went out in.")]
    attempt: Annotated[AtLeastOne, Meta(description="The attempt of that batch.")]
    receiver: Annotated[str, Meta(description="Who is paid.")]
    amount: Annotated[Amount, Meta(description="How much.")]
    currency: Currency
    fee: Annotated[Amount | None, Meta(description="What PayPal charged; null until it says so.")]
    state: ItemState
    raw_state: Annotated[str | None, Meta(description="PayPal's own word; null until it has said one.")]
    paypal_item_id: Annotated[str | None, Meta(description="PayPal's id of it; null until PayPal has it.")]
    transaction_id: Annotated[str | None, Meta(description="PayPal's id of the money's way; null until there is one.")]
    error_code: Annotated[str | None, Meta(description="PayPal's name for what went wrong; null where nothing did.")]
    error_message: Annotated[str | None, Meta(description="PayPal's words for it.")]
    error_class: FailureClass
    updated_at: Annotated[Time, Meta(description="When it last changed here.")]
    activity_id: Annotated[str | None, Meta(description="PayPal's id for both sides of the payment.")]
    time_processed: Annotated[Time | None, Meta(description="When PayPal last processed it; null until it says so.")]
    debited: Annotated[
        Amount | None,
        Meta(description="What it took from the balance of another currency; null where nothing was converted."),
    ]
    debited_currency: Annotated[str | None, Meta(description="The code of that currency.")]
    exchange_rate: Annotated[str | None, Meta(description="As PayPal writes it.")]

    @classmethod
    def of(cls, item: ItemReport, **others: object) -> Self:
        """Show an item, with what else is known of it."""
        return cls.taken(
            item,
            amount=format_amount(item.amount_minor, item.currency),
            fee=amount(item.fee_minor, item.currency),
            time_processed=item.processed_at,
            debited=None if item.debited_currency is None else amount(item.debited_minor, item.debited_currency),
            **others,
        )
