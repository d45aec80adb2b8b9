"""Houses to test in: on each kind of database, for what the database decides; on SQLite, for wide tables of cases."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import empty_postgres_database, made_database
from support.world import World


@pytest.fixture
def tmp_path(quick_path: Path) -> Path:
    return quick_path


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the URL of a database of a sandbox, in which nothing is stored yet."""
    yield from made_database(request, tmp_path)


@pytest.fixture
def world(tmp_path: Path, database_url: str) -> Iterator[World]:
    world = World(tmp_path, database_url)
    yield world
    world.close()


@pytest.fixture
def lite(tmp_path: Path, made_file: Path) -> Iterator[World]:
    shutil.copy(made_file, tmp_path / "payouts.db")
    world = World(tmp_path, f"sqlite:///{tmp_path}/payouts.db")
    yield world
    world.close()


@pytest.fixture
def postgres_world(tmp_path: Path, postgres_url: str, made_on_postgres: str) -> Iterator[World]:
    for url in empty_postgres_database(postgres_url, like=made_on_postgres):
        world = World(tmp_path, url)
        yield world
        world.close()
