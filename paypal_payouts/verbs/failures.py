"""`status --errors`: what each failure means and who has to act, by the table of PayPal's errors."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from paypal_payouts.domain.item import ErrorCount
from paypal_payouts.domain.outcome import AttemptOutcome, ErrorClass
from paypal_payouts.domain.states import ItemState
from paypal_payouts.paypal.error_table import Actor, Call, explain
from paypal_payouts.storage import FailureCount

_WITHOUT_CODE: Final[Mapping[ItemState | AttemptOutcome, tuple[Actor, str]]] = MappingProxyType(
    {
        ItemState.UNCLAIMED: ("payee", "It is not claimed yet; after 30 days the money comes back."),
        ItemState.ONHOLD: ("paypal", "PayPal has not decided yet."),
        ItemState.UNRECOGNIZED: ("us", "PayPal used a word that it has not documented."),
        ItemState.RETURNED: ("payee", "It was not claimed, and the money came back."),
        ItemState.BLOCKED: ("paypal", "PayPal holds the money."),
        ItemState.REFUNDED: ("us", "The payee sent the money back. If it is still owed: a new item."),
        ItemState.REVERSED: ("us", "PayPal took the payment back. If it is still owed: a new item."),
        ItemState.DENIED: ("us", "PayPal denied the whole batch."),
        ItemState.CANCELED: ("us", "The whole batch was canceled at PayPal."),
        ItemState.ABANDONED: ("us", "Its batch was given up."),
    }
)
"""What a state says by itself, where PayPal named no error."""

_HEAL_BY_THEMSELVES: Final = frozenset({ErrorClass.TRANSIENT, ErrorClass.RATE_LIMITED})


def explained(counts: Iterable[FailureCount]) -> list[ErrorCount]:
    """Put beside each count what it means; a code that PayPal never documented is shown as it came."""
    return [_explained(failure) for failure in counts]


def _explained(failure: FailureCount) -> ErrorCount:
    error_class = failure.error_class
    if failure.error_code is None:
        who, sentence = _WITHOUT_CODE.get(failure.state, ("us", failure.message or "PayPal gave no reason."))
    else:
        error_class = error_class or ErrorClass.UNKNOWN
        entry = explain(failure.error_code, Call.ITEM if isinstance(failure.state, ItemState) else Call.CREATE)
        who = _who(error_class) if entry is None else entry.who
        sentence = failure.message or "PayPal said no more." if entry is None else entry.sentence
    return ErrorCount(failure.state, error_class, failure.error_code, failure.number, who, sentence)


def _who(error_class: ErrorClass) -> Actor:
    """Say who has to act about a code that PayPal has not documented: somebody must look, unless it heals by itself."""
    if error_class is ErrorClass.PAYEE:
        return "payee"
    return "nobody" if error_class in _HEAL_BY_THEMSELVES else "us"
