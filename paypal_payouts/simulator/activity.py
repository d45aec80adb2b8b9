"""PayPal's own books, as the simulator's book implies them: what moved money, in what order, and the balance after it.

Source: PayPal's payouts reports: a hold on total and fees when a batch starts, its release when it is done, one row
for each payment when that is made, two for its conversion, which refer to it, as does the one for what comes back. What
failed is in no report. A currency without a set balance is topped up from a bank before each batch. That a payment's
fee stays paid when its money comes back, and what is released half way, are guesses.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from paypal_payouts.simulator.book import BatchRow, Book, ItemRow
from paypal_payouts.simulator.conversions import Rates, debits_of, taken_for
from paypal_payouts.simulator.fates import is_charged
from paypal_payouts.simulator.ids import IdShape, payment_id, return_id
from paypal_payouts.simulator.settings import SimulatorSettings
from paypal_payouts.simulator.words import WORDS

_BATCH_ROW_ID: Final = IdShape(17, 61_803_398_874_989_484_820_458_683, 27_182_818_284_590_452_353)
_CONVERSION_ROW_ID: Final = IdShape(17, 57_721_566_490_153_286_060_651_211, 31_415_926_535_897_932_384)

TYPES: Final = {
    "T0001": "Mass Pay Payment",
    "T0200": "General Currency Conversion",
    "T0300": "Bank Deposit to PP Account",
    "T1105": "Reversal of General Account Hold",
    "T1114": "Mass Pay Reversal",
    "T1115": "Mass Pay Refund",
    "T1503": "Hold on Available Balance",
}
"""The event codes that there are, and what the activity download calls them."""

_CAME_BACK: Final = {"RETURNED": "T1114", "REVERSED": "T1114", "REFUNDED": "T1115"}
_COMPLETED: Final = "Completed"


class Movement(NamedTuple):
    """One row of the books; money out is negative."""

    at_ms: int
    code: str
    status: str
    transaction_id: str
    reference: str
    currency: str
    gross_minor: int
    fee_minor: int = 0
    balance_minor: int = 0
    item: ItemRow | None = None
    tops_up: BatchRow | None = None
    """The batch that this money is brought for."""

    @property
    def net_minor(self) -> int:
        """What it did to the balance."""
        return self.gross_minor + self.fee_minor


def movements(book: Book, settings: SimulatorSettings, now_ms: int) -> list[Movement]:
    """Return everything that moved money up to a moment, the oldest first."""
    rows: list[Movement] = []
    for batch in book.batches(now_ms):
        items = book.items(batch.first_item, batch.first_item + batch.items, now_ms)
        rows += _of_batch(batch, items, settings.conversions, now_ms)
        for item in items:
            if item.decided_ms <= now_ms and is_charged(item.state):
                rows += _of_item(item, settings.conversions)
    rows.sort(key=lambda row: row.at_ms)
    return list(_with_balances(rows, settings))


def _of_batch(batch: BatchRow, items: Sequence[ItemRow], rates: Rates, now_ms: int) -> Iterator[Movement]:
    """Top up and hold what a batch may cost, by currency; release it when its items are decided."""
    held: Counter[str] = Counter()
    of_the_first: Counter[str] = Counter()
    for item in items:
        debits = debits_of(item.amount_minor, item.fee_minor, item.currency, rates)
        held.update(debits)
        if item.decided_ms < batch.ready_ms:
            of_the_first.update(debits)
    half_ms = (batch.created_ms + batch.ready_ms + 1) // 2
    for place, (currency, minor) in enumerate(held.items()):
        parts = (
            ("T0300", batch.created_ms, minor),
            ("T1503", batch.created_ms, -minor),
            ("T1105", half_ms, of_the_first[currency]),
            ("T1105", batch.ready_ms, minor - of_the_first[currency]),
        )
        for part, (code, at_ms, gross_minor) in enumerate(parts):
            if at_ms <= now_ms and gross_minor:
                name = _BATCH_ROW_ID.write(len(parts) * (2 * batch.number + place) + part)
                row = Movement(at_ms, code, _COMPLETED, name, "", currency, gross_minor)
                yield row._replace(tops_up=batch) if code == "T0300" else row


def _of_item(item: ItemRow, rates: Rates) -> Iterator[Movement]:
    """Pay an item, and bring back what came back."""
    state = item.state or ""
    paid_ms = item.decided_ms if is_charged(item.first_word) else item.settled_ms
    payment = Movement(
        paid_ms,
        "T0001",
        WORDS[state].activity if state else _COMPLETED,
        payment_id(item.number),
        "",
        item.currency,
        -item.amount_minor,
        -item.fee_minor,
        item=item,
    )
    taken = taken_for(item.amount_minor, item.currency, rates)
    if taken is not None:
        for part, (currency, minor) in enumerate(((taken.currency, -taken.minor), (item.currency, item.amount_minor))):
            name = _CONVERSION_ROW_ID.write(2 * item.number + part)
            yield Movement(paid_ms, "T0200", _COMPLETED, name, payment.transaction_id, currency, minor)
    yield payment
    if state in _CAME_BACK:
        yield payment._replace(
            at_ms=item.settled_ms,
            code=_CAME_BACK[state],
            transaction_id=return_id(item.number),
            reference=payment.transaction_id,
            gross_minor=item.amount_minor,
            fee_minor=0,
        )


def _with_balances(rows: Sequence[Movement], settings: SimulatorSettings) -> Iterator[Movement]:
    """Tell the balance after each row; where somebody set one, the next top-up makes it that, and is the last."""
    balances: dict[str, int] = {}
    is_set: set[str] = set()
    for row in rows:
        before = balances.get(row.currency, 0)
        gross_minor = row.gross_minor
        funds = (settings.balances or {}).get(row.currency)
        if row.tops_up is not None and funds is not None and row.tops_up.first_item > funds[1]:
            if row.currency in is_set:
                continue
            is_set.add(row.currency)
            gross_minor = funds[0] - before
        balances[row.currency] = before + gross_minor + row.fee_minor
        yield row._replace(gross_minor=gross_minor, balance_minor=balances[row.currency])
