"""PayPal's first words on payments, taken a page at a time and a column at once: a million of them are alike.

Whatever is not alike is left to `item_changes`, which takes one item after the other. What both make of an item is the
same: tests/protocol/test_first_words.py compares them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any, Final

from paypal_payouts.domain.late_words import has_come_back
from paypal_payouts.domain.outcome import ItemReading
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.receivers import same_receiver
from paypal_payouts.domain.standing import Standing, after_word
from paypal_payouts.domain.states import ItemState
from paypal_payouts.storage import OpenPayments, PlainChanges, StoredPayment

_item_id: Final = attrgetter("item_id")
_paypal_item_id: Final = attrgetter("paypal_item_id")


class FirstWords:
    """Takes what changes nothing of a payment but PayPal's word, its ids and the fee."""

    def __init__(self, batch: BatchRecord, payments: OpenPayments, *, compares_receivers: bool) -> None:
        self._payments = payments
        self._places = dict(zip(payments.item_id, range(len(payments.item_id)), strict=True))
        self._currency, self._status = batch.currency, batch.status
        self._compares_receivers = compares_receivers
        self._taken: list[ItemReading] = []

    def payment(self, item_id: str) -> StoredPayment | None:
        """Return a payment of the batch; None where it has none of this item."""
        place = self._places.get(item_id)
        return None if place is None else self._payments.payment(place)

    def take(self, items: Sequence[ItemReading], seen: dict[str, str]) -> Sequence[ItemReading]:
        """Take what is plain of a page, as `seen` too, and return the other items.

        All of a page are returned where one of them contradicts our rows, or was shown before.
        """
        if not items:
            return items
        said = _columns(items)
        places = self._places_of(said, seen)
        if places is None:
            return items
        words = list(zip(_at(self._payments.raw_state, places), said["word"], strict=True))
        plain = {pair: self._is_plain(*pair) for pair in set(words)}
        errors, debited = said["error_code"], said["debited_minor"]
        taken: Sequence[ItemReading] = items
        others: list[ItemReading] = []
        if not (all(plain.values()) and errors.count(None) == debited.count(None) == len(items)):
            kinds: dict[bool, list[ItemReading]] = {True: [], False: others}
            for item, pair in zip(items, words, strict=True):
                kinds[plain[pair] and item.error_code is None and item.debited_minor is None].append(item)
            taken = kinds[True]
        self._taken += taken
        seen.update(zip(map(_item_id, taken), map(_paypal_item_id, taken), strict=True))
        return others

    def give_back(self) -> Iterator[tuple[ItemReading, Standing]]:
        """Return all that was taken, and what each payment stands at by it: somebody else takes it."""
        for item in self._taken:
            raw_state = self._payments.raw_state[self._places[item.item_id or ""]]
            yield item, self._after(raw_state, item.word)
        self._taken = []

    def changes(self) -> PlainChanges:
        """Return what was taken, as changes of our rows."""
        if not self._taken:
            return PlainChanges()
        said = _columns(self._taken)
        places = _at(self._places, said["item_id"])
        after = {word: self._after(None, word).state for word in set(said["word"])}
        return PlainChanges(
            id=_at(self._payments.id, places),
            state=_at(after, said["word"]),
            raw_state=said["word"],
            fee_minor=said["fee_minor"],
            paypal_item_id=said["paypal_item_id"],
            transaction_id=said["transaction_id"],
            activity_id=said["activity_id"],
            time_processed=said["time_processed"],
        )

    def _places_of(self, said: Mapping[str, Sequence[Any]], seen: Mapping[str, str]) -> Sequence[int] | None:
        """Return which of our payments a page shows; None where an item of it is not as we sent it, or not new."""
        ours = self._payments
        try:
            places = _at(self._places, said["item_id"])
        except KeyError:
            return None
        if len(set(places)) < len(places) or not seen.keys().isdisjoint(said["item_id"]):
            return None
        amounts = _at(ours.amount_minor, places)
        if amounts != said["amount_minor"] or said["currency"].count(self._currency) < len(places):
            return None
        if self._compares_receivers and not self._go_to_ours(places, said["receiver"]):
            return None
        known = _at(ours.paypal_item_id, places)
        if known.count(None) < len(known) and any(
            our_id not in {None, their_id} for our_id, their_id in zip(known, said["paypal_item_id"], strict=True)
        ):
            return None
        return places

    def _go_to_ours(self, places: Sequence[int], receivers: Sequence[str | None]) -> bool:
        ours = _at(self._payments.receiver, places)
        return ours == receivers or all(
            goes_to(our, self._payments.recipient_type[place], their)
            for our, place, their in zip(ours, places, receivers, strict=True)
        )

    def _is_plain(self, raw_state: str | None, word: str | None) -> bool:
        """Return whether a word, after the one that our row has, changes no more of a payment than that."""
        if word == raw_state:
            # What else PayPal says has to be compared.
            return False
        stands = self._after(raw_state, word)
        return (
            stands.raw_state == word
            and stands.live
            and stands.conflict is None
            and not has_come_back(ItemState.PENDING, stands.state)
        )

    def _after(self, raw_state: str | None, word: str | None) -> Standing:
        return after_word(ItemState.PENDING, raw_state, None, word, is_newest=True, status=self._status)


def goes_to(ours: str, recipient_type: str, theirs: str | None) -> bool:
    """Tell whether PayPal shows our receiver, however it is written; where it shows none, nothing speaks against it."""
    return theirs is None or theirs == ours or same_receiver(ours, theirs, recipient_type)


def _columns(items: Sequence[ItemReading]) -> dict[str, tuple[Any, ...]]:
    return dict(zip(ItemReading._fields, zip(*items, strict=True), strict=True))


def _at(column: Any, places: Iterable[Any]) -> tuple[Any, ...]:  # noqa: ANN401 - as `column.__getitem__`
    return tuple(map(column.__getitem__, places))
