"""What the terminal can do: width, colour, and where the log goes."""

import json
import logging
import os
import shutil
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, Final, Literal, TextIO

from paypal_payouts.domain.words import rfc3339
from paypal_payouts.log import FIELDS, NO_EVENT, masked
from paypal_payouts.present.text import visible

_WIDTH_WITHOUT_TERMINAL: Final = 80

_NO_ESCAPES: Final = frozenset({"dumb", "unknown"})
"""What $TERM is for a terminal that knows no escape sequence; Rich draws nothing on either."""

LogFormat = Literal["text", "json"]


def width(stream: TextIO) -> int:
    """Return how many columns a stream shows; COLUMNS overrides, and without a terminal it is always the same."""
    if stream.isatty() or os.environ.get("COLUMNS", "").isdigit():
        return shutil.get_terminal_size((_WIDTH_WITHOUT_TERMINAL, 24)).columns
    return _WIDTH_WITHOUT_TERMINAL


def colour(stream: TextIO) -> bool:
    """Return whether a stream is shown in colour: a terminal, and NO_COLOR is not set (no-color.org)."""
    return is_living(stream) and not os.environ.get("NO_COLOR")


def is_living(stream: TextIO) -> bool:
    """Return whether a stream is a terminal that can write over what stands there."""
    return stream.isatty() and os.environ.get("TERM") not in _NO_ESCAPES


class _Lines(logging.Handler):
    """Writes the log to stderr, each record whole and at once."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(f"{self.format(record)}\n")
            sys.stderr.flush()
        except (OSError, ValueError):
            # Nobody reads any more. That is no reason to leave a payment half told.
            return


class _TextLines(logging.Formatter):
    """One line a record for people: time, level, event, fields, words; a traceback below it."""

    def format(self, record: logging.LogRecord) -> str:
        known = {key: value for key, value in getattr(record, "fields", {}).items() if value is not None}
        fields = "".join(f" {key}={value}" for key, value in known.items())
        head = f"{_time(record)} {record.levelname} {getattr(record, 'event', record.name)}{fields}"
        text = f"{head}: {record.getMessage()}"
        if record.exc_info:
            text += f"\n{self.formatException(record.exc_info)}"
        return "\n".join(visible(line) for line in masked(text).split("\n"))


class _JsonLines(logging.Formatter):
    """One JSON object a record, on one line of ASCII; the same keys come first in each."""

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, Any] = getattr(record, "fields", dict.fromkeys(FIELDS))
        line = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "event": getattr(record, "event", NO_EVENT),
            "message": record.getMessage(),
            **fields,
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps({key: _masked_value(value) for key, value in line.items()}, default=str)


def _masked_value(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    match value:
        case str():
            return masked(value)
        case dict():
            return {key: _masked_value(inner) for key, inner in value.items()}
        case list():
            return [_masked_value(inner) for inner in value]
        case _:
            return value


def _time(record: logging.LogRecord) -> str:
    return rfc3339(datetime.fromtimestamp(record.created, UTC))


def set_up_logging(*, verbose: bool, quiet: bool = False, log_format: LogFormat = "text") -> None:
    """Send the log to stderr: as JSON every event, as text only warnings beside the progress, but for --verbose.

    Libraries are heard from warnings on, so that their lines look like ours too.
    """
    handler = _Lines()
    handler.setFormatter(_JsonLines() if log_format == "json" else _TextLines())
    if log_format == "text" and not verbose:
        # People have the progress and the report for what an event tells.
        handler.addFilter(lambda record: getattr(record, "for_people", True))
    usual = logging.INFO if log_format == "json" else logging.WARNING
    ours, all_others = logging.getLogger("paypal_payouts"), logging.getLogger()
    ours.handlers = [handler]
    ours.setLevel(logging.DEBUG if verbose else logging.ERROR if quiet else usual)
    ours.propagate = False
    # What it says of a connection that was cut, with a traceback, is said in our words where the work ended.
    logging.getLogger("sqlalchemy.pool").setLevel(logging.ERROR if verbose else logging.CRITICAL)
    all_others.handlers = [each for each in all_others.handlers if not isinstance(each, _Lines)] + [handler]


def asked_log_format(arguments: Sequence[str]) -> LogFormat:
    """Return how the log is wanted, where a command line is too wrong to be read in earnest."""
    words = [word for argument in arguments for word in argument.split("=", 1)]
    asked = any(pair == ("--log-format", "json") for pair in pairwise(words))
    return "json" if asked else "text"
