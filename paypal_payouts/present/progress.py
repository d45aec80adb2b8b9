"""How far long work is, on stderr: a bar on a terminal, a line now and then elsewhere, or nothing."""

from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self, TextIO

from paypal_payouts.domain.progress import Progress
from paypal_payouts.domain.words import counted
from paypal_payouts.present.text import filled, visible

if TYPE_CHECKING:
    from paypal_payouts.present.bars import Bars

_ROWS_BETWEEN: Final = 10_000
_STEPS: Final = 10
"""A count with a known end is told this many times without a terminal."""
_TICK_S: Final = 1.0
_COLUMNS: Final = 80
"""Of a terminal that has no size."""


class SilentProgress(Progress):
    """Tells nothing: `--quiet`."""

    def rows_read(self, count: int) -> None:
        """Report nothing."""

    def storing(self, items: int, of: int) -> None:
        """Report nothing."""

    def sending(self, items: int, of: int) -> None:
        """Report nothing."""

    def sent(self, batch: str, number: int, of: int, words: str) -> None:
        """Report nothing."""

    def waiting(self, seconds: float, why: str) -> None:
        """Report nothing."""

    def reading(self, final: int, of: int) -> None:
        """Report nothing."""

    def note(self, text: str) -> None:
        """Report nothing."""

    def go_on_below(self) -> None:
        """Leave what lives on the screen as it is: somebody else has written below it. For a signal handler."""
        return

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
    """Keeps a bar up to date at the end of the screen, and leaves what happened standing above it."""

    tick_s = _TICK_S

    def __init__(self, stream: TextIO, *, colour: bool = False, columns: Callable[[], int] = lambda: _COLUMNS) -> None:
        """Write to a terminal of so many columns."""
        self._stream, self._colour, self._columns = stream, colour, columns
        self._rows_next = 0
        self._shown: Bars | None = None

    def rows_read(self, count: int) -> None:
        """Report every 10,000 rows."""
        if count >= self._rows_next:
            self._rows_next = count + _ROWS_BETWEEN
            self._bars().say(f"{counted(count, 'row')} read")

    def storing(self, items: int, of: int) -> None:
        """Show how many of the new items are stored."""
        self._bars().show("Storing", items, of, "items")

    def sending(self, items: int, of: int) -> None:
        """Show how many items were sent."""
        self._bars().show("Sending", items, of, "items")

    def sent(self, batch: str, number: int, of: int, words: str) -> None:
        """Leave a line for each batch."""
        self.note(_sent(batch, number, of, words))

    def waiting(self, seconds: float, why: str) -> None:
        """Show why nothing happens, and for how long."""
        self._bars().say(_waiting(seconds, why))

    def reading(self, final: int, of: int) -> None:
        """Show of how many of the cycle's items PayPal has said its final word."""
        self._bars().show("Reading", final, of, "items final")

    def note(self, text: str) -> None:
        """Leave a line."""
        if self._shown is not None:
            self._shown.keep(text)
        else:
            lines = filled(visible(text), self._columns(), indent=2)
            self._stream.write("".join(f"{line}\n" for line in lines))
            self._stream.flush()

    def go_on_below(self) -> None:
        """Begin another bar when there is more to show: this one would wipe what stands below it now."""
        if self._shown is not None:
            self._shown.leave()
        self._shown = None

    def close(self) -> None:
        """Wipe what lives."""
        if self._shown is not None:
            self._shown.close()
            self._shown = None

    def _bars(self) -> "Bars":
        if self._shown is None:
            from paypal_payouts.present.bars import Bars  # noqa: PLC0415 - a short command never loads Rich for this

            self._shown = Bars(self._stream, colour=self._colour)
        return self._shown


def make_progress(
    stream: TextIO,
    *,
    quiet: bool,
    plain: bool = False,
    colour: bool = False,
    columns: Callable[[], int] = lambda: _COLUMNS,
) -> SilentProgress:
    """Choose how to tell: nothing when quiet, a bar on a terminal, plain lines elsewhere.

    `plain` is for a terminal that cannot wipe a line, such as TERM=dumb, or on which a log is written meanwhile.
    """
    if quiet:
        return SilentProgress()
    return (
        TerminalProgress(stream, colour=colour, columns=columns)
        if stream.isatty() and not plain
        else PlainProgress(stream)
    )


def stopping_words(stream: TextIO, *, timeout_s: float, columns: int) -> str:
    """Say to whoever asks the program to stop that it will, and how long that may take."""
    words = (
        "Stopping at the next safe point: PayPal's answer is waited for, up to "
        f"{timeout_s:g} s. Do not kill the program."
    )
    if not stream.isatty():
        return f"{words}\n"
    # A bar, or the `^C` of whoever typed it, stands on the line.
    return "\n" + "".join(f"{line}\n" for line in filled(words, columns, indent=0))


def _sent(batch: str, number: int, of: int, words: str) -> str:
    return f"batch {number} of {of}, {batch}: {words}"


def _waiting(seconds: float, why: str) -> str:
    return f"waiting {seconds:.0f} s: {why}" if seconds >= 1 else f"waiting: {why}"
