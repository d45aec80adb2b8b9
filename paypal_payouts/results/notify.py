"""The result of `notify`."""

from typing import Annotated, Self

from msgspec import Meta

from paypal_payouts.domain.notify import NotifyEvent, NotifyReport
from paypal_payouts.results.values import JsonStruct


class TargetJson(JsonStruct, frozen=True):
    """One of those who are told how commands end."""

    name: Annotated[str, Meta(description="The name of the target.")]
    events: Annotated[
        list[NotifyEvent],
        Meta(description="What it is notified of."),
    ]
    problem: Annotated[str | None, Meta(description="Why it was not, or cannot be, told; null where all is well.")]


class NotifyJson(JsonStruct, frozen=True):
    """The result of `notify`."""

    test: Annotated[bool, Meta(description="Whether each was sent a message.")]
    targets: Annotated[list[TargetJson], Meta(description="Who is told, in the order of the configuration.")]

    @classmethod
    def of(cls, report: NotifyReport) -> Self:
        """Show who is notified of which events."""
        return cls.taken(
            report, targets=[TargetJson.taken(target, events=list(target.events)) for target in report.targets]
        )
