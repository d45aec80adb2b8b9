"""The result of `review`."""

from typing import Annotated, Self

from msgspec import Meta

from paypal_payouts.domain.adoption import Difference, DiffersIn, Owed
from paypal_payouts.domain.money import DECIMALS, format_amount
from paypal_payouts.domain.outcome import ItemReading
from paypal_payouts.domain.report import Origin
from paypal_payouts.domain.reviewed import MISSING, ReviewedItem, ReviewReport
from paypal_payouts.results.batch import BatchJson, NextCommands, OpenBatches, OpenBatchJson
from paypal_payouts.results.override import SideJson
from paypal_payouts.results.values import Amount, Count, Currency, JsonStruct, OfAccountJson, amount


class TheirItemJson(JsonStruct, frozen=True):
    """An item as PayPal has it."""

    receiver: Annotated[str | None, Meta(description="Who gets it; null where PayPal does not say.")]
    amount: Annotated[Amount | None, Meta(description="How much; null where it cannot be read.")]
    currency: Annotated[Currency | None, Meta(description="Null where PayPal does not say.")]
    word: Annotated[str | None, Meta(description="PayPal's `transaction_status`, as it came.")]
    paypal_item_id: Annotated[str, Meta(description="PayPal's id of it.")]
    transaction_id: Annotated[str | None, Meta(description="PayPal's id of the transaction; null where there is none.")]

    @classmethod
    def of(cls, item: ItemReading | None) -> Self | None:
        """Show what PayPal has of an item, where it has it."""
        if item is None:
            return None
        known = item.currency if item.currency in DECIMALS else None
        return cls.taken(item, amount=None if known is None else amount(item.amount_minor, known))


class ReviewedItemJson(JsonStruct, frozen=True):
    """An item in both records."""

    item_id: Annotated[str, Meta(description="Which item; `-` where PayPal's has none.")]
    ours: Annotated[SideJson | None, Meta(description="What we sent; null where PayPal alone has it.")]
    theirs: Annotated[
        TheirItemJson | None, Meta(description="What PayPal has; null where it does not show it, or was not read.")
    ]
    differs: Annotated[
        list[str],
        Meta(
            description="In what they differ: `missing` where PayPal does not have it, `item` where we do not, "
            "`payments` where PayPal has it twice; empty where nothing does, or nothing was compared.",
            extra_json_schema={
                "items": {
                    "type": "string",
                    "enum": [
                        *map(str, (DiffersIn.RECEIVER, DiffersIn.AMOUNT, DiffersIn.CURRENCY)),
                        *map(str, (DiffersIn.NOT_OURS, DiffersIn.TWICE)),
                        MISSING,
                    ],
                }
            },
        ),
    ]

    @classmethod
    def of(cls, item: ReviewedItem) -> Self:
        """Show both records of an item."""
        return cls.taken(item, ours=_side(item.ours), theirs=TheirItemJson.of(item.theirs), differs=list(item.differs))


class BatchDifferenceJson(JsonStruct, frozen=True):
    """Something that differs in the batch as a whole."""

    field: Annotated[str, Meta(description="In what, such as `total` or `number of items`.")]
    ours: Annotated[str | None, Meta(description="What we have.")]
    theirs: Annotated[str, Meta(description="What PayPal has.")]

    @classmethod
    def of(cls, difference: Difference) -> Self:
        """Show both texts."""
        return cls.taken(difference, field=difference.field.value)


class MoveJson(JsonStruct, frozen=True):
    """A move by hand from where the batch, or an item of it, stands."""

    to: Annotated[str, Meta(description="Where to.")]
    meaning: Annotated[str, Meta(description="What it does to the money.")]
    open: Annotated[bool, Meta(description="Whether it would be accepted now.")]
    command: Annotated[str | None, Meta(description="The command that makes it; null where it is not open.")]
    why_not: Annotated[str | None, Meta(description="Why it is not open; null where it is.")]


class ReviewJson(OfAccountJson, frozen=True):
    """The result of `review`."""

    batch: BatchJson
    reason: Annotated[str | None, Meta(description="Why a person must decide; null where the batch is not in review.")]
    paypal_batch_id: Annotated[
        str | None, Meta(description="PayPal's batch that was looked at; null where none is known.")
    ]
    paypal_status: Annotated[str | None, Meta(description="PayPal's `batch_status` of it, as it came.")]
    compared: Annotated[bool, Meta(description="Whether everything was compared.")]
    not_compared: Annotated[str | None, Meta(description="Why not; null where everything was.")]
    differing: Annotated[Count, Meta(description="How many items differ.")]
    batch_differences: Annotated[list[BatchDifferenceJson], Meta(description="What differs in the batch as a whole.")]
    items: Annotated[list[ReviewedItemJson], Meta(description="Every item of either record.")]
    moves: Annotated[list[MoveJson], Meta(description="What a person can do, now or later.")]
    open: OpenBatches
    next: NextCommands

    @classmethod
    def of(cls, report: ReviewReport, origin: Origin) -> Self:
        """Show both records and the moves."""
        return cls.taken(
            report,
            **origin._asdict(),
            batch=BatchJson.of(report.batch),
            reason=report.batch.record.review_reason,
            compared=report.not_compared is None,
            differing=len(report.differing),
            batch_differences=[BatchDifferenceJson.of(each) for each in report.of_the_batch],
            items=[ReviewedItemJson.of(item) for item in report.items],
            moves=[MoveJson.taken(move, open=move.command is not None) for move in report.moves],
            open=[OpenBatchJson.taken(each) for each in report.open],
            next=list(report.next),
        )


def _side(owed: Owed | None) -> SideJson | None:
    if owed is None:
        return None
    return SideJson(
        receiver=owed.receiver, amount=format_amount(owed.amount_minor, owed.currency), currency=owed.currency
    )
