"""The trail: written in the transaction of what it tells of, and never changed. `storage.trail` reads it back.

The rows of a cycle are a chain, as are those of no cycle: each is sealed together with the seal of the one before, so
that none of them can be changed, removed or put in between without the key. Where the last ones are removed nothing of
the chain is broken; so the newest seal stands in the sent log too, which is another file.

A row that begins a chain again (`BEGINS_AGAIN`) vouches for all rows before it, as they stand, by their digest: those
of a database from before there were seals, those that a person vouches for after a key was lost, and those of a cycle
that is archived, in which hashes may have taken the place of receivers.

Source: docs/design.md, 11.5.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

import sqlalchemy as sa

from paypal_payouts.errors import PUT_BACK, SealBroken
from paypal_payouts.storage.key import Seal, Sealed, seal_of
from paypal_payouts.storage.tables import audit_events, cycles

INTENT: Final = "intent"
"""What the trail calls the storing of a batch. The id of that line is the batch's place among all that were stored."""
SEALED: Final = "sealed"
"""What the trail calls the first sealing of what an older program stored."""
RESEALED: Final = "resealed"
"""What the trail calls a person's word for what is stored."""
SHORTENED: Final = "trail_shortened"
"""What the trail calls it when rows are missing that the sent log knows."""
APPROVED: Final = "approve"
"""What the trail calls a second person's approval; the cycle stands in its evidence (`storage.approvals`)."""
ARCHIVED: Final = "archive"
"""What the trail calls it when the items of a cycle went into a file."""
FORGOTTEN: Final = "forget_receivers"
"""What the trail calls it when hashes took the place of the receivers in the trail of an archived cycle."""
BEGINS_AGAIN: Final = frozenset({SEALED, RESEALED, ARCHIVED, FORGOTTEN})

_FACTS: Final = (
    "at",
    "cycle_id",
    "batch_id",
    "item_id",
    "actor",
    "action",
    "from_state",
    "to_state",
    "reason",
    "evidence",
)
_NO_CYCLE: Final = 7_241_690_157
"""The key of the advisory lock under which Postgres writes rows of no cycle; a lease keeps order in those of one."""

# Built once, as every write asks them.
_INSERT = audit_events.insert()
_NEWEST = sa.select(audit_events.c.seal).order_by(audit_events.c.id.desc()).limit(1)
_NEWEST_OF_CYCLE = _NEWEST.where(audit_events.c.cycle_id == sa.bindparam("of_cycle"))
_NEWEST_OF_NONE = _NEWEST.where(audit_events.c.cycle_id.is_(None))
_CHAIN = sa.select(*(audit_events.c[name] for name in _FACTS), audit_events.c.id, audit_events.c.seal).order_by(
    audit_events.c.id
)
_CHAIN_OF_CYCLE = _CHAIN.where(audit_events.c.cycle_id == sa.bindparam("of_cycle"))
_CHAIN_OF_NONE = _CHAIN.where(audit_events.c.cycle_id.is_(None))
# Where these stand in each row of a chain: rows of years are read by place, which is quicker than by name.
_SEAL_AT: Final = len(_FACTS) + 1
_ACTION_AT: Final = _FACTS.index("action")
_CHAINS = (
    _CHAIN.add_columns(cycles.c.name)
    .join_from(audit_events, cycles)
    .order_by(None)
    .order_by(audit_events.c.cycle_id, audit_events.c.id)
)
_ROWS_AT_ONCE: Final = 1_000

_encode: Final = json.JSONEncoder(default=datetime.isoformat).encode


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
    row = {
        "at": at,
        "cycle_id": cycle_id,
        "batch_id": batch_id,
        "item_id": item_id,
        "actor": actor,
        "action": action,
        "from_state": None if from_state is None else str(from_state),
        "to_state": None if to_state is None else str(to_state),
        "reason": reason,
        "evidence": json.dumps(kept, sort_keys=True),
    }
    if cycle_id is None and connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_NO_CYCLE)))
    before = _digest(connection, cycle_id) if action in BEGINS_AGAIN else newest_seal(connection, cycle_id)
    seal = seal_of(connection).over("trail", before, *(row[name] for name in _FACTS))
    connection.execute(_INSERT, {**row, "seal": seal})


def begin_again(connection: sa.Connection, *, at: datetime, actor: str, action: str, reason: str) -> None:
    """Vouch for every chain as it stands: that of each cycle, and that of no cycle."""
    for cycle_id in (None, *connection.execute(sa.select(cycles.c.id).order_by(cycles.c.id)).scalars()):
        record(connection, at=at, actor=actor, action=action, cycle_id=cycle_id, reason=reason)


def newest_seal(connection: sa.Connection, cycle_id: int | None) -> str | None:
    """Return the seal of the last row of a cycle's chain, or of that of no cycle; None where it has no row."""
    if cycle_id is None:
        return connection.execute(_NEWEST_OF_NONE).scalar()
    return connection.execute(_NEWEST_OF_CYCLE, {"of_cycle": cycle_id}).scalar()


def _chain(connection: sa.Connection, cycle_id: int | None) -> sa.CursorResult[Any]:
    if cycle_id is None:
        return connection.execute(_CHAIN_OF_NONE)
    return connection.execute(_CHAIN_OF_CYCLE, {"of_cycle": cycle_id})


def _digest(connection: sa.Connection, cycle_id: int | None) -> str:
    digest = hashlib.sha256()
    for row in _chain(connection, cycle_id):
        digest.update(_bytes_of(row[: len(_FACTS)]))
    return digest.hexdigest()


def _bytes_of(facts: Iterable[Sealed]) -> bytes:
    return _encode(list(facts)).encode("ascii")


def _first_break(rows: Iterable[sa.Row[Any]], seal: Seal, *, whole: bool) -> tuple[int, tuple[str, str] | None]:
    """Follow a chain from its first row to its last: count the rows, and say where it is broken first.

    That is said with the way out; None where it is broken nowhere.

    With `whole` it is broken, too, where rows were missing at its end when the sent log was looked at.
    """
    before: str | None = None
    broken: tuple[str, str] | None = None
    shortened: tuple[str, str] | None = None
    digest = hashlib.sha256()
    not_digested: list[Sequence[Sealed]] = []
    number = 0
    for row in rows:
        number += 1
        facts = row[: len(_FACTS)]
        action, sealed = row[_ACTION_AT], row[_SEAL_AT]
        begins = action in BEGINS_AGAIN
        if begins:
            # Few chains ever begin again.
            digest.update(b"".join(map(_bytes_of, not_digested)))
            not_digested.clear()
        if seal.matches(sealed, "trail", digest.hexdigest() if begins else before, *facts):
            if begins:
                broken = shortened = None
        elif broken is None:
            place = f"row {row.id} ({action} at {row.at:%Y-%m-%d %H:%M:%S} UTC)"
            broken = f"was changed by another hand: {place} was changed, or one before it was removed or added", ""
        if whole and action == SHORTENED and shortened is None:
            missing = f"is not whole: rows before row {row.id} are missing, which the sent log knew"
            shortened = f"{missing}. Somebody removed them, or an older copy of the database was put back", PUT_BACK
        not_digested.append(facts)
        before = sealed
    return number, broken or shortened


def check_chain(connection: sa.Connection, cycle_id: int | None, *, name: str, whole: bool = False) -> int:
    """Follow the chain of a cycle, or that of no cycle, named for the message, and count its rows.

    With `whole` it must never have lost its end either. That is no reason to stop a run: an older copy of the database,
    put back by its owner, has lost it too.

    Raises:
        SealBroken: naming the first row that was changed, removed or added by another hand.

    """
    return _check(_chain(connection, cycle_id), seal_of(connection), name=name, whole=whole)


def check_chains(connection: sa.Connection) -> int:
    """Follow the chain of every cycle, none of which may have lost its end, and count their rows.

    All are one query: there is a cycle for each day of many years.

    Raises:
        SealBroken: as `check_chain`.

    """
    seal = seal_of(connection)
    with connection.execute(_CHAINS, execution_options={"yield_per": _ROWS_AT_ONCE}) as rows:
        chains = groupby(rows, key=itemgetter(-1))
        return sum(_check(chain, seal, name=f"cycle {name}", whole=True) for name, chain in chains)


def _check(chain: Iterable[sa.Row[Any]], seal: Seal, *, name: str, whole: bool) -> int:
    number, broken = _first_break(chain, seal, whole=whole)
    if broken is not None:
        what, hint = broken
        raise SealBroken(f"The trail of {name} {what}.", hint=hint)
    return number
