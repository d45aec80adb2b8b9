"""Why a file of ours cannot be used, as far as its disk says it: the way out of each cause is another."""

import errno
import os
import sqlite3
from pathlib import Path
from typing import Final, NamedTuple

_TOO_LITTLE_BYTES: Final = 64 * 1024
"""SQLite needs as much to begin to write."""

_FAILED_TO_WRITE: Final = ("SQLITE_IOERR", "SQLITE_CANTOPEN")
"""What SQLite says where it cannot make or grow a file beside the database, whatever the reason."""

_NO_SPACE: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


class Cause(NamedTuple):
    """What is wrong, and how to fix it, both without a full stop."""

    words: str
    fix: str


def cause_of(path: Path, error: BaseException | None = None) -> Cause | None:
    """Say why a file cannot be read or written, from what failed and from its disk; None where neither says it."""
    number = error.errno if isinstance(error, OSError) else None
    # As SQLite names what it met; a driver's error without a name says nothing.
    name: str = getattr(error, "sqlite_errorname", "") if isinstance(error, sqlite3.Error) else ""
    folder = next(each for each in (path.absolute(), *path.absolute().parents) if each.is_dir())
    try:
        disk = os.statvfs(folder)
    except OSError:
        return None
    has_no_space = disk.f_bavail * disk.f_frsize < _TOO_LITTLE_BYTES
    if number in _NO_SPACE or name == "SQLITE_FULL" or (has_no_space and name.startswith(_FAILED_TO_WRITE)):
        return Cause("the disk is full", f"Free some space at {folder}")
    if number == errno.EROFS or disk.f_flag & os.ST_RDONLY:
        return Cause("the file system is mounted read-only", f"Mount the file system of {folder} for writing")
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return Cause("the file is damaged", "Put its newest copy back")
    if name and not os.access(path, os.R_OK | os.W_OK):
        return Cause("this user may not use it", f"Let this user read and write {path} and the folder {folder}")
    return None
