"""Every schema that ever landed is brought up to date with what was in it, from a dump that was kept of it.

A migration comes with the dump of its schema, for both databases. To write it:

    PAYOUTS_TEST_WRITE_DUMPS=1 python -m pytest -n0 tests/storage/test_migrations.py
"""

import os
import sqlite3
import stat
import threading
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from support.sealed import KEY_FILE, open_sealed
from support.world import World

from paypal_payouts.domain.states import BatchStatus
from paypal_payouts.errors import ConfigInvalid, LeaseLost
from paypal_payouts.paypal.error_rules import ErrorRules
from paypal_payouts.protocol.results import ResultReader
from paypal_payouts.storage import NewerSchema, Store, prove, schema
from paypal_payouts.storage.tables import METADATA
from paypal_payouts.verbs.doctor_database import check_database
from storage import invented
from storage.dumping import OPEN_ROWS, dumped, live_for_a_while, loaded
from storage.makers import NOW, everything, leased, opened, permitted, stored
from storage.together import run_together

DUMPS = Path(__file__).parent / "dumps"
VERSIONS = sorted(path.name.partition("_")[0] for path in schema._MIGRATIONS.glob("versions/*.py"))

Rows = dict[str, list[dict[str, object]]]


def dump_of(version: str, url: str) -> Path:
    return DUMPS / f"{version}.{'sqlite' if url.startswith('sqlite') else 'postgres'}.sql"


def key_for(version: str, folder: Path) -> Path:
    """Give the key of a kept database: that of the tests, or one that is made when it is sealed for the first time."""
    return KEY_FILE if version >= "0004" else folder / "first.key"


@pytest.fixture
def kept_url(database_url: str) -> str:
    """Give the URL of a database with the newest schema, as it was kept."""
    loaded(database_url, dump_of(VERSIONS[-1], database_url).read_text())
    return database_url


@pytest.fixture
def later_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Know one migration more than the program does."""
    invented.know_one_more(tmp_path / "later", monkeypatch.setattr)


def rows_of(url: str) -> Rows:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        tables = sorted(set(sa.inspect(connection).get_table_names()) - {"alembic_version"})
        return {
            table: [
                dict(row) for row in connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY 1").mappings().all()
            ]
            for table in tables
        }


def check_all_is_still_there(before: Rows, after: Rows) -> None:
    for table, rows in before.items():
        columns = rows[0].keys()
        # What is new, such as who sealed it, comes after them.
        kept = [{name: row[name] for name in columns} for row in after[table][: len(rows)]]
        assert _but_the_program(kept) == _but_the_program(rows), table


def _but_the_program(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """Leave out which program is needed: that is told again."""
    return [row for row in rows if row.get("key") != "needs_program"]


@pytest.mark.skipif("PAYOUTS_TEST_WRITE_DUMPS" not in os.environ, reason="writes the dumps, where that is wanted")
def test_the_dump_of_the_newest_schema_is_written(database_url: str, tmp_path: Path) -> None:
    live_for_a_while(database_url, tmp_path)
    dump = dump_of(schema.HEAD, database_url)
    dump.write_text(dumped(database_url))
    assert schema.HEAD in dump.read_text()


@pytest.mark.parametrize("version", VERSIONS)
def test_a_kept_database_of_any_version_is_brought_up_to_date_and_its_cycle_goes_on(
    version: str, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The PayPal of this test never had the batches that the dump's was asked about.
    monkeypatch.setattr(ResultReader, "read_older_payments", lambda *_: None)
    loaded(database_url, dump_of(version, database_url).read_text())
    before = rows_of(database_url)
    assert all(before.values()), "a table of the dump is empty"
    world = World(tmp_path, database_url, clock=NOW, key_file=key_for(version, tmp_path))
    world.pass_time(hours=3)
    with world.store() as store:
        check_all_is_still_there(before, rows_of(database_url))
        check_the_tables(store)
        requests = [store.batches.request_bytes(batch.id) for batch in store.batches.of_cycle("open")[1:]]
    pay_elsewhere(world)
    assert world.run(OPEN_ROWS, cycle="open").exit_code == 5
    assert world.statuses("open") == dict.fromkeys(["open-0001-1", "open-0002-1", "open-0003-1"], "done")
    assert world.sent == requests
    assert world.paid() == {"zoe@x.example": ["9.00 USD"], "cat@x.example": ["3.00 GBP"], "dan@x.example": ["4.00 USD"]}
    assert world.retry("open-0001-1", OPEN_ROWS, failed_items=True, payee_errors=True).exit_code == 5
    assert world.statuses("open")["open-0001-2"] == "done"
    with world.store() as store:
        of_all = [row for row in before["payout_batches"] if str(row["batch"]).startswith("all-")]
        assert len(store.batches.of_cycle("all")) == len(of_all)
    world.close()


@pytest.mark.parametrize("version", [version for version in VERSIONS if version < "0003"])
def test_the_batch_that_paypal_named_before_a_review_is_found_again(
    version: str, database_url: str, tmp_path: Path
) -> None:
    loaded(database_url, dump_of(version, database_url).read_text())
    engine = sa.create_engine(database_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        named = sa.text("UPDATE audit_events SET evidence = :evidence WHERE action = 'doubt'")
        connection.execute(named, {"evidence": '{"paypal_batch_id": "NAMED1"}'})
    store = opened(database_url, key_file=key_for(version, tmp_path))
    batches = store.batches.of_cycle("all")
    assert {batch.status for batch in batches if batch.named_batch_id == "NAMED1"} == {BatchStatus.REVIEW}
    store.close()


def pay_elsewhere(world: World) -> None:
    """Let PayPal, of whom no dump was kept, have given away the ids already that the dump knows."""
    other = world.other_host()
    other.database_url = f"sqlite:///{world.folder}/elsewhere.db"
    other.run(["z,zoe@x.example,9.00,USD"], cycle="elsewhere")
    other.restart()


def check_the_tables(store: Store) -> None:
    with store.database.transaction() as connection:
        found = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), METADATA)
    assert [difference for difference in found if "alembic_version" not in str(difference)] == []


@pytest.mark.usefixtures("later_program")
def test_a_migration_keeps_every_row_and_every_reference(kept_url: str) -> None:
    before = rows_of(kept_url)
    opened(kept_url).close()
    after = rows_of(kept_url)
    for row in before["payout_batches"]:
        row["last_word"] = row.pop("paypal_word")
    check_all_is_still_there(before, after)
    assert dict(everything(kept_url))["alembic_version"] == [(invented.HEAD,)]
    store = opened(kept_url)
    with pytest.raises(sa.exc.IntegrityError), store.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE payout_items SET batch_id = 4711")
    store.close()


def test_an_older_program_is_told_which_version_the_database_needs(
    kept_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as later:
        invented.know_one_more(tmp_path / "later", later.setattr)
        opened(kept_url).close()
    before = dict(everything(kept_url))
    for read_only in (False, True):
        with pytest.raises(NewerSchema, match=r"needs paypal-payouts 9\.1\.0 or newer") as refused:
            open_sealed(kept_url, read_only=read_only)
        assert refused.value.exit_code == 3
        assert "pip install 'paypal-payouts>=9.1.0'" in refused.value.hint
    assert dict(everything(kept_url)) == before


def test_a_database_says_which_program_it_needs_from_the_first_day(database_url: str) -> None:
    opened(database_url).close()
    assert ("needs_program", schema.HEAD_SINCE) in dict(everything(database_url))["settings"]


def test_an_older_program_that_is_at_work_stops_at_its_next_write(
    kept_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    older = opened(kept_url)
    lease = leased(older)
    (batch_id,) = stored(older, lease)
    with monkeypatch.context() as later:
        invented.know_one_more(tmp_path / "later", later.setattr)
        newer = opened(kept_url)
    assert "1 older program(s) were at work" in caplog.text
    before = dict(everything(kept_url))
    with pytest.raises(LeaseLost):
        permitted(older, lease, batch_id)
    assert dict(everything(kept_url)) == before
    with pytest.raises(NewerSchema):
        older.check_tables()
    older.close()
    assert leased(newer).fence > lease.fence
    newer.close()


_MIGRATE_TOGETHER = """
import pathlib, sys
from storage import invented
from storage.makers import opened
import alembic.command, psycopg
invented.know_one_more(pathlib.Path(sys.argv[2]))
print("ready", flush=True)
input()
opened(sys.argv[1]).close()
"""


@pytest.mark.proof
def test_many_processes_may_migrate_at_once(kept_url: str, tmp_path: Path) -> None:
    invented.know_one_more(tmp_path / "later", lambda *_: None)
    before = rows_of(kept_url)
    errors = run_together(_MIGRATE_TOGETHER, kept_url, tmp_path / "later")
    assert rows_of(kept_url)["payout_items"] == before["payout_items"]
    # One of them migrated, and on SQLite took the copy; the others found it done.
    copies = sum("was copied to" in error for error in errors)
    assert copies == len(list(tmp_path.glob("payouts.db.*"))) == kept_url.startswith("sqlite")


@pytest.fixture
def sqlite_file(tmp_path: Path) -> Path:
    path = tmp_path / "payouts.db"
    loaded(f"sqlite:///{path}", dump_of(VERSIONS[-1], "sqlite").read_text())
    return path


@pytest.mark.usefixtures("later_program")
def test_on_sqlite_a_copy_is_taken_before_a_migration_and_its_name_told(
    sqlite_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = rows_of(f"sqlite:///{sqlite_file}")
    umask = os.umask(0)
    try:
        opened(f"sqlite:///{sqlite_file}").close()
    finally:
        os.umask(umask)
    copy = sqlite_file.with_name(f"payouts.db.{VERSIONS[-1]}")
    assert f"copied to {copy}" in caplog.text
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert rows_of(f"sqlite:///{copy}") == before
    assert sorted(path.name for path in sqlite_file.parent.iterdir()) == ["later", "payouts.db", copy.name]
    # It is there already, so nothing is copied any more.
    opened(f"sqlite:///{sqlite_file}").close()
    assert len(list(sqlite_file.parent.glob("payouts.db.*"))) == 1


@pytest.mark.usefixtures("later_program")
def test_a_copy_overwrites_nothing(sqlite_file: Path) -> None:
    first = sqlite_file.with_name(f"payouts.db.{VERSIONS[-1]}")
    first.write_text("the operator's own")
    opened(f"sqlite:///{sqlite_file}").close()
    assert first.read_text() == "the operator's own"
    with closing(sqlite3.connect(f"{first}-2")) as copy:
        assert copy.execute("SELECT * FROM alembic_version").fetchall() == [(VERSIONS[-1],)]


@pytest.mark.usefixtures("later_program")
def test_where_no_copy_can_be_taken_nothing_is_changed(sqlite_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = rows_of(f"sqlite:///{sqlite_file}")

    def no_room(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("paypal_payouts.storage.copies.os.link", no_room)
    with pytest.raises(ConfigInvalid, match="cannot be: No space left on device"):
        opened(f"sqlite:///{sqlite_file}")
    assert rows_of(f"sqlite:///{sqlite_file}") == before
    assert sorted(path.name for path in sqlite_file.parent.iterdir()) == ["later", "payouts.db"]


def test_a_first_creation_copies_nothing(tmp_path: Path) -> None:
    opened(f"sqlite:///{tmp_path}/payouts.db").close()
    assert [path.name for path in tmp_path.iterdir()] == ["payouts.db"]


def test_a_migration_that_loses_rows_which_others_refer_to_is_undone(
    sqlite_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = rows_of(f"sqlite:///{sqlite_file}")

    def lose(connection: sa.Connection) -> None:
        connection.exec_driver_sql("DELETE FROM payout_batches WHERE sequence = 2")

    monkeypatch.setattr(schema, "HEAD", invented.HEAD)
    monkeypatch.setattr(schema, "_migrate", lose)
    with pytest.raises(RuntimeError, match="lost rows"):
        opened(f"sqlite:///{sqlite_file}")
    assert rows_of(f"sqlite:///{sqlite_file}") == before


def told_by_doctor(url: str) -> dict[str, tuple[str, str]]:
    with ExitStack() as stack:

        def look() -> Store | None:
            store = open_sealed(url, read_only=True)
            if store is not None:
                stack.callback(store.close)
            return store

        checks = check_database(url, Path("locks"), lambda: prove(url), look, lambda *_: None, errors=ErrorRules())
        return {check.name: (check.state, check.found) for check in checks}


def test_doctor_says_where_the_tables_stand(kept_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert told_by_doctor(kept_url)["schema"] == ("ok", f"of {schema.HEAD}, the newest that this program knows")
    with monkeypatch.context() as later:
        invented.know_one_more(tmp_path / "later", later.setattr)
        state, found = told_by_doctor(kept_url)["schema"]
        assert (state, f"of {VERSIONS[-1]}, ours of {invented.HEAD}" in found) == ("warning", True)
        opened(kept_url).close()
    state, found = told_by_doctor(kept_url)["schema"]
    assert (state, "needs paypal-payouts 9.1.0" in found) == ("failed", True)


@pytest.mark.usefixtures("later_program")
def test_a_migration_waits_for_another_ones_end(postgres_database_url: str) -> None:
    engine = sa.create_engine(postgres_database_url, poolclass=sa.NullPool)
    opening = threading.Thread(target=lambda: opened(postgres_database_url).close())
    with engine.begin() as connection:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(schema._POSTGRES_KEY)))
        opening.start()
        opening.join(1)
        assert opening.is_alive()
    opening.join()
    assert dict(everything(postgres_database_url))["alembic_version"] == [(invented.HEAD,)]
