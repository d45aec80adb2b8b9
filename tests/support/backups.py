"""A backup of a database, as of one moment, and that backup in the place of all that came after it."""

import shutil
from pathlib import Path

import sqlalchemy as sa


def copy_aside(url: str) -> str:
    """Copy a database, which nobody may be in the middle of writing; give the URL of the copy."""
    here = sa.make_url(url)
    copy = here.set(database=f"{here.database}_copy")
    if here.get_backend_name() == "sqlite":
        shutil.copy(str(here.database), str(copy.database))
    else:
        _order(here, _turn_out(here), f"CREATE DATABASE {copy.database} TEMPLATE {here.database}")
    return copy.render_as_string(hide_password=False)


def put_back(url: str, copy_url: str | None) -> None:
    """Put a copy, which is used up by that, in the place of a database; None: an empty one."""
    here, copy = sa.make_url(url), sa.make_url(copy_url or url)
    if here.get_backend_name() == "sqlite":
        for suffix in ("", "-wal", "-shm"):
            Path(f"{here.database}{suffix}").unlink(missing_ok=True)
        if copy_url is not None:
            shutil.move(str(copy.database), str(here.database))
        return
    if copy_url is None:
        came = f"CREATE DATABASE {here.database} TEMPLATE template0"
    else:
        came = f"ALTER DATABASE {copy.database} RENAME TO {here.database}"
    _order(here, f"DROP DATABASE {here.database} WITH (FORCE)", came)


def _turn_out(here: sa.URL) -> str:
    return f"SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '{here.database}'"


def _order(here: sa.URL, *statements: str) -> None:
    engine = sa.create_engine(here.set(database="postgres"), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
