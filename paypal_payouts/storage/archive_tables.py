"""The tables of what stays of archived cycles."""

from typing import Final

import sqlalchemy as sa

from paypal_payouts.domain.states import ItemState
from paypal_payouts.storage.columns import (
    HASH,
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

archives: Final = sa.Table(
    "archives",
    METADATA,
    key("cycle_id", KEY, sa.ForeignKey("cycles.id")),
    # Its name in the folder of the archive.
    required("file", TEXT),
    # Of the file, in hexadecimal.
    required("sha256", TEXT),
    required("archived_at", TIME),
    required("items", NUMBER),
    # With those that a later attempt took over.
    required("payments", NUMBER),
    # What tells the key of the hashes from any other.
    required("hashed_with", HASH),
    # Receivers stand in its trail as hashes, too.
    required("forgot_receivers", NUMBER),
    required("seal", TEXT),
)
"""A cycle whose items, requests and sends are in a file, and here no more (`storage.archives`)."""

archived_items: Final = sa.Table(
    "archived_items",
    METADATA,
    key("id", KEY),
    required("cycle_id", KEY),
    required("batch_id", KEY),
    required("item", HASH),
    required("receiver", HASH),
    optional("payee", HASH),
    required("amount_minor", UNITS),
    optional("fee_minor", UNITS),
    optional("debited_minor", UNITS),
    optional("debited_currency", TEXT),
    required("state", Words(ItemState)),
    required("newest", NUMBER),
    sa.ForeignKeyConstraint(["batch_id", "cycle_id"], ["payout_batches.id", "payout_batches.cycle_id"]),
    sa.UniqueConstraint("cycle_id", "item", "batch_id"),
    sa.Index("ix_archived_items_payee", "payee", "batch_id", **only_where("payee IS NOT NULL")),
    one_of("state", ItemState),
)
"""What stays of a payment that is archived: how it ended, and hashes of its item, receiver and payee.

By these (`Seal.known_as`) whoever has them finds it again.
"""
