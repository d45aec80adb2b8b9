"""Whether two ways of writing a receiver mean the same payee.

PayPal may read a receiver back in another writing than it was sent: small letters, a phone without its dashes. Source:
docs/design.md, 8.4.
"""

import re
from typing import Final

_NO_DIGIT: Final = re.compile(r"[^0-9]+")


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
