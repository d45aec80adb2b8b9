"""Counted states and nouns in words, for whatever is shown, sent or logged."""

import re
import shlex
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from difflib import get_close_matches
from itertools import islice
from typing import Final

from paypal_payouts.domain.states import NOT_DECIDED, NOT_FINAL, NOT_PAID, ItemState

_TURNS: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")


NOT_THERE: Final = "is not there"
"""So a message about a file ends that does not exist: a reader is told so, and not that it was refused."""

COMPARED_MAX: Final = 1_000
"""So many names are compared with a mistyped one, the newest: a slip must not take seconds."""

WHY: Final = '"say here what you know and how"'
"""Stands for a reason in a command that is printed; whoever types it so is asked for his own."""

GO_THERE: Final = "Go to the folder of your configuration, or name it with --config."
"""What to do where there is neither a configuration nor a database."""


def turn_in(text: str) -> str | None:
    """Return the first character by which a payee is shown words in another order than they are written, if any.

    Arabic and Hebrew need none of these: their letters have a direction of their own (Unicode Standard Annex 9).
    """
    match = _TURNS.search(text)
    return None if match is None else f"U+{ord(match[0]):04X}"


def counted(number: int, noun: str) -> str:
    """Write a number with its noun: "1 batch", "2 batches", "15,000 items"."""
    if number == 1:
        return f"1 {noun}"
    return f"{number:,} {noun}{'es' if noun.endswith(('ch', 's')) else 's'}"


def utc_minute(at: datetime) -> str:
    """Write a time in UTC, to the minute, for a sentence."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def in_order(states: Mapping[ItemState, int]) -> dict[ItemState, int]:
    """Put counted states in the order of the states, those without items left out."""
    return {state: states[state] for state in ItemState if states.get(state)}


def not_paid(states: Mapping[ItemState, int]) -> dict[ItemState, int]:
    """Pick the states that are final and say that the payee has no money of it."""
    return {state: count for state, count in in_order(states).items() if state in NOT_PAID}


def not_decided(states: Mapping[ItemState, int]) -> dict[ItemState, int]:
    """Pick the states that PayPal, or the payee, may still decide on."""
    return {state: count for state, count in in_order(states).items() if state in NOT_DECIDED}


def not_final(states: Mapping[ItemState, int]) -> dict[ItemState, int]:
    """Pick the states that PayPal, or the next run, will still change."""
    return {state: count for state, count in in_order(states).items() if state in NOT_FINAL}


def rfc3339(at: datetime) -> str:
    """Write a time as programs read it: in UTC, always to the microsecond, so that texts sort as the times do."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"


def listed(states: Mapping[ItemState, int]) -> str:
    """Write counted states in one line: `14,998 success, 2 failed`."""
    return ", ".join(f"{count:,} {state}" for state, count in in_order(states).items())


def sentence(words: str) -> str:
    """Make a sentence of a part of one."""
    return f"{words[:1].upper()}{words[1:]}."


def typed(word: str, options: str = "") -> str:
    """Write a word and options so that a shell gives the word to the command as it is."""
    words = [options, "--", shlex.quote(word)] if word.startswith("-") else [shlex.quote(word), options]
    return " ".join(filter(None, words))


def most_alike(word: str, names: Iterable[str], *, at_most: int) -> list[str]:
    """Return the names that a mistyped one is most like."""
    return get_close_matches(word, list(islice(names, COMPARED_MAX)), at_most)


def did_you_mean(word: str, names: Iterable[str], *, at_most: int = 3) -> str:
    """Ask for the names that are most like a mistyped one; empty where none is."""
    alike = most_alike(word, names, at_most=at_most)
    return f"Did you mean {' or '.join(alike)}? " if alike else ""
