"""Where the bytes come from: files, pipes and streams, and files that change under the reader."""

import io
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, cast

import pytest

from paypal_payouts.errors import InputChanged, InputInvalid
from paypal_payouts.intake import read_input

CONTENT = b"item_id,receiver,amount,currency\n" + b"".join(b"A%05d,x%d@y,1,USD\n" % (n, n) for n in range(60_000))


class Dribble(io.RawIOBase):
    """A stream that hands over a few bytes at a time, as a pipe may."""

    def __init__(self, content: bytes, step: int) -> None:
        self._rest = io.BytesIO(content)
        self._step = step

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        return self._rest.read(min(size, self._step))


@pytest.fixture
def pay_csv(tmp_path: Path) -> Path:
    path = tmp_path / "pay.csv"
    path.write_bytes(CONTENT)
    return path


@pytest.mark.parametrize("step", [1, 3, 4096])
def test_blocks_of_any_size_give_the_same_rows(step: int) -> None:
    content = "\ufeffreceiver,amount,currency,note\r\nx@y,1,USD,ü\r\nz@y,2,USD,\U0001f600\r\n".encode()
    with read_input(cast("BinaryIO", Dribble(content, step)), name="-") as staged:
        rows = staged.fetch([debt.key for debt in staged.debts()])
        assert [(row.line, row.receiver, row.note) for row in rows] == [
            (2, "x@y", "ü"),
            (3, "z@y", "\U0001f600"),
        ]


def test_lines_are_numbered_across_blocks() -> None:
    with pytest.raises(InputInvalid) as caught:
        read_input(io.BytesIO(CONTENT + b"A,x@y,0,USD\n"), name="-")
    assert caught.value.details[0]["line"] == 60_002


def test_progress_is_told_in_rows(pay_csv: Path) -> None:
    told: list[int] = []
    read_input(pay_csv, name="pay.csv", progress=told.append).close()
    assert told == [10_000, 20_000, 30_000, 40_000, 50_000, 60_000]


def append(path: Path) -> None:
    with path.open("ab") as stream:
        stream.write(b"A,x@y,1,USD\n")


def touch(path: Path) -> None:
    os.utime(path, ns=(0, 1))


def append_with_the_old_time(path: Path) -> None:
    status = path.stat()
    append(path)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def replace(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(CONTENT)
    status = path.stat()
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    other.replace(path)


@pytest.mark.parametrize(
    "change", [append, append_with_the_old_time, touch, replace, Path.unlink], ids=lambda change: change.__name__
)
def test_a_file_that_changes_while_it_is_read_is_refused(pay_csv: Path, change: Callable[[Path], None]) -> None:
    def once(rows: int) -> None:
        if rows == 10_000:
            change(pay_csv)

    with pytest.raises(InputChanged, match=r"pay\.csv changed while it was read"):
        read_input(pay_csv, name="pay.csv", progress=once)


def test_a_change_is_told_before_any_error_that_it_may_have_made(pay_csv: Path) -> None:
    pay_csv.write_bytes(CONTENT + b"ragged\n")
    with pytest.raises(InputChanged):
        read_input(pay_csv, name="pay.csv", progress=lambda _: touch(pay_csv))


def test_a_named_pipe_is_read(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(b'{"receiver":"x@y","amount":"1","currency":"USD"}\n',))
    writer.start()
    with read_input(pipe, name="pipe") as staged:
        assert staged.count == 1
    writer.join()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("missing.csv", "f is not there"), (".", "f is a directory, not a file"), ("a\0b", "f cannot be read"),
     ("x" * 300, "f cannot be read: File name too long"), ("pay.csv/x", "f cannot be read: Not a directory")],
    ids=["missing", "directory", "NUL in the name", "long name", "below a file"],
)  # fmt: skip
def test_what_cannot_be_opened_is_refused_with_a_sentence(pay_csv: Path, name: str, sentence: str) -> None:
    with pytest.raises(InputInvalid, match=sentence) as caught:
        read_input(pay_csv.parent / name, name="f")
    assert caught.value.exit_code == 3
    assert caught.value.details == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_file_is_refused(pay_csv: Path) -> None:
    pay_csv.chmod(0)
    with pytest.raises(InputInvalid, match="Permission denied"):
        read_input(pay_csv, name="pay.csv")


class Broken(io.RawIOBase):
    def read(self, _size: int = -1, /) -> bytes:
        raise OSError(5, "Input/output error")


class Impatient(io.RawIOBase):
    def read(self, _size: int = -1, /) -> bytes:
        return cast("bytes", None)  # what a stream gives that does not wait


@pytest.mark.parametrize(
    ("stream", "sentence"),
    [(Broken(), "Input/output error"), (Impatient(), "does not wait")],
    ids=["broken", "impatient"],
)
def test_a_stream_that_fails_is_refused_and_never_taken_for_its_end(stream: io.RawIOBase, sentence: str) -> None:
    with pytest.raises(InputInvalid, match=sentence):
        read_input(cast("BinaryIO", stream), name="-")


class Endless(io.RawIOBase):
    """A gigabyte in one field, and it counts how much of it is asked for."""

    taken = 0

    def read(self, size: int = -1, /) -> bytes:
        self.taken += size
        return b"x" * size


def test_an_endless_field_is_given_up_early() -> None:
    stream = Endless()
    with pytest.raises(InputInvalid, match="at most 1 MiB"):
        read_input(cast("BinaryIO", stream), name="-")
    assert stream.taken <= 2 * 1024 * 1024


def test_a_stream_stays_open_for_its_owner() -> None:
    stream = io.BytesIO(CONTENT)
    read_input(stream, name="-").close()
    assert not stream.closed
