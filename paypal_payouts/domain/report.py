"""What is told: frozen values that every command returns and `present` shows, and the exit code that they come to.

Source: docs/design.md, 6 and 7.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple, Protocol

from paypal_payouts.domain.advice import BatchReport, Outlook
from paypal_payouts.domain.identity import BatchName
from paypal_payouts.domain.metrics import Figures
from paypal_payouts.domain.money import format_amount
from paypal_payouts.domain.outcome import AttemptOutcome, ErrorClass
from paypal_payouts.domain.payout import AttemptRecord, BatchRecord
from paypal_payouts.domain.plan import Notice
from paypal_payouts.domain.sides import BothSides
from paypal_payouts.domain.standing import money_of, money_of_debt
from paypal_payouts.domain.states import MEANING, STATUS_MEANING, BatchStatus, ItemState, Money
from paypal_payouts.domain.steps import Advice
from paypal_payouts.domain.totals import Tally, Total
from paypal_payouts.domain.unfinished import OpenCycle
from paypal_payouts.errors import ExitCode, PayoutsError


class RunOutcome(StrEnum):
    """What `run`, `preview` and `retry` came to, in one word."""

    PLANNED = "planned"
    COMPLETED = "completed"
    COMPLETED_WITH_FAILURES = "completed_with_failures"
    PENDING = "pending"
    NOTHING_TO_DO = "nothing_to_do"
    REFUSED = "refused"
    REVIEW = "review"
    BLOCKED = "blocked"


class ItemReport(NamedTuple):
    """One item as `status --items` shows it."""

    item_id: str
    batch: str
    attempt: int
    receiver: str
    amount_minor: int
    currency: str
    fee_minor: int | None
    state: ItemState
    raw_state: str | None
    paypal_item_id: str | None
    transaction_id: str | None
    error_code: str | None
    error_message: str | None
    error_class: str | None
    updated_at: datetime

    def words(self) -> str:
        """Say which item is meant, who gets how much."""
        amount = f"{format_amount(self.amount_minor, self.currency)} {self.currency}"
        return f"{self.item_id} of {self.batch} ({self.receiver}, {amount})"


class Skipped(NamedTuple):
    """An item that was left out on purpose, and why."""

    item_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class CellReport:
    """A bad place of the input: what stands there, and what would be right."""

    line: int
    column: str | None
    value: str
    problem: str


@dataclass(frozen=True, slots=True)
class RunReport:
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
    outlook: Outlook = field(default_factory=Outlook)
    skipped: Sequence[Skipped] = ()
    invalid: Sequence[CellReport] = ()
    warnings: Sequence[Notice] = ()


@dataclass(frozen=True, slots=True)
class Continued:
    """One cycle of `run --open`, as `run` would have ended for it."""

    report: RunReport
    exit_code: ExitCode
    error: PayoutsError | None


@dataclass(frozen=True, slots=True)
class OpenRunReport:
    """The result of `run --open`: every cycle that was continued, the oldest first."""

    cycles: Sequence[Continued]
    warnings: Sequence[Notice] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """An exit code with its word."""

    exit_code: ExitCode
    outcome: RunOutcome


def exit_code_of_state(
    statuses: Iterable[BatchStatus], states: Mapping[ItemState, int], *, open_conflicts: int, left_out: int = 0
) -> ExitCode:
    """Return the exit code of a cycle as it stands: the largest that applies (docs/design.md, 6).

    `left_out` counts rows that --skip-invalid left out of the input.
    """
    return max(
        ExitCode.NEEDS_REVIEW if open_conflicts else ExitCode.DONE,
        ExitCode.NOT_PAID if left_out else ExitCode.DONE,
        *(STATUS_MEANING[status].exit_code for status in statuses),
        *(MEANING[state].exit_code for state, count in states.items() if count),
    )


def verdict(
    statuses: Iterable[BatchStatus],
    tally: Tally,
    *,
    left_out: int = 0,
    refused_us: bool = False,
    open_outcome: bool = False,
    acted: bool = True,
) -> Verdict:
    """Say what a `run` or `retry` came to, by the state of the whole cycle.

    `refused_us`: PayPal refused the credentials; `open_outcome`: a step that could not be finished is left for the next
    run; `acted`: something was sent or read.
    """
    code = max(
        exit_code_of_state(statuses, tally.states, open_conflicts=tally.open_conflicts, left_out=left_out),
        ExitCode.PAYPAL_REFUSED if refused_us else ExitCode.DONE,
        ExitCode.NOT_FINISHED if open_outcome else ExitCode.DONE,
    )
    if code is ExitCode.DONE:
        return Verdict(code, RunOutcome.COMPLETED if acted else RunOutcome.NOTHING_TO_DO)
    return Verdict(code, _OUTCOME[code])


_OUTCOME: Final[Mapping[ExitCode, RunOutcome]] = {
    ExitCode.NOT_PAID: RunOutcome.COMPLETED_WITH_FAILURES,
    ExitCode.NOT_FINISHED: RunOutcome.PENDING,
    ExitCode.PAYPAL_REFUSED: RunOutcome.REFUSED,
    ExitCode.NEEDS_REVIEW: RunOutcome.REVIEW,
}


@dataclass(frozen=True, slots=True)
class LockReport:
    """Who holds a cycle, since when and until when."""

    key: str
    holder: str
    acquired_at: datetime
    expires_at: datetime
    host: str
    pid: int
    command: str
    living: bool | None
    """Whether the holder is a living process of this machine; None where that cannot be known from here."""


@dataclass(frozen=True, slots=True)
class ErrorCount:
    """Failures of one kind: how many items, or sends of batches, what it means, and who has to act."""

    state: ItemState | AttemptOutcome
    """What the items are, or how the sends ended."""
    error_class: ErrorClass | None
    error_code: str | None
    """PayPal's name for it, as it came; None where it gave none."""
    count: int
    who: str
    """`payee`, `us`, `paypal` or `nobody`."""
    sentence: str

    @property
    def kind(self) -> str:
        """Say what is counted: `item` or `send`."""
        return "item" if isinstance(self.state, ItemState) else "send"


@dataclass(frozen=True, slots=True)
class CycleReport:
    """One cycle as `status` shows it."""

    cycle: str
    tally: Tally
    batches: Sequence[BatchReport]
    verdict: Verdict
    outlook: Outlook
    lock: LockReport | None
    item_rows: Iterable[ItemReport] | None = None
    errors: Sequence[ErrorCount] | None = None
    """What went wrong, counted; None where that was not asked."""
    warnings: Sequence[Notice] = ()

    @property
    def first_sent_at(self) -> datetime | None:
        """When money of it was first sent."""
        return min((sent for batch in self.batches if (sent := batch.record.first_sent_at)), default=None)


@dataclass(frozen=True, slots=True)
class Exported:
    """A file that items were written to, and how many."""

    file: str
    items: int


@dataclass(frozen=True, slots=True)
class StatusReport:
    """The result of `status [--cycle C]`."""

    cycles: Sequence[CycleReport]
    older_cycles: int = 0
    """Finished cycles that are not shown."""
    csv: Exported | None = None
    looked_at: int | None = None
    """How many cycles were looked at for some items; then those without such an item are not among `cycles`."""
    unlisted: Sequence[BatchRecord] = ()
    """Batches of these: such items may still come of them."""
    environment: str = field(kw_only=True)
    account: str = field(kw_only=True)
    generated_at: datetime = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class BatchStatusReport:
    """The result of `status BATCH`."""

    batch: BatchReport
    attempts: Sequence[AttemptRecord]
    item_rows: Iterable[ItemReport] | None
    errors: Sequence[ErrorCount] | None = None
    """As `CycleReport.errors`."""
    csv: Exported | None = None
    outlook: Outlook = field(default_factory=Outlook)


@dataclass(frozen=True, slots=True)
class OverrideReport:
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
class LostSendsReport:
    """The result of `override` for a batch of which the sent log alone knows sends: a person gave them up."""

    batch: BatchName
    sent_at: Sequence[datetime]
    operator: str
    reason: str


@dataclass(frozen=True, slots=True)
class SyncReport:
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


@dataclass(frozen=True, slots=True)
class CancelReport:
    """The result of `cancel`."""

    item: ItemReport
    from_state: ItemState
    to_state: ItemState
    operator: str
    reason: str


@dataclass(frozen=True, slots=True)
class LocksReport:
    """The result of `locks`."""

    locks: Sequence[LockReport]


@dataclass(frozen=True, slots=True)
class UnlockReport:
    """The result of `unlock`: the lease that was broken; None where nobody held one."""

    cycle: str
    broken: LockReport | None
    operator: str
    reason: str


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One line of the trail: who did what, when, why, from which state to which."""

    at: datetime
    cycle: str | None
    batch: str | None
    item_id: str | None
    actor: str
    action: str
    from_state: str | None
    to_state: str | None
    reason: str | None
    evidence: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AuditReport:
    """The result of `audit`."""

    events: Sequence[AuditEvent]


class CheckState(StrEnum):
    """How a check of `doctor` ended."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of `doctor`: what was looked at, what was found, how to mend it."""

    name: str
    state: CheckState
    found: str
    mend: str = ""


@dataclass(frozen=True, slots=True)
class DoctorReport:
    """The result of `doctor`."""

    checks: Sequence[Check]


@dataclass(frozen=True, slots=True)
class MetricsReport:
    """The result of `metrics`: the figures, as values and as the text that was written."""

    output: str | None
    """The file; None is standard output."""
    figures: Figures
    text: str


@dataclass(frozen=True, slots=True)
class PageReport:
    """The result of `report`: the page that was written, and what is on it."""

    cycle: str
    html: str
    items: Mapping[ItemState, int]
    failures: int
    events: int
    totals: Sequence[Total]


@dataclass(frozen=True, slots=True)
class TargetReport:
    """One of those who are told how commands end."""

    name: str
    events: Sequence[str]
    problem: str | None
    """Why it was not, or cannot be, told; None where all is well."""


@dataclass(frozen=True, slots=True)
class NotifyReport:
    """The result of `notify`."""

    test: bool
    """Whether each was sent a message."""
    targets: Sequence[TargetReport]


@dataclass(frozen=True, slots=True)
class InitReport:
    """The result of `init`: files written, and files left as they were."""

    written: Sequence[str]
    kept: Sequence[str]


@dataclass(frozen=True, slots=True)
class ServeReport:
    """The result of `simulator serve`: where it listened."""

    url: str
    book: str | None


class Payment(NamedTuple):
    """One payment of a debt, with what its batch says of it."""

    item: ItemReport
    cycle: str
    payee_id: str | None
    source: str | None
    """What the input was called that it came from; None where the row was taken as it was stored."""
    line: int | None
    stored_at: datetime
    status: BatchStatus
    """Of its batch."""
    may_have_moved: bool
    """A send of its batch is not proven to have moved nothing."""
    conflict: str | None
    """PayPal's word, where it contradicts our record."""
    acknowledged: bool

    def words(self) -> str:
        """Say how much it is."""
        return f"{format_amount(self.item.amount_minor, self.item.currency)} {self.item.currency}"

    @property
    def money(self) -> Money:
        """Say where its money is."""
        return money_of(self.item.state, self.status, may_have_moved=self.may_have_moved)


@dataclass(frozen=True, slots=True)
class FoundItem:
    """A debt that `explain` found: every payment of it, the newest first."""

    payments: Sequence[Payment]

    @property
    def newest(self) -> Payment:
        """Give the payment that stands for the debt."""
        return self.payments[0]

    @property
    def money(self) -> Money:
        """Say where its money is, whichever payment it went by."""
        return money_of_debt([payment.money for payment in self.payments])

    @property
    def paid(self) -> list[Payment]:
        """Give the payments that arrived, the first one first."""
        arrived = [payment for payment in self.payments if payment.money is Money.PAID]
        return sorted(arrived, key=lambda payment: payment.item.updated_at)

    @property
    def paid_at(self) -> datetime | None:
        """Say when PayPal's word that it was paid was stored."""
        return next((payment.item.updated_at for payment in self.paid), None)


class StoryEvent(NamedTuple):
    """One thing that happened to an item."""

    at: datetime
    what: str
    """`stored`, `send`, `word`, or the action as the trail has it."""
    batch: str | None
    by: str
    """Who: a person, a process, or `paypal`."""
    words: str


@dataclass(frozen=True, slots=True)
class Story:
    """Everything that happened to one debt, in order, and what it comes to."""

    found: FoundItem
    events: Sequence[StoryEvent]
    answer: str
    """Whether the payee has the money, in words."""


@dataclass(frozen=True, slots=True)
class ExplainReport:
    """The result of `explain`."""

    text: str
    cycles_searched: int
    hits: Sequence[FoundItem]
    """Those that are named by TEXT before those of which it is a part, the newest first."""
    hits_in_all: int
    story: Story | None
    """Of the one item that is meant; None where it may be any of several."""
    next: Sequence[Advice]
    """What to type, and why."""


Report = (
    RunReport
    | OpenRunReport
    | StatusReport
    | BatchStatusReport
    | OverrideReport
    | LostSendsReport
    | SyncReport
    | CancelReport
    | LocksReport
    | UnlockReport
    | AuditReport
    | DoctorReport
    | MetricsReport
    | PageReport
    | NotifyReport
    | InitReport
    | ServeReport
    | ExplainReport
)


@dataclass(frozen=True, slots=True)
class Finished:
    """What a command ended with: its report where there is one, its exit code, and the error that goes with it."""

    report: Report | None
    exit_code: ExitCode = ExitCode.DONE
    error: PayoutsError | None = None


class Progress(Protocol):
    """Where long work tells how far it is; shown on stderr, and never part of a result."""

    def rows_read(self, count: int) -> None:
        """Tell that so many rows of the input were read by now."""

    def storing(self, items: int, of: int) -> None:
        """Tell that so many of the new items are stored by now."""

    def sent(self, batch: str, number: int, of: int, words: str) -> None:
        """Tell that a batch was sent, the how many-th of this run, and in words what became of it."""

    def waiting(self, seconds: float, why: str) -> None:
        """Tell that the program sleeps."""

    def reading(self, final: int, of: int) -> None:
        """Tell that PayPal has said its final word on so many of the cycle's items."""

    def note(self, text: str) -> None:
        """Tell something that happened and changes nothing, such as a read that failed."""

    def close(self) -> None:
        """Clean the line, before anything else is shown."""
