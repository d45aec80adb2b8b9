# ruff: noqa: INP001 - Alembic finds revisions by their file names, which begin with a number
"""Keep beside a payment what PayPal says against our record of it, and beside a batch its last definite refusal.

What older programs stored and never showed is found again: an older payment that PayPal says may have been paid, and a
batch that is in flight although every send of it was denied or refused.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_BATCHES = "payout_batches"
_NEW = "payout_batches_new"
_ITEMS = "payout_items"
_STATUSES = "planned in_flight accepted done denied canceled refused review abandoned"
_CLASSES = "transient rate_limited auth funds sender invalid_request payee duplicate unknown"
_MAY_BE_PAID = "'success', 'pending', 'unclaimed', 'onhold', 'blocked', 'unrecognized'"

_DENIED_THROUGH = """
    UPDATE payout_batches SET denied_through = (
        SELECT max(a.number) FROM retry_attempts a JOIN audit_events e ON e.batch_id = a.batch_id
        WHERE a.batch_id = payout_batches.id AND e.action = 'deny' AND a.started_at <= e.at
    )
"""
_REFUSAL = """
    UPDATE payout_batches SET refusal_send = (
        SELECT max(number) FROM retry_attempts WHERE batch_id = payout_batches.id AND outcome = 'refused'
    ) WHERE status IN ('in_flight', 'refused')
"""
_REFUSAL_WORDS = """
    UPDATE payout_batches SET refusal_code = a.error_code, refusal_message = a.error_message,
                              refusal_class = a.error_class
    FROM retry_attempts a WHERE a.batch_id = payout_batches.id AND a.number = payout_batches.refusal_send
"""
_CONFLICTS = f"""
    UPDATE payout_items SET conflict = coalesce(raw_state, upper(state))
    WHERE newest = 0 AND state IN ({_MAY_BE_PAID})
"""  # noqa: S608 - our words
_LIVE = """
    UPDATE payout_items SET live = 1 WHERE id IN (
        SELECT max(older.id) FROM payout_items older WHERE older.conflict IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM payout_items other
            WHERE other.cycle_id = older.cycle_id AND other.item_id = older.item_id AND other.live = 1
        ) GROUP BY older.cycle_id, older.item_id
    )
"""
_EVIDENCE = {
    "sqlite": "json_extract(evidence, '$.paypal_batch_id')",
    "postgresql": "CAST(evidence AS json) ->> 'paypal_batch_id'",
}
_NAMED = """
    UPDATE payout_batches SET named_batch_id = (
        SELECT {named} FROM audit_events
        WHERE batch_id = payout_batches.id AND action = 'doubt' AND {named} IS NOT NULL AND id > (
            SELECT coalesce(max(id), 0) FROM audit_events WHERE batch_id = payout_batches.id AND action = 'deny'
        ) ORDER BY id DESC LIMIT 1
    ) WHERE status IN ('in_flight', 'review')
"""
_COUNT = """
    UPDATE item_counts SET (conflicts, open_conflicts) = (
        SELECT count(*), count(*) FROM payout_items i
        WHERE i.batch_id = item_counts.batch_id AND i.state = item_counts.state AND i.conflict IS NOT NULL
    )
"""


def upgrade() -> None:
    """Add the columns, then find what older programs did not show."""
    if op.get_context().dialect.name == "sqlite":
        _rebuild_batches()
    else:
        for new in _new_batch_columns():
            op.add_column(_BATCHES, new)
        op.create_check_constraint(op.f(f"ck_{_BATCHES}_refusal_class"), _BATCHES, _words("refusal_class", _CLASSES))
    op.create_index("ix_payout_batches_created_at", _BATCHES, ["created_at"])
    op.add_column(_ITEMS, sa.Column("line", sa.Integer()))
    op.add_column(_ITEMS, sa.Column("payee_id", sa.String()))
    op.add_column(_ITEMS, sa.Column("conflict", sa.String()))
    op.add_column(_ITEMS, sa.Column("acknowledged", sa.Integer(), nullable=False, server_default="0"))
    for column in ("conflicts", "open_conflicts"):
        op.add_column("item_counts", sa.Column(column, sa.Integer(), nullable=False, server_default="0"))
    has_conflict = sa.text("conflict IS NOT NULL")
    op.create_index(
        "ix_payout_items_conflict",
        _ITEMS,
        ["cycle_id", "item_id"],
        sqlite_where=has_conflict,
        postgresql_where=has_conflict,
    )
    named = _NAMED.format(named=_EVIDENCE[op.get_context().dialect.name])
    for statement in (_DENIED_THROUGH, _REFUSAL, _REFUSAL_WORDS, named, _CONFLICTS, _LIVE, _COUNT):
        op.execute(statement)


def _new_batch_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("source", sa.String()),
        sa.Column("copy_allowed", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("named_batch_id", sa.String()),
        sa.Column("last_read_at", sa.DateTime(timezone=True)),
        sa.Column("denied_through", sa.Integer()),
        sa.Column("refusal_send", sa.Integer()),
        sa.Column("refusal_code", sa.String()),
        sa.Column("refusal_message", sa.String()),
        sa.Column("refusal_class", sa.String(20)),
    ]


def _rebuild_batches() -> None:
    """Make the table again, with the new columns before the request: SQLite reads through it to what follows."""
    old = (
        "id, batch, cycle_id, sequence, attempt, sender_batch_id, paypal_batch_id, status, currency, item_count, "
        "amount_minor, fees_minor, checksum, created_at, first_sent_at, last_sent_at, completed_at, paypal_word, "
        "retry_count, last_retry_at, last_retry_error, request"
    )
    op.create_table(
        _NEW,
        sa.Column("id", _key(), nullable=False),
        _text("batch"),
        sa.Column("cycle_id", _key(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        _text("sender_batch_id"),
        sa.Column("paypal_batch_id", sa.String()),
        sa.Column("status", sa.String(20), nullable=False),
        _text("currency"),
        sa.Column("item_count", sa.Integer(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("fees_minor", sa.BigInteger()),
        _text("checksum"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True)) for name in ("first_sent_at", "last_sent_at", "completed_at")),
        sa.Column("paypal_word", sa.String()),
        sa.Column("retry_count", sa.Integer(), nullable=False),
        sa.Column("last_retry_at", sa.DateTime(timezone=True)),
        sa.Column("last_retry_error", sa.String()),
        *_new_batch_columns(),
        sa.Column("request", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{_BATCHES}")),
        *(
            sa.UniqueConstraint(name, name=op.f(f"uq_{_BATCHES}_{name}"))
            for name in ("batch", "sender_batch_id", "paypal_batch_id")
        ),
        sa.UniqueConstraint("cycle_id", "sequence", "attempt", name=op.f(f"uq_{_BATCHES}_cycle_id_sequence_attempt")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f(f"fk_{_BATCHES}_cycle_id")),
        _check("status", _words("status", _STATUSES)),
        _check("refusal_class", _words("refusal_class", _CLASSES)),
        _check("item_count", "item_count BETWEEN 1 AND 15000"),
        _check("amount_minor", "amount_minor > 0"),
    )
    op.execute(f"INSERT INTO {_NEW} ({old}) SELECT {old} FROM {_BATCHES}")  # noqa: S608 - our words
    op.drop_table(_BATCHES)
    op.rename_table(_NEW, _BATCHES)
    op.create_index("uq_payout_batches_id_cycle_id", _BATCHES, ["id", "cycle_id"], unique=True)
    op.create_index("ix_payout_batches_last_sent_at", _BATCHES, ["last_sent_at"])


def _key() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _check(name: str, condition: str) -> sa.Constraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{_BATCHES}_{name}"))


def _words(column: str, words: str) -> str:
    # Not IN: with more than two words SQLite builds a temporary table of them for every row that it writes.
    return " OR ".join(f"{column} = '{word}'" for word in words.split())
