"""What every test may ask for: a real database of either kind, empty and its own."""

import gc
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
import sqlalchemy as sa
from support.compiled import share_compiled_statements
from support.databases import empty_postgres_database, made_database, made_sqlite, make, new_database
from support.postgres import running_postgres
from support.quick import quick_folder
from support.world import World

pytest_plugins = ["tiers"]

share_compiled_statements()
# Or hundreds of processes compile the whole program again, each for itself.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# How long an example takes is no verdict.
hypothesis.settings.register_profile("tests", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("tests")


def pytest_collection_finish() -> None:
    """Keep the garbage collector from looking through all modules and tests again and again: 7 % of the processor."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 1_000)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Yield the URL of a Postgres server: one of our own, or what PAYOUTS_TEST_POSTGRES_URL names (`none`: skip)."""
    named = os.environ.get("PAYOUTS_TEST_POSTGRES_URL")
    if named == "none":
        pytest.skip("PAYOUTS_TEST_POSTGRES_URL is `none`")
    if named:
        yield named
        return
    with running_postgres() as url:
        yield url


@pytest.fixture
def quick_path() -> Iterator[Path]:
    """Yield a folder in memory, where the system has one."""
    with quick_folder() as folder:
        yield folder


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Yield the URL of a database that does not exist yet (SQLite) or has no tables (Postgres)."""
    yield from new_database(request, tmp_path)


@pytest.fixture(params=["sqlite", "postgres"])
def made_database_url(request: pytest.FixtureRequest, quick_path: Path) -> Iterator[str]:
    """Yield the URL of a database of a sandbox, in which nothing is stored yet."""
    yield from made_database(request, quick_path)


@pytest.fixture
def world(quick_path: Path, made_database_url: str) -> Iterator[World]:
    """Yield a program with its database and a PayPal, on each kind of database: for what the database decides."""
    world = World(quick_path, made_database_url)
    yield world
    world.close()


@pytest.fixture
def lite(quick_path: Path, made_file: Path) -> Iterator[World]:
    """Yield the same on SQLite alone: for wide tables of cases."""
    shutil.copy(made_file, quick_path / "payouts.db")
    world = World(quick_path, f"sqlite:///{quick_path}/payouts.db")
    yield world
    world.close()


@pytest.fixture
def postgres_world(quick_path: Path, postgres_url: str, made_on_postgres: str) -> Iterator[World]:
    """Yield the same on Postgres alone."""
    for url in empty_postgres_database(postgres_url, like=made_on_postgres):
        world = World(quick_path, url)
        yield world
        world.close()


@pytest.fixture(scope="session")
def made_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an SQLite database as the program makes it."""
    path = tmp_path_factory.mktemp("made") / "payouts.db"
    path.write_bytes(made_sqlite())
    return path


@pytest.fixture(scope="session")
def made_on_postgres(postgres_url: str) -> Iterator[str]:
    """Yield the name of a Postgres database as the program makes it."""
    for url in empty_postgres_database(postgres_url):
        make(url)
        yield str(sa.make_url(url).database)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def module_database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the URL of such a database for all tests of a module."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('database')}/payouts.db"
        return
    yield from empty_postgres_database(request.getfixturevalue("postgres_url"))


@pytest.fixture
def postgres_database_url(postgres_url: str) -> Iterator[str]:
    """Yield the URL of a Postgres database without tables."""
    yield from empty_postgres_database(postgres_url)
