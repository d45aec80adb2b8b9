"""The book of money: batches and their items.

What becomes of an item is written when its batch is accepted; `_STATE` lets time reveal it. So reading changes
nothing, and pages, items and totals cannot disagree.
"""

import json
import sqlite3
from collections.abc import Iterable
from typing import Final, NamedTuple

from paypal_payouts.simulator.fates import Fate, is_charged
from paypal_payouts.simulator.money import fee_minor
from paypal_payouts.simulator.rules import BatchOrder
from paypal_payouts.simulator.words import OUT

MEMORY_MS: Final = 30 * 24 * 3600 * 1000
"""PayPal remembers a sender_batch_id, and holds unclaimed money, for 30 days."""

# In the second half of its time a batch is PROCESSING, and every other item is final already, as seen at PayPal.
_DUE_MS: Final = "iif((i.number - b.first_item) % 2 = 0, (b.created_ms + b.ready_ms + 1) / 2, b.ready_ms)"
_DECIDED_MS: Final = f"min({_DUE_MS}, coalesce(i.later_ms, {_DUE_MS}))"
_IS_LATER: Final = "coalesce(:now >= i.later_ms, 0)"
_WORD: Final = f"iif({_IS_LATER}, i.later, i.fate)"
_STATE: Final = f"""CASE
    WHEN :now < {_DECIDED_MS} THEN 'PENDING'
    WHEN {_WORD} = 'UNCLAIMED' AND (i.cancelled_ms IS NOT NULL OR :now >= b.created_ms + {MEMORY_MS}) THEN 'RETURNED'
    ELSE {_WORD}
  END"""

_ITEMS: Final = f"""
  SELECT i.number, i.batch, b.sender_batch_id, b.currency, b.created_ms, b.ready_ms, i.sender_item_id, i.receiver,
    i.recipient_type, i.amount_minor, i.fee_minor, i.note, i.purpose, i.wallet,
    CASE WHEN {_STATE} = 'PENDING' AND {_WORD} IS NOT 'PENDING' THEN NULL
      WHEN {_IS_LATER} THEN i.later_error ELSE i.error END,
    i.cancelled_ms, iif({_IS_LATER}, i.later_ms, NULL), {_STATE}, 2 * :now >= b.created_ms + b.ready_ms,
    {_DECIDED_MS}, iif(i.later_ms <= {_DUE_MS}, i.later, i.fate), {_WORD}
  FROM items i JOIN batches b ON b.number = i.batch """  # noqa: S608 - made of constants

_TOTALS: Final = f"""
  SELECT b.currency, {_STATE} AS state, count(*), sum(i.amount_minor), sum(i.fee_minor)
  FROM items i JOIN batches b ON b.number = i.batch
  WHERE i.number > :since AND b.currency = coalesce(:currency, b.currency)
  GROUP BY b.currency, state ORDER BY b.currency, state"""  # noqa: S608 - made of constants

_BATCHES: Final = """
  SELECT number, sender_batch_id, header, currency, amount_minor, fees_minor, first_item, items, created_ms, ready_ms,
    CASE WHEN :now >= ready_ms THEN ending WHEN 2 * :now >= created_ms + ready_ms THEN 'PROCESSING' ELSE 'PENDING' END,
    disguise
  FROM batches """

# PayPal forgets an id after 30 days, and the id of a batch that it denied at once.
_HOLDS_ID: Final = """
  WHERE sender_batch_id = :id AND created_ms > :forgotten AND NOT (ending = 'DENIED' AND :now >= ready_ms)
  ORDER BY number DESC LIMIT 1"""


class BatchRow(NamedTuple):
    """A batch as it stands at one moment."""

    number: int
    sender_batch_id: str | None
    header: str
    currency: str
    amount_minor: int
    fees_minor: int
    first_item: int
    items: int
    created_ms: int
    ready_ms: int
    status: str
    disguise: str | None

    @property
    def is_final(self) -> bool:
        """Whether PayPal has finished with it."""
        return self.status not in {"PENDING", "PROCESSING"}


class ItemRow(NamedTuple):
    """An item as it stands at one moment; `state` is `None` where PayPal has no word on it."""

    number: int
    batch: int
    sender_batch_id: str | None
    currency: str
    created_ms: int
    ready_ms: int
    sender_item_id: str | None
    receiver: str
    recipient_type: str
    amount_minor: int
    fee_minor: int
    note: str | None
    purpose: str
    wallet: str
    error: str | None
    cancelled_ms: int | None
    later_ms: int | None
    """When its word changed, if it has."""
    state: str | None
    is_in_work: bool
    """Its batch is past PENDING: PayPal shows fees from then on."""
    decided_ms: int
    """When PayPal has, or will have, a first word on it."""
    first_word: str | None
    word: str | None
    """The last one that was decided; unclaimed money returns without another."""

    @property
    def settled_ms(self) -> int:
        """When it came to its state."""
        if self.word == "UNCLAIMED" and self.state == "RETURNED":
            return self.cancelled_ms or self.created_ms + MEMORY_MS
        return self.later_ms or self.decided_ms


class BookTotal(NamedTuple):
    """What the items of one currency in one state add up to."""

    currency: str
    state: str | None
    items: int
    amount_minor: int
    fees_minor: int

    @property
    def is_out(self) -> bool:
        """Whether this money has left the sender and has not come back."""
        return self.state in OUT


class Book:
    """Everything that was ever paid; to be used inside a transaction of its connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def holder_of(self, sender_batch_id: str, now_ms: int) -> BatchRow | None:
        """Find the batch that keeps this id from being used again."""
        row = self._connection.execute(
            _BATCHES + _HOLDS_ID, {"id": sender_batch_id, "now": now_ms, "forgotten": now_ms - MEMORY_MS}
        ).fetchone()
        return row and BatchRow._make(row)

    def paid_before(self, receivers: Iterable[str]) -> set[str]:
        """Name those of the transient receivers whose first payment has failed already."""
        query = "SELECT 1 FROM transient_receivers WHERE receiver = ?"
        return {name for name in receivers if self._connection.execute(query, (name,)).fetchone()}

    def remember_transient(self, receivers: Iterable[str]) -> None:
        """Let the next payment to these receivers succeed."""
        self._connection.executemany(
            "INSERT OR IGNORE INTO transient_receivers VALUES (?)", [(receiver,) for receiver in receivers]
        )

    def add_batch(self, order: BatchOrder, ending: str, fates: list[Fate], created_ms: int, ready_ms: int) -> int:
        """Enter an accepted batch with the end of each item, and give its number."""
        fees = [
            fee_minor(item.amount_minor, order.currency) if is_charged(fate.state) else 0
            for item, fate in zip(order.items, fates, strict=True)
        ]
        first_item = self.last_item() + 1
        cursor = self._connection.execute(
            "INSERT INTO batches VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
            (
                order.sender_batch_id,
                json.dumps(order.header),
                order.currency,
                sum(item.amount_minor for item in order.items),
                sum(fees),
                first_item,
                len(order.items),
                created_ms,
                ready_ms,
                ending,
            ),
        )
        batch = cursor.lastrowid or 0
        self._connection.executemany(
            "INSERT INTO items VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, NULL, ?)",
            (
                # The columns stand in this order.
                (number, batch, *item, fee, fate.state, fate.error, fate.later, _later_ms(fate, ready_ms))
                for number, (item, fate, fee) in enumerate(zip(order.items, fates, fees, strict=True), start=first_item)
            ),
        )
        return batch

    def last_item(self) -> int:
        """Return the number of the newest item; 0 in an empty book."""
        (number,) = self._connection.execute("SELECT coalesce(max(number), 0) FROM items").fetchone()
        return int(number)

    def batch(self, number: int, now_ms: int) -> BatchRow | None:
        """Read one batch."""
        query = _BATCHES + "WHERE number = :number"
        row = self._connection.execute(query, {"number": number, "now": now_ms}).fetchone()
        return row and BatchRow._make(row)

    def batches(self, now_ms: int) -> list[BatchRow]:
        """Read all batches."""
        return [BatchRow._make(row) for row in self._connection.execute(_BATCHES, {"now": now_ms})]

    def item(self, number: int, now_ms: int) -> ItemRow | None:
        """Read one item."""
        found = self.items(number, number + 1, now_ms)
        return found[0] if found else None

    def items(self, start: int, end: int | None, now_ms: int) -> list[ItemRow]:
        """Read the items from one number up to, not including, another, in their order."""
        query = _ITEMS + "WHERE i.number >= :start AND i.number < :end ORDER BY i.number"
        end = self.last_item() + 1 if end is None else end
        rows = self._connection.execute(query, {"start": start, "end": end, "now": now_ms})
        return [ItemRow._make(row) for row in rows]

    def totals(self, now_ms: int, *, currency: str | None = None, since_item: int = 0) -> list[BookTotal]:
        """Add up what happened to the money, by currency and state."""
        terms = {"now": now_ms, "currency": currency, "since": since_item}
        return [BookTotal._make(row) for row in self._connection.execute(_TOTALS, terms)]

    def cancel(self, item: int, now_ms: int) -> None:
        """Return an unclaimed item to its sender; nobody claims it later."""
        query = "UPDATE items SET cancelled_ms = ?, later_ms = iif(later_ms > ?, NULL, later_ms) WHERE number = ?"
        self._connection.execute(query, (now_ms, now_ms, item))

    def newest_payment(self, sender_item_id: str) -> int | None:
        """Find the number of the newest item with this id of the sender's."""
        query = "SELECT max(number) FROM items WHERE sender_item_id = ?"
        number: int | None = self._connection.execute(query, (sender_item_id,)).fetchone()[0]
        return number

    def set_word(self, item: ItemRow, fate: Fate, now_ms: int) -> None:
        """Let an item have another word from now on; its money goes where the word says, and so does the fee."""
        fee = fee_minor(item.amount_minor, item.currency) if is_charged(fate.state) else 0
        self._connection.execute(
            "UPDATE items SET later = ?, later_error = ?, later_ms = ?, cancelled_ms = NULL, fee_minor = ? "
            "WHERE number = ?",
            (fate.state, fate.error, now_ms, fee, item.number),
        )
        query = "UPDATE batches SET fees_minor = fees_minor + ? WHERE number = ?"
        self._connection.execute(query, (fee - item.fee_minor, item.batch))

    def disguise(self, batch: int, what: str) -> None:
        """Let a batch be read back with other contents from now on; the money stays where it went."""
        self._connection.execute("UPDATE batches SET disguise = ? WHERE number = ?", (what, batch))


def _later_ms(fate: Fate, ready_ms: int) -> int | None:
    return None if fate.later is None else ready_ms + fate.later_after_s * 1000
