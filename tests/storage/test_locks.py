import threading
from datetime import datetime

import pytest
from msgspec.structs import replace

from paypal_payouts.domain.locks import LockReport
from paypal_payouts.errors import LeaseLost
from paypal_payouts.storage import Lease, Store
from storage.makers import HOLDER, NOW, OTHER, later, leased, opened, stored


def asked(store: Store, *, now: datetime, same_directory: bool = False) -> Lease | LockReport:
    holder = HOLDER if same_directory else OTHER
    return store.locks.acquire("c1", holder=holder, now=now, lease_s=600, take_over_same_directory=True)


def test_a_free_key_is_granted_and_shows_its_holder(store: Store, lease: Lease) -> None:
    assert lease == Lease("c1", "host-a:41", 1, 600, HOLDER.directory_id)
    expected = LockReport("c1", "host-a:41", NOW, later(seconds=600), "host-a", 41, "payouts run", None)
    assert store.locks.get("c1") == expected
    assert store.locks.held() == [expected]
    assert store.locks.get("c2") is None


@pytest.mark.usefixtures("lease")
def test_a_held_key_names_its_holder_until_it_expires(store: Store) -> None:
    refused = asked(store, now=later(seconds=599))
    assert isinstance(refused, LockReport)
    assert refused.holder == "host-a:41"
    granted = asked(store, now=later(seconds=600))
    assert isinstance(granted, Lease)
    assert granted.fence == 2


@pytest.mark.usefixtures("lease")
def test_the_same_directory_takes_over_at_once_only_when_told_so(store: Store) -> None:
    refused = store.locks.acquire("c1", holder=HOLDER, now=NOW, lease_s=600, take_over_same_directory=False)
    assert isinstance(refused, LockReport)
    assert isinstance(asked(store, now=NOW, same_directory=True), Lease)
    (event,) = store.audit.events()
    assert (event.action, event.actor, event.evidence["holder"]) == ("lock_taken_over", "host-a:41", "host-a:41")


def test_another_directory_does_not_take_over(store: Store, lease: Lease) -> None:
    assert isinstance(asked(store, now=NOW), LockReport)
    store.locks.renew(lease, now=NOW)


def test_a_lease_that_was_taken_over_writes_nothing_more(store: Store, lease: Lease) -> None:
    asked(store, now=later(hours=1))
    with pytest.raises(LeaseLost):
        store.locks.renew(lease, now=later(hours=1))
    with pytest.raises(LeaseLost):
        stored(store, lease)
    assert store.batches.of_cycle("c1") == []


def test_a_fence_tells_two_leases_of_one_holder_apart(store: Store, lease: Lease) -> None:
    granted = asked(store, now=NOW, same_directory=True)
    assert isinstance(granted, Lease)
    assert granted.holder == lease.holder
    with pytest.raises(LeaseLost):
        store.locks.renew(lease, now=NOW)
    store.locks.release(lease)
    store.locks.renew(granted, now=NOW)


def test_a_lock_directory_tells_two_leases_apart_that_a_server_gave_twice(store: Store, lease: Lease) -> None:
    """As after a fail-over that lost the grant: two containers with one host name and one process number."""
    twin = replace(lease, directory_id="directory-b")
    with pytest.raises(LeaseLost):
        store.locks.renew(twin, now=NOW)
    with pytest.raises(LeaseLost):
        stored(store, twin)
    store.locks.release(twin)
    store.locks.renew(lease, now=NOW)


def test_an_expired_lease_that_nobody_took_is_still_ours(store: Store, lease: Lease) -> None:
    store.locks.renew(lease, now=later(hours=5))
    assert isinstance(asked(store, now=later(hours=5, seconds=599)), LockReport)


def test_release_frees_what_is_mine_and_keeps_the_fence(store: Store, lease: Lease) -> None:
    store.locks.release(lease)
    assert store.locks.held() == []
    with pytest.raises(LeaseLost):
        store.locks.renew(lease, now=NOW)
    assert leased(store).fence == 2


def test_release_leaves_what_somebody_else_took_over(store: Store, lease: Lease) -> None:
    taken = asked(store, now=later(hours=1))
    assert isinstance(taken, Lease)
    store.locks.release(lease)
    store.locks.renew(taken, now=later(hours=1))


def test_a_write_renews_the_lease(store: Store, lease: Lease) -> None:
    store.intents.record_intent(lease, cycle="c1", batches=[], now=later(seconds=500), actor="ann")
    lock = store.locks.get("c1")
    assert lock is not None
    assert lock.expires_at == later(seconds=1100)


def test_breaking_a_lease_is_audited_and_ends_its_holder(store: Store, lease: Lease) -> None:
    stored(store, lease)
    broken = store.locks.break_lease("c1", now=NOW, operator="bob", reason="host-a burnt down")
    assert broken is not None
    assert broken.holder == "host-a:41"
    with pytest.raises(LeaseLost):
        store.locks.renew(lease, now=NOW)
    event = store.audit.events(cycle="c1")[-1]
    assert (event.action, event.actor, event.reason) == ("lock_broken", "bob", "host-a burnt down")
    assert event.evidence["key"] == "c1"
    # The broken holder's fence stays behind, whoever comes next.
    assert leased(store).fence == 3


def test_breaking_what_nobody_holds_changes_nothing(store: Store) -> None:
    assert store.locks.break_lease("c1", now=NOW, operator="bob", reason="to be sure of it") is None
    assert store.audit.events() == []


def test_keys_are_independent(store: Store, lease: Lease) -> None:
    other = leased(store, "c2", holder=OTHER)
    store.locks.release(other)
    store.locks.renew(lease, now=NOW)
    assert [lock.key for lock in store.locks.held()] == ["c1"]


@pytest.mark.parametrize("grants_before", [0, 1])
def test_of_many_that_ask_at_once_one_is_granted(database_url: str, grants_before: int) -> None:
    stores = [opened(database_url) for _ in range(4)]
    for _ in range(grants_before):
        stores[0].locks.release(leased(stores[0]))
    start, answers = threading.Barrier(4), list[Lease | LockReport]()

    def ask(store: Store) -> None:
        start.wait()
        answers.append(store.locks.acquire("c1", holder=OTHER, now=NOW, lease_s=600, take_over_same_directory=False))

    threads = [threading.Thread(target=ask, args=[store]) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for store in stores:
        store.close()
    assert len(answers) == 4
    assert [answer.fence for answer in answers if isinstance(answer, Lease)] == [grants_before + 1]
