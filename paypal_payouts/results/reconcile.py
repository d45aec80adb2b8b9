"""The result of `reconcile`."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Self

from msgspec import Meta

from paypal_payouts.domain.money import format_amount
from paypal_payouts.domain.paypal_books import BookKind
from paypal_payouts.domain.reconcile import BalanceTotal, Finding, FindingKind, ReconcileReport
from paypal_payouts.results.batch import NextCommands, OpenBatches, outlook_keys
from paypal_payouts.results.totals import WarningJson, Warnings
from paypal_payouts.results.values import (
    AccountText,
    Amount,
    BatchText,
    Count,
    Currency,
    CycleText,
    Environment,
    JsonStruct,
    Time,
    amount,
    for_each,
)

Day = Annotated[date, Meta(title="day", description="A day, such as 2026-11-24.")]


class FindingJson(JsonStruct, frozen=True):
    """One thing that does not agree; its keys are the columns of the CSV form, too."""

    kind: Annotated[
        FindingKind,
        Meta(
            description="`different`: a field; `only_paypal`, `only_ours`, `only_file`: a payment that the others do "
            "not have; `not_in_file`: an item that the file has no more; `row`: a row of PayPal's that contradicts "
            "itself; `balance`: the rows do not add up to the balance."
        ),
    ]
    field: Annotated[
        str | None, Meta(description="What differs, such as `amount`; null where a whole payment is missing.")
    ]
    cycle: Annotated[CycleText | None, Meta(description="The cycle; null where none of ours is known.")]
    item_id: Annotated[str | None, Meta(description="The item; in PayPal's books what was sent as `sender_item_id`.")]
    batch: Annotated[BatchText | None, Meta(description="The batch that it went out in.")]
    receiver: Annotated[str | None, Meta(description="Who was paid.")]
    amount: Annotated[Amount | None, Meta(description="How much; below zero: it came to us.")]
    currency: Annotated[Currency | None, Meta(description="Of the amount.")]
    file: Annotated[str | None, Meta(description="What the cycle's file says of the field.")]
    ours: Annotated[str | None, Meta(description="What our database says; of a whole payment its state.")]
    paypal: Annotated[str | None, Meta(description="What PayPal's books say.")]
    transaction_id: Annotated[str | None, Meta(description="PayPal's id of the money's way.")]
    day: Annotated[Day | None, Meta(description="The day of PayPal's row, else of the send.")]
    place: Annotated[str | None, Meta(description="The line of the file where it stands.")]
    sentence: Annotated[str, Meta(description="What it means, and what to do.")]

    @classmethod
    def of(cls, finding: Finding) -> Self:
        """Show what does not agree."""
        minor, currency = finding.amount_minor, finding.currency
        return cls.taken(finding, amount=None if minor is None or currency is None else format_amount(minor, currency))


class GuessJson(JsonStruct, frozen=True):
    """A row of PayPal's that has no id of ours, and was taken for a payment of ours as one alone fits."""

    cycle: CycleText
    item_id: Annotated[str, Meta(description="The item.")]
    transaction_id: Annotated[str, Meta(description="PayPal's id of the row.")]
    day: Day


class BalanceTotalJson(JsonStruct, frozen=True):
    """What PayPal's rows of one currency add up to, and whether the balance changed by that."""

    day: Annotated[Day | None, Meta(description="The day; null: all of them.")]
    currency: Currency
    parts: Annotated[dict[str, Amount], for_each(BookKind, "By what the rows are; money out is below zero.")]
    net: Annotated[Amount, Meta(description="All of them together.")]
    opening: Annotated[Amount | None, Meta(description="The balance before the first row; null where none is told.")]
    closing: Annotated[Amount | None, Meta(description="The balance after the last row.")]
    unexplained: Annotated[Amount | None, Meta(description="By how much it changed beyond `net`.")]

    @classmethod
    def of(cls, total: BalanceTotal) -> Self:
        """Write the sums of one currency."""
        return cls.taken(
            total,
            parts=_amounts(total.parts_minor, total.currency),
            net=format_amount(total.net_minor, total.currency),
            opening=amount(total.opening_minor, total.currency),
            closing=amount(total.closing_minor, total.currency),
            unexplained=amount(total.unexplained_minor, total.currency),
        )


def _amounts(parts_minor: Mapping[str, int], currency: str) -> dict[str, str]:
    return {part: format_amount(minor, currency) for part, minor in parts_minor.items()}


class ReconcileJson(JsonStruct, frozen=True):
    """The result of `reconcile`: our books, the cycle's file and PayPal's books side by side."""

    environment: Environment
    account: AccountText
    generated_at: Time
    first: Annotated[Day, Meta(description="The first day that was looked at.")]
    last: Annotated[Day, Meta(description="The last one.")]
    cycle: Annotated[CycleText | None, Meta(description="The cycle; null: all of them.")]
    cycles: Annotated[list[CycleText], Meta(description="Those of which something was sent in these days.")]
    cycle_files: Annotated[list[str], Meta(description="The files of cycles that were there, and compared.")]
    activity: Annotated[list[str], Meta(description="The downloads that were read; none: PayPal was asked.")]
    until: Annotated[Time | None, Meta(description="Up to when PayPal's answer is complete; null for a download.")]
    rows: Annotated[Count, Meta(description="Rows of PayPal's books on these days.")]
    matched: Annotated[Count, Meta(description="Payments of ours that PayPal's books have.")]
    other_cycles: Annotated[Count, Meta(description="Payments in them of cycles that are known, and not asked for.")]
    other_rows: Annotated[Count, Meta(description="Rows that are no payouts: top-ups, holds and releases, sales.")]
    too_late: Annotated[Count, Meta(description="Payments sent after `until`: PayPal's books cannot have them yet.")]
    findings: Annotated[list[FindingJson], Meta(description="What does not agree; none: exit 0.")]
    guesses: Annotated[list[GuessJson], Meta(description="Rows without an id of ours that were matched all the same.")]
    totals: Annotated[list[BalanceTotalJson], Meta(description="By currency.")]
    days: Annotated[list[BalanceTotalJson], Meta(description="By currency and day.")]
    html: Annotated[str | None, Meta(description="The page that was written; null where none was asked for.")]
    warnings: Warnings
    open: OpenBatches
    next: NextCommands

    @classmethod
    def of(cls, report: ReconcileReport) -> Self:
        """Show what was compared, and what does not agree."""
        scope, found = report.scope, report.found
        return cls.taken(
            report,
            **outlook_keys(report.outlook),
            first=scope.first,
            last=scope.last,
            cycle=scope.cycle,
            until=scope.until,
            matched=found.matched,
            other_cycles=found.other_cycles,
            other_rows=found.other_rows,
            too_late=found.too_late,
            findings=list(map(FindingJson.of, found.findings)),
            guesses=[GuessJson.taken(guess) for guess in found.guesses],
            totals=list(map(BalanceTotalJson.of, report.totals)),
            days=list(map(BalanceTotalJson.of, report.days)),
            warnings=[WarningJson.taken(warning) for warning in report.warnings],
        )
