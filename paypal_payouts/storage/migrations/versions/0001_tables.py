# ruff: noqa: INP001 - Alembic finds revisions by their file names, which begin with a number
"""Make the tables.

A revision is history: it spells everything out and imports nothing of the program, so that it does the same for ever.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_STATUSES = "planned in_flight accepted done denied canceled refused review abandoned"
_STATES = (
    "unsent pending success failed unclaimed returned onhold blocked refunded reversed denied canceled abandoned "
    "closed unrecognized"
)
_OUTCOMES = "accepted duplicate refused unknown not_sent"
_CLASSES = "transient rate_limited auth funds sender invalid_request payee duplicate unknown"
_RECIPIENTS = "EMAIL PHONE PAYPAL_ID USER_HANDLE"


def upgrade() -> None:
    """Make everything that there was at first."""
    _cycles_locks_settings()
    _payout_batches()
    _payout_items()
    _retry_attempts()
    _audit_events()


def _cycles_locks_settings() -> None:
    op.create_table("cycles", _id(), _text("name"), _time("created_at"), *_keys("cycles", "name"))
    op.create_table(
        "processing_locks",
        _text("key"),
        *map(_maybe_text, ["holder", "host"]),
        sa.Column("pid", sa.Integer()),
        *map(_maybe_text, ["command", "directory_id"]),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("writes", sa.BigInteger(), nullable=False),
        *map(_maybe_time, ["acquired_at", "expires_at"]),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_processing_locks")),
    )
    op.create_table(
        "settings",
        _text("key"),
        _text("value"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_settings")),
    )


def _payout_batches() -> None:
    table = "payout_batches"
    op.create_table(
        table,
        _id(),
        _text("batch"),
        sa.Column("cycle_id", _key(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        _text("sender_batch_id"),
        _maybe_text("paypal_batch_id"),
        sa.Column("status", sa.String(20), nullable=False),
        _text("currency"),
        sa.Column("item_count", sa.Integer(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("fees_minor", sa.BigInteger()),
        _text("checksum"),
        _time("created_at"),
        *map(_maybe_time, ["first_sent_at", "last_sent_at", "completed_at"]),
        _maybe_text("paypal_word"),
        sa.Column("retry_count", sa.Integer(), nullable=False),
        _maybe_time("last_retry_at"),
        _maybe_text("last_retry_error"),
        sa.Column("request", sa.LargeBinary(), nullable=False),
        *_keys(table, "batch", "sender_batch_id", "paypal_batch_id"),
        sa.UniqueConstraint("cycle_id", "sequence", "attempt", name=op.f(f"uq_{table}_cycle_id_sequence_attempt")),
        _reference(table, "cycle_id", "cycles"),
        _check(table, "status", _words("status", _STATUSES)),
        _check(table, "item_count", "item_count BETWEEN 1 AND 15000"),
        _check(table, "amount_minor", "amount_minor > 0"),
    )
    op.create_index("ix_payout_batches_last_sent_at", table, ["last_sent_at"])


def _payout_items() -> None:
    table = "payout_items"
    op.create_table(
        table,
        _id(),
        sa.Column("cycle_id", _key(), nullable=False),
        sa.Column("batch_id", _key(), nullable=False),
        sa.Column("item_id", sa.String(63).with_variant(sa.String(63, collation="C"), "postgresql"), nullable=False),
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
        _time("updated_at"),
        *_keys(table),
        sa.UniqueConstraint("batch_id", "item_id", name=op.f(f"uq_{table}_batch_id_item_id")),
        _reference(table, "cycle_id", "cycles"),
        _reference(table, "batch_id", "payout_batches"),
        _check(table, "state", _words("state", _STATES)),
        _check(table, "error_class", _words("error_class", _CLASSES)),
        _check(table, "recipient_type", _words("recipient_type", _RECIPIENTS)),
        _check(table, "amount_minor", "amount_minor > 0"),
        _check(table, "live", "live IN (0, 1)"),
        _check(table, "newest", "newest IN (0, 1)"),
    )
    op.create_index("ix_payout_items_batch_id_state", table, ["batch_id", "state"])
    for flag in ("live", "newest"):
        only = sa.text(f"{flag} = 1")
        op.create_index(
            f"uq_payout_items_{flag}",
            table,
            ["cycle_id", "item_id"],
            unique=True,
            sqlite_where=only,
            postgresql_where=only,
        )


def _retry_attempts() -> None:
    table = "retry_attempts"
    op.create_table(
        table,
        _id(),
        sa.Column("batch_id", _key(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        _time("started_at"),
        _maybe_time("ended_at"),
        sa.Column("outcome", sa.String(20)),
        *map(_maybe_text, ["error_code", "error_message"]),
        sa.Column("error_class", sa.String(20)),
        sa.Column("http_status", sa.Integer()),
        _maybe_text("debug_id"),
        sa.Column("delay_s", sa.Float()),
        *map(_text, ["operator", "policy"]),
        *_keys(table),
        sa.UniqueConstraint("batch_id", "number", name=op.f(f"uq_{table}_batch_id_number")),
        _reference(table, "batch_id", "payout_batches"),
        _check(table, "outcome", _words("outcome", _OUTCOMES)),
        _check(table, "error_class", _words("error_class", _CLASSES)),
    )


def _audit_events() -> None:
    table = "audit_events"
    op.create_table(
        table,
        _id(),
        _time("at"),
        sa.Column("cycle_id", _key()),
        sa.Column("batch_id", _key()),
        _maybe_text("item_id"),
        *map(_text, ["actor", "action"]),
        *map(_maybe_text, ["from_state", "to_state", "reason"]),
        _text("evidence"),
        *_keys(table),
        _reference(table, "cycle_id", "cycles"),
        _reference(table, "batch_id", "payout_batches"),
    )
    op.create_index(op.f("ix_audit_events_cycle_id"), table, ["cycle_id"])
    op.create_index(op.f("ix_audit_events_batch_id"), table, ["batch_id"])


def _key() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _id() -> sa.Column[int]:
    return sa.Column("id", _key(), nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _maybe_text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String())


def _time(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _maybe_time(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True))


def _keys(table: str, *unique: str) -> Sequence[sa.Constraint]:
    return [
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        *(sa.UniqueConstraint(column, name=op.f(f"uq_{table}_{column}")) for column in unique),
    ]


def _reference(table: str, column: str, to: str) -> sa.Constraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))


def _check(table: str, name: str, condition: str) -> sa.Constraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _words(column: str, words: str) -> str:
    # Not IN: with more than two words SQLite builds a temporary table of them for every row that it writes.
    return " OR ".join(f"{column} = '{word}'" for word in words.split())
