# ruff: noqa: INP001 - Alembic finds revisions by their file names, which begin with a number
"""Add tables for what stays of cycles whose items are in files."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_STATES = (
    "unsent pending success failed unclaimed returned onhold blocked refunded reversed denied canceled abandoned "
    "closed unrecognized"
)


def upgrade() -> None:
    """Add two tables."""
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "archives",
        sa.Column("cycle_id", key, nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("file", "sha256")),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("items", "payments", "forgot_receivers")),
        sa.Column("hashed_with", sa.String(22), nullable=False),
        sa.Column("seal", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("cycle_id", name=op.f("pk_archives")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_archives_cycle_id")),
    )
    op.create_table(
        "archived_items",
        sa.Column("id", key, nullable=False),
        *(sa.Column(name, key, nullable=False) for name in ("cycle_id", "batch_id")),
        *(sa.Column(name, sa.String(22), nullable=False) for name in ("item", "receiver")),
        sa.Column("payee", sa.String(22)),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("fee_minor", sa.BigInteger()),
        sa.Column("debited_minor", sa.BigInteger()),
        sa.Column("debited_currency", sa.String()),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("newest", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archived_items")),
        sa.ForeignKeyConstraint(
            ["batch_id", "cycle_id"],
            ["payout_batches.id", "payout_batches.cycle_id"],
            name=op.f("fk_archived_items_batch_id"),
        ),
        sa.UniqueConstraint("cycle_id", "item", "batch_id", name=op.f("uq_archived_items_cycle_id_item_batch_id")),
        sa.CheckConstraint(
            " OR ".join(f"state = '{word}'" for word in _STATES.split()), name=op.f("ck_archived_items_state")
        ),
    )
    known = sa.text("payee IS NOT NULL")
    op.create_index(
        "ix_archived_items_payee", "archived_items", ["payee", "batch_id"], sqlite_where=known, postgresql_where=known
    )
