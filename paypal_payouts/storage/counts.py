"""How many items of a batch are in which state: read a hundred times as often as it changes, so it is kept.

Nothing is added or taken away: whoever may have changed a state lets the database count that batch again, in the same
transaction. So the counts cannot drift from the rows, and no index over the states has to be written with every item.
"""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from paypal_payouts.domain.states import ItemState
from paypal_payouts.storage.shown_states import shown_state
from paypal_payouts.storage.tables import batches, item_counts

_COUNTED = ("number", "newest", "conflicts", "open_conflicts")

# SQLAlchemy has an upsert for each database, and it is the same in both. Rows are emptied and not deleted: the role of
# daily work has no right to delete.
_EMPTY = (
    item_counts.update().where(item_counts.c.batch_id == sa.bindparam("batch")).values(**dict.fromkeys(_COUNTED, 0))
)
_COUNT = sa.text(f"""
    INSERT INTO item_counts (batch_id, state, {", ".join(_COUNTED)})
    SELECT batch_id, state, count(*), sum(newest), count(conflict),
           sum(CASE WHEN conflict IS NULL THEN 0 ELSE 1 - acknowledged END)
    FROM payout_items WHERE batch_id = :batch GROUP BY batch_id, state
    ON CONFLICT (batch_id, state) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _COUNTED)}
""")  # noqa: S608 - our words

_STATE = shown_state(item_counts.c.state)
COUNTED: sa.Select[Any] = (
    sa.select(item_counts.c.batch_id, _STATE.label("state"), *(item_counts.c[name] for name in _COUNTED))
    .join_from(item_counts, batches)
    .where(item_counts.c.number > 0)
)
"""What was counted; a batch may have two rows of one state, one of them kept under another."""


def count_again(connection: sa.Connection, batch_id: int) -> None:
    """Count the items of a batch, in the transaction that changed their states."""
    which = {"batch": batch_id}
    connection.execute(_EMPTY, which)
    connection.execute(_COUNT, which)


def has_any(states: Collection[ItemState]) -> sa.ColumnElement[bool]:
    """Express, of a batch in a statement over batches, that an item of it is in one of some states."""
    return sa.exists().where(
        item_counts.c.batch_id == batches.c.id, _STATE.in_(sorted(states)), item_counts.c.number > 0
    )


def has_open_conflicts() -> sa.ColumnElement[bool]:
    """Express, of a batch in a statement over batches, that nobody has acknowledged a conflict of an item of it."""
    return sa.exists().where(item_counts.c.batch_id == batches.c.id, item_counts.c.open_conflicts > 0)
