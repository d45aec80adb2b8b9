"""The tables. What must never happen is refused here, by the database, even where the code is wrong.

Source: docs/design.md, 12. They are SQLAlchemy Core's, as every statement is: with classes for the rows, by SQLModel, a
command took half as long again to start.
A change here needs a migration; a test compares the two.
"""

from typing import Final, get_args

import sqlalchemy as sa

from paypal_payouts.domain.outcome import AttemptOutcome, ErrorClass
from paypal_payouts.domain.payout import ITEMS_PER_BATCH_MAX, RecipientType
from paypal_payouts.domain.states import BatchStatus, ItemState
from paypal_payouts.storage.archive_tables import archived_items, archives
from paypal_payouts.storage.columns import (
    ITEM_ID,
    KEY,
    METADATA,
    NUMBER,
    TEXT,
    TIME,
    UNITS,
    Words,
    key,
    one_of,
    only_where,
    optional,
    required,
)

__all__ = [
    "METADATA",
    "NEWEST",
    "archived_items",
    "archives",
    "attempts",
    "audit_events",
    "batch_seals",
    "batches",
    "cycles",
    "item_counts",
    "items",
    "locks",
    "settings",
]

cycles: Final = sa.Table(
    "cycles",
    METADATA,
    key("id", KEY),
    required("name", TEXT, unique=True),
    required("created_at", TIME),
)
"""One round of paying people."""

batches: Final = sa.Table(
    "payout_batches",
    METADATA,
    key("id", KEY),
    required("batch", TEXT, unique=True),
    required("cycle_id", KEY, sa.ForeignKey("cycles.id")),
    required("sequence", NUMBER),
    required("attempt", NUMBER),
    required("sender_batch_id", TEXT, unique=True),
    optional("paypal_batch_id", TEXT, unique=True),
    required("status", Words(BatchStatus)),
    required("currency", TEXT),
    required("item_count", NUMBER),
    required("amount_minor", UNITS),
    optional("fees_minor", UNITS),
    required("checksum", TEXT),
    required("created_at", TIME),
    optional("first_sent_at", TIME),
    optional("last_sent_at", TIME),
    optional("completed_at", TIME),
    optional("paypal_word", TEXT),
    required("retry_count", NUMBER),
    optional("last_retry_at", TIME),
    optional("last_retry_error", TEXT),
    # What the input was called.
    optional("source", TEXT),
    # The operator said that it may be stored although it looks like a copy (`--allow-duplicate`).
    required("copy_allowed", NUMBER, server_default="0"),
    # The batch that PayPal says it has under our id, until it is compared and accepted as ours.
    optional("named_batch_id", TEXT),
    # When PayPal last showed the batch in a way that could be read.
    optional("last_read_at", TIME),
    # The last send that was made before PayPal denied the batch: what it had accepted up to there has ended.
    optional("denied_through", NUMBER),
    # The number of the last send that PayPal surely refused, as long as nothing was accepted since.
    optional("refusal_send", NUMBER),
    optional("refusal_code", TEXT),
    optional("refusal_message", TEXT),
    optional("refusal_class", Words(ErrorClass)),
    # Last, as SQLite reads through whatever stands before the column that is asked for.
    required("request", sa.LargeBinary),
    sa.UniqueConstraint("cycle_id", "sequence", "attempt"),
    sa.Index("uq_payout_batches_id_cycle_id", "id", "cycle_id", unique=True),
    sa.Index("ix_payout_batches_last_sent_at", "last_sent_at"),
    sa.Index("ix_payout_batches_created_at", "created_at"),
    one_of("status", BatchStatus),
    one_of("refusal_class", ErrorClass),
    sa.CheckConstraint(f"item_count BETWEEN 1 AND {ITEMS_PER_BATCH_MAX}", name="item_count"),
    sa.CheckConstraint("amount_minor > 0", name="amount_minor"),
)
"""One request to PayPal, with the exact bytes that every send of it carries (zlib, level 1)."""

items: Final = sa.Table(
    "payout_items",
    METADATA,
    key("id", KEY),
    required("cycle_id", KEY),
    required("batch_id", KEY),
    required("item_id", ITEM_ID),
    required("receiver", TEXT),
    required("recipient_type", TEXT),
    required("amount_minor", UNITS),
    required("currency", TEXT),
    optional("note", TEXT),
    optional("purpose", TEXT),
    optional("recipient_wallet", TEXT),
    optional("language", TEXT),
    required("state", Words(ItemState)),
    optional("raw_state", TEXT),
    optional("fee_minor", UNITS),
    optional("paypal_item_id", TEXT),
    optional("transaction_id", TEXT),
    optional("error_code", TEXT),
    optional("error_message", TEXT),
    optional("error_class", Words(ErrorClass)),
    required("live", NUMBER),
    required("newest", NUMBER),
    required("updated_at", TIME),
    # Where in the input it stood.
    optional("line", NUMBER),
    optional("payee_id", TEXT),
    # PayPal's word that contradicts our record of this payment.
    optional("conflict", TEXT),
    # A person has seen that conflict and settled it.
    required("acknowledged", NUMBER, server_default="0"),
    optional("activity_id", TEXT),
    # When PayPal last processed it: RFC 3339, in UTC.
    optional("time_processed", TEXT),
    # What it took from the balance of another currency; none where nothing was converted.
    optional("debited_minor", UNITS),
    optional("debited_currency", TEXT),
    optional("exchange_rate", TEXT),
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
    postgresql_with={"fillfactor": 40},
)
"""One payment of an item: a row per item and attempt, in integer minor units.

`live`: may have been paid, or may yet be. `newest`: no later attempt has taken the item over. At most one row of an
item is live, and one is the newest: the two partial indexes refuse a second payment even where the code is wrong.

`state`: `unsent` until something is said of this very item. That PayPal took the whole batch is written with the
batch alone, and makes such items `pending`: whoever reads states asks for `shown_state`.

What PayPal says of an item touches none of the indexes; so Postgres writes the new row beside the old one, where
enough of each page is left free for it, and leaves them alone (measured: migration 0006).
"""

batch_seals: Final = sa.Table(
    "batch_seals",
    METADATA,
    key("batch_id", KEY, sa.ForeignKey("payout_batches.id")),
    # SHA-256 of what its items say of who is paid, in hexadecimal.
    required("rows_digest", TEXT),
    required("contents", TEXT),
    required("progress", TEXT),
)
"""What shows that a batch and its items are as this program wrote them (`storage.seals`)."""

item_counts: Final = sa.Table(
    "item_counts",
    METADATA,
    key("batch_id", KEY, sa.ForeignKey("payout_batches.id")),
    key("state", Words(ItemState)),
    required("number", NUMBER),
    required("newest", NUMBER),
    required("conflicts", NUMBER, server_default="0"),
    required("open_conflicts", NUMBER, server_default="0"),
    one_of("state", ItemState),
)
"""How many items of a batch are in a state, as the items have it.

And how many of these are the newest of their item, and how many have a conflict, open or not.

The database counts them again in every transaction that may change that (`storage.counts`).
"""

attempts: Final = sa.Table(
    "retry_attempts",
    METADATA,
    key("id", KEY),
    required("batch_id", KEY, sa.ForeignKey("payout_batches.id")),
    required("number", NUMBER),
    required("started_at", TIME),
    optional("ended_at", TIME),
    optional("outcome", Words(AttemptOutcome)),
    optional("error_code", TEXT),
    optional("error_message", TEXT),
    optional("error_class", Words(ErrorClass)),
    optional("http_status", NUMBER),
    optional("debug_id", TEXT),
    optional("delay_s", sa.Float),
    required("operator", TEXT),
    required("policy", TEXT),
    sa.UniqueConstraint("batch_id", "number"),
    one_of("outcome", AttemptOutcome),
    one_of("error_class", ErrorClass),
)
"""One send of a batch, opened before the POST; without an outcome nobody knows how it ended."""

locks: Final = sa.Table(
    "processing_locks",
    METADATA,
    key("key", TEXT),
    optional("holder", TEXT),
    optional("host", TEXT),
    optional("pid", NUMBER),
    optional("command", TEXT),
    optional("directory_id", TEXT),
    required("fence", UNITS),
    # Counts every write under the key, so that one whose commit got no answer can be looked up.
    required("writes", UNITS),
    optional("acquired_at", TIME),
    optional("expires_at", TIME),
)
"""The lease of a key. Never deleted: a release clears the holder, so that the fence only grows."""

audit_events: Final = sa.Table(
    "audit_events",
    METADATA,
    key("id", KEY),
    required("at", TIME),
    optional("cycle_id", KEY, sa.ForeignKey("cycles.id")),
    optional("batch_id", KEY, sa.ForeignKey("payout_batches.id"), index=True),
    optional("item_id", TEXT),
    required("actor", TEXT),
    required("action", TEXT),
    optional("from_state", TEXT),
    optional("to_state", TEXT),
    optional("reason", TEXT),
    # A JSON object.
    required("evidence", TEXT),
    # Over this row and the seal of the one before it in its cycle; none in rows from before there were seals.
    optional("seal", TEXT),
    sa.Index("ix_audit_events_cycle_id_id", "cycle_id", "id"),
)
"""One line of the trail: written with what it tells of, in one transaction, and never changed."""

settings: Final = sa.Table(
    "settings",
    METADATA,
    key("key", TEXT),
    required("value", TEXT),
)
"""What the database is bound to: `environment`, `account` and the fingerprint of the client id."""

NEWEST: Final = items.c.newest == sa.literal_column("1")
"""A constant and no parameter, so that a statement prepared for any value may use the partial index, too."""
