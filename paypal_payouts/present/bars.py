"""A bar on a terminal, with the time that is gone and that is left, and below it what is waited for.

A thread draws it once in a second: while PayPal's answer is waited for, which may take half a minute, nobody else
does, and a clock that stands still looks like a program that does. A signal handler needs no lock of its own to end
that, and the cursor is never hidden from whoever kills the program.
"""

from contextlib import suppress
from threading import Event, Thread
from typing import Final, TextIO

from rich.console import Console, RenderableType
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskID, TextColumn
from rich.text import Text

from paypal_payouts.present.text import filled, visible

_BAR_WIDTH: Final = 24
"""So wide that a line with a million items fits into 80 columns."""
_TICK_S: Final = 1.0
_SPEED_S: Final = 3600.0
"""The time that is left is told by the speed of so long, in seconds: PayPal is not equally quick all the time."""


class _Terminal(Console):
    """A console that leaves the cursor alone."""

    def show_cursor(self, show: bool = True) -> bool:  # noqa: ARG002, FBT001, FBT002 - as Rich declares it
        """Do nothing."""
        return False


class _Times(ProgressColumn):
    """The time that is gone, and the time that is left as far as it can be told."""

    def render(self, task: Task) -> Text:
        """Write both."""
        left = task.time_remaining
        known = [] if left is None or task.finished else [f"{_clock(left)} left"]
        return Text(", ".join([_clock(task.elapsed or 0), *known]))


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


class _Progress(Progress):
    """One bar, and words below it, broken into lines where they are longer than the terminal is wide."""

    words = ""

    def get_renderables(self) -> "list[RenderableType]":
        """Return what stands on the screen now."""
        words = [Text(self.words)] if self.words else []
        return [*([self.make_tasks_table(self.tasks)] if self.tasks else []), *words]


class Bars:
    """What lives at the end of the screen, while what happened is left standing above."""

    def __init__(self, stream: TextIO, *, colour: bool) -> None:
        """Begin with nothing on the screen."""
        console = _Terminal(
            file=stream,
            force_terminal=True,
            no_color=not colour,
            color_system="standard" if colour else None,
            markup=False,
            emoji=False,
            highlight=False,
            legacy_windows=False,
        )
        self._progress = _Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(_BAR_WIDTH),
            TextColumn("{task.fields[count]}", markup=False),
            _Times(),
            console=console,
            auto_refresh=False,
            speed_estimate_period=_SPEED_S,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._task: tuple[str, TaskID] | None = None
        self._ticks = False
        self._is_left = False
        self._closed = Event()

    def show(self, work: str, done: int, of: int, unit: str) -> None:
        """Draw how much of some work is done; other work than before begins a new bar."""
        count = f"{done:,} of {of:,} {unit}"
        self._progress.words = ""
        if self._task is None or self._task[0] != work:
            if self._task is not None:
                self._progress.remove_task(self._task[1])
            self._task = (work, self._progress.add_task(work, completed=done, total=of, count=count))
        self._progress.update(self._task[1], completed=done, total=of, count=count)
        self._draw("")
        if not self._ticks:
            self._ticks = True
            Thread(target=self._tick, name="progress", daemon=True).start()

    def say(self, words: str) -> None:
        """Write below the bar what is waited for."""
        self._draw(visible(words))

    def keep(self, words: str) -> None:
        """Leave a line above."""
        self._progress.start()
        console = self._progress.console
        for line in filled(visible(words), console.width, indent=2):
            console.print(Text(line), soft_wrap=True)

    def leave(self) -> None:
        """Draw no more: somebody else has written below. For a signal handler, so nothing here takes a lock."""
        self._is_left = True

    def close(self) -> None:
        """Wipe what lives."""
        self._closed.set()
        self._progress.stop()

    def _tick(self) -> None:
        # A terminal that is gone is found by the thread that pays, which says so.
        with suppress(OSError, ValueError):
            while not self._closed.wait(_TICK_S) and not self._is_left:
                self._progress.refresh()

    def _draw(self, words: str) -> None:
        self._progress.start()
        self._progress.words = words
        self._progress.refresh()
