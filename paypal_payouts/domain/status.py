"""What `status` shows: cycles, or one batch."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec import Struct, field
from msgspec.structs import replace

from paypal_payouts.domain.advice import BatchReport
from paypal_payouts.domain.archive import Archive
from paypal_payouts.domain.base import Report
from paypal_payouts.domain.item import ErrorCount, ItemReport
from paypal_payouts.domain.locks import LockReport
from paypal_payouts.domain.outlook import Outlook
from paypal_payouts.domain.paid_otherwise import PaidOtherwise
from paypal_payouts.domain.payout import AttemptRecord, BatchRecord
from paypal_payouts.domain.plan import Notice
from paypal_payouts.domain.steps import Advice
from paypal_payouts.domain.totals import Tally
from paypal_payouts.domain.verdict import Verdict


class CycleReport(Struct, frozen=True):
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
    archive: Archive | None = None
    """Where its items are; None where they are in the database."""
    otherwise: Sequence[PaidOtherwise] | None = None
    """Payments that went another way than their rows said; None where that was not looked up."""

    @property
    def stored_at(self) -> datetime | None:
        """When the first batch of it was stored."""
        return min((batch.record.created_at for batch in self.batches), default=None)

    @property
    def prospect(self) -> Outlook:
        """How it stands, and what to type now: while a process is at work, whatever sends is refused."""
        if self.lock is None or not self.lock.living:
            return self.outlook
        wait = Advice(
            f"{self.lock.holder} is at work on it (`{self.lock.command}`). Wait until that has ended; to follow it:",
            f"payouts status --cycle {self.cycle} --watch",
        )
        return replace(self.outlook, next=(wait,))

    @property
    def first_sent_at(self) -> datetime | None:
        """When money of it was first sent."""
        return min((sent for batch in self.batches if (sent := batch.record.first_sent_at)), default=None)


class Exported(Struct, frozen=True):
    """A file that items were written to, and how many."""

    file: str
    items: int


class StatusReport(Report, frozen=True, kw_only=True):
    """The result of `status [--cycle C]`."""

    cycles: Sequence[CycleReport]
    older_cycles: int = 0
    """Cycles that are not shown."""
    csv: Exported | None = None
    looked_at: int | None = None
    """How many cycles were looked at for some items; then those without such an item are not among `cycles`."""
    archived: int = 0
    """How many of these are archived, of which the database has no item."""
    unlisted: Sequence[BatchRecord] = ()
    """Batches of these: such items may still come of them."""
    in_full: bool = True
    """More was asked for than a line for each cycle."""
    environment: str
    account: str
    generated_at: datetime
    is_nowhere: bool = False
    """There is neither a configuration nor a database here."""
    warnings: Sequence[Notice] = ()
    """Where the sent logs know sends, of any cycle, that the database does not."""


class BatchStatusReport(Report, frozen=True):
    """The result of `status BATCH`."""

    batch: BatchReport
    attempts: Sequence[AttemptRecord]
    item_rows: Iterable[ItemReport] | None
    errors: Sequence[ErrorCount] | None = None
    """As `CycleReport.errors`."""
    csv: Exported | None = None
    archive: Archive | None = None
    """As `CycleReport.archive`."""
    outlook: Outlook = field(default_factory=Outlook)
    funding_source: str | None = None
    """What PayPal says that it was paid from; None until it has ended."""
    otherwise: Sequence[PaidOtherwise] = ()
    """As `CycleReport.otherwise`."""
