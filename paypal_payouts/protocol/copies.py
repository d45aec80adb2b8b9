"""Copies, looked at again before the first permit of what is stored: two names of one file can be stored together.

Source: docs/design.md, 5.3. Why two copies never both go: `domain.copies.stands_against`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from paypal_payouts.domain.copies import (
    FEW_RECEIVERS,
    Copy,
    Payment,
    agreeing,
    copied_cycle,
    fingerprints,
    stands_against,
    stored_copy,
    stored_copy_of_itself,
)
from paypal_payouts.domain.guard import PayeeRow
from paypal_payouts.domain.paid_already import PaidAlready
from paypal_payouts.domain.paid_otherwise import TYING, sent_elsewhere
from paypal_payouts.domain.payout import BatchRecord, InputRow
from paypal_payouts.domain.plan import Chunk, RecentCycle, Refusal, Request
from paypal_payouts.domain.states import BatchStatus
from paypal_payouts.errors import Blocked
from paypal_payouts.intake import StagedInput
from paypal_payouts.protocol.guard import new_receivers_of_plan
from paypal_payouts.storage import Store


def stored_copy_refusal(
    sending: Sequence[BatchRecord],
    *,
    store: Store,
    duplicate_days: float,
    allow_duplicate: bool = False,
    compared: Mapping[str, int] | None = None,
) -> Blocked | None:
    """Say why batches of one cycle may not be sent for the first time: what was stored with them is a copy.

    Whoever sends asks under the lock of the cycle, after its batches are stored and before any permit for them. Batches
    that were sent before, or stored with --allow-duplicate, are always continued. The days count from when the rows
    were first stored: a copy that is refused today is refused in a month, and next week's cycle is no copy of it.
    `compared`: up to which place other cycles were compared with the same rows already (`Plan.compared`).
    """
    first = [batch for batch in sending if is_first_send(batch) and not batch.copy_allowed]
    if not first or allow_duplicate or not duplicate_days:
        return None
    cycle, days = first[0].name.cycle, timedelta(days=duplicate_days)
    batches, places = store.batches.of_cycle(cycle), store.history.places(cycle)
    stored_at = _stored_at(batches)
    for at in sorted({stored_at[batch.name.sequence] for batch in first}):
        others = store.history.recent_cycles(exclude=cycle, since=at - days, until=at + days)
        refusal = _refusal(
            [batch for batch in batches if stored_at[batch.name.sequence] == at],
            [batch for batch in first if stored_at[batch.name.sequence] == at],
            [other for other in others if (compared or {}).get(other.name) != other.last_stored],
            store=store,
            places=places,
        )
        if refusal is not None:
            return refusal.error()
    return None


def check_payees(batch: BatchRecord, rows: Iterable[InputRow], *, store: Store) -> None:
    """Refuse to pay rows of a batch whose payees its cycle pays the same amount since, at other receivers.

    Raises:
        Blocked: it does.

    """
    found = payees_paid_since(batch, rows, store=store)
    if found.count:
        raise found.refusal(cycle=batch.name.cycle, again=None).error()


def payees_paid_since(batch: BatchRecord, rows: Iterable[InputRow], *, store: Store) -> PaidAlready:
    """Find the rows of a batch whose payees its cycle pays the same amount since, at other receivers."""
    later = set(_stored_later(batch, store=store))
    found = PaidAlready(store.batches.of_cycle(batch.name.cycle))
    payees = [
        PayeeRow(row.payee_id, row.item_id, row.line, row.receiver, row.recipient_type, row.amount_minor, row.currency)
        for row in rows
        if row.payee_id is not None
    ]
    if payees and later:
        live = store.payees.live_in_cycle(batch.name.cycle)
        found.add(payees, (payment for payment in live if payment.batch_id in later))
    return found


def check_own_copy(batch: BatchRecord, rows: Iterable[Payment], *, store: Store) -> None:
    """Refuse to pay rows of a batch that is proven unpaid where its cycle pays them since under other item ids.

    What was stored with --allow-duplicate is owed beside them. Comparing (`domain.copies.copied_of_itself`) lets rows
    be stored again that nobody had been paid for; which of the two is paid first ends the other. One payee is enough.

    Raises:
        Blocked: it does.

    """
    rows = list(rows)
    paid = paid_since(batch, rows, store=store)
    if paid:
        raise stored_copy_of_itself(batch.name, paid, rows=len(rows)).error()


def paid_since(batch: BatchRecord, rows: Iterable[Payment], *, store: Store) -> int:
    """Count the rows of a batch that its cycle has stored again since, under other item ids, and pays or may pay."""
    later = _stored_later(batch, store=store)
    if not later:
        return 0
    ours = store.until_done(lambda: fingerprints(rows))
    return store.until_done(lambda: agreeing(ours, fingerprints(store.history.live_payments_of(later))))


def _stored_later(batch: BatchRecord, *, store: Store) -> list[int]:
    """List the batches that were stored after a batch, and not to be paid beside it: by --allow-duplicate."""
    batches = store.batches.of_cycle(batch.name.cycle)
    stored_at = _stored_at(batches)
    at = stored_at[batch.name.sequence]
    if batch.copy_allowed:
        return []
    return [each.id for each in batches if not each.copy_allowed and stored_at[each.name.sequence] > at]


def paid_already(
    chunks: Sequence[Chunk], *, staged: StagedInput, request: Request, batches: Sequence[BatchRecord], store: Store
) -> PaidAlready:
    """Find the new rows whose payees have the same amount from the cycle at another receiver, a batch at a time."""
    cycle = request.cycle
    found = PaidAlready(batches, sent_elsewhere(store.audit.of_actions(cycle, TYING)))
    for chunk in chunks:
        rows = staged.payees(chunk.keys)
        if rows:
            found.add(rows, store.payees.live_in_cycle(cycle))
    if found.count and request.guard.stops:
        found.new_receivers = new_receivers_of_plan(staged, chunks, store=store).count > 0
    return found


def _stored_at(batches: Sequence[BatchRecord]) -> dict[int, datetime]:
    """Say when each sequence was stored: a later attempt belongs to what its first attempt was stored with."""
    return {batch.name.sequence: batch.created_at for batch in reversed(batches)}


def is_first_send(batch: BatchRecord) -> bool:
    """Tell whether a batch is stored and was never sent."""
    return batch.status is BatchStatus.PLANNED and batch.first_sent_at is None


def _refusal(
    together: Sequence[BatchRecord],
    going: Sequence[BatchRecord],
    others: Sequence[RecentCycle],
    *,
    store: Store,
    places: Mapping[int, int],
) -> Refusal | None:
    """Compare what was stored together, whatever became of it since, as it was compared when it was new."""
    sent = {batch.name.sequence for batch in together if batch.first_sent_at is not None}
    if sent.issuperset(batch.name.sequence for batch in going):
        # Every other cycle knows of these from their first attempts on; what was given up unsent was out of its sight.
        counted = [batch for batch in together if batch.name.attempt == 1]
    else:
        counted = list(together)
    first_stored, last_stored = min(places.values()), max(places[batch.id] for batch in counted)
    against = [other for other in others if stands_against(other, first_stored=first_stored, last_stored=last_stored)]
    if not against:
        return None
    few = sum(batch.items for batch in together) <= FEW_RECEIVERS

    def found_copy() -> Copy | None:
        payments = store.history.payments([batch.id for batch in together])
        receivers = {receiver.lower() for receiver, _, _ in payments} if few else ()
        return copied_cycle(
            fingerprints(payments),
            against,
            receivers=receivers,
            hashed=lambda: fingerprints(_hashed(payments, store.archived.hashed())),
        )

    found = store.until_done(found_copy)
    if found is None:
        return None
    return stored_copy(found, cycle=going[0].name.cycle, batches=[str(batch.name) for batch in going])


def _hashed(payments: Iterable[Payment], known_as: Callable[[str], str]) -> Iterator[Payment]:
    return ((known_as(receiver), amount_minor, currency) for receiver, amount_minor, currency in payments)
