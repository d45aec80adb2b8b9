"""Rows that a program makes: they pass the same checks as a file, by way of JSON Lines."""

import json
from collections.abc import Iterable, Iterator
from typing import Final

from paypal_payouts.domain.payout import Row
from paypal_payouts.errors import InputInvalid, UsageError
from paypal_payouts.intake.jsonl_form import NOT_A_TEXT
from paypal_payouts.intake.rows import COLUMNS

NAME: Final = "rows"
"""What messages, and the records of a payment, call an input that a program made."""


class RowStream:
    """Rows as the bytes of JSON Lines, one line for each; made as they are read, so that no list of them is needed."""

    def __init__(self, rows: Iterable[Row]) -> None:
        """Take rows, which are gone through once."""
        self._lines = _lines(rows)
        self._rest = b""

    def read(self, size: int, /) -> bytes:
        """Return at most so many bytes; none at the end."""
        parts, length = [self._rest], len(self._rest)
        while length < size and (line := next(self._lines, None)) is not None:
            parts.append(line)
            length += len(line)
        data = b"".join(parts)
        self._rest = data[size:]
        return data[:size]


def _lines(rows: Iterable[Row]) -> Iterator[bytes]:
    for index, row in enumerate(rows):
        if not isinstance(row, Row):
            raise UsageError(
                f"rows[{index}] is a {type(row).__name__}, not a Row.", hint="Nothing was stored or sent of these rows."
            )
        yield json.dumps({column: _value(getattr(row, column)) for column in COLUMNS}).encode() + b"\n"


def _value(value: object) -> object:
    """Pass texts on; anything else becomes what the checks refuse, whatever it is: a float must never pass as one."""
    return value if value is None or isinstance(value, str) else [repr(value)]


def in_words_of_rows(error: InputInvalid) -> InputInvalid:
    """State of each bad place in which row it is: `row` counts from 0, as Python does; `line` is kept beside it."""
    details = [
        {
            **cell,
            "row": cell["line"] - 1,
            "expected": 'a text, such as "1250.50"' if cell["expected"] == NOT_A_TEXT else cell["expected"],
        }
        for cell in error.details
    ]
    if not details:
        return InputInvalid("There are no rows.", hint="Nothing was sent. Hand in at least one row.")
    first = details[0]
    column = f".{first['column']}" if first["column"] else ""
    message = (
        f"rows[{first['row']}]{column}: {first['problem']}; expected {first['expected']}"
        if len(details) == 1
        else error.message
    )
    hint = error.hint.replace("the file", "the rows").replace("--skip-invalid", "skip_invalid=True")
    return InputInvalid(message, hint=f"Nothing was sent. {hint}".rstrip(), details=details)
