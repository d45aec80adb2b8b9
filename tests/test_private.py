"""Files and folders of the program: for their owner alone, whatever the umask (docs/design.md, 13)."""

import errno
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from paypal_payouts.private import create_private, private_directory, replace_file, write_private


@pytest.fixture(params=[0o000, 0o022, 0o777], ids=lambda umask: f"umask-{umask:03o}", autouse=True)
def _umask(request: pytest.FixtureRequest) -> Iterator[None]:
    """Set the umask once the test's own folder is there: who is not root could not use one that is made after."""
    request.getfixturevalue("tmp_path")
    before = os.umask(request.param)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


@pytest.mark.parametrize("data", [b"", b"key"])
def test_a_new_file_is_whole_and_its_owners_alone(tmp_path: Path, data: bytes) -> None:
    create_private(tmp_path / "new", data)

    assert mode(tmp_path / "new") == 0o600
    assert (tmp_path / "new").read_bytes() == data
    assert list(tmp_path.iterdir()) == [tmp_path / "new"]


@pytest.mark.parametrize("data", [b"", b"key"])
@pytest.mark.parametrize("there", ["file", "folder", "dangling-link"])
def test_a_new_file_takes_no_name_that_is_in_use(tmp_path: Path, there: str, data: bytes) -> None:
    path = tmp_path / "taken"
    match there:
        case "file":
            path.write_bytes(b"kept")
        case "folder":
            path.mkdir()
        case _:
            path.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(FileExistsError):
        create_private(path, data)

    assert list(tmp_path.iterdir()) == [path]


def test_missing_parents_of_a_folder_are_private_too(tmp_path: Path) -> None:
    private_directory(tmp_path / "a" / "b" / "c")

    assert [mode(tmp_path / part) for part in ("a", "a/b", "a/b/c")] == [0o700, 0o700, 0o700]


def test_a_folder_that_exists_is_left_as_it_is(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o755)

    private_directory(shared)
    private_directory(shared / "ours")

    assert (mode(shared), mode(shared / "ours")) == (0o755, 0o700)


def test_a_link_to_a_folder_is_a_folder(tmp_path: Path) -> None:
    private_directory(tmp_path / "real")
    (tmp_path / "link").symlink_to(tmp_path / "real")

    private_directory(tmp_path / "link" / "inside")

    assert (tmp_path / "real" / "inside").is_dir()


def test_a_file_in_the_way_of_a_folder_is_told(tmp_path: Path) -> None:
    create_private(tmp_path / "file")

    with pytest.raises(FileExistsError):
        private_directory(tmp_path / "file")


def test_written_data_replaces_an_open_file_by_a_private_one(tmp_path: Path) -> None:
    path = tmp_path / "data"
    create_private(path)
    path.chmod(0o644)

    write_private(path, b"new")

    assert (path.read_bytes(), mode(path)) == (b"new", 0o600)
    assert list(tmp_path.iterdir()) == [path]


def test_writing_replaces_a_link_and_not_what_it_points_to(tmp_path: Path) -> None:
    create_private(tmp_path / "target")
    (tmp_path / "link").symlink_to(tmp_path / "target")

    write_private(tmp_path / "link", b"new")

    assert (tmp_path / "target").read_bytes() == b""
    assert (tmp_path / "link").read_bytes() == b"new"


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    private_directory(tmp_path / "taken" / "inside")

    with pytest.raises(OSError, match="taken"):
        write_private(tmp_path / "taken", b"new")

    assert list(tmp_path.iterdir()) == [tmp_path / "taken"]


def test_a_folder_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_private(tmp_path / "missing" / "file", b"new")


@pytest.mark.parametrize("before", [0o600, 0o640, 0o644])
def test_a_file_that_others_were_let_into_keeps_its_mode_when_it_is_replaced(tmp_path: Path, before: int) -> None:
    path = tmp_path / "shared"
    replace_file(path, b"first")
    assert mode(path) == 0o600
    path.chmod(before)
    inode = path.stat().st_ino

    replace_file(path, b"second")

    assert (path.read_bytes(), mode(path)) == (b"second", before)
    assert path.stat().st_ino != inode
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file to any group")
def test_a_replaced_file_stays_with_its_group(tmp_path: Path) -> None:
    path = tmp_path / "shared"
    replace_file(path, b"first")
    os.chown(path, -1, 12345)
    path.chmod(0o640)

    replace_file(path, b"second")

    assert (path.stat().st_gid, mode(path)) == (12345, 0o640)


def test_replacing_follows_a_link(tmp_path: Path) -> None:
    replace_file(tmp_path / "target", b"first")
    (tmp_path / "link").symlink_to(tmp_path / "target")

    replace_file(tmp_path / "link", b"second")

    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_bytes() == b"second"


@pytest.mark.parametrize("place", ["pipe", "folder"])
def test_what_is_no_file_is_never_replaced(tmp_path: Path, place: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    kind = stat.S_IFMT((tmp_path / place).stat().st_mode)

    with pytest.raises(FileExistsError, match="no regular file"):
        replace_file(tmp_path / place, b"new")

    assert stat.S_IFMT((tmp_path / place).stat().st_mode) == kind


@pytest.mark.parametrize("write", [write_private, replace_file])
def test_a_disk_that_fills_up_leaves_the_old_file_whole(tmp_path: Path, write: Callable[[Path, bytes], None]) -> None:
    path = tmp_path / "data"
    write(path, b"old" * 100)
    code = f"""
import resource, signal, sys
from pathlib import Path
from paypal_payouts.private import {write.__name__}
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    {write.__name__}(Path(sys.argv[1]), b"new" * 10_000)
except OSError as error:
    print(error.errno)
"""
    ended = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True)

    assert ended.stdout == f"{errno.EFBIG}\n"
    assert path.read_bytes() == b"old" * 100
    assert list(tmp_path.iterdir()) == [path]
