"""Whether what the database calls committed outlives a loss of power: asked by `doctor`, changed by nobody here."""

from typing import Final, NamedTuple

from paypal_payouts.storage.engine import Database

_SQLITE_LEVELS: Final = ("off", "normal", "full", "extra")
_SQLITE_FULL: Final = 2
_SQLITE_JOURNALS: Final = frozenset({"wal", "delete", "truncate", "persist"})
"""The journals that lie on the disk; `memory` and `off` forget with the process."""


class Durability(NamedTuple):
    """How the database keeps what is committed."""

    words: str
    fix: str
    """Empty where nothing is to be fixed."""


def durability(database: Database) -> Durability:
    """Read the settings that decide it, as they are on a connection of ours."""
    return _of_sqlite(database) if database.dialect == "sqlite" else _of_postgres(database)


def _of_sqlite(database: Database) -> Durability:
    with database.read() as connection:
        journal = str(connection.exec_driver_sql("PRAGMA journal_mode").scalar())
        level = int(connection.exec_driver_sql("PRAGMA synchronous").scalar() or 0)
    kept = journal in _SQLITE_JOURNALS and level >= _SQLITE_FULL
    fix = "please report it: this program opens SQLite so that it keeps what it commits"
    return Durability(f"journal_mode {journal}, synchronous {_SQLITE_LEVELS[level]}", "" if kept else fix)


def _of_postgres(database: Database) -> Durability:
    names = ("synchronous_commit", "fsync", "full_page_writes")
    asked = ", ".join(f"current_setting('{name}')" for name in names)
    with database.read() as connection:
        found = dict(zip(names, connection.exec_driver_sql(f"SELECT {asked}").one(), strict=True))
    # synchronous_commit is refused where a database is opened for writing; these two lie with the whole server.
    lacking = [name for name in ("fsync", "full_page_writes") if found[name] != "on"]
    fix = " and ".join(f"{name} = on" for name in lacking)
    return Durability(
        ", ".join(f"{name} {value}" for name, value in found.items()),
        f"set {fix} in postgresql.conf: a loss of power can damage what was committed" if lacking else "",
    )
