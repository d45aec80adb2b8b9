"""What the program goes by is used only where nobody but this user and root can have written it.

Whoever could write the configuration could have the credentials sent to himself; whoever could write the lock directory
or the database could have somebody paid twice. So the file and every folder on the way to it must belong to this user
or to root, nobody else may be able to write to them, and no link of somebody else's may lead there. In a sticky folder,
such as /tmp, what is ours stays ours. What was looked at is what is read: by its descriptor, or by a path that nobody
else can change. Source: docs/operations.md, Trusted files.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shlex import quote
from typing import Final, NamedTuple

from msgspec import Struct

from paypal_payouts.errors import ConfigInvalid
from paypal_payouts.private import FILE_MODE
from paypal_payouts.rights import ANY_RIGHT, WRITE, access_list_of, is_private_group, strangers_may, user_name

BESIDE_SQLITE: Final = ("-wal", "-shm", "-journal")
"""What SQLite reads as part of a database where it lies beside it."""

_LINKS_MAX: Final = 40
"""So many links on the way are a circle: as many as Linux follows."""

_KINDS: Final = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFLNK: "a symbolic link",
    stat.S_IFSOCK: "a socket",
}

_AS_CONTAINERS_MOUNT: Final = frozenset({0o440, 0o444})
"""The modes of a secret that Docker or Kubernetes shows to a container: whoever is in there may read it."""


class UntrustedFile(ConfigInvalid):
    """Somebody else could have written a file, or it is no file at all; nothing of it was used."""

    def __init__(self, asked: Path, problem: str, *, fix: str, advice: str = "") -> None:
        """Keep why `asked` is not used; `fix` has the command to type, `advice` what to think of before."""
        super().__init__(
            f"{asked} is not used: {problem}.",
            hint=f"Nothing of it was acted on, and nothing was sent. {advice}{fix}",
            details=[{"file": str(asked), "key": None, "problem": problem}],
        )
        self.fix = fix


class TrustedFile(Struct, frozen=True):
    """A file that is open and that nobody else can have written."""

    descriptor: int
    status: os.stat_result
    all_roots: bool
    """Whether it is root's, and so is every folder and link on the way to it."""

    @property
    def mode(self) -> int:
        """Its permission bits."""
        return stat.S_IMODE(self.status.st_mode)

    def is_kept_secret(self) -> bool:
        """Return whether nobody but this user and root can read it, as a secret must be; or a container mounted it."""
        is_mounted = self.all_roots and self.mode in _AS_CONTAINERS_MOUNT and self.access_list is None
        return is_mounted or not self.is_open_to_others()

    def is_open_to_others(self) -> bool:
        """Return whether anybody but this user and root may read it, or has any other right on it."""
        return strangers_may(
            ANY_RIGHT, self.status, access_list=self.access_list, uid=os.geteuid(), is_private_group=lambda _: False
        )

    @property
    def access_list(self) -> bytes | None:
        """Its access list, as the kernel keeps it."""
        return access_list_of(self.descriptor, self.status)


class _Reached(NamedTuple):
    """Where a path leads: a path without links, and what is there."""

    path: Path
    status: os.stat_result | None
    all_roots: bool


def read_trusted(path: Path, *, size_max: int | None = None) -> bytes:
    """Read a file that nobody else can have written, of a larger one a byte more than `size_max`.

    Raises:
        UntrustedFile: somebody else can, or it is no regular file.
        OSError: it cannot be read.

    """
    with trusted_file(path) as opened, os.fdopen(opened.descriptor, "rb", closefd=False) as stream:
        return stream.read() if size_max is None else stream.read(size_max + 1)


@contextmanager
def trusted_file(path: Path, flags: int = os.O_RDONLY, *, chmod: str = "go-w") -> Iterator[TrustedFile]:
    """Open a file that nobody else can have written; `chmod` is what its mode would have to become.

    With O_CREAT in `flags` one that is not there is made; with O_NOFOLLOW it may itself be no link, not even ours.

    Raises:
        UntrustedFile: somebody else can, or it is no regular file.
        OSError: it cannot be opened.

    """
    asked = path.absolute()
    place = _walk(asked, follow=not flags & os.O_NOFOLLOW)
    if place.status is not None:
        # Before it is opened: to open a pipe waits, and to open a device may do something.
        _check_file(asked, place.path, place.status, at=place.path, chmod=chmod)
    descriptor = os.open(place.path, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, FILE_MODE)
    try:
        status = os.fstat(descriptor)
        _check_file(asked, place.path, status, at=descriptor, chmod=chmod)
        yield TrustedFile(descriptor, status, place.all_roots and status.st_uid == 0)
    finally:
        os.close(descriptor)


def check_trusted(path: Path) -> Path:
    """Look at a file that something else opens, if it is there; return its path without links.

    Raises:
        UntrustedFile: somebody else can write to it, or make it; or it is no regular file.
        OSError: the way to it cannot be looked at.

    """
    asked = path.absolute()
    place = _walk(asked)
    if place.status is not None:
        _check_file(asked, place.path, place.status, at=place.path)
    return place.path


def check_trusted_sqlite(path: Path) -> Path:
    """Look at an SQLite database and what lies beside it, without opening it: that would drop SQLite's own locks.

    Raises:
        UntrustedFile: somebody else can write to one of them, or make it; or it is no regular file.
        OSError: the way to it cannot be looked at.

    """
    database = check_trusted(path)
    for suffix in BESIDE_SQLITE:
        check_trusted(database.with_name(database.name + suffix))
    return database


def check_trusted_folder(path: Path) -> None:
    """Look at a folder, and at the way to it where it is not there yet.

    Raises:
        UntrustedFile: somebody else can write to it, or take what is ours out of it.
        OSError: the way to it cannot be looked at.

    """
    asked = path.absolute()
    place = _walk(asked)
    if place.status is not None:
        _check_folder(asked, place.path, place.status)


def own_way_to(path: Path) -> Path:
    """Return the path, without links, of a file that is written for others, in a folder that may be theirs.

    Raises:
        UntrustedFile: a link of somebody else's leads there: he would choose what is overwritten.
        OSError: the way to it cannot be looked at.

    """
    return _walk(path.absolute(), in_own_folders=False).path


def check_not_everybodys(path: Path, status: os.stat_result) -> None:
    """Look at a file that may be somebody else's: not everybody may write to it, or put another one in its place.

    `status` is that of the open file.

    Raises:
        UntrustedFile: everybody may.

    """
    asked = path.absolute()
    places = [(asked, status)] if stat.S_ISREG(status.st_mode) or stat.S_ISFIFO(status.st_mode) else []
    with suppress(OSError):  # what has no name, such as a pipe of the shell's, has no folder
        real = asked.resolve(strict=True)
        places += [(folder, folder.stat()) for folder in real.parents]
    for place, found in places:
        is_kept = stat.S_ISDIR(found.st_mode) and found.st_mode & stat.S_ISVTX
        if found.st_mode & stat.S_IWOTH and not is_kept:
            raise _writable(asked, place, found, who="everybody", fix=f"chmod o-w {quote(str(place))}")


def _walk(asked: Path, *, follow: bool = True, in_own_folders: bool = True) -> _Reached:
    """Go to a file step by step, as the system does, and look at every folder and link on the way before it is used.

    Where a folder is ours, nobody can change afterwards what was seen in it.
    """
    here = Path(asked.anchor)
    status = here.lstat()
    to_go = [*reversed(asked.parts[1:])]
    links, all_roots = 0, True
    while to_go:
        if in_own_folders:
            _check_folder(asked, here, status)
        all_roots = all_roots and status.st_uid == 0
        name = to_go.pop()
        ahead = here.parent if name == ".." else here / name
        try:
            status = ahead.lstat()
        except FileNotFoundError:
            return _Reached(ahead.joinpath(*reversed(to_go)), None, all_roots)
        if not stat.S_ISLNK(status.st_mode) or not (follow or to_go):
            here = ahead
            continue
        _check_owner(asked, ahead, status)
        all_roots = all_roots and status.st_uid == 0
        links += 1
        if links > _LINKS_MAX:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(asked))
        target = ahead.readlink()
        here = here / target.anchor
        status = here.lstat()
        to_go += reversed(target.parts[1:] if target.is_absolute() else target.parts)
    return _Reached(here, status, all_roots)


def _check_file(asked: Path, path: Path, status: os.stat_result, *, at: Path | int, chmod: str = "go-w") -> None:
    """Refuse what is no regular file of ours; `at`: the file where it is open, else its path."""
    if not stat.S_ISREG(status.st_mode):
        kind = _KINDS.get(stat.S_IFMT(status.st_mode), "a device")
        raise UntrustedFile(
            asked,
            f"{_subject(asked, path, status)}, and is {kind}, not a regular file",
            fix=f"`ls -ld {quote(str(path))}`",
            advice="See what it is; remove it, or name another file: ",
        )
    _check_owner(asked, path, status)
    _check_writers(asked, path, status, at=at, chmod=chmod)


def _check_folder(asked: Path, folder: Path, status: os.stat_result) -> None:
    """Refuse a folder in which somebody else could put one file in the place of another."""
    _check_owner(asked, folder, status)
    # Out of a sticky folder nobody takes what is not his.
    if not status.st_mode & stat.S_ISVTX:
        _check_writers(asked, folder, status, at=folder)


def _check_owner(asked: Path, path: Path, status: os.stat_result) -> None:
    """Refuse what belongs to neither this user nor root: its owner could change it at any time."""
    us = os.geteuid()
    if status.st_uid in {0, us}:
        return
    ours = "root" if us == 0 else f"{user_name(us)} or root"
    if stat.S_ISLNK(status.st_mode):
        fix, advice = f"`rm {quote(str(path))}`", "Name the file itself; or make the link yourself, after "
    else:
        fix = f"`chown {us} {quote(str(path))}`"
        advice = "Run as its owner; or see what is in it and, if it is yours, as root "
    raise UntrustedFile(asked, f"{_subject(asked, path, status)}, and not to {ours}", fix=fix, advice=advice)


def _check_writers(asked: Path, path: Path, status: os.stat_result, *, at: Path | int, chmod: str = "go-w") -> None:
    us = os.geteuid()
    access_list = access_list_of(at, status)
    if strangers_may(
        WRITE, status, access_list=access_list, uid=us, is_private_group=lambda gid: is_private_group(gid, us)
    ):
        name = quote(str(path))
        without_list = "" if access_list is None else f"setfacl -b {name} && "
        raise _writable(asked, path, status, who="others", fix=f"{without_list}chmod {chmod} {name}")


def _writable(asked: Path, path: Path, status: os.stat_result, *, who: str, fix: str) -> UntrustedFile:
    return UntrustedFile(
        asked,
        f"{_subject(asked, path, status)}, so {who} can write to it",
        fix=f"`{fix}`",
        advice="See that nobody has changed what is there, then ",
    )


def _subject(asked: Path, path: Path, status: os.stat_result) -> str:
    """Begin to say what is wrong: with what, and with its owner and mode."""
    what = "it"
    if path != asked:
        kind = {stat.S_IFDIR: "the folder ", stat.S_IFLNK: "the link "}.get(stat.S_IFMT(status.st_mode), "")
        what = f"{kind}{path}, on the way to it,"
    return f"{what} belongs to {user_name(status.st_uid)} with mode {stat.S_IMODE(status.st_mode):04o}"
