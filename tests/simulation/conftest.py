"""The hosts that a worker plays its schedules in."""

from collections.abc import Iterator

import pytest

from simulation.hosts import Hosts


@pytest.fixture
def postgres_hosts(postgres_database_url: str) -> Iterator[Hosts]:
    hosts = Hosts(postgres_database_url)
    yield hosts
    hosts.remove()


@pytest.fixture(scope="session")
def hosts() -> Iterator[Hosts]:
    hosts = Hosts()
    yield hosts
    hosts.remove()
