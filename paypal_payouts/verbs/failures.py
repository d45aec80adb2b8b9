"""`status --errors`: what each failure means and who has to act, by the table of PayPal's errors."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from msgspec.structs import replace

from paypal_payouts.domain.item import ErrorCount, ItemReport
from paypal_payouts.domain.outcome import ErrorClass
from paypal_payouts.domain.states import MEANING, Actor, ItemState
from paypal_payouts.domain.words import sentence
from paypal_payouts.paypal.error_entry import ApiCall
from paypal_payouts.paypal.error_table import explain
from paypal_payouts.storage import FailureCount

_NAMED_MAX: Final = 10
"""So many items are named below all kinds of failures together; the rest is counted."""

_HEAL_BY_THEMSELVES: Final = frozenset({ErrorClass.TRANSIENT, ErrorClass.RATE_LIMITED})


def explained(counts: Iterable[FailureCount]) -> list[ErrorCount]:
    """Put beside each count what it means; a code that PayPal never documented is shown as it came."""
    return [_explained(failure) for failure in counts]


def with_items(
    counts: Sequence[FailureCount], first: Callable[[FailureCount, int], Sequence[ItemReport]]
) -> list[ErrorCount]:
    """Put beside each count what it means, and the first of its items; `first` reads at most so many of one kind.

    Of a rare kind all are named before many of a common one.
    """
    errors = explained(counts)
    of_items = sorted((n for n, error in enumerate(errors) if error.kind == "item"), key=lambda n: errors[n].count)
    left = _NAMED_MAX
    for place, number in enumerate(of_items):
        share = min(errors[number].count, left // (len(of_items) - place))
        if share:
            errors[number] = replace(errors[number], first=first(counts[number], share))
            left -= share
    return errors


def _explained(failure: FailureCount) -> ErrorCount:
    error_class, link = failure.error_class, None
    if failure.error_code is None:
        who, said = _without_code(failure)
    else:
        error_class = error_class or ErrorClass.UNKNOWN
        entry = explain(failure.error_code, ApiCall.ITEM if isinstance(failure.state, ItemState) else ApiCall.CREATE)
        who = _who(error_class) if entry is None else entry.who
        said = failure.message or "PayPal said no more." if entry is None else entry.sentence
        link = None if entry is None else entry.source.link
    return ErrorCount(failure.state, error_class, failure.error_code, failure.number, who, said, link)


def _without_code(failure: FailureCount) -> tuple[Actor, str]:
    """Say what a state says by itself, where PayPal named no error."""
    if isinstance(failure.state, ItemState):
        meaning = MEANING[failure.state]
        return meaning.who, failure.message or sentence(meaning.words)
    return "us", failure.message or "PayPal gave no reason."


def _who(error_class: ErrorClass) -> Actor:
    """Say who has to act about a code that PayPal has not documented: somebody must look, unless it heals by itself."""
    if error_class is ErrorClass.PAYEE:
        return "payee"
    return "nobody" if error_class in _HEAL_BY_THEMSELVES else "us"
