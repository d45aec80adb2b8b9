"""What two records of one batch, ours and PayPal's, say differently of its items."""

from collections.abc import Mapping
from typing import NamedTuple, Self

from paypal_payouts.domain.money import format_amount, parse_amount


class Side(NamedTuple):
    """Who gets how much."""

    receiver: str
    amount_minor: int
    currency: str

    def words(self) -> str:
        """Return who gets how much."""
        return f"{self.receiver} {format_amount(self.amount_minor, self.currency)} {self.currency}"

    @classmethod
    def read(cls, words: str) -> Self:
        """Read what `words` wrote."""
        receiver, amount, currency = words.rsplit(" ", 2)
        return cls(receiver, parse_amount(amount, currency), currency)


class BothSides(NamedTuple):
    """One item that the two records do not say alike; None where a record does not have it."""

    item_id: str
    ours: Side | None
    theirs: Side | None

    def facts(self) -> dict[str, str | None]:
        """Return what each record has of the item."""
        sides = {"ours": self.ours, "theirs": self.theirs}
        return {"item_id": self.item_id, **{name: side and side.words() for name, side in sides.items()}}

    @classmethod
    def read(cls, facts: Mapping[str, str | None]) -> Self:
        """Read what `facts` wrote."""
        ours, theirs = (None if words is None else Side.read(words) for words in (facts["ours"], facts["theirs"]))
        return cls(str(facts["item_id"]), ours, theirs)

    def words(self) -> str:
        """Describe what each record has of the item."""
        ours, theirs = (side.words() if side else "does not have it" for side in (self.ours, self.theirs))
        return f"{self.item_id}: ours {ours}, PayPal's {theirs}"


def unlike(ours: Mapping[str, Side], theirs: Mapping[str, Side]) -> list[BothSides]:
    """List the items that are not the same on both sides, by item id."""
    return [
        BothSides(item_id, ours.get(item_id), theirs.get(item_id))
        for item_id in sorted(ours.keys() | theirs.keys())
        if ours.get(item_id) != theirs.get(item_id)
    ]
