"""What a verb is asked, checked where its words alone tell that it is wrong."""

from datetime import date, datetime, time
from typing import Final

from paypal_payouts.domain.identity import is_cycle_name
from paypal_payouts.domain.words import WHY
from paypal_payouts.errors import RESEAL, UsageError

REASON_MIN: Final = 10
"""A reason has at least so many characters that are not blanks (docs/design.md, 5.6)."""


def checked_cycle(text: str) -> str:
    """Pass a cycle name on.

    Raises:
        UsageError: it is none.

    """
    if not is_cycle_name(text):
        raise UsageError(
            f"{text!r} cannot name a cycle.",
            hint="Nothing was sent. 1 to 64 characters of a-z 0-9 . _ -, beginning with a letter or digit.",
        )
    return text


def is_placeholder(text: str) -> bool:
    """Return whether a reason is none, but the text that stands for one in a command that is printed."""
    return any(f'"{" ".join(text.split())}"' in printed for printed in (WHY, RESEAL))


def checked_reason(text: str, *, may_be_asked: bool = False) -> str:
    """Pass a reason on; where a person `may_be_asked` for his own, what stands for one, too.

    Raises:
        UsageError: it has fewer than `REASON_MIN` characters that are not blanks, or stands for a reason.

    """
    if is_placeholder(text) and not may_be_asked:
        raise UsageError(
            "The reason is the text that stands for one in the printed command.",
            hint="Nothing was changed. Say in its place what you know and how: it is read when the money is explained.",
        )
    if len("".join(text.split())) < REASON_MIN:
        raise UsageError(
            "A reason needs at least ten characters that are not blanks.",
            hint="Nothing was changed. Say what you know and how: it is read when the money is explained.",
        )
    return text.strip()


def checked_date(text: str) -> datetime:
    """Return when a day begins here.

    Raises:
        UsageError: it is no date.

    """
    try:
        return datetime.combine(date.fromisoformat(text), time()).astimezone()
    except (ValueError, OverflowError, OSError):
        raise UsageError(f"{text!r} is no date.", hint="Write it as 2026-11-30, year, month and day.") from None
