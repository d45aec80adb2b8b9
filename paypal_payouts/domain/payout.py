"""What is paid: rows of the input, and the records that the database keeps of them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, NamedTuple

from paypal_payouts.domain.identity import BatchName
from paypal_payouts.domain.money import format_amount
from paypal_payouts.domain.states import BatchStatus, ItemState

RecipientType = Literal["EMAIL", "PHONE", "PAYPAL_ID", "USER_HANDLE"]

ITEMS_PER_BATCH_MAX: Final = 15_000
"""PayPal's limit for one request (OpenAPI description, `create_payout_request.items`)."""


class Row(NamedTuple):
    """One valid row of the input. A tuple, because a million of them pass by."""

    key: int
    """The row's number in the staged input: what `StagedInput.fetch` finds it by."""
    line: int
    item_id: str
    receiver: str
    recipient_type: str
    amount_minor: int
    currency: str
    note: str | None
    purpose: str | None
    recipient_wallet: str | None
    language: str | None

    def words(self) -> str:
        """Say who gets how much."""
        return f"{self.receiver} {format_amount(self.amount_minor, self.currency)} {self.currency}"

    def is_owed_as(self, other: "Row") -> bool:
        """Tell whether both rows say the same debt: who gets how much."""
        return (self.receiver, self.amount_minor, self.currency) == (
            other.receiver,
            other.amount_minor,
            other.currency,
        )


class UnpaidItem(NamedTuple):
    """An item that is proven unpaid: its row as it was stored, and PayPal's error code where it gave one."""

    row: Row
    error_code: str | None


class Debt(NamedTuple):
    """As much of a row as it is compared by: who is owed how much. A tuple, too."""

    key: int
    """`Row.key`."""
    line: int
    item_id: str
    receiver: str
    amount_minor: int
    currency: str


class StoredItem(NamedTuple):
    """One payment of an item as the database has it, for comparing with the input."""

    item_id: str
    receiver: str
    amount_minor: int
    currency: str
    state: ItemState
    batch_id: int
    """The key of its batch in the database: `BatchRecord.id`."""


@dataclass(frozen=True, slots=True)
class NewBatch:
    """A batch about to be stored, with the exact bytes that every send of it will carry."""

    name: BatchName
    sender_batch_id: str
    currency: str
    amount_minor: int
    rows: Sequence[Row]
    request: bytes
    checksum: str
    """SHA-256 of `request`, in hexadecimal."""


@dataclass(frozen=True, slots=True)
class BatchRecord:
    """A batch as the database has it."""

    id: int
    name: BatchName
    sender_batch_id: str
    paypal_batch_id: str | None
    status: BatchStatus
    items: int
    currency: str
    amount_minor: int
    fees_minor: int | None
    checksum: str | None
    created_at: datetime | None
    """Null, like the checksum, in a preview: the batch is not stored yet."""
    first_sent_at: datetime | None
    last_sent_at: datetime | None
    completed_at: datetime | None
    retry_count: int
    last_retry_at: datetime | None
    last_retry_error: str | None
    superseded: bool
    """A later attempt of the same sequence exists: this one is never sent again."""
    open_sends: int
    """Sends that have no answer: closed as unknown, or never closed."""
    last_open_send_at: datetime | None
    """When the youngest send without an answer began."""
    states: Counter[ItemState] = field(default_factory=Counter)
    """How many of its items are in which state."""
    payable_again: int = 0
    """How many of its items are proven unpaid and not paid anew since."""

    def words(self) -> str:
        """Say how many items it has and what they come to."""
        plural = "item" if self.items == 1 else "items"
        return f"{self.items} {plural}, {format_amount(self.amount_minor, self.currency)} {self.currency}"


@dataclass(frozen=True, slots=True)
class AttemptRecord:
    """One send of a batch, opened before the POST and closed after; never closed: nobody knows how it ended."""

    number: int
    started_at: datetime
    ended_at: datetime | None
    outcome: str | None
    error_code: str | None
    error_class: str | None
    http_status: int | None
    debug_id: str | None
    delay_s: float | None
    operator: str
    policy: str
    """The retry policy in force and where it came from, in words."""
