"""The database: what was meant, sent, answered and read. The only room that knows SQL.

Source: docs/design.md, 8, 11 and 12.
"""

from paypal_payouts.storage.durability import durability
from paypal_payouts.storage.schema import HEAD, NewerSchema, OlderSchema
from paypal_payouts.storage.store import Store, open_store
from paypal_payouts.storage.theirs import TheirBatch, TheirItem
from paypal_payouts.storage.values import (
    Book,
    FailureCount,
    Holder,
    HolderInfo,
    ItemChange,
    Lease,
    Permit,
)

__all__ = [
    "HEAD",
    "Book",
    "FailureCount",
    "Holder",
    "HolderInfo",
    "ItemChange",
    "Lease",
    "NewerSchema",
    "OlderSchema",
    "Permit",
    "Store",
    "TheirBatch",
    "TheirItem",
    "durability",
    "open_store",
]
