"""The reports of `override`."""

from collections.abc import Sequence
from datetime import datetime

from paypal_payouts.domain.advice import BatchReport
from paypal_payouts.domain.identity import BatchName
from paypal_payouts.domain.item import ItemReport
from paypal_payouts.domain.outlook import ReportWithOutlook
from paypal_payouts.domain.sides import BothSides, Side


class OverrideReport(ReportWithOutlook, frozen=True):
    """The result of `override`."""

    batch: BatchReport
    """The batch, or that of the item."""
    from_status: str
    """The status of the batch, the state of the item, or `conflict`."""
    to_status: str
    """As `from_status`, or `acknowledged`."""
    operator: str
    reason: str
    item: ItemReport | None = None
    """The item; None where a batch was moved."""
    differences: Sequence[BothSides] = ()
    """What PayPal's batch says differently than ours did before."""
    takes_theirs: bool = False
    """Whether our rows have become what PayPal has where they differ."""

    @property
    def rows_to_write(self) -> Sequence[tuple[str, str]]:
        """Items, each with what the cycle's file must say of it from now on, to be the same as what is stored."""
        if not self.takes_theirs:
            return []
        return [(item_id, _words(ours, theirs)) for item_id, ours, theirs in self.differences if theirs is not None]


def _words(ours: Side | None, theirs: Side) -> str:
    """Return who got it; the amount too, unless it is the one of our row."""
    return theirs.receiver if ours is not None and ours[1:] == theirs[1:] else theirs.words()


class LostSendsReport(ReportWithOutlook, frozen=True):
    """The result of `override` for a batch of which the sent log alone knows sends: a person gave them up."""

    batch: BatchName
    sent_at: Sequence[datetime]
    operator: str
    reason: str
