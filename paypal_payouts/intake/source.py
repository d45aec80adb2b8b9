"""Bytes to numbered lines of text: a file or a stream, read once, in memory that does not grow with it.

Source: docs/design.md, 4: UTF-8, with or without a byte-order mark; a file that changes while it is read is refused.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import Final, Protocol

from paypal_payouts.domain.words import NOT_THERE
from paypal_payouts.errors import InputChanged, InputInvalid
from paypal_payouts.intake.findings import InputFindings, ReadingEnds
from paypal_payouts.trust import UntrustedFile, check_not_everybodys

BLOCK_BYTES: Final = 512 * 1024
LINE_BYTES_MAX: Final = 1024 * 1024
"""A longer line is no row; it must exceed `BLOCK_BYTES`, so that only the first line of a block can be longer."""

NumberedLines = Iterator[tuple[int, str]]

_UTF8_MARK = b"\xef\xbb\xbf"
_FOREIGN_MARKS = {
    b"\xff\xfe\x00\x00": "UTF-32 text",
    b"\x00\x00\xfe\xff": "UTF-32 text",
    b"\xff\xfe": "UTF-16 text",
    b"\xfe\xff": "UTF-16 text",
    b"PK\x03\x04": "a workbook or an archive",
    b"\xd0\xcf\x11\xe0": "a workbook",
    b"\x1f\x8b": "a compressed file",
    b"%PDF": "a PDF document",
}


class Stream(Protocol):
    """Bytes that are read once: a file that is open, a pipe, or the rows of a program."""

    def read(self, size: int, /) -> bytes | None:
        """Return at most so many bytes; none at the end."""


class Source:
    """An opened input: its bytes once, and whether it stayed the same meanwhile."""

    def __init__(self, stream: Stream, *, name: str, path: Path | None) -> None:
        self._stream = stream
        self._name = name
        self._path = path
        self._before = _fingerprint(path) if path is not None else None
        self.is_file = path is not None
        """A regular file, that has a name to go by; a pipe or standard input has none."""
        self.ends_within_line = False
        """What was read last ends without a line end: perhaps a file that was not written to its end."""
        self.line_ends = 0

    def blocks(self) -> Iterator[bytes]:
        """Yield the bytes in blocks.

        Raises:
            InputInvalid: the file cannot be read.

        """
        try:
            while (block := self._stream.read(BLOCK_BYTES)) != b"":
                if block is None:
                    raise InputInvalid(f"{self._name} cannot be read: it does not wait for data (non-blocking)")
                self.ends_within_line = not block.endswith(b"\n")
                self.line_ends += block.count(b"\n")
                yield block
        except OSError as error:
            raise _unreadable(self._name, error) from error

    def check_unchanged(self) -> None:
        """Compare the file's identity, size and time of change with those before the first byte was read.

        Raises:
            InputChanged: it is not the same file any more.

        """
        if self._path is None:
            return
        try:
            after = _fingerprint(self._path)
        except OSError:
            after = None
        if after != self._before:
            raise InputChanged(
                f"{self._name} changed while it was read",
                hint="Wait until whatever writes the file has finished, then run again.",
            )


@contextmanager
def open_source(source: Path | Stream, *, name: str) -> Iterator[Source]:
    """Open a path, or take a stream that is open already and stays so.

    Raises:
        InputInvalid: there is no such file, it is a directory, it cannot be read, or everybody could have written it.

    """
    if not isinstance(source, Path):
        yield Source(source, name=name, path=None)
        return
    try:
        mode = source.stat().st_mode
        if S_ISDIR(mode):
            raise InputInvalid(f"{name} is a directory, not a file")
        stream = source.open("rb")
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise _unreadable(name, error) from error
    with stream:
        try:
            check_not_everybodys(source, os.fstat(stream.fileno()))
            opened = Source(stream, name=name, path=source if S_ISREG(mode) else None)
        except OSError as error:
            raise _unreadable(name, error) from error
        except UntrustedFile as error:
            raise InputInvalid(error.message, hint=error.hint) from error
        yield opened


def _fingerprint(path: Path) -> tuple[int, int, int, int]:
    status = path.stat()
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _unreadable(name: str, error: OSError | ValueError) -> InputInvalid:
    if isinstance(error, FileNotFoundError):
        return InputInvalid(f"{name} {NOT_THERE}")
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return InputInvalid(f"{name} cannot be read: {reason}")


def without_mark(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Drop a UTF-8 byte-order mark.

    Raises:
        ReadingEnds: the first bytes say that this is not UTF-8 text.

    """
    blocks = iter(blocks)
    start = b""
    for block in blocks:
        start += block
        if len(start) >= max(map(len, _FOREIGN_MARKS)):  # a pipe may hand over single bytes
            break
    for mark, what in _FOREIGN_MARKS.items():
        if start.startswith(mark):
            raise ReadingEnds(1, f"this is {what}", "CSV in UTF-8")
    yield start.removeprefix(_UTF8_MARK)
    yield from blocks


def numbered_lines(blocks: Iterable[bytes], findings: InputFindings) -> NumberedLines:
    """Yield the lines of text with their numbers; a line that is no text is a finding.

    Raises:
        ReadingEnds: a line is longer than any row, or the very first one is no text.

    """
    number = 1
    for block in _whole_lines(blocks):
        yield from _texts(block, number, findings)
        number += block.count(b"\n")


def _whole_lines(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Cut blocks again so that each ends with a line's end; a last line without one is given one."""
    rest, number = b"", 1
    for block in blocks:
        data = rest + block
        first_end = data.find(b"\n")
        if (first_end if first_end >= 0 else len(data)) > LINE_BYTES_MAX:
            raise _too_long(number, data[:LINE_BYTES_MAX])
        whole, end, rest = data.rpartition(b"\n")
        if end:
            yield whole + end
            number += whole.count(b"\n") + 1
    if rest:
        yield rest + b"\n"


def _too_long(number: int, line: bytes) -> ReadingEnds:
    shown = line[:200].decode("utf-8", "replace")
    if b"\r" in line:
        return ReadingEnds(number, "lines end with CR alone", "lines that end with LF or CRLF", shown)
    return ReadingEnds(number, "a line that is far too long", "lines of at most 1 MiB", shown)


def _texts(block: bytes, first: int, findings: InputFindings) -> Iterable[tuple[int, str]]:
    try:
        text = block.decode().replace("\r\n", "\n")
    except UnicodeDecodeError:
        return _one_by_one(block, first, findings)
    if "\r" in text or "\0" in text:
        return _one_by_one(block, first, findings)
    return enumerate(text.removesuffix("\n").split("\n"), first)


def _one_by_one(block: bytes, first: int, findings: InputFindings) -> NumberedLines:
    for number, raw in enumerate(block.removesuffix(b"\n").split(b"\n"), first):
        line = raw.removesuffix(b"\r")
        problem = _not_text(line)
        if problem is None:
            yield number, line.decode()
        elif number == 1:
            # Without its first line nothing tells what the others mean.
            raise ReadingEnds(number, *problem, line[:200].decode("utf-8", "replace"))
        else:
            wrong, expected = problem
            findings.add(number, None, line[:200].decode("utf-8", "replace"), expected, wrong)


def _not_text(line: bytes) -> tuple[str, str] | None:
    """Say what is wrong with a line, and what would be right; None where it is text."""
    try:
        line.decode()
    except UnicodeDecodeError as error:
        return f"byte {error.start + 1} of the line is 0x{line[error.start]:02X}", "UTF-8 text"
    if b"\0" in line:
        return f"byte {line.index(0) + 1} of the line is a NUL, as in UTF-16 or a binary file", "UTF-8 text"
    if b"\r" in line:
        return f"byte {line.index(13) + 1} of the line is a CR alone", "lines that end with LF or CRLF"
    return None
