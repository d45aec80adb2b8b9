"""`status --watch` on a terminal: one picture in place, a bar for each batch, never larger than the screen."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Final, NamedTuple, TextIO

from rich.console import Console
from rich.live import Live
from rich.text import Text

from paypal_payouts.domain.base import Report
from paypal_payouts.domain.outlook import Outlook
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.states import ItemState
from paypal_payouts.domain.status import BatchStatusReport, StatusReport
from paypal_payouts.domain.words import counted, listed, not_final
from paypal_payouts.present.page import Cell
from paypal_payouts.present.progress import SilentProgress
from paypal_payouts.present.text import age, visible
from paypal_payouts.present.words import status_cell

_FOOTER: Final = "Ctrl-C ends the watch, and nothing else."
_BAR_MAX: Final = 40
_BAR_MIN: Final = 10
_STATUS_ROOM: Final = 24
"""Columns that a batch's status has beside its bar; the bar gives way first."""

_NOTES_MAX: Final = 3

_HEAD: Final = 4
"""Lines that a cycle has above its bars."""

Draws = Callable[[int, int, int], str]
"""Draws a bar: how much is done, of how much, in how many columns."""


class _Part(NamedTuple):
    """A cycle, or one batch, as it is watched."""

    head: Sequence[Cell]
    batches: Sequence[BatchRecord]


class LivePicture(SilentProgress):
    """Takes the whole screen from its first picture on, and gives it back as it was."""

    def __init__(
        self, stream: TextIO, *, colour: bool, now: Callable[[], datetime], answered_at: Callable[[], datetime | None]
    ) -> None:
        """Draw on a terminal; bars are ASCII where its encoding has no blocks. `now` tells how old a picture is.

        `answered_at`: when PayPal last answered whoever watches.
        """
        self._now, self._answered_at = now, answered_at
        self._console = Console(
            file=stream,
            force_terminal=True,
            no_color=not colour,
            color_system="standard" if colour else None,
            markup=False,
            emoji=False,
            highlight=False,
            legacy_windows=False,
        )
        self._bar = bar_of("█░" if "utf" in (stream.encoding or "").lower() else "#-")
        # No thread draws: a signal finds nothing to break.
        self._live = Live(
            console=self._console, screen=True, auto_refresh=False, redirect_stdout=False, redirect_stderr=False
        )
        self._notes: list[str] = []
        self._shown: tuple[Report, Sequence[str]] | None = None
        self._size = (0, 0)
        self._age = ""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def note(self, text: str) -> None:
        """Keep it for the next picture."""
        self._notes.append(text)

    def take_notes(self) -> Sequence[str]:
        """Return what no picture has shown yet, and forget it."""
        notes, self._notes = self._notes, []
        return notes

    def show(self, report: Report) -> None:
        """Draw a report of `status` and what was noted before it, at the size that the terminal has now."""
        self._shown = (report, self.take_notes())
        self._draw(*self._shown)

    def fit(self) -> None:
        """Draw it again where the terminal has another size by now, or the picture another age."""
        if self._shown is not None and (self._console.size != self._size or self._word(self._shown[0]) != self._age):
            self._draw(*self._shown)

    def _word(self, report: Report) -> str:
        return word_from(report, self._now(), self._answered_at())

    def _draw(self, report: Report, notes: Sequence[str]) -> None:
        self._size = width, height = self._console.size
        self._age = self._word(report)
        lines = picture(report, notes, width=width, height=height, bar=self._bar, how_old=self._age)
        text = Text("\n", no_wrap=True, overflow="crop").join(Text(line, style) for line, style in lines)
        self._live.start()
        self._live.update(text, refresh=True)


def bar_of(marks: str) -> Draws:
    """Return what draws bars with two marks, for what is done and for what is not."""

    def draw(done: int, of: int, width: int) -> str:
        full = done * width // of if of else width
        return marks[0] * full + marks[1] * (width - full)

    return draw


def word_from(report: Report, now: datetime, answered_at: datetime | None) -> str:
    """Say how old PayPal's word on what is open is, at most; `answered_at`: when PayPal answered about all of it."""
    batches = [batch for part in _parts(report) for batch in part.batches if not_final(batch.states)]
    # The database keeps this by the hour only: the word may be newer.
    stored = min((batch.last_read_at for batch in batches if batch.last_read_at is not None), default=None)
    known = [at for at in (stored, answered_at) if at is not None]
    return f"PayPal's word: {age(max(known), now)}." if known else "PayPal's word: not asked yet."


def picture(
    report: Report, notes: Sequence[str] = (), *, width: int, height: int, bar: Draws, how_old: str = ""
) -> list[Cell]:
    """Return the lines of a picture: at most as many as the screen is high, and none wider than it."""
    parts = list(_parts(report))
    below = [Cell(""), *_noted(notes), *([Cell(how_old, "dim")] if how_old else []), Cell(_FOOTER, "dim")]
    room = max(0, height - len(below))
    shown = max(1, min(len(parts), (room - 1) // (_HEAD + 2)))
    more = [Cell(f"... and {counted(len(parts) - shown, 'more cycle')}", "dim")] if shown < len(parts) else []
    lines: list[Cell] = []
    for number, part in enumerate(parts[:shown], start=1):
        # The cycles below keep room for two lines of bars each; what they do not need is this one's.
        kept = len(more) + sum(_HEAD + min(2, 2 * len(other.batches)) for other in parts[number:shown])
        lines += part.head
        lines += _bars(part.batches, width=width, lines=room - kept - len(lines), bar=bar)
    told = [*[*lines, *more][:room], *below][-height:]
    return [Cell(visible(text)[:width], style) for text, style in told]


def _noted(notes: Sequence[str]) -> list[Cell]:
    """Show the first few notes, and count the others."""
    shown = [Cell(text, "yellow") for text in notes[:_NOTES_MAX]]
    more = len(notes) - len(shown)
    return [*shown, Cell(f"... and {counted(more, 'more note')}", "dim")] if more else shown


def _parts(report: Report) -> Iterator[_Part]:
    """Yield what is watched, without cycles of which all is final."""
    match report:
        case BatchStatusReport():
            record = report.batch.record
            yield _part(f"Batch {record.name}", record.states, report.outlook, [record])
        case StatusReport():
            for cycle in report.cycles:
                if not_final(cycle.tally.states):
                    records = [batch.record for batch in cycle.batches if not batch.record.superseded]
                    yield _part(f"Cycle {cycle.cycle}", cycle.tally.states, cycle.outlook, records)


def _part(title: str, states: Mapping[ItemState, int], outlook: Outlook, batches: Sequence[BatchRecord]) -> _Part:
    head = [
        Cell(title, "bold"),
        Cell(f"Items: {listed(states)}"),
        Cell(f"Open: {outlook.what_is_open}."),
        Cell(f"Wrong: {outlook.what_is_wrong}."),
    ]
    return _Part(head, sorted(batches, key=lambda batch: not not_final(batch.states)))


def _bars(batches: Sequence[BatchRecord], *, width: int, lines: int, bar: Draws) -> list[Cell]:
    """Draw a bar for each batch, those that are open first, in so many lines."""
    names = max((len(str(batch.name)) for batch in batches), default=0)
    counts = max((len(_count(batch)) for batch in batches), default=0)
    beside = width - names - counts - _STATUS_ROOM - 8
    stacked = beside < _BAR_MIN
    room = max(_BAR_MIN, min(_BAR_MAX, width - counts - _STATUS_ROOM - 8 if stacked else beside))
    each = 2 if stacked else 1
    shown = len(batches) if len(batches) * each <= lines else max(0, (lines - 1) // each)
    drawn = []
    for batch in batches[:shown]:
        status = status_cell(batch)
        line = f"{bar(_done(batch), batch.items, room)}  {_count(batch).rjust(counts)}  {status.text}"
        drawn += (
            [Cell(f"  {batch.name}", status.style), Cell(f"    {line}", status.style)]
            if stacked
            else [Cell(f"  {str(batch.name).ljust(names)}  {line}", status.style)]
        )
    if shown < len(batches):
        drawn.append(Cell(f"  ... and {counted(len(batches) - shown, 'more batch')}", "dim"))
    return drawn


def _done(batch: BatchRecord) -> int:
    return batch.items - sum(not_final(batch.states).values())


def _count(batch: BatchRecord) -> str:
    done = _done(batch)
    return f"{done:,}/{batch.items:,} {done * 100 // batch.items if batch.items else 100:>3} %"
