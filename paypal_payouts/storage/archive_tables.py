"""The tables of what stays of archived cycles."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from paypal_payouts.domain.states import ItemState
from paypal_payouts.storage.columns import HASH, KEY, TableRow, Words, one_of, only_where


class ArchivedCycle(TableRow, table=True):
    """A cycle whose items, requests and sends are in a file, and here no more (`storage.archives`)."""

    __tablename__ = "archives"

    cycle_id: int = Field(primary_key=True, foreign_key="cycles.id", sa_type=KEY)
    file: str
    """Its name in the folder of the archive."""
    sha256: str
    """Of the file, in hexadecimal."""
    archived_at: datetime
    items: int
    payments: int
    """With those that a later attempt took over."""
    hashed_with: str = Field(sa_type=HASH)
    """What tells the key of the hashes from any other."""
    forgot_receivers: int
    """Receivers stand in its trail as hashes, too."""
    seal: str


class ArchivedItem(TableRow, table=True):
    """What stays of a payment that is archived: how it ended, and hashes of its item, receiver and payee.

    By these (`Seal.known_as`) whoever has them finds it again.
    """

    __tablename__ = "archived_items"
    __table_args__ = (
        sa.ForeignKeyConstraint(["batch_id", "cycle_id"], ["payout_batches.id", "payout_batches.cycle_id"]),
        sa.UniqueConstraint("cycle_id", "item", "batch_id"),
        sa.Index("ix_archived_items_payee", "payee", "batch_id", **only_where("payee IS NOT NULL")),
        one_of("state", ItemState),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    cycle_id: int = Field(sa_type=KEY)
    batch_id: int = Field(sa_type=KEY)
    item: str = Field(sa_type=HASH)
    receiver: str = Field(sa_type=HASH)
    payee: str | None = Field(default=None, sa_type=HASH)
    amount_minor: int = Field(sa_type=sa.BigInteger)
    fee_minor: int | None = Field(default=None, sa_type=sa.BigInteger)
    debited_minor: int | None = Field(default=None, sa_type=sa.BigInteger)
    debited_currency: str | None = None
    state: ItemState = Field(sa_type=Words(ItemState))
    newest: int
