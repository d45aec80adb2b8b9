"""A cycle at each point of its life, and what somebody does to it who can write to the database and has no key."""

import re
import shlex
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from paypal_payouts.domain.states import BatchStatus
from paypal_payouts.errors import SealBroken
from paypal_payouts.verbs.arguments import checked_reason
from support.world import World

ROWS = ["a,ann@x.example,10.00,USD", "b,fail.bob@x.example,20.00,USD"]
CORRECTED = [ROWS[0], "b,bob@x.example,20.00,USD"]


def planned(world: World) -> None:
    world.paypal.inject({"on": "token", "kind": "status", "status": 503, "times": 10})
    assert world.run(ROWS).exit_code == 6
    world.paypal.clear_faults()


def lost(world: World) -> None:
    world.paypal.inject({"on": "create", "kind": "reset_after", "times": 10})
    assert world.run(ROWS).exit_code == 6
    world.paypal.clear_faults()


def refused(world: World) -> None:
    world.paypal.inject({"on": "create", "kind": "status", "status": 403})
    assert world.run(ROWS).exit_code == 7


def abandoned(world: World) -> None:
    refused(world)
    world.override("c-0001-1", BatchStatus.ABANDONED)


def accepted(world: World) -> None:
    world.waiting = None
    assert world.run(ROWS).exit_code == 6


def done(world: World) -> None:
    assert world.run(ROWS).exit_code == 5


def paid_again(world: World) -> None:
    done(world)
    assert world.retry("c-0001-1", CORRECTED, failed_items=True).exit_code == 0


POINTS: dict[str, Callable[[World], None]] = {
    point.__name__: point for point in (planned, lost, refused, abandoned, accepted, done, paid_again)
}


def tamper(world: World, statement: str) -> None:
    """Write to the database as somebody who has all rights there, and no key."""
    world.restart()
    engine = sa.create_engine(world.database_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
            for what in ("update", "delete"):
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS audit_events_no_{what}")
        else:
            connection.exec_driver_sql("SET session_replication_role = replica")
        connection.execute(sa.text(statement))
    engine.dispose()


def refused_as_broken(work: Callable[[], object]) -> SealBroken:
    with pytest.raises(SealBroken) as broken:
        work()
    assert broken.value.exit_code == 3
    (command,) = re.findall("`payouts (reseal [^`]*)`", broken.value.hint)
    _, _, reason = shlex.split(command)
    assert checked_reason(reason, may_be_asked=True), "what is printed is accepted when it is typed"
    return broken.value


def tamper_again(world: World, statement: str) -> None:
    engine = sa.create_engine(world.database_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text(statement))
    engine.dispose()
