"""The simulator's one SQLite file, which any number of processes and threads may share."""

import errno
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

_VERSION: Final = 2
_BUSY_TIMEOUT_S: Final = 60.0
_WAL_ATTEMPTS: Final = 20

_SCHEMA: Final = (
    "CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    """CREATE TABLE tokens (number INTEGER PRIMARY KEY, client TEXT NOT NULL, digest TEXT NOT NULL UNIQUE,
      expires_ms INTEGER NOT NULL)""",
    """CREATE TABLE batches (number INTEGER PRIMARY KEY, sender_batch_id TEXT, header TEXT NOT NULL,
      currency TEXT NOT NULL, amount_minor INTEGER NOT NULL, fees_minor INTEGER NOT NULL,
      first_item INTEGER NOT NULL, items INTEGER NOT NULL, created_ms INTEGER NOT NULL, ready_ms INTEGER NOT NULL,
      ending TEXT NOT NULL, disguise TEXT)""",
    "CREATE INDEX batches_by_sender_batch_id ON batches (sender_batch_id)",
    """CREATE TABLE items (number INTEGER PRIMARY KEY, batch INTEGER NOT NULL REFERENCES batches, sender_item_id TEXT,
      receiver TEXT NOT NULL, recipient_type TEXT NOT NULL, amount_minor INTEGER NOT NULL, note TEXT,
      purpose TEXT NOT NULL, wallet TEXT NOT NULL, fee_minor INTEGER NOT NULL, fate TEXT, error TEXT,
      cancelled_ms INTEGER, later TEXT, later_error TEXT, later_ms INTEGER)""",
    "CREATE TABLE transient_receivers (receiver TEXT PRIMARY KEY) WITHOUT ROWID",
    "CREATE TABLE faults (number INTEGER PRIMARY KEY, rule TEXT NOT NULL)",
    "CREATE TABLE late (number INTEGER PRIMARY KEY, call TEXT NOT NULL, due_request INTEGER, due_ms INTEGER)",
    "CREATE TABLE requests (number INTEGER PRIMARY KEY, entry TEXT NOT NULL)",
)
_FROM_1: Final = tuple(
    f"ALTER TABLE items ADD COLUMN {column}" for column in ("later TEXT", "later_error TEXT", "later_ms INTEGER")
)


class BookDatabase:
    """One connection; threads take turns, processes wait for each other's transactions.

    Raises:
        ValueError: the file is a book of another version of the simulator.
        PermissionError: this user cannot write it, or its folder.

    """

    def __init__(self, path: Path | None) -> None:
        if path is not None:
            _create_private(path)
            _refuse_read_only(path)
        self._turn = threading.RLock()
        self.connection = sqlite3.connect(
            ":memory:" if path is None else path,
            timeout=_BUSY_TIMEOUT_S,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            if path is not None:
                self._use_write_ahead_log()
            self.connection.execute("PRAGMA synchronous = NORMAL")
            with self.transaction():
                self._create_tables()
        except BaseException:
            self.connection.close()
            raise

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the book alone; keep everything that was written, or nothing of it."""
        with self._turn:
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self.connection.execute("ROLLBACK")
                raise
            self.connection.execute("COMMIT")

    def close(self) -> None:
        """Let go of the file."""
        with self._turn:
            self.connection.close()

    def _use_write_ahead_log(self) -> None:
        """Switch the journal, which SQLite refuses at once, without its timeout, while another process does so too."""
        for _ in range(_WAL_ATTEMPTS):
            with suppress(sqlite3.OperationalError):
                self.connection.execute("PRAGMA journal_mode = WAL")
                return
            with self.transaction():  # waits for the other one
                pass
        self.connection.execute("PRAGMA journal_mode = WAL")

    def _create_tables(self) -> None:
        (version,) = self.connection.execute("PRAGMA user_version").fetchone()
        if version == _VERSION:
            return
        if version not in {0, 1}:
            raise ValueError(f"the simulator's book has version {version}, and this program writes {_VERSION}")
        for statement in _FROM_1 if version else _SCHEMA:
            self.connection.execute(statement)
        self.connection.execute(f"PRAGMA user_version = {_VERSION}")


def _refuse_read_only(path: Path) -> None:
    """Refuse what SQLite would open all the same, leaving a log beside it that stays read-only."""
    for place in (path, path.parent):
        if not os.access(place, os.W_OK):
            raise PermissionError(errno.EACCES, f"{place} cannot be written by this user", str(path))


def _create_private(path: Path) -> None:
    """Make the file readable by its owner alone before SQLite sees it; its log files take the mode over.

    A file that exists is never opened here: closing it again would drop the locks that this process holds on it.
    """
    with suppress(FileExistsError):
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        os.fchmod(handle, 0o600)
        os.close(handle)
