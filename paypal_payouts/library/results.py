"""What the calls of the library return: frozen values, with the names of the JSON documents.

Source: docs/design.md, 5.7 and 7. Money is a text such as "1250.50"; times are in UTC. What a document calls `items`,
how many are in which state, is `counts` here: `items()` reads the items themselves, when it is asked for.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from paypal_payouts.domain.explain import StoryEvent
from paypal_payouts.domain.late_words import CameBack
from paypal_payouts.domain.locks import LockReport
from paypal_payouts.domain.newly_unpaid import NewlyUnpaid
from paypal_payouts.domain.outlook import OpenBatch
from paypal_payouts.domain.payout import AttemptRecord
from paypal_payouts.domain.plan import Notice
from paypal_payouts.domain.report import Skipped
from paypal_payouts.domain.retry import Eligibility
from paypal_payouts.domain.states import BatchStatus, ItemState
from paypal_payouts.domain.totals import Conflict
from paypal_payouts.domain.unfinished import OpenCycle
from paypal_payouts.domain.verdict import RunOutcome
from paypal_payouts.errors import PayoutsError

ReadItems = Callable[[], Iterator["Item"]]
"""Begins to read items, one after the other."""


@dataclass(frozen=True, slots=True)
class Item:
    """One payment of one debt, as our records have it."""

    item_id: str
    batch: str
    attempt: int
    receiver: str
    amount: str
    currency: str
    fee: str | None
    state: ItemState
    raw_state: str | None
    """PayPal's own word."""
    paypal_item_id: str | None
    transaction_id: str | None
    error_code: str | None
    error_message: str | None
    error_class: str | None
    updated_at: datetime
    activity_id: str | None
    time_processed: str | None
    """When PayPal last processed it: RFC 3339, in UTC."""
    debited: str | None
    """What it took from the balance of another currency; None where nothing was converted."""
    debited_currency: str | None
    exchange_rate: str | None
    cycle: str
    payee_id: str | None
    """The operator's key of the person; None where the input had none."""


@dataclass(frozen=True, slots=True)
class Totals:
    """The items of one currency: `amount` + `surplus` = `paid` + `unpaid` + `open` + `unknown` + `closed`."""

    currency: str
    items: int
    amount: str
    paid: str
    unpaid: str
    open: str
    unknown: str
    closed: str
    surplus: str
    fees: str | None
    """What PayPal charged; None until it says so."""
    debited: Mapping[str, str] | None
    """What left the balances, fees apart, by the currency it was taken from; None until it did."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Items of one currency that go out in one request."""

    batch: str
    cycle: str
    sequence: int
    attempt: int
    sender_batch_id: str
    paypal_batch_id: str | None
    status: BatchStatus
    items: int
    currency: str
    amount: str
    fees: str | None
    checksum: str | None
    created_at: datetime | None
    first_sent_at: datetime | None
    completed_at: datetime | None
    retry_count: int
    last_retry_at: datetime | None
    last_retry_error: str | None
    eligible_for_retry: Eligibility
    paused_until: datetime | None
    """Before this its next send is not due, as PayPal (Retry-After) or the retry policy asks."""


@dataclass(frozen=True, slots=True)
class InvalidCell:
    """A bad place of the input, whose row was left out by `skip_invalid`."""

    line: int
    """Of the file; for rows of a program the place in their list, from 1."""
    column: str | None
    value: str
    problem: str
    """What is wrong."""
    expected: str
    """What would be right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingResult:
    """What a cycle, or one batch of it, stands at."""

    exit_code: int
    """What the command ends with (docs/design.md, 6): 0 and 5 to 8, or what one cycle of `run_open` ended with."""
    cycle: str
    counts: Mapping[ItemState, int]
    """How many items are in which state."""
    open: Sequence[OpenBatch]
    """Every batch that keeps the exit code from 0 or 5, with what to type."""
    next: Sequence[str]
    """Commands to type."""
    batches: Sequence[Batch]
    warnings: Sequence[Notice]
    read_items: ReadItems = field(repr=False, compare=False)

    def items(self) -> Iterator[Item]:
        """Read the newest payment of each item, by item id, one after the other as our records have it now.

        Raises:
            UsageError: in another thread than that of the `Payouts`, or after it was closed.
            StorageFailed: the database cannot be read.

        """
        return self.read_items()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult(StandingResult):
    """The result of `run`, `retry` and `preview`: what the whole cycle came to."""

    outcome: RunOutcome
    totals: Sequence[Totals]
    """By currency."""
    environment: str
    account: str
    generated_at: datetime
    plan_digest: str | None
    skipped: Sequence[Skipped]
    """Items that were left out on purpose, and why."""
    invalid: Sequence[InvalidCell]
    error: PayoutsError | None
    """At 7 and 8: what PayPal refused, or what a person must decide, in words and with a hint."""


@dataclass(frozen=True, slots=True)
class OpenRunResult:
    """The result of `run_open`: every cycle that was continued, the oldest first."""

    exit_code: int
    """The largest of theirs."""
    cycles: Sequence[RunResult]
    warnings: Sequence[Notice]


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleStatus(StandingResult):
    """One cycle as `status` shows it."""

    outcome: RunOutcome
    totals: Sequence[Totals]
    """By currency."""
    conflicts: Sequence[Conflict]
    """Words of PayPal's that contradict our record."""
    first_sent_at: datetime | None
    lock: LockReport | None
    """Who works on it."""


@dataclass(frozen=True, slots=True)
class StatusResult:
    """The result of `status` without a batch: cycles, the newest first."""

    environment: str
    account: str
    generated_at: datetime
    cycles: Sequence[CycleStatus]
    older_cycles: int
    """Finished cycles that are not listed."""
    warnings: Sequence[Notice]
    """Where the sent logs know sends, of any cycle, that the database does not."""

    @property
    def exit_code(self) -> int:
        """The largest of the cycles', as `status --exit-code` ends."""
        return max((cycle.exit_code for cycle in self.cycles), default=0)

    def items(self) -> Iterator[Item]:
        """Read the items of these cycles, as `CycleStatus.items` does."""
        for cycle in self.cycles:
            yield from cycle.items()


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchStatusResult(StandingResult):
    """The result of `status` of one batch; `items` are its own."""

    batch: Batch
    attempts: Sequence[AttemptRecord]
    """Its sends."""
    funding_source: str | None
    """What PayPal says that it was paid from; None until it has ended."""


@dataclass(frozen=True, slots=True)
class ExplainResult:
    """The result of `explain`: the items that a text may mean, and the story of the one that it does."""

    exit_code: int
    text: str
    cycles_searched: int
    hits: Sequence[Item]
    """The newest payment of each, at most fifty; those that the text names before those of which it is a part."""
    hits_in_all: int
    answer: str | None
    """Whether the payee has the money, in words; None where several items may be meant."""
    events: Sequence[StoryEvent]
    """What happened to the one that is meant, in order."""
    next: Sequence[str]


@dataclass(frozen=True, slots=True)
class SyncResult:
    """The result of `sync`: what PayPal was asked about, and what changed."""

    exit_code: int
    cycles: Sequence[str]
    batches_read: int
    items_changed: int
    unread: Sequence[Skipped]
    """Batches for which PayPal gave no usable answer, and why."""
    counts: Mapping[ItemState, int]
    open: Sequence[OpenCycle]
    """The cycles that are not finished."""
    came_back: Sequence[CameBack]
    """Payments of which PayPal says now, and did not say before, that their money came back."""
    newly_unpaid: Sequence[NewlyUnpaid]
    """Cycles with items of which PayPal says now, and did not say before, that they are not paid."""
    next: Sequence[str]
    warnings: Sequence[Notice]
    error: PayoutsError | None
    """At 8: what a person must decide."""


@dataclass(frozen=True, slots=True)
class CancelResult:
    """The result of `cancel`: exit code 0 where it is done, 6 where PayPal gave no clear answer, 7 where it refused."""

    exit_code: int
    item: Item
    from_state: ItemState
    to_state: ItemState
    error: PayoutsError | None
