"""What became of sending one batch: in words, and whether any other may still be sent after it."""

from typing import assert_never

from msgspec import Struct

from paypal_payouts.domain.outcome import (
    Accepted,
    Duplicate,
    ErrorClass,
    Failure,
    NotSent,
    Refused,
    SendOutcome,
    TokenRefused,
    TokenUnavailable,
    Unknown,
)
from paypal_payouts.domain.payout import BatchRecord


class Doubted(Struct, frozen=True):
    """The batch was not sent, because that could pay somebody twice: it is in review."""


class Unread(Struct, frozen=True):
    """The batch was not sent: what may have been paid by an older one could not be read."""

    older: BatchRecord


Answer = SendOutcome | TokenRefused | TokenUnavailable | Doubted | Unread


class Submitted(Struct, frozen=True):
    """What became of sending one batch."""

    batch: BatchRecord
    answer: Answer
    come_back_in_s: float | None = None
    """PayPal asked to be left alone for longer than the policy waits."""


def outcome_words(outcome: SendOutcome) -> str:
    """Say in a few words what PayPal answered."""
    match outcome:
        case Accepted():
            return "accepted"
        case Duplicate():
            return "known to PayPal"
        case Refused(failure):
            return f"refused, {failure.code}"
        case Unknown(failure):
            return f"no answer that counts ({failure.code})"
        case NotSent(failure):
            return f"PayPal not reached ({failure.code})"
        case _:
            assert_never(outcome)


def words(submitted: Submitted) -> str:
    """Say in a few words what became of a batch, for progress."""
    match submitted.answer:
        case TokenRefused(failure):
            return f"not sent: PayPal refused the credentials ({failure.code})"
        case TokenUnavailable(failure):
            return f"not sent: PayPal gave no token ({failure.code})"
        case Doubted():
            return "in review, not sent"
        case Unread(older):
            return f"not sent: {unread_words(older)}"
        case Duplicate():
            return "in review: PayPal's batch of this id differs"
        case answer:
            return outcome_words(answer)


def unread_words(older: BatchRecord) -> str:
    """Say why nothing may be paid again while a batch cannot be read."""
    return f"{older.name} could not be read first, so its items may be paid"


def stops_everything(submitted: Submitted) -> bool:
    """Tell whether what became of one batch makes sending any other useless or unsafe.

    A row that PayPal refuses says nothing about other batches, and missing funds nothing about other currencies. All
    else does: our account, PayPal's silence, or books that contradict ours.
    """
    match submitted.answer:
        case Accepted():
            return False
        case Refused(Failure(error_class=ErrorClass.INVALID_REQUEST | ErrorClass.PAYEE | ErrorClass.FUNDS)):
            return False
        case _:
            return True


def stops(submitted: Submitted, batch: BatchRecord) -> bool:
    """Tell whether what became of one batch makes sending this other one useless or unsafe."""
    match submitted.answer:
        case Refused(Failure(error_class=ErrorClass.FUNDS)):
            return batch.currency == submitted.batch.currency
        case _:
            return stops_everything(submitted)
