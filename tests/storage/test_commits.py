"""A commit that fails may have taken place all the same: what the store believes is what a new connection sees."""

import sqlite3
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from paypal_payouts.domain.locks import LockReport
from paypal_payouts.domain.outcome import Accepted
from paypal_payouts.errors import StorageFailed
from paypal_payouts.storage import Lease, Store
from storage.makers import NOW, found, leased, new_batch, permitted, sent, stored


class BadCommits:
    """Lets the next commits of a database fail: before they take place, or after."""

    def __init__(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        self.failures: list[str] = []
        self._dialect: Any = store.database._engine.dialect
        self._commit: Any = self._dialect.do_commit
        self._is_postgres = store.database.dialect == "postgresql"
        monkeypatch.setattr(self._dialect, "do_commit", self._do_commit)

    def _do_commit(self, connection: Any) -> None:
        failure = self.failures.pop(0) if self.failures else None
        if failure != "before":
            self._commit(connection)
        if failure is not None:
            if self._is_postgres:
                connection.dbapi_connection.close()
                raise psycopg.OperationalError("server closed the connection unexpectedly")
            raise sqlite3.OperationalError("disk I/O error")


@pytest.fixture
def bad(store: Store, monkeypatch: pytest.MonkeyPatch) -> BadCommits:
    return BadCommits(store, monkeypatch)


def test_a_commit_that_took_place_and_was_not_answered_counts(store: Store, lease: Lease, bad: BadCommits) -> None:
    (batch_id,) = stored(store, lease)
    bad.failures = ["after"]
    permit = permitted(store, lease, batch_id)
    assert found(store).status == "in_flight"
    bad.failures = ["after"]
    answered = store.sends.record_result(lease, batch_id, permit, Accepted("PAYPAL1"), now=NOW)
    assert answered.status == found(store).status == "accepted"
    assert [attempt.outcome for attempt in store.batches.attempts(batch_id)] == ["accepted"]


def test_a_database_that_has_forgotten_our_last_write_is_not_written_to(store: Store, lease: Lease) -> None:
    one, other = stored(store, lease, new_batch(), new_batch(["d"], sequence=2))
    permitted(store, lease, one)
    with store.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE processing_locks SET writes = writes - 1")
    for _ in range(2):
        with pytest.raises(StorageFailed, match="has forgotten what this command wrote"):
            permitted(store, lease, other)
    assert found(store, "c1-0002-1").status == "planned"


def test_a_commit_that_did_not_take_place_leaves_nothing(store: Store, lease: Lease, bad: BadCommits) -> None:
    (batch_id,) = stored(store, lease)
    bad.failures = ["before", "before"]
    with pytest.raises(StorageFailed, match=r"cannot be used: (disk I/O error|server closed)"):
        permitted(store, lease, batch_id)
    assert found(store).status == "planned"
    assert store.batches.attempts(batch_id) == []
    # The store is as good as before: the next write finds a connection without a transaction in it.
    bad.failures = []
    assert sent(store, lease, batch_id, Accepted("PAYPAL1")).status == "accepted"


def test_a_cut_connection_is_replaced_and_the_write_done_once(store: Store, lease: Lease, bad: BadCommits) -> None:
    (batch_id,) = stored(store, lease)
    bad.failures = ["before"]
    if store.database.dialect == "sqlite":  # a disk that fails, and no connection that could be replaced
        with pytest.raises(StorageFailed):
            permitted(store, lease, batch_id)
    else:
        permitted(store, lease, batch_id)
    sends = [attempt.number for attempt in store.batches.attempts(batch_id)]
    assert sends == ([] if store.database.dialect == "sqlite" else [1])


def test_intents_are_never_repeated_by_themselves(store: Store, lease: Lease, bad: BadCommits) -> None:
    bad.failures = ["before"]
    with pytest.raises(StorageFailed):
        stored(store, lease)
    assert store.batches.of_cycle("c1") == []


def test_where_nothing_can_be_read_back_the_error_says_that_it_is_not_known(
    store: Store, lease: Lease, bad: BadCommits
) -> None:
    (batch_id,) = stored(store, lease)
    begun: list[sa.Connection] = []

    def only_the_first(connection: sa.Connection) -> None:
        begun.append(connection)
        if len(begun) > 1:
            connection.exec_driver_sql("SELECT * FROM a_table_that_is_gone")

    bad.failures = ["after"]
    sa.event.listen(store.database._engine, "begin", only_the_first)
    with pytest.raises(StorageFailed, match="it is not known whether the last write took place"):
        permitted(store, lease, batch_id)
    sa.event.remove(store.database._engine, "begin", only_the_first)
    assert found(store).status == "in_flight"


def test_a_lease_whose_grant_was_not_answered_is_granted_again(store: Store, bad: BadCommits) -> None:
    bad.failures = ["after"]
    if store.database.dialect == "sqlite":  # a disk that fails, and no connection that could be replaced
        with pytest.raises(StorageFailed):
            leased(store)
        return
    granted = leased(store)
    store.locks.renew(granted, now=NOW)
    assert store.audit.events() == []


@pytest.mark.parametrize("failure", ["after", "before"])
def test_a_lease_whose_breaking_was_not_answered_is_broken_once(store: Store, bad: BadCommits, failure: str) -> None:
    leased(store)
    (held,) = store.locks.held()
    bad.failures = [failure]
    if store.database.dialect == "sqlite" and failure == "before":
        with pytest.raises(StorageFailed):
            broken(store, held)
        assert store.locks.held() == [held]
        return
    assert broken(store, held) == held
    assert store.locks.held() == []
    assert [event.action for event in store.audit.events()] == ["lock_broken"]


def test_a_lease_is_not_said_to_be_broken_where_nobody_can_look(
    store: Store, bad: BadCommits, monkeypatch: pytest.MonkeyPatch
) -> None:
    leased(store)
    (held,) = store.locks.held()

    def away() -> Any:
        raise StorageFailed("The database is away.")

    monkeypatch.setattr(store.database, "read", away)
    bad.failures = ["after"] if store.database.dialect == "sqlite" else ["after"] * 9
    with pytest.raises(StorageFailed, match="not known whether the lease was broken"):
        broken(store, held)


def broken(store: Store, held: LockReport) -> LockReport | None:
    return store.locks.break_lease("c1", now=NOW, operator="bob", reason="it burnt down", seen=held)
