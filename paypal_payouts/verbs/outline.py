"""What a plan comes to, and its items one by one: `preview`, and the question before `run`."""

import heapq
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Final

from paypal_payouts.domain.bounced import LOOKED_BACK, BouncedBefore
from paypal_payouts.domain.funding import Funds
from paypal_payouts.domain.item import ItemReport
from paypal_payouts.domain.outline import CycleDifference, Outline
from paypal_payouts.domain.payer import Payer
from paypal_payouts.domain.payout import BatchRecord, OwedItem
from paypal_payouts.domain.plan import Chunk, Plan
from paypal_payouts.domain.report import RunReport
from paypal_payouts.domain.states import ItemState
from paypal_payouts.intake import StagedInput
from paypal_payouts.intake.outlining import Outlining, added_up
from paypal_payouts.storage import Store

_ROWS_AT_ONCE: Final = 1000


def outline(plan: Plan, report: RunReport, staged: StagedInput, *, store: Store | None, now: datetime) -> Outline:
    """Add up what would be sent, and compare the input with what is stored and with the last finished cycle."""
    adding = staged.outlining()
    going = {batch.name for batch in report.to_send}
    adding.add_new([chunk.keys for chunk in plan.chunks if chunk.name in going])
    stored = [batch.id for batch in report.to_send if isinstance(batch, BatchRecord)]
    if store is not None and stored:
        adding.add_stored(store.payees.owed_in_batches(stored))
    to_pay = adding.to_pay()
    return Outline(
        to_pay=to_pay,
        largest=adding.largest(sums.currency for sums in to_pay),
        new=plan.new_items,
        changed=plan.changed,
        unchanged=plan.rows - plan.new_items - plan.changed,
        missing=plan.missing,
        difference=None if store is None else _difference(adding, report.cycle, store),
        bounced=_bounced(adding, report.cycle, store, now) if store is not None and to_pay else (),
    )


def _bounced(adding: Outlining, cycle: str, store: Store, now: datetime) -> list[BouncedBefore]:
    """Look for receivers whom money of earlier cycles did not reach, and has not reached since."""
    since = now - LOOKED_BACK
    found = adding.bounced(store.failures.bounced(since=since, exclude=cycle))
    arrived = store.failures.arrived({each.receiver for each in found}, since=since) if found else {}
    return [each for each in found if each.bounced.batch_id > arrived.get(each.receiver, 0)]


def _difference(adding: Outlining, cycle: str, store: Store) -> CycleDifference | None:
    last = store.history.last_finished(before=cycle)
    # Of an archived cycle hashes are left, and nothing to compare persons by.
    if last is None or store.archived.of_cycle(last.name) is not None:
        return None
    return adding.difference(last.name, store.payees.owed_in_cycle(last.name), stored_at=last.stored_at)


def funds_of(going: Iterable[OwedItem], look_at_payer: Callable[[], Payer | None]) -> Funds | None:
    """Put what would be sent beside the account that pays; None where nothing would be, or that is not known.

    `look_at_payer` is asked where something would be sent.
    """
    to_pay = added_up(going)
    payer = look_at_payer() if to_pay else None
    return None if payer is None else Funds(to_pay, payer)


def planned_items(
    plan: Plan, cycle: str, staged: StagedInput, *, store: Store | None, now: datetime
) -> Iterator[ItemReport]:
    """Stream every item of the cycle by item id: stored ones as they stand, new ones as they would be stored."""
    new = [_new_items(chunk, staged, now) for chunk in plan.chunks]
    stored = iter(()) if store is None else store.items.rows_of_cycle(cycle)
    return heapq.merge(stored, *new, key=lambda item: item.item_id)


def _new_items(chunk: Chunk, staged: StagedInput, now: datetime) -> Iterator[ItemReport]:
    for start in range(0, len(chunk.keys), _ROWS_AT_ONCE):
        for row in staged.fetch(chunk.keys[start : start + _ROWS_AT_ONCE]):
            yield ItemReport(
                item_id=row.item_id,
                batch=str(chunk.name),
                attempt=chunk.name.attempt,
                receiver=row.receiver,
                amount_minor=row.amount_minor,
                currency=row.currency,
                fee_minor=None,
                state=ItemState.UNSENT,
                raw_state=None,
                paypal_item_id=None,
                transaction_id=None,
                error_code=None,
                error_message=None,
                error_class=None,
                updated_at=now,
                payee_id=row.payee_id,
            )
