"""The result of `run`, `preview` and `retry`, and that of `run --open`."""

from collections.abc import Iterable
from typing import Annotated, Self

from msgspec import Meta

from paypal_payouts.domain.report import Continued, OpenRunReport, Origin, RunReport
from paypal_payouts.domain.verdict import RunOutcome
from paypal_payouts.results.batch import (
    BatchJson,
    NextCommands,
    OpenBatches,
    next_commands,
    open_batches,
)
from paypal_payouts.results.error import ErrorJson
from paypal_payouts.results.item import ItemJson
from paypal_payouts.results.plan import PlanJson
from paypal_payouts.results.totals import TotalJson, Totals, WarningJson, Warnings, state_counts
from paypal_payouts.results.values import (
    AccountText,
    Count,
    CycleText,
    Digest,
    Environment,
    ExitCode,
    JsonStruct,
    OfAccountJson,
    StateCounts,
    Time,
)


class SkippedJson(JsonStruct, frozen=True):
    """An item that was left out."""

    item_id: Annotated[str, Meta(description="The item.")]
    reason: Annotated[str, Meta(description="Why.")]


class InvalidJson(JsonStruct, frozen=True):
    """A bad place of the input."""

    line: Annotated[Count, Meta(description="The line of the file.")]
    column: Annotated[str | None, Meta(description="The column; null where the whole line is meant.")]
    value: Annotated[str, Meta(description="What stands there.")]
    problem: Annotated[str, Meta(description="What is wrong.")]
    expected: Annotated[str, Meta(description="What would be right.")]


class RunJson(JsonStruct, frozen=True):
    """The result of `run`, `preview` and `retry`."""

    cycle: CycleText
    environment: Environment
    account: AccountText
    generated_at: Annotated[Time, Meta(description="When this was put together.")]
    outcome: Annotated[RunOutcome, Meta(description="What it came to.")]
    plan_digest: Annotated[
        Digest | None,
        Meta(description="SHA-256 of what is meant to be paid, the same before and after sending; null from `retry`."),
    ]
    items: StateCounts
    totals: Totals
    open: OpenBatches
    next: NextCommands
    batches: Annotated[list[BatchJson], Meta(description="Every batch of the cycle.")]
    skipped: Annotated[list[SkippedJson], Meta(description="Items that were left out.")]
    invalid: Annotated[list[InvalidJson], Meta(description="Rows that --skip-invalid left out.")]
    warnings: Warnings
    plan: Annotated[PlanJson | None, Meta(description="What `run` would send, added up; null but from `preview`.")]
    item_rows: Annotated[
        Iterable[ItemJson] | None,
        Meta(description="Every item as it is, or would be, stored; null but from `preview --items`."),
    ]

    @classmethod
    def of(cls, report: RunReport, **others: object) -> Self:
        """Show what a cycle came to, with what else is known of it."""
        return cls.taken(
            report,
            items=state_counts(report.items),
            totals=[TotalJson.of(total) for total in report.totals],
            open=open_batches(report.outlook),
            next=next_commands(report.outlook),
            batches=[*map(BatchJson.of, report.batches), *map(BatchJson.of, report.planned)],
            skipped=[SkippedJson.taken(skipped) for skipped in report.skipped],
            invalid=[InvalidJson.taken(bad) for bad in report.invalid],
            warnings=[WarningJson.taken(notice) for notice in report.warnings],
            plan=None if report.outline is None else PlanJson.of(report.outline),
            item_rows=None if report.item_rows is None else map(ItemJson.of, report.item_rows),
            **others,
        )


class ContinuedJson(RunJson, frozen=True):
    """The result of `run` for one cycle, and how it ended."""

    exit_code: Annotated[ExitCode, Meta(description="The exit code of `run` for this cycle.")]
    error: Annotated[ErrorJson | None, Meta(description="What stopped this cycle; null at the exit codes 0, 5 and 6.")]

    @classmethod
    def of_continued(cls, continued: Continued) -> Self:
        """Show one cycle as `run` would have ended for it."""
        code = continued.exit_code
        return cls.of(continued.report, exit_code=code, error=ErrorJson.of(continued.error, code))


class OpenRunJson(OfAccountJson, frozen=True):
    """The result of `run --open`."""

    cycles: Annotated[list[ContinuedJson], Meta(description="Every cycle that was continued, the oldest first.")]
    warnings: Annotated[
        list[WarningJson],
        Meta(description="What does not stop the command: cycles that wait for corrected rows."),
    ]
    open: OpenBatches
    next: NextCommands

    @classmethod
    def of(cls, report: OpenRunReport, origin: Origin) -> Self:
        """Show every cycle that was continued."""
        cycles = [ContinuedJson.of_continued(cycle) for cycle in report.cycles]
        return cls(
            **origin._asdict(),
            cycles=cycles,
            warnings=[WarningJson.taken(notice) for notice in report.warnings],
            open=[batch for cycle in cycles for batch in cycle.open],
            next=list(dict.fromkeys(command for cycle in cycles for command in cycle.next)),
        )
