"""Houses to test in: on each kind of database, for what the database decides; on SQLite, for wide tables of cases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.world import World


@pytest.fixture
def world(tmp_path: Path, database_url: str) -> Iterator[World]:
    world = World(tmp_path, database_url)
    yield world
    world.close()


@pytest.fixture
def lite(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path, f"sqlite:///{tmp_path}/payouts.db")
    yield world
    world.close()


@pytest.fixture
def postgres_world(tmp_path: Path, postgres_database_url: str) -> Iterator[World]:
    world = World(tmp_path, postgres_database_url)
    yield world
    world.close()
