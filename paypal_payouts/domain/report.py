"""What every command returns: frozen values that `present` shows and `results` writes as JSON, and how it ended.

Source: docs/design.md, 6 and 7.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from paypal_payouts.domain.advice import BatchReport, Outlook
from paypal_payouts.domain.approval import Approval
from paypal_payouts.domain.archive import ArchiveReport
from paypal_payouts.domain.doctor import DoctorReport
from paypal_payouts.domain.explain import ExplainReport
from paypal_payouts.domain.identity import BatchName
from paypal_payouts.domain.item import ItemReport
from paypal_payouts.domain.locks import LocksReport, UnlockReport
from paypal_payouts.domain.metrics import Figures
from paypal_payouts.domain.plan import Notice, PlannedBatch
from paypal_payouts.domain.sides import BothSides
from paypal_payouts.domain.states import ItemState
from paypal_payouts.domain.status import BatchStatusReport, StatusReport
from paypal_payouts.domain.totals import Total
from paypal_payouts.domain.unfinished import OpenCycle
from paypal_payouts.domain.verdict import RunOutcome
from paypal_payouts.errors import ExitCode, PayoutsError


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
    planned: Sequence[PlannedBatch] = ()
    """What `run` would store beside these."""
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


@dataclass(frozen=True, slots=True)
class ApproveReport:
    """The result of `approve`: the plan, and what was kept of its approval."""

    plan: RunReport
    approval: Approval
    valid_until: datetime
    operator: str
    """Who brought it."""


@dataclass(frozen=True, slots=True)
class ResealReport:
    """The result of `reseal`: what a person vouches for, and who it was."""

    batches: int
    key_file: str
    operator: str
    reason: str


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
    | ApproveReport
    | ArchiveReport
    | ResealReport
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
        """Report that so many rows of the input were read by now."""

    def storing(self, items: int, of: int) -> None:
        """Report that so many of the new items are stored by now."""

    def sent(self, batch: str, number: int, of: int, words: str) -> None:
        """Report that a batch was sent, the how many-th of this run, and in words what became of it."""

    def waiting(self, seconds: float, why: str) -> None:
        """Report that the program sleeps."""

    def reading(self, final: int, of: int) -> None:
        """Report that PayPal has said its final word on so many of the cycle's items."""

    def note(self, text: str) -> None:
        """Report something that happened and changes nothing, such as a read that failed."""

    def close(self) -> None:
        """Clean the line, before anything else is shown."""
