"""JSON Lines to the cells of rows: one object on each line, with the CSV columns as its keys.

Source: docs/design.md, 4. A number is kept as the text it is written with: an amount never passes through a float.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Final

from paypal_payouts.domain.words import did_you_mean
from paypal_payouts.intake.findings import InputFindings
from paypal_payouts.intake.rows import COLUMNS
from paypal_payouts.intake.source import NumberedLines


class _Number(str):
    """A number as it is written."""

    __slots__ = ()


NOT_A_TEXT: Final = "a JSON string"
"""What is expected where a value is no text."""


class _Object(list[tuple[str, object]]):
    """An object as the pairs that are written, so that a key given twice shows."""


_decode = json.JSONDecoder(
    object_pairs_hook=_Object, parse_float=_Number, parse_int=_Number, parse_constant=_Number
).decode


def jsonl_rows(lines: NumberedLines, findings: InputFindings) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield each row's line and its cells in the order of `COLUMNS`; a line that is no such object is a finding.

    Raises:
        ReadingEnds: a value is far too long.

    """
    for line, text in lines:
        if not text.strip():
            continue
        pairs = _pairs(line, text, findings)
        if pairs is None:
            continue
        cells = _cells(line, pairs, findings)
        if cells is not None:
            yield line, cells


def _pairs(line: int, text: str, findings: InputFindings) -> _Object | None:
    try:
        value = _decode(text)
    except json.JSONDecodeError as error:
        findings.add(line, None, text, "one JSON object on each line", f"{error.msg} at character {error.pos + 1}")
        return None
    except RecursionError:
        findings.add(line, None, text, "one JSON object of texts", "nested too deeply")
        return None
    if not isinstance(value, _Object):
        findings.add(line, None, text, "one JSON object on each line", "no JSON object")
        return None
    return value


def _cells(line: int, pairs: _Object, findings: InputFindings) -> list[str] | None:
    found_before = findings.count
    cells: dict[str, str] = dict.fromkeys(COLUMNS, "")
    given: set[str] = set()
    for key, value in pairs:
        if key in given:
            findings.add(line, key, "", "each key once in an object", "a key that stands twice")
        elif key not in cells:
            findings.add(
                line,
                key,
                "",
                f"keys among {', '.join(COLUMNS)}",
                f"unknown key. {did_you_mean(key, COLUMNS)}".rstrip(". "),
            )
        elif value is None or (isinstance(value, str) and (key == "amount" or not isinstance(value, _Number))):
            cells[key] = str(value or "")
        else:
            findings.add(line, key, _written(value), NOT_A_TEXT, "no text")
        given.add(key)
    return list(cells.values()) if findings.count == found_before else None


def _written(value: object) -> str:
    """Show a value of the wrong kind; what is nested is not unfolded."""
    if isinstance(value, _Object):
        return "{…}"
    if isinstance(value, list):
        return "[…]"
    return str(value).lower() if isinstance(value, bool) else str(value)
