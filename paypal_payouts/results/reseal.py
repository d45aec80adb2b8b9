"""The result of `reseal`."""

from typing import Annotated, Self

from msgspec import Meta

from paypal_payouts.domain.report import ResealReport
from paypal_payouts.results.values import JsonStruct, Operator, Reason


class ResealJson(JsonStruct, frozen=True):
    """The result of `reseal`."""

    batches: Annotated[int, Meta(description="How many batches were sealed as they stand, with their items.")]
    key_file: Annotated[str, Meta(description="The file of the key that they are sealed with.")]
    operator: Operator
    reason: Reason

    @classmethod
    def of(cls, report: ResealReport) -> Self:
        """Show what was vouched for."""
        return cls.taken(report)
