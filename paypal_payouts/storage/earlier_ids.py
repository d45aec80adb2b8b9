"""PayPal's ids of payments whose newest word has another one, such as that of the return: the sealed trail has them."""

import json
from typing import Final

import sqlalchemy as sa

from paypal_payouts.storage.tables import audit_events, batches, cycles

BEFORE: Final = "transaction_before"
"""What the evidence of the trail calls the id that a payment had until PayPal's word changed."""

_CHANGED: Final = (
    sa.select(batches.c.batch, audit_events.c.item_id, audit_events.c.evidence)
    .join_from(audit_events, batches, audit_events.c.batch_id == batches.c.id)
    .where(audit_events.c.item_id.is_not(None), audit_events.c.evidence.contains(f'"{BEFORE}": "'))
    .order_by(audit_events.c.id)
)
_OF_CYCLE: Final = _CHANGED.join(cycles, audit_events.c.cycle_id == cycles.c.id)


def evidence_of(before: str | None, after: str | None) -> dict[str, str]:
    """Return what the trail keeps of a change of PayPal's id; nothing where it is the same."""
    return {} if before is None or before == after else {BEFORE: before}


def first_ids(connection: sa.Connection, cycle: str | None) -> dict[tuple[str, str], str]:
    """Return, by batch and item, the id of the payment itself where its newest word has another one."""
    query = _CHANGED if cycle is None else _OF_CYCLE.where(cycles.c.name == cycle)
    found: dict[tuple[str, str], str] = {}
    for batch, item_id, evidence in connection.execute(query):
        found.setdefault((batch, item_id), json.loads(evidence)[BEFORE])
    return found


def items_once_known_by(connection: sa.Connection, text: str, cycle_id: int | None) -> list[tuple[int, str]]:
    """Name the items, each with the key of its cycle, of which a payment once had this id; of one cycle, or of all."""
    told = f'"{BEFORE}": {json.dumps(text)}'
    query = sa.select(audit_events.c.cycle_id, audit_events.c.item_id).distinct()
    query = query.where(audit_events.c.item_id.is_not(None), audit_events.c.evidence.contains(told, autoescape=True))
    if cycle_id is not None:
        query = query.where(audit_events.c.cycle_id == cycle_id)
    return [(row.cycle_id, row.item_id) for row in connection.execute(query)]
