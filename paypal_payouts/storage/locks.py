"""Leases: who may write under a key, until when. They give order and clean messages; the indexes protect the money.

Source: docs/design.md, 11.
"""

import json
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import sqlalchemy as sa

from paypal_payouts.domain.locks import LockReport
from paypal_payouts.domain.words import rfc3339
from paypal_payouts.errors import StorageFailed
from paypal_payouts.storage import audit
from paypal_payouts.storage.archived import archive_of
from paypal_payouts.storage.engine import Database
from paypal_payouts.storage.leases import OF_LEASE, of_lease
from paypal_payouts.storage.repeating import repeated_when_cut, until_done
from paypal_payouts.storage.tables import audit_events, cycles, locks
from paypal_payouts.storage.values import HolderInfo, Lease

_HELD = sa.select(locks).where(locks.c.holder.is_not(None))
_NOBODY: dict[str, None] = dict.fromkeys(
    ("holder", "host", "pid", "command", "directory_id", "acquired_at", "expires_at")
)

# Built once: every command begins and ends with them.
_OF_KEY = locks.c.key == sa.bindparam("our_key")
_FOR_UPDATE = sa.select(locks).where(_OF_KEY).with_for_update()
_MAKE = sa.text('INSERT INTO processing_locks ("key", fence, writes) VALUES (:our_key, 0, 0) ON CONFLICT DO NOTHING')
"""As text, because SQLAlchemy has ON CONFLICT for each of the two databases apart."""
_GRANT = (
    locks.update()
    .where(_OF_KEY)
    .values(fence=locks.c.fence + 1, **{name: sa.bindparam(name) for name in _NOBODY})
    .returning(locks.c.fence)
)
_RELEASE = locks.update().where(OF_LEASE).values(**_NOBODY)
_BREAK = locks.update().where(_OF_KEY).values(fence=locks.c.fence + 1, **_NOBODY)
_END_ALL = locks.update().where(locks.c.holder.is_not(None)).values(fence=locks.c.fence + 1, **_NOBODY)


class Locks:
    """Grants, renews and frees the leases of keys."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def acquire(
        self, key: str, *, holder: HolderInfo, now: datetime, lease_s: float, take_over_same_directory: bool
    ) -> Lease | LockReport:
        """Grant the lease of a key under a new, higher fence, or tell who holds it.

        It is free when nobody holds it, when it has run out, or when its holder worked in the same lock directory and
        `take_over_same_directory` says that the caller holds that directory's file lock: then the holder is dead.
        Taking over from a holder that never released is audited.

        Raises:
            Blocked: `not_eligible`, the cycle is archived: nobody writes to it again.

        """
        tries = count()
        return until_done(
            lambda: self._grant(key, holder, now, lease_s, take_over=take_over_same_directory, again=next(tries) > 0),
            self._database.patience,
        )

    def _grant(
        self, key: str, holder: HolderInfo, now: datetime, lease_s: float, *, take_over: bool, again: bool
    ) -> Lease | LockReport:
        name = f"{holder.host}:{holder.pid}"
        with self._database.transaction() as connection:
            held = _for_update(connection, key)
            archive = archive_of(connection, key)
            if archive is not None:
                raise archive.refusal("not_eligible")
            ours = (name, holder.directory_id, now)
            if again and held is not None and (held.holder, held.directory_id, held.acquired_at) == ours:
                # The commit of our first try took place, and only its answer was lost: nobody is taken over from.
                held = None
            if held is not None:
                dead = take_over and held.directory_id == holder.directory_id
                if held.expires_at > now and not dead:
                    return _report(held)
            grant = {
                "our_key": key,
                "holder": name,
                "host": holder.host,
                "pid": holder.pid,
                "command": holder.command,
                "directory_id": holder.directory_id,
                "acquired_at": now,
                "expires_at": now + timedelta(seconds=lease_s),
            }
            fence = connection.execute(_GRANT, grant).scalar_one()
            if held is not None:
                _audit(connection, held, at=now, actor=name, action="lock_taken_over", reason=None)
            return Lease(key, name, fence, lease_s, holder.directory_id)

    @repeated_when_cut
    def renew(self, lease: Lease, *, now: datetime) -> None:
        """Extend a lease by its full length from now.

        Raises:
            LeaseLost: it is not ours any more.

        """
        with self._database.write(lease, now):
            pass

    @repeated_when_cut
    def release(self, lease: Lease) -> None:
        """Free what is ours; what somebody else has taken over meanwhile stays theirs."""
        with self._database.transaction() as connection:
            free(connection, lease)

    def break_lease(
        self, key: str, *, now: datetime, operator: str, reason: str, seen: LockReport | None = None
    ) -> LockReport | None:
        """Free a lease, so that its holder can write no more; tell who that was.

        With `seen` only the very grant that the operator was shown: nobody knows whether who came since is dead. A
        commit that fails may have taken place all the same: the trail says whether it did.
        """
        tried: list[LockReport] = []

        def broken() -> LockReport | None:
            with self._database.transaction() as connection:
                held = _for_update(connection, key)
                if tried and _is_audited(connection, key, at=now, actor=operator):
                    # The commit of an earlier try took place, and only its answer was lost.
                    return tried[0]
                if held is None or (seen is not None and _report(held) != seen):
                    return None
                tried[:] = [_report(held)]
                connection.execute(_BREAK, {"our_key": key})
                _audit(connection, held, at=now, actor=operator, action="lock_broken", reason=reason)
                return tried[0]

        try:
            return until_done(broken, self._database.patience)
        except StorageFailed as failure:
            # It may have failed after its commit.
            if tried and self._was_broken(key, now=now, operator=operator, failure=failure):
                return tried[0]
            raise

    def _was_broken(self, key: str, *, now: datetime, operator: str, failure: StorageFailed) -> bool:
        try:
            with self._database.read() as connection:
                return _is_audited(connection, key, at=now, actor=operator)
        except StorageFailed:
            raise type(failure)(
                f"{failure.message} It cannot be read either, so it is not known whether the lease was broken.",
                hint="`payouts locks` says who holds what, once the database is back.",
            ) from None

    @repeated_when_cut
    def get(self, key: str) -> LockReport | None:
        """Return who holds a key, expired or not; None where nobody does."""
        with self._database.read() as connection:
            held = connection.execute(_HELD.where(locks.c.key == key)).first()
        return None if held is None else _report(held)

    @repeated_when_cut
    def held(self) -> list[LockReport]:
        """List every lease that somebody holds, expired or not, by key."""
        with self._database.read() as connection:
            return [_report(held) for held in connection.execute(_HELD.order_by(locks.c.key))]


def free(connection: sa.Connection, lease: Lease) -> None:
    """Free a lease in the caller's transaction, where it is still ours."""
    connection.execute(_RELEASE, of_lease(lease))


def end_all(connection: sa.Connection) -> int:
    """Take every lease away, as its holder writes for tables that are no more; say how many there were."""
    return connection.execute(_END_ALL).rowcount


def _for_update(connection: sa.Connection, key: str) -> sa.Row[Any] | None:
    """Return the row of a held lease, None where nobody holds it; until this transaction ends nobody changes it."""
    which = {"our_key": key}
    row = connection.execute(_FOR_UPDATE, which).first()
    if row is None:
        connection.execute(_MAKE, which)
        # Where somebody else made it meanwhile, they may have been granted it.
        row = connection.execute(_FOR_UPDATE, which).one()
    return None if row.holder is None else row


def _report(held: sa.Row[Any]) -> LockReport:
    return LockReport(
        key=held.key,
        holder=held.holder,
        acquired_at=held.acquired_at,
        expires_at=held.expires_at,
        host=held.host,
        pid=held.pid,
        command=held.command,
        living=None,
    )


def _is_audited(connection: sa.Connection, key: str, *, at: datetime, actor: str) -> bool:
    """Return whether the trail says that this breaking of a lease took place."""
    query = sa.select(audit_events.c.evidence).where(
        audit_events.c.cycle_id.is_not_distinct_from(_cycle_id(connection, key)),
        audit_events.c.action == "lock_broken",
        audit_events.c.at == at,
        audit_events.c.actor == actor,
    )
    return any(json.loads(evidence)["key"] == key for evidence in connection.execute(query).scalars())


def _cycle_id(connection: sa.Connection, key: str) -> int | None:
    return connection.execute(sa.select(cycles.c.id).where(cycles.c.name == key)).scalar()


def _audit(
    connection: sa.Connection, held: sa.Row[Any], *, at: datetime, actor: str, action: str, reason: str | None
) -> None:
    """Write down whose lease ended without their doing; a cycle that has no batches yet has no row to refer to."""
    audit.record(
        connection,
        at=at,
        cycle_id=_cycle_id(connection, held.key),
        actor=actor,
        action=action,
        reason=reason,
        evidence={
            "key": held.key,
            "holder": held.holder,
            "command": held.command,
            "acquired_at": rfc3339(held.acquired_at),
            "expires_at": rfc3339(held.expires_at),
        },
    )
