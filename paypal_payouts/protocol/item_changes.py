"""PayPal's items, matched with ours by our item ids, as changes of our rows.

What contradicts our books is told and not taken over. Source: docs/design.md, 8.10 and 9.4.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from paypal_payouts.domain.late_words import CameBack, has_come_back
from paypal_payouts.domain.money import format_amount
from paypal_payouts.domain.outcome import ErrorClass, ItemReading
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.standing import Standing, after_word
from paypal_payouts.domain.states import PAYABLE_AGAIN, ItemState, item_state
from paypal_payouts.protocol.first_words import FirstWords, goes_to
from paypal_payouts.protocol.tools import Tools
from paypal_payouts.storage import ItemChange, PlainChanges, StoredPayment

ItemClass = Callable[[str], ErrorClass]
"""Says who or what is behind the error code of an item."""


class _Said(NamedTuple):
    """What PayPal said of an item that our row does not have yet: as shown when its word was taken, and the result."""

    item: ItemReading
    stands: Standing


class ItemMatcher:
    """Turns what PayPal says of items into the changes of our rows. What its words mean: `domain.standing`."""

    def __init__(self, batch: BatchRecord, tools: Tools, *, compares_receivers: bool) -> None:
        self._compares_receivers = compares_receivers
        self._name, self._currency = batch.name, batch.currency
        self._status = batch.status
        self._item_class = tools.errors.item_class
        self._load_books = partial(tools.store.readings.books, batch.id)
        self._first_words = _first_words(batch, tools, compares_receivers=compares_receivers)
        self._books = self._load_books() if self._first_words is None else None
        self.seen: dict[str, str] = {}
        """Every item that was shown, with PayPal's id of it."""
        self.contradictions: list[str] = []
        self._said: dict[str, _Said] = {}
        """By item, where our row does not say it already. Of an item that is shown twice the later word comes after."""

    def take(self, items: Sequence[ItemReading]) -> None:
        """Take what a page shows."""
        first_words = self._first_words
        if first_words is not None:
            items = first_words.take(items, self.seen)
            if any(item.item_id in self.seen for item in items):
                self._said.update((item.item_id or "", _Said(item, stands)) for item, stands in first_words.give_back())
        self._take_each(items)

    def _take_each(self, items: Iterable[ItemReading]) -> None:
        status = self._status
        for item in items:
            book = self._payment(item)
            if book is None:
                self.contradictions.append(f"PayPal shows an item {item.item_id} that is not ours")
                continue
            if item.amount_minor != book.amount_minor or item.currency != self._currency:
                self.contradictions.append(f"PayPal shows another amount for item {item.item_id}")
                continue
            if self._compares_receivers and not goes_to(book.receiver, book.recipient_type, item.receiver):
                self.contradictions.append(f"PayPal shows another receiver for item {item.item_id}")
                continue
            if self._is_another_payment(book, item) and item_state(item.word, status) in PAYABLE_AGAIN:
                # Of two words the one by which it may be paid again is not taken.
                continue
            said = self._said.get(book.item_id)
            known = book if said is None else said.stands
            stands = after_word(
                known.state, known.raw_state, known.conflict, item.word, is_newest=bool(book.newest), status=status
            )
            if said is not None and stands.raw_state != item.word:
                self._said[book.item_id] = _Said(said.item, stands)
            elif said is not None or not _agree(book, item, stands):
                self._said[book.item_id] = _Said(item, stands)

    def changes(self) -> list[ItemChange]:
        """Give the rows that differ from what PayPal said, and are not among the `plain_changes`."""
        return [
            item_change(self._book(item_id), item, stands, item_class=self._item_class)
            for item_id, (item, stands) in self._said.items()
        ]

    def plain_changes(self) -> PlainChanges:
        """Give the rows of which nothing changes but PayPal's word, its ids and the fee: as columns."""
        return PlainChanges() if self._first_words is None else self._first_words.changes()

    def came_back(self) -> Iterator[CameBack]:
        """Name the payments that PayPal says have come back, and our rows do not say so yet."""
        for item_id, (_, stands) in self._said.items():
            book = self._book(item_id)
            if has_come_back(book.state, stands.state):
                amount = format_amount(book.amount_minor, self._currency)
                yield CameBack(self._name.cycle, str(self._name), item_id, amount, self._currency, stands.state)

    def _payment(self, item: ItemReading) -> StoredPayment | None:
        """Return our payment of an item; None where it is none of ours."""
        item_id = item.item_id or ""
        if self._books is None and self._first_words is not None:
            payment = self._first_words.payment(item_id)
            if payment is None or payment.raw_state != item.word:
                return payment
            # The word is known: whether all else is, too, the whole row tells.
        return self._whole_books().get(item_id)

    def _book(self, item_id: str) -> StoredPayment:
        payment = None if self._books is not None or self._first_words is None else self._first_words.payment(item_id)
        return payment or self._whole_books()[item_id]

    def _whole_books(self) -> dict[str, StoredPayment]:
        if self._books is None:
            self._books = self._load_books()
        return self._books

    def _is_another_payment(self, book: StoredPayment, item: ItemReading) -> bool:
        """Tell whether PayPal shows an item as another payment than before, which is a contradiction."""
        if self.seen.setdefault(book.item_id, item.paypal_item_id) != item.paypal_item_id:
            self.contradictions.append(f"PayPal shows item {item.item_id} twice, as two payments")
            return True
        if book.paypal_item_id is not None and book.paypal_item_id != item.paypal_item_id:
            self.contradictions.append(f"PayPal shows item {item.item_id} under another id than before")
            return True
        return False


def _first_words(batch: BatchRecord, tools: Tools, *, compares_receivers: bool) -> FirstWords | None:
    """Return who takes PayPal's first words on a batch; None where it has said more of it already."""
    if batch.states[ItemState.PENDING] < batch.items:
        return None
    payments = tools.store.readings.open_payments(batch.id)
    return None if payments is None else FirstWords(batch, payments, compares_receivers=compares_receivers)


def _agree(book: StoredPayment, item: ItemReading, stands: Standing) -> bool:
    """Tell whether our row says already what PayPal says."""
    if stands.state is not book.state or stands.raw_state != book.raw_state or stands.conflict != book.conflict:
        return False
    return item.word != stands.raw_state or (
        book.fee_minor == item.fee_minor
        and book.paypal_item_id == item.paypal_item_id
        and book.transaction_id == item.transaction_id
        and book.error_code == item.error_code
        and book.activity_id == item.activity_id
        and book.debited_minor == item.debited_minor
    )


def item_change(book: StoredPayment, item: ItemReading, stands: Standing, *, item_class: ItemClass) -> ItemChange:
    """Say how our row of an item must change to say what PayPal says."""
    paypal_item_id, _, _, _, _, _, fee_minor, transaction_id, error_code, error_message = item[:10]
    state, raw_state, may_be_paid, conflict = stands
    is_same = state is book.state and conflict == book.conflict
    # Where another payment of the item has it, ours has a conflict instead, and stays without.
    live = book.live if is_same else int(may_be_paid)
    has_lasting_word = book.raw_state is not None and book.raw_state != "PENDING"
    return ItemChange(
        book.id,
        state,
        raw_state,
        fee_minor,
        paypal_item_id,
        transaction_id,
        error_code,
        error_message,
        None if error_code is None else item_class(error_code),
        live,
        live == book.live and error_code == book.error_code and conflict == book.conflict,
        conflict,
        live > book.live,
        raw_state != item.word,
        book.state if (has_lasting_word or conflict is not None) and not is_same else None,
        item.activity_id,
        item.time_processed,
        item.debited_minor,
        item.debited_currency,
        item.exchange_rate,
        not (item.debited_minor is None and book.debited_minor is None),
    )
