"""What came of one HTTP exchange: a reply as it was, or one of two facts about there being none."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_HTTP_DATE: Final = re.compile(
    r"[A-Z][a-z]{2}, (\d{2}) (" + "|".join(_MONTHS) + r") (\d{4}) (\d{2}):(\d{2}):(\d{2}) GMT",
    re.ASCII,
)


class Reply(Struct, frozen=True):
    """A whole reply, nothing interpreted."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    date: datetime | None
    """The server's clock as its `Date` header told it, in UTC; None where it told nothing that can be read."""


class RequestNotSent(Struct, frozen=True):
    """The connection was never made: not one byte of the request left."""

    code: str
    message: str


class NoAnswer(Struct, frozen=True):
    """The request may have arrived, and no whole reply came back."""

    code: str
    message: str


Answer = Reply | RequestNotSent | NoAnswer


def http_date(text: str) -> datetime | None:
    """Read the one date form that HTTP lets a server write (RFC 9110, section 5.6.7); None for anything else."""
    match = _HTTP_DATE.fullmatch(text)
    if match is None:
        return None
    day, month, year, hour, minute, second = match.groups()
    try:
        return datetime(int(year), _MONTHS.index(month) + 1, int(day), int(hour), int(minute), int(second), tzinfo=UTC)
    except ValueError:
        return None
