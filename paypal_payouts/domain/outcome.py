"""What became of one send, as a closed set of values, and the classes of failures.

Source: docs/design.md, 8.3 and 8.4.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from msgspec import Struct

from paypal_payouts.domain.states import Actor

_NAMED_MAX: Final = 3
"""So many items that PayPal finds fault with are named in one sentence; the rest is counted."""


class ErrorClass(StrEnum):
    """Who or what is behind a failure; decides who has to act."""

    TRANSIENT = "transient"
    RATE_LIMITED = "rate_limited"
    AUTH = "auth"
    FUNDS = "funds"
    SENDER = "sender"
    INVALID_REQUEST = "invalid_request"
    PAYEE = "payee"
    DUPLICATE = "duplicate"
    UNKNOWN = "unknown"


class AttemptOutcome(StrEnum):
    """How a send ended; an attempt without one is still open."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    NOT_SENT = "not_sent"


class Problem(Struct, frozen=True):
    """One field that PayPal complains about: `items[2].receiver`, and what it says."""

    field: str
    issue: str
    value: str = ""
    item_id: str | None = None
    """Ours, of the item that the field names by its place in the request."""


class Documented(NamedTuple):
    """What is documented of an error of PayPal's."""

    who: Actor
    sentence: str
    link: str
    """Where PayPal says more."""


class Failure(Struct, frozen=True):
    """What went wrong in one exchange with PayPal, raw words kept."""

    code: str
    """PayPal's `name` (`INSUFFICIENT_FUNDS`), or our word where there is none (`TIMEOUT`, `HTTP_502`)."""
    message: str
    error_class: ErrorClass
    http_status: int | None = None
    debug_id: str | None = None
    retry_after_s: float | None = None
    problems: tuple[Problem, ...] = ()
    documented: Documented | None = None

    @property
    def message_with_items(self) -> str:
        """PayPal's sentence with the items it finds fault with, so that whoever reads it days later can correct them.

        Without items it is the sentence alone: which fields of a request are meant is nothing that rows tell.
        """
        named = [
            f"{each.item_id}: {each.field.rpartition('.')[2]}, {each.issue}"
            for each in self.problems
            if each.item_id is not None
        ]
        if not named:
            return self.message
        more = len(named) - _NAMED_MAX
        rest = f"; and {more} more" if more > 0 else ""
        return f"{self.message.rstrip('.')}; {'; '.join(named[:_NAMED_MAX])}{rest}"


class Accepted(Struct, frozen=True):
    """PayPal took the batch and named it. Not yet paid: that is said item by item."""

    paypal_batch_id: str
    debug_id: str | None = None
    http_status: int | None = None


class Duplicate(Struct, frozen=True):
    """PayPal already knows the sender_batch_id; `paypal_batch_id` is None where it gave no link to the batch."""

    paypal_batch_id: str | None
    failure: Failure


class Refused(Struct, frozen=True):
    """This POST surely moved nothing."""

    failure: Failure


class Unknown(Struct, frozen=True):
    """Nobody can say whether PayPal took it: ask again, under the same id only."""

    failure: Failure


class NotSent(Struct, frozen=True):
    """The connection was never made: proof that nothing was sent."""

    failure: Failure


SendOutcome = Accepted | Duplicate | Refused | Unknown | NotSent

OUTCOME_WORD: Mapping[type[SendOutcome], AttemptOutcome] = MappingProxyType(
    {
        Accepted: AttemptOutcome.ACCEPTED,
        Duplicate: AttemptOutcome.DUPLICATE,
        Refused: AttemptOutcome.REFUSED,
        Unknown: AttemptOutcome.UNKNOWN,
        NotSent: AttemptOutcome.NOT_SENT,
    }
)
"""The word under which each outcome is kept in the attempt log."""


class ItemReading(NamedTuple):
    """One item as PayPal reports it; a tuple, because a million of them pass by."""

    paypal_item_id: str
    item_id: str | None
    receiver: str | None
    amount_minor: int | None
    currency: str | None
    word: str | None
    """PayPal's `transaction_status`, as it came."""
    fee_minor: int | None
    transaction_id: str | None
    error_code: str | None
    error_message: str | None
    sender_batch_id: str | None = None
    activity_id: str | None = None
    time_processed: str | None = None
    """When PayPal last processed it: RFC 3339, in UTC."""
    debited_minor: int | None = None
    """What it took from the balance of another currency; None where nothing was converted."""
    debited_currency: str | None = None
    exchange_rate: str | None = None


class PageReading(Struct, frozen=True):
    """One page of a batch as PayPal reports it, with the header as it was at that moment."""

    paypal_batch_id: str
    word: str | None
    """PayPal's `batch_status`, as it came."""
    sender_batch_id: str | None
    amount_minor: int | None
    currency: str | None
    fees_minor: int | None
    completed_at: datetime | None
    total_items: int | None
    total_pages: int | None
    items: tuple[ItemReading, ...]
    funding_source: str | None = None
    """What PayPal says that the batch was paid from."""


class ReadFailed(Struct, frozen=True):
    """A read gave no answer that can be used; it proves nothing and changes nothing."""

    failure: Failure
    passing: bool
    """Asking again later may help."""


class Cancelled(Struct, frozen=True):
    """PayPal cancelled the item; this is the item as it answered."""

    item: ItemReading


class CancelRefused(Struct, frozen=True):
    """PayPal did not cancel the item."""

    failure: Failure


class CancelUnknown(Struct, frozen=True):
    """Nobody can say whether the item was cancelled: read it again."""

    failure: Failure


CancelOutcome = Cancelled | CancelRefused | CancelUnknown


class TokenRefused(Struct, frozen=True):
    """PayPal does not accept the credentials."""

    failure: Failure


class TokenUnavailable(Struct, frozen=True):
    """PayPal gave no token, and did not say that the credentials are wrong."""

    failure: Failure
