"""What `reconcile` found: our books, the cycle's file and PayPal's books beside each other; pure values."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct

from paypal_payouts.domain.base import Report
from paypal_payouts.domain.outlook import ReportWithOutlook
from paypal_payouts.domain.plan import Notice
from paypal_payouts.domain.states import ItemState


class OurPayment(NamedTuple):
    """One payment as our database has it: a row for each attempt that was sent."""

    cycle: str
    item_id: str
    batch: str
    receiver: str
    amount_minor: int
    currency: str
    fee_minor: int | None
    state: ItemState
    transaction_id: str | None
    """PayPal's newest id of it; that of the return where it was returned."""
    debited_minor: int | None
    """What it took from the balance of another currency; None where PayPal tells of no conversion."""
    debited_currency: str | None
    sent_at: datetime
    """When its batch was first sent."""
    updated_at: datetime
    first_transaction_id: str | None = None
    """PayPal's id of the payment itself, where `transaction_id` is that of what came back."""

    @property
    def was_returned(self) -> bool:
        """Whether the money never reached anybody; where the item was closed, `cancel` may have called it back."""
        is_closed = self.state is ItemState.CLOSED and self.transaction_id is not None
        return is_closed or self.state is ItemState.RETURNED

    @property
    def came_back(self) -> bool:
        """Whether the money is back, by whatever way."""
        return self.was_returned or self.state in {ItemState.REFUNDED, ItemState.REVERSED}


class Scope(NamedTuple):
    """Which payments are looked at."""

    first: date
    last: date
    cycle: str | None = None
    """None: those of every cycle."""
    until: datetime | None = None
    """What was sent later cannot be in PayPal's books yet."""

    def covers(self, day: date) -> bool:
        """Return whether a day is one of those that are looked at."""
        return self.first <= day <= self.last

    def includes(self, payment: OurPayment) -> bool:
        """Return whether a payment is compared with what PayPal has of it."""
        return self.cycle in {None, payment.cycle}

    def requires(self, payment: OurPayment) -> bool:
        """Return whether a payment has to be in PayPal's books."""
        return self.includes(payment) and self.covers(payment.sent_at.date()) and self.is_told(payment.sent_at)

    def is_told(self, at: datetime) -> bool:
        """Return whether PayPal's books go as far as a moment."""
        return at.date() <= self.last and (self.until is None or at <= self.until)


class FindingKind(StrEnum):
    """What does not agree."""

    DIFFERENT = "different"
    ONLY_PAYPAL = "only_paypal"
    ONLY_OURS = "only_ours"
    ONLY_FILE = "only_file"
    NOT_IN_FILE = "not_in_file"
    ROW = "row"
    """A row of PayPal's books contradicts itself, or the same row of another file."""
    BALANCE = "balance"
    """The rows do not add up to the balance's change."""


class Finding(NamedTuple):
    """One thing that does not agree, and where."""

    kind: FindingKind
    sentence: str
    field: str | None = None
    """What differs: `amount`, `fee`, `state` and so on; None where a whole payment is on one side only."""
    file: str | None = None
    ours: str | None = None
    paypal: str | None = None
    cycle: str | None = None
    batch: str | None = None
    item_id: str | None = None
    receiver: str | None = None
    currency: str | None = None
    amount_minor: int | None = None
    transaction_id: str | None = None
    day: date | None = None
    place: str | None = None
    """Where it stands: a line of the cycle's file or of a download."""


class Guess(NamedTuple):
    """A row that was taken for a payment of ours by receiver, amount, currency and day alone."""

    cycle: str
    item_id: str
    transaction_id: str
    day: date


class BalanceTotal(Struct, frozen=True):
    """What PayPal's rows of one currency add up to, in minor units; money out is negative."""

    currency: str
    day: date | None
    """None: all days together."""
    parts_minor: Mapping[str, int]
    """By `BookKind`; all fees are in `fee`. They add up to `net_minor`."""
    net_minor: int
    opening_minor: int | None
    """The available balance before the first row and, next, after the last one; None where it was not told."""
    closing_minor: int | None

    @property
    def unexplained_minor(self) -> int | None:
        """By how much the balance changed beyond what the rows say."""
        if self.opening_minor is None or self.closing_minor is None:
            return None
        return self.closing_minor - self.opening_minor - self.net_minor


class Reconciled(Struct, frozen=True):
    """What the matcher found."""

    findings: Sequence[Finding]
    guesses: Sequence[Guess]
    matched: int
    """Payments of ours that PayPal's books have, too."""
    other_cycles: int
    """Payments in PayPal's books of cycles that are known and were not asked for."""
    other_rows: int
    """Rows that are no payouts: top-ups, holds and releases, sales."""
    too_late: int
    """Payments that PayPal's books cannot have yet."""


class ReconcileReport(ReportWithOutlook, frozen=True):
    """The result of `reconcile`."""

    environment: str
    account: str
    generated_at: datetime
    scope: Scope
    cycles: Sequence[str]
    """The cycles of which something was sent in these days."""
    cycle_files: Sequence[str]
    """The files of those cycles that were there and compared."""
    activity: Sequence[str]
    """The downloads that were read; empty: Transaction Search was asked."""
    rows: int
    found: Reconciled
    totals: Sequence[BalanceTotal]
    days: Sequence[BalanceTotal]
    warnings: Sequence[Notice]
    html: str | None = None
    """The page that was written; None where none was asked for."""


class ActivityReport(Report, frozen=True):
    """The result of `simulator activity`: what was written."""

    output: str
    rows: int
