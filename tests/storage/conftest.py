from collections.abc import Iterator

import pytest

from paypal_payouts.storage import Lease, Store
from storage.makers import leased, opened


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = opened(database_url)
    yield store
    store.close()


@pytest.fixture
def lease(store: Store) -> Lease:
    return leased(store)
