"""Whether a batch that PayPal shows is the one that we sent, item by item.

A difference is what cannot be ours whatever PayPal shows next: another receiver, another amount, an item that we do
not know. What is not shown yet is none: PayPal may take a batch before it lists its items, and items move between
pages that are read one after the other. Source: docs/design.md, 8.4.
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from msgspec import Struct

from paypal_payouts.domain.money import DECIMALS, format_amount
from paypal_payouts.domain.outcome import ItemReading, PageReading
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.receivers import same_receiver


class Owed(NamedTuple):
    """What we sent for one item: who gets how much."""

    receiver: str
    amount_minor: int
    currency: str
    recipient_type: str


class DiffersIn(StrEnum):
    """What a batch, or an item of it, can differ in; each with the words that people read."""

    PAYPAL_BATCH_ID = "id"
    SENDER_BATCH_ID = "sender_batch_id"
    CURRENCY = "currency"
    TOTAL = "total"
    COUNT = "number of items"
    RECEIVER = "receiver"
    AMOUNT = "amount"
    NOT_OURS = "item"
    """PayPal shows an item that we did not send."""
    TWICE = "payments"
    """PayPal shows two payments under one item id."""


class Difference(Struct, frozen=True):
    """One thing in which PayPal's batch is not ours, as both texts."""

    item_id: str | None
    """None: in the batch as a whole, or in an item that carries no id."""
    field: DiffersIn
    ours: str | None
    theirs: str

    def words(self) -> str:
        """Describe it in a sentence's part, with both texts."""
        if self.field is DiffersIn.NOT_OURS:
            return f"item {self.item_id} ({self.theirs}) is at PayPal and not in our books"
        if self.field is DiffersIn.TWICE:
            return f"item {self.item_id} is at PayPal twice, as {self.theirs}"
        item = "" if self.item_id is None else f"item {self.item_id}: "
        return f"{item}its {self.field} is {self.theirs} at PayPal and {self.ours} in our books"

    def facts(self) -> dict[str, Any]:
        """Return it for the trail."""
        return {"item_id": self.item_id, "field": self.field.value, "ours": self.ours, "theirs": self.theirs}


class BatchComparison(Struct, frozen=True):
    """What comparing came to: equal, where there is neither a difference nor anything that is not shown."""

    differences: tuple[Difference, ...]
    not_shown: str | None
    """What PayPal has not shown, in words; asked again later, it may. None where everything was compared."""

    @property
    def is_of_receivers_alone(self) -> bool:
        """Whether everything was compared, and nothing but the text of receivers differs."""
        fields = {difference.field for difference in self.differences}
        return self.not_shown is None and fields == {DiffersIn.RECEIVER}


def compare(
    batch: BatchRecord,
    paypal_batch_id: str,
    owed: Mapping[str, Owed],
    *,
    header: PageReading,
    items: Sequence[ItemReading],
    has_ended: bool,
) -> BatchComparison:
    """Compare a batch with what PayPal shows under an id: the header of the first page, and every item of all pages.

    `owed` is by item id. `has_ended`: PayPal says that it has finished the batch, so nothing is added to it any more.
    """
    differences = list(_of_header(batch, paypal_batch_id, header))
    seen: dict[str, ItemReading] = {}
    moved, unreadable = 0, 0
    are_all_owed = _are_all_owed(items, owed)
    for item in () if are_all_owed else items:
        debt = owed.get(item.item_id or "")
        if debt is None or item.item_id is None:
            differences.append(Difference(item.item_id, DiffersIn.NOT_OURS, None, _payment(item)))
            continue
        first = seen.get(item.item_id)
        seen[item.item_id] = item
        if first is not None and first.paypal_item_id == item.paypal_item_id:
            moved += 1
        elif first is not None:
            both = f"{first.paypal_item_id} and {item.paypal_item_id}"
            differences.append(Difference(item.item_id, DiffersIn.TWICE, None, both))
        elif (item.receiver, item.amount_minor, item.currency) != debt[:3]:
            differences.extend(_of_item(item.item_id, item, debt))
            unreadable += None in (item.receiver, item.amount_minor, item.currency)
    shown = len(items) if are_all_owed else len(seen)
    if has_ended and not moved and _is_cut_short(batch, header, shown):
        told = shown if header.total_items is None else header.total_items
        differences.append(Difference(None, DiffersIn.COUNT, str(batch.items), str(told)))
    elif shown == batch.items and header.currency == batch.currency and _is_less(header, batch):
        differences.append(_total(batch, header.amount_minor))
    not_shown = _not_shown(batch, header, shown=shown, moved=moved, unreadable=unreadable, has_ended=has_ended)
    return BatchComparison(tuple(differences), not_shown)


def _are_all_owed(items: Sequence[ItemReading], owed: Mapping[str, Owed]) -> bool:
    """Return whether each is another item of ours, to the letter as we sent it: so nearly every batch is."""
    if not items:
        return True
    said = dict(zip(ItemReading._fields, zip(*items, strict=True), strict=True))
    item_ids = said["item_id"]
    if len(set(item_ids)) < len(items) or not owed.keys() >= set(item_ids):
        return False
    receivers, amounts, currencies, _ = zip(*map(owed.__getitem__, item_ids), strict=True)
    return (receivers, amounts, currencies) == (said["receiver"], said["amount_minor"], said["currency"])


def _of_header(batch: BatchRecord, paypal_batch_id: str, header: PageReading) -> Iterator[Difference]:
    """Yield what the header says and can never be ours: numbers that are smaller may still grow."""
    if header.paypal_batch_id != paypal_batch_id:
        yield Difference(None, DiffersIn.PAYPAL_BATCH_ID, paypal_batch_id, header.paypal_batch_id)
    if header.sender_batch_id not in {None, batch.sender_batch_id}:
        yield Difference(None, DiffersIn.SENDER_BATCH_ID, batch.sender_batch_id, str(header.sender_batch_id))
    if header.currency not in {None, batch.currency}:
        yield Difference(None, DiffersIn.CURRENCY, batch.currency, str(header.currency))
    elif header.amount_minor is not None and header.amount_minor > batch.amount_minor:
        yield _total(batch, header.amount_minor)
    if header.total_items is not None and header.total_items > batch.items:
        yield Difference(None, DiffersIn.COUNT, str(batch.items), str(header.total_items))


def _of_item(item_id: str, item: ItemReading, debt: Owed) -> Iterator[Difference]:
    """Yield what an item says otherwise than we do; what it does not say is no difference."""
    if item.receiver is not None and not same_receiver(debt.receiver, item.receiver, debt.recipient_type):
        yield Difference(item_id, DiffersIn.RECEIVER, debt.receiver, item.receiver)
    if item.currency not in {None, debt.currency}:
        yield Difference(item_id, DiffersIn.CURRENCY, debt.currency, str(item.currency))
    elif item.amount_minor not in {None, debt.amount_minor}:
        ours = _money(debt.amount_minor, debt.currency)
        yield Difference(item_id, DiffersIn.AMOUNT, ours, _money(item.amount_minor, debt.currency))


def _is_cut_short(batch: BatchRecord, header: PageReading, shown: int) -> bool:
    """Return whether a batch that has ended has fewer items than ours, by PayPal's own count where it gives one.

    One that PayPal denied may list none at all: asked again under the same id, it says what became of that.
    """
    if header.word == "DENIED" and not shown and not header.total_items:
        return False
    return (shown if header.total_items is None else header.total_items) < batch.items


def _not_shown(
    batch: BatchRecord, header: PageReading, *, shown: int, moved: int, unreadable: int, has_ended: bool
) -> str | None:
    """Describe what PayPal has not shown; None where everything was compared."""
    if header.sender_batch_id is None:
        return "its sender_batch_id is not shown"
    if shown < batch.items:
        return f"{shown} of its {batch.items} items are shown so far"
    if moved:
        return "items moved between its pages while they were read"
    if unreadable:
        return f"{unreadable} of its {batch.items} items are shown without receiver or amount"
    if header.total_items is not None and header.total_items < batch.items and not has_ended:
        return f"it counts {header.total_items} of its {batch.items} items so far"
    return None


def _is_less(header: PageReading, batch: BatchRecord) -> bool:
    return header.amount_minor is not None and header.amount_minor < batch.amount_minor


def _total(batch: BatchRecord, minor: int | None) -> Difference:
    ours = _money(batch.amount_minor, batch.currency)
    return Difference(None, DiffersIn.TOTAL, ours, _money(minor, batch.currency))


def _payment(item: ItemReading) -> str:
    return f"{item.receiver}, {_money(item.amount_minor, item.currency)}"


def _money(minor: int | None, currency: str | None) -> str:
    if minor is None or currency is None or currency not in DECIMALS:
        return f"an amount that cannot be read, {currency}"
    return f"{format_amount(minor, currency)} {currency}"
