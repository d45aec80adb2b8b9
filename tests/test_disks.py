"""Why a file cannot be used, as its disk says it."""

import errno
import os
import sqlite3
from pathlib import Path
from types import SimpleNamespace

import pytest

from paypal_payouts.disks import cause_of
from paypal_payouts.errors import SENT_NOTHING, ConfigInvalid
from paypal_payouts.storage import opening

FULL, READ_ONLY, DAMAGED = "the disk is full", "the file system is mounted read-only", "the file is damaged"


def of_sqlite(name: str) -> sqlite3.Error:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorname = name
    return error


def disk(monkeypatch: pytest.MonkeyPatch, *, free_bytes: int = 1 << 30, flags: int = 0) -> None:
    found = SimpleNamespace(f_bavail=free_bytes // 512, f_frsize=512, f_flag=flags)
    monkeypatch.setattr(os, "statvfs", lambda _path: found)


@pytest.mark.parametrize(
    ("error", "free_bytes", "flags", "words"),
    [
        (OSError(errno.ENOSPC, "No space left"), 1 << 30, 0, FULL),
        (OSError(errno.EDQUOT, "Quota exceeded"), 1 << 30, 0, FULL),
        (of_sqlite("SQLITE_FULL"), 1 << 30, 0, FULL),
        (of_sqlite("SQLITE_IOERR_SHMSIZE"), 4096, 0, FULL),
        (of_sqlite("SQLITE_IOERR_READ"), 1 << 30, 0, None),
        (OSError(errno.EROFS, "Read-only"), 1 << 30, 0, READ_ONLY),
        (of_sqlite("SQLITE_CANTOPEN"), 1 << 30, os.ST_RDONLY, READ_ONLY),
        (None, 4096, os.ST_RDONLY, READ_ONLY),
        (of_sqlite("SQLITE_NOTADB"), 1 << 30, 0, DAMAGED),
        (OSError(errno.EACCES, "Permission denied"), 1 << 30, 0, None),
        (OSError(errno.EIO, "Input/output error"), 1 << 30, 0, None),
        (None, 4096, 0, None),
    ],
    ids=str,
)
def test_the_cause_is_named_as_the_error_and_the_disk_say_it(
    monkeypatch: pytest.MonkeyPatch, error: BaseException | None, free_bytes: int, flags: int, words: str | None
) -> None:
    disk(monkeypatch, free_bytes=free_bytes, flags=flags)
    cause = cause_of(Path(__file__), error)
    assert (cause and cause.words) == words
    if cause is not None:
        assert ("copy" in cause.fix) == (words == DAMAGED), "an older copy ends neither a full disk nor its rights"


@pytest.mark.parametrize("read_only", [True, False])
def test_a_database_on_a_full_disk_is_said_to_be_that_and_not_to_have_sent_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, read_only: bool
) -> None:
    file = tmp_path / "payouts.db"
    file.touch(mode=0o600)
    disk(monkeypatch, free_bytes=0)

    def refused(*_: object, **__: object) -> None:
        raise of_sqlite("SQLITE_IOERR_SHMSIZE")

    monkeypatch.setattr(opening, "_open_sqlite", refused)
    with pytest.raises(ConfigInvalid, match="the disk is full") as raised:
        opening.connect(f"sqlite:///{file}", read_only=read_only)
    money, fix = raised.value.hint_parts
    assert money == SENT_NOTHING
    assert fix.startswith(f"Free some space at {tmp_path}, then run again")
