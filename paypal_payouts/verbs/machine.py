"""What `doctor` asks of this machine: kinds of file systems, room on them, and who may touch our files."""

import os
import re
import stat
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from msgspec import Struct

NETWORK: Final = frozenset(
    "nfs nfs4 cifs smb3 smbfs afs ceph glusterfs lustre gpfs beegfs davfs 9p vboxsf "  # noqa: SIM905 - reads as a list
    "fuse.sshfs fuse.s3fs fuse.gcsfuse fuse.rclone fuse.glusterfs fuse.ceph fuse.davfs2 fuse.vmhgfs-fuse".split()
)
"""File systems whose files lie on another machine, as /proc/mounts names them."""

_MOUNTS: Final = Path("/proc/self/mounts")
_ESCAPED: Final = re.compile(r"\\([0-7]{3})")
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_OTHERS_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH


class Machine(Struct, frozen=True):
    """The few facts of a machine that tests cannot make real."""

    mounts: Callable[[], str]
    free_bytes: Callable[[Path], int]
    uid: int


def this_machine() -> Machine:
    """Give the machine that we run on."""
    return Machine(_mounts, _free_bytes, os.geteuid())


def _mounts() -> str:
    """Read what is mounted; nothing where the system does not tell, as outside Linux."""
    try:
        return os.fsdecode(_MOUNTS.read_bytes())
    except OSError:
        return ""


def _free_bytes(path: Path) -> int:
    room = os.statvfs(path)
    return room.f_bavail * room.f_frsize


def nearest(path: Path) -> Path:
    """Give the path itself, or the nearest folder above it that is there."""
    return next(each for each in (path, *path.parents) if each.exists())


def file_system(path: Path, mounts: str) -> str | None:
    """Name the kind of file system that a path lies on, or will; None where that is not known."""
    real = path.resolve()
    kind, deepest = None, 0
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:  # noqa: PLR2004 - device, place, kind
            continue
        place = Path(_ESCAPED.sub(lambda octal: chr(int(octal[1], 8)), fields[1]))
        # A later mount on the same place hides the earlier one.
        if real.is_relative_to(place) and len(place.parts) >= deepest:
            kind, deepest = fields[2], len(place.parts)
    return kind


class ExposedFile(Struct, frozen=True):
    """A file that is not its owner's alone, or not ours."""

    path: Path
    words: str
    writable: bool
    foreign: bool


def open_to_others(paths: Iterable[Path], uid: int) -> list[ExposedFile]:
    """Find the files that others can use, or that belong to somebody else; what is not there is passed over."""
    found = []
    for path in paths:
        try:
            status = path.stat()
        except OSError:
            continue
        mode = stat.S_IMODE(status.st_mode)
        if status.st_uid != uid:
            words = f"belongs to uid {status.st_uid}, and this is uid {uid}"
            found.append(ExposedFile(path, words, writable=False, foreign=True))
        elif mode & _OTHERS:
            words = f"is not its owner's alone (mode {mode:04o})"
            found.append(ExposedFile(path, words, writable=bool(mode & _OTHERS_WRITE), foreign=False))
    return found
