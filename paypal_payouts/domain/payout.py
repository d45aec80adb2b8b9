"""What is paid: rows of the input, and the records that the database keeps of them."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, Literal, NamedTuple

from msgspec import Struct, field

from paypal_payouts.domain.identity import BatchName
from paypal_payouts.domain.money import grouped_amount
from paypal_payouts.domain.outcome import ErrorClass
from paypal_payouts.domain.states import BatchStatus, ItemState

RecipientType = Literal["EMAIL", "PHONE", "PAYPAL_ID", "USER_HANDLE"]

ITEMS_PER_BATCH_MAX: Final = 15_000
"""PayPal's limit for one request (OpenAPI description, `create_payout_request.items`)."""


class Row(Struct, frozen=True):
    """Who is owed what: one payment, with the columns of an input file; every value is a text.

    `item_id` is your own key of this debt, the same for ever and unique in its cycle: it is what keeps the debt from
    being paid twice. `amount` is written with a point, such as "1250.50"; a float is refused.
    """

    item_id: str
    receiver: str
    amount: str
    currency: str
    payee_id: str | None = None
    recipient_type: str | None = None
    note: str | None = None
    purpose: str | None = None
    recipient_wallet: str | None = None
    language: str | None = None


class InputRow(NamedTuple):
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
    payee_id: str | None = None
    """The operator's own key of the person, the same in every cycle; PayPal never sees it."""

    def words(self) -> str:
        """Return who gets how much."""
        return f"{self.receiver} {grouped_amount(self.amount_minor, self.currency)} {self.currency}"

    def is_owed_as(self, other: "InputRow") -> bool:
        """Return whether both rows say the same debt: who gets how much."""
        return (self.receiver, self.amount_minor, self.currency) == (
            other.receiver,
            other.amount_minor,
            other.currency,
        )


class UnpaidItem(NamedTuple):
    """An item that is proven unpaid: its row as it was stored, and PayPal's error code where it gave one."""

    row: InputRow
    error_code: str | None


class Debt(NamedTuple):
    """As much of a row as it is compared by: who is owed how much. A tuple, too."""

    key: int
    """`InputRow.key`."""
    line: int
    item_id: str
    receiver: str
    amount_minor: int
    currency: str


DebtRow = tuple[int, int, str, str, int, str]
"""The values of a `Debt`, where a million of them are compared: a plain tuple takes a third less time."""


class OwedItem(NamedTuple):
    """As much of an item as a plan is added up from."""

    item_id: str
    payee_id: str | None
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


class NewBatch(Struct, frozen=True):
    """A batch about to be stored, with the exact bytes that every send of it will carry."""

    name: BatchName
    sender_batch_id: str
    currency: str
    amount_minor: int
    rows: Sequence[InputRow]
    request: bytes
    checksum: str
    """SHA-256 of `request`, in hexadecimal."""
    source: str | None = None
    """What the input is called; None where the rows are taken as they were stored."""
    copy_allowed: bool = False
    """The operator said that it may look like a copy."""
    evidence: Mapping[str, object] = field(default_factory=dict)
    """What else the trail is to keep of it: JSON values."""


class StandingRefusal(NamedTuple):
    """PayPal surely refused one send of a batch; it stands until a send of it is accepted."""

    send: int
    """Which send that was, from 1."""
    code: str
    message: str
    error_class: ErrorClass

    @property
    def is_of_its_contents(self) -> bool:
        """Whether the same bytes would be refused again."""
        return self.error_class in {ErrorClass.INVALID_REQUEST, ErrorClass.PAYEE}


class FailedTry(NamedTuple):
    """A try to send a batch that ended before anything could be sent."""

    at: datetime
    why: str

    @property
    def code(self) -> str | None:
        """PayPal's code for it, or ours: its words end with it, in brackets."""
        found = re.search(r"\((\w+)\)$", self.why)
        return None if found is None else found[1]


class BatchRecord(Struct, frozen=True):
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
    checksum: str
    created_at: datetime
    first_sent_at: datetime | None
    last_sent_at: datetime | None
    completed_at: datetime | None
    retry_count: int
    last_retry_at: datetime | None
    last_retry_error: str | None
    open_sends: int
    """Sends that have no answer: closed as unknown, or never closed."""
    last_open_send_at: datetime | None
    """When the youngest send without an answer began."""
    unproven_sends: int = 0
    """Sends that are not proven to have moved nothing: those without an answer, and those that PayPal had accepted, or
    knew the id of, unless it has denied that batch since."""
    refusal: StandingRefusal | None = None
    """What PayPal refused it for the last time, as long as nothing of it was accepted since."""
    source: str | None = None
    """What its input was called."""
    copy_allowed: bool = False
    """It was stored with `--allow-duplicate`."""
    named_batch_id: str | None = None
    """The batch that PayPal says it has under our id, as long as it is not accepted as ours: while it stands, nobody
    may say that nothing was paid."""
    review_reason: str | None = None
    """Why a person must decide; None where the batch is not in review."""
    failed_try: "FailedTry | None" = None
    """The last try to send it for which PayPal gave no token; None once it was sent, or where there was none."""
    paused_until: datetime | None = None
    """Its next send is not due before: PayPal (Retry-After), or the policy, asked for a pause after its last one."""
    last_read_at: datetime | None = None
    """When PayPal last showed it in a way that could be read."""
    denied_through: int = 0
    """The number of its last send that PayPal denied it after; 0 where it never did."""
    states: Counter[ItemState] = field(default_factory=Counter)
    """How many of its items are in which state."""
    newest: Counter[ItemState] = field(default_factory=Counter)
    """How many of the items that no later batch pays are in which state."""
    taken_over: int = 0
    """How many of its items a later batch pays."""
    payable_again: int = 0
    """How many of its items are proven unpaid, and no other payment of them may be paid."""
    has_conflicts: bool = False
    """PayPal's word contradicts our record of an item of it, acknowledged or not."""
    open_conflicts: int = 0
    """How many of its items have a conflict that nobody has acknowledged."""
    is_archived: bool = False
    """Its items, its request and its sends are in a file: nothing of it is ever sent again."""

    @property
    def is_at_paypal(self) -> bool:
        """Whether PayPal is known to have a batch under our id: it took it, or said so, and has not denied it since."""
        return (
            self.paypal_batch_id is not None or self.named_batch_id is not None or self.unproven_sends > self.open_sends
        )

    @property
    def request_id(self) -> str:
        """The `PayPal-Request-Id` of its sends: another one after a denial, as the old one may bring the denied batch.

        It protects nothing: `sender_batch_id` does, and never changes.
        """
        return f"{self.sender_batch_id}-after-{self.denied_through}" if self.denied_through else self.sender_batch_id

    @property
    def superseded(self) -> bool:
        """Whether it can never be sent again as a whole, because a later batch pays some of its items."""
        return self.taken_over > 0

    @property
    def sends(self) -> int:
        """How often it was sent."""
        return 0 if self.first_sent_at is None else self.retry_count + 1

    def words(self) -> str:
        """Return how many items it has and what they come to."""
        plural = "item" if self.items == 1 else "items"
        return f"{self.items:,} {plural}, {grouped_amount(self.amount_minor, self.currency)} {self.currency}"


class AttemptRecord(Struct, frozen=True):
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
