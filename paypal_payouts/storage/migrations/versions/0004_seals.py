# ruff: noqa: INP001 - Alembic finds revisions by their file names, which begin with a number
"""Make room for seals over batches and trail, and let nobody change the trail.

What is stored is sealed by `storage.sealing`, which has the key. On Postgres the rights of the daily role keep the
trail as it is; SQLite, which has no roles, gets triggers.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_TRAIL = "audit_events"
_REFUSE = """
    CREATE TRIGGER {name} BEFORE {what} ON audit_events
    BEGIN SELECT RAISE(ABORT, 'the trail is never changed'); END
"""


def upgrade() -> None:
    """Add a table and a column; an index that finds the last row of a chain takes the place of one that does not."""
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "batch_seals",
        sa.Column("batch_id", key, nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("rows_digest", "contents", "progress")),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_batch_seals")),
        sa.ForeignKeyConstraint(["batch_id"], ["payout_batches.id"], name=op.f("fk_batch_seals_batch_id")),
    )
    op.add_column(_TRAIL, sa.Column("seal", sa.String()))
    op.create_index("ix_audit_events_cycle_id_id", _TRAIL, ["cycle_id", "id"])
    op.drop_index("ix_audit_events_cycle_id", _TRAIL)
    if op.get_context().dialect.name == "sqlite":
        for what in ("UPDATE", "DELETE"):
            op.execute(_REFUSE.format(name=f"audit_events_no_{what.lower()}", what=what))
