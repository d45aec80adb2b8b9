"""What `metrics` counts: everything that is stored, in one snapshot, added up by the database."""

from collections import Counter

import sqlalchemy as sa

from paypal_payouts.domain.metrics import BatchFacts, Facts
from paypal_payouts.domain.states import BatchEvent, ItemState
from paypal_payouts.storage.counts import COUNTED
from paypal_payouts.storage.engine import Database
from paypal_payouts.storage.repeating import repeated_when_cut
from paypal_payouts.storage.tables import attempts, audit_events, batches, cycles


class Metrics:
    """Counts what a year of payouts left behind, without a row for each item leaving the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @repeated_when_cut
    def facts(self) -> Facts:
        """Read everything that figures are made of, as it stood at one moment."""
        with self._database.read() as connection:
            states, open_conflicts = _counts(connection)
            return Facts(
                batches=_batches(connection),
                states=states,
                open_conflicts=open_conflicts,
                sends={(row[0], row[1]): row[2] for row in connection.execute(_SENDS)},
                finished_at={row[0]: row[1] for row in connection.execute(_FINISHED)},
            )

    @repeated_when_cut
    def currencies(self) -> frozenset[str]:
        """Name the currencies of every batch that was ever stored."""
        with self._database.read() as connection:
            return frozenset(connection.execute(_CURRENCIES).scalars())


_CURRENCIES = sa.select(batches.c.currency).distinct()

_BATCHES = sa.select(*(cycles.c.name if name == "cycle" else batches.c[name] for name in BatchFacts._fields)).join_from(
    batches, cycles
)

_SENDS = sa.select(attempts.c.outcome, attempts.c.error_class, sa.func.count()).group_by(
    attempts.c.outcome, attempts.c.error_class
)

_FINISHED = (
    sa.select(cycles.c.name, sa.func.max(audit_events.c.at))
    .join_from(audit_events, cycles, audit_events.c.cycle_id == cycles.c.id)
    .where(audit_events.c.action == BatchEvent.FINISH.value)
    .group_by(cycles.c.name)
)


def _batches(connection: sa.Connection) -> list[BatchFacts]:
    return [BatchFacts._make(row) for row in connection.execute(_BATCHES)]


def _counts(connection: sa.Connection) -> tuple[dict[int, Counter[ItemState]], Counter[int]]:
    """Count by batch: items, in the batch of their newest payment, and conflicts of all payments."""
    states: dict[int, Counter[ItemState]] = {}
    open_conflicts: Counter[int] = Counter()
    for count in connection.execute(COUNTED):
        states.setdefault(count.batch_id, Counter())[count.state] += count.newest
        open_conflicts[count.batch_id] += count.open_conflicts
    return states, open_conflicts
