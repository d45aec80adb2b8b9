"""The file of an archived cycle: JSON Lines, compressed, readable by its owner alone.

It is written whole or not at all, and is on the disk before anything leaves the database. A file that is there already
is never overwritten: it may hold what no database has any more.
"""

import gzip
import hashlib
import zlib
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Final

from paypal_payouts.errors import ConfigInvalid, StorageFailed
from paypal_payouts.private import private_directory, sync_directory, writing_private
from paypal_payouts.trust import check_trusted, check_trusted_folder

SUFFIX: Final = ".jsonl.gz"
_COMPRESSION: Final = 6


def write_archive(directory: Path, cycle: str, lines: Iterable[bytes]) -> Path:
    """Write the lines of a cycle to its file, which then survives a loss of power.

    The same lines make the same bytes. So what a killed process has left is known again; anything else that is there
    gets another name, behind which its digest stands.

    Raises:
        ConfigInvalid: the folder, or the file, cannot be used.
        UntrustedFile: somebody else can write there.

    """
    path = directory / f"{cycle}{SUFFIX}"
    # No cycle has this name: it begins with a point. Under the lock of the cycle nobody else writes it.
    aside = directory / f".{cycle}.part"
    try:
        check_trusted_folder(directory)
        private_directory(directory)
        aside.unlink(missing_ok=True)
        with (
            writing_private(aside) as stream,
            gzip.GzipFile("", "wb", _COMPRESSION, stream, mtime=0) as packed,
        ):
            packed.writelines(lines)
        check_trusted(path)
        if path.exists():
            before = digest_of(path)
            if before == digest_of(aside):
                aside.unlink()
                return path
            path.rename(directory / f"{path.name}.{before[:12]}")
        aside.replace(path)
        sync_directory(directory)
    except OSError as error:
        raise ConfigInvalid(
            f"{path} cannot be written: {error.strerror or error}.",
            hint="Nothing left the database. Let archive.directory name a folder that this user can write.",
        ) from error
    return path


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def compare(path: Path, lines: Iterable[bytes]) -> str:
    """Read a file back, and compare it with the lines that it must have; return its SHA-256.

    Raises:
        StorageFailed: it has others, or cannot be read.

    """
    try:
        for number, (written, wanted) in enumerate(zip_longest(_lines(path), lines), 1):
            if written != wanted:
                raise StorageFailed(
                    f"{path} does not hold what was written: line {number} differs.",
                    hint="Nothing left the database. Look at that disk, then run `payouts archive` again.",
                )
        return digest_of(path)
    except (OSError, EOFError, zlib.error) as error:
        raise StorageFailed(
            f"{path} cannot be read back: {error}.",
            hint="Nothing left the database. Look at that disk, then run `payouts archive` again.",
        ) from error


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream, gzip.GzipFile("", "rb", fileobj=stream) as packed:
        yield from packed
