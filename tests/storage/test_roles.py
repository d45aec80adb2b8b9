"""The two documented roles: that of daily work does a whole cycle and changes no tables; the owner changes them."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from support.roles import Roles
from support.world import World

from paypal_payouts.domain.states import BatchStatus
from paypal_payouts.errors import ConfigInvalid
from paypal_payouts.storage import prove, schema
from paypal_payouts.storage.grants import Rights, rights
from storage import invented
from storage.makers import everything, opened

ROWS = ["a,ann@x.example,1.00,USD", "b,transient.bob@x.example,2.00,USD", "c,cat@x.example,3.00,EUR"]


NEVER = [
    "UPDATE audit_events SET actor = 'x'",
    "DELETE FROM audit_events",
    "UPDATE settings SET value = 'x'",
    "DELETE FROM settings",
    "UPDATE alembic_version SET version_num = '9999'",
    "INSERT INTO alembic_version VALUES ('9999')",
    "UPDATE cycles SET name = 'x'",
    "DELETE FROM payout_items",
    "TRUNCATE payout_batches CASCADE",
    "CREATE TABLE mine (id integer)",
]


def check_what_daily_work_may(roles: Roles) -> None:
    """Hold its rights to what it needs and no more, as the server has them."""
    store = opened(roles.daily)
    with store.database.read() as connection:
        assert rights(connection) == Rights([], [], owns_all=False)
    store.close()
    engine = sa.create_engine(roles.daily, poolclass=sa.NullPool)
    for statement in NEVER:
        with engine.connect() as connection, pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
            connection.exec_driver_sql(statement)


def test_the_role_of_daily_work_changes_neither_trail_nor_settings_nor_tables(roles: Roles) -> None:
    roles.make_tables()
    check_what_daily_work_may(roles)


EARLIER = """
ALTER DEFAULT PRIVILEGES FOR ROLE owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE ON TABLES TO daily;
ALTER DEFAULT PRIVILEGES FOR ROLE owner IN SCHEMA public GRANT USAGE ON SEQUENCES TO daily;
"""
"""What this page said before rights were given table by table."""


def test_roles_as_they_were_made_before_are_brought_to_what_is_documented_now(
    roles: Roles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = str(sa.make_url(roles.owner).username)
    roles.execute(EARLIER.replace("owner", owner).replace("daily", roles.daily_name), by=roles.admin)
    opened(roles.owner).close()
    opened(roles.daily).close()
    (warned,) = (proof for proof in prove(roles.daily) if proof.fix)
    assert (warned.name, warned.stops) == ("rights", False)
    for what in ("UPDATE ON audit_events", "UPDATE ON settings", "INSERT, UPDATE ON alembic_version"):
        assert f"REVOKE {what} FROM {roles.daily_name}" in warned.fix
    invented.know_one_more(tmp_path / "later", monkeypatch.setattr)
    roles.make_tables()
    check_what_daily_work_may(roles)
    with sa.create_engine(roles.owner, poolclass=sa.NullPool).begin() as connection:
        connection.exec_driver_sql("CREATE TABLE later (id integer)")
    with (
        sa.create_engine(roles.daily, poolclass=sa.NullPool).begin() as connection,
        pytest.raises(sa.exc.ProgrammingError, match="permission denied"),
    ):
        connection.exec_driver_sql("INSERT INTO later VALUES (1)")


def test_the_role_of_daily_work_does_a_whole_cycle(tmp_path: Path, roles: Roles) -> None:
    roles.make_tables()
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
        with pytest.raises(ConfigInvalid, match="permission denied") as refused:
            store.account.replace("other", salt="s2", now=world.now(), actor="tester")
        assert "as the role that owns the tables" in refused.value.hint
    world.close()
    owners = opened(roles.owner)
    owners.account.replace("other", salt="s2", now=world.now(), actor="tester")
    assert owners.account.is_known("other")
    owners.close()


def test_the_owner_archives_and_the_role_of_daily_work_does_not(tmp_path: Path, roles: Roles) -> None:
    roles.make_tables()
    daily = World(tmp_path, roles.daily)
    assert daily.run(ROWS[2:]).exit_code == 0
    daily.pass_time(days=100)
    refused = daily.try_to_archive()
    assert refused.error is not None
    assert (refused.exit_code, "as the role that owns the tables" in refused.error.hint) == (3, True)
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
    roles.make_tables()
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
