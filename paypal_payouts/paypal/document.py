"""Reading JSON that somebody else wrote: any bytes give a value, and any value can be asked for anything."""

import json
import re
from collections.abc import Callable, Sequence
from typing import Final, TypeGuard, TypeVar

WORD_MAX: Final = 128
"""Characters kept of a name, a status word, a debug id or a currency."""
TEXT_MAX: Final = 1_000
"""Characters kept of a message or of a field that PayPal reads back to us; ours are all shorter."""

_UNFIT: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What no database stores or a terminal obeys: control characters, direction overrides, lone surrogates."""

_FEW: Final = 64
"""Words that many items share: their state, currency, moment and error."""

R = TypeVar("R")

_IDENTIFIER: Final = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_IDENTIFIERS: Final = re.compile(rf"{_IDENTIFIER.pattern}(?:\n{_IDENTIFIER.pattern})*", re.ASCII)


def load(body: bytes) -> object:
    """Decode a body; None where it is not JSON, just as where it says `null`."""
    try:
        document: object = json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return None
    return document


def _refuse_constant(word: str) -> object:
    raise ValueError(f"{word} is not JSON")


def dig(value: object, *keys: str) -> object:
    """Follow the keys into nested objects; None where the way ends early."""
    for key in keys:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def text(value: object, limit: int = TEXT_MAX) -> str | None:
    """Keep a string up to the limit, each unfit character replaced; None where it is no string."""
    if not isinstance(value, str):
        return None
    if len(value) <= limit and value.isprintable():
        return value
    return _UNFIT.sub("\ufffd", value[:limit])


def word(value: object) -> str | None:
    """Keep a short string; None where it is none, or empty."""
    return text(value, WORD_MAX) or None


def texts(values: Sequence[object]) -> Sequence[str | None]:
    """Keep each of these as `text` does; where all are usual, by one look at them together."""
    return values if _are_fit(values, TEXT_MAX) else [text(value) for value in values]


def words(values: Sequence[object]) -> Sequence[str | None]:
    """Keep each of these as `word` does; where all are usual, by one look at them together."""
    return values if _are_fit(values, WORD_MAX) and "" not in values else [word(value) for value in values]


def of_each(read: Callable[[object], R], values: Sequence[object]) -> Sequence[R]:
    """Read each of these; where they say the same few things, each of those once.

    What is equal and not the same, as 1 and True, is no string, and nothing to whoever reads strings.
    """
    try:
        kinds = set(values)
    except TypeError:
        # A list, or an object, where a string belongs.
        kinds = None
    if kinds is None or len(kinds) > _FEW:
        return [read(value) for value in values]
    return list(map({kind: read(kind) for kind in kinds}.__getitem__, values))


def _are_fit(values: Sequence[object], limit: int) -> TypeGuard[Sequence[str | None]]:
    """Return whether all of these are strings that are kept as they are, or none is given at all."""
    if values.count(None) == len(values):
        return True
    try:
        together = "".join(values)  # type: ignore[arg-type]  # what is no string is the question
    except TypeError:
        return False
    return together.isprintable() and max(map(len, values), default=0) <= limit  # type: ignore[arg-type]  # strings


def identifiers(values: Sequence[object]) -> Sequence[str | None]:
    """Take each of these as `identifier` does; where all are usual, by one look at them together."""
    try:
        together = "\n".join(values)  # type: ignore[arg-type]  # what is no string is the question
    except TypeError:
        together = ""
    # One that itself holds a line break would be two.
    if _IDENTIFIERS.fullmatch(together) and together.count("\n") == len(values) - 1:
        return together.split("\n")
    return [identifier(value) for value in values]


def identifier(value: object) -> str | None:
    """Take an id of PayPal's that can stand in a URL path; None where it is not one."""
    return value if isinstance(value, str) and _IDENTIFIER.fullmatch(value) else None


def count(value: object, most: int) -> int | None:
    """Take a number from 0 to `most`; None where it is not one."""
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if 0 <= value <= most else None


def listed(value: object) -> list[object]:
    """Take a list as it is; an empty one where it is none."""
    return value if isinstance(value, list) else []
