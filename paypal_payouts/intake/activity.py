"""PayPal's activity download to rows of PayPal's books: several files, which may overlap, read as they come."""

import csv
from codecs import iterdecode
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from paypal_payouts.domain.money import DECIMALS
from paypal_payouts.domain.paypal_books import BookRow, Books, Rows, kind_of
from paypal_payouts.errors import InputInvalid
from paypal_payouts.intake.activity_columns import fields_of
from paypal_payouts.intake.activity_values import DayOrder, DayOrders, amount_of, date_parts, day_of, moment_of
from paypal_payouts.intake.findings import ReadingEnds
from paypal_payouts.intake.source import open_source, without_mark

_COMPLETED: Final = frozenset({"completed", "abgeschlossen", "completado"})
_MOVED_NOTHING: Final = frozenset(
    {"denied", "voided", "canceled", "cancelled", "expired", "removed", "unverified", "created", "active", "failed"}
)
_MEMO: Final = "memo"
"""What `Balance Impact` says of a row that moved no money."""
_DELIMITERS: Final = ",;\t"


def read_activity(
    files: Sequence[Path], into: Rows, *, order: DayOrder | None = None, window: tuple[date, date] | None = None
) -> Books:
    """Read downloads, and add their rows; a row that several have counts once, as the last of them has it.

    `order` is that of the dates, where the caller knows it; `window` the days that the rows are of, by which it may be
    found.

    Raises:
        InputInvalid: a file is none, a row cannot be read, or nothing tells 3 April from 4 March.
        InputChanged: a file changed while it was read.

    """
    order = order or _day_order(files, window)
    disagreeing: list[tuple[BookRow, BookRow]] = []
    foreign: set[str] = set()
    without_codes: set[Path] = set()

    def rows(path: Path, order: DayOrder) -> Iterator[BookRow]:
        for line, cells in _records(path):
            if "code" not in cells:
                without_codes.add(path)
            if cells["currency"] not in DECIMALS:
                foreign.add(cells["currency"])
            elif (row := _row(path, line, cells, order)) is not None:
                yield row

    for path in files:
        disagreeing += into.add(rows(path, order))
    return Books([str(path) for path in files], None, disagreeing, frozenset(foreign), not without_codes)


def _day_order(files: Iterable[Path], window: tuple[date, date] | None) -> DayOrder:
    orders = DayOrders()
    for path in files:
        for line, cells in _records(path):
            parts = date_parts(cells["date"])
            if parts is None:
                raise _bad(path, line, "Date", cells["date"], "a date such as 11/24/2026, 24/11/2026 or 24.11.2026")
            orders.note(parts)
    possible = orders.possible(window)
    if len(possible) == 1:
        return possible[0]
    if not possible:
        raise InputInvalid("The dates of the download are in no one order: some are day first, others month first.")
    raise InputInvalid(
        "Nothing in the download tells whether its dates begin with the day or with the month.",
        hint="Say it: --dates dmy for 24/11/2026, --dates mdy for 11/24/2026.",
    )


def _records(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each row's line and its cells by our names of the columns.

    Raises:
        InputInvalid: it cannot be read as an activity download.
        InputChanged: it changed while it was read.

    """
    name = path.name
    with open_source(path, name=str(path)) as opened:
        try:
            lines = _lines(iterdecode(without_mark(opened.blocks()), "utf-8"))
            first = next(lines, "")
            delimiter = max(_DELIMITERS, key=first.count)
            places = fields_of(next(csv.reader([first], delimiter=delimiter), []), name)
            records = csv.reader(lines, delimiter=delimiter)
            for cells in records:
                if not any(map(str.strip, cells)):
                    continue
                line = records.line_num + 1
                if max(places.values()) >= len(cells):
                    raise _bad(path, line, None, delimiter.join(cells), "as many values as the first line has names")
                yield line, {field: cells[place].strip() for field, place in places.items()}
        except ReadingEnds as end:
            problem = f"{name} cannot be read: it must be {end.cell.problem}."
            raise InputInvalid(problem, hint="PayPal packs several files into a ZIP: unpack it first.") from end
        except (UnicodeDecodeError, csv.Error) as error:
            raise InputInvalid(f"{name} cannot be read as CSV in UTF-8: {error}") from error
        opened.check_unchanged()


def _lines(texts: Iterable[str]) -> Iterator[str]:
    """Cut text again so that each piece is one line with its end."""
    rest = ""
    for text in texts:
        *whole, rest = (rest + text).split("\n")
        for line in whole:
            yield line + "\n"
    if rest:
        yield rest


def _row(path: Path, line: int, cells: dict[str, str], order: DayOrder) -> BookRow | None:
    """Read a row; None where it moved no money."""
    status = cells.get("status", "").casefold()
    if cells.get("impact", "").casefold() == _MEMO or status in _MOVED_NOTHING:
        return None
    parts = date_parts(cells["date"])
    day = None if parts is None else day_of(parts, order)
    if day is None:
        raise _bad(path, line, "Date", cells["date"], "a date, written as the others are")
    amounts = []
    for column in ("gross", "fee", "net"):
        minor = amount_of(cells[column], cells["currency"])
        if minor is None:
            raise _bad(path, line, column.title(), cells[column], "an amount such as -1,580.68 or -1.580,68")
        amounts.append(minor)
    code = cells.get("code", "")
    gross, fee, net = amounts
    return BookRow(
        place=f"{path.name}, line {line}",
        transaction_id=cells["transaction_id"],
        reference=cells.get("reference", ""),
        kind=kind_of(code, cells["type"]),
        said=code or cells["type"],
        pending=status not in _COMPLETED,
        at=moment_of(day, cells.get("time", "")),
        currency=cells["currency"],
        gross_minor=gross,
        fee_minor=fee,
        net_minor=net,
        balance_minor=amount_of(cells.get("balance", ""), cells["currency"]),
        receiver=cells.get("receiver", ""),
        custom=cells.get("custom", ""),
    )


def _bad(path: Path, line: int, column: str | None, value: str, right: str) -> InputInvalid:
    where = f"{path.name}, line {line}" + (f", column {column}" if column else "")
    detail = {"line": line, "column": column, "value": value, "problem": right}
    return InputInvalid(f"{where}: expected {right}", details=[detail])
