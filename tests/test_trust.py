"""What the program goes by is used only where nobody else can have written it (docs/operations.md, Trusted files)."""

import errno
import grp
import os
import pwd
import stat
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from paypal_payouts import rights
from paypal_payouts.rights import ANY_RIGHT, WRITE, strangers_may
from paypal_payouts.trust import (
    UntrustedFile,
    check_not_everybodys,
    check_trusted,
    check_trusted_folder,
    check_trusted_sqlite,
    own_way_to,
    read_trusted,
    trusted_file,
)

STRANGER: Final = 65534 if os.geteuid() != 65534 else 65533
"""The number of another user."""
US: Final = 1000
OUR_GROUP, A_GROUP = 1000, 100

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can make files of other users")


def status(mode: int, *, uid: int = US, gid: int = OUR_GROUP) -> os.stat_result:
    return os.stat_result((mode, 1, 1, 1, uid, gid, 9, 0, 0, 0))


# Rights: mode and access list

OWNER, USER, OWN_GROUP, GROUP, MASK, OTHER = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20
NOBODY = 0xFFFFFFFF
R, W, RW = 4, 2, 6


def access_list(*entries: tuple[int, int, int]) -> bytes:
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


def a_list(*named: tuple[int, int, int], mask: int = RW, group: int = 0) -> bytes:
    """Return a list in which the owner writes, and who else is named."""
    return access_list(
        (OWNER, RW, NOBODY), *named, (OWN_GROUP, group, NOBODY), (MASK, mask, NOBODY), (OTHER, 0, NOBODY)
    )


@pytest.mark.parametrize(
    ("mode", "gid", "entries", "may_write"),
    [
        pytest.param(0o600, OUR_GROUP, None, False, id="ours alone"),
        pytest.param(0o644, A_GROUP, None, False, id="others read"),
        pytest.param(0o666, OUR_GROUP, None, True, id="everybody"),
        pytest.param(0o602, OUR_GROUP, None, True, id="others without the group"),
        pytest.param(0o664, OUR_GROUP, None, False, id="our own group"),
        pytest.param(0o664, A_GROUP, None, True, id="a shared group"),
        pytest.param(0o660, OUR_GROUP, a_list((USER, RW, US)), False, id="a list that names us"),
        pytest.param(0o660, OUR_GROUP, a_list((USER, RW, 0)), False, id="a list that names root"),
        pytest.param(0o660, OUR_GROUP, a_list((USER, RW, STRANGER)), True, id="a list that names a stranger"),
        pytest.param(0o640, OUR_GROUP, a_list((USER, RW, STRANGER), mask=R), False, id="a mask that takes it away"),
        pytest.param(0o660, OUR_GROUP, a_list((USER, R, STRANGER), group=RW), False, id="a stranger who reads"),
        pytest.param(0o660, A_GROUP, a_list(group=RW), True, id="a list with a shared group"),
        pytest.param(0o660, A_GROUP, a_list((GROUP, RW, OUR_GROUP)), False, id="a list that names our own group"),
        pytest.param(0o660, OUR_GROUP, a_list((GROUP, RW, A_GROUP)), True, id="a list that names a shared group"),
        pytest.param(0o660, OUR_GROUP, a_list()[:-1], True, id="a list that is cut"),
        pytest.param(0o660, OUR_GROUP, struct.pack("<I", 3) + a_list()[4:], True, id="a list of another version"),
        pytest.param(0o660, OUR_GROUP, b"", True, id="an empty list"),
    ],
)
def test_who_may_write(mode: int, gid: int, entries: bytes | None, may_write: bool) -> None:
    assert may_write is strangers_may(
        WRITE,
        status(stat.S_IFREG | mode, gid=gid),
        access_list=entries,
        uid=US,
        is_private_group=lambda group: group == OUR_GROUP,
    )


def systemds(uid: int) -> bytes:
    """Return the list that systemd makes: root reads, and the service's user."""
    return access_list(
        (OWNER, R, NOBODY), (USER, R, uid), (OWN_GROUP, 0, NOBODY), (MASK, R, NOBODY), (OTHER, 0, NOBODY)
    )


@pytest.mark.parametrize(
    ("entries", "is_open"),
    [
        pytest.param(systemds(US), False, id="systemd"),
        pytest.param(systemds(US + 1), True, id="another user"),
        pytest.param(access_list((OWNER, RW, NOBODY), (OWN_GROUP, R, NOBODY), (OTHER, 0, NOBODY)), True, id="group"),
        pytest.param(access_list((OWNER, RW, NOBODY), (GROUP, R, 7), (OTHER, 0, NOBODY)), True, id="named group"),
        pytest.param(None, True, id="none"),
    ],
)
def test_a_mode_that_shows_a_list_is_judged_by_the_list(entries: bytes | None, is_open: bool) -> None:
    found = strangers_may(
        ANY_RIGHT,
        status(stat.S_IFREG | 0o440, uid=0, gid=0),
        access_list=entries,
        uid=US,
        is_private_group=lambda _: False,
    )
    assert found is is_open


# Groups


class Users:
    """The users and groups of a machine."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.users = [self.user("root", 0, 0), self.user("maria", US, OUR_GROUP)]
        self.groups: dict[int, tuple[str, list[str]]] = {0: ("root", []), OUR_GROUP: ("maria", [])}
        monkeypatch.setattr(pwd, "getpwall", lambda: self.users)
        monkeypatch.setattr(pwd, "getpwuid", self.of_uid)
        monkeypatch.setattr(grp, "getgrgid", self.group)

    @staticmethod
    def user(name: str, uid: int, gid: int) -> pwd.struct_passwd:
        return pwd.struct_passwd((name, "x", uid, gid, "", "/", "/bin/sh"))

    def of_uid(self, uid: int) -> pwd.struct_passwd:
        for user in self.users:
            if user.pw_uid == uid:
                return user
        raise KeyError(uid)

    def group(self, gid: int) -> grp.struct_group:
        name, members = self.groups[gid]
        return grp.struct_group((name, "x", gid, members))


@pytest.fixture
def users(monkeypatch: pytest.MonkeyPatch) -> Iterator[Users]:
    rights.is_private_group.cache_clear()
    yield Users(monkeypatch)
    rights.is_private_group.cache_clear()


@pytest.mark.usefixtures("users")
def test_a_users_own_group_is_no_stranger() -> None:
    assert rights.is_private_group(OUR_GROUP, US)
    assert rights.is_private_group(0, US), "root's own"
    assert not rights.is_private_group(OUR_GROUP, 0), "for root, maria is one"


def test_a_group_with_somebody_else_in_it_is_a_stranger(users: Users) -> None:
    users.groups[OUR_GROUP] = ("maria", ["maria", "root", "jonas"])
    assert not rights.is_private_group(OUR_GROUP, US)


def test_a_group_that_is_not_our_primary_one_is_a_stranger_even_without_members(users: Users) -> None:
    users.groups[A_GROUP] = ("staff", [])
    assert not rights.is_private_group(A_GROUP, US)


def test_a_group_that_all_users_begin_in_is_a_stranger(users: Users) -> None:
    users.users = [users.user("root", 0, 0), users.user("maria", US, A_GROUP)]
    users.groups[A_GROUP] = ("users", [])
    assert rights.is_private_group(A_GROUP, US), "nobody else is there"
    rights.is_private_group.cache_clear()
    users.users.append(users.user("jonas", US + 1, A_GROUP))
    assert not rights.is_private_group(A_GROUP, US)


@pytest.mark.usefixtures("users")
def test_numbers_without_names_are_judged_by_what_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """A container may run as a number that neither list knows."""
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    monkeypatch.setattr(os, "getegid", lambda: 4712)
    assert rights.is_private_group(4712, 4711)
    assert not rights.is_private_group(4713, 4711)
    assert rights.user_name(4711) == "uid 4711"


# Files, and the way to them


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "folder" / "file"
    path.parent.mkdir()
    path.write_bytes(b"ours")
    return path


def test_what_is_ours_is_read(file: Path) -> None:
    assert read_trusted(file) == b"ours"
    assert read_trusted(file, size_max=2) == b"our"
    assert check_trusted(file) == file.resolve()
    check_trusted_folder(file.parent)


def test_what_is_not_there_is_for_the_system_to_tell(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_trusted(tmp_path / "gone")
    check_trusted(tmp_path / "gone" / "too")
    check_trusted_folder(tmp_path / "gone")


def test_a_relative_path_is_told_whole(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(file.parent)
    assert read_trusted(Path("../folder/file")) == b"ours"
    file.chmod(0o666)
    with pytest.raises(UntrustedFile, match=rf"^{file.parent.resolve()}/file is not used"):
        read_trusted(Path("file"))


Spoil = Callable[[Path], None]
"""What spoils a file that lies in a folder."""


def of_mode(mode: int) -> Spoil:
    return lambda file: file.chmod(mode)


def theirs(file: Path) -> None:
    os.chown(file, STRANGER, STRANGER, follow_symlinks=False)


def a_pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file, 0o600)


def a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def theirs_in_a_sticky_folder(file: Path) -> None:
    file.parent.chmod(0o1777)
    theirs(file)


def behind_their_link(file: Path) -> None:
    file.rename(file.with_name("ours"))
    file.symlink_to("ours")
    theirs(file)


def a_groups(file: Path) -> None:
    file.chmod(0o664)
    os.chown(file, 0, A_GROUP)


SPOILED: Final[dict[str, tuple[Spoil, str, str]]] = {
    "everybody can write": (
        of_mode(0o666),
        "it belongs to {us} with mode 0666, so others can write to it",
        "`chmod go-w {file}`",
    ),
    "everybody can write to the folder": (
        lambda file: file.parent.chmod(0o777),
        "the folder {folder}, on the way to it, belongs to {us} with mode 0777, so others can write to it",
        "`chmod go-w {folder}`",
    ),
    "a pipe": (a_pipe, "and is a pipe, not a regular file", "`ls -ld {file}`"),
    "a folder": (a_folder, "and is a folder, not a regular file", "`ls -ld {file}`"),
}
SPOILED_BY_ANOTHER: Final[dict[str, tuple[Spoil, str, str]]] = {
    "their file": (theirs, "it belongs to {them} with mode 0644, and not to root", "`chown 0 {file}`"),
    "their folder": (
        lambda file: theirs(file.parent),
        "the folder {folder}, on the way to it, belongs to {them}",
        "`chown 0 {folder}`",
    ),
    "their file in a sticky folder": (
        theirs_in_a_sticky_folder,
        "it belongs to {them} with mode 0644",
        "`chown 0 {file}`",
    ),
    "their link": (behind_their_link, "it belongs to {them} with mode 0777", "`rm {file}`"),
    "a group's": (a_groups, "with mode 0664, so others can write to it", "`chmod go-w {file}`"),
}


@pytest.mark.parametrize("spoil", [*SPOILED, *(pytest.param(name, marks=as_root) for name in SPOILED_BY_ANOTHER)])
@pytest.mark.parametrize("use", [read_trusted, check_trusted, check_trusted_sqlite])
def test_what_somebody_else_could_have_written_is_not_used(
    file: Path, spoil: str, use: Callable[[Path], object]
) -> None:
    how, problem, fix = (SPOILED | SPOILED_BY_ANOTHER)[spoil]
    how(file)
    names = {
        "file": file,
        "folder": file.parent,
        "us": rights.user_name(os.geteuid()),
        "them": rights.user_name(STRANGER),
    }

    with pytest.raises(UntrustedFile) as refused:
        use(file)

    error = refused.value
    assert (error.code, error.exit_code) == ("config_invalid", 3)
    assert problem.format(**names) in error.message
    assert error.message.startswith(f"{file} is not used: ")
    assert error.fix == fix.format(**names)
    assert error.hint.endswith(error.fix)
    assert error.details == [{"file": str(file), "key": None, "problem": error.message.partition(": ")[2][:-1]}]


@pytest.mark.parametrize("beside", ["-wal", "-shm", "-journal"])
def test_what_lies_beside_a_database_counts_as_the_database(file: Path, beside: str) -> None:
    check_trusted_sqlite(file)
    other = file.with_name(file.name + beside)
    other.touch()
    other.chmod(0o666)
    with pytest.raises(UntrustedFile, match=f"{other} is not used"):
        check_trusted_sqlite(file)


def test_beside_a_database_means_beside_the_file_that_a_link_leads_to(file: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(file)
    assert check_trusted_sqlite(tmp_path / "link") == file.resolve()
    os.mkfifo(file.with_name("file-journal"))
    with pytest.raises(UntrustedFile, match="file-journal"):
        check_trusted_sqlite(tmp_path / "link")


def test_what_is_ours_stays_ours_in_a_sticky_folder(file: Path) -> None:
    file.parent.chmod(0o1777)
    assert read_trusted(file) == b"ours"
    check_trusted_folder(file.parent)


def test_links_of_our_own_are_followed_and_what_they_lead_to_is_looked_at(file: Path, tmp_path: Path) -> None:
    (tmp_path / "to-folder").symlink_to("folder")
    (tmp_path / "link").symlink_to(tmp_path / "to-folder" / ".." / "to-folder" / "file")
    assert read_trusted(tmp_path / "link") == b"ours"
    file.parent.chmod(0o777)
    with pytest.raises(UntrustedFile, match=f"the folder {file.parent.resolve()}, on the way"):
        read_trusted(tmp_path / "link")


def test_links_in_a_circle_end(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(OSError, match=os.strerror(errno.ELOOP)):
        read_trusted(tmp_path / "a")


def test_a_file_that_must_be_no_link_is_none(file: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(file)
    with (
        pytest.raises(UntrustedFile, match="a symbolic link, not a regular file"),
        trusted_file(tmp_path / "link", os.O_RDONLY | os.O_NOFOLLOW),
    ):
        pass


@as_root
def test_the_files_of_an_ordinary_user_are_his_and_roots_and_not_roots_to_use(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.chown(file, STRANGER, STRANGER)
    os.chown(file.parent, STRANGER, STRANGER)
    with pytest.raises(UntrustedFile):
        read_trusted(file)
    monkeypatch.setattr(os, "geteuid", lambda: STRANGER)
    assert read_trusted(file) == b"ours"
    os.chown(file, 0, 0)
    assert read_trusted(file) == b"ours"
    os.chown(file, US, US)
    with pytest.raises(UntrustedFile, match=f"and not to .*uid {STRANGER}.* or root"):
        read_trusted(file)


def test_an_access_list_is_seen_and_its_fix_is_told(file: Path) -> None:
    try:
        os.setxattr(file, "system.posix_acl_access", a_list((USER, RW, STRANGER)))
    except OSError as error:
        pytest.skip(f"no access lists on this file system: {error.strerror}")
    with pytest.raises(UntrustedFile, match="0660") as refused:
        read_trusted(file)
    assert refused.value.fix == f"`setfacl -b {file} && chmod go-w {file}`"


# What others may have


@as_root
def test_nothing_is_written_through_a_link_of_somebody_elses(tmp_path: Path) -> None:
    (tmp_path / "ours").write_text("kept")
    (tmp_path / "link").symlink_to("ours")
    assert own_way_to(tmp_path / "link") == tmp_path.resolve() / "ours"
    os.chown(tmp_path / "link", STRANGER, STRANGER, follow_symlinks=False)
    with pytest.raises(UntrustedFile, match="link is not used"):
        own_way_to(tmp_path / "link")


def test_what_is_written_may_lie_in_a_folder_that_others_write_to(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    assert own_way_to(tmp_path / "page.html") == tmp_path.resolve() / "page.html"


@pytest.mark.parametrize("owner", [pytest.param(STRANGER, marks=as_root), os.geteuid()])
def test_an_input_may_be_somebody_elses_but_not_everybodys(file: Path, owner: int) -> None:
    os.chown(file, owner, -1)
    check_not_everybodys(file, file.stat())
    file.chmod(0o664)
    check_not_everybodys(file, file.stat())
    file.chmod(0o666)
    with pytest.raises(UntrustedFile, match="0666, so everybody can write") as refused:
        check_not_everybodys(file, file.stat())
    assert refused.value.fix == f"`chmod o-w {file}`"
    file.chmod(0o644)
    file.parent.chmod(0o777)
    with pytest.raises(UntrustedFile, match="everybody can write"):
        check_not_everybodys(file, file.stat())
    file.parent.chmod(0o1777)
    check_not_everybodys(file, file.stat())
