import inspect
import os
import re
import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, get_type_hints

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from support.sealed import open_sealed

from paypal_payouts.errors import ConfigInvalid, DatabaseUnavailable, StorageFailed, WrongDatabase
from paypal_payouts.storage import schema, store
from paypal_payouts.storage.postgres import connect_args
from paypal_payouts.storage.tables import METADATA
from storage.makers import everything, leased, opened, stored
from storage.together import PROCESSES, run_together

Snapshot = dict[str, tuple[int, int, bytes]]


def snapshot(folder: Path) -> Snapshot:
    """Give mode, time and bytes of every file."""
    return {path.name: (path.stat().st_mode, path.stat().st_mtime_ns, path.read_bytes()) for path in folder.iterdir()}


def test_a_new_database_is_made_and_opened_again_unchanged(database_url: str) -> None:
    opened(database_url).close()
    before = dict(everything(database_url))
    opened(database_url).close()
    assert dict(everything(database_url)) == before
    assert before["alembic_version"] == [(schema.HEAD,)]
    told = {"account": "main", "environment": "sandbox", "needs_program": schema.HEAD_SINCE}
    *bound, (key, _) = before["settings"]
    assert (bound, key) == (list(told.items()), "seal")


def test_the_migrations_make_exactly_the_tables_of_the_code(database_url: str) -> None:
    store = opened(database_url)
    with store.database.transaction() as connection:
        found = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), METADATA)
        by_migration = _checks(connection)
    store.close()
    assert [difference for difference in found if "alembic_version" not in str(difference)] == []
    assert by_migration == _checks_of_the_code(database_url)


_DEFINITIONS = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index'",
    "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()",
}


def test_the_migrations_keep_each_index_to_the_rows_that_the_code_says(database_url: str) -> None:
    store = opened(database_url)
    with store.database.read() as connection:
        stored = {name: sql for name, sql in connection.exec_driver_sql(_DEFINITIONS[connection.dialect.name])}  # noqa: C416 - rows, for mypy
    store.close()
    kept = {name: (sql or "").partition(" WHERE ")[2].strip("()") for name, sql in stored.items()}
    indexes = {index.name: index for table in METADATA.tables.values() for index in table.indexes}
    assert {name: kept[name] for name in indexes} == {
        name: index.info.get("where", "") for name, index in indexes.items()
    }
    assert sum(map(bool, kept.values())) >= 5


def test_space_is_left_in_the_pages_of_the_rows_that_change(postgres_database_url: str) -> None:
    store = opened(postgres_database_url)
    with store.database.read() as connection:
        options = connection.exec_driver_sql("SELECT relname, reloptions FROM pg_class WHERE reloptions IS NOT NULL")
        stored = {name: kept for name, kept in options}  # noqa: C416 - rows, for mypy
    store.close()
    filled = {table.name: table.info["fillfactor"] for table in METADATA.tables.values() if "fillfactor" in table.info}
    assert filled
    assert {name: stored[name] for name in filled} == {name: [f"fillfactor={share}"] for name, share in filled.items()}


def _checks(connection: sa.Connection) -> dict[tuple[str, str | None], set[str]]:
    """Give the words and numbers of every CHECK; each database writes the rest of it in its own way."""
    inspector = sa.inspect(connection)
    return {
        (table, check["name"]): {
            word for word in re.findall(r"\w+", check["sqltext"]) if word in _WORDS or word.isdigit()
        }
        for table in METADATA.tables
        for check in inspector.get_check_constraints(table)
    }


_WORDS = {
    word
    for table in METADATA.tables.values()
    for check in table.constraints
    if isinstance(check, sa.CheckConstraint)
    for word in str(check.sqltext.compile(compile_kwargs={"literal_binds": True})).split("'")[1::2]
}


def _checks_of_the_code(url: str) -> dict[tuple[str, str | None], set[str]]:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        METADATA.drop_all(connection)
        METADATA.create_all(connection)
        return _checks(connection)


def test_the_head_in_the_code_is_the_newest_migration() -> None:
    scripts = ScriptDirectory(str(Path(schema.__file__).parent / "migrations"))
    assert scripts.get_current_head() == schema.HEAD


def test_the_order_of_item_ids_is_by_code_point(postgres_database_url: str) -> None:
    store = opened(postgres_database_url)
    with store.database.read() as connection:
        (column,) = [
            column for column in sa.inspect(connection).get_columns("payout_items") if column["name"] == "item_id"
        ]
    store.close()
    assert isinstance(column["type"], sa.String)
    assert column["type"].collation == "C"


_OPEN = """
import sys
from support.sealed import open_sealed
store = open_sealed(sys.argv[1])
store.close()
"""


_OPEN_TOGETHER = f"""
import alembic.command, psycopg
print("ready", flush=True)
input()
{_OPEN}
"""


@pytest.mark.proof
def test_many_processes_may_make_the_database_at_once(database_url: str) -> None:
    errors = run_together(_OPEN_TOGETHER, database_url)
    assert errors == [""] * PROCESSES
    assert dict(everything(database_url))["alembic_version"] == [(schema.HEAD,)]


def test_a_migration_waits_for_another_ones_end(postgres_database_url: str) -> None:
    engine = sa.create_engine(postgres_database_url, poolclass=sa.NullPool)
    opening = threading.Thread(target=lambda: opened(postgres_database_url).close())
    with engine.begin() as connection:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(schema._POSTGRES_KEY)))
        opening.start()
        opening.join(1)
        assert opening.is_alive()
    opening.join()
    assert dict(everything(postgres_database_url))["alembic_version"] == [(schema.HEAD,)]


def test_a_failed_migration_leaves_nothing(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "_migrate", _break_half_way)
    with pytest.raises(RuntimeError):
        opened(database_url)
    assert dict(everything(database_url)) == {}


def _break_half_way(connection: sa.Connection) -> None:
    connection.exec_driver_sql("CREATE TABLE half (id INTEGER)")
    raise RuntimeError("power cut")


@pytest.mark.parametrize(("environment", "account"), [("live", "main"), ("sandbox", "other")])
@pytest.mark.parametrize("read_only", [False, True])
def test_a_database_of_another_is_refused(database_url: str, environment: str, account: str, read_only: bool) -> None:
    opened(database_url).close()
    with pytest.raises(WrongDatabase, match="belongs to account main in sandbox"):
        open_sealed(database_url, environment=environment, account=account, read_only=read_only)


@pytest.mark.parametrize("read_only", [False, True])
def test_a_database_of_a_newer_program_is_refused(database_url: str, read_only: bool) -> None:
    _revision(database_url, "0999")
    with pytest.raises(ConfigInvalid, match="newer version"):
        opened(database_url, read_only=read_only)


def test_an_older_database_is_not_migrated_by_a_reader(database_url: str) -> None:
    _revision(database_url, "0000")
    with pytest.raises(ConfigInvalid, match="older version"):
        opened(database_url, read_only=True)


@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize("revision", ["1975ea83b712", "0001", "0005"])
def test_the_tables_of_another_program_that_uses_alembic_are_told_as_what_they_are(
    database_url: str, revision: str, read_only: bool
) -> None:
    engine = sa.create_engine(database_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{revision}')")
    before = dict(everything(database_url))
    with pytest.raises(ConfigInvalid, match=f"belongs to another program: .* says '{revision}'"):
        opened(database_url, read_only=read_only)
    assert dict(everything(database_url)) == before


def _revision(url: str, revision: str) -> None:
    store = opened(url)
    with store.database.transaction() as connection:
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{revision}'")
    store.close()


def test_a_reader_finds_nothing_where_nothing_was_set_up(database_url: str) -> None:
    assert open_sealed(database_url, environment="sandbox", account="main", read_only=True) is None


def test_a_reader_cannot_write(database_url: str) -> None:
    opened(database_url).close()
    store = opened(database_url, read_only=True)
    with pytest.raises(StorageFailed, match=r"read-?only"), store.database.read() as connection:
        connection.exec_driver_sql("DELETE FROM settings")
    store.close()


def test_a_reader_leaves_no_trace(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/payouts.db"
    assert open_sealed(url, environment="sandbox", account="main", read_only=True) is None
    assert snapshot(tmp_path) == {}
    store = opened(url)
    stored(store, leased(store))
    store.close()
    before = snapshot(tmp_path)
    reader = opened(url, read_only=True)
    assert len(reader.batches.of_cycle("c1")) == 1
    reader.close()
    assert snapshot(tmp_path) == before


_DIE = """
import os, sys
from storage.makers import leased, opened, stored
store = opened(sys.argv[1])
stored(store, leased(store))
os._exit(9)
"""


def test_a_reader_leaves_what_a_killed_process_left(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/payouts.db"
    subprocess.run(
        [sys.executable, "-c", _DIE, url],
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )
    before = snapshot(tmp_path)
    assert before["payouts.db-wal"][2]
    reader = opened(url, read_only=True)
    assert len(reader.batches.of_cycle("c1")) == 1
    reader.close()
    after = snapshot(tmp_path)
    # The index of the log is rebuilt by every reader; it holds no data.
    assert {**after, "payouts.db-shm": None} == {**before, "payouts.db-shm": None}


def test_every_file_is_its_owners_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        store = opened(f"sqlite:///{tmp_path}/payouts.db")
        stored(store, leased(store))
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
        store.close()
    finally:
        os.umask(before)
    assert modes == {"payouts.db": 0o600, "payouts.db-wal": 0o600, "payouts.db-shm": 0o600}


def test_sqlite_is_set_for_safety(tmp_path: Path) -> None:
    store = opened(f"sqlite:///{tmp_path}/payouts.db")
    pragmas = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    with store.database.transaction() as connection:
        found = [connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() for pragma in pragmas]
    store.close()
    assert found == ["wal", 2, 1, 60_000]


def test_a_writer_takes_the_write_lock_at_once_and_a_reader_does_not(tmp_path: Path) -> None:
    store = opened(f"sqlite:///{tmp_path}/payouts.db")
    other = sqlite3.connect(tmp_path / "payouts.db", timeout=0, isolation_level=None)
    with store.database.read() as connection:
        connection.exec_driver_sql("SELECT * FROM settings")
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")
    with store.database.transaction(), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    other.close()
    store.close()


def test_a_reader_sees_one_moment(database_url: str) -> None:
    store = opened(database_url)
    with store.database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM cycles").scalar() == 0
        stored(store, leased(store))
        assert connection.exec_driver_sql("SELECT count(*) FROM cycles").scalar() == 0
    assert store.history.cycle_names() == ["c1"]
    store.close()


def test_a_name_with_signs_of_a_url_is_a_name(tmp_path: Path) -> None:
    folder = tmp_path / "50% of #1"
    folder.mkdir()
    opened(f"sqlite:///{folder}/pay me.db").close()
    assert [path.name for path in folder.iterdir()] == ["pay me.db"]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("payouts.db", "no database URL"),
        ("mysql://root@host/db", "names mysql"),
        ("sqlite://", "must name a file"),
        ("sqlite:///:memory:", "must name a file"),
        ("sqlite:///payouts.db?mode=memory", "without options"),
        ("sqlite:////nowhere/at/all/payouts.db", "cannot be opened: No such file"),
    ],
)
def test_a_url_that_cannot_be_used_is_refused_in_words(url: str, words: str) -> None:
    with pytest.raises(ConfigInvalid, match=words):
        opened(url)


@pytest.mark.parametrize("read_only", [False, True])
def test_a_folder_or_another_file_is_refused_in_words(tmp_path: Path, read_only: bool) -> None:
    with pytest.raises(ConfigInvalid, match="is a folder"):
        opened(f"sqlite:///{tmp_path}", read_only=read_only)
    (tmp_path / "cycle.csv").write_text("item_id,receiver\n" * 100)
    with pytest.raises(ConfigInvalid, match="not a database"):
        opened(f"sqlite:///{tmp_path}/cycle.csv", read_only=read_only)


def test_a_log_that_is_planted_while_a_database_is_opened_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(f"sqlite:///{tmp_path}/payouts.db").close()
    connect = sqlite3.connect

    def planting(*arguments: Any, **named: Any) -> Any:
        (tmp_path / "payouts.db-journal").touch()
        (tmp_path / "payouts.db-journal").chmod(0o666)
        return connect(*arguments, **named)

    monkeypatch.setattr(sqlite3, "connect", planting)
    with pytest.raises(ConfigInvalid, match=r"payouts\.db-journal is not used"):
        opened(f"sqlite:///{tmp_path}/payouts.db")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may open everything")
def test_a_file_of_somebody_else_is_refused_in_words(tmp_path: Path) -> None:
    opened(f"sqlite:///{tmp_path}/payouts.db").close()
    (tmp_path / "payouts.db").chmod(0)
    with pytest.raises(ConfigInvalid, match=r"cannot be (used|written)"):
        opened(f"sqlite:///{tmp_path}/payouts.db")


def test_a_server_that_is_not_there_is_told_without_the_password(tmp_path: Path) -> None:
    for url in (
        f"postgresql+psycopg://ann:s3cret@/db?host={tmp_path}/s3cret",
        f"postgresql://ann@/db?host={tmp_path}/s3cret&password=s3cret",
        "postgresql://ann:s3cret@localhost:1/db",
    ):
        with pytest.raises(DatabaseUnavailable, match=r"db at .* cannot be used") as refused:
            opened(url)
        assert "s3cret" not in str(refused.value) + refused.value.hint
        assert (refused.value.__cause__, refused.value.code) == (None, "database_unavailable")


@pytest.mark.parametrize(
    ("rest", "environ", "asked"),
    [
        ("db.example/x", {}, "verify-full"),
        ("10.0.0.5:5432/x", {}, "verify-full"),
        ("db.example/x", {"PGSSLMODE": "disable"}, "verify-full"),
        ("localhost.example/x", {}, "verify-full"),
        ("127.0.0.1,db.example/x", {}, "verify-full"),
        ("/x?host=127.0.0.1:5432&host=db.example:5432", {}, "verify-full"),
        ("localhost/x?hostaddr=10.0.0.5", {}, "verify-full"),
        ("/x?service=payouts", {}, "verify-full"),
        ("/x", {"PGHOST": "db.example"}, "verify-full"),
        ("/x", {"PGSERVICE": "payouts"}, "verify-full"),
        ("db.example/x?sslmode=require", {}, None),
        ("/x", {}, None),
        ("/x?host=/run/postgresql", {}, None),
        ("localhost/x", {}, None),
        ("127.0.0.1:5432/x", {}, None),
        ("[::1]:5432/x", {}, None),
        ("/x?host=127.0.0.1:5432&host=localhost:5432", {}, None),
        ("/x", {"PGHOST": "/tmp"}, None),
        ("localhost/x", {"PGHOST": "db.example"}, None),
    ],
)
def test_a_server_on_another_machine_must_prove_who_it_is(
    rest: str, environ: dict[str, str], asked: str | None
) -> None:
    assert connect_args(sa.make_url(f"postgresql+psycopg://ann@{rest}"), environ).get("sslmode") == asked


def test_postgres_without_its_driver_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ConfigInvalid) as refused:
        opened("postgresql://ann@host/db")
    assert refused.value.hint == "pip install 'paypal-payouts[postgres]'"


def test_neither_alembic_nor_psycopg_is_imported_to_open_what_is_current(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/payouts.db"
    opened(url).close()
    imported = "print([name for name in ('alembic', 'psycopg') if name in sys.modules])"
    result = subprocess.run(
        [sys.executable, "-c", _OPEN + imported, url],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout == "[]\n"


def test_the_list_of_the_stores_methods_is_complete() -> None:
    listed = {
        subject: set(re.findall(r"\w+", names))
        for subject, names in re.findall(r"^    store\.(\w+) ((?:.|\n {20})+)", str(store.__doc__), re.MULTILINE)
    }
    subjects = {name: kind for name, kind in get_type_hints(store.Store).items() if name != "database"}
    assert listed == {
        name: {method for method, what in vars(kind).items() if inspect.isfunction(what) and method[0] != "_"}
        for name, kind in subjects.items()
    }
