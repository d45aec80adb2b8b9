import threading

import pytest

from paypal_payouts.errors import WrongAccount
from storage.makers import NOW, everything, opened

OURS, OTHER = "AXours-client-id", "AXother-client-id"


def kept(url: str) -> str | None:
    """Return what is kept of the client id."""
    kept = [value for key, value in dict(everything(url))["settings"] if key == "client_id_fingerprint"]
    return str(kept[0]) if kept else None


def test_nothing_is_known_until_it_is_remembered(database_url: str) -> None:
    store = opened(database_url)
    assert not store.account.is_known(OURS)
    assert kept(database_url) is None
    store.account.remember(OURS, salt="s1")
    assert store.account.is_known(OURS)
    store.close()
    store = opened(database_url)
    assert store.account.is_known(OURS)
    store.close()


def test_another_one_is_refused_and_the_first_one_stays(database_url: str) -> None:
    store = opened(database_url)
    store.account.remember(OURS, salt="s1")
    before = kept(database_url)
    for ask in (lambda: store.account.is_known(OTHER), lambda: store.account.remember(OTHER, salt="s2")):
        with pytest.raises(WrongAccount) as refused:
            ask()
        assert refused.value.exit_code == 3
        (told,) = refused.value.details
        assert told["remembered"] != told["given"]
    assert kept(database_url) == before
    store.close()


def test_a_person_replaces_it_which_the_trail_keeps(database_url: str) -> None:
    store = opened(database_url)
    store.account.replace(OTHER, salt="s0", now=NOW, actor="ann")
    assert kept(database_url) is None, "there was nothing to replace"
    store.account.remember(OURS, salt="s1")
    store.account.replace(OURS, salt="s2", now=NOW, actor="ann")
    assert store.audit.events() == []
    store.account.replace(OTHER, salt="s3", now=NOW, actor="ann")
    assert store.account.is_known(OTHER)
    with pytest.raises(WrongAccount):
        store.account.is_known(OURS)
    (line,) = store.audit.events()
    assert (line.actor, line.at, line.action) == ("ann", NOW, "account_credentials_replaced")
    assert line.evidence["after"] == str(kept(database_url)).removeprefix("s3:")[:12]
    store.close()


def test_what_is_kept_differs_from_database_to_database(database_url: str) -> None:
    store = opened(database_url)
    store.account.remember(OURS, salt="s1")
    one = kept(database_url)
    store.account.replace(OTHER, salt="s2", now=NOW, actor="ann")
    store.account.replace(OURS, salt="s3", now=NOW, actor="ann")
    assert str(one).partition(":")[2] != str(kept(database_url)).partition(":")[2]
    assert OURS not in str(one)
    store.close()


def test_of_two_that_come_first_at_one_moment_one_is_refused(database_url: str) -> None:
    opened(database_url).close()
    stores = [opened(database_url), opened(database_url)]
    gate, refused = threading.Barrier(2), []

    def come(client_id: str) -> None:
        store = stores.pop()
        gate.wait()
        try:
            store.account.remember(client_id, salt=client_id[2:5])
        except WrongAccount:
            refused.append(client_id)
        store.close()

    threads = [threading.Thread(target=come, args=(each,)) for each in (OURS, OTHER)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (loser,) = refused
    store = opened(database_url)
    assert store.account.is_known(({OURS, OTHER} - {loser}).pop())
    store.close()
