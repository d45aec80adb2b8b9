"""What is wrong with a file: every place of it, the first thousand kept and all of them counted.

Source: docs/design.md, 4 and 7 (bad rows).
"""

from collections.abc import Iterable
from itertools import islice
from typing import Final

from paypal_payouts.domain.report import CellReport

KEPT_MAX: Final = 1_000
"""So many findings are listed; of more only the number is told."""

VALUE_BYTES_MAX: Final = 64 * 1024
"""A longer value is no payment: reading ends there."""

_SHOWN_MAX = 80


class ReadingEnds(Exception):
    """The file cannot be read past this place; what follows it is unknown."""

    def __init__(self, line: int, problem: str, expected: str, value: str = "") -> None:
        super().__init__(problem)
        self.cell = invalid(line, None, value, problem, expected)


class InputFindings:
    """Collects what is wrong in the order of the lines, in memory that does not grow with the file."""

    def __init__(self, *, is_live: bool = False) -> None:
        self.is_live = is_live
        """Real money is to be paid: a note that is a test value of PayPal's sandbox is wrong."""
        self.count = 0
        self.rows = 0
        """Rows with at least one finding."""
        self.unskippable = False
        """Leaving bad rows out cannot fix this file: nobody knows where its rows begin and end."""
        self._kept: list[CellReport] = []
        self._end: CellReport | None = None
        self.last_line = 0
        """The last one with a finding."""
        self.is_cut = False
        """That is the last line of the file too, and has no line end: who stood behind it may be missing."""

    def add(self, line: int, column: str | None, value: str, expected: str, problem: str = "") -> None:
        """Note one wrong place, line after line; all of one line come together.

        `problem` may be left out where the column and its value say it.

        Raises:
            ReadingEnds: the value is so long that the file is hardly one of payments.

        """
        if len(value) > VALUE_BYTES_MAX and column is not None:
            raise giant_value(line, value)
        self.count += 1
        if line != self.last_line:
            self.last_line = line
            self.rows += 1
        if self.count <= KEPT_MAX:
            self._kept.append(invalid(line, column, value, problem or _wrong(column, value), expected))

    def end(self, end: ReadingEnds) -> None:
        """Note the place past which the file cannot be read: no bad row can be left out of such a file."""
        self.unskippable = True
        self.count += 1
        self._end = end.cell

    def merge(self, late: Iterable[CellReport]) -> None:
        """Put in what only shows when the whole file is known; `late` comes in the order of the lines."""
        late = iter(late)
        first = list(islice(late, KEPT_MAX))
        self.count += len(first) + sum(1 for _ in late)
        self._kept = sorted(self._kept + first, key=lambda cell: cell.line)[:KEPT_MAX]

    def listed(self) -> list[CellReport]:
        """Return the first findings by line, and always the place where reading ended: it is why there are no more."""
        if self._end is None:
            return self._kept
        return [*self._kept[: KEPT_MAX - 1], self._end]


def giant_value(line: int, value: str) -> ReadingEnds:
    """State that a value is longer than any that can be paid."""
    return ReadingEnds(line, "a value that is far too long", "values of at most 64 KiB", value)


def invalid(line: int, column: str | None, value: str, problem: str, expected: str) -> CellReport:
    """Make a finding that can be shown, whatever text the file holds."""
    return CellReport(line, None if column is None else _shown(column), _shown(value), problem, expected)


def _wrong(column: str | None, value: str) -> str:
    """Say what is wrong with a value, of which the column alone is known."""
    name = (column or "value").replace("_", " ")
    if not value.strip():
        return f"no {name}"
    return f"not a valid {name}"


def _shown(value: str) -> str:
    """Cut a value for display, with what UTF-8 cannot carry (a lone surrogate out of JSON) made visible."""
    cut = value if len(value) <= _SHOWN_MAX else value[: _SHOWN_MAX - 1] + "…"
    return cut.encode("utf-8", "backslashreplace").decode()
