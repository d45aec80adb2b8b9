"""Folders in memory: a test that writes through to a disk waits for it more than it works."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_MEMORY = Path("/dev/shm")


@contextmanager
def quick_folder(*, of_programs: bool = False) -> Iterator[Path]:
    """Give a folder in memory where the system has a place for it, and lets programs be run there if there are any."""
    has_place = _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK)
    may_run = has_place and not os.statvfs(_MEMORY).f_flag & os.ST_NOEXEC
    place = _MEMORY if has_place and (may_run or not of_programs) else None
    with tempfile.TemporaryDirectory(prefix="payouts", dir=place) as folder:
        yield Path(folder)
