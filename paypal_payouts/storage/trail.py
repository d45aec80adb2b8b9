"""The trail, as it is read back and checked: who did what, when and why. How it is written: `storage.audit`."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from heapq import merge
from typing import Any

import sqlalchemy as sa

from paypal_payouts.domain.audit import AuditEvent, Verified
from paypal_payouts.storage.audit import APPROVED, SHORTENED, check_chain, check_chains, newest_seal, record
from paypal_payouts.storage.engine import Database
from paypal_payouts.storage.repeating import repeated_when_cut
from paypal_payouts.storage.tables import audit_events, batches, cycles
from paypal_payouts.storage.values import Lease

_WITH_SEAL = (
    sa.select(audit_events.c.id)
    .join_from(audit_events, cycles)
    .where(cycles.c.name == sa.bindparam("cycle"), audit_events.c.seal == sa.bindparam("its_seal"))
    .limit(1)
)

_EVENTS = (
    sa.select(audit_events, cycles.c.name, batches.c.batch)
    .outerjoin_from(audit_events, cycles, audit_events.c.cycle_id == cycles.c.id)
    .outerjoin(batches, audit_events.c.batch_id == batches.c.id)
    .order_by(audit_events.c.id)
)


class Audit:
    """Who did what, when, why, from which state to which."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @repeated_when_cut
    def events(
        self, *, cycle: str | None = None, batch: str | None = None, newest: int | None = None
    ) -> list[AuditEvent]:
        """List the trail of a cycle, of a batch by our id, or of everything, the oldest first.

        With `newest` no more than so many rows, the last ones.
        """
        if batch is not None:
            batch_id = sa.select(batches.c.id).where(batches.c.batch == batch).scalar_subquery()
            query = _EVENTS.where(audit_events.c.batch_id == batch_id)
        elif cycle is not None:
            query = _EVENTS.where(audit_events.c.cycle_id == _CYCLE_ID.scalar_subquery())
        else:
            query = _EVENTS
        with self._database.read() as connection:
            found = _newest(connection, query, newest, {"cycle": cycle})
            if cycle is None:
                return found
            given = [approval for approval in approvals(connection) if approval.cycle == cycle]
            return [*merge(given, found, key=lambda event: event.at)][-newest if newest else 0 :]

    def of_item(self, cycle: str, item_id: str, *, of_batches: Collection[str]) -> list[AuditEvent]:
        """List what the trail says of an item, and of its batches as a whole, the oldest first."""
        about = sa.or_(audit_events.c.item_id == item_id, audit_events.c.item_id.is_(None))
        return self._read(_EVENTS.where(cycles.c.name == cycle, batches.c.batch.in_(sorted(of_batches)), about))

    def of_actions(self, cycle: str, actions: Collection[str]) -> list[AuditEvent]:
        """List what the trail of a cycle says of some actions, the oldest first."""
        return self._read(_EVENTS.where(cycles.c.name == cycle, audit_events.c.action.in_(sorted(actions))))

    @repeated_when_cut
    def newest_seal(self, cycle: str) -> str | None:
        """Return the seal of the last row of a cycle's chain; None where it has no row yet."""
        with self._database.read() as connection:
            cycle_id = connection.execute(_CYCLE_ID, {"cycle": cycle}).scalar()
            return None if cycle_id is None else newest_seal(connection, cycle_id)

    @repeated_when_cut
    def has_seal(self, cycle: str, seal: str) -> bool:
        """Return whether a row of a cycle's chain has this seal."""
        with self._database.read() as connection:
            return connection.execute(_WITH_SEAL, {"cycle": cycle, "its_seal": seal}).first() is not None

    @repeated_when_cut
    def record_shortened(self, lease: Lease, *, missing: str, now: datetime, actor: str) -> None:
        """Keep in the trail that rows are missing which the sent log knew: up to the one that had this seal.

        Of a cycle that is not stored all are missing, and there is no chain to keep that in.

        Raises:
            LeaseLost: nothing was written.

        """
        with self._database.write(lease, now) as connection:
            cycle_id = connection.execute(_CYCLE_ID, {"cycle": lease.key}).scalar()
            told = {"missing": missing}
            if cycle_id is None:
                return
            record(connection, at=now, actor=actor, action=SHORTENED, cycle_id=cycle_id, evidence=told)

    @repeated_when_cut
    def check(self, *, cycle: str | None = None) -> Verified:
        """Follow the chain of a cycle, without one those of all; and that of no cycle, in which approvals stand.

        Return what was followed, all of it unbroken.

        Raises:
            SealBroken: naming the first row that was changed, removed or added by another hand.

        """
        with self._database.read() as connection:
            of_none = check_chain(connection, None, name="no cycle", whole=True)
            if cycle is None:
                number = connection.execute(_NUMBER_OF_CYCLES).scalar_one()
                return Verified(check_chains(connection), number, of_none)
            cycle_id = connection.execute(_CYCLE_ID, {"cycle": cycle}).scalar()
            if cycle_id is None:
                return Verified(0, 0, of_none)
            rows = check_chain(connection, cycle_id, name=f"cycle {cycle}", whole=True)
        return Verified(rows, 1, of_none)

    @repeated_when_cut
    def _read(self, query: sa.Select[Any]) -> list[AuditEvent]:
        with self._database.read() as connection:
            return _listed(connection, query)


def _newest(
    connection: sa.Connection, query: sa.Select[Any], number: int | None, given: Mapping[str, str | None]
) -> list[AuditEvent]:
    """List the last rows of a query of the trail, so many or all, the oldest first."""
    if number is None:
        return _listed(connection, query, given)
    last = query.order_by(None).order_by(audit_events.c.id.desc()).limit(number)
    return _listed(connection, last, given)[::-1]


def approvals(connection: sa.Connection) -> list[AuditEvent]:
    """List what a second person approved of in every cycle, the oldest first."""
    return _listed(connection, _EVENTS.where(audit_events.c.cycle_id.is_(None), audit_events.c.action == APPROVED))


def _listed(
    connection: sa.Connection, query: sa.Select[Any], given: Mapping[str, str | None] | None = None
) -> list[AuditEvent]:
    read = ((row, json.loads(row.evidence)) for row in connection.execute(query, given or {}))
    return [
        AuditEvent(
            at=row.at,
            cycle=evidence["cycle"] if row.action == APPROVED else row.name,
            batch=row.batch,
            item_id=row.item_id,
            actor=row.actor,
            action=row.action,
            from_state=row.from_state,
            to_state=row.to_state,
            reason=row.reason,
            evidence=evidence,
        )
        for row, evidence in read
    ]


_NUMBER_OF_CYCLES = sa.select(sa.func.count()).select_from(cycles)
_CYCLE_ID = sa.select(cycles.c.id).where(cycles.c.name == sa.bindparam("cycle"))
