"""Archiving a cycle: its items, requests and sends go into a file, and hashes of them stay.

The file is on the disk first. Then, in one transaction, it is read back and compared with what the database has, the
hashes are stored and sealed, and only then the rows go. A process that dies before the commit leaves a file beside a
cycle that is as it was: the next `archive` writes the same file again, and goes on.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from paypal_payouts.domain.archive import Archive, Candidate
from paypal_payouts.storage import audit
from paypal_payouts.storage.archive_file import compare, write_archive
from paypal_payouts.storage.archive_lines import LOCKING, archive_lines
from paypal_payouts.storage.archive_seals import check_archive, seal_archive
from paypal_payouts.storage.archived import archive_of, key_in_use
from paypal_payouts.storage.bulk import insert_many
from paypal_payouts.storage.engine import Database
from paypal_payouts.storage.forgetting import forget_receivers, is_more_than_a_word, receiver_hash
from paypal_payouts.storage.grants import by_owner_alone
from paypal_payouts.storage.key import seal_of
from paypal_payouts.storage.locks import free
from paypal_payouts.storage.repeating import repeated_when_cut
from paypal_payouts.storage.seals import check_stored, seal_progress
from paypal_payouts.storage.tables import (
    NEWEST,
    archived_items,
    archives,
    attempts,
    audit_events,
    batches,
    cycles,
    items,
)
from paypal_payouts.storage.tally import tally_of
from paypal_payouts.storage.values import Lease

_CYCLE: Final[sa.BindParameter[Any]] = sa.bindparam("cycle")
_CYCLE_ID: Final = sa.select(cycles.c.id).where(cycles.c.name == _CYCLE)
_CANDIDATES: Final = (
    sa.select(cycles.c.name, sa.func.max(audit_events.c.at), sa.exists().where(archives.c.cycle_id == cycles.c.id))
    .join_from(cycles, audit_events)
    .where(audit_events.c.action.not_in([*LOCKING, *sorted(audit.BEGINS_AGAIN)]))
    .group_by(cycles.c.id, cycles.c.name)
    .order_by(cycles.c.id)
)
_OF_CYCLE: Final[sa.BindParameter[Any]] = sa.bindparam("of_cycle")
_BATCHES: Final = sa.select(batches.c.id).where(batches.c.cycle_id == _OF_CYCLE)
_KEPT: Final = ("amount_minor", "fee_minor", "debited_minor", "debited_currency", "newest", "state")
_HASHED: Final = ("item_id", "receiver", "payee_id", *_KEPT)
_ROWS: Final = (
    sa.select(*(items.c[name] for name in _HASHED))
    .where(items.c.batch_id == sa.bindparam("of_batch"))
    .order_by(items.c.item_id)
)
_STAYING: Final = ("item", "receiver", "payee", *_KEPT)
_NUMBER_OF_ITEMS: Final = sa.select(sa.func.count()).select_from(items).where(items.c.cycle_id == _OF_CYCLE, NEWEST)
# By its batch, as an index wants it: none has every item of a cycle.
_ITEMS_OF_BATCH: Final = items.delete().where(items.c.batch_id == sa.bindparam("of_batch"))
_EVERY_SEND: Final = attempts.delete().where(attempts.c.batch_id.in_(_BATCHES))
_EVERY_REQUEST: Final = batches.update().where(batches.c.cycle_id == _OF_CYCLE).values(request=b"")


class Archives:
    """Archives cycles."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @repeated_when_cut
    def candidates(self) -> list[Candidate]:
        """List every cycle, the oldest first, and when something of it happened last."""
        with self._database.read() as connection:
            return [Candidate._make(row) for row in connection.execute(_CANDIDATES)]

    @repeated_when_cut
    def archive(self, lease: Lease, *, directory: Path, forget: bool, now: datetime, actor: str) -> Archive:
        """Let a cycle leave the database, whose lease is held and of which somebody made sure that it is over.

        Raises:
            LeaseLost: nothing left the database.
            SealBroken: somebody else changed what is stored of it; nothing left the database.
            ConfigInvalid: the file cannot be written; nothing left the database.
            StorageFailed: the file does not hold what was written; nothing left the database.

        """
        with self._database.read() as connection:
            cycle_id = connection.execute(_CYCLE_ID, {"cycle": lease.key}).scalar_one()
            with closing(archive_lines(connection, cycle_id)) as lines:
                path = write_archive(directory, lease.key, lines)
        with by_owner_alone(), self._database.write(lease, now) as connection:
            if forget:
                _overwrite_what_is_deleted(connection)
            check_stored(connection, lease.key)
            audit.check_chain(connection, cycle_id, name=f"cycle {lease.key}", whole=True)
            with closing(archive_lines(connection, cycle_id)) as lines:
                sha256 = compare(path, lines)
            _leave(connection, lease.key, cycle_id, path.name, sha256, forget=forget, now=now, actor=actor)
            archived = archive_of(connection, lease.key)
            if archived is None:
                raise RuntimeError("a cycle that was archived is not")
            # Nobody is granted this key again, so nobody could take it over from a process that dies now.
            free(connection, lease)
        return archived

    @repeated_when_cut
    def forget(self, cycle: str, *, now: datetime, actor: str) -> bool:
        """Replace receivers by hashes in the trail of a cycle that is archived; False where that was done before.

        Raises:
            SealBroken: somebody else changed it.

        """
        with by_owner_alone(), self._database.transaction() as connection:
            _overwrite_what_is_deleted(connection)
            cycle_id = connection.execute(_CYCLE_ID, {"cycle": cycle}).scalar_one()
            mine = archives.update().where(archives.c.cycle_id == cycle_id, archives.c.forgot_receivers == 0)
            check_archive(connection, cycle_id)
            audit.check_chain(connection, cycle_id, name=f"cycle {cycle}", whole=True)
            if connection.execute(mine.values(forgot_receivers=1)).rowcount == 0:
                return False
            forget_receivers(connection, cycle_id, ())
            seal_archive(connection, cycle_id)
            audit.record(connection, at=now, actor=actor, action=audit.FORGOTTEN, cycle_id=cycle_id)
            return True


def _leave(
    connection: sa.Connection,
    cycle: str,
    cycle_id: int,
    file: str,
    sha256: str,
    *,
    forget: bool,
    now: datetime,
    actor: str,
) -> None:
    """Keep hashes of a cycle and let its rows go, all in this transaction."""
    which = {"of_cycle": cycle_id}
    before = tally_of(connection, cycle)
    number = connection.execute(_NUMBER_OF_ITEMS, which).scalar_one()
    batch_ids = list(connection.execute(_BATCHES, which).scalars())
    payments, spoken = 0, set[str]()
    for batch_id in batch_ids:
        rows = connection.execute(_ROWS, {"of_batch": batch_id}).all()
        payments += len(rows)
        spoken |= {row.receiver for row in rows if forget and is_more_than_a_word(row.receiver)}
        _keep_hashes(connection, cycle_id, batch_id, rows)
    facts = {"file": file, "sha256": sha256, "items": number, "payments": payments}
    kept = {"cycle_id": cycle_id, "archived_at": now, "hashed_with": key_in_use(connection), "seal": ""}
    connection.execute(archives.insert().values(**facts, **kept, forgot_receivers=int(forget)))
    if sum(connection.execute(_ITEMS_OF_BATCH, {"of_batch": each}).rowcount for each in batch_ids) != payments:
        raise RuntimeError(f"cycle {cycle} has other items than were archived")
    connection.execute(_EVERY_SEND, which)
    connection.execute(_EVERY_REQUEST, which)
    if tally_of(connection, cycle) != before:
        raise RuntimeError(f"cycle {cycle} would come to something else once it is archived")
    if forget:
        forget_receivers(connection, cycle_id, spoken)
    for batch_id in batch_ids:
        seal_progress(connection, batch_id)
    seal_archive(connection, cycle_id)
    audit.record(connection, at=now, actor=actor, action=audit.ARCHIVED, cycle_id=cycle_id, evidence=facts)


def _keep_hashes(connection: sa.Connection, cycle_id: int, batch_id: int, rows: Sequence[sa.Row[Any]]) -> None:
    insert_many(
        connection,
        archived_items,
        constants={"cycle_id": cycle_id, "batch_id": batch_id},
        columns=_STAYING,
        rows=list(_hashed(connection, rows)),
    )


def _hashed(connection: sa.Connection, rows: Sequence[sa.Row[Any]]) -> Iterator[tuple[Any, ...]]:
    seal = seal_of(connection)
    for row in rows:
        item_id, receiver, payee_id, *kept, state = tuple(row)
        payee = None if payee_id is None else seal.known_as("payee", payee_id)
        hashes = (seal.known_as("item", item_id), receiver_hash(seal, receiver), payee)
        yield (*hashes, *kept, state.value)


def _overwrite_what_is_deleted(connection: sa.Connection) -> None:
    """Let SQLite write zeros over what goes: else it stays readable in the file."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON")
