"""Houses to test in: on each kind of database, for what the database decides; on SQLite, for wide tables of cases.

Their tables are there already, copied from a database that the program made: making them costs more than most tests.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from conftest import empty_postgres_database
from support.world import World

from paypal_payouts.storage import open_store


@pytest.fixture(scope="session")
def made_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give an SQLite database as the program makes it."""
    path = tmp_path_factory.mktemp("made") / "payouts.db"
    _make(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def made_on_postgres(postgres_url: str) -> Iterator[str]:
    """Give the name of a Postgres database as the program makes it."""
    for url in empty_postgres_database(postgres_url):
        _make(url)
        yield str(sa.make_url(url).database)


def _make(url: str) -> None:
    store = open_store(url, environment="sandbox", account="main")
    assert store
    store.close()


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the URL of a database of a sandbox, in which nothing is stored yet."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("made_file"), tmp_path / "payouts.db")
        yield f"sqlite:///{tmp_path}/payouts.db"
    else:
        made = request.getfixturevalue("made_on_postgres")
        yield from empty_postgres_database(request.getfixturevalue("postgres_url"), like=made)


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
