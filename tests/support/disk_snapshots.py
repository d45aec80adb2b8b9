"""Snapshots of a site: all that a power cut leaves at one instant, and a process that goes on from there.

One run gives a take_snapshot of each of its effects. To die at all of them it need not be repeated, and nothing of the
dead process has any effect: no `finally`, no lock, no lease.
"""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime

from support.world import World

_HOUR_S = 3600

_NO_WORDS = ("error_", "debug_id", "http_status", "delay_s", "operator", "policy", "last_retry_error", "transaction_id")
"""Columns, or how they begin, that are shown to people and decide nothing."""

_NO_TABLES = ("audit_events", "processing_locks", "alembic_version", "settings")
"""The trail decides nothing; the lease of a dead process is taken over at once."""


@dataclass(frozen=True)
class Snapshot:
    """What was on disk, at PayPal, on the clock, and on the way to PayPal before."""

    effect: str
    """What the process was about to do: `commit`, `post`, `request`; or what it had just got: `answer`; or `end`."""
    files: dict[str, bytes]
    book: bytes
    clock: datetime
    sent: tuple[bytes, ...]
    faults_to_come: bool


class Snapshots:
    """Snapshots a world at each of its effects; given to `World.effects`."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.snapshots: list[Snapshot] = []

    def __call__(self, effect: str) -> None:
        self.snapshots.append(take_snapshot(self._world, effect))


def take_snapshot(world: World, effect: str) -> Snapshot:
    """Copy everything that outlives a process. What SQLite shares between processes dies with the last of them."""
    files = {
        str(path.relative_to(world.folder)): path.read_bytes()
        for path in world.folder.rglob("*")
        if path.is_file() and not path.name.endswith("-shm")
    }
    paypal = world.paypal._database.connection
    to_come = paypal.execute("SELECT 1 FROM faults").fetchone() is not None
    return Snapshot(effect, files, paypal.serialize(), world.clock, tuple(world.sent), to_come)


def restore_snapshot(snapshot: Snapshot, world: World) -> None:
    """Turn a world into a new process on the host of a take_snapshot.

    Its engine is kept, without a connection: with a new one all SQL would be made again, which takes most of the time.
    """
    with world.store() as store:
        store.close()
    for old in world.folder.iterdir():
        shutil.rmtree(old) if old.is_dir() else old.unlink()
    for name, content in snapshot.files.items():
        (world.folder / name).parent.mkdir(exist_ok=True)
        (world.folder / name).write_bytes(content)
    world.paypal._database.connection.deserialize(snapshot.book)
    world.clock, world.sent, world.effects = snapshot.clock, list(snapshot.sent), None
    world.pid += 1


def what_decides(world: World) -> tuple[object, ...]:
    """Return all that can make a new process act otherwise: our tables, the sent log, PayPal and what is under way.

    Times count by the hour from now, as nothing here is decided by less.
    """
    now_ms = world.clock.timestamp() * 1000
    paypal = world.paypal._database.connection
    with closing(sqlite3.connect(world.folder / "payouts.db")) as ours:
        tables = [
            name
            for (name,) in ours.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
            if name not in _NO_TABLES and not name.startswith("sqlite_")
        ]
        stored = tuple((table, *_rows(ours, table, world.clock)) for table in tables)
    log = sorted(
        [line.split()[1] for line in path.read_text().splitlines()] for path in world.folder.glob("locks/*.sent")
    )
    (requests,) = paypal.execute("SELECT coalesce(max(number), 0) FROM requests").fetchone()
    theirs = (
        *paypal.execute("SELECT number, sender_batch_id, ending, disguise FROM batches"),
        *paypal.execute("SELECT number, batch, sender_item_id, fate FROM items"),
        *paypal.execute("SELECT * FROM transient_receivers"),
        *paypal.execute("SELECT rule FROM faults ORDER BY number"),
        *paypal.execute("SELECT due_request - ?, (due_ms - ?) / 3600000 FROM late", (requests, int(now_ms))),
        *paypal.execute("SELECT count(*) FROM tokens WHERE expires_ms > ?", (now_ms,)),
    )
    return stored, str(log), theirs


def _rows(ours: sqlite3.Connection, table: str, now: datetime) -> list[tuple[object, ...]]:
    cursor = ours.execute(f"SELECT * FROM {table}")
    names = [description[0] for description in cursor.description]
    return [
        tuple(
            _hours(value, now) if name.endswith("_at") else value
            for name, value in zip(names, row, strict=True)
            if not name.startswith(_NO_WORDS)
        )
        for row in cursor
    ]


def _hours(value: object, now: datetime) -> int | None:
    if value is None:
        return None
    at = datetime.fromisoformat(str(value))
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return round((at - now).total_seconds() / _HOUR_S)
