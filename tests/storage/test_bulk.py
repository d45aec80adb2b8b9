"""Rows that come by COPY: a connection that breaks under them is told as any other, and nothing of them is there."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.cutting import Cut, Way, way_to

from paypal_payouts.errors import StorageFailed
from paypal_payouts.storage import Store
from paypal_payouts.storage.repeating import ConnectionLost
from storage.makers import leased, new_batch, opened, stored

REQUESTS_MAX = 20
LOST_MIN = 7
"""So many requests the intent of one batch has, the COPY and its rows among them."""


@pytest.fixture
def way(postgres_database_url: str) -> Iterator[Way]:
    folder = Path(tempfile.mkdtemp(prefix="way", dir="/tmp"))
    try:
        with way_to(postgres_database_url, folder) as way:
            yield way
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def store(way: Way) -> Iterator[Store]:
    store = opened(way.url)
    yield store
    store.close()


@pytest.mark.parametrize("cut", [Cut.BEFORE, Cut.WITHIN], ids=lambda cut: cut.name.lower())
def test_a_connection_that_breaks_at_any_request_of_an_intent_is_lost_in_words(
    store: Store, way: Way, cut: Cut
) -> None:
    lost = 0
    for number in range(1, REQUESTS_MAX):
        cycle = f"c{number}"
        lease = leased(store, cycle)
        way.cut_at(number, cut)
        failure: StorageFailed | None = None
        try:
            stored(store, lease, new_batch(cycle=cycle), cycle=cycle)
        except StorageFailed as failed:
            failure = failed
        was_cut = way.was_cut
        way.repair()
        # The first request asks whether the connection of before still lives, and another one takes its place.
        assert type(failure) is (ConnectionLost if was_cut and number > 1 else type(None))
        # The cause, and not what the roll-back of a dead connection says.
        assert failure is None or "server closed the connection" in failure.message
        assert len(store.batches.of_cycle(cycle)) == (failure is None)
        lost += failure is not None
        if not was_cut:
            break
    assert lost > LOST_MIN
