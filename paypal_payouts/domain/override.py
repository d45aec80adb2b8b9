"""The reports of `override`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from paypal_payouts.domain.advice import BatchReport
from paypal_payouts.domain.identity import BatchName
from paypal_payouts.domain.item import ItemReport
from paypal_payouts.domain.outlook import ReportWithOutlook
from paypal_payouts.domain.sides import BothSides


@dataclass(frozen=True, slots=True)
class OverrideReport(ReportWithOutlook):
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


@dataclass(frozen=True, slots=True)
class LostSendsReport(ReportWithOutlook):
    """The result of `override` for a batch of which the sent log alone knows sends: a person gave them up."""

    batch: BatchName
    sent_at: Sequence[datetime]
    operator: str
    reason: str
