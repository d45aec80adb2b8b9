"""The house that a worker plays its schedules in."""

from collections.abc import Iterator

import pytest

from simulation.house import House


@pytest.fixture(scope="session")
def house() -> Iterator[House]:
    house = House()
    yield house
    house.remove()
