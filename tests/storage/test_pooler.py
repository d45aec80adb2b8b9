"""Behind a pooler in transaction mode every transaction meets another session: nothing of a session is relied on."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from support.pooling import Pooler, pgbouncer, pgbouncer_before, pooler_before
from support.world import ASKED, World

from paypal_payouts.errors import ConfigInvalid, LockHeld
from paypal_payouts.verbs.status import status
from paypal_payouts.verbs.status_query import Query
from storage import invented
from storage.makers import everything, opened

ROWS = ["a,ann@x.example,1.00,USD", "b,transient.bob@x.example,2.00,USD", "c,cat@x.example,3.00,EUR"]


@pytest.fixture
def folder() -> Iterator[Path]:
    """Yield a folder with a path that is short enough for a socket."""
    folder = Path(tempfile.mkdtemp(prefix="pool", dir="/tmp"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def pooler(postgres_database_url: str, folder: Path) -> Iterator[Pooler]:
    with pooler_before(postgres_database_url, folder) as pooler:
        yield pooler


@pytest.fixture
def pgbouncer_url(postgres_database_url: str, folder: Path) -> Iterator[str]:
    """Yield the way through PgBouncer, with one session for everybody."""
    program = pgbouncer()
    if program is None:
        pytest.skip("no PgBouncer on the path, and PAYOUTS_TEST_PGBOUNCER names none: its double stands in")
    with pgbouncer_before(postgres_database_url, folder, program=program, sessions=1) as url:
        yield url


def driven(pooler: Pooler) -> psycopg.Connection[tuple[object, ...]]:
    url = sa.make_url(pooler.url).set(drivername="postgresql")
    return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)


def test_the_pooler_of_these_tests_forgets_whatever_a_session_would_remember(pooler: Pooler) -> None:
    with driven(pooler) as connection:
        connection.execute("SET lock_timeout = '1s'")
        assert connection.execute("SHOW lock_timeout").fetchone() == ("0",)
        connection.execute("CREATE TEMPORARY TABLE held (id integer)")
        with pytest.raises(psycopg.errors.UndefinedTable):
            connection.execute("SELECT * FROM held")
        connection.execute("SELECT pg_advisory_lock(1)")
        assert connection.execute("SELECT pg_advisory_unlock(1)").fetchone() == (False,)
        with pytest.raises(psycopg.errors.InvalidSqlStatementName):
            connection.execute("SELECT %s::int", (1,), prepare=True)
        with connection.transaction():
            connection.execute("CREATE TEMPORARY TABLE held (id integer)")
            connection.execute("SELECT * FROM held")
    assert pooler.sessions == 9


def test_start_up_options_are_refused_as_by_pgbouncer(pooler: Pooler) -> None:
    with pytest.raises(ConfigInvalid, match="unsupported startup parameter: options"):
        opened(f"{pooler.url}&options=-csearch_path%3Dpublic")


def check_a_whole_cycle(world: World) -> None:
    """Do what a cycle and its operators do, on two hosts."""
    world.paypal.inject({"on": "create", "kind": "reset_after", "times": 4})
    assert world.run(ROWS).exit_code == 6
    world.paypal.clear_faults()
    other = world.other_host()
    with other.store() as store, world.store() as ours, world.hold(ours)("c"):
        with pytest.raises(LockHeld), other.hold(store)("c"):
            pass
        assert store.locks.break_lease("c", now=world.now(), operator="tester", reason="it seems to be dead")
        assert other.retry("c-0001-1").exit_code == 6
    other.restart()
    assert world.run(ROWS).exit_code == 5
    assert world.preview(ROWS).exit_code == 0
    assert world.retry("c-0002-1", ROWS, failed_items=True).exit_code == 0
    assert world.sync().exit_code == 0
    with world.store() as store:
        query = Query(batch=None, cycle="c", items=True, exit_code=True, errors=True)
        assert status(query, store=store, **ASKED, now=world.now()).exit_code == 0
    world.check_paid_once(ROWS)


def test_a_whole_cycle_goes_through_a_pooler_in_transaction_mode(tmp_path: Path, pooler: Pooler) -> None:
    with closing(World(tmp_path, pooler.url)) as world:
        check_a_whole_cycle(world)
    assert pooler.sessions > 100


def test_a_whole_cycle_and_a_migration_go_through_pgbouncer(
    tmp_path: Path, pgbouncer_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ConfigInvalid, match="unsupported startup parameter"):
        opened(f"{pgbouncer_url}&options=-csearch_path%3Dpublic")
    with closing(World(tmp_path, pgbouncer_url)) as world:
        check_a_whole_cycle(world)
    invented.know_one_more(tmp_path / "later", monkeypatch.setattr)
    opened(pgbouncer_url).close()
    assert dict(everything(pgbouncer_url))["alembic_version"] == [(invented.HEAD,)]
