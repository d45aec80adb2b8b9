"""How far long work is, on stderr: one living line on a terminal, a line now and then elsewhere, or nothing.

No thread, no clock and no Rich: a signal finds nothing to break, and `--json` beside a terminal stays fast to start.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Final, Self, TextIO

from paypal_payouts.domain.report import Progress
from paypal_payouts.domain.words import counted
from paypal_payouts.present.text import visible

_ROWS_BETWEEN: Final = 10_000
_STEPS: Final = 10
"""A count with a known end is told this many times without a terminal."""
_ERASE: Final = "\r\x1b[2K"
_WIDTH_UNKNOWN: Final = 80


class SilentProgress(Progress):
    """Tells nothing: `--quiet`."""

    def rows_read(self, count: int) -> None:
        """Report nothing."""

    def storing(self, items: int, of: int) -> None:
        """Report nothing."""

    def sent(self, batch: str, number: int, of: int, words: str) -> None:
        """Report nothing."""

    def waiting(self, seconds: float, why: str) -> None:
        """Report nothing."""

    def reading(self, final: int, of: int) -> None:
        """Report nothing."""

    def note(self, text: str) -> None:
        """Report nothing."""

    def close(self) -> None:
        """Leave nothing on the screen that a question or a result would stand beside."""
        return

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class PlainProgress(SilentProgress):
    """Writes a line for each thing worth telling, without a single escape sequence: a log stays readable."""

    def __init__(self, stream: TextIO) -> None:
        """Write to a stream that is no terminal."""
        self._stream = stream
        self._rows_next = _ROWS_BETWEEN
        self._step: dict[str, tuple[int, int]] = {}
        self._why = ""

    def rows_read(self, count: int) -> None:
        """Report at 10,000 rows, then each time their number has doubled."""
        if count >= self._rows_next:
            self._rows_next = count * 2
            self._write(f"{counted(count, 'row')} read")

    def storing(self, items: int, of: int) -> None:
        """Report each tenth of the new items."""
        self._tell_tenth("items stored", items, of)

    def sent(self, batch: str, number: int, of: int, words: str) -> None:
        """Report each batch."""
        self._write(_sent(batch, number, of, words))

    def waiting(self, seconds: float, why: str) -> None:
        """Report a wait once for each reason, and not each time that it is repeated."""
        if why != self._why:
            self._why = why
            self._write(_waiting(seconds, why))

    def reading(self, final: int, of: int) -> None:
        """Report each tenth of the cycle's items."""
        self._tell_tenth("items final", final, of)

    def note(self, text: str) -> None:
        """Report it."""
        self._write(text)

    def _tell_tenth(self, what: str, done: int, of: int) -> None:
        step = (of, done * _STEPS // of if of else _STEPS)
        if self._step.get(what) != step:
            self._step[what] = step
            self._write(f"{done} of {of} {what}")

    def _write(self, text: str) -> None:
        self._stream.write(f"{visible(text)}\n")
        self._stream.flush()


class TerminalProgress(SilentProgress):
    """Keeps one line of the terminal up to date, and leaves what happened standing above it."""

    def __init__(self, stream: TextIO) -> None:
        """Write to a terminal."""
        self._stream = stream
        self._rows_next = 0
        self._shown = ""

    def rows_read(self, count: int) -> None:
        """Report every 10,000 rows."""
        if count >= self._rows_next:
            self._rows_next = count + _ROWS_BETWEEN
            self._live(f"{counted(count, 'row')} read")

    def storing(self, items: int, of: int) -> None:
        """Report how many of the new items are stored."""
        self._live(f"{items} of {of} items stored{_percent(items, of)}")

    def sent(self, batch: str, number: int, of: int, words: str) -> None:
        """Leave a line for each batch."""
        self._keep(_sent(batch, number, of, words))

    def waiting(self, seconds: float, why: str) -> None:
        """Report why nothing happens, and for how long."""
        self._live(_waiting(seconds, why))

    def reading(self, final: int, of: int) -> None:
        """Report how many of the cycle's items are final."""
        self._live(f"{final} of {of} items final{_percent(final, of)}")

    def note(self, text: str) -> None:
        """Leave a line."""
        self._keep(text)

    def close(self) -> None:
        """Wipe the living line."""
        if self._shown:
            self._shown = ""
            self._stream.write(_ERASE)
            self._stream.flush()

    def _keep(self, text: str) -> None:
        with self._line_lifted():
            self._stream.write(f"{visible(text)}\n")

    @contextmanager
    def _line_lifted(self) -> Iterator[None]:
        line = self._shown
        self.close()
        yield
        self._live(line)

    def _live(self, text: str) -> None:
        line = visible(text)[: self._width() - 1]
        if line != self._shown:
            self._shown = line
            self._stream.write(f"{_ERASE}{line}")
            self._stream.flush()

    def _width(self) -> int:
        """Ask the terminal each time: a longer line would wrap, and only its last part could be wiped."""
        try:
            return os.get_terminal_size(self._stream.fileno()).columns or _WIDTH_UNKNOWN
        except (OSError, ValueError):
            return _WIDTH_UNKNOWN


def make_progress(stream: TextIO, *, quiet: bool, plain: bool = False) -> SilentProgress:
    """Choose how to tell: nothing when quiet, a living line on a terminal, plain lines elsewhere.

    `plain` is for a terminal that cannot wipe a line, such as TERM=dumb.
    """
    if quiet:
        return SilentProgress()
    return TerminalProgress(stream) if stream.isatty() and not plain else PlainProgress(stream)


def _sent(batch: str, number: int, of: int, words: str) -> str:
    return f"batch {number} of {of}, {batch}: {words}"


def _waiting(seconds: float, why: str) -> str:
    return f"waiting {seconds:.0f} s: {why}" if seconds >= 1 else f"waiting: {why}"


def _percent(done: int, of: int) -> str:
    return f" ({done * 100 // of} %)" if of else ""
