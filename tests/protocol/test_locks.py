"""The lock of a cycle: file first, then lease; who waits, and who takes over."""

import os
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from support.databases import made_database
from support.world import START, World

from paypal_payouts.domain.identity import BatchName
from paypal_payouts.domain.sent_log import SentLine
from paypal_payouts.errors import ConfigInvalid, LeaseLost, LockHeld
from paypal_payouts.protocol.locks import directory_identity, file_lock_is_free, get_processing_lock_info
from paypal_payouts.storage import NewerSchema


@pytest.fixture
def tmp_path(quick_path: Path) -> Path:
    return quick_path


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Yield the URL of a database of a sandbox, in which nothing is stored yet."""
    yield from made_database(request, tmp_path)


@pytest.fixture
def world(tmp_path: Path, database_url: str) -> Iterator[World]:
    world = World(tmp_path, database_url)
    yield world
    world.close()


class Died(BaseException):
    """The holder is gone, and could not release anything."""


def die_holding(world: World, cycle: str = "c") -> None:
    """Let a holder end without giving its lease back; the system frees its file lock."""

    def dead(_: str) -> None:
        raise Died

    with pytest.raises(Died), world.store() as store, world.hold(store)(cycle):
        world.effects = dead
    world.effects = None
    world.restart()


def test_a_lock_is_given_back_at_the_end(world: World) -> None:
    with world.store() as store:
        with world.hold(store)("c"):
            held = get_processing_lock_info("c", store=store)
            assert held
            assert (held.host, held.pid, held.command) == ("host", 1, "payouts run")
            assert held.expires_at - held.acquired_at == timedelta(seconds=600)
        assert get_processing_lock_info("c", store=store) is None
        assert file_lock_is_free("c", directory=world.folder / "locks")


def test_a_second_holder_of_the_same_directory_is_refused_and_told_who_holds_it(world: World) -> None:
    with world.store() as store, world.hold(store)("c"):
        assert not file_lock_is_free("c", directory=world.folder / "locks")
        with pytest.raises(LockHeld) as refused, world.hold(store)("c"):
            raise AssertionError
    assert all(part in refused.value.message for part in ("host", "process 1", "payouts run", "18:10 UTC"))


def test_cycles_do_not_lock_each_other(world: World) -> None:
    with world.store() as store, world.hold(store)("c"), world.hold(store)("d"):
        assert [held.key for held in store.locks.held()] == ["c", "d"]


def test_a_dead_holder_of_the_same_directory_is_taken_over_and_that_is_audited(world: World) -> None:
    world.run(["a,ann@x.example,1.00,USD"])
    die_holding(world)
    world.pid = 2
    with world.store() as store, world.hold(store)("c") as lock:
        assert lock.lease.holder == "host:2"
        assert [event.action for event in store.audit.events(cycle="c")][-1] == "lock_taken_over"


def test_a_dead_holder_of_another_directory_is_waited_out(world: World) -> None:
    die_holding(world)
    other = world.other_host()
    with other.store() as store:
        other.pass_time(seconds=599)
        with pytest.raises(LockHeld), other.hold(store)("c"):
            raise AssertionError
        other.pass_time(seconds=2)
        with other.hold(store)("c") as lock:
            assert lock.lease.holder == "host:2"
    other.restart()


def test_each_grant_has_a_higher_fence_and_the_older_holder_can_write_no_more(world: World) -> None:
    other = world.other_host()
    with world.store() as store, world.hold(store)("c") as lock:
        other.pass_time(seconds=601)
        with other.store() as elsewhere, other.hold(elsewhere)("c") as newer:
            assert newer.lease.fence > lock.lease.fence
            with pytest.raises(LeaseLost):
                lock.renew()
        other.restart()


def test_release_leaves_what_somebody_else_has_taken_over_alone(world: World) -> None:
    other = world.other_host()
    with world.store() as store:
        ours = world.hold(store)("c")
        ours.__enter__()
        other.pass_time(seconds=601)
        with other.store() as elsewhere, other.hold(elsewhere)("c"):
            ours.__exit__(None, None, None)
            held = get_processing_lock_info("c", store=elsewhere)
            assert held
            assert held.pid == 2
        other.restart()


def test_a_cycle_is_not_begun_on_tables_that_a_newer_program_has_changed_meanwhile(world: World) -> None:
    with world.store() as store:
        with store.database.transaction() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        with pytest.raises(NewerSchema), world.hold(store)("c"):
            pytest.fail("it was begun")
        assert get_processing_lock_info("c", store=store) is None


def test_a_long_sleep_is_cut_so_that_the_lease_is_renewed(world: World) -> None:
    with world.store() as store, world.hold(store)("c") as lock:
        lock.sleep(1000.0, pause=world.pause)
        assert world.slept == [200.0] * 5
        held = get_processing_lock_info("c", store=store)
        assert held
        assert held.expires_at > world.now()


def test_a_short_sleep_is_slept_in_one(world: World) -> None:
    with world.store() as store, world.hold(store)("c") as lock:
        lock.sleep(200.0, pause=world.pause)
        assert world.slept == [200.0]


def test_work_between_safe_points_renews_the_lease_before_it_ends(world: World) -> None:
    with world.store() as store, world.hold(store)("c") as lock:
        for _ in range(6):
            world.pass_time(seconds=250)
            lock.sleep(0, pause=world.pause)
        held = get_processing_lock_info("c", store=store)
        assert held
        assert held.expires_at > world.now()


def test_a_sleep_after_the_lease_was_lost_ends_with_lease_lost(world: World) -> None:
    with world.store() as store, world.hold(store)("c") as lock:
        store.locks.break_lease("c", now=world.now(), operator="tester", reason="seemed to be dead")
        with pytest.raises(LeaseLost):
            lock.sleep(1000.0, pause=world.pause)
        assert world.slept == [200.0]


def test_the_directory_and_its_files_belong_to_their_owner_alone_whatever_the_umask(world: World) -> None:
    before = os.umask(0)
    try:
        with world.store() as store, world.hold(store)("c") as lock:
            lock.sent_log.append(SentLine(START, BatchName("c", 1, 1), "sum"))
    finally:
        os.umask(before)
    directory = world.folder / "locks"
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in directory.iterdir()} == {
        "id": 0o600,
        "c.lock": 0o600,
        "c.sent": 0o600,
    }


def test_the_identity_of_a_directory_is_made_once(tmp_path: Path) -> None:
    first = directory_identity(tmp_path / "locks", new_identity=lambda: "one")
    assert (first, directory_identity(tmp_path / "locks", new_identity=lambda: "two")) == ("one", "one")


def test_a_lock_directory_that_cannot_be_used_is_refused_in_words(world: World) -> None:
    (world.folder / "locks").write_text("a file stands where the directory should be")
    with world.store() as store, pytest.raises(ConfigInvalid), world.hold(store)("c"):
        raise AssertionError
