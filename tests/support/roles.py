"""The two roles of docs/operations.md, made by the very statements that stand there, under names of a test's own."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple

import sqlalchemy as sa

from support import readme
from support.sealed import open_sealed

DOCUMENTED: Final = [block.text for block in readme.blocks() if block.kind == "sql"]
"""What makes the roles, and what the owner gives that of daily work once there are tables."""


class Roles(NamedTuple):
    """The URLs of one database, by who comes."""

    admin: str
    owner: str
    daily: str

    @property
    def daily_name(self) -> str:
        return str(sa.make_url(self.daily).username)

    def make_tables(self) -> None:
        """Do as the owner what the documentation says for the first time, and after an upgrade."""
        store = open_sealed(self.owner)
        assert store
        store.close()
        self.give_rights()

    def give_rights(self) -> None:
        self.execute(DOCUMENTED[1].replace("payouts_daily", self.daily_name), by=self.owner)

    def execute(self, statements: str, *, by: str) -> None:
        engine = sa.create_engine(by, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with engine.connect() as connection:
            connection.exec_driver_sql(statements)


@contextmanager
def documented_roles(database_url: str) -> Iterator[Roles]:
    """Run the documented statements in an empty database."""
    admin, own = sa.make_url(database_url), uuid.uuid4().hex[:12]
    names = {
        "payouts_owner": f"owner_{own}",
        "payouts_daily": f"daily_{own}",
        "DATABASE payouts": f"DATABASE {admin.database}",
    }
    statements = DOCUMENTED[0]
    for name, here in names.items():
        statements = statements.replace(name, here)
    made = [names["payouts_owner"], names["payouts_daily"]]
    urls = (admin.set(username=role, password="p4ss").render_as_string(hide_password=False) for role in made)
    roles = Roles(database_url, *urls)
    # A server may ask for a password.
    roles.execute(statements + "".join(f"ALTER ROLE {role} PASSWORD 'p4ss';" for role in made), by=roles.admin)
    yield roles
    for role in made:
        roles.execute(f"DROP OWNED BY {role} CASCADE; DROP ROLE {role}", by=roles.admin)
