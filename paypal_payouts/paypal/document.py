"""Reading JSON that somebody else wrote: any bytes give a value, and any value can be asked for anything."""

import json
import re
from collections.abc import Sequence
from typing import Final, TypeGuard

WORD_MAX: Final = 128
"""Characters kept of a name, a status word, a debug id or a currency."""
TEXT_MAX: Final = 1_000
"""Characters kept of a message or of a field that PayPal reads back to us; ours are all shorter."""

_UNFIT: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What no database stores or a terminal obeys: control characters, direction overrides, lone surrogates."""

_IDENTIFIER: Final = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


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


def are_short_and_fit(values: Sequence[object]) -> TypeGuard[Sequence[str]]:
    """Tell whether all of these are texts that `text` and `word` would keep as they are; one look at them together."""
    try:
        together = "".join(values)  # type: ignore[arg-type]  # what is no string is the question
    except TypeError:
        return False
    return len(together) <= WORD_MAX and together.isprintable() and "" not in values


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
