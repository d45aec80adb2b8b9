"""`status --watch` on a terminal: one picture in place, a bar for each batch, never larger than the screen."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import accumulate
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
from paypal_payouts.present.text import age, filled, visible
from paypal_payouts.present.words import status_cell

_FOOTER: Final = "Ctrl-C ends the watch, and nothing else."
ENDED: Final = "The watch has ended. Nothing else was stopped: a run that is at work goes on."
_LAST_LINES: Final = 3
"""Of the screen, below the picture that is left standing: how it ended, and the shell's own line."""

_BAR_MAX: Final = 40
_BAR_MIN: Final = 8

_NOTES_MAX: Final = 3
_NOTES_SHARE: Final = 3
"""Notes are broken into lines where these take no more than such a part of the screen; else each is cut."""

Draws = Callable[[int, int, int], str]
"""Draws a bar: how much is done, of how much, in how many columns."""


class _Part(NamedTuple):
    """A cycle, or one batch, as it is watched."""

    head: Sequence[Cell]
    batches: Sequence[BatchRecord]


class LivePicture(SilentProgress):
    """Takes the whole screen from its first picture on, and gives it back as it was."""

    def __init__(
        self, stream: TextIO, *, colour: bool, now: Callable[[], datetime], plan: Callable[[], str] = str
    ) -> None:
        """Draw on a terminal; bars are ASCII where its encoding has no blocks. `now` tells how old a picture is.

        `plan`: in words, when PayPal is asked next.
        """
        self._now, self._plan = now, plan
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
        self._is_over = False

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

    def leave_standing(self) -> None:
        """Give the screen back, and leave the last picture on it: somebody has ended the watch."""
        self._live.stop()
        self._is_over = True
        width, height = self._console.size
        lines: list[Cell] = []
        if self._shown is not None:
            report, notes = self._shown
            how_old = word_from(report, self._now())
            room = height - _LAST_LINES
            lines = picture(report, notes, width=width, height=room, bar=self._bar, how_old=how_old, footer="")
        for line, style in [*lines, *_broken([Cell(ENDED)], width)]:
            self._console.print(Text(line, style), soft_wrap=True)

    def fit(self) -> None:
        """Draw it again where the terminal has another size by now, or the picture another age."""
        if self._is_over or self._shown is None:
            return
        if self._console.size != self._size or self._word(self._shown[0]) != self._age:
            self._draw(*self._shown)

    def _word(self, report: Report) -> str:
        return word_from(report, self._now(), self._plan())

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


def word_from(report: Report, now: datetime, plan: str = "") -> str:
    """Say how old PayPal's word on what is open is, at most, and by the `plan` when it is asked next.

    It is the age of what is stored, whoever asked for it: two who watch are told the same.
    """
    batches = [batch for part in _parts(report) for batch in part.batches if not_final(batch.states)]
    oldest = min((batch.last_read_at for batch in batches if batch.last_read_at is not None), default=None)
    how_old = "not asked yet" if oldest is None else age(oldest, now)
    return f"PayPal's word: {'; '.join(filter(None, [how_old, plan]))}."


def picture(
    report: Report,
    notes: Sequence[str] = (),
    *,
    width: int,
    height: int,
    bar: Draws,
    how_old: str = "",
    footer: str = _FOOTER,
) -> list[Cell]:
    """Return the lines of a picture: at most as many as the screen is high, and none wider than it."""
    parts = [part._replace(head=_broken(part.head, width)) for part in _parts(report)]
    told = _broken([Cell(how_old, "dim")] if how_old else [], width)
    below = [Cell(""), *_noted(notes, width=width, most=height // _NOTES_SHARE), *told]
    below += [Cell(footer, "dim")] if footer else []
    room = max(0, height - len(below))
    shown = _that_fit(parts, room - 1)
    more = [Cell(f"... and {counted(len(parts) - shown, 'more cycle')}", "dim")] if shown < len(parts) else []
    lines: list[Cell] = []
    for number, part in enumerate(parts[:shown], start=1):
        # The cycles below keep room for two lines of bars each; what they do not need is this one's.
        kept = len(more) + sum(len(other.head) + min(2, 2 * len(other.batches)) for other in parts[number:shown])
        lines += part.head
        lines += _bars(part.batches, width=width, lines=room - kept - len(lines), bar=bar)
    drawn = [*[*lines, *more][:room], *below][-height:]
    return [Cell(visible(text)[:width], style) for text, style in drawn]


def _that_fit(parts: Sequence[_Part], room: int) -> int:
    """Count the cycles that have room for what is said of each and for two lines of bars; always one."""
    ends = accumulate(len(part.head) + 2 for part in parts)
    return max(1, sum(end <= room for end in ends)) if parts else 0


def _broken(cells: Iterable[Cell], width: int) -> list[Cell]:
    """Break lines at blanks: what is counted at the end of one is not cut off."""
    return [Cell(line, cell.style) for cell in cells for line in filled(visible(cell.text), width, indent=2)]


def _noted(notes: Sequence[str], *, width: int, most: int) -> list[Cell]:
    """Show the first few notes, and count the others."""
    shown = [Cell(text, "yellow") for text in notes[:_NOTES_MAX]]
    more = len(notes) - len(shown)
    broken = _broken(shown, width)
    kept = broken if len(broken) <= most else shown
    return [*kept, Cell(f"... and {counted(more, 'more note')}", "dim")] if more else kept


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
    """Draw a bar for each batch, those that are open first, in so many lines.

    No count is cut: the bar gives way first, then a batch takes a line more.
    """
    names = max((len(str(batch.name)) for batch in batches), default=0)
    counts = max((len(_count(batch)) for batch in batches), default=0)
    statuses = max((len(status_cell(batch).text) for batch in batches), default=0)
    in_one, in_two = width - names - counts - statuses - 8, width - counts - statuses - 8
    stacked = in_one < _BAR_MIN
    apart = stacked and in_two < _BAR_MIN
    free = width - counts - 6 if apart else in_two if stacked else in_one
    room = max(_BAR_MIN, min(_BAR_MAX, free))

    def block(batch: BatchRecord) -> list[Cell]:
        status = status_cell(batch)
        line = f"{bar(_done(batch), batch.items, room)}  {_count(batch).rjust(counts)}"
        if not stacked:
            written = [f"  {str(batch.name).ljust(names)}  {line}  {status.text}"]
        elif not apart:
            written = [f"  {batch.name}", f"    {line}  {status.text}"]
        else:
            told = filled(status.text, width - 4, indent=0)
            written = [f"  {batch.name}", f"    {line}", *(f"    {each}" for each in told)]
        return [Cell(each, status.style) for each in written]

    blocks = [block(batch) for batch in batches[: max(0, lines) + 1]]
    ends = list(accumulate(map(len, blocks)))
    if len(blocks) == len(batches) and (not ends or ends[-1] <= lines):
        shown = len(blocks)
    else:
        # The last line counts the others.
        shown = sum(end < lines for end in ends)
    drawn = [cell for each in blocks[:shown] for cell in each]
    if shown < len(batches):
        drawn.append(Cell(f"  ... and {counted(len(batches) - shown, 'more batch')}", "dim"))
    return drawn


def _done(batch: BatchRecord) -> int:
    return batch.items - sum(not_final(batch.states).values())


def _count(batch: BatchRecord) -> str:
    done = _done(batch)
    return f"{done:,}/{batch.items:,} {done * 100 // batch.items if batch.items else 100:>3} %"
