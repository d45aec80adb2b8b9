"""PayPal's own books, as the simulator's book implies them: what moved money, in what order, and the balance after it.

Source: PayPal's payouts reports: a hold on total and fees when a batch starts, its release when it is done, one row
for each payment, and one for whatever comes back, which refers to the payment. What failed is in no report. A currency
without a set balance is topped up from a bank before each batch. That a payment's fee stays paid when its money comes
back is a guess.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from paypal_payouts.simulator.book import MEMORY_MS, BatchRow, Book, ItemRow
from paypal_payouts.simulator.fates import is_charged
from paypal_payouts.simulator.ids import IdShape, payment_id, return_id
from paypal_payouts.simulator.settings import SimulatorSettings

_BATCH_ROW_ID: Final = IdShape(17, 61_803_398_874_989_484_820_458_683, 27_182_818_284_590_452_353)

TYPES: Final = {
    "T0001": "Mass Pay Payment",
    "T0300": "Bank Deposit to PP Account",
    "T1105": "Reversal of General Account Hold",
    "T1114": "Mass Pay Reversal",
    "T1115": "Mass Pay Refund",
    "T1503": "Hold on Available Balance",
}
"""The event codes that there are, and what the activity download calls them."""

_CAME_BACK: Final = {"RETURNED": "T1114", "REVERSED": "T1114", "REFUNDED": "T1115"}
_COMPLETED: Final = "Completed"
_STATUS: Final = {"UNCLAIMED": "Unclaimed", **dict.fromkeys(("PENDING", "ONHOLD", "ON_HOLD", "BLOCKED"), "Pending")}
"""The status of a payment whose item is in such a state; of others it is completed."""


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
        rows.append(_top_up(batch))
        rows += _of_batch(batch, book, now_ms)
    rows.sort(key=lambda row: row.at_ms)
    return list(_with_balances(rows, settings))


def _top_up(batch: BatchRow) -> Movement:
    row = _batch_row(batch, 0, "T0300", batch.created_ms, batch.amount_minor + batch.fees_minor)
    return row._replace(tops_up=batch)


def _of_batch(batch: BatchRow, book: Book, now_ms: int) -> Iterator[Movement]:
    """Hold what a batch may cost, release it when it is done, and pay its items."""
    held_minor = batch.amount_minor + batch.fees_minor
    yield _batch_row(batch, 1, "T1503", batch.created_ms, -held_minor)
    if now_ms < batch.ready_ms:
        return
    yield _batch_row(batch, 2, "T1105", batch.ready_ms, held_minor)
    end = batch.first_item + batch.items
    at_first = book.items(batch.first_item, end, batch.ready_ms)
    for item, before in zip(book.items(batch.first_item, end, now_ms), at_first, strict=True):
        if is_charged(item.state):
            yield from _of_item(item, was_unclaimed=before.state == "UNCLAIMED")


def _of_item(item: ItemRow, *, was_unclaimed: bool) -> Iterator[Movement]:
    """Pay an item, and bring back what came back."""
    state = item.state or ""
    payment = Movement(
        item.ready_ms,
        "T0001",
        _STATUS.get(state, _COMPLETED),
        payment_id(item.number),
        "",
        item.currency,
        -item.amount_minor,
        -item.fee_minor,
        item=item,
    )
    yield payment
    if state in _CAME_BACK:
        unclaimed_until_ms = item.created_ms + MEMORY_MS if was_unclaimed else item.ready_ms
        yield payment._replace(
            at_ms=item.later_ms or item.cancelled_ms or unclaimed_until_ms,
            code=_CAME_BACK[state],
            transaction_id=return_id(item.number),
            reference=payment.transaction_id,
            gross_minor=item.amount_minor,
            fee_minor=0,
        )


def _batch_row(batch: BatchRow, number: int, code: str, at_ms: int, gross_minor: int) -> Movement:
    return Movement(
        at_ms, code, _COMPLETED, _BATCH_ROW_ID.write(3 * batch.number + number), "", batch.currency, gross_minor
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
