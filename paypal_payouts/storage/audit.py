"""The trail: written in the transaction of what it tells of, read back in order."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from paypal_payouts.domain.report import AuditEvent
from paypal_payouts.storage.engine import Database
from paypal_payouts.storage.tables import audit_events, batches, cycles

_INSERT = audit_events.insert()
_EVENTS = (
    sa.select(audit_events, cycles.c.name, batches.c.batch)
    .outerjoin_from(audit_events, cycles, audit_events.c.cycle_id == cycles.c.id)
    .outerjoin(batches, audit_events.c.batch_id == batches.c.id)
    .order_by(audit_events.c.id)
)


def record(
    connection: sa.Connection,
    *,
    at: datetime,
    actor: str,
    action: str,
    cycle_id: int | None = None,
    batch_id: int | None = None,
    item_id: str | None = None,
    from_state: str | None = None,
    to_state: str | None = None,
    reason: str | None = None,
    evidence: Mapping[str, Any] | None = None,
) -> None:
    """Add one line to the trail, in the caller's transaction; where the actor is another's word, with the user."""
    user = connection.get_execution_options().get("payouts_user")
    kept = {**(evidence or {}), **({} if user is None else {"user": user})}
    connection.execute(
        _INSERT,
        {
            "at": at,
            "cycle_id": cycle_id,
            "batch_id": batch_id,
            "item_id": item_id,
            "actor": actor,
            "action": action,
            "from_state": from_state,
            "to_state": to_state,
            "reason": reason,
            "evidence": json.dumps(kept, sort_keys=True),
        },
    )


class Audit:
    """Who did what, when, why, from which state to which."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def events(self, *, cycle: str | None = None, batch: str | None = None) -> list[AuditEvent]:
        """List the trail of a cycle, of a batch by our id, or of everything, the oldest first."""
        query = _EVENTS
        if cycle is not None:
            query = query.where(cycles.c.name == cycle)
        if batch is not None:
            query = query.where(batches.c.batch == batch)
        return self._read(query)

    def of_item(self, cycle: str, item_id: str, *, of_batches: Collection[str]) -> list[AuditEvent]:
        """List what the trail says of an item, and of its batches as a whole, the oldest first."""
        about = sa.or_(audit_events.c.item_id == item_id, audit_events.c.item_id.is_(None))
        return self._read(_EVENTS.where(cycles.c.name == cycle, batches.c.batch.in_(sorted(of_batches)), about))

    def _read(self, query: sa.Select[Any]) -> list[AuditEvent]:
        with self._database.read() as connection:
            return [
                AuditEvent(
                    at=row.at,
                    cycle=row.name,
                    batch=row.batch,
                    item_id=row.item_id,
                    actor=row.actor,
                    action=row.action,
                    from_state=row.from_state,
                    to_state=row.to_state,
                    reason=row.reason,
                    evidence=json.loads(row.evidence),
                )
                for row in connection.execute(query)
            ]
