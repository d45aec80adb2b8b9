"""Files and folders that their owner alone can read, whatever the umask.

Source: docs/design.md, 13. Errors of the system (`OSError`) pass through. What is made here survives a loss of
power: the lines in the lock directory tell what was sent when the database is lost.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

FILE_MODE: Final = 0o600
DIRECTORY_MODE: Final = 0o700


def create_private(path: Path, data: bytes = b"") -> None:
    """Make a new file with mode 0600: whoever sees it sees all of `data`, and the first of several makers wins.

    Raises:
        FileExistsError: where anything is there already, a dangling link included.

    """
    if not data:
        os.close(_new_file(path))
        sync_directory(path.parent)
        return
    aside = path.with_name(f".{os.urandom(8).hex()}.tmp")
    write_private(aside, data)
    try:
        os.link(aside, path)
    finally:
        aside.unlink()
    sync_directory(path.parent)


def private_directory(path: Path) -> None:
    """Make a folder and its missing parents with mode 0700; those that exist are left alone.

    Raises:
        FileExistsError: where something that is no folder is in the way.

    """
    if path.is_dir():
        return
    private_directory(path.parent)
    try:
        path.mkdir(DIRECTORY_MODE)
    except FileExistsError:
        if not path.is_dir():  # else another process was faster
            raise
        return
    path.chmod(DIRECTORY_MODE)
    sync_directory(path.parent)


def write_private(path: Path, data: bytes) -> None:
    """Put `data` in a file with mode 0600, whole or not at all; what was there is replaced."""
    with _replacing(path, like=None) as stream:
        stream.write(data)


@contextmanager
def writing_private(path: Path) -> Iterator[BinaryIO]:
    """Yield a stream that becomes a file with mode 0600 when the block ends well, and nothing at all when it does not.

    A link is followed.

    Raises:
        FileExistsError: what is there is no file, but a device, a pipe or a folder.

    """
    target = path.resolve()
    _regular_file(path, target)
    with _replacing(target, like=None) as stream:
        yield stream


def replace_file(path: Path, data: bytes) -> None:
    """Put `data` in a file that others may read where its owner has let them: the mode and group it has are kept.

    A new one has mode 0600. A link is followed. Whole or not at all.

    Raises:
        FileExistsError: what is there is no file, but a device, a pipe or a folder.

    """
    target = path.resolve()
    with _replacing(target, like=_regular_file(path, target)) as stream:
        stream.write(data)


def _regular_file(path: Path, target: Path) -> os.stat_result | None:
    """Look at what will be replaced; None where nothing is there."""
    try:
        there = target.stat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(there.st_mode):
        raise FileExistsError(errno.EEXIST, "it is no regular file", str(path))
    return there


@contextmanager
def _replacing(path: Path, *, like: os.stat_result | None) -> Iterator[BinaryIO]:
    temporary = path.with_name(f".{os.urandom(8).hex()}.tmp")
    descriptor = _new_file(temporary)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            if like is not None:
                # The group first: until then the mode would open the file to another one.
                os.fchown(stream.fileno(), -1, like.st_gid)
                os.fchmod(stream.fileno(), stat.S_IMODE(like.st_mode))
            os.fsync(stream.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_directory(path.parent)


def sync_directory(path: Path) -> None:
    """Make the names in a folder survive a loss of power."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _new_file(path: Path) -> int:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE_MODE)
    try:
        # The umask can only have taken bits away from the owner; others never had any.
        os.fchmod(descriptor, FILE_MODE)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor
