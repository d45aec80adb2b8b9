"""A real standby of Postgres: it is read and not written; one that takes over, and had not heard of everything, makes
an old database, from which the host that sent and one that did not go on.
"""

import os
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from support.forks import Fork
from support.postgres import running_standby
from support.site import Site

from paypal_payouts.simulator.server import running_server

ROWS = ["a,ann-{}@x.example,1.00,USD", "b,transient.bob-{}@x.example,2.00,USD", "c,cat-{}@x.example,3.00,EUR"]


@pytest.fixture
def hosts(tmp_path: Path, postgres_database_url: str) -> Iterator[list[Site]]:
    """Yield two hosts, each with a folder and a lock directory of its own."""
    if "PAYOUTS_TEST_POSTGRES_URL" in os.environ:
        pytest.skip("PAYOUTS_TEST_POSTGRES_URL names a server that is not ours to copy")
    with running_server(None, lambda: datetime.now(UTC)) as server:
        sites = []
        for name in ("first", "second"):
            folder = tmp_path / name
            folder.mkdir()
            sites.append(Site(folder, postgres_database_url, server.simulator, server.url))
            for cycle in ("before", "after"):
                sites[-1].write(cycle, [row.format(cycle) for row in ROWS])
        yield sites


def move_to(url: str, hosts: Sequence[Site]) -> None:
    for site in hosts:
        site.database_url = url
        site.configure()


def order(url: str, *statements: str) -> None:
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def leave_behind(standby: str) -> None:
    """Let a standby hear nothing more of its primary."""
    order(standby, "ALTER SYSTEM SET primary_conninfo = ''", "SELECT pg_reload_conf()")
    engine = sa.create_engine(standby, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        while connection.exec_driver_sql("SELECT count(*) FROM pg_stat_wal_receiver").scalar():
            time.sleep(0.02)


def test_a_standby_is_only_read_and_pays_nobody_twice_when_it_takes_over(hosts: list[Site], fork: Fork) -> None:
    first, second = hosts

    def run(site: Site, cycle: str) -> int:
        return fork.run(site, "run", "-c", cycle, "--json").code

    def pay_bob(site: Site, cycle: str) -> int:
        return fork.run(site, "retry", f"{cycle}-0002-1", "--failed-items", "--json").code

    assert run(first, "before") == 5
    second.take_key_of(first)
    with running_standby(first.database_url) as standby:
        move_to(standby, [second])
        for line in ("run -c before", "retry before-0002-1 --failed-items", "sync"):
            refused = fork.run(second, *line.split(), "--json")
            assert (refused.code, refused.error_code) == (3, "config_invalid")
            assert "is a standby, which can only be read" in refused.document["error"]["message"]
        assert fork.run(second, "doctor", "--json").code == 3
        for line in ("status", "preview -c before", "locks", "audit -c before"):
            assert fork.run(second, *line.split(), "--json").code == 0
        leave_behind(standby)
        assert (pay_bob(first, "before"), run(first, "after"), pay_bob(first, "after")) == (0, 5, 0)
        order(standby, "SELECT pg_promote()")
        move_to(standby, [first])
        assert (run(second, "before"), pay_bob(second, "before"), run(first, "before")) == (5, 0, 0)
        # Of "after" nothing is known here. The host that sent it knows by its own lines that Bob was paid again, under
        # an id that does not come next; the other one has PayPal's memory alone, asks under each id, and adopts.
        posts = first.posts()
        assert (run(first, "after"), first.posts()) == (8, posts)
        assert (run(second, "after"), pay_bob(second, "after")) == (5, 0)
        assert (run(first, "after"), run(second, "after")) == (0, 0)
        assert first.paid() == {
            row.format(cycle).split(",")[1]: [" ".join(row.split(",")[2:])]
            for cycle in ("before", "after")
            for row in ROWS
        }
