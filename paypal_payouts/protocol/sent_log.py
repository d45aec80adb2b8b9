"""The file of the sent log: one for each cycle, beside its lock file; what it means is `domain.sent_log`.

A line says that a batch may have been sent from then on: `<time> <batch> <checksum>`. `<time> <batch> void` takes the
line of that batch and time back. `<time> trail <seal>` says which row of the trail was the last one then. The file is
written under the lock of its cycle alone, and only ever grows.
"""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from paypal_payouts.domain.identity import BatchName
from paypal_payouts.domain.sent_log import SentLine, active
from paypal_payouts.errors import ConfigInvalid, PayoutsError, StorageFailed
from paypal_payouts.log import event
from paypal_payouts.private import FILE_MODE, sync_directory, write_private
from paypal_payouts.trust import trusted_file

_LOG: Final = logging.getLogger(__name__)

_VOID: Final = "void"
TRAIL: Final = "trail"
"""What stands in place of a batch on a line about the trail."""
_READ: Final = os.O_RDONLY | os.O_NOFOLLOW
_APPEND: Final = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW
_EMPTY: Final = os.O_WRONLY | os.O_NOFOLLOW


class SentLog:
    """The sent log of one cycle."""

    def __init__(self, path: Path, *, lock_file: Path) -> None:
        """Keep where it lies. Earlier versions wrote the lines into the lock file: they are read there, too."""
        self._path = path
        self._lock_file = lock_file

    def lines(self) -> list[SentLine]:
        """Read every line that is about a send, the oldest first.

        Raises:
            ConfigInvalid: a file cannot be read, or holds something else.

        """
        return [line for line in self._entries() if isinstance(line, SentLine)]

    def trail(self) -> str | None:
        """Read where the trail of the cycle ended when that was last written: the seal of its row.

        Raises:
            ConfigInvalid: a file cannot be read, or holds something else.

        """
        return next((line for line in reversed(self._entries()) if isinstance(line, str)), None)

    def _entries(self) -> list[SentLine | str]:
        older, newer = _whole_lines(self._lock_file), _whole_lines(self._path)
        # Both have the same lines while they are carried over.
        return [
            *(_parsed(self._lock_file, line) for line in older if line not in newer),
            *(_parsed(self._path, line) for line in newer),
        ]

    def carry_over(self) -> None:
        """Take over what an earlier version wrote into the lock file; the lock must be ours.

        Raises:
            ConfigInvalid: a file cannot be read, or holds something else.
            StorageFailed: a file cannot be written.

        """
        older = _whole_lines(self._lock_file)
        if not older and not _bytes_of(self._lock_file):
            return
        newer = _whole_lines(self._path)
        self._entries()
        lines = [*(line for line in older if line not in newer), *newer]
        try:
            write_private(self._path, "".join(lines).encode("ascii"))
            with trusted_file(self._lock_file, _EMPTY) as opened:
                os.ftruncate(opened.descriptor, 0)
                os.fsync(opened.descriptor)
        except OSError as error:
            raise self._failed(error, "Nothing was sent.") from error

    @contextmanager
    def announcing(
        self, batch: BatchName, at: datetime, *, checksum: str, trail: str | None
    ) -> Iterator[Callable[[], None]]:
        """Give what writes the line of a send, once; where the block ends in a refusal after that, the line is void.

        Raises:
            StorageFailed: the line could not be written; the batch must not be sent.

        """
        written: list[SentLine] = []

        def announce() -> None:
            # A transaction that was cut and is repeated calls this again.
            if not written:
                written.append(SentLine(at, batch, checksum))
                mark = b"" if trail is None or trail == self.trail() else _mark(trail, at)
                self._append(_written(written[0]) + mark, f"{batch} was not sent.")

        try:
            yield announce
        except PayoutsError:
            # Whatever became of the permit: we live, and did not send.
            for line in written:
                self._take_back(line)
            raise

    def _take_back(self, line: SentLine) -> None:
        try:
            self.append(replace(line, is_void=True))
        except PayoutsError as error:
            # It stands as if the batch had been sent, which is safe: it will be asked about under its own id.
            event(_LOG, "error", error.message, level=logging.WARNING, batch=line.batch)

    def knows(self, batch: BatchName) -> bool:
        """Tell whether a line of a batch stands."""
        return any(line.batch == batch for line in active(self.lines()))

    def append(self, line: SentLine) -> None:
        """Write a line: it is on the disk when this returns.

        Raises:
            StorageFailed: it could not be written.

        """
        self._append(_written(line), f"{line.batch} was not sent.")

    def keep_trail(self, seal: str, *, at: datetime) -> None:
        """Write where the trail of the cycle ends now, unless that is what was written last.

        Raises:
            StorageFailed: it could not be written.

        """
        if seal != self.trail():
            self._append(_mark(seal, at), "What was sent is recorded.")

    def _append(self, data: bytes, money: str) -> None:
        self.carry_over()
        try:
            with trusted_file(self._path, _APPEND) as opened:
                descriptor = opened.descriptor
                # What a crash left of a line goes first: the file is ours alone while we hold the lock.
                with open(descriptor, "rb", closefd=False) as whole:
                    kept_bytes = whole.read().rfind(b"\n") + 1
                os.ftruncate(descriptor, kept_bytes)
                if not kept_bytes:
                    os.fchmod(descriptor, FILE_MODE)
                _write_whole(descriptor, data)
                os.fsync(descriptor)
                if not kept_bytes:
                    # The first line: the name of the file must survive a loss of power, too.
                    sync_directory(self._path.parent)
        except OSError as error:
            raise self._failed(error, money) from error

    def _failed(self, error: OSError, money: str) -> StorageFailed:
        return StorageFailed(
            f"The sent log {self._path} cannot be written: {error.strerror or error}. {money}",
            hint="See what is wrong with the lock directory: `payouts doctor`. Then run again.",
        )


def _bytes_of(path: Path) -> bytes:
    try:
        with trusted_file(path, _READ) as opened, open(opened.descriptor, "rb", closefd=False) as stream:
            return stream.read()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise ConfigInvalid(f"{path} cannot be read: {error.strerror or error}. Nothing was sent.") from error


def _whole_lines(path: Path) -> list[str]:
    # A line that a crash cut short was never followed by a permit: its batch was not sent.
    lines = _bytes_of(path).decode("ascii", "replace").splitlines(keepends=True)
    return [line for line in lines if line.endswith("\n")]


def _parsed(path: Path, line: str) -> SentLine | str:
    """Read a line about a send; or the seal of one that says where the trail ended."""
    words = line.split()
    name, moment = None, None
    if len(words) in {2, 3}:
        name = BatchName.parse(words[1])
        with suppress(ValueError):
            moment = datetime.fromisoformat(words[0])
        if words[1] == TRAIL and len(words) == 3 and moment is not None:  # noqa: PLR2004 - time, word, seal
            return words[2]
    if name is None or moment is None or moment.tzinfo is None:
        raise ConfigInvalid(
            f"{path} holds a line that this program did not write: {line.strip()!r}.",
            hint="Nothing was sent. Restore the file: it tells what was sent when the database is lost.",
        )
    last = words[2] if len(words) == 3 else None  # noqa: PLR2004 - the three above
    return SentLine(moment, name, None, is_void=True) if last == _VOID else SentLine(moment, name, last)


def _written(line: SentLine) -> bytes:
    last = _VOID if line.is_void else line.checksum
    words = [line.at.astimezone(UTC).isoformat(), str(line.batch), *([] if last is None else [last])]
    return f"{' '.join(words)}\n".encode("ascii")


def _mark(seal: str, at: datetime) -> bytes:
    return f"{at.astimezone(UTC).isoformat()} {TRAIL} {seal}\n".encode("ascii")


def _write_whole(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]


def sent_lines(cycle: str, *, directory: Path) -> list[SentLine]:
    """Read the sent log of a cycle without its lock.

    Raises:
        ConfigInvalid: a file cannot be read, or holds something else.

    """
    return sent_log_of(cycle, directory).lines()


def sent_log_of(cycle: str, directory: Path) -> SentLog:
    """Return the sent log of a cycle."""
    return SentLog(directory / f"{cycle}.sent", lock_file=lock_file(cycle, directory))


def lock_file(cycle: str, directory: Path) -> Path:
    """Return the file whose lock whoever works on a cycle holds."""
    return directory / f"{cycle}.lock"
