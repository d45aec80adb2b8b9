"""The result of `audit`."""

from typing import Annotated, Any, Self

from msgspec import Meta

from paypal_payouts.domain.audit import AuditReport
from paypal_payouts.domain.report import Origin
from paypal_payouts.results.values import BatchText, Count, CycleText, JsonStruct, OfAccountJson, Time


class AuditEventJson(JsonStruct, frozen=True):
    """One line of the trail."""

    at: Annotated[Time, Meta(description="When.")]
    cycle: Annotated[CycleText | None, Meta(description="The cycle; null where it is about none.")]
    batch: Annotated[BatchText | None, Meta(description="The batch; null where it is about none.")]
    item_id: Annotated[str | None, Meta(description="The item; null where it is about none.")]
    actor: Annotated[
        str, Meta(description="Who: user and host, and in brackets whom else he names; or a process, or `paypal`.")
    ]
    action: Annotated[str, Meta(description="What, in one word.")]
    from_state: Annotated[str | None, Meta(description="The state before; null where none changed.")]
    to_state: Annotated[str | None, Meta(description="The state after; null where none changed.")]
    reason: Annotated[
        str | None, Meta(description="Why, in the words of whoever did it; null where nobody gave a reason.")
    ]
    evidence: Annotated[dict[str, Any], Meta(description="What else is known of it; its keys depend on the action.")]


class VerifiedJson(JsonStruct, frozen=True):
    """What of the trail was followed, row by row, and is as this program wrote it."""

    rows: Annotated[Count, Meta(description="How many rows of cycles.")]
    cycles: Annotated[Count, Meta(description="Of how many cycles: the one that was asked about, else all.")]
    rows_of_no_cycle: Annotated[
        Count, Meta(description="How many rows that are about no cycle, such as approvals; always followed, too.")
    ]


class AuditJson(OfAccountJson, frozen=True):
    """The result of `audit`."""

    events: Annotated[list[AuditEventJson], Meta(description="The newest rows of the trail, oldest first.")]
    has_older: Annotated[bool, Meta(description="There are rows before these: `--limit N` shows more.")]
    verified: Annotated[
        VerifiedJson | None,
        Meta(description="What was verified, all of it unbroken; null without --verify, and where it is broken."),
    ]

    @classmethod
    def of(cls, report: AuditReport, origin: Origin) -> Self:
        """Show the trail."""
        return cls(
            **origin._asdict(),
            events=[AuditEventJson.taken(event) for event in report.events],
            has_older=report.has_older,
            verified=None if report.verified is None else VerifiedJson.taken(report.verified),
        )
