"""A terminal that is emulated at three widths at once: what a command writes is laid out for each of them."""

import io
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

import pyte
from pyte.screens import Char

WIDTHS: Final = (80, 120, 200)
_LINES: Final = 500
"""More than any command of these cycles writes; a screen that scrolled would lose its first lines."""
_FOLDED: Final = "↩"
"""Stands where the terminal itself broke a line that is longer than it is wide."""


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


class Terminals(Terminal):
    """Three terminals of different widths that are written to as one; a report is written to each by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.each: Final = {width: Terminal() for width in WIDTHS}

    def write(self, text: str) -> int:
        for terminal in self.each.values():
            terminal.write(text)
        return len(text)


class Keyboard(Terminal):
    """Gives one answer to whatever is asked, which the terminals echo."""

    def __init__(self, answer: str, screens: Terminals) -> None:
        super().__init__()
        self._answer, self._screens = answer, screens

    def readline(self, size: int = -1, /) -> str:  # type: ignore[override] # noqa: ARG002 - as it is declared
        self._screens.write(f"{self._answer}\n")
        return f"{self._answer}\n"


class _Screen(pyte.Screen):
    """A screen that remembers which of its lines it broke itself."""

    def __init__(self, columns: int) -> None:
        super().__init__(columns, _LINES)
        self.folded: set[int] = set()

    def draw(self, data: str) -> None:
        # What fits is drawn at once: letter by letter takes three times as long.
        begin = 0
        while begin < len(data):
            if self.cursor.x == self.columns:
                self.folded.add(self.cursor.y)
            end = begin + max(1, self.columns - self.cursor.x)
            super().draw(data[begin:end])
            begin = end


def emulated(written: str, width: int) -> tuple[list[str], dict[str, list[str]]]:
    """Return the lines that a terminal of this width shows in the end, and by each colour what stands in it."""
    screen = _Screen(width)
    pyte.Stream(screen).feed(written.replace("\n", "\r\n"))
    assert screen.cursor.y < _LINES - 1, "the screen has scrolled"
    lines: list[str] = []
    colours: dict[str, list[str]] = {}
    for number in range(screen.cursor.y + (screen.cursor.x > 0)):
        row = [screen.buffer[number][column] for column in range(width)]
        line = "".join(char.data for char in row).rstrip()
        lines.append(line + _FOLDED if number in screen.folded else line)
        for colour, words in _coloured(row):
            if words not in colours.setdefault(colour, []):
                colours[colour].append(words)
    return lines, colours


def _coloured(row: Sequence[Char]) -> Iterator[tuple[str, str]]:
    for colour, chars in groupby(row, key=lambda char: "yellow" if char.fg == "brown" else char.fg):
        words = "".join(char.data for char in chars).strip()
        if colour != "default" and words:
            yield colour, words
