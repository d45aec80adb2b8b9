"""Folders in memory: a test that writes through to a disk waits for it more than it works."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_MEMORY = Path("/dev/shm")


def quick_place(*, of_programs: bool = False, room_bytes: int = 0) -> Path | None:
    """Name where folders are in memory; None where there is no such place with that room, or that programs run from."""
    if not (_MEMORY.is_dir() and os.access(_MEMORY, os.W_OK)) or shutil.disk_usage(_MEMORY).free < room_bytes:
        return None
    if of_programs and os.statvfs(_MEMORY).f_flag & os.ST_NOEXEC:
        return None
    return _MEMORY


@contextmanager
def quick_folder(*, of_programs: bool = False) -> Iterator[Path]:
    """Provide a folder in memory, or where temporary files are where there is no such place."""
    with tempfile.TemporaryDirectory(prefix="payouts", dir=quick_place(of_programs=of_programs)) as folder:
        yield Path(folder)
