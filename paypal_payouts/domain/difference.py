"""What two records of one batch, ours and PayPal's, say differently of its items."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from paypal_payouts.domain.money import format_amount


class Owed(NamedTuple):
    """Who gets how much."""

    receiver: str
    amount_minor: int
    currency: str

    def words(self) -> str:
        """Say who gets how much."""
        return f"{self.receiver} {format_amount(self.amount_minor, self.currency)} {self.currency}"


class Difference(NamedTuple):
    """One item that the two records do not say alike; None where a record does not have it."""

    item_id: str
    ours: Owed | None
    theirs: Owed | None

    @property
    def is_text_alone(self) -> bool:
        """Whether the money is the same, and the text of the receiver is not."""
        return self.ours is not None and self.theirs is not None and self.ours[1:] == self.theirs[1:]

    def words(self) -> str:
        """Say what each record has of the item."""
        ours, theirs = (side.words() if side else "does not have it" for side in (self.ours, self.theirs))
        return f"{self.item_id}: ours {ours}, PayPal's {theirs}"


def differences(ours: Mapping[str, Owed], theirs: Mapping[str, Owed]) -> list[Difference]:
    """List the items that are not the same on both sides, by item id."""
    return [
        Difference(item_id, ours.get(item_id), theirs.get(item_id))
        for item_id in sorted(ours.keys() | theirs.keys())
        if ours.get(item_id) != theirs.get(item_id)
    ]


def only_texts(found: Sequence[Difference]) -> bool:
    """Tell whether all that differs is the text of receivers."""
    return bool(found) and all(difference.is_text_alone for difference in found)
