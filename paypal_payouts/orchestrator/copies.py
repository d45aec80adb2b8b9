"""Copies, looked at again before the first permit of what is stored: two names of one file can be stored together.

Source: contract, section 4 ("A copy"). Why two copies never both go: `domain.copies.stands_against`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from paypal_payouts.domain.copies import copied, fingerprints, stands_against, stored_copy
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.plan import RecentCycle, Refusal
from paypal_payouts.domain.states import BatchStatus
from paypal_payouts.errors import Blocked
from paypal_payouts.storage import Store


def stored_copy_refusal(
    sending: Sequence[BatchRecord],
    *,
    store: Store,
    duplicate_days: float,
    now: datetime,
    allow_duplicate: bool = False,
    compared: Mapping[str, int] | None = None,
) -> Blocked | None:
    """Say why batches of one cycle may not be sent for the first time: what was stored with them is a copy.

    Whoever sends asks under the lock of the cycle, after its batches are stored and before any permit for them. Batches
    that were sent before, or stored with --allow-duplicate, are always continued. `compared`: up to which place other
    cycles were compared with the same rows already (`Plan.compared`).
    """
    first = [batch for batch in sending if is_first_send(batch) and not batch.copy_allowed]
    if not first or allow_duplicate or not duplicate_days:
        return None
    cycle = first[0].name.cycle
    since = now - timedelta(days=duplicate_days)
    others = [
        other
        for other in store.history.recent_cycles(exclude=cycle, since=since)
        if (compared or {}).get(other.name) != other.last_stored
    ]
    if not others:
        return None
    batches, places = store.batches.of_cycle(cycle), store.history.places(cycle)
    for stored_at in sorted({batch.created_at for batch in first if batch.created_at is not None}):
        together = [batch for batch in batches if batch.created_at == stored_at]
        refusal = _refusal(together, others, store=store, places=places)
        if refusal is not None:
            return Blocked(refusal.code, refusal.message, hint=refusal.hint, details=refusal.details)
    return None


def is_first_send(batch: BatchRecord) -> bool:
    """Tell whether a batch is stored and was never sent."""
    return batch.status is BatchStatus.PLANNED and batch.first_sent_at is None


def _refusal(
    together: Sequence[BatchRecord], others: Sequence[RecentCycle], *, store: Store, places: Mapping[int, int]
) -> Refusal | None:
    """Compare what was stored together, as it was compared when it was new; what of it has gone since counts too."""
    first_stored, last_stored = min(places.values()), max(places[batch.id] for batch in together)
    against = [other for other in others if stands_against(other, first_stored=first_stored, last_stored=last_stored)]
    if not against:
        return None
    found = copied(fingerprints(store.history.payments([batch.id for batch in together])), against)
    if found is None:
        return None
    waiting = [str(batch.name) for batch in together if is_first_send(batch)]
    return stored_copy(found, cycle=together[0].name.cycle, batches=waiting)
