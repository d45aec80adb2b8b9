# ruff: noqa: INP001 - Alembic finds revisions by their file names, which begin with a number
"""Keep the counts of items by state, instead of an index that is written with every item; look once at each reference.

The new reference also ties an item to the cycle of its batch.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_ITEMS = "payout_items"
_NEW = "payout_items_new"
_REFERENCE = "fk_payout_items_batch_id"
_STATES = (
    "unsent pending success failed unclaimed returned onhold blocked refunded reversed denied canceled abandoned "
    "closed unrecognized"
)
_CLASSES = "transient rate_limited auth funds sender invalid_request payee duplicate unknown"
_RECIPIENTS = "EMAIL PHONE PAYPAL_ID USER_HANDLE"
_COUNT = """
    INSERT INTO item_counts (batch_id, state, number, newest)
    SELECT batch_id, state, count(*), sum(newest) FROM payout_items GROUP BY batch_id, state
"""


def upgrade() -> None:
    """Change the items and what leads to them, then count."""
    op.create_index("uq_payout_batches_id_cycle_id", "payout_batches", ["id", "cycle_id"], unique=True)
    op.drop_index("ix_payout_items_batch_id_state", _ITEMS)
    if op.get_context().dialect.name == "sqlite":
        _make_items_anew()
    else:
        op.drop_constraint("fk_payout_items_cycle_id", _ITEMS, type_="foreignkey")
        op.drop_constraint(_REFERENCE, _ITEMS, type_="foreignkey")
        op.create_foreign_key(_REFERENCE, _ITEMS, "payout_batches", ["batch_id", "cycle_id"], ["id", "cycle_id"])
        op.execute(f"ALTER TABLE {_ITEMS} SET (fillfactor = 50)")
    op.create_table(
        "item_counts",
        sa.Column("batch_id", _key(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("newest", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("batch_id", "state", name=op.f("pk_item_counts")),
        sa.ForeignKeyConstraint(["batch_id"], ["payout_batches.id"], name=op.f("fk_item_counts_batch_id")),
        sa.CheckConstraint(_words("state", _STATES), name=op.f("ck_item_counts_state")),
    )
    op.execute(_COUNT)


def _make_items_anew() -> None:
    """Change a reference as SQLite does: in a new table, which takes the rows and the name of the old one."""
    op.create_table(
        _NEW,
        sa.Column("id", _key(), nullable=False),
        sa.Column("cycle_id", _key(), nullable=False),
        sa.Column("batch_id", _key(), nullable=False),
        sa.Column("item_id", sa.String(63), nullable=False),
        *map(_text, ["receiver", "recipient_type"]),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        _text("currency"),
        *map(_maybe_text, ["note", "purpose", "recipient_wallet", "language"]),
        sa.Column("state", sa.String(20), nullable=False),
        _maybe_text("raw_state"),
        sa.Column("fee_minor", sa.BigInteger()),
        *map(_maybe_text, ["paypal_item_id", "transaction_id", "error_code", "error_message"]),
        sa.Column("error_class", sa.String(20)),
        sa.Column("live", sa.Integer(), nullable=False),
        sa.Column("newest", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_items")),
        sa.UniqueConstraint("batch_id", "item_id", name=op.f("uq_payout_items_batch_id_item_id")),
        sa.ForeignKeyConstraint(
            ["batch_id", "cycle_id"], ["payout_batches.id", "payout_batches.cycle_id"], name=op.f(_REFERENCE)
        ),
        _check("state", _words("state", _STATES)),
        _check("error_class", _words("error_class", _CLASSES)),
        _check("recipient_type", _words("recipient_type", _RECIPIENTS)),
        _check("amount_minor", "amount_minor > 0"),
        _check("live", "live IN (0, 1)"),
        _check("newest", "newest IN (0, 1)"),
    )
    op.execute(f"INSERT INTO {_NEW} SELECT * FROM {_ITEMS}")  # noqa: S608 - our words
    op.drop_table(_ITEMS)
    op.rename_table(_NEW, _ITEMS)
    for flag in ("live", "newest"):
        op.create_index(
            f"uq_payout_items_{flag}", _ITEMS, ["cycle_id", "item_id"], unique=True, sqlite_where=sa.text(f"{flag} = 1")
        )


def _key() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _maybe_text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String())


def _check(name: str, condition: str) -> sa.Constraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_payout_items_{name}"))


def _words(column: str, words: str) -> str:
    # Not IN: with more than two words SQLite builds a temporary table of them for every row that it writes.
    return " OR ".join(f"{column} = '{word}'" for word in words.split())
