"""Items: streamed in the order of item ids, counted, and found."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import starmap
from typing import Any

import sqlalchemy as sa

from paypal_payouts.domain.copies import Payment
from paypal_payouts.domain.item import ItemReport
from paypal_payouts.domain.payout import InputRow, StoredItem, UnpaidItem
from paypal_payouts.domain.reconcile import OurPayment
from paypal_payouts.domain.states import CAME_BACK, PAYABLE_AGAIN, ItemState
from paypal_payouts.domain.totals import Conflict, Tally
from paypal_payouts.storage.batches import MAY_BE_PAID_ELSEWHERE, record
from paypal_payouts.storage.earlier_ids import first_ids
from paypal_payouts.storage.engine import Database
from paypal_payouts.storage.intents import payable
from paypal_payouts.storage.repeating import repeated_when_cut
from paypal_payouts.storage.shown_states import STATE, is_taken
from paypal_payouts.storage.tables import NEWEST, batches, cycles, items
from paypal_payouts.storage.tally import CONFLICTS, conflict, tally_of

ROWS_AT_ONCE = 2_000
"""A stream holds this many rows in memory."""

_WITH_ITS_BATCH: dict[str, sa.ColumnElement[Any]] = {
    # What is told of an item and does not stand in its row, or not as it is told.
    "batch": batches.c.batch,
    "attempt": batches.c.attempt,
    "state": STATE,
    # What is pending by its batch alone has been so since that was sent.
    "updated_at": sa.case((is_taken(items.c.state), batches.c.last_sent_at), else_=items.c.updated_at),
}


def _columns(names: Iterable[str]) -> list[sa.ColumnElement[Any]]:
    """Name what is read of each item, in a statement that joins the batches."""
    return [_WITH_ITS_BATCH[name] if name in _WITH_ITS_BATCH else items.c[name] for name in names]


# Built once, as every run asks them.
_CYCLE: sa.BindParameter[Any] = sa.bindparam("cycle")
_OF_CYCLE = items.c.cycle_id == sa.select(cycles.c.id).where(cycles.c.name == _CYCLE).scalar_subquery()
_OF_ITS_BATCH = items.c.batch_id == batches.c.id
_STORED = (
    sa.select(*_columns(StoredItem._fields))
    .join_from(items, batches, _OF_ITS_BATCH)
    .where(_OF_CYCLE, NEWEST)
    .order_by(items.c.item_id)
)
REPORTED = _columns(ItemReport._fields)
"""What is told of each item, in a statement that joins the batches."""
_REPORTS = sa.select(*REPORTED).join_from(items, batches, _OF_ITS_BATCH)
_SHOWN = _REPORTS.where(_OF_CYCLE, NEWEST).order_by(items.c.item_id)
_SHOWN_OF_BATCH = _REPORTS.where(items.c.batch_id == sa.bindparam("of_batch")).order_by(items.c.item_id)
_SENT = (
    sa.select(
        cycles.c.name, *_columns(OurPayment._fields[1:-3]), batches.c.first_sent_at, _WITH_ITS_BATCH["updated_at"]
    )
    .join_from(items, batches, _OF_ITS_BATCH)
    .join(cycles, batches.c.cycle_id == cycles.c.id)
    .where(batches.c.first_sent_at.is_not(None))
    .order_by(items.c.id)
)
_SENT_OF_CYCLE = _SENT.where(cycles.c.name == _CYCLE)
_CAME_BACK = sa.select(items.c.receiver, items.c.amount_minor, items.c.currency).where(
    NEWEST, items.c.state.in_(sorted(CAME_BACK)), items.c.conflict.is_(None), sa.not_(MAY_BE_PAID_ELSEWHERE)
)
_COMMITTED = (
    sa.select(items.c.currency, sa.func.sum(items.c.amount_minor))
    .join_from(items, cycles, items.c.cycle_id == cycles.c.id)
    .where(cycles.c.name == _CYCLE, NEWEST, items.c.state != ItemState.CLOSED)
    .group_by(items.c.currency)
)


class Items:
    """Reads items without keeping them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def newest(self, cycle: str) -> Iterator[StoredItem]:
        """Stream the newest payment of every item of a cycle, by item id."""
        return map(StoredItem._make, self._stream(_STORED, cycle=cycle))

    def sent(self, cycle: str | None = None) -> Iterator[OurPayment]:
        """Stream every payment that was ever sent, of one cycle or of all, older attempts too, as they were stored."""
        stream = self._stream(_SENT) if cycle is None else self._stream(_SENT_OF_CYCLE, cycle=cycle)
        with self._database.read() as connection:
            first = first_ids(connection, cycle)
        for payment in starmap(OurPayment, stream):
            yield payment._replace(first_transaction_id=first.get((payment.batch, payment.item_id)))

    def rows_of_cycle(self, cycle: str) -> Iterator[ItemReport]:
        """Stream the newest payment of every item of a cycle as it is shown, by item id."""
        return map(ItemReport._make, self._stream(_SHOWN, cycle=cycle))

    @repeated_when_cut
    def first_in(
        self, cycle: str, states: Collection[ItemState], *, at_most: int, but: Collection[str]
    ) -> list[ItemReport]:
        """List the first items of a cycle, by item id, whose newest payment is in some states; `but` some of them."""
        query = _SHOWN.where(STATE.in_(sorted(states)), items.c.item_id.not_in(sorted(but))).limit(at_most)
        with self._database.read() as connection:
            return [ItemReport._make(row) for row in connection.execute(query, {"cycle": cycle})]

    def rows_of_batch(self, batch_id: int) -> Iterator[ItemReport]:
        """Stream the payments of a batch as they are shown, by item id."""
        return map(ItemReport._make, self._stream(_SHOWN_OF_BATCH, of_batch=batch_id))

    @repeated_when_cut
    def unpaid(self, batch_id: int) -> list[UnpaidItem]:
        """List the items of a batch that may be paid again, as they were stored; `key` and `line` of a row are 0.

        Raises:
            NotFound: there is no such batch.

        """
        columns = [items.c[name] for name in InputRow._fields[2:]]
        with self._database.read() as connection:
            condition = payable(record(connection, batch_id))
            query = sa.select(items.c.error_code, *columns).where(condition).order_by(items.c.item_id)
            return [UnpaidItem(InputRow(0, 0, *row), code) for code, *row in connection.execute(query)]

    @repeated_when_cut
    def came_back(self, batch_id: int) -> list[Payment]:
        """List receiver, amount and currency of the items of a batch whose money came back, without a conflict."""
        query = _CAME_BACK.where(items.c.batch_id == batch_id)
        with self._database.read() as connection:
            return [(receiver, amount, currency) for receiver, amount, currency in connection.execute(query)]

    @repeated_when_cut
    def payable_codes(self, batch_ids: Sequence[int]) -> list[tuple[int, str | None, int]]:
        """Count the unpaid items of some batches by batch and by PayPal's error code; those paid elsewhere left out."""
        counted = sa.select(items.c.batch_id, items.c.error_code, sa.func.count()).where(
            items.c.batch_id.in_(batch_ids),
            NEWEST,
            items.c.live == 0,
            items.c.state.in_(sorted(PAYABLE_AGAIN)),
            items.c.conflict.is_(None),
            sa.not_(MAY_BE_PAID_ELSEWHERE),
        )
        with self._database.read() as connection:
            rows = connection.execute(counted.group_by(items.c.batch_id, items.c.error_code))
            return [(batch_id, code, number) for batch_id, code, number in rows]

    @repeated_when_cut
    def newest_report(self, cycle: str, item_id: str) -> ItemReport | None:
        """Find the newest payment of one item, as it is shown."""
        query = _REPORTS.where(_OF_CYCLE, NEWEST, items.c.item_id == item_id)
        with self._database.read() as connection:
            row = connection.execute(query, {"cycle": cycle}).first()
        return None if row is None else ItemReport._make(row)

    @repeated_when_cut
    def conflicts(self, cycle: str, item_id: str) -> list[Conflict]:
        """List the conflicts of one item, acknowledged or not, the oldest payment first."""
        query = CONFLICTS.where(items.c.item_id == item_id)
        with self._database.read() as connection:
            return [conflict(row) for row in connection.execute(query, {"cycle": cycle})]

    @repeated_when_cut
    def committed_minor(self, cycle: str) -> dict[str, int]:
        """Describe what the items of a cycle come to, closed ones left out: minor units by currency."""
        with self._database.read() as connection:
            return {currency: int(amount) for currency, amount in connection.execute(_COMMITTED, {"cycle": cycle})}

    @repeated_when_cut
    def tally(self, cycle: str) -> Tally:
        """Count every item of a cycle by the state of its newest payment, and say where its money is."""
        with self._database.read() as connection:
            return tally_of(connection, cycle)

    def _stream(self, query: sa.Select[Any], **which: object) -> Iterator[sa.Row[Any]]:
        with (
            self._database.read() as connection,
            connection.execution_options(yield_per=ROWS_AT_ONCE).execute(query, which) as rows,
        ):
            yield from rows
