"""The result of `cancel`."""

from typing import Annotated, Self

from msgspec import Meta

from paypal_payouts.domain.report import CancelReport, Origin
from paypal_payouts.domain.states import ItemState
from paypal_payouts.results.batch import WithOutlookJson, outlook_keys
from paypal_payouts.results.item import ItemJson
from paypal_payouts.results.values import Operator, Reason


class CancelJson(WithOutlookJson, frozen=True):
    """The result of `cancel`."""

    item: Annotated[ItemJson, Meta(description="The item as it stands now.")]
    from_state: Annotated[ItemState, Meta(description="Its state before.")]
    to_state: Annotated[ItemState, Meta(description="Its state after.")]
    operator: Operator
    reason: Reason

    @classmethod
    def of(cls, report: CancelReport, origin: Origin) -> Self:
        """Show what became of the item."""
        return cls.taken(report, **origin._asdict(), **outlook_keys(report.outlook), item=ItemJson.of(report.item))
