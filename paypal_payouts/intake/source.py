"""Bytes to numbered lines of text: a file or a stream, read once, in memory that does not grow with it.

Source: docs/design.md, 4: UTF-8, with or without a byte-order mark; a file that changes while it is read is refused.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import Final, Protocol, Self

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


class Lines:
    """The lines of a text with their numbers: one by one, or those of a block at once where nothing is odd about them.

    A line that is no text is a finding.
    """

    def __init__(self, blocks: Iterable[bytes], findings: InputFindings) -> None:
        self._blocks = _whole_lines(blocks)
        self._findings = findings
        self._next_number = 1
        self._pairs: NumberedLines = iter(())
        self._block: tuple[int, str] | None = None
        """A block of which no line was read, and its first number."""

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> tuple[int, str]:
        """Return the next line.

        Raises:
            ReadingEnds: a line is longer than any row, or the very first one is no text.

        """
        while True:
            self._open_block()
            for pair in self._pairs:
                return pair
            self._load()

    def rest_of_block(self) -> NumberedLines:
        """Yield the lines of this block that nobody has read."""
        self._open_block()
        while (pair := next(self._pairs, None)) is not None:
            yield pair

    def block(self) -> tuple[int, str] | None:
        """Return what nobody has read of this block, or else the next one, with the number of its first line.

        It counts as read only once it is taken. None where there is none, or one with odd lines.

        Raises:
            ReadingEnds: a line is longer than any row.

        """
        if self._block is None:
            left = list(self._pairs) if isinstance(self._pairs, enumerate) else []
            if left:
                self._block = left[0][0], "\n".join(text for _, text in left)
            elif (pair := next(self._pairs, None)) is not None:
                self._pairs = chain((pair,), self._pairs)
            else:
                with suppress(StopIteration):
                    self._load()
        return self._block

    def take_block(self) -> None:
        """Count the block as read."""
        self._block = None

    def _open_block(self) -> None:
        """Make lines of a block of which none was read yet."""
        if self._block is not None:
            first, text = self._block
            self._pairs = enumerate(text.split("\n"), first)
            self._block = None

    def _load(self) -> None:
        block = next(self._blocks)
        first, self._next_number = self._next_number, self._next_number + block.count(b"\n")
        text = _plain_text(block)
        if text is None:
            self._pairs = _one_by_one(block, first, self._findings)
        else:
            self._block = first, text


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


def _plain_text(block: bytes) -> str | None:
    """Return the lines of a block as one text, without its last line end; None where a line is odd."""
    try:
        text = block.decode().replace("\r\n", "\n")
    except UnicodeDecodeError:
        return None
    return None if "\r" in text or "\0" in text else text.removesuffix("\n")


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
