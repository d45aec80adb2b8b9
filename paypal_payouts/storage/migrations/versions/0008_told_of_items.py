# ruff: noqa: INP001 - Alembic finds revisions by their file names, which begin with a number
"""Keep what PayPal says of an item besides its word: what it took from which balance, the activity, and when."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0006"


def upgrade() -> None:
    """Add columns, empty until PayPal shows the items again."""
    op.add_column("payout_items", sa.Column("activity_id", sa.String()))
    op.add_column("payout_items", sa.Column("time_processed", sa.String()))
    op.add_column("payout_items", sa.Column("debited_minor", sa.BigInteger()))
    op.add_column("payout_items", sa.Column("debited_currency", sa.String()))
    op.add_column("payout_items", sa.Column("exchange_rate", sa.String()))
