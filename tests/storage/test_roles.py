"""The two documented roles: that of daily work does a whole cycle and changes no tables; the owner changes them."""

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import sqlalchemy as sa
from support import readme
from support.world import World

from paypal_payouts.domain.states import BatchStatus
from paypal_payouts.errors import ConfigInvalid
from paypal_payouts.storage import schema
from storage import invented
from storage.makers import everything, opened

ROWS = ["a,ann@x.example,1.00,USD", "b,transient.bob@x.example,2.00,USD", "c,cat@x.example,3.00,EUR"]


DOCUMENTED = [block.text for block in readme.blocks() if block.kind == "sql"]
"""What makes the roles, and what is taken from that of daily work once the owner has made the tables."""


class Roles(NamedTuple):
    """The URLs of one database, by who comes."""

    admin: str
    owner: str
    daily: str


@pytest.fixture
def roles(postgres_database_url: str) -> Iterator[Roles]:
    """Run the documented statements in an empty database, under names that no other test takes."""
    statements, _ = DOCUMENTED
    admin = sa.make_url(postgres_database_url)
    own = uuid.uuid4().hex[:12]
    names = {"payouts_owner": f"owner_{own}", "payouts_daily": f"daily_{own}", "DATABASE payouts": ""}
    names["DATABASE payouts"] = f"DATABASE {admin.database}"
    for name, here in names.items():
        statements = statements.replace(name, here)
    owner, daily = names["payouts_owner"], names["payouts_daily"]
    # A server may ask for a password.
    statements += f"ALTER ROLE {owner} PASSWORD 'p4ss'; ALTER ROLE {daily} PASSWORD 'p4ss';"
    engine = sa.create_engine(admin, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(statements)
    yield Roles(
        postgres_database_url,
        *(admin.set(username=role, password="p4ss").render_as_string(hide_password=False) for role in (owner, daily)),
    )
    with engine.connect() as connection:
        for role in (owner, daily):
            connection.exec_driver_sql(f"DROP OWNED BY {role} CASCADE")
            connection.exec_driver_sql(f"DROP ROLE {role}")


def make_tables(roles: Roles) -> None:
    """Make the tables as the owner, and take from the role of daily work what it must never do."""
    opened(roles.owner).close()
    daily = sa.make_url(roles.daily).username
    engine = sa.create_engine(roles.owner, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(DOCUMENTED[1].replace("payouts_daily", str(daily)))


@pytest.mark.parametrize("statement", ["UPDATE audit_events SET actor = 'x'", "DELETE FROM audit_events"])
def test_the_role_of_daily_work_cannot_change_the_trail(tmp_path: Path, roles: Roles, statement: str) -> None:
    make_tables(roles)
    world = World(tmp_path, roles.daily)
    assert world.run(ROWS).exit_code == 5
    world.close()
    engine = sa.create_engine(roles.daily, poolclass=sa.NullPool)
    with engine.connect() as connection, pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
        connection.exec_driver_sql(statement)


def test_the_role_of_daily_work_does_a_whole_cycle(tmp_path: Path, roles: Roles) -> None:
    make_tables(roles)
    world = World(tmp_path, roles.daily)
    world.paypal.inject({"on": "create", "kind": "reset_after", "times": 4})
    assert world.run(ROWS).exit_code == 6
    world.paypal.clear_faults()
    assert world.run(ROWS).exit_code == 5
    assert world.retry("c-0002-1", ROWS, failed_items=True).exit_code == 0
    assert world.sync().exit_code == 0
    world.check_paid_once(ROWS)
    assert world.run(["u,unclaimed.uma@x.example,4.00,USD"], cycle="u").exit_code == 0
    assert world.cancel("u", cycle="u").exit_code == 0
    world.paypal.inject({"on": "create", "kind": "reset_before", "times": 4})
    assert world.run(["v,vic@x.example,5.00,USD"], cycle="v").exit_code == 6
    assert world.override("v-0001-1", BatchStatus.REVIEW).exit_code == 0
    with world.store() as store, world.hold(store)("v"):
        assert store.locks.break_lease("v", now=world.now(), operator="tester", reason="it seems to be dead")
        store.account.remember("one", salt="s1")
        store.account.replace("other", salt="s2", now=world.now(), actor="tester")
    world.close()


def test_the_owner_archives_and_the_role_of_daily_work_does_not(tmp_path: Path, roles: Roles) -> None:
    make_tables(roles)
    daily = World(tmp_path, roles.daily)
    assert daily.run(ROWS[2:]).exit_code == 0
    daily.pass_time(days=100)
    refused = daily.try_to_archive()
    assert refused.error is not None
    assert (refused.exit_code, "payouts archive --before DATE" in refused.error.hint) == (3, True)
    assert daily.states() == {"c": "success"}
    daily.close()
    owner = World(tmp_path, roles.owner, clock=daily.clock)
    assert len(owner.archive(forget=True).archived) == 1
    owner.close()
    daily = World(tmp_path, roles.daily, clock=daily.clock)
    assert daily.run(ROWS[2:]).exit_code == 0
    assert daily.posts() == 0
    daily.close()


def test_the_role_of_daily_work_cannot_even_begin_without_the_owner(roles: Roles) -> None:
    with pytest.raises(ConfigInvalid, match=r"has no tables yet, those of .* this role may not make them") as refused:
        opened(roles.daily)
    assert refused.value.exit_code == 3
    assert "PAYOUTS_DATABASE__URL=postgresql+psycopg://OWNER@HOST/DB payouts sync" in refused.value.hint
    assert dict(everything(roles.admin)) == {}


def test_a_migration_is_refused_to_the_role_of_daily_work_and_not_to_the_owner(
    roles: Roles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(roles.owner).close()
    before = dict(everything(roles.admin))
    has = schema.HEAD
    invented.know_one_more(tmp_path / "later", monkeypatch.setattr)
    with pytest.raises(ConfigInvalid, match=f"has the tables of {has}, those of 0900 are needed") as refused:
        opened(roles.daily)
    assert "must be owner of table" in refused.value.message
    assert dict(everything(roles.admin)) == before
    opened(roles.owner).close()
    opened(roles.daily).close()


def test_a_role_without_any_right_is_told_so(roles: Roles) -> None:
    opened(roles.owner).close()
    engine = sa.create_engine(roles.admin, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        daily = sa.make_url(roles.daily).username
        connection.exec_driver_sql(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {daily}")
    for read_only in (False, True):
        with pytest.raises(ConfigInvalid, match="permission denied for table") as refused:
            opened(roles.daily, read_only=read_only)
        assert "docs/operations.md, Postgres" in refused.value.hint
