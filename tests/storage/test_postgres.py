"""What Postgres is told and asked: whether it keeps what it commits, how long anybody waits, how a dead line shows."""

import threading
import uuid
from collections.abc import Iterator

import psycopg
import pytest
import sqlalchemy as sa

from paypal_payouts.errors import ConfigInvalid, StorageFailed
from paypal_payouts.storage import postgres
from storage.makers import NOW, OTHER, everything, later, leased, opened

_SETTINGS = (
    "lock_timeout",
    "statement_timeout",
    "idle_in_transaction_session_timeout",
    "transaction_isolation",
    "transaction_read_only",
)


@pytest.fixture
def admin(postgres_database_url: str) -> Iterator[sa.Engine]:
    """Yield an administrator of the database."""
    engine = sa.create_engine(postgres_database_url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    yield engine
    engine.dispose()


def order(admin: sa.Engine, statement: str) -> None:
    with admin.connect() as connection:
        connection.exec_driver_sql(statement)


def order_here(admin: sa.Engine, setting: str) -> None:
    """Change a setting of all that connect to the database from now on."""
    order(admin, f"ALTER DATABASE {admin.url.database} SET {setting}")


@pytest.mark.parametrize("kept", ["on", "remote_write", "remote_apply"])
def test_a_server_that_keeps_what_it_commits_may_be_written(
    postgres_database_url: str, admin: sa.Engine, kept: str
) -> None:
    order_here(admin, f"synchronous_commit = {kept}")
    store = opened(postgres_database_url)
    with store.database.transaction() as connection:
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar_one() == kept
    store.close()


@pytest.fixture
def own_url(admin: sa.Engine) -> Iterator[str]:
    """Yield the URL of the database for a role of its own, whose settings nobody else has."""
    role = f"own {uuid.uuid4().hex[:12]}"
    order(admin, f"CREATE ROLE \"{role}\" LOGIN SUPERUSER PASSWORD 'p4ss'")
    yield admin.url.set(username=role, password="p4ss").render_as_string(hide_password=False)
    order(admin, f'REASSIGN OWNED BY "{role}" TO CURRENT_USER')
    order(admin, f'DROP ROLE "{role}"')


@pytest.mark.parametrize("where", ["DATABASE {database}", 'ROLE "{role}"', 'ROLE "{role}" IN DATABASE {database}'])
@pytest.mark.parametrize("lost", ["off", "local"])
def test_a_server_that_may_forget_commits_is_only_read_until_it_is_fixed(
    own_url: str, admin: sa.Engine, lost: str, where: str
) -> None:
    opened(own_url).close()
    whose = where.format(database=admin.url.database, role=sa.make_url(own_url).username)
    order(admin, f"ALTER {whose} SET synchronous_commit = {lost}")
    opened(own_url, read_only=True).close()
    before = dict(everything(own_url))
    with pytest.raises(ConfigInvalid, match=rf"before it is kept \(synchronous_commit = {lost}\)") as refused:
        opened(own_url)
    assert dict(everything(own_url)) == before
    order(admin, refused.value.hint.split("`")[1])
    opened(own_url).close()


def test_a_commit_that_the_url_itself_makes_unsafe_is_mended_in_the_url(postgres_database_url: str) -> None:
    with pytest.raises(ConfigInvalid) as refused:
        opened(f"{postgres_database_url}&options=-csynchronous_commit%3Doff")
    assert "out of the options of database.url" in refused.value.hint


@pytest.mark.parametrize(("left", "used"), [("off", "on"), ("local", "on"), ("remote_apply", "remote_apply")])
def test_a_setting_that_another_client_of_a_pooler_left_in_a_session_loses_no_commit(
    postgres_database_url: str, left: str, used: str
) -> None:
    store = opened(postgres_database_url)
    with store.database.transaction() as connection:
        driver = connection.connection.driver_connection
    assert driver is not None
    driver.autocommit = True
    driver.execute(f"SET synchronous_commit = {left}")
    driver.autocommit = False
    with store.database.transaction() as connection:
        assert connection.connection.driver_connection is driver
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == used
    store.close()


def test_a_standby_is_read_and_not_written(postgres_database_url: str, admin: sa.Engine) -> None:
    opened(postgres_database_url).close()
    # A function that comes before the server's own plays the standby.
    order(admin, "CREATE FUNCTION public.pg_is_in_recovery() RETURNS boolean LANGUAGE sql AS 'SELECT true'")
    order_here(admin, "search_path = public, pg_catalog")
    opened(postgres_database_url, read_only=True).close()
    with pytest.raises(ConfigInvalid, match="is a standby, which can only be read") as refused:
        opened(postgres_database_url)
    assert "the primary server" in refused.value.hint


def test_a_database_that_is_set_to_be_read_only_is_read_and_not_written(
    postgres_database_url: str, admin: sa.Engine
) -> None:
    opened(postgres_database_url).close()
    order_here(admin, "default_transaction_read_only = on")
    opened(postgres_database_url, read_only=True).close()
    with pytest.raises(ConfigInvalid, match="set to be read only"):
        opened(postgres_database_url)


@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize(
    ("version", "product"),
    [
        ("CockroachDB CCL v23.1.14 (x86_64-pc-linux-gnu)", "CockroachDB"),
        ("PostgreSQL 15.2-YB-2.25.1.0-b0 on x86_64-pc-linux-gnu", "YugabyteDB"),
    ],
)
def test_a_server_that_only_speaks_postgres_is_refused_with_the_reason(
    postgres_database_url: str, admin: sa.Engine, version: str, product: str, read_only: bool
) -> None:
    order(admin, f"CREATE FUNCTION public.version() RETURNS text LANGUAGE sql AS $$SELECT '{version}'$$")
    order_here(admin, "search_path = public, pg_catalog")
    with pytest.raises(ConfigInvalid, match=rf"is {product}, not Postgres: advisory locks") as refused:
        opened(postgres_database_url, read_only=read_only)
    assert "Nothing was sent" in refused.value.hint
    assert list(everything(postgres_database_url)) == []


@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
def test_a_database_that_cannot_hold_every_word_is_refused_at_the_first_use(
    admin: sa.Engine, encoding: str, read_only: bool
) -> None:
    name = f"{admin.url.database}_{encoding.lower()}"
    order(admin, f"CREATE DATABASE {name} ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0")
    url = admin.url.set(database=name).render_as_string(hide_password=False)
    try:
        with pytest.raises(ConfigInvalid, match=f"has the encoding {encoding}") as refused:
            opened(url, read_only=read_only)
        assert "ENCODING 'UTF8'" in refused.value.hint
        assert list(everything(f"{url}&client_encoding=utf8")) == []
    finally:
        order(admin, f"DROP DATABASE {name} WITH (FORCE)")


def test_encoding_dates_and_limits_are_ours_whatever_the_role_says(
    own_url: str, admin: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")
    monkeypatch.setenv("PGDATESTYLE", "German")
    role = sa.make_url(own_url).username
    for setting in ("client_encoding = 'LATIN1'", "datestyle = 'SQL, DMY'", "transaction_timeout = '1h'"):
        order(admin, f'ALTER ROLE "{role}" SET {setting}')
    store = opened(own_url)
    database = store.database
    for transaction in (database.read, database.transaction):
        with transaction() as connection:
            asked = [connection.exec_driver_sql(f"SHOW {name}").scalar() for name in ("client_encoding", "datestyle")]
            assert [str(value)[:4] for value in asked] == ["UTF8", "ISO,"]
            assert connection.exec_driver_sql("SHOW transaction_timeout").scalar() == "0"
            assert connection.exec_driver_sql("SHOW application_name").scalar() == "payouts"
            assert connection.exec_driver_sql("SELECT 'Łódź €'").scalar() == "Łódź €"
    store.close()


def test_an_encoding_that_another_client_of_a_pooler_left_is_not_ours(postgres_database_url: str) -> None:
    store = opened(postgres_database_url)
    with store.database.transaction() as connection:
        driver = connection.connection.driver_connection
    assert driver is not None
    driver.autocommit = True
    driver.execute("SET client_encoding = 'LATIN1'")
    driver.autocommit = False
    with store.database.transaction() as connection:
        assert connection.connection.driver_connection is driver
        assert connection.exec_driver_sql("SELECT 'Łódź €'").scalar() == "Łódź €"
    store.close()


def found(connection: sa.Connection) -> list[object]:
    return [connection.exec_driver_sql(f"SHOW {setting}").scalar() for setting in _SETTINGS]


def test_every_transaction_has_its_own_limits_and_leaves_none_behind(
    postgres_database_url: str, admin: sa.Engine
) -> None:
    order_here(admin, "default_transaction_isolation = 'serializable'")
    store = opened(postgres_database_url)
    with store.database.transaction() as connection:
        assert found(connection) == ["1min", "10min", "50s", "read committed", "off"]
    with store.database.read() as connection:
        # A reader keeps nobody from writing, so it may think as long as it likes.
        assert found(connection) == ["1min", "10min", "0", "repeatable read", "on"]
    with store.database.migration() as connection:
        assert found(connection) == ["1min", "0", "50s", "read committed", "off"]
    with store.database.transaction() as connection:
        driver = connection.connection.driver_connection
    assert driver is not None
    driver.autocommit = True
    assert [driver.execute(f"SHOW {setting}").fetchone()[0] for setting in _SETTINGS] == [
        "0",
        "0",
        "0",
        "serializable",
        "off",
    ]
    store.close()


def test_who_waits_too_long_for_a_row_is_told_what_to_do(
    postgres_database_url: str, admin: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = opened(postgres_database_url)
    lease = leased(store)
    monkeypatch.setattr(postgres, "LOCK_PATIENCE_S", 1)
    with admin.execution_options(isolation_level="READ COMMITTED").begin() as other:
        other.exec_driver_sql("SELECT * FROM processing_locks FOR UPDATE")
        with pytest.raises(StorageFailed, match=r"is busy: another transaction .* for 1 s") as refused:
            store.locks.renew(lease, now=NOW)
    assert "pg_stat_activity" in refused.value.hint
    store.locks.renew(lease, now=NOW)
    store.close()


def test_a_writer_that_falls_silent_keeps_nobody_waiting_for_ever(
    postgres_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, other = opened(postgres_database_url), opened(postgres_database_url)
    lease = leased(store)
    holds, done = threading.Event(), threading.Event()
    ends: list[Exception] = []

    def fall_silent() -> None:
        try:
            with store.database.write(lease, NOW):
                holds.set()
                done.wait()
        except StorageFailed as error:
            ends.append(error)

    monkeypatch.setattr(postgres, "IDLE_PATIENCE_S", 1)
    silent = threading.Thread(target=fall_silent)
    silent.start()
    holds.wait()
    # The row is ours as soon as the server has ended the silent transaction; without that this fails after a minute.
    assert leased(other, holder=OTHER, now=later(hours=1)).fence == lease.fence + 1
    done.set()
    silent.join()
    assert len(ends) == 1
    store.close()
    other.close()


def test_a_writer_is_given_up_before_those_who_wait_for_it_give_up() -> None:
    assert postgres.IDLE_PATIENCE_S < postgres.LOCK_PATIENCE_S


def test_a_dead_line_is_noticed_unless_the_url_says_how(
    postgres_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[dict[str, object]] = []
    connect = psycopg.Connection.connect

    def remember(*arguments: object, **named: object) -> object:
        seen.append(named)
        return connect(*arguments, **named)  # type: ignore[arg-type]  # as it came

    monkeypatch.setattr(psycopg.Connection, "connect", remember)
    monkeypatch.setattr(psycopg, "connect", remember)
    opened(postgres_database_url).close()
    opened(f"{postgres_database_url}&keepalives_idle=5&connect_timeout=3&tcp_user_timeout=7").close()
    names = ("connect_timeout", "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count")
    by_us, by_url = seen[0], seen[-1]
    assert [by_us[name] for name in (*names, "tcp_user_timeout")] == [10, 1, 30, 10, 3, 60_000]
    assert [str(by_url[name]) for name in (*names, "tcp_user_timeout")] == ["3", "1", "5", "10", "3", "7"]
