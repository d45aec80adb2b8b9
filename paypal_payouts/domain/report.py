"""What every command returns: frozen values that `present` shows and `results` writes as JSON, and how it ended.

Source: docs/design.md, 6 and 7.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct, field

from paypal_payouts.domain.advice import BatchReport
from paypal_payouts.domain.approval import Approval
from paypal_payouts.domain.base import Report
from paypal_payouts.domain.books import WrittenBooks
from paypal_payouts.domain.explain import ExplainReport
from paypal_payouts.domain.item import ItemReport
from paypal_payouts.domain.late_words import CameBack
from paypal_payouts.domain.metrics import Figures
from paypal_payouts.domain.newly_unpaid import NewlyUnpaid
from paypal_payouts.domain.outline import Outline
from paypal_payouts.domain.outlook import Outlook, ReportWithOutlook
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.plan import Notice, PlannedBatch
from paypal_payouts.domain.states import ItemState
from paypal_payouts.domain.status import BatchStatusReport, StatusReport
from paypal_payouts.domain.steps import Advice
from paypal_payouts.domain.totals import Total
from paypal_payouts.domain.unfinished import OpenCycle
from paypal_payouts.domain.verdict import RunOutcome
from paypal_payouts.domain.words import not_decided, not_paid
from paypal_payouts.errors import ExitCode, PayoutsError


class Skipped(NamedTuple):
    """An item that was left out on purpose, and why."""

    item_id: str
    reason: str


class CellReport(Struct, frozen=True):
    """A bad place of the input: what stands there, what is wrong with it, and what would be right."""

    line: int
    column: str | None
    value: str
    problem: str
    expected: str


class RunReport(Report, frozen=True):
    """The result of `run`, `preview` and `retry`."""

    cycle: str
    environment: str
    account: str
    generated_at: datetime
    outcome: RunOutcome
    plan_digest: str | None
    items: Mapping[ItemState, int]
    totals: Sequence[Total]
    batches: Sequence[BatchReport]
    planned: Sequence[PlannedBatch] = ()
    """What `run` would store beside these."""
    to_send: Sequence[BatchRecord | PlannedBatch] = ()
    """What `run` would send now: stored batches, then those that it would store."""
    outline: Outline | None = None
    """What that comes to; None but from `preview`."""
    item_rows: Iterable[ItemReport] | None = None
    """Every item of the cycle as it would be stored; None unless `preview` was asked for them."""
    outlook: Outlook = field(default_factory=Outlook)
    skipped: Sequence[Skipped] = ()
    invalid: Sequence[CellReport] = ()
    warnings: Sequence[Notice] = ()
    first_unpaid: Sequence[ItemReport] = ()
    """The first items whose payment has ended and that nobody has the money of; none in an older copy of a database."""
    first_not_decided: Sequence[ItemReport] = ()
    """The first items that PayPal, or the payee, may still decide on; none in an older copy of a database."""
    paid_before: Mapping[ItemState, int] = field(default_factory=dict)
    """How many of the `items` an older payment paid, by the state of their newest one."""

    @property
    def unpaid(self) -> dict[ItemState, int]:
        """Count the items whose payment has ended and that nobody has the money of, by state."""
        return not_paid(Counter(self.items) - Counter(self.paid_before))

    @property
    def not_decided(self) -> dict[ItemState, int]:
        """Count the items that PayPal, or the payee, may still decide on, by state."""
        return not_decided(Counter(self.items) - Counter(self.paid_before))


class Continued(Struct, frozen=True):
    """One cycle of `run --open`, as `run` would have ended for it."""

    report: RunReport
    exit_code: ExitCode
    error: PayoutsError | None


class OpenRunReport(Report, frozen=True):
    """The result of `run --open`: every cycle that was continued, the oldest first."""

    cycles: Sequence[Continued]
    warnings: Sequence[Notice] = ()


class SyncReport(Report, frozen=True):
    """The result of `sync`: what PayPal was asked about, and what changed."""

    cycles: Sequence[str]
    batches_read: int
    items_changed: int
    unread: Sequence[Skipped]
    """Batches for which PayPal gave no usable answer, and why."""
    items: Mapping[ItemState, int]
    warnings: Sequence[Notice] = ()
    open: Sequence[OpenCycle] = ()
    """The cycles that are not finished."""
    came_back: Sequence[CameBack] = ()
    """Payments of which PayPal says now, and did not say before, that their money came back."""
    newly_unpaid: Sequence[NewlyUnpaid] = ()
    """Cycles of which this reading found items that are not paid."""

    @property
    def ended_unpaid(self) -> list[NewlyUnpaid]:
        """Those of them that are finished: nothing else tells of them."""
        return [each for each in self.newly_unpaid if each.exit_code is ExitCode.NOT_PAID]

    @property
    def next(self) -> list[str]:
        """The commands that go on with what is not finished, or show what ended badly."""
        commands = [cycle.next for cycle in self.open] + [found.next for found in self.ended_unpaid]
        return list(dict.fromkeys(commands))


class CancelReport(ReportWithOutlook, frozen=True):
    """The result of `cancel`."""

    item: ItemReport
    from_state: ItemState
    to_state: ItemState
    operator: str
    reason: str


class MetricsReport(Report, frozen=True):
    """The result of `metrics`: the figures, as values and as the text that was written."""

    output: str | None
    """The file; None is standard output."""
    figures: Figures
    text: str


class PageReport(ReportWithOutlook, frozen=True):
    """The result of `report`: the page and the books that were written, and what is known of the cycle."""

    cycle: str
    html: str | None
    """The page; None where none was asked for."""
    items: Mapping[ItemState, int]
    failures: int
    events: int
    totals: Sequence[Total]
    books: WrittenBooks | None = None


class InitReport(Report, frozen=True):
    """The result of `init`: files written, files left as they were, and what to type."""

    written: Sequence[str]
    kept: Sequence[str]
    next: Advice


class ServeReport(Report, frozen=True):
    """The result of `simulator serve`: where it listened."""

    url: str
    book: str | None


class ApproveReport(Report, frozen=True):
    """The result of `approve`: the plan, and what was kept of its approval."""

    plan: RunReport
    approval: Approval
    valid_until: datetime
    operator: str
    """Who brought it."""
    own_name: str | None = None
    """As whom the signer runs this: what he runs himself it does not let pass. None: he is somebody else."""
    refused: PayoutsError | None = None
    """What stops `run` now all the same; None: nothing but an approval was missing."""


class ResealReport(Report, frozen=True):
    """The result of `reseal`: what a person vouches for, and who it was."""

    batches: int
    key_file: str
    operator: str
    reason: str


def items_in(report: Report) -> Iterator[ItemReport]:
    """Yield the items that a report lists; of what `explain` found every payment of the one that is meant."""
    match report:
        case StatusReport():
            for cycle in report.cycles:
                yield from cycle.item_rows or ()
        case BatchStatusReport():
            yield from report.item_rows or ()
        case ExplainReport():
            found = report.hits if report.story is None else [report.story.found]
            for each in found:
                yield from (payment.item for payment in each.payments)
        case _:
            return


class Origin(NamedTuple):
    """Which paying account a report is about, and when it was put together."""

    environment: str
    account: str
    generated_at: datetime


class Finished(Struct, frozen=True):
    """What a command ended with: its report where there is one, its exit code, and the error that goes with it."""

    report: Report | None
    exit_code: ExitCode = ExitCode.DONE
    error: PayoutsError | None = None
