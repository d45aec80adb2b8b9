"""What an operator adds to the table of errors: `[retry.errors]` of the configuration.

It says who has to act, and how eagerly PayPal is asked again. It never says what became of the money: an answer that
PayPal has not documented stays an unknown outcome, whatever class its code is given.
"""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from paypal_payouts.domain.outcome import Accepted, ErrorClass, Failure, SendOutcome
from paypal_payouts.paypal.error_entry import ApiCall
from paypal_payouts.paypal.error_table import explain, find, is_documented, item_error_class

NEVER: Final = "never"
"""The word for a code that is not asked about again in the same run."""

CLASSES: Final = (
    ErrorClass.TRANSIENT,
    ErrorClass.RATE_LIMITED,
    ErrorClass.AUTH,
    ErrorClass.FUNDS,
    ErrorClass.SENDER,
    ErrorClass.INVALID_REQUEST,
    ErrorClass.PAYEE,
)
"""The classes that a code can be given."""

_HEAL_BY_THEMSELVES = frozenset({ErrorClass.TRANSIENT, ErrorClass.RATE_LIMITED})


class ErrorRules(Struct, frozen=True):
    """Classes of codes that the table lacks, and codes that are not asked about again."""

    classes: Mapping[str, ErrorClass] = field(default_factory=dict)
    never: frozenset[str] = frozenset()

    @classmethod
    def of(cls, words: Mapping[str, str]) -> "ErrorRules":
        """Read `CODE = "class"` and `CODE = "never"`.

        Raises:
            ValueError: naming every wrong entry, and what would be right.

        """
        problems = [problem for code, word in words.items() if (problem := _problem(code, word))]
        if problems:
            raise ValueError("; ".join(problems))
        return cls(
            {code: ErrorClass(word) for code, word in words.items() if word != NEVER},
            frozenset(code for code, word in words.items() if word == NEVER),
        )

    def classed(self, outcome: SendOutcome) -> SendOutcome:
        """Return an outcome with the class of its code; what became of the money stays as it is."""
        if isinstance(outcome, Accepted) or outcome.failure.code not in self.classes:
            return outcome
        failure = replace(outcome.failure, error_class=self.classes[outcome.failure.code])
        return replace(outcome, failure=failure)

    def item_class(self, code: str) -> ErrorClass:
        """Return who or what is behind the error of an item."""
        return self.classes.get(code) or item_error_class(code)

    def asks_again(self, failure: Failure) -> bool:
        """Return whether a send that ended so, without an answer that counts, may be repeated in the same run."""
        if failure.code in self.never:
            return False
        entry = find(ApiCall.CREATE, failure.http_status or 0, failure.code)
        if entry is not None:
            return entry.again
        return self.classes.get(failure.code, ErrorClass.TRANSIENT) in _HEAL_BY_THEMSELVES

    def held_back(self, code: str | None) -> str | None:
        """Explain why an item that failed with this code should not be paid again unchanged; None where it may be."""
        if code is None:
            return None
        entry = explain(code, ApiCall.ITEM)
        if self.item_class(code) is ErrorClass.DUPLICATE:
            return f"PayPal took it for one that was there before: {code}"
        waits = self.classes.get(code) is ErrorClass.PAYEE if entry is None else entry.who == "payee"
        return f"its payee must act first: {code}" if waits else None


def _problem(code: str, word: str) -> str | None:
    if word == NEVER:
        return None
    if word not in CLASSES:
        return f"{code}: not one of {', '.join(CLASSES)}, or {NEVER}"
    if is_documented(code):
        return f"{code}: PayPal documents it, so its class is fixed; {NEVER} is accepted"
    return None
