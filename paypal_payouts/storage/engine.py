"""The database itself: read in one snapshot, written in one transaction under a lease, its failures told in words.

A read is one snapshot: in SQLite a plain BEGIN gives it, in Postgres REPEATABLE READ. A write on Postgres is READ
COMMITTED, whatever the server's default. Source: docs/design.md, 12.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError

from paypal_payouts.disks import cause_of
from paypal_payouts.errors import DatabaseUnavailable, SealBroken, StorageFailed
from paypal_payouts.storage import postgres
from paypal_payouts.storage.key import Seal
from paypal_payouts.storage.leases import renew
from paypal_payouts.storage.odd_values import first_odd_value
from paypal_payouts.storage.patience import Patience
from paypal_payouts.storage.postgres_checks import check_for_writing, check_time_outs
from paypal_payouts.storage.repeating import ConnectionLost
from paypal_payouts.storage.tables import locks
from paypal_payouts.storage.values import Lease

_SECOND_PAYMENT: Final = (
    "uq_payout_items_live",
    "uq_payout_items_newest",
    "payout_items.cycle_id, payout_items.item_id",
)
"""The two partial indexes, as Postgres names them, and their columns, as SQLite does."""


class RightMissing(StorageFailed):
    """The role that we are in the database has not the right to do what was asked; it did not take place."""


class Database:
    """One database: reads in a snapshot, writes in a transaction that is committed whole or not at all.

    Whatever goes wrong in the database itself is a StorageFailed, in words that never show a password.
    """

    def __init__(
        self,
        engine: sa.Engine,
        *,
        begin: Callable[[sa.Connection], None],
        name: str,
        secrets: Sequence[str] = (),
        path: Path | None = None,
        patience: Patience | None = None,
    ) -> None:
        """Keep what opens connections, what operators call the database, and what must never be shown.

        `begin` says what every transaction begins with. It is no listener of the engine's, as one would make every
        statement dearer. `patience` is for a server that is away.
        """
        self.path = path
        """The file, where it is one."""
        self.patience = patience or Patience()
        self._engine = engine
        self._begin = begin
        self._secrets = secrets
        self.name = self._shown(name)
        """What operators call it."""
        self._last_writes: dict[tuple[str, int], int] = {}
        """The number of our last write under a lease, by its key and fence."""
        self._writing = engine.execution_options(payouts_writes=True)
        self._reading = engine
        if engine.dialect.name == "postgresql":
            self._writing = self._writing.execution_options(isolation_level="READ COMMITTED")
            self._reading = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @property
    def dialect(self) -> str:
        """Name the kind of database: `sqlite` or `postgresql`."""
        return self._engine.dialect.name

    def seal_with(self, seal: Seal) -> None:
        """Let every connection from here on make and check seals with this key."""
        self._writing = self._writing.execution_options(payouts_seal=seal)
        self._reading = self._reading.execution_options(payouts_seal=seal)

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Open one snapshot of the database; whatever others write meanwhile is not seen in it."""
        with self._in_words(), self._opened(self._reading) as connection:
            yield connection

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """Open one writing transaction: committed at the end, rolled back on any exception."""
        with self._in_words(), self._opened(self._writing) as connection, _transaction_of(connection):
            yield connection

    @contextmanager
    def migration(self) -> Iterator[sa.Connection]:
        """Open the one transaction in which the tables themselves may be changed, for as long as that takes.

        SQLite changes a table by making it again under its name; meanwhile rows refer to what is not there, so that is
        looked at once, at the end.
        """
        migrating = self._writing.execution_options(payouts_migrates=True)
        try:
            with self._in_words(), self._opened(migrating) as connection, _transaction_of(connection):
                if self.dialect == "postgresql":
                    postgres.be_patient(connection)
                yield connection
                if self.dialect == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                    raise RuntimeError("a change of the tables lost rows that others refer to")
        finally:
            # The next connections look at every reference again.
            self._engine.dispose()

    @contextmanager
    def write(self, lease: Lease, now: datetime) -> Iterator[sa.Connection]:
        """Open one writing transaction under a lease, which it renews first.

        A commit that fails may have taken place all the same. Then the count of writes in the row of the lease is read
        back on a new connection, before anybody acts on either belief.

        Under one lease nobody else counts. So a count that does not go on from our last write means that the database
        was put back to an older state while we worked: what was read before may stand there under other keys.

        Raises:
            LeaseLost: the lease is not ours any more; nothing was written.
            StorageFailed: nothing was written, or it says that this is not known.

        """
        with self._in_words(), self._opened(self._writing) as connection:
            number = renew(connection, lease, now)
            self._must_follow(lease, number)
            yield connection
            try:
                connection.commit()
            except DBAPIError as error:
                # Whatever is left of the transaction ends here; on SQLite a failed commit leaves it open.
                connection.invalidate(error)
                if not self._took_place(lease, number, error):
                    raise
            except BaseException:
                # Broken off in the middle: the connection must not go back to the pool with its rows locked.
                connection.invalidate()
                raise
        self._last_writes[lease.key, lease.fence] = number

    def _must_follow(self, lease: Lease, number: int) -> None:
        """Make sure that the database still knows the last write of this lease."""
        last = self._last_writes.get((lease.key, lease.fence), number - 1)
        if number != last + 1:
            raise StorageFailed(
                f"The database {self.name} has forgotten what this command wrote: an older copy, or a standby that "
                "had not heard of it, has taken its place.",
                hint="Nothing was sent after that. Find out what was lost, and put the newest state back where you can;"
                " then run again: what was sent is asked about under its own id.",
            )

    def check_for_writing(self) -> None:
        """Make sure that the server keeps what is committed; an SQLite file that could be opened does.

        Raises:
            ConfigInvalid: what is committed would not be kept, or nothing can be written here at all.

        """
        if self.dialect == "postgresql":
            with self.read() as connection:
                check_for_writing(connection, self.name)
                check_time_outs(connection, self.name)

    def _took_place(self, lease: Lease, number: int, error: DBAPIError) -> bool:
        """Look on a new connection whether the write of this number is there, once the old connection has let go."""
        query = sa.select(locks.c.writes).where(locks.c.key == lease.key, locks.c.fence == lease.fence)
        try:
            with self._opened(self._writing) as connection:
                found = connection.execute(query.with_for_update()).scalar()
        except (SQLAlchemyError, DatabaseUnavailable):
            kind = DatabaseUnavailable if self._is_away(error) else StorageFailed
            raise kind(
                f"The database {self.name} failed while it was written: {self._words(error)}. It cannot be read "
                "either, so it is not known whether the last write took place.",
                hint="Nothing was sent after it. Fix the database, then run again: it goes on from what is recorded.",
            ) from None
        return found == number

    def _opened(self, engine: sa.Engine) -> sa.Connection:
        """Open a connection and begin a transaction; a server that is away is waited for.

        Raises:
            DatabaseUnavailable: longer than there is patience.

        """
        while True:
            try:
                connection = engine.connect()
                try:
                    self._begin(connection)
                except BaseException:
                    connection.close()
                    raise
            except DBAPIError as error:
                if not self._is_away(error):
                    raise
                away = (ConnectionLost if error.connection_invalidated else DatabaseUnavailable)(self._unusable(error))
            else:
                return connection
            self.patience.failed(away.message)
            if not self.patience.pause():
                raise away

    def _is_away(self, error: DBAPIError) -> bool:
        """Return whether a failure says no more than that the server is away for now."""
        return error.connection_invalidated or (self.dialect == "postgresql" and postgres.is_passing(error))

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        """Report what is wrong with the database itself; a value that it refuses is a fault of the program.

        Raises:
            SealBroken: it holds a value that no program writes, and that could not be read.

        """
        try:
            yield
            self.patience.succeeded()
        except IntegrityError:
            raise
        except (DataError, LookupError, TypeError, ValueError):
            odd = self._odd_value()
            if odd is None:
                raise
            raise odd from None
        except DBAPIError as error:
            # Without the cause: it would carry the driver's own words into a traceback, perhaps with a password.
            raise self._failure(error) from None

    def _odd_value(self) -> SealBroken | None:
        try:
            with self._opened(self._reading) as connection:
                return first_odd_value(connection)
        except (SQLAlchemyError, DatabaseUnavailable):
            return None

    def _unusable(self, error: DBAPIError) -> str:
        return f"The database {self.name} cannot be used: {self._words(error)}."

    def _failure(self, error: DBAPIError) -> StorageFailed:
        message = self._unusable(error)
        if self._is_away(error):
            self.patience.failed(message)
            return ConnectionLost(message)
        state = getattr(error.orig, "sqlstate", None)
        if state == postgres.NO_RIGHT:
            return RightMissing(message)
        if state == postgres.LOCK_NOT_AVAILABLE:
            return StorageFailed(
                f"The database {self.name} is busy: another transaction has kept what is needed here for "
                f"{postgres.LOCK_PATIENCE_S} s.",
                hint="Nothing was sent that is not recorded. Run again: it goes on from there. Who keeps it: "
                "`SELECT pid, usename, query FROM pg_stat_activity WHERE xact_start < now() - interval '1 min';`",
            )
        cause = None if self.path is None else cause_of(self.path, error.orig)
        if cause is None:
            return StorageFailed(message)
        return StorageFailed(
            f"The database {self.name} cannot be used: {cause.words} ({self._words(error)}).", fix=cause.fix
        )

    def _words(self, error: DBAPIError) -> str:
        """Take the first line of what the driver says: the others repeat the statement."""
        return self._shown(next(iter(str(error.orig).strip().splitlines()), type(error.orig).__name__).rstrip("."))

    def _shown(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text

    def close(self) -> None:
        """Close every connection; whoever opens one again starts afresh, as another process does."""
        self._engine.dispose()
        self._last_writes.clear()


def _transaction_of(connection: sa.Connection) -> sa.RootTransaction:
    """Return the transaction that the first statement of a connection began: as a block it ends whole or not at all."""
    transaction = connection.get_transaction()
    if transaction is None:
        raise RuntimeError("a connection was opened without a transaction")
    return transaction


def is_second_payment(error: IntegrityError) -> bool:
    """Return whether the database refused a row because its item already has a live, or a newest, payment."""
    return any(sign in str(error.orig) for sign in _SECOND_PAYMENT)
