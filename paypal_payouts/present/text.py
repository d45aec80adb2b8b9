"""Texts from files, arguments and PayPal, made safe to show.

Source: docs/design.md, 5.5. A receiver's name must not move the cursor, recolour the screen, or turn the
line around so that an operator reads another amount than the one that is paid.
"""

import re
from datetime import UTC, datetime
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


def moment(at: datetime | None) -> str:
    """Write a time in UTC, to the second; a dash where there is none."""
    return "-" if at is None else at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
