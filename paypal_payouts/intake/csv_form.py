"""CSV lines to the cells of rows: our form with a header, and PayPal's upload file without one.

Source: docs/design.md, 4. No value of a payment may hold a line break, so each line is one record: an open quote is
found on its own line and cannot swallow the rest of the file.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from itertools import chain, islice
from operator import itemgetter
from typing import NamedTuple

from paypal_payouts.intake.findings import VALUE_BYTES_MAX, InputFindings, ReadingEnds, giant_value
from paypal_payouts.intake.rows import COLUMNS, REQUIRED, Staged, check_row
from paypal_payouts.intake.source import Lines, NumberedLines
from paypal_payouts.intake.usual import usual_rows

_PAYPAL_COLUMNS = ("receiver", "amount", "currency", "item_id", "note", "recipient_wallet")
_VENMO_FEEDS = frozenset({"PUBLIC", "FRIENDS_ONLY", "PRIVATE"})
"""The seventh value of Venmo rows in PayPal's upload form: who sees the payment."""
_LOOK_AHEAD_LINES = 50
_OTHER_DELIMITERS = {";": ("semicolons", ";"), "\t": ("tabs", "tab"), "|": ("bars", "|")}
"""Each with its plural, and the word for one."""

_OTHER_NAMES = {
    "id": "item_id",
    "reference": "item_id",
    "email": "receiver",
    "e-mail": "receiver",
    "mail": "receiver",
    "payee": "receiver",
    "recipient": "receiver",
    "sum": "amount",
    "value": "amount",
    "ccy": "currency",
    "message": "note",
    "wallet": "recipient_wallet",
}
"""What other programs call our columns."""
_ALIKE = 0.6
_amount_like = re.compile(r"\s*[-+]?[\d.,' ]*\d[\d.,' ]*").fullmatch
"""What may be meant as an amount: then the first line is no header."""

_decimals = re.compile(r"[0-9]{1,2}").fullmatch

_Record = tuple[int, list[str]]


class _Layout(NamedTuple):
    names: tuple[str, ...]
    least: int
    """The fewest values of a row: PayPal's form may leave the last ones out."""


def csv_rows(lines: Lines, findings: InputFindings) -> Iterator[Iterable[Staged]]:
    """Yield the checked rows, a block of them after the other; a line of another shape is a finding.

    Raises:
        ReadingEnds: the first line tells that the columns cannot be understood, or a value is far too long.

    """
    first = next((record for record in _records(lines, lines, findings) if "".join(record[1]).strip()), None)
    if first is None or findings.count:
        # With a broken first line nothing tells what the others mean.
        findings.unskippable = True
        return
    layout = _layout(*first)
    if layout.names is _PAYPAL_COLUMNS:
        yield _checked([first], layout, findings)
    while True:
        block = lines.block()
        usual = None if block is None else usual_rows(*block, layout.names, is_live=findings.is_live)
        if usual is not None:
            lines.take_block()
            yield usual
        elif (line := next(lines, None)) is not None:
            yield _checked(_records(chain((line,), lines.rest_of_block()), lines, findings), layout, findings)
        else:
            return


def _checked(records: Iterable[_Record], layout: _Layout, findings: InputFindings) -> Iterator[Staged]:
    """Check row after row."""
    width = len(layout.names)
    # The cell past the last one is always empty: there every column is found that the file does not have.
    pick = itemgetter(*(layout.names.index(name) if name in layout.names else width for name in COLUMNS))
    for line, cells in records:
        if len(cells) != width:
            if not layout.least <= len(cells) < width:
                _note_ragged(line, cells, layout, findings)
                continue
            cells.extend([""] * (width - len(cells)))
        cells.append("")
        yield check_row(line, pick(cells), findings)


def _layout(line: int, cells: list[str]) -> _Layout:
    """Understand the first line: a header, or the first row of PayPal's form."""
    names = tuple(cell.strip().lower() for cell in cells)
    text = ",".join(cells)
    for delimiter in _OTHER_DELIMITERS:
        if len(cells) < len(REQUIRED) and text.count(delimiter) >= len(REQUIRED) - 1:
            raise _other_delimiter(line, text, delimiter)
    if _is_payment(names):
        return _Layout(_PAYPAL_COLUMNS, len(REQUIRED))
    if wrong := _wrong_header(names):
        raise ReadingEnds(line, *wrong, text)
    return _Layout(names, len(names))


def _is_payment(names: Sequence[str]) -> bool:
    """Return whether the first line is no header but the first row of PayPal's form."""
    return "receiver" not in names and len(names) > 1 and _amount_like(names[1]) is not None


def _other_delimiter(line: int, text: str, delimiter: str) -> ReadingEnds:
    """Say how to change a file as European spreadsheets write it, and what else is wrong with its header."""
    what, one = _OTHER_DELIMITERS[delimiter]
    names = tuple(cell.strip().lower() for cell in text.split(delimiter))
    problem, expected = (None if _is_payment(names) else _wrong_header(names)) or ("", "")
    right = (
        "columns separated by commas, and amounts such as 1250.00: in a text editor "
        f"replace every , by . and then every {one} by a comma"
    )
    return ReadingEnds(
        line,
        "; ".join(filter(None, (f"columns separated by {what}", problem))),
        "; ".join(filter(None, (right, expected))),
        text,
    )


def _wrong_header(names: Sequence[str]) -> tuple[str, str] | None:
    """Say everything that is wrong with a header at once, and which names were probably meant."""
    unknown = [name for name in names if name and name not in COLUMNS]
    meant = [f"{near} for {name}" for name in unknown if (near := _meant(name, names))]
    problems = [
        f"unknown columns: {', '.join(unknown)}" if unknown else "",
        "" if all(names) else f"column {names.index('') + 1} has no name",
        *(f"{name} stands twice" for name in dict.fromkeys(names) if name and names.count(name) > 1),
        *(f"no column {name}" for name in REQUIRED if name not in names),
    ]
    without = [] if {*names} & {*COLUMNS} else ["a file without a header has the amount second"]
    if not any(problems):
        return None
    return (
        f"header: {'; '.join(filter(None, problems))}",
        "; ".join([*meant, f"the columns are {', '.join(COLUMNS)}, each once", *without]),
    )


def _meant(name: str, names: Sequence[str]) -> str | None:
    """Guess which column that the header does not have a name stands for."""
    left = [column for column in COLUMNS if column not in names]
    known = _OTHER_NAMES.get(name)
    if known in left:
        return known
    return next(iter(get_close_matches(name, left, n=1, cutoff=_ALIKE)), None)


def _note_ragged(line: int, cells: list[str], layout: _Layout, findings: InputFindings) -> None:
    text = ",".join(cells)
    if not text.strip():
        return
    if max(map(len, cells)) > VALUE_BYTES_MAX:
        raise giant_value(line, text)
    if (
        layout.names is _PAYPAL_COLUMNS
        and len(cells) == len(_PAYPAL_COLUMNS) + 1
        and cells[-1].strip().upper() in _VENMO_FEEDS
    ):
        problem = (
            f"six values: leave out the last one, {cells[-1].strip()}, which PayPal's site takes and its API does not"
        )
        findings.add(line, None, text, problem)
        return
    at = layout.names.index("amount")
    if len(cells) == len(layout.names) + 1 and cells[at].isdecimal() and _decimals(cells[at + 1]):
        problem = f"a decimal comma: the row has {len(cells)} values"
        findings.add(line, "amount", f"{cells[at]},{cells[at + 1]}", "a decimal point: 1250.00, not 1250,00", problem)
        return
    right = str(layout.least) if layout.least == len(layout.names) else f"{layout.least} to {len(layout.names)}"
    findings.add(
        line,
        None,
        text,
        f"{right} values ({', '.join(layout.names)}); a value that holds a comma stands in double quotes",
        f"{len(cells)} values",
    )


def _records(some: NumberedLines, lines: Lines, findings: InputFindings) -> Iterator[_Record]:
    """Cut some of the lines into values."""
    for line, text in some:
        if '"' not in text:
            yield line, text.split(",")
        elif (cells := _parsed(text)) is not None:
            yield line, cells
        else:
            yield from _after_broken(line, text, lines, findings)


def _parsed(text: str) -> list[str] | None:
    """Parse one record; None where its quotes do not fit."""
    try:
        return next(csv.reader((text,), strict=True))
    except csv.Error:
        return None


def _after_broken(line: int, text: str, lines: Lines, findings: InputFindings) -> Iterator[_Record]:
    """Note a record whose quotes do not fit, and give those that had to be read to know how it goes on."""
    if len(text) > VALUE_BYTES_MAX:
        raise giant_value(line, text)
    if _parsed(text + '"') is None:
        findings.add(
            line,
            None,
            text,
            'a closing quote right before a comma or the end of the line; a quote inside is doubled: "5"" disk"',
            "a quote that ends within a value",
        )
        return
    ahead: list[tuple[int, str]] = []
    # Where a quote was never closed once, looking ahead has no sense any more, and would cost time for each line.
    for number, more in islice(lines, 0 if findings.unskippable else _LOOK_AHEAD_LINES):
        ahead.append((number, more))
        text = f"{text}\n{more}"
        if len(text) > VALUE_BYTES_MAX:
            break
        if '"' in more and _parsed(text) is not None:
            problem = f"a value in quotes goes on to line {number}"
            findings.add(line, None, text, "a row on one line; no value holds a line break", problem)
            return
    findings.add(line, None, text, "a closing quote", "a quote is opened on this line and not closed")
    findings.unskippable = True
    yield from _records(iter(ahead), lines, findings)
