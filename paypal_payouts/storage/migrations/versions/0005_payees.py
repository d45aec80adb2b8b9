# ruff: noqa: INP001 - Alembic finds revisions by their file names, which begin with a number
"""Find where the money of a payee last arrived, without a look at the items of anybody else."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add an index, which has nothing of the rows that name no payee."""
    known = sa.text("payee_id IS NOT NULL")
    op.create_index(
        "ix_payout_items_payee", "payout_items", ["payee_id", "id"], sqlite_where=known, postgresql_where=known
    )
