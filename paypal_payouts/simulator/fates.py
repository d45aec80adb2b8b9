"""What becomes of an item: decided by the first word of its receiver when the batch is accepted, shown by the clock.

A note such as `SIMULATE FAILED RISK_DECLINE` decides it instead: PayPal's word, then, if wanted, the name of an error.
"""

import re
from collections.abc import Container, Sequence
from typing import Final, NamedTuple

from paypal_payouts.simulator.problems import SimulatedRefusal, detail
from paypal_payouts.simulator.rules import INVALID_RECEIVER, BatchOrder, ItemOrder
from paypal_payouts.simulator.words import WORDS


class Fate(NamedTuple):
    """What PayPal says of an item, and the error that it shows with it. No state: an item that never gets a word.

    Where there is a later word, it takes the place of the first one so many seconds after the batch is ready.
    """

    state: str | None
    error: str | None = None
    later: str | None = None
    later_after_s: int = 0


_DAY_S: Final = 24 * 3600

PAID: Final = Fate("SUCCESS")
UNCLAIMED: Final = Fate("UNCLAIMED", "RECEIVER_UNREGISTERED")
TRANSIENT: Final = "transient"

_BY_WORD: Final = {
    "fail": Fate("FAILED", "RECEIVER_ACCOUNT_LOCKED"),
    "unclaimed": UNCLAIMED,
    "hold": Fate("ONHOLD", "REGULATORY_PENDING"),
    "block": Fate("BLOCKED", "REGULATORY_BLOCKED"),
    "return": Fate("RETURNED", "RECEIVER_UNREGISTERED"),
    "refund": Fate("REFUNDED"),
    "reverse": Fate("REVERSED"),
    "denyall": Fate("FAILED", "ACCOUNT_RESTRICTED"),
    "claim": UNCLAIMED._replace(later="SUCCESS", later_after_s=_DAY_S),
    "release": Fate("ONHOLD", "REGULATORY_PENDING", later="SUCCESS", later_after_s=_DAY_S),
    "late": PAID._replace(later="REFUNDED", later_after_s=10 * _DAY_S),
}
_NOTE: Final = re.compile(
    rf"SIMULATE ({'|'.join(WORDS)})"
    r"(?: ([A-Z][A-Z0-9_]{0,63}))?"
)
_FAILED_ONCE: Final = Fate("FAILED", "INTERNAL_ERROR")
_REPEATED_ID: Final = Fate("FAILED", "DUPLICATE_ITEM")
_NOTHING_TO_PAY: Final = Fate("FAILED", "ZERO_AMOUNT")
_NO_ACCOUNT: Final = Fate("FAILED", "RECEIVER_ACCOUNT_INVALID")
_NO_WORD: Final = Fate(None)
_DENYING: Final = frozenset({"RECEIVER_ACCOUNT_INVALID", "SELF_PAY_NOT_ALLOWED"})
"""The errors with which the sandbox was seen to deny a batch of one item."""


def fate_of_word(word: str) -> Fate:
    """Return what an item comes to when somebody sets its word.

    Raises:
        ValueError: naming the words that there are.

    """
    if word not in WORDS:
        raise ValueError(f"word: one of {', '.join(WORDS)}")
    return Fate(word, WORDS[word].error)


def is_denied(fates: Sequence[Fate], *, all_failed_is_denied: bool) -> bool:
    """Return whether a batch of such items ends DENIED: where all fail for one of the errors seen so, or for any."""
    if any(fate.state != "FAILED" for fate in fates):
        return False
    return all_failed_is_denied or all(fate.error in _DENYING for fate in fates)


def is_charged(word: str | None) -> bool:
    """Return whether PayPal charges a fee: a sender is not debited for what failed, and so not charged."""
    return word not in {"FAILED", "DENIED", None}


def first_word(receiver: str) -> str:
    """Return the letters before the first other character, in lower case."""
    for index, character in enumerate(receiver):
        if not character.isalpha():
            return receiver[:index].lower()
    return receiver.lower()


def refuse_rejected(order: BatchOrder) -> None:
    """Let receivers that say so spoil the whole request, as one malformed address does at PayPal.

    Raises:
        SimulatedRefusal: 400, naming their rows.

    """
    details = [
        detail(f"items[{index}].receiver", INVALID_RECEIVER)
        for index, item in enumerate(order.items)
        if first_word(item.receiver) == "rejected"
    ]
    if details:
        raise SimulatedRefusal(400, "VALIDATION_ERROR", details)


def transient_receivers(order: BatchOrder) -> set[str]:
    """Name the receivers whose first payment fails."""
    return {item.receiver.lower() for item in order.items if first_word(item.receiver) == TRANSIENT}


def fates_of(order: BatchOrder, paid_before: set[str], accounts: Container[str]) -> tuple[str, list[Fate]]:
    """Decide the end of a batch and of each of its items; `accounts` are the PayPal ids that there are.

    In a batch that is denied, the items that asked for it are FAILED with an error, and PayPal has no word on the
    others: real answers show both.
    """
    words = [first_word(item.receiver) for item in order.items]
    if "denyall" in words:
        return "DENIED", [_BY_WORD["denyall"] if word == "denyall" else _NO_WORD for word in words]
    known, seen = set(paid_before), set[str]()
    return "SUCCESS", [_fate(item, word, known, seen, accounts) for item, word in zip(order.items, words, strict=True)]


def _fate(item: ItemOrder, word: str, known: set[str], seen: set[str], accounts: Container[str]) -> Fate:
    if item.sender_item_id is not None:
        if item.sender_item_id in seen:
            return _REPEATED_ID
        seen.add(item.sender_item_id)
    if not item.amount_minor:
        return _NOTHING_TO_PAY
    asked = _NOTE.fullmatch(item.note or "")
    if asked:
        return Fate(asked[1], asked[2])
    if word == TRANSIENT:
        receiver = item.receiver.lower()
        if receiver not in known:
            known.add(receiver)
            return _FAILED_ONCE
        return PAID
    return _BY_WORD.get(word) or _by_account(item, accounts)


def _by_account(item: ItemOrder, accounts: Container[str]) -> Fate:
    """Decide by what kind of name the receiver has, where its first word decides nothing."""
    match item.recipient_type:
        case "PHONE":
            return UNCLAIMED
        case "PAYPAL_ID" if item.receiver not in accounts:
            return _NO_ACCOUNT
        case _:
            return PAID
