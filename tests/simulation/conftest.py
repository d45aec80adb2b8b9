"""The houses that a worker plays its schedules in."""

from collections.abc import Iterator

import pytest

from simulation.house import House


@pytest.fixture
def postgres_house(postgres_database_url: str) -> Iterator[House]:
    house = House(postgres_database_url)
    yield house
    house.remove()


@pytest.fixture(scope="session")
def house() -> Iterator[House]:
    house = House()
    yield house
    house.remove()
