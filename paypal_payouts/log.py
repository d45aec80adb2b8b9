"""What the log tells: one event a line, with the same few fields everywhere, and nobody's address in full.

Every event is worth a line to a machine; people have the progress for what goes well. Nothing is written from here:
who listens, and how a line looks, is the command line's.
"""

import logging
import re
from typing import Any, Final, Literal

FIELDS: Final = ("cycle", "batch", "attempt", "debug_id")
"""Of each line, null where they are not known."""

Event = Literal[
    "lock_taken",
    "lock_released",
    "lock_lost",
    "stored",
    "permit",
    "answer",
    "adopted",
    "review",
    "page_read",
    "read_failed",
    "contradiction",
    "waiting",
    "database_away",
    "database_back",
    "exchange",
    "notified",
    "notify_failed",
    "error",
    "finished",
]
"""Everything that is told; docs/operations.md says when."""

NO_EVENT: Final = "log"
"""The name of any other line: a library's warning, or a word for whoever looks for a fault."""

_HIDDEN: Final = "***"
_SECRET_MIN: Final = 8
"""A shorter text would be hidden in the middle of words, and hides nothing: PayPal's are 80 characters."""

_MAIL: Final = re.compile(r"([^\s@<>\"'(),;:=\[\]{}])[^\s@<>\"'(),;:=\[\]{}]*@([^\s@<>\"'(),;:\[\]{}]+)")
_PHONE: Final = re.compile(r"(?<![\w.:])(\+\d)\d{6,14}\b")

_BEFORE_AMOUNT: Final = re.compile(r"(?<!\S)([^\s@])[^\s@]{2,}(?= [0-9]{1,10}(?:\.[0-9]{1,3})? [A-Z]{3}\b)")
"""Who gets `10.00 USD`: handles and PayPal's ids look like any word, but for where they stand."""

_secrets: frozenset[str] = frozenset()

# A program of one's own that does not listen is not written to: the library has no say about its stderr.
logging.getLogger("paypal_payouts").addHandler(logging.NullHandler())


def event(
    logger: logging.Logger,
    name: Event,
    words: str,
    *,
    level: int = logging.INFO,
    cycle: str | None = None,
    batch: object = None,
    attempt: int | None = None,
    debug_id: str | None = None,
    for_people: bool = False,
    **more: Any,  # noqa: ANN401 - any JSON value
) -> None:
    """Report that something happened; `more` are fields of this event alone. No receiver belongs in any of them.

    `for_people`: nothing else tells people of it, so that it stands in a log for them too.
    """
    if logger.isEnabledFor(level):
        known = (cycle, None if batch is None else str(batch), attempt, debug_id)
        fields = dict(zip(FIELDS, known, strict=True)) | more
        logger.log(level, "%s", masked(words), extra={"event": name, "for_people": for_people, "fields": fields})


def hide(secret: str) -> None:
    """Keep a secret out of every line from now on, should a library's words ever hold it."""
    global _secrets  # noqa: PLW0603 - what must not be logged is the process's, whichever thread brought it
    if len(secret) >= _SECRET_MIN:
        # A new set each time: another thread may go through the one before.
        _secrets |= {secret}


def masked(text: str) -> str:
    """Return a text as it may stand in a log: without secrets, and `a***@example.com` for an address."""
    for secret in _secrets:
        text = text.replace(secret, _HIDDEN)
    if "@" in text:
        text = _MAIL.sub(rf"\1{_HIDDEN}@\2", text)
    if "+" in text:
        text = _PHONE.sub(rf"\1{_HIDDEN}", text)
    return _BEFORE_AMOUNT.sub(rf"\1{_HIDDEN}", text)
