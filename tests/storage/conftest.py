from collections.abc import Iterator
from pathlib import Path

import pytest
from support.databases import made_database, new_database
from support.roles import Roles, documented_roles

from paypal_payouts.storage import Lease, Store
from storage.makers import leased, opened


@pytest.fixture
def tmp_path(quick_path: Path) -> Path:
    return quick_path


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Yield the URL of a database: with tables for who asks for a store, else as it is before the program comes."""
    yield from (made_database if "store" in request.fixturenames else new_database)(request, tmp_path)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = opened(database_url)
    yield store
    store.close()


@pytest.fixture
def lease(store: Store) -> Lease:
    return leased(store)


@pytest.fixture
def roles(postgres_database_url: str) -> Iterator[Roles]:
    """Yield the documented roles of a database without tables."""
    with documented_roles(postgres_database_url) as roles:
        yield roles
