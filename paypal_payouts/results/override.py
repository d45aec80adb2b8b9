"""The result of `override`."""

from typing import Annotated, Final, Literal, Self

from msgspec import Meta

from paypal_payouts.domain.money import format_amount
from paypal_payouts.domain.override import LostSendsReport, OverrideReport
from paypal_payouts.domain.report import Origin
from paypal_payouts.domain.sides import BothSides, Side
from paypal_payouts.domain.states import ACKNOWLEDGED, CONFLICT, BatchStatus, ItemState
from paypal_payouts.results.batch import BatchJson, WithOutlookJson, outlook_keys
from paypal_payouts.results.item import ItemJson
from paypal_payouts.results.values import Amount, Currency, JsonStruct, Operator, Reason

_STATES: Final = list(dict.fromkeys([*BatchStatus, *ItemState]))


class SideJson(JsonStruct, frozen=True):
    """Who gets how much, by one of two records."""

    receiver: Annotated[str, Meta(description="Who gets it.")]
    amount: Annotated[Amount, Meta(description="How much.")]
    currency: Currency

    @classmethod
    def of(cls, side: Side | None) -> Self | None:
        """Show what a record has of an item, where it has it."""
        if side is None:
            return None
        return cls.taken(side, amount=format_amount(side.amount_minor, side.currency))


class DifferenceJson(JsonStruct, frozen=True):
    """An item that PayPal's batch does not say as ours did."""

    item_id: Annotated[str, Meta(description="Which item.")]
    ours: Annotated[SideJson | None, Meta(description="What we had of it before; null where we did not have it.")]
    theirs: Annotated[SideJson | None, Meta(description="What PayPal has of it; null where it does not have it.")]

    @classmethod
    def of(cls, both: BothSides) -> Self:
        """Show both records of an item."""
        return cls(item_id=both.item_id, ours=SideJson.of(both.ours), theirs=SideJson.of(both.theirs))


class OverrideJson(WithOutlookJson, frozen=True):
    """The result of `override`."""

    batch: Annotated[BatchJson, Meta(description="The batch as it stands now; where an item was moved, its batch.")]
    item: Annotated[ItemJson | None, Meta(description="The item as it stands now; null where a batch was moved.")]
    from_status: Annotated[
        str,
        Meta(
            description="The status of the batch before, or the state of the item; `conflict` where conflicts of an "
            "item were acknowledged.",
            extra_json_schema={"enum": [*_STATES, CONFLICT]},
        ),
    ]
    to_status: Annotated[
        str,
        Meta(
            description="The status of the batch after, or the state of the item; `acknowledged` where conflicts of "
            "an item were.",
            extra_json_schema={"enum": [*_STATES, ACKNOWLEDGED]},
        ),
    ]
    differences: Annotated[
        list[DifferenceJson],
        Meta(description="With --to accepted: the items that PayPal's batch did not say as ours did."),
    ]
    operator: Operator
    reason: Reason

    @classmethod
    def of(cls, report: OverrideReport, origin: Origin) -> Self:
        """Show what was moved."""
        return cls.taken(
            report,
            **origin._asdict(),
            **outlook_keys(report.outlook),
            batch=BatchJson.of(report.batch),
            item=None if report.item is None else ItemJson.of(report.item),
            differences=[DifferenceJson.of(both) for both in report.differences],
        )


class LostSendsJson(WithOutlookJson, frozen=True):
    """The result of `override` for a batch that the sent log alone knows."""

    batch: Annotated[None, Meta(description="The database does not have it.")]
    item: Annotated[None, Meta(description="No item was moved.")]
    from_status: Annotated[None, Meta(description="It had no status.")]
    to_status: Annotated[Literal["abandoned"], Meta(description="It was given up.")]
    operator: Operator
    reason: Reason
    differences: Annotated[list[DifferenceJson], Meta(description="None: an empty list.")]

    @classmethod
    def of(cls, report: LostSendsReport, origin: Origin) -> Self:
        """Show that these sends were given up."""
        return cls.taken(
            report,
            **origin._asdict(),
            **outlook_keys(report.outlook),
            batch=None,
            item=None,
            from_status=None,
            to_status=BatchStatus.ABANDONED,
            differences=[],
        )
