"""The rights that daily work takes on Postgres, table by table: asked for before anything is stored, and by `doctor`.

Whoever makes or changes the tables owns them and needs no grant. Another role changes neither the trail nor what the
database is bound to, nor which tables it has (docs/operations.md, Postgres).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple

import sqlalchemy as sa

from paypal_payouts.errors import ConfigInvalid
from paypal_payouts.storage.engine import Database, RightMissing
from paypal_payouts.storage.tables import METADATA, archived_items, archives, audit_events, cycles, settings

_CHANGES: Final = ("INSERT", "UPDATE", "DELETE", "TRUNCATE")
_ADDS: Final = frozenset({"INSERT"})
_ADDS_ONLY: Final = frozenset({audit_events.name, cycles.name, settings.name})
"""A row of these is never changed by daily work. To `settings` the fingerprint of the client id is added, once."""

_READS_ONLY: Final = frozenset({"alembic_version", archives.name, archived_items.name})
"""Who owns the tables archives; daily work alone must know what is archived."""

NEEDED: Final = {
    **{name: _ADDS if name in _ADDS_ONLY else _ADDS | {"UPDATE"} for name in METADATA.tables},
    **dict.fromkeys(_READS_ONLY, frozenset[str]()),
}
"""What the role of daily work may do to each table, beside reading it."""

AS_OWNER: Final = (
    "Run once as the role that owns them: `PAYOUTS_DATABASE__URL=postgresql+psycopg://OWNER@HOST/DB payouts sync` "
    "(docs/operations.md, Postgres)."
)

_TABLES: Final = sa.text(f"""
    SELECT c.relname, has_table_privilege(c.oid, 'SELECT') AS reads,
           {", ".join(f"has_table_privilege(c.oid, '{change}') AS {change.lower()}s" for change in _CHANGES)},
           pg_has_role(c.relowner, 'USAGE') AS owns,
           has_sequence_privilege(s.name, 'USAGE') OR has_sequence_privilege(s.name, 'UPDATE') AS counts,
           s.name AS sequence, quote_ident(current_user) AS role
    FROM pg_class c
    LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'id' AND NOT a.attisdropped
    LEFT JOIN LATERAL (SELECT pg_get_serial_sequence(quote_ident(c.relname), 'id') AS name WHERE a.attname IS NOT NULL)
              s ON true
    WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace AND c.relname = ANY(:names)
    ORDER BY c.relname
""")  # noqa: S608 - our words


class Rights(NamedTuple):
    """What our role lacks and has too much, as the statements that change it."""

    lacking: list[str]
    too_many: list[str]
    owns_all: bool
    """It may change the tables themselves."""


def rights(connection: sa.Connection) -> Rights:
    """Ask what our role may do to each table and each sequence that there is."""
    rows = connection.execute(_TABLES, {"names": list(NEEDED)}).all()
    return Rights(
        [statement for row in rows for statement in _lacking(row)],
        [statement for row in rows if not row.owns for statement in _too_many(row)],
        all(row.owns for row in rows),
    )


def check_rights(database: Database) -> None:
    """Make sure that our role may do all that daily work takes, before anything is stored.

    Raises:
        ConfigInvalid: it may not, with the statements that let it.

    """
    if database.dialect != "postgresql":
        return
    with database.read() as connection:
        lacking = rights(connection).lacking
    if lacking:
        raise ConfigInvalid(
            f"Our role in the database {database.name} has not all the rights that it needs.",
            hint=f"Nothing was sent. Run as the owner of the tables: `{'; '.join(lacking)};` (docs/operations.md, "
            "Postgres).",
        )


@contextmanager
def by_owner_alone() -> Iterator[None]:
    """Do what the role of daily work must not: say so where it is that role that tries.

    Raises:
        ConfigInvalid: our role may not do this; nothing was changed.

    """
    try:
        yield
    except RightMissing as failure:
        raise ConfigInvalid(
            failure.message,
            hint="Nothing was changed or sent. Run this command once as the role that owns the tables, with "
            "`PAYOUTS_DATABASE__URL=postgresql+psycopg://OWNER@HOST/DB` (docs/operations.md, Postgres).",
        ) from None


def _may(row: sa.Row[tuple[object, ...]]) -> set[str]:
    return {change for change in _CHANGES if getattr(row, f"{change.lower()}s")}


def _lacking(row: sa.Row[tuple[object, ...]]) -> Iterator[str]:
    wanted = sorted(NEEDED[row.relname] - _may(row))
    wanted = wanted if row.reads else ["SELECT", *wanted]
    if wanted:
        yield f"GRANT {', '.join(wanted)} ON {row.relname} TO {row.role}"
    if row.counts is False and NEEDED[row.relname] >= _ADDS:
        yield f"GRANT USAGE ON SEQUENCE {row.sequence} TO {row.role}"


def _too_many(row: sa.Row[tuple[object, ...]]) -> Iterator[str]:
    others = [change for change in _CHANGES if change in _may(row) - NEEDED[row.relname]]
    if others:
        yield f"REVOKE {', '.join(others)} ON {row.relname} FROM {row.role}"
