"""What `review` found: a batch as we have it beside what PayPal has, and the moves that are open to a person."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from paypal_payouts.domain.adoption import Difference, DiffersIn, Owed
from paypal_payouts.domain.advice import BatchReport
from paypal_payouts.domain.base import Report
from paypal_payouts.domain.outcome import ItemReading
from paypal_payouts.domain.outlook import OpenBatch
from paypal_payouts.domain.totals import Conflict

MISSING = "missing"
"""PayPal does not show an item that we sent."""


class ReviewedItem(NamedTuple):
    """One item as both records have it; None where one does not have it, or PayPal's could not be read."""

    item_id: str
    ours: Owed | None
    theirs: ItemReading | None
    differs: tuple[str, ...]
    """In what they differ: words of `DiffersIn`, or `MISSING`."""


class OfferedMove(NamedTuple):
    """A move that the table of moves has from the state that the batch, or an item of it, is in."""

    to: str
    meaning: str
    command: str | None
    """None where the move would be refused now."""
    why_not: str | None
    """Why it would be refused now; None where it is open."""


class ReviewReport(Report, frozen=True):
    """The result of `review`."""

    batch: BatchReport
    paypal_batch_id: str | None
    """The batch of PayPal's that was looked at; None where none is known."""
    paypal_status: str | None
    not_compared: str | None
    """Why there was nothing to compare with, or not all of it; None where everything was compared."""
    of_the_batch: Sequence[Difference]
    """What differs in the batch as a whole."""
    items: Sequence[ReviewedItem]
    conflicts: Sequence[Conflict]
    """Of its items, those that nobody has acknowledged."""
    moves: Sequence[OfferedMove]
    open: Sequence[OpenBatch]
    next: Sequence[str]
    """Commands of these moves, without those by which a person vouches that nobody was paid."""

    @property
    def differing(self) -> list[ReviewedItem]:
        """The items that are not the same on both sides."""
        return [item for item in self.items if item.differs]


def beside(
    owed: Mapping[str, Owed], shown: Sequence[ItemReading] | None, differences: Sequence[Difference]
) -> Iterator[ReviewedItem]:
    """Put what we sent beside what PayPal shows, by item id; `shown` is None where nothing could be read."""
    fields: dict[str | None, list[str]] = {}
    for difference in differences:
        fields.setdefault(difference.item_id, []).append(difference.field.value)
    first: dict[str, ItemReading] = {}
    others = []
    for item in shown or ():
        item_id = item.item_id or ""
        known = first.setdefault(item_id, item) if item_id in owed else None
        if known is None or known.paypal_item_id != item.paypal_item_id:
            others.append(item)
    for item_id in sorted(owed):
        theirs = first.get(item_id)
        missing = shown is not None and theirs is None
        yield ReviewedItem(item_id, owed[item_id], theirs, (MISSING,) if missing else tuple(fields.get(item_id, ())))
    for item in others:
        why = DiffersIn.TWICE if item.item_id in owed else DiffersIn.NOT_OURS
        yield ReviewedItem(item.item_id or "-", None, item, (why.value,))
