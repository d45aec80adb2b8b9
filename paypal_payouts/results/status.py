"""The result of `status`, of cycles or of one batch."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Literal, Self

from msgspec import Meta

from paypal_payouts.domain.archive import Archive
from paypal_payouts.domain.item import ErrorCount, ItemReport
from paypal_payouts.domain.outcome import AttemptOutcome
from paypal_payouts.domain.paid_otherwise import PaidOtherwise
from paypal_payouts.domain.report import Origin
from paypal_payouts.domain.states import ItemState
from paypal_payouts.domain.status import BatchStatusReport, CycleReport, Exported, StatusReport
from paypal_payouts.domain.verdict import RunOutcome
from paypal_payouts.results.archive import ArchivedCycleJson
from paypal_payouts.results.batch import BatchJson, NextCommands, OpenBatches, next_commands, open_batches
from paypal_payouts.results.item import ItemJson
from paypal_payouts.results.locks import LeaseJson
from paypal_payouts.results.override import SideJson
from paypal_payouts.results.totals import TotalJson, Totals, WarningJson, state_counts
from paypal_payouts.results.values import (
    AccountText,
    AtLeastOne,
    BatchText,
    Count,
    CycleText,
    Environment,
    FailureClass,
    JsonStruct,
    OfAccountJson,
    StateCounts,
    Time,
)


class ConflictJson(JsonStruct, frozen=True):
    """A payment of which PayPal's word contradicts our record."""

    item_id: Annotated[str, Meta(description="The item.")]
    batch: BatchText
    state: ItemState
    word: Annotated[str, Meta(description="PayPal's, as it came.")]
    acknowledged: Annotated[bool, Meta(description="Whether a person has settled it.")]


class ErrorCountJson(JsonStruct, frozen=True):
    """Failures of one kind."""

    kind: Annotated[Literal["item", "send"], Meta(description="What is counted: items, or sends of batches.")]
    state: Annotated[
        str,
        Meta(
            description="What the items are, or how the sends ended.",
            extra_json_schema={"enum": [*ItemState, "refused", "unknown", "not_sent"]},
        ),
    ]
    error_class: FailureClass
    error_code: Annotated[str | None, Meta(description="As it came; null where PayPal named no error.")]
    count: Annotated[AtLeastOne, Meta(description="How many.")]
    who: Annotated[Literal["payee", "us", "paypal", "nobody"], Meta(description="Who has to act.")]
    sentence: Annotated[str, Meta(description="What it means.")]
    link: Annotated[str | None, Meta(description="Where PayPal says more; null where it documents nothing of it.")]


class AttemptJson(JsonStruct, frozen=True):
    """One send of a batch; without an outcome it is open."""

    number: Annotated[AtLeastOne, Meta(description="Which send of the batch, from 1 on.")]
    started_at: Annotated[Time, Meta(description="When its permit was given.")]
    ended_at: Annotated[Time | None, Meta(description="When it was closed; null while it is open.")]
    outcome: Annotated[AttemptOutcome | None, Meta(description="What became of it; null while it is open.")]
    error_code: Annotated[
        str | None,
        Meta(description="PayPal's name for what went wrong, or ours where there is none; null where nothing did."),
    ]
    error_class: FailureClass
    http_status: Annotated[int | None, Meta(description="Of PayPal's answer; null where there was none.")]
    debug_id: Annotated[str | None, Meta(description="What PayPal's support asks for; null where PayPal gave none.")]
    delay_s: Annotated[
        float | None,
        Meta(description="The pause before the next send, in seconds; null where none was meant to follow."),
    ]


class ExportedJson(JsonStruct, frozen=True):
    """A file that items were written to."""

    file: Annotated[str, Meta(description="The file.")]
    items: Annotated[Count, Meta(description="How many items are in it.")]


ItemRows = Annotated[
    Iterable[ItemJson] | None, Meta(description="Null unless items were asked for, and where they are archived.")
]
ErrorCounts = Annotated[
    list[ErrorCountJson] | None, Meta(description="Null unless --errors was given, and where the items are archived.")
]
Archived = Annotated[
    ArchivedCycleJson | None,
    Meta(description="Where the items of the cycle are; null where they are in the database."),
]
Csv = Annotated[ExportedJson | None, Meta(description="Null without --csv.")]


class PaidOtherwiseJson(JsonStruct, frozen=True):
    """A payment that went another way than its row said, and who agreed to that."""

    batch: BatchText
    item_id: Annotated[str, Meta(description="Which item.")]
    ours: Annotated[SideJson | None, Meta(description="What its row said; null where no row had it.")]
    theirs: Annotated[SideJson | None, Meta(description="What PayPal paid.")]
    by: Annotated[str, Meta(description="Who decided that PayPal's batch is ours.")]
    at: Annotated[Time, Meta(description="When.")]

    @classmethod
    def of(cls, found: PaidOtherwise) -> Self:
        """Show both sides of a payment."""
        item_id, ours, theirs = found.sides
        return cls.taken(found, item_id=item_id, ours=SideJson.of(ours), theirs=SideJson.of(theirs))


class CycleJson(JsonStruct, frozen=True):
    """One cycle."""

    cycle: CycleText
    items: StateCounts
    totals: Totals
    open: OpenBatches
    next: NextCommands
    conflicts: Annotated[
        list[ConflictJson], Meta(description="Payments of which PayPal's word contradicts our record.")
    ]
    outcome: Annotated[RunOutcome, Meta(description="What it came to.")]
    exit_code: Annotated[int, Meta(description="What `status --exit-code` ends with for this cycle.")]
    stored_at: Annotated[Time | None, Meta(description="When its first batch was stored; null where it has none.")]
    first_sent_at: Annotated[Time | None, Meta(description="When money of it was first sent; null before.")]
    batches: Annotated[list[BatchJson], Meta(description="Every batch of the cycle.")]
    lock: Annotated[LeaseJson | None, Meta(description="Who holds it; null where nobody does.")]
    item_rows: ItemRows
    errors: ErrorCounts
    warnings: Annotated[
        list[WarningJson], Meta(description="Where the sent log knows sends that the database does not.")
    ]
    archive: Archived
    paid_otherwise: Annotated[
        list[PaidOtherwiseJson] | None,
        Meta(description="Payments that went another way than their rows said; null where no one cycle was named."),
    ]

    @classmethod
    def of(cls, report: CycleReport) -> Self:
        """Show one cycle; its items are read when they are written."""
        return cls.taken(
            report,
            items=state_counts(report.tally.states),
            totals=[TotalJson.of(total) for total in report.tally.totals],
            open=open_batches(report.outlook),
            next=next_commands(report.outlook),
            conflicts=[ConflictJson.taken(conflict) for conflict in report.tally.conflicts],
            outcome=report.verdict.outcome,
            exit_code=report.verdict.exit_code,
            batches=[BatchJson.of(batch) for batch in report.batches],
            lock=None if report.lock is None else LeaseJson.of(report.lock),
            item_rows=_item_rows(report.item_rows),
            errors=_error_counts(report.errors),
            warnings=[WarningJson.taken(notice) for notice in report.warnings],
            archive=_archive(report.archive),
            paid_otherwise=None if report.otherwise is None else _otherwise(report.otherwise),
        )


class StatusJson(JsonStruct, frozen=True):
    """The result of `status [--cycle C]`."""

    environment: Environment
    account: AccountText
    generated_at: Annotated[Time, Meta(description="When this was put together.")]
    cycles: Annotated[
        list[CycleJson],
        Meta(description="Every open cycle and the newest finished ones, or the one that was asked for."),
    ]
    older_cycles: Annotated[Count, Meta(description="Cycles that are not shown.")]
    csv: Csv
    warnings: Annotated[
        list[WarningJson],
        Meta(
            description="Where the sent logs know sends, of any cycle, that the database does not; where there is "
            "neither a configuration nor a database."
        ),
    ]

    @classmethod
    def of(cls, report: StatusReport) -> Self:
        """Show several cycles."""
        return cls.taken(
            report,
            cycles=[CycleJson.of(cycle) for cycle in report.cycles],
            csv=_exported(report.csv),
            warnings=[WarningJson.taken(notice) for notice in report.warnings],
        )


class BatchStatusJson(OfAccountJson, frozen=True):
    """The result of `status BATCH`."""

    batch: BatchJson
    items: StateCounts
    open: OpenBatches
    next: NextCommands
    attempts: Annotated[
        list[AttemptJson], Meta(description="Every send of the batch, oldest first; none where they are archived.")
    ]
    item_rows: ItemRows
    errors: ErrorCounts
    csv: Csv
    archive: Archived
    funding_source: Annotated[
        str | None, Meta(description="What PayPal says that it was paid from; null until it has ended.")
    ]
    paid_otherwise: Annotated[
        list[PaidOtherwiseJson], Meta(description="Payments that went another way than their rows said.")
    ]

    @classmethod
    def of(cls, report: BatchStatusReport, origin: Origin) -> Self:
        """Show one batch; its items are read when they are written."""
        return cls(
            **origin._asdict(),
            batch=BatchJson.of(report.batch),
            items=state_counts(report.batch.record.states),
            open=open_batches(report.outlook),
            next=next_commands(report.outlook),
            attempts=[AttemptJson.taken(attempt) for attempt in report.attempts],
            item_rows=_item_rows(report.item_rows),
            errors=_error_counts(report.errors),
            csv=_exported(report.csv),
            archive=_archive(report.archive),
            funding_source=report.funding_source,
            paid_otherwise=_otherwise(report.otherwise),
        )


def _otherwise(payments: Sequence[PaidOtherwise]) -> list[PaidOtherwiseJson]:
    return [PaidOtherwiseJson.of(each) for each in payments]


def _archive(archive: Archive | None) -> ArchivedCycleJson | None:
    return None if archive is None else ArchivedCycleJson.of(archive)


def _item_rows(items: Iterable[ItemReport] | None) -> Iterator[ItemJson] | None:
    return None if items is None else map(ItemJson.of, items)


def _error_counts(errors: Sequence[ErrorCount] | None) -> list[ErrorCountJson] | None:
    return None if errors is None else [ErrorCountJson.taken(error) for error in errors]


def _exported(exported: Exported | None) -> ExportedJson | None:
    return None if exported is None else ExportedJson.taken(exported)
