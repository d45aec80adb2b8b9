"""Payments that went another way than their row said, as a person agreed when he tied a batch to PayPal's.

Read from the trail, as the rows may have become what PayPal has since.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from paypal_payouts.domain.audit import AuditEvent
from paypal_payouts.domain.money import grouped_amount
from paypal_payouts.domain.sides import BothSides, Side
from paypal_payouts.domain.states import BatchEvent
from paypal_payouts.domain.words import counted, utc_minute

TYING: Final = frozenset({str(BatchEvent.ATTACH)})
"""Actions of the trail by which a person agrees to what PayPal has."""

_NAMED_MAX: Final = 3
"""So many items are named in a sentence; the rest is counted."""


class PaidOtherwise(NamedTuple):
    """One payment of a batch that PayPal has otherwise than our row said, and who agreed to that."""

    batch: str
    sides: BothSides
    by: str
    at: datetime

    def words(self) -> str:
        """Name the item, and how PayPal's payment of it differs."""
        return f"{self.sides.item_id} ({'; '.join(_differences(self.sides.ours, self.sides.theirs))})"


def paid_otherwise(trail: Iterable[AuditEvent]) -> list[PaidOtherwise]:
    """List every item of which a person agreed that PayPal has it otherwise; each payment once, as it was first."""
    found: dict[tuple[str | None, str], PaidOtherwise] = {}
    for event in trail:
        if event.action in TYING and event.batch is not None:
            for facts in event.evidence.get("differences", ()):
                each = PaidOtherwise(event.batch, BothSides.read(facts), event.actor, event.at)
                found.setdefault((event.batch, each.sides.item_id), each)
    return list(found.values())


def sent_elsewhere(trail: Iterable[AuditEvent]) -> dict[tuple[str, str], str]:
    """Return who got the money of an item, by batch and item id, where our row named somebody else."""
    return {
        (each.batch, sides.item_id): sides.theirs.receiver
        for each in paid_otherwise(trail)
        if (sides := each.sides).ours and sides.theirs and sides.ours.receiver.lower() != sides.theirs.receiver.lower()
    }


def otherwise_in_words(found: Sequence[PaidOtherwise]) -> str:
    """Say which payments went another way than their rows said, and who decided that; empty where none did."""
    if not found:
        return ""
    its, was = ("its row", "was") if len(found) == 1 else ("their rows", "were")
    named = [each.words() for each in found[:_NAMED_MAX]]
    more = [f"and {len(found) - _NAMED_MAX:,} more"] if len(found) > _NAMED_MAX else []
    deciders = dict.fromkeys(f"{each.by} on {utc_minute(each.at)}" for each in found)
    return (
        f"{counted(len(found), 'item')} went elsewhere, or {was} paid with another amount, than {its} said: "
        f"{', '.join([*named, *more])}. Decided by {', '.join(deciders)}"
    )


def _differences(ours: Side | None, theirs: Side | None) -> Iterator[str]:
    if ours is None or theirs is None:
        yield "no row had it" if ours is None else "PayPal does not have it"
        return
    by_minor = theirs.amount_minor - ours.amount_minor
    if theirs.currency != ours.currency:
        yield f"{_amount(theirs.amount_minor, theirs.currency)}, not {_amount(ours.amount_minor, ours.currency)}"
    elif by_minor:
        yield f"{_amount(abs(by_minor), ours.currency)} {'more' if by_minor > 0 else 'less'}"
    if theirs.receiver != ours.receiver:
        yield f"to {theirs.receiver}, not {ours.receiver}"


def _amount(minor: int, currency: str) -> str:
    return f"{grouped_amount(minor, currency)} {currency}"
