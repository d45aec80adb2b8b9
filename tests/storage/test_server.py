"""A server, or a role in it, that cannot do what is needed: named by `doctor` with its fix, and refused by `run` alike.

Each fix is typed as it is printed, and then all is well.
"""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from support.roles import Roles

from paypal_payouts.errors import ConfigInvalid
from paypal_payouts.storage import Proof, prove
from paypal_payouts.storage.grants import NEEDED
from storage import invented
from storage.makers import everything, opened


def wrong(url: str) -> list[Proof]:
    return [proof for proof in prove(url) if proof.fix]


def statement_of(text: str) -> str:
    """Take the statement out of a fix."""
    found = re.search(r"`([A-Z][^`]*;)`", text)
    assert found, text
    return found.group(1)


def test_everything_that_was_looked_at_has_its_line(roles: Roles) -> None:
    assert [(proof.name, proof.fix) for proof in prove(roles.owner)] == [
        ("server", ""),
        ("time-outs", ""),
        ("rights", ""),
    ]
    roles.make_tables()
    assert [(proof.name, proof.fix) for proof in prove(roles.daily)] == [
        ("server", ""),
        ("time-outs", ""),
        ("rights", ""),
    ]


def test_a_file_has_no_server(tmp_path: object) -> None:
    assert prove(f"sqlite:///{tmp_path}/payouts.db") == []


BAD = {
    "answers before it keeps": ("synchronous_commit = off", "synchronous_commit = off"),
    "only read": ("default_transaction_read_only = on", "is set to be read only"),
    "no schema": ("search_path = ''", "has no schema for our tables"),
    "no time": ("statement_timeout = '900ms'", "leaves this role no time: statement_timeout 900 ms"),
    "next to no time": ("statement_timeout = '5ms'", "leaves this role no time: statement_timeout 5 ms"),
}


@pytest.mark.parametrize("has_tables", [False, True], ids=["empty", "with tables"])
@pytest.mark.parametrize("case", BAD)
def test_a_role_that_is_set_so_that_nothing_can_be_kept_is_named(roles: Roles, case: str, has_tables: bool) -> None:
    setting, words = BAD[case]
    if has_tables:
        opened(roles.owner).close()
    owner, database = (sa.make_url(roles.owner).username, sa.make_url(roles.owner).database)
    roles.execute(f"ALTER ROLE {owner} IN DATABASE {database} SET {setting}", by=roles.admin)
    before = dict(everything(roles.admin))
    found = wrong(roles.owner)
    assert [proof.name for proof in found] == ["time-outs" if "timeout" in setting else "server"]
    assert words in found[0].words
    with pytest.raises(ConfigInvalid, match=re.escape(words)):
        opened(roles.owner)
    assert dict(everything(roles.admin)) == before
    if "ALTER ROLE" in found[0].fix:
        roles.execute(statement_of(found[0].fix), by=roles.admin)
        assert wrong(roles.owner) == []


def test_a_role_without_create_is_named_where_there_are_no_tables_yet(roles: Roles) -> None:
    (found,) = wrong(roles.daily)
    assert (found.name, found.stops) == ("rights", True)
    assert "may not make the tables, and there are none yet" in found.words
    with pytest.raises(ConfigInvalid, match="this role may not make them"):
        opened(roles.daily)


def test_a_role_that_cannot_bring_the_tables_up_to_date_is_named(roles: Roles, monkeypatch: pytest.MonkeyPatch) -> None:
    roles.make_tables()
    monkeypatch.setattr("paypal_payouts.storage.server.HEAD", invented.HEAD)
    (found,) = wrong(roles.daily)
    assert f"may not bring the tables up to those of {invented.HEAD}" in found.words
    assert wrong(roles.owner) == []


def test_each_right_that_is_missing_is_named_with_the_statement_that_gives_it(roles: Roles) -> None:
    roles.make_tables()
    for table, changes in NEEDED.items():
        for right in ("SELECT", *sorted(changes)):
            roles.execute(f"REVOKE {right} ON {table} FROM {roles.daily_name}", by=roles.owner)
            (found,) = wrong(roles.daily)
            assert found.fix == f"as the owner of the tables: `GRANT {right} ON {table} TO {roles.daily_name};`"
            if right != "SELECT":
                check_refused(lambda: opened(roles.daily).close(), statement_of(found.fix))
            roles.execute(statement_of(found.fix), by=roles.owner)
    opened(roles.daily).close()


def test_each_sequence_that_cannot_be_used_is_named(roles: Roles) -> None:
    roles.make_tables()
    with sa.create_engine(roles.owner, poolclass=sa.NullPool).connect() as connection:
        sequences = list(connection.exec_driver_sql("SELECT sequencename FROM pg_sequences").scalars())
    assert len(sequences) == 6
    unused = "archived_items_id_seq"
    roles.execute(f"REVOKE USAGE ON SEQUENCE {unused} FROM {roles.daily_name}", by=roles.owner)
    assert wrong(roles.daily) == []
    for sequence in {*sequences} - {unused}:
        roles.execute(f"REVOKE USAGE ON SEQUENCE {sequence} FROM {roles.daily_name}", by=roles.owner)
        (found,) = wrong(roles.daily)
        assert f"GRANT USAGE ON SEQUENCE public.{sequence} TO {roles.daily_name};" in found.fix
        check_refused(lambda: opened(roles.daily).close(), statement_of(found.fix))
        roles.execute(statement_of(found.fix), by=roles.owner)
    assert wrong(roles.daily) == []


def check_refused(do: Callable[[], object], fix: str) -> None:
    with pytest.raises(ConfigInvalid, match="has not all the rights that it needs") as refused:
        do()
    assert (refused.value.exit_code, fix in refused.value.hint) == (3, True)
