"""Tables: columns of rows, by the thousand, in the widest layout that fits the page.

Rich colours them, but they are laid out here. Rich's own table cuts a column that must not be broken when the page is
too narrow for it, cannot give a batch id of 71 characters a line of its own, and takes 0.35 ms for a row: six minutes
for a million items.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice, zip_longest
from typing import Final, Generic, NamedTuple, TypeVar

from msgspec import Struct
from msgspec.structs import replace
from rich.cells import cell_len, chop_cells
from rich.segment import Segment
from rich.style import Style

from paypal_payouts.present.page import Cell, Page
from paypal_payouts.present.text import filled, visible

_T = TypeVar("_T")
_ROWS_AT_ONCE: Final = 1000
_GAP: Final = "  "
_BLANK: Final = frozenset({"", "-", "0"})
_JOINTS: Final = "-_.@/"
_NARROWEST: Final = 10
"""A column that folds is left at least this wide."""


class Column(NamedTuple):
    """A column of a table."""

    header: str
    right: bool = False
    """Numbers: aligned to the right, never broken over two lines."""
    whole: bool = False
    """What a person copies in one piece: never broken over two lines."""
    words: bool = False
    """Prose of ours: broken at blanks where it must be broken."""
    optional: bool = False
    """Left out where it says nothing in any row."""
    most: int = 1000
    """It is made no wider than this; what is longer folds."""


class Record(Struct, frozen=True):
    """One row: cells in columns, and whole lines above and below them that are never broken."""

    cells: Sequence[Cell]
    above: Sequence[Cell] = ()
    below: Sequence[Cell] = ()


class Layout(Struct, Generic[_T], frozen=True):
    """A way to show values: the columns, and how one value fills them."""

    columns: Sequence[Column]
    record: Callable[[_T], Record]
    heading: str = ""
    """The header of the lines above the cells."""
    indent: int = 0
    folds: bool = False
    """Whether it is still good with its columns narrowed."""


def write_table(page: Page, columns: Sequence[Column], rows: Iterable[Sequence[Cell | str]]) -> None:
    """Write a table; where the page is too narrow for it, the first column stands on a line of its own."""

    def flat(row: Sequence[Cell | str]) -> Record:
        return Record([cell if isinstance(cell, Cell) else Cell(cell) for cell in row])

    def stacked(row: Sequence[Cell | str]) -> Record:
        first, *others = flat(row).cells
        return Record(others, above=[first])

    write_grid(
        page, rows, [Layout(columns, flat, folds=True), Layout(columns[1:], stacked, columns[0].header, indent=2)]
    )


def write_grid(page: Page, values: Iterable[_T], layouts: Sequence[Layout[_T]]) -> None:
    """Write the values in the first layout that fits the page; the last one folds what it must, and cuts nothing.

    The values are taken a thousand at a time, each part with its own header: memory does not grow with them.
    """
    remaining = iter(values)
    while part := list(islice(remaining, _ROWS_AT_ONCE)):
        page.segments(_part(page.width, part, layouts))


def _part(width: int, values: Sequence[_T], layouts: Sequence[Layout[_T]]) -> Iterator[Segment]:
    for whole in layouts:
        last = whole is layouts[-1]
        layout, records = _without_blanks(whole, [_shown(whole.record(value)) for value in values])
        widths = _natural(layout, records)
        if layout.folds or last:
            _fold_columns(layout, widths, width)
        if last or _total(layout, widths) <= width:
            return _lines(layout, records, widths)
    raise ValueError("a table needs a layout")


def _without_blanks(layout: Layout[_T], records: Sequence[Record]) -> tuple[Layout[_T], Sequence[Record]]:
    """Leave out the columns that may be, where no row has anything in them."""
    kept = [
        place
        for place, column in enumerate(layout.columns)
        if not (column.optional and all(record.cells[place].text.strip() in _BLANK for record in records))
    ]
    if len(kept) == len(layout.columns):
        return layout, records
    return (
        replace(layout, columns=[layout.columns[place] for place in kept]),
        [replace(record, cells=[record.cells[place] for place in kept]) for record in records],
    )


def _shown(record: Record) -> Record:
    """Make every text of a record visible, before anything is measured."""
    return Record(
        [Cell(visible(text), style) for text, style in record.cells],
        [Cell(visible(text), style) for text, style in record.above],
        [Cell(visible(text), style) for text, style in record.below],
    )


def _natural(layout: Layout[_T], records: Sequence[Record]) -> list[int]:
    return [
        min(column.most, max(len(column.header), *(_length(record.cells[place].text) for record in records)))
        for place, column in enumerate(layout.columns)
    ]


def _total(layout: Layout[_T], widths: Sequence[int]) -> int:
    return layout.indent + sum(widths) + len(_GAP) * (len(widths) - 1)


def _fold_columns(layout: Layout[_T], widths: list[int], room: int) -> None:
    """Narrow the columns that may fold, the widest first, until the row fits or none may give more."""
    folding = [place for place, column in enumerate(layout.columns) if not (column.right or column.whole)]
    while _total(layout, widths) > room:
        widest = max(folding, key=widths.__getitem__, default=None)
        if widest is None or widths[widest] <= _NARROWEST:
            break
        widths[widest] -= 1


def _lines(layout: Layout[_T], records: Sequence[Record], widths: Sequence[int]) -> Iterator[Segment]:
    margin = " " * layout.indent
    if layout.heading:
        yield from _piece(Cell(layout.heading, "bold"))
    yield from _row(layout, [Cell(column.header, "bold") for column in layout.columns], widths, margin)
    for record in records:
        yield from (segment for cell in record.above for segment in _piece(cell))
        yield from _row(layout, record.cells, widths, margin)
        yield from (segment for cell in record.below for segment in _piece(cell, margin + _GAP))


def _piece(cell: Cell, margin: str = "") -> Iterator[Segment]:
    yield Segment(margin + cell.text, _style(cell.style))
    yield Segment.line()


def _row(layout: Layout[_T], cells: Sequence[Cell], widths: Sequence[int], margin: str) -> Iterator[Segment]:
    """Write one row, over several lines where a cell folds; blanks at the end of a line are left out."""
    folds = [_fold(cell.text, width, column) for cell, width, column in zip(cells, widths, layout.columns, strict=True)]
    for texts in zip_longest(*folds, fillvalue=""):
        last = max((place for place, text in enumerate(texts) if text), default=0)
        lead = margin
        for place, text in enumerate(texts[: last + 1]):
            room = widths[place] - _length(text)
            before, after = (" " * room, "") if layout.columns[place].right else ("", " " * room)
            if lead or before:
                yield Segment(lead + before)
            yield Segment(text.rstrip() if place == last else text, _style(cells[place].style))
            lead = after + _GAP
        yield Segment.line()


def _fold(text: str, width: int, column: Column) -> list[str]:
    if _length(text) <= width:
        return [text]
    lines = filled(text, width, indent=0) if column.words else [text]
    return [piece for line in lines for piece in _pieces(line, width)]


def _pieces(text: str, width: int) -> Iterator[str]:
    """Break a text that has no blank where it must be: after a mark that joins two words, if there is one."""
    while _length(text) > width:
        piece = chop_cells(text, width)[0]
        joint = max(piece.rfind(mark) for mark in _JOINTS) + 1
        cut = joint if joint > len(piece) // 2 else len(piece)
        yield text[:cut]
        text = text[cut:]
    yield text


def _length(text: str) -> int:
    return len(text) if text.isascii() else cell_len(text)


def _style(style: str) -> Style | None:
    return Style.parse(style) if style else None
