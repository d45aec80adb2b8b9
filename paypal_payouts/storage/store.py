"""The store: one subject, one object; one intent, one method; one method, one transaction with its line in the trail.

Whoever changes something brings a lease, from `store.locks.acquire`, and the time. `batch_id` is `BatchRecord.id`.

    store.locks      acquire, renew, release, break_lease, get, held
    store.intents    record_intent, record_new_attempts
    store.sends      permit, paid_elsewhere, recall, record_lost, record_result
    store.moves      adopt, doubt, move
    store.readings   books, open_payments, was_attached, funding_source, debts, record_page, record_reading
    store.items      newest, newest_report, sent, rows_of_cycle, rows_of_batch, unpaid, first_in, payable_codes,
                     came_back, conflicts, committed_minor, tally
    store.decisions  close, take_back, settle, acknowledge, has_conflict
    store.batches    of_cycle, find, sent_since, request_bytes, attempts, last_sends
    store.history    cycle_names, glances, last_finished, open_cycles, unfinished_cycles, paid_batches, recent_cycles,
                     live_payments, live_payments_of, stored_payments, payments, places
    store.seals      first_broken, broken, check_cycle
    store.approvals  record, of_cycle
    store.archives   candidates, archive, forget
    store.archived   of_cycle, all, number, find, compared, hashed
    store.account    is_known, remember, replace
    store.search     find, payments, cycles, cycles_with
    store.audit      events, of_actions, of_item, newest_seal, has_seal, record_shortened, check
    store.failures   of_cycle, of_batch, first_of_cycle, first_of_batch, bounced, arrived, record_not_reached
    store.payees     last_arrived, live_in_cycle, owed_in_cycle, owed_in_batches
    store.unpaid_payees  payments
    store.metrics    facts, currencies
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from msgspec import Struct

from paypal_payouts.storage import schema, sealing
from paypal_payouts.storage.account import StoredAccount
from paypal_payouts.storage.approvals import Approvals
from paypal_payouts.storage.archived import Archived
from paypal_payouts.storage.archives import Archives
from paypal_payouts.storage.batches import Batches
from paypal_payouts.storage.decisions import Decisions
from paypal_payouts.storage.engine import Database
from paypal_payouts.storage.failures import Failures
from paypal_payouts.storage.grants import check_rights
from paypal_payouts.storage.history import CycleHistory
from paypal_payouts.storage.intents import Intents
from paypal_payouts.storage.items import Items
from paypal_payouts.storage.key import KeyFile
from paypal_payouts.storage.locks import Locks
from paypal_payouts.storage.metrics import Metrics
from paypal_payouts.storage.moves import Moves
from paypal_payouts.storage.opening import connect
from paypal_payouts.storage.patience import Patience
from paypal_payouts.storage.payees import Payees
from paypal_payouts.storage.readings import Readings
from paypal_payouts.storage.repeating import until_done
from paypal_payouts.storage.seals import Seals
from paypal_payouts.storage.search import Search
from paypal_payouts.storage.sends import Sends
from paypal_payouts.storage.trail import Audit
from paypal_payouts.storage.unpaid_payees import UnpaidPayees

_Result = TypeVar("_Result")


class Store(Struct, frozen=True):
    """Everything that is known, by subject."""

    database: Database
    locks: Locks
    intents: Intents
    sends: Sends
    moves: Moves
    readings: Readings
    items: Items
    decisions: Decisions
    batches: Batches
    history: CycleHistory
    search: Search
    audit: Audit
    seals: Seals
    approvals: Approvals
    failures: Failures
    payees: Payees
    unpaid_payees: UnpaidPayees
    metrics: Metrics
    archives: Archives
    archived: Archived
    account: StoredAccount

    def check_tables(self) -> None:
        """Make sure that the tables are still those that this program knows.

        Under a lease the answer holds for as long as the lease does: a change of the tables ends every lease.

        Raises:
            NewerSchema: a newer program has changed them since they were opened.

        """
        self.until_done(lambda: schema.check_unchanged(self.database))

    def until_done(self, work: Callable[[], _Result]) -> _Result:
        """Do work again that a cut connection kept from being done, while there is patience for the server.

        Only for work that writes in one transaction at most: for what takes or gives rows one by one, which no method
        of a subject can begin again by itself.
        """
        return until_done(work, self.database.patience)

    def close(self) -> None:
        """Close every connection to the database."""
        self.database.close()


def reseal(
    url: str,
    *,
    environment: str,
    account: str,
    key_file: Path,
    now: datetime,
    actor: str,
    reason: str,
    patience: Patience | None = None,
) -> int:
    """Seal a database as it stands, because a person vouches for it; return how many batches there are.

    Raises:
        ConfigInvalid: as `open_store`.
        DatabaseUnavailable: as `open_store`.
        WrongDatabase: it belongs to another environment or account.

    """
    database = connect(url, read_only=False, patience=patience)
    if database is None:
        raise RuntimeError("a database that is opened for writing is made")
    try:
        schema.set_up(database, environment=environment, account=account)
        return sealing.reseal(database, KeyFile(key_file), now=now, actor=actor, reason=reason)
    finally:
        database.close()


def open_store(
    url: str,
    *,
    environment: str,
    account: str,
    key_file: Path,
    now: datetime,
    read_only: bool = False,
    user: str | None = None,
    patience: Patience | None = None,
) -> Store | None:
    """Open the database of an environment and account: made, brought up to date, bound to them and sealed where needed.

    With `read_only` nothing at all is written, and None is returned where there is no database yet. A `user` is kept
    beside the actor in each line of the trail. With `patience` a server that is away is waited for.

    Raises:
        ConfigInvalid: what the URL names, or the key, cannot be used, or was written by a newer program; no password is
            shown.
        DatabaseUnavailable: its server is away, for longer than there is patience.
        WrongDatabase: it belongs to another environment or account.
        SealBroken: it is not sealed with this key.

    """
    database = connect(url, read_only=read_only, user=user, patience=patience)
    if database is None:
        return None

    def is_ready() -> bool:
        if not read_only:
            schema.set_up(database, environment=environment, account=account)
            check_rights(database)
        elif schema.is_there(database):
            schema.check_binding(database, environment=environment, account=account)
        else:
            return False
        sealing.unlock(database, KeyFile(key_file), now=None if read_only else now)
        return True

    try:
        if not until_done(is_ready, database.patience):
            database.close()
            return None
    except BaseException:
        database.close()
        raise
    return _subjects(database)


def _subjects(database: Database) -> Store:
    return Store(
        database=database,
        locks=Locks(database),
        intents=Intents(database),
        sends=Sends(database),
        moves=Moves(database),
        readings=Readings(database),
        items=Items(database),
        decisions=Decisions(database),
        batches=Batches(database),
        history=CycleHistory(database),
        search=Search(database),
        audit=Audit(database),
        seals=Seals(database),
        approvals=Approvals(database),
        failures=Failures(database),
        payees=Payees(database),
        unpaid_payees=UnpaidPayees(database),
        metrics=Metrics(database),
        archives=Archives(database),
        archived=Archived(database),
        account=StoredAccount(database),
    )
