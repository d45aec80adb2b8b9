"""Whether two ways of writing a receiver mean the same payee.

PayPal may read a receiver back in another writing than it was sent: small letters, a phone without its dashes. Source:
docs/design.md, 8.4.
"""

import re
from collections.abc import Callable
from typing import Final

from msgspec import Struct

_NO_DIGIT: Final = re.compile(r"[^0-9]+")
_PHONE: Final = re.compile(r"\+?[0-9][0-9 ()./-]*")


class HashedReceiver(Struct, frozen=True):
    """A receiver of which a hash alone is left."""

    words: str
    """Where it went, for people."""
    is_same: Callable[[str], bool]
    """Tells whether a receiver is this one."""


def plain_receiver(receiver: str) -> str:
    """Return the one writing that stands for all others of a receiver, by its form: what is hashed of it."""
    if "@" in receiver:
        return receiver.lower()
    return _NO_DIGIT.sub("", receiver) if _PHONE.fullmatch(receiver) else receiver


def same_receiver(ours: str, theirs: str, recipient_type: str) -> bool:
    """Return whether both are the same: addresses without letter case, phones by their digits, all else exactly."""
    if ours == theirs:
        return True
    match recipient_type:
        case "EMAIL":
            return ours.lower() == theirs.lower()
        case "PHONE":
            digits = _NO_DIGIT.sub("", ours)
            return bool(digits) and digits == _NO_DIGIT.sub("", theirs)
        case _:
            return False
