"""Databases of either kind: empty, or as the program makes them; each is a test's own and goes with it."""

import shutil
import uuid
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import sqlalchemy as sa

from support.quick import quick_folder
from support.sealed import open_sealed


def new_database(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """Make what `database_url` gives."""
    if request.param == "sqlite":
        yield f"sqlite:///{folder}/payouts.db"
        return
    yield from empty_postgres_database(request.getfixturevalue("postgres_url"))


def made_database(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """Make a database of a sandbox, in which nothing is stored yet.

    Its tables are copied from one that the program made: making them costs more than most tests.
    """
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("made_file"), folder / "payouts.db")
        yield f"sqlite:///{folder}/payouts.db"
        return
    made = request.getfixturevalue("made_on_postgres")
    yield from empty_postgres_database(request.getfixturevalue("postgres_url"), like=made)


def empty_postgres_database(server_url: str, *, like: str = "template0") -> Iterator[str]:
    """Make a database, empty or as another one is that nobody is connected to, and drop it again at the end."""
    name = f"payouts_{uuid.uuid4().hex}"
    engine = sa.create_engine(server_url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {like} STRATEGY file_copy")
    yield sa.make_url(server_url).set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


def make(url: str) -> None:
    """Make a database as the program does."""
    store = open_sealed(url)
    assert store
    store.close()


@cache
def made_sqlite() -> bytes:
    """Return the file of an SQLite database as the program makes it."""
    with quick_folder() as folder:
        make(f"sqlite:///{folder}/payouts.db")
        return (folder / "payouts.db").read_bytes()
