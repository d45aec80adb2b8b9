"""The one JSON document that `--json` puts on stdout; what stands in it is declared in `results`.

Source: docs/design.md, 7. Rich is never imported from here: scripts start this program often.
"""

import json
import re
from collections.abc import Iterator
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import Any, Final, TextIO

from paypal_payouts.domain.base import Report
from paypal_payouts.domain.report import Origin
from paypal_payouts.domain.words import rfc3339
from paypal_payouts.errors import PayoutsError
from paypal_payouts.present.commands import NOTHING_TYPED, Typed, completed
from paypal_payouts.results import document
from paypal_payouts.results.values import as_json

_IN_MEMORY: Final = 1 << 20
_BLOCK: Final = 1 << 16
_ROWS_AT_ONCE: Final = 500
_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def write_document(
    stream: TextIO,
    *,
    command: str | None,
    exit_code: int,
    error: PayoutsError | None,
    report: Report | None,
    origin: Origin | None = None,
    typed: Typed = NOTHING_TYPED,
) -> None:
    """Write exactly one JSON document and a line end; rows of items pass through one by one, never all in memory.

    The document is finished, aside, before its first byte is written: a read that fails half way leaves the stream
    untouched, so that the document of that failure is the only one. It is ASCII, which every pipe takes.
    """
    whole = as_json(document.document(command, exit_code, error, report, origin))
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as aside:
        for block in _blocks(_pieces(completed(whole, typed))):
            aside.write(block.encode("ascii"))
        aside.seek(0)
        while block := aside.read(_BLOCK).decode("ascii"):
            stream.write(block)
    stream.write("\n")
    stream.flush()


def result_of(report: Report, origin: Origin) -> dict[str, Any]:
    """Return a report's `result` as a program reads it back from the document."""
    result: dict[str, Any] = json.loads("".join(_pieces(as_json(document.result_of(report, origin)))))
    return result


def schema_of(command: str | None) -> dict[str, Any]:
    """Return the JSON Schema of a command's whole document; that of None is for a command line without a command."""
    return document.schema_of(command)


def _pieces(value: Any) -> Iterator[str]:  # noqa: ANN401 - a JSON value, with iterators where lists will be
    """Write a value piece by piece; what is lazy is asked for a few hundred rows at a time."""
    match value:
        case dict():
            lead = "{"
            for key, inner in value.items():
                yield f"{lead}{_dumps(key)}: "
                yield from _pieces(inner)
                lead = ", "
            yield "}" if value else "{}"
        case list():
            lead = "["
            for inner in value:
                yield lead
                yield from _pieces(inner)
                lead = ", "
            yield "]" if value else "[]"
        case Iterator():
            lead = ""
            yield "["
            while rows := list(islice(value, _ROWS_AT_ONCE)):
                yield lead + _dumps(rows)[1:-1]
                lead = ", "
            yield "]"
        case _:
            yield _dumps(value)


def _blocks(pieces: Iterator[str]) -> Iterator[str]:
    """Gather pieces: a file is not asked for each brace."""
    gathered: list[str] = []
    length = 0
    for piece in pieces:
        gathered.append(piece)
        length += len(piece)
        if length >= _BLOCK:
            yield "".join(gathered)
            gathered, length = [], 0
    yield "".join(gathered)


def _dumps(value: Any) -> str:  # noqa: ANN401 - a JSON value
    """Write a value as ASCII. A lone surrogate, which is no text, becomes the six characters that name it."""
    text = json.dumps(value, allow_nan=False, default=rfc3339)
    return json.dumps(_named(value), allow_nan=False, default=rfc3339) if "\\ud" in text else text


def _named(value: Any) -> Any:  # noqa: ANN401 - a JSON value
    match value:
        case str():
            return _LONE_SURROGATE.sub(lambda lone: f"\\u{ord(lone[0]):04x}", value)
        case dict():
            return {_named(key): _named(inner) for key, inner in value.items()}
        case list():
            return [_named(inner) for inner in value]
        case _:
            return value
