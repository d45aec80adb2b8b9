"""The tables. What must never happen is refused here, by the database, even where the code is wrong.

Source: docs/design.md, 12. SQLModel classes are rows and stay in this package; statements are Core, on the tables
below.
A change here needs a migration; a test compares the two.
"""

from datetime import datetime
from typing import Final, get_args

import sqlalchemy as sa
from sqlmodel import Field

from paypal_payouts.domain.outcome import AttemptOutcome, ErrorClass
from paypal_payouts.domain.payout import ITEMS_PER_BATCH_MAX, RecipientType
from paypal_payouts.domain.states import CAME_BACK, BatchStatus, ItemState
from paypal_payouts.storage.archive_tables import ArchivedCycle, ArchivedItem
from paypal_payouts.storage.columns import ITEM_ID, KEY, TableRow, Words, one_of, only_where, table_of


class Cycle(TableRow, table=True):
    """One round of paying people."""

    __tablename__ = "cycles"

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    name: str = Field(unique=True)
    created_at: datetime


class PayoutBatch(TableRow, table=True):
    """One request to PayPal, with the exact bytes that every send of it carries (zlib, level 1)."""

    __tablename__ = "payout_batches"
    __table_args__ = (
        sa.UniqueConstraint("cycle_id", "sequence", "attempt"),
        sa.Index("uq_payout_batches_id_cycle_id", "id", "cycle_id", unique=True),
        sa.Index("ix_payout_batches_last_sent_at", "last_sent_at"),
        sa.Index("ix_payout_batches_created_at", "created_at"),
        one_of("status", BatchStatus),
        one_of("refusal_class", ErrorClass),
        sa.CheckConstraint(f"item_count BETWEEN 1 AND {ITEMS_PER_BATCH_MAX}", name="item_count"),
        sa.CheckConstraint("amount_minor > 0", name="amount_minor"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    batch: str = Field(unique=True)
    cycle_id: int = Field(foreign_key="cycles.id", sa_type=KEY)
    sequence: int
    attempt: int
    sender_batch_id: str = Field(unique=True)
    paypal_batch_id: str | None = Field(default=None, unique=True)
    status: BatchStatus = Field(sa_type=Words(BatchStatus))
    currency: str
    item_count: int
    amount_minor: int = Field(sa_type=sa.BigInteger)
    fees_minor: int | None = Field(default=None, sa_type=sa.BigInteger)
    checksum: str
    created_at: datetime
    first_sent_at: datetime | None = None
    last_sent_at: datetime | None = None
    completed_at: datetime | None = None
    paypal_word: str | None = None
    retry_count: int
    last_retry_at: datetime | None = None
    last_retry_error: str | None = None
    source: str | None = None
    """What the input was called."""
    copy_allowed: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """The operator said that it may be stored although it looks like a copy (`--allow-duplicate`)."""
    named_batch_id: str | None = None
    """The batch that PayPal says it has under our id, until it is compared and accepted as ours."""
    last_read_at: datetime | None = None
    """When PayPal last showed the batch in a way that could be read."""
    denied_through: int | None = None
    """The last send that was made before PayPal denied the batch: what it had accepted up to there has ended."""
    refusal_send: int | None = None
    """The number of the last send that PayPal surely refused, as long as nothing was accepted since."""
    refusal_code: str | None = None
    refusal_message: str | None = None
    refusal_class: ErrorClass | None = Field(default=None, sa_type=Words(ErrorClass))
    request: bytes
    """Last, as SQLite reads through whatever stands before the column that is asked for."""


class PayoutItem(TableRow, table=True):
    """One payment of an item: a row per item and attempt, in integer minor units.

    `live`: may have been paid, or may yet be. `newest`: no later attempt has taken the item over. At most one row of an
    item is live, and one is the newest: the two partial indexes refuse a second payment even where the code is wrong.

    `state`: `unsent` until something is said of this very item. That PayPal took the whole batch is written with the
    batch alone, and makes such items `pending`: whoever reads states asks for `shown_state`.

    What PayPal says of an item touches none of the indexes; so Postgres writes the new row beside the old one, where
    enough of each page is left free for it, and leaves them alone (measured: migration 0006).
    """

    __tablename__ = "payout_items"
    __table_args__ = (
        # One look into the batches for each new row, which also ties it to the cycle of its batch.
        sa.ForeignKeyConstraint(["batch_id", "cycle_id"], ["payout_batches.id", "payout_batches.cycle_id"]),
        sa.UniqueConstraint("batch_id", "item_id"),
        sa.Index("uq_payout_items_live", "cycle_id", "item_id", unique=True, **only_where("live = 1")),
        sa.Index("uq_payout_items_newest", "cycle_id", "item_id", unique=True, **only_where("newest = 1")),
        sa.Index("ix_payout_items_conflict", "cycle_id", "item_id", **only_where("conflict IS NOT NULL")),
        sa.Index("ix_payout_items_payee", "payee_id", "id", **only_where("payee_id IS NOT NULL")),
        sa.CheckConstraint("amount_minor > 0", name="amount_minor"),
        one_of("recipient_type", get_args(RecipientType)),
        one_of("state", ItemState),
        one_of("error_class", ErrorClass),
        sa.CheckConstraint("live IN (0, 1)", name="live"),
        sa.CheckConstraint("newest IN (0, 1)", name="newest"),
        {"info": {"fillfactor": 40}},
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    cycle_id: int = Field(sa_type=KEY)
    batch_id: int = Field(sa_type=KEY)
    item_id: str = Field(sa_type=ITEM_ID)
    receiver: str
    recipient_type: str
    amount_minor: int = Field(sa_type=sa.BigInteger)
    currency: str
    note: str | None = None
    purpose: str | None = None
    recipient_wallet: str | None = None
    language: str | None = None
    state: ItemState = Field(sa_type=Words(ItemState))
    raw_state: str | None = None
    fee_minor: int | None = Field(default=None, sa_type=sa.BigInteger)
    paypal_item_id: str | None = None
    transaction_id: str | None = None
    error_code: str | None = None
    error_message: str | None = None
    error_class: ErrorClass | None = Field(default=None, sa_type=Words(ErrorClass))
    live: int
    newest: int
    updated_at: datetime
    line: int | None = None
    """Where in the input it stood."""
    payee_id: str | None = None
    conflict: str | None = None
    """PayPal's word that contradicts our record of this payment."""
    acknowledged: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """A person has seen that conflict and settled it."""
    activity_id: str | None = None
    time_processed: str | None = None
    """When PayPal last processed it: RFC 3339, in UTC."""
    debited_minor: int | None = Field(default=None, sa_type=sa.BigInteger)
    """What it took from the balance of another currency; none where nothing was converted."""
    debited_currency: str | None = None
    exchange_rate: str | None = None


class BatchSeal(TableRow, table=True):
    """What shows that a batch and its items are as this program wrote them (`storage.seals`)."""

    __tablename__ = "batch_seals"

    batch_id: int = Field(primary_key=True, foreign_key="payout_batches.id", sa_type=KEY)
    rows_digest: str
    """SHA-256 of what its items say of who is paid, in hexadecimal."""
    contents: str
    progress: str


class ItemCount(TableRow, table=True):
    """How many items of a batch are in a state, as the items have it.

    And how many of these are the newest of their item, and how many have a conflict, open or not.

    The database counts them again in every transaction that may change that (`storage.counts`).
    """

    __tablename__ = "item_counts"
    __table_args__ = (one_of("state", ItemState),)

    batch_id: int = Field(primary_key=True, foreign_key="payout_batches.id", sa_type=KEY)
    state: ItemState = Field(primary_key=True, sa_type=Words(ItemState))
    number: int
    newest: int
    conflicts: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    open_conflicts: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class RetryAttempt(TableRow, table=True):
    """One send of a batch, opened before the POST; without an outcome nobody knows how it ended."""

    __tablename__ = "retry_attempts"
    __table_args__ = (
        sa.UniqueConstraint("batch_id", "number"),
        one_of("outcome", AttemptOutcome),
        one_of("error_class", ErrorClass),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    batch_id: int = Field(foreign_key="payout_batches.id", sa_type=KEY)
    number: int
    started_at: datetime
    ended_at: datetime | None = None
    outcome: AttemptOutcome | None = Field(default=None, sa_type=Words(AttemptOutcome))
    error_code: str | None = None
    error_message: str | None = None
    error_class: ErrorClass | None = Field(default=None, sa_type=Words(ErrorClass))
    http_status: int | None = None
    debug_id: str | None = None
    delay_s: float | None = None
    operator: str
    policy: str


class ProcessingLock(TableRow, table=True):
    """The lease of a key. Never deleted: a release clears the holder, so that the fence only grows."""

    __tablename__ = "processing_locks"

    key: str = Field(primary_key=True)
    holder: str | None = None
    host: str | None = None
    pid: int | None = None
    command: str | None = None
    directory_id: str | None = None
    fence: int = Field(sa_type=sa.BigInteger)
    writes: int = Field(sa_type=sa.BigInteger)
    """Counts every write under the key, so that one whose commit got no answer can be looked up."""
    acquired_at: datetime | None = None
    expires_at: datetime | None = None


class AuditRow(TableRow, table=True):
    """One line of the trail: written with what it tells of, in one transaction, and never changed."""

    __tablename__ = "audit_events"
    __table_args__ = (sa.Index("ix_audit_events_cycle_id_id", "cycle_id", "id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    at: datetime
    cycle_id: int | None = Field(default=None, foreign_key="cycles.id", sa_type=KEY)
    batch_id: int | None = Field(default=None, foreign_key="payout_batches.id", index=True, sa_type=KEY)
    item_id: str | None = None
    actor: str
    action: str
    from_state: str | None = None
    to_state: str | None = None
    reason: str | None = None
    evidence: str
    """A JSON object."""
    seal: str | None = None
    """Over this row and the seal of the one before it in its cycle; none in rows from before there were seals."""


class Setting(TableRow, table=True):
    """What the database is bound to: `environment`, `account` and the fingerprint of the client id."""

    __tablename__ = "settings"

    key: str = Field(primary_key=True)
    value: str


METADATA: Final = TableRow.metadata

cycles: Final = table_of(Cycle)
batches: Final = table_of(PayoutBatch)
items: Final = table_of(PayoutItem)
batch_seals: Final = table_of(BatchSeal)
item_counts: Final = table_of(ItemCount)
attempts: Final = table_of(RetryAttempt)
locks: Final = table_of(ProcessingLock)
audit_events: Final = table_of(AuditRow)
archives: Final = table_of(ArchivedCycle)
archived_items: Final = table_of(ArchivedItem)
settings: Final = table_of(Setting)

NEWEST: Final = items.c.newest == sa.literal_column("1")
"""A constant and no parameter, so that a statement prepared for any value may use the partial index, too."""

IS_LIVE: Final = sa.and_(items.c.live == sa.literal_column("1"), items.c.state.not_in(sorted(CAME_BACK)))
"""Of a payment: its payee has the money, or may yet get it."""
