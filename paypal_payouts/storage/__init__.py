"""The database: what was meant, sent, answered and read. The only package that knows SQL.

Source: docs/design.md, 8, 11 and 12.
"""

from paypal_payouts.storage.durability import durability
from paypal_payouts.storage.history import CycleGlance
from paypal_payouts.storage.patience import Patience
from paypal_payouts.storage.schema import HEAD, NewerSchema, OlderSchema
from paypal_payouts.storage.seals import CheckedOnce
from paypal_payouts.storage.server import Proof, prove
from paypal_payouts.storage.store import Store, open_store, reseal
from paypal_payouts.storage.theirs import TheirBatch, TheirItem
from paypal_payouts.storage.values import (
    FailureCount,
    Holder,
    HolderInfo,
    ItemChange,
    Lease,
    OpenPayments,
    Permit,
    PlainChanges,
    StoredPayment,
)

__all__ = [
    "HEAD",
    "CheckedOnce",
    "CycleGlance",
    "FailureCount",
    "Holder",
    "HolderInfo",
    "ItemChange",
    "Lease",
    "NewerSchema",
    "OlderSchema",
    "OpenPayments",
    "Patience",
    "Permit",
    "PlainChanges",
    "Proof",
    "Store",
    "StoredPayment",
    "TheirBatch",
    "TheirItem",
    "durability",
    "open_store",
    "prove",
    "reseal",
]
