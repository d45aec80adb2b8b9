"""Texts from files, arguments and PayPal, made safe to show.

Source: docs/design.md, 5.5. A receiver's name must not move the cursor, recolour the screen, or turn the
line around so that an operator reads another amount than the one that is paid.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Final

_UNSEEN: Final = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # C0, DEL and C1: escape sequences begin with one of these
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks that change the direction of the line
    "\u2028\u2029"  # line and paragraph separators
    "\u00ad\u180e\u200b\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"  # what nobody sees
    "\ud800-\udfff"  # lone surrogates: no encoding can write them
    "]"
)


def visible(text: str) -> str:
    r"""Write control and direction characters as `\x1b` or `\u202e`; every other character stays as it is."""
    if text.isascii() and text.isprintable():
        return text
    return _UNSEEN.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code <= 0xFF:  # noqa: PLR2004 - the last code that two digits write
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 - the last that four digits write


@dataclass(frozen=True, slots=True)
class Clock:
    """By what times are written for somebody who looks now: in the zone of the place, with how long ago."""

    now: datetime
    zone: tzinfo | None = None
    """None: that of this machine."""


def moment(at: datetime | None, clock: Clock | None = None, *, aged: bool = False) -> str:
    """Write a time to the second, in UTC; by a clock in its zone, and `aged` with how long ago; else a dash."""
    if at is None:
        return "-"
    if clock is None:
        return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%SZ}"
    local = at.astimezone(clock.zone)
    offset = f"{local:%z}"
    written = f"{local:%Y-%m-%d %H:%M:%S} {offset[:3]}:{offset[3:5]}"
    return f"{written} ({age(at, clock.now)})" if aged else written


_UNITS: Final = ((86400, "day"), (3600, "h"), (60, "min"), (1, "s"))


def age(at: datetime | None, now: datetime) -> str:
    """Write how long ago something was, in the largest unit that fits: `3 min ago`."""
    if at is None:
        return "-"
    seconds = round((now - at).total_seconds())
    if abs(seconds) < 1:
        return "now"
    size, unit = next(each for each in _UNITS if abs(seconds) >= each[0])
    number = abs(seconds) // size
    words = f"{number} {unit}{'s' if unit == 'day' and number > 1 else ''}"
    return f"{words} ago" if seconds > 0 else f"in {words}"


_WORDS: Final = re.compile(r"\S*`[^`]*`\S*|\S+")
"""A command between backticks is one word: broken over two lines, its first half would run when pasted."""


def filled(text: str, width: int, *, indent: int) -> list[str]:
    """Break a line at blanks, further lines indented; a word, or a command in backticks, is never broken."""
    lines: list[str] = []
    line = ""
    for match in _WORDS.finditer(text):
        word = match[0]
        if line.strip() and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = " " * indent + word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, line]
