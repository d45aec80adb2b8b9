"""What is sealed of a batch, and when that is looked at: whoever changes it in the database alone is noticed.

Two seals a batch. `contents` is over who gets how much, as it was stored before anything was sent: the checksum of the
request, and every column of its items that says who is paid. `progress` is over what proves whether it was paid: its
status, PayPal's ids, and how each send of it ended. A row of an item says what PayPal said of it last; PayPal is asked
again before anything is paid on the strength of that, so it needs no seal.

Source: docs/design.md, 11.5.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import sqlalchemy as sa

from paypal_payouts.domain.payout import BatchRecord, InputRow
from paypal_payouts.errors import SealBroken
from paypal_payouts.storage import audit
from paypal_payouts.storage.archive_seals import check_archive, seal_archive
from paypal_payouts.storage.batches import record
from paypal_payouts.storage.broken_seals import broken, what_differs
from paypal_payouts.storage.engine import Database
from paypal_payouts.storage.key import Sealed, seal_of
from paypal_payouts.storage.repeating import repeated_when_cut
from paypal_payouts.storage.seal_order import check_order
from paypal_payouts.storage.tables import archives, attempts, batch_seals, batches, cycles, items

SEALED_OF_ROW: Final = InputRow._fields[InputRow._fields.index("item_id") :]
"""The columns of an item that say who is paid: stored at the intent, and sealed."""
_FROM_THE_FIRST: Final = SEALED_OF_ROW.index("payee_id") + 1
"""So many of them were sealed from the first version on, empty ones too."""

_CONTENTS: Final = (
    "id",
    "cycle_id",
    "batch",
    "sequence",
    "attempt",
    "sender_batch_id",
    "currency",
    "item_count",
    "amount_minor",
    "checksum",
    "copy_allowed",
)
_PROGRESS: Final = (
    "batch",
    "status",
    "paypal_batch_id",
    "named_batch_id",
    "first_sent_at",
    "last_sent_at",
    "retry_count",
    "denied_through",
    "refusal_send",
    "refusal_class",
)
_SENDS: Final = ("number", "started_at", "outcome")

_as_json: Final = json.JSONEncoder(separators=(",", ":")).encode
_KEY: Final[sa.BindParameter[Any]] = sa.bindparam("key")
_SEALED: Final[sa.Select[Any]] = sa.select(
    *(batches.c[name] for name in dict.fromkeys((*_CONTENTS, *_PROGRESS))),
    batch_seals.c.rows_digest,
    batch_seals.c.contents,
    batch_seals.c.progress,
).outerjoin_from(batches, batch_seals)
_BY_ID: Final[sa.Select[Any]] = _SEALED.where(batches.c.id == _KEY)
_OF_CYCLE: Final[sa.Select[Any]] = _SEALED.join(cycles, cycles.c.id == batches.c.cycle_id).where(cycles.c.name == _KEY)
_ALL: Final[sa.Select[Any]] = _SEALED.order_by(batches.c.id)
_SENDS_OF_CYCLE: Final[sa.Select[Any]] = (
    sa.select(*(attempts.c[name] for name in _SENDS), attempts.c.batch_id)
    .join_from(cycles, batches)
    .join(attempts, attempts.c.batch_id == batches.c.id)
    .where(cycles.c.name == _KEY)
    .order_by(attempts.c.batch_id, attempts.c.number)
)
_SENDS_OF: Final[sa.Select[Any]] = (
    sa.select(*(attempts.c[name] for name in _SENDS)).where(attempts.c.batch_id == _KEY).order_by(attempts.c.number)
)
_ROWS_OF: Final[sa.Select[Any]] = (
    sa.select(*(items.c[name] for name in SEALED_OF_ROW)).where(items.c.batch_id == _KEY).order_by(items.c.item_id)
)
_ARCHIVED: Final = sa.select(archives.c.cycle_id)
_CYCLE_ID: Final = sa.select(cycles.c.id).where(cycles.c.name == _KEY)
_STORE: Final = sa.text("""
    INSERT INTO batch_seals (batch_id, rows_digest, contents, progress)
    VALUES (:batch_id, :rows_digest, :contents, :progress)
    ON CONFLICT (batch_id) DO UPDATE
    SET rows_digest = excluded.rows_digest, contents = excluded.contents, progress = excluded.progress
""")
_STORE_PROGRESS: Final = batch_seals.update().where(batch_seals.c.batch_id == sa.bindparam("of_batch"))


def digest_of_rows(rows: Iterable[Sequence[Any]]) -> str:
    """Return the SHA-256 of the sealed columns of items that are in the order of their ids, in hexadecimal."""
    return hashlib.sha256(_as_json([_sealed(row) for row in rows]).encode("ascii")).hexdigest()


def _sealed(row: Sequence[Any]) -> Sequence[Any]:
    """Leave out the columns of later versions that are empty, so that the seals of rows that are older hold."""
    later = [column for column in enumerate(row[_FROM_THE_FIRST:]) if column[1] is not None]
    return (*row[:_FROM_THE_FIRST], *later)


def seal_batch(connection: sa.Connection, batch_id: int, *, rows_digest: str | None = None) -> None:
    """Seal a batch as it stands in this transaction; the digest of its rows is made here where it is not known."""
    row = connection.execute(_BY_ID, {"key": batch_id}).one()
    _seal(connection, row, rows_digest or _digest(connection, batch_id))


def seal_all(connection: sa.Connection) -> None:
    """Seal every batch and every archive as it stands."""
    archived = set(connection.execute(_ARCHIVED).scalars())
    for row in connection.execute(_ALL).all():
        # The rows of what is archived are in its file alone; what they were is kept.
        _seal(connection, row, row.rows_digest if row.cycle_id in archived else _digest(connection, row.id))
    for cycle_id in archived:
        seal_archive(connection, cycle_id)


def _seal(connection: sa.Connection, row: sa.Row[Any], rows_digest: str) -> None:
    seal = seal_of(connection)
    connection.execute(
        _STORE,
        {
            "batch_id": row.id,
            "rows_digest": rows_digest,
            "contents": seal.over("contents", *_facts(row, _CONTENTS), rows_digest),
            "progress": seal.over("progress", *_facts(row, _PROGRESS), *_sends(connection, row.id)),
        },
    )


def seal_progress(connection: sa.Connection, batch_id: int) -> None:
    """Seal how far a batch is, in the transaction that changed it; it was read by `sealed_record`."""
    row = connection.execute(_BY_ID, {"key": batch_id}).one()
    progress = seal_of(connection).over("progress", *_facts(row, _PROGRESS), *_sends(connection, batch_id))
    connection.execute(_STORE_PROGRESS, {"of_batch": batch_id, "progress": progress})


def sealed_record(connection: sa.Connection, batch_id: int) -> BatchRecord:
    """Read a batch that is about to be changed or sent, after both of its seals.

    Raises:
        NotFound: there is no such batch.
        SealBroken: somebody else changed it.

    """
    batch = record(connection, batch_id)
    sends = _sends(connection, batch_id)
    _check(connection, connection.execute(_BY_ID, {"key": batch_id}).one(), sends)
    return batch


class Seals:
    """Looks at the seals of what is stored."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @repeated_when_cut
    def first_broken(self, cycles: Sequence[str], *, items_too: bool) -> SealBroken | None:
        """Return what is wrong with the seals of some cycles, for those who show them; None where nothing is.

        Without `items_too` no item is looked at, of which there may be millions.
        """
        try:
            for cycle in cycles:
                if items_too:
                    self.check_cycle(cycle)
                else:
                    with self._database.read() as connection:
                        _checked_batches(connection, cycle)
        except SealBroken as broken:
            return broken
        return None

    def broken(self, cycles: Iterable[str], *, items_too: bool) -> dict[str, SealBroken]:
        """Return what is wrong with the seals of each of some cycles; nothing of those with which nothing is."""
        looked_at = ((cycle, self.first_broken([cycle], items_too=items_too)) for cycle in cycles)
        return {cycle: error for cycle, error in looked_at if error is not None}

    @repeated_when_cut
    def check_cycle(self, cycle: str) -> None:
        """Look at every batch of a cycle with its items, at which of them was paid last, and at the trail.

        Raises:
            SealBroken: somebody else changed something; the message names the batch, and what differs.

        """
        with self._database.read() as connection:
            check_stored(connection, cycle)


def check_stored(connection: sa.Connection, cycle: str) -> None:
    """Do what `Seals.check_cycle` does, in the caller's transaction."""
    rows = _checked_batches(connection, cycle)
    cycle_id = connection.execute(_CYCLE_ID, {"key": cycle}).scalar()
    if cycle_id is None:
        return
    if not check_archive(connection, cycle_id):
        for row in rows:
            _check_rows(connection, row)
    check_order(connection, cycle)
    audit.check_chain(connection, cycle_id, name=f"cycle {cycle}")


class CheckedOnce:
    """Looks at what is stored of earlier payments, once each, before it is believed."""

    def __init__(self) -> None:
        """Begin with nothing that was looked at."""
        self._batches, self._archives = set[int](), set[int]()

    def check_batch(self, connection: sa.Connection, batch_id: int) -> None:
        """Look at the seals and the items of a batch.

        Raises:
            SealBroken: somebody else changed it.

        """
        if batch_id not in self._batches:
            sealed_record(connection, batch_id)
            check_rows(connection, batch_id)
            self._batches.add(batch_id)

    def check_archive(self, connection: sa.Connection, cycle_id: int) -> None:
        """Look at the seal of an archived cycle.

        Raises:
            SealBroken: somebody else changed what stays of it.

        """
        if cycle_id not in self._archives:
            check_archive(connection, cycle_id)
            self._archives.add(cycle_id)


def check_rows(connection: sa.Connection, batch_id: int) -> None:
    """Look at the items of a batch, too, whose seals were looked at by `sealed_record`.

    Raises:
        SealBroken: somebody else changed one, added one, or took one away.

    """
    _check_rows(connection, connection.execute(_BY_ID, {"key": batch_id}).one())


def _checked_batches(connection: sa.Connection, cycle: str) -> Sequence[sa.Row[Any]]:
    """Look at both seals of every batch of a cycle, and return the batches."""
    rows = connection.execute(_OF_CYCLE, {"key": cycle}).all()
    sends: dict[int, list[Sealed]] = {row.id: [] for row in rows}
    for *send, batch_id in connection.execute(_SENDS_OF_CYCLE, {"key": cycle}):
        sends[batch_id] += send
    for row in rows:
        _check(connection, row, sends[row.id])
    return rows


def _check(connection: sa.Connection, row: sa.Row[Any], sends: Iterable[Sealed]) -> None:
    seal = seal_of(connection)
    if row.contents is None:
        raise broken(row.batch, "it has no seal")
    if not seal.matches(row.contents, "contents", *_facts(row, _CONTENTS), row.rows_digest):
        raise what_differs(connection, row, _rows(connection, row.id), "what it pays is not what was sealed")
    if not seal.matches(row.progress, "progress", *_facts(row, _PROGRESS), *sends):
        raise broken(row.batch, f"it says that it is {row.status}; its status or its record of sends was changed")


def _check_rows(connection: sa.Connection, row: sa.Row[Any]) -> None:
    if _digest(connection, row.id) != row.rows_digest:
        raise what_differs(connection, row, _rows(connection, row.id), "its items are not those that were sealed")


def _facts(row: sa.Row[Any], names: Iterable[str]) -> Iterator[Sealed]:
    return (row._mapping[name] for name in names)  # noqa: SLF001 - SQLAlchemy's public name for it


def _sends(connection: sa.Connection, batch_id: int) -> Iterator[Sealed]:
    return (fact for send in connection.execute(_SENDS_OF, {"key": batch_id}) for fact in send)


def _digest(connection: sa.Connection, batch_id: int) -> str:
    return digest_of_rows(_rows(connection, batch_id))


def _rows(connection: sa.Connection, batch_id: int) -> sa.CursorResult[Any]:
    return connection.execute(_ROWS_OF, {"key": batch_id})
