"""The words that PayPal says of an item, and what each means for its money, its books and its error."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple


class Word(NamedTuple):
    """What follows from one word."""

    is_out: bool
    """The money has left the sender, and has not come back."""
    error: str | None = None
    """What PayPal shows with the word when somebody sets it."""
    activity: str = "Completed"
    """The status of the payment in the activity download."""


WORDS: Final[Mapping[str, Word]] = MappingProxyType(
    {
        "FAILED": Word(is_out=False, error="INTERNAL_ERROR"),
        "DENIED": Word(is_out=False, error="RISK_DECLINE"),
        "UNCLAIMED": Word(is_out=True, error="RECEIVER_UNREGISTERED", activity="Unclaimed"),
        "RETURNED": Word(is_out=False, error="RECEIVER_UNREGISTERED"),
        "ONHOLD": Word(is_out=True, error="REGULATORY_PENDING", activity="Pending"),
        "ON_HOLD": Word(is_out=True, error="REGULATORY_PENDING", activity="Pending"),
        "BLOCKED": Word(is_out=True, error="REGULATORY_BLOCKED", activity="Pending"),
        "SUCCESS": Word(is_out=True),
        "PENDING": Word(is_out=True, activity="Pending"),
        "REFUNDED": Word(is_out=False),
        "REVERSED": Word(is_out=False),
    }
)
"""Those of PayPal's specification, and the two that its newer pages have: the words that can be set."""

OUT: Final = frozenset(name for name, word in WORDS.items() if word.is_out)
