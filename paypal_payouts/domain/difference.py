"""What two records of one batch, ours and PayPal's, say differently of its items."""

from collections.abc import Mapping
from typing import NamedTuple

from paypal_payouts.domain.money import format_amount


class RecordedRow(NamedTuple):
    """Who gets how much."""

    receiver: str
    amount_minor: int
    currency: str

    def words(self) -> str:
        """Say who gets how much."""
        return f"{self.receiver} {format_amount(self.amount_minor, self.currency)} {self.currency}"


class DifferingRow(NamedTuple):
    """One item that the two records do not say alike; None where a record does not have it."""

    item_id: str
    ours: RecordedRow | None
    theirs: RecordedRow | None

    def words(self) -> str:
        """Say what each record has of the item."""
        ours, theirs = (side.words() if side else "does not have it" for side in (self.ours, self.theirs))
        return f"{self.item_id}: ours {ours}, PayPal's {theirs}"


def differences(ours: Mapping[str, RecordedRow], theirs: Mapping[str, RecordedRow]) -> list[DifferingRow]:
    """List the items that are not the same on both sides, by item id."""
    return [
        DifferingRow(item_id, ours.get(item_id), theirs.get(item_id))
        for item_id in sorted(ours.keys() | theirs.keys())
        if ours.get(item_id) != theirs.get(item_id)
    ]
