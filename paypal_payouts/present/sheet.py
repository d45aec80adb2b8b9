"""Rows as CSV, for a spreadsheet: what a cell holds is shown and never calculated."""

import csv
import io
import re
from collections.abc import Container, Iterable, Iterator
from datetime import datetime
from typing import Final

from paypal_payouts.domain.base import Report
from paypal_payouts.domain.item import ItemReport
from paypal_payouts.domain.reconcile import ReconcileReport
from paypal_payouts.domain.refused_payees import RefusedPayeesReport
from paypal_payouts.domain.report import items_in
from paypal_payouts.domain.words import rfc3339
from paypal_payouts.present.text import visible
from paypal_payouts.results.item import ItemJson
from paypal_payouts.results.reconcile import FindingJson
from paypal_payouts.results.refused_payees import RefusedPayeeJson, RefusedPayeesJson
from paypal_payouts.results.values import JsonStruct, as_json

_BEGINS_A_FORMULA: Final = re.compile(r"(?:^|(?<=;))(?=\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20])")
"""At the begin of a cell, after blanks too; and of what is a cell where semicolons part them, as in half of Europe.

The last four are the wide forms of the first four, which a spreadsheet may take for them.
"""


def sheet_of(report: Report) -> Iterator[str]:
    """Yield the lines of a CSV file of what a report lists, with the keys that JSON has."""
    if isinstance(report, RefusedPayeesReport):
        return lines(RefusedPayeeJson, RefusedPayeesJson.of(report).payees, numbers={"times", "cycles_in_all"})
    if isinstance(report, ReconcileReport):
        return lines(FindingJson, map(FindingJson.of, report.found.findings), numbers={"amount"})
    return sheet(items_in(report))


def sheet(items: Iterable[ItemReport]) -> Iterator[str]:
    """Yield the lines of a CSV file of items, with the keys that JSON has."""
    return lines(ItemJson, map(ItemJson.of, items), numbers={"attempt", "amount", "fee", "debited"})


def lines(kind: type[JsonStruct], rows: Iterable[JsonStruct], *, numbers: Container[str]) -> Iterator[str]:
    """Yield the lines of a CSV file (RFC 4180): a header, then one for each row, with the keys that JSON has.

    `numbers`: the keys whose cells are our own digits: a spreadsheet has to add them up.
    """
    yield line(kind.__struct_fields__)
    for cells in as_json(iter(rows)):
        yield line([_plain(cell) if key in numbers else _harmless(cell) for key, cell in cells.items()])


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    return "" if value is None else str(value)


def _harmless(value: object) -> str:
    """Write a text so that a spreadsheet takes it for one, with its control characters made visible."""
    return visible(_BEGINS_A_FORMULA.sub("'", _plain(value)))


def line(cells: Iterable[str]) -> str:
    """Write one line of a CSV file."""
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue()
