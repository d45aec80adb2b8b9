"""Behind a pooler in transaction mode every transaction meets another session: nothing of a session is relied on."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from support.pooling import Pooler, pooler_before
from support.world import World

from paypal_payouts.errors import ConfigInvalid
from paypal_payouts.orchestrator.status import Query, status
from storage.makers import opened

ROWS = ["a,ann@x.example,1.00,USD", "b,transient.bob@x.example,2.00,USD", "c,cat@x.example,3.00,EUR"]


@pytest.fixture
def pooler(postgres_database_url: str) -> Iterator[Pooler]:
    folder = Path(tempfile.mkdtemp(prefix="pool", dir="/tmp"))
    try:
        with pooler_before(postgres_database_url, folder) as pooler:
            yield pooler
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def world(tmp_path: Path, pooler: Pooler) -> Iterator[World]:
    world = World(tmp_path, pooler.url)
    yield world
    world.close()


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


def test_a_whole_cycle_goes_through_a_pooler_in_transaction_mode(world: World, pooler: Pooler) -> None:
    world.paypal.inject({"on": "create", "kind": "reset_after", "times": 4})
    assert world.run(ROWS).exit_code == 6
    world.paypal.clear_faults()
    assert world.retry("c-0001-1").exit_code == 6
    assert world.run(ROWS).exit_code == 5
    assert world.preview(ROWS).exit_code == 0
    assert world.retry("c-0002-1", ROWS, failed_items=True).exit_code == 0
    assert world.sync().exit_code == 0
    with world.store() as store:
        query = Query(batch=None, cycle="c", items=True, exit_code=True, errors=True)
        assert status(query, store=store, max_age_days=lambda _: 25, now=world.now()).exit_code == 0
    world.check_paid_once(ROWS)
    assert pooler.sessions > 100
