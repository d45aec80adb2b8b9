"""What a cycle comes to, added up by the database: of items, or of what stays of those that are archived."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import sqlalchemy as sa

from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.standing import MAY_BE_PAID, has_left_the_balance, money_of, money_of_debt
from paypal_payouts.domain.states import ItemState, Money
from paypal_payouts.domain.totals import Conflict, OlderPayment, PaidBefore, Sums, Tally
from paypal_payouts.storage.batches import records_of_cycle
from paypal_payouts.storage.shown_states import STATE, shown_state
from paypal_payouts.storage.tables import archived_items, batches, cycles, items

_CYCLE: sa.BindParameter[Any] = sa.bindparam("cycle")
_OF_CYCLE: Final = items.c.cycle_id == sa.select(cycles.c.id).where(cycles.c.name == _CYCLE).scalar_subquery()
_OF_ITS_BATCH: Final = items.c.batch_id == batches.c.id


def _added_up(payments: sa.Table) -> sa.Select[Any]:
    """Add up the newest payments of a cycle, which are rows of this table."""
    state = shown_state(payments.c.state)
    return (
        sa.select(
            payments.c.batch_id,
            state.label("state"),
            sa.func.count(),
            sa.func.sum(payments.c.amount_minor),
            sa.func.sum(payments.c.fee_minor),
            payments.c.debited_currency,
            sa.func.sum(payments.c.debited_minor),
        )
        .join_from(payments, batches, payments.c.batch_id == batches.c.id)
        .where(
            payments.c.cycle_id == sa.select(cycles.c.id).where(cycles.c.name == _CYCLE).scalar_subquery(),
            payments.c.newest == sa.literal_column("1"),
        )
        .group_by(payments.c.batch_id, state, payments.c.debited_currency)
    )


def _fees_of_older(payments: sa.Table) -> sa.Select[Any]:
    """Add up the fees of payments that a later one followed, by batch."""
    return (
        sa.select(payments.c.batch_id, sa.func.sum(payments.c.fee_minor))
        .where(payments.c.batch_id.in_(sa.bindparam("of_batches", expanding=True)), payments.c.newest == 0)
        .group_by(payments.c.batch_id)
    )


# Built once, as every run asks them.
_FEES: Final = _fees_of_older(items)
_ARCHIVED_FEES: Final = _fees_of_older(archived_items)
_TALLY: Final = _added_up(items)
_ARCHIVED: Final = _added_up(archived_items)
CONFLICTS = (
    sa.select(items.c.item_id, batches.c.batch, STATE.label("state"), items.c.conflict, items.c.acknowledged)
    .join_from(items, batches, _OF_ITS_BATCH)
    .where(_OF_CYCLE, items.c.conflict.is_not(None))
    .order_by(items.c.item_id, items.c.id)
)
_LATER = items.alias()
_OLDER = (
    sa.select(
        items.c.item_id,
        items.c.batch_id,
        items.c.currency,
        items.c.amount_minor,
        items.c.state,
        _LATER.c.batch_id.label("later_batch_id"),
        _LATER.c.currency.label("later_currency"),
        _LATER.c.amount_minor.label("later_amount_minor"),
        _LATER.c.state.label("later_state"),
        items.c.debited_currency,
        items.c.debited_minor,
    )
    .join_from(
        items,
        _LATER,
        sa.and_(
            _LATER.c.cycle_id == items.c.cycle_id,
            _LATER.c.item_id == items.c.item_id,
            _LATER.c.newest == sa.literal_column("1"),
        ),
    )
    .where(_OF_CYCLE, items.c.newest == 0, items.c.conflict.is_not(None))
    .order_by(items.c.item_id, items.c.id)
)
"""Payments that may have been paid beside the newest of their item; each has a conflict (`domain.standing`)."""


def conflict(row: sa.Row[Any]) -> Conflict:
    """Read a row of `CONFLICTS`."""
    return Conflict(row.item_id, row.batch, row.state, row.conflict, bool(row.acknowledged))


def tally_of(connection: sa.Connection, cycle: str) -> Tally:
    """Count every item of a cycle by the state of its newest payment, and say where its money is."""
    which = {"cycle": cycle}
    states: Counter[ItemState] = Counter()
    sums = Sums()
    conflicts: list[Conflict] = []
    paid_before: dict[str, PaidBefore] = {}
    older: dict[str, Money] = {}
    of_cycle = {batch.id: batch for batch in records_of_cycle(connection, cycle)}

    def money(state: ItemState, batch_id: int) -> Money:
        batch = of_cycle[batch_id]
        return money_of(state, batch.status, may_have_moved=batch.unproven_sends > 0)

    added_up = _ARCHIVED if any(batch.is_archived for batch in of_cycle.values()) else _TALLY
    for batch_id, state, count, amount, fees, debited_currency, debited in connection.execute(added_up, which):
        states[state] += count
        currency = of_cycle[batch_id].currency
        sums.add(
            currency,
            money(state, batch_id),
            items=count,
            amount_minor=int(amount),
        )
        sums.add_fees(currency, None if fees is None else int(fees))
        if has_left_the_balance(state):
            sums.add_debit(currency, debited_currency or currency, int(amount if debited is None else debited))
    taken_over = {"of_batches": [batch.id for batch in of_cycle.values() if batch.taken_over]}
    of_older = _ARCHIVED_FEES if added_up is _ARCHIVED else _FEES
    for batch_id, fees in connection.execute(of_older, taken_over) if taken_over["of_batches"] else ():
        sums.add_fees(of_cycle[batch_id].currency, None if fees is None else int(fees))
    if any(batch.has_conflicts for batch in of_cycle.values()):
        conflicts = [conflict(row) for row in connection.execute(CONFLICTS, which)]
        paid_before, older = _add_older(connection.execute(_OLDER, which), of_cycle, money, sums)
    return Tally(states, sums.totals(), conflicts, paid_before, older)


def _add_older(
    rows: Iterable[sa.Row[Any]],
    of_cycle: Mapping[int, BatchRecord],
    money: Callable[[ItemState, int], Money],
    sums: Sums,
) -> tuple[dict[str, PaidBefore], dict[str, Money]]:
    """Add the rows of `_OLDER`; say whom they paid whose newest payment came to nothing, and where such money is."""
    paid_before: dict[str, PaidBefore] = {}
    older: dict[str, Money] = {}
    for row in rows:
        older_money, newest_money = money(row.state, row.batch_id), money(row.later_state, row.later_batch_id)
        if older_money is Money.PAID and newest_money is Money.UNPAID:
            paid_before[row.item_id] = PaidBefore(row.later_state, str(of_cycle[row.batch_id].name))
        if older_money in MAY_BE_PAID:
            if newest_money is Money.UNPAID:
                older[row.item_id] = money_of_debt([older.get(row.item_id, older_money), older_money])
            sums.add_older(
                OlderPayment(
                    row.item_id,
                    row.currency,
                    row.amount_minor,
                    older_money,
                    row.later_currency,
                    row.later_amount_minor,
                    newest_money,
                )
            )
        if has_left_the_balance(row.state):
            source = row.debited_currency or row.currency
            sums.add_debit(row.currency, source, row.amount_minor if row.debited_minor is None else row.debited_minor)
    return paid_before, older
