"""What the answer to one send does to its batch.

Source: docs/design.md, 8.3 and 8.4.
"""

from collections.abc import Iterable
from typing import Final, assert_never

from paypal_payouts.domain.outcome import (
    Accepted,
    AttemptOutcome,
    Duplicate,
    NotSent,
    Refused,
    SendOutcome,
    Unknown,
)
from paypal_payouts.domain.states import BatchEvent

_MOVED_NOTHING: Final = frozenset({AttemptOutcome.REFUSED, AttemptOutcome.NOT_SENT})


def event_after_send(outcome: SendOutcome, earlier: Iterable[AttemptOutcome | None]) -> BatchEvent | None:
    """Describe what the answer to one send does to its batch, given how every earlier send of it ended (None: open).

    A refusal counts only when no earlier send may have arrived: one lost answer keeps the batch in flight, whatever
    later sends are told (docs/design.md, 8.3). A duplicate moves nothing by itself: the batch that PayPal has is
    compared first (8.4). A send that was accepted, and its batch denied since, has ended: it is no longer among
    `earlier`.
    """
    match outcome:
        case Accepted():
            return BatchEvent.ACCEPT
        case Refused():
            return BatchEvent.REFUSE if _MOVED_NOTHING.issuperset(earlier) else None
        case Duplicate() | Unknown() | NotSent():
            return None
        case _:
            assert_never(outcome)
