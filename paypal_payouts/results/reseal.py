"""The result of `reseal`."""

from typing import Annotated, Self

from msgspec import Meta

from paypal_payouts.domain.report import Origin, ResealReport
from paypal_payouts.results.values import OfAccountJson, Operator, Reason


class ResealJson(OfAccountJson, frozen=True):
    """The result of `reseal`."""

    batches: Annotated[int, Meta(description="How many batches were sealed as they stand, with their items.")]
    key_file: Annotated[str, Meta(description="The file of the key that they are sealed with.")]
    operator: Operator
    reason: Reason

    @classmethod
    def of(cls, report: ResealReport, origin: Origin) -> Self:
        """Show what was vouched for."""
        return cls.taken(report, **origin._asdict())
