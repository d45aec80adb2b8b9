"""What the file of an archived cycle has: everything that is stored of it, line by line, always in the same order.

The first line names the form and the cycle; then come its batches with their requests, each send, each payment, and the
trail. Every line has a `kind`, and the columns of its table by their names.
"""

import json
import zlib
from collections.abc import Generator, Mapping
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from paypal_payouts.storage.audit import BEGINS_AGAIN
from paypal_payouts.storage.tables import attempts, audit_events, batches, cycles, items, settings

FORM: Final = 1
"""Of the lines; another one where a key goes or changes its meaning."""

LOCKING: Final = ("lock_taken_over", "lock_broken")
"""Lines of the trail that say nothing of the cycle, but who worked on it: a killed `archive` leaves one, too."""

_ROWS_AT_ONCE: Final = 2_000
_ID: Final[sa.BindParameter[Any]] = sa.bindparam("of_cycle")
_CYCLE: Final = sa.select(cycles.c.name, cycles.c.created_at).where(cycles.c.id == _ID)
_BOUND: Final = sa.select(settings).where(settings.c.key.in_(("account", "environment"))).order_by(settings.c.key)
_BATCHES: Final = sa.select(batches).where(batches.c.cycle_id == _ID).order_by(batches.c.id)
_SENDS: Final = (
    sa.select(attempts, batches.c.batch)
    .join_from(attempts, batches, attempts.c.batch_id == batches.c.id)
    .where(batches.c.cycle_id == _ID)
    .order_by(attempts.c.batch_id, attempts.c.number)
)
_ITEMS: Final = (
    sa.select(items, batches.c.batch)
    .join_from(items, batches, items.c.batch_id == batches.c.id)
    .where(batches.c.cycle_id == _ID)
    .order_by(items.c.batch_id, items.c.item_id)
)
_TRAIL: Final = (
    sa.select(audit_events)
    .where(audit_events.c.cycle_id == _ID, audit_events.c.action.not_in([*LOCKING, *sorted(BEGINS_AGAIN)]))
    .order_by(audit_events.c.id)
)


def archive_lines(connection: sa.Connection, cycle_id: int) -> Generator[bytes, None, None]:
    """Yield every line of a cycle, each with its end."""
    which = {"of_cycle": cycle_id}
    cycle = connection.execute(_CYCLE, which).one()
    bound = {row.key: row.value for row in connection.execute(_BOUND)}
    yield _line("cycle", {"form": FORM, "cycle": cycle.name, "created_at": cycle.created_at, **bound})
    for row in connection.execute(_BATCHES, which):
        request = zlib.decompress(row.request).decode("utf-8")
        yield _line("batch", {**row._mapping, "request": request})  # noqa: SLF001 - SQLAlchemy's public name for it
    for kind, query in (("send", _SENDS), ("payment", _ITEMS), ("trail", _TRAIL)):
        # For this statement alone: what the connection writes after it is no stream.
        with connection.execute(query, which, execution_options={"yield_per": _ROWS_AT_ONCE}) as rows:
            for row in rows:
                yield _line(kind, row._mapping)  # noqa: SLF001 - as above


def _line(kind: str, facts: Mapping[Any, Any]) -> bytes:
    told = {"kind": kind, **{str(name): fact for name, fact in facts.items()}}
    return json.dumps(told, separators=(",", ":"), default=_time).encode("ascii") + b"\n"


def _time(value: datetime) -> str:
    return value.isoformat()
