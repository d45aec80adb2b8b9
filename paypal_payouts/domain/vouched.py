"""Batches that a person called unpaid, on his own word: who that was, when and why, as the trail has it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple

from paypal_payouts.domain.audit import AuditEvent
from paypal_payouts.domain.identity import BatchName
from paypal_payouts.domain.moves import vouches_by_hand
from paypal_payouts.domain.plan import Notice
from paypal_payouts.domain.states import BatchEvent
from paypal_payouts.domain.words import utc_minute

LOST_GIVEN_UP: Final = "lost_sends_given_up"
"""What the trail calls giving up sends that only the sent log knew."""

CALLING_UNPAID: Final = frozenset({str(BatchEvent.ABANDON), LOST_GIVEN_UP})
"""Actions of the trail by which a person may have vouched that PayPal did not pay."""


class Vouched(NamedTuple):
    """One batch that a person called unpaid, which PayPal never did."""

    batch: str
    by: str
    at: datetime
    reason: str | None

    def notice(self) -> Notice:
        """Say so, before its items are paid again."""
        why = f' ("{self.reason}")' if self.reason else ""
        said = f"{self.batch} was called unpaid by {self.by} on {utc_minute(self.at)}{why}; PayPal never said so."
        return Notice("called_unpaid_by_hand", said)


def vouched_for(batches: Iterable[BatchName], trail: Iterable[AuditEvent]) -> list[Vouched]:
    """List what stands behind paying items of these batches again: they themselves, and the attempts before them."""
    newest = {batch.sequence: batch.attempt for batch in batches}
    found = []
    for event in trail:
        if event.action == LOST_GIVEN_UP:
            # Whom the lost sends would have paid is not known.
            found.append(Vouched(event.evidence["batch"], event.actor, event.at, event.reason))
            continue
        name = BatchName.parse(event.batch or "")
        is_before = name is not None and name.attempt <= newest.get(name.sequence, 0)
        if is_before and event.action == BatchEvent.ABANDON and vouches_by_hand(event.from_state, event.to_state):
            found.append(Vouched(str(name), event.actor, event.at, event.reason))
    return found
