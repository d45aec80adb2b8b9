"""A site for each test, on each database."""

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.forks import Fork, forking
from support.quick import quick_folder
from support.site import Site

from paypal_payouts.simulator.server import running_server


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    with quick_folder(of_programs=True) as folder:
        yield folder


@pytest.fixture
def site(tmp_path: Path, database_url: str, forks: Iterator[Fork]) -> Iterator[Site]:
    """Yield an operator's folder on SQLite, then on Postgres, with the simulator as a server."""
    with running_server(None, lambda: datetime.now(UTC)) as server:
        yield Site(tmp_path, database_url, server.simulator, server.url, forks=forks)


@pytest.fixture
def sqlite_site(tmp_path: Path, forks: Iterator[Fork]) -> Iterator[Site]:
    """Yield an operator's folder on SQLite, for what does not depend on the database."""
    with running_server(None, lambda: datetime.now(UTC)) as server:
        yield Site(tmp_path, f"sqlite:///{tmp_path}/payouts.db", server.simulator, server.url, forks=forks)


@pytest.fixture(scope="session")
def fork(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fork]:
    """Yield the real program, imported once, of which every start is a child."""
    with forking(tmp_path_factory.mktemp("fork")) as program:
        yield program


@pytest.fixture(scope="session")
def forks(fork: Fork, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Iterator[Fork]]:
    """Yield it by turns, imported twice: what one command stores, another reads that hashes and orders differently."""
    with forking(tmp_path_factory.mktemp("fork")) as other:
        yield itertools.cycle([fork, other])
