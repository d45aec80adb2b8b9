"""Looking for what is archived: an item, a receiver or a payee is known by its hash alone."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, Final

import sqlalchemy as sa

from paypal_payouts.domain.archive import Archive, ArchivedPayment
from paypal_payouts.domain.payout import Debt
from paypal_payouts.domain.receivers import HashedReceiver
from paypal_payouts.domain.standing import money_of
from paypal_payouts.storage.engine import Database
from paypal_payouts.storage.forgetting import receiver_hash
from paypal_payouts.storage.key import Seal, seal_of
from paypal_payouts.storage.repeating import repeated_when_cut
from paypal_payouts.storage.tables import archived_items, archives, batches, cycles
from paypal_payouts.storage.values import storable

_AT_ONCE: Final = 500
_ARCHIVES: Final = sa.select(archives, cycles.c.name).join_from(archives, cycles).order_by(archives.c.cycle_id)
_ONE: Final = _ARCHIVES.where(cycles.c.name == sa.bindparam("cycle"))
_PAYMENTS: Final = (
    sa.select(
        cycles.c.name,
        batches.c.batch,
        archived_items.c.amount_minor,
        batches.c.currency,
        archived_items.c.state,
        batches.c.status,
        archived_items.c.newest,
        archives.c.file,
    )
    .join_from(archived_items, batches, archived_items.c.batch_id == batches.c.id)
    .join(cycles, cycles.c.id == batches.c.cycle_id)
    .join(archives, archives.c.cycle_id == cycles.c.id)
    .order_by(archived_items.c.batch_id.desc(), archived_items.c.id.desc())
)
_OF_CYCLE: Final = (
    sa.select(archived_items.c.item, archived_items.c.receiver, archived_items.c.amount_minor, batches.c.currency)
    .join_from(archived_items, batches, archived_items.c.batch_id == batches.c.id)
    .where(archived_items.c.newest == sa.literal_column("1"))
)


class Archived:
    """Knows which cycles are archived, and finds their payments."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @repeated_when_cut
    def of_cycle(self, cycle: str) -> Archive | None:
        """Return where the items of a cycle are; None where it is not archived."""
        with self._database.read() as connection:
            return archive_of(connection, cycle)

    @repeated_when_cut
    def all(self) -> list[Archive]:
        """List every archived cycle, the oldest first."""
        with self._database.read() as connection:
            return [_archive(connection, row) for row in connection.execute(_ARCHIVES)]

    @repeated_when_cut
    def number(self) -> int:
        """Count the archived cycles."""
        with self._database.read() as connection:
            return connection.execute(sa.select(sa.func.count()).select_from(archives)).scalar_one()

    @repeated_when_cut
    def find(self, text: str, *, cycle: str | None, at_most: int) -> list[ArchivedPayment]:
        """Find payments by an item id, a payee id, a whole receiver or a batch, the newest first."""
        text = storable(text)
        with self._database.read() as connection:
            seal = seal_of(connection)
            of_batch = sa.or_(
                batches.c.batch == text, batches.c.paypal_batch_id == text, batches.c.sender_batch_id == text
            )
            named = sa.or_(
                archived_items.c.item == seal.known_as("item", text),
                archived_items.c.receiver == receiver_hash(seal, text),
                archived_items.c.payee == seal.known_as("payee", text),
                archived_items.c.batch_id.in_(sa.select(batches.c.id).where(of_batch)),
            )
            query = _PAYMENTS.where(named).limit(at_most)
            if cycle is not None:
                query = query.where(cycles.c.name == cycle)
            return [_payment(tuple(row)) for row in connection.execute(query)]

    def compared(self, cycle: str, debts: Sequence[Debt]) -> Iterator[tuple[Debt, bool | None]]:
        """Tell of rows whether each is the newest payment of its item in an archived cycle; None where it is new."""
        of_cycle = archived_items.c.cycle_id == sa.select(cycles.c.id).where(cycles.c.name == cycle).scalar_subquery()
        with self._database.read() as connection:
            seal = seal_of(connection)
            for first in range(0, len(debts), _AT_ONCE):
                some = {seal.known_as("item", debt[2]): debt for debt in debts[first : first + _AT_ONCE]}
                query = _OF_CYCLE.where(of_cycle, archived_items.c.item.in_(list(some)))
                found = {item: tuple(owed) for item, *owed in connection.execute(query)}
                for item, debt in some.items():
                    _, _, _, receiver, amount_minor, currency = debt
                    owed = (receiver_hash(seal, receiver), amount_minor, currency)
                    yield debt, found[item] == owed if item in found else None

    @repeated_when_cut
    def hashed(self) -> Callable[[str], str]:
        """Return what gives the hash of a receiver, as `CycleHistory.recent_cycles` has it of what is archived."""
        with self._database.read() as connection:
            return partial(receiver_hash, seal_of(connection))


def archive_of(connection: sa.Connection, cycle: str) -> Archive | None:
    """Return where the items of a cycle are; None where it is not archived."""
    row = connection.execute(_ONE, {"cycle": cycle}).first()
    return None if row is None else _archive(connection, row)


def key_in_use(connection: sa.Connection) -> str:
    """Return what tells the key in use from any other."""
    return seal_of(connection).known_as("key", "")


def _archive(connection: sa.Connection, row: sa.Row[Any]) -> Archive:
    return Archive(
        cycle=row.name,
        file=row.file,
        sha256=row.sha256,
        archived_at=row.archived_at,
        items=row.items,
        payments=row.payments,
        is_searchable=row.hashed_with == key_in_use(connection),
        forgot_receivers=bool(row.forgot_receivers),
    )


def hashed_receiver(seal: Seal, known: str, file: str) -> HashedReceiver:
    """Return a receiver of which this hash is left, and the rest in a file."""
    return HashedReceiver(
        f"another receiver, which is archived in {file}", lambda receiver: receiver_hash(seal, receiver) == known
    )


def _payment(row: tuple[Any, ...]) -> ArchivedPayment:
    cycle, batch, amount_minor, currency, state, status, newest, file = row
    # Every send of what is archived has an answer.
    money = money_of(state, status, may_have_moved=False)
    return ArchivedPayment(cycle, batch, amount_minor, currency, state, money, bool(newest), file)
