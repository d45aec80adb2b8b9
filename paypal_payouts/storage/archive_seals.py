"""What is sealed of an archived cycle: that it is archived, where, and every hash that stays of it.

Its batches keep their own seals (`storage.seals`). So nobody who can write to the database alone makes a cycle look
archived, or as if an archived one had never been paid.
"""

import hashlib
import json
from typing import Any, Final

import sqlalchemy as sa

from paypal_payouts.errors import SealBroken
from paypal_payouts.storage.audit import ARCHIVED, RESEALED
from paypal_payouts.storage.key import Sealed, seal_of
from paypal_payouts.storage.tables import archived_items, archives, audit_events, batches, cycles

_ARCHIVE: Final = (
    "cycle_id",
    "file",
    "sha256",
    "archived_at",
    "items",
    "payments",
    "hashed_with",
    "forgot_receivers",
)
_ITEM: Final = (
    "batch_id",
    "item",
    "receiver",
    "payee",
    "amount_minor",
    "fee_minor",
    "debited_minor",
    "debited_currency",
    "state",
    "newest",
)

_ID: Final[sa.BindParameter[Any]] = sa.bindparam("of_cycle")
_OF_CYCLE: Final[sa.Select[Any]] = (
    sa.select(*(archives.c[name] for name in (*_ARCHIVE, "seal")), cycles.c.name)
    .join_from(archives, cycles)
    .where(archives.c.cycle_id == _ID)
)
_ITEMS: Final[sa.Select[Any]] = (
    sa.select(*(archived_items.c[name] for name in _ITEM))
    .where(archived_items.c.cycle_id == _ID)
    .order_by(archived_items.c.batch_id, archived_items.c.id)
)
_BATCHES: Final[sa.Select[Any]] = sa.select(batches.c.batch).where(batches.c.cycle_id == _ID).order_by(batches.c.id)
_LATER: Final = audit_events.alias()
_SAID: Final = (
    sa.select(audit_events.c.id)
    .where(
        audit_events.c.cycle_id == _ID,
        audit_events.c.action == ARCHIVED,
        ~sa.exists().where(_LATER.c.cycle_id == _ID, _LATER.c.action == RESEALED, _LATER.c.id > audit_events.c.id),
    )
    .limit(1)
)
"""That a cycle was archived, and nobody has vouched for it as it stands since."""
_ROWS_AT_ONCE: Final = 2_000
_STORE: Final = archives.update().where(archives.c.cycle_id == sa.bindparam("which"))


def seal_archive(connection: sa.Connection, cycle_id: int) -> None:
    """Seal an archived cycle as it stands in this transaction."""
    row = connection.execute(_OF_CYCLE, {"of_cycle": cycle_id}).one()
    seal = seal_of(connection).over("archive", *_facts(connection, row))
    connection.execute(_STORE, {"which": cycle_id, "seal": seal})


def check_archive(connection: sa.Connection, cycle_id: int) -> bool:
    """Look at the seal of a cycle where it is archived; return whether it is.

    Raises:
        SealBroken: somebody else changed it.

    """
    row = connection.execute(_OF_CYCLE, {"of_cycle": cycle_id}).first()
    if row is None:
        if connection.execute(_SAID, {"of_cycle": cycle_id}).first() is not None:
            raise SealBroken("The trail says that a cycle was archived, and another hand made it look alive.")
        return False
    if not seal_of(connection).matches(row.seal, "archive", *_facts(connection, row)):
        raise SealBroken(
            f"The archive of cycle {row.name} was changed in the database by another hand: what stays of its payments "
            "is not what was sealed.",
            details=[{"cycle": row.name, "file": row.file}],
        )
    return True


def _facts(connection: sa.Connection, row: sa.Row[Any]) -> list[Sealed]:
    which = {"of_cycle": row.cycle_id}
    digest = hashlib.sha256()
    for item in connection.execute(_ITEMS, which, execution_options={"yield_per": _ROWS_AT_ONCE}):
        digest.update(json.dumps(tuple(item), separators=(",", ":")).encode("ascii"))
    names = "\n".join(connection.execute(_BATCHES, which).scalars())
    facts = [row._mapping[name] for name in _ARCHIVE]  # noqa: SLF001 - SQLAlchemy's public name for it
    return [row.name, *facts, names, digest.hexdigest()]
