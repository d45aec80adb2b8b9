"""A copy of an SQLite database, taken before its tables are changed: the way back, if the change was wrong."""

import os
import sqlite3
from contextlib import closing
from itertools import count
from pathlib import Path
from urllib.parse import quote

from paypal_payouts.errors import ConfigInvalid
from paypal_payouts.private import create_private, sync_directory


def copy_aside(path: Path, *, of: str) -> Path:
    """Copy a database into a new file beside it, for its owner alone and named after the revision it is of.

    What is there already is never overwritten: it may be the older copy of the two.

    Raises:
        ConfigInvalid: it cannot be copied; nothing was changed.

    """
    aside = path.with_name(f".{os.urandom(8).hex()}.tmp")
    try:
        create_private(aside)
        try:
            with (
                closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as source,
                closing(sqlite3.connect(aside)) as target,
            ):
                source.backup(target)
            return _named(aside, path, of)
        finally:
            aside.unlink()
    except (OSError, sqlite3.Error) as error:
        words = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise ConfigInvalid(
            f"The database {path} must be copied before its tables are changed, and cannot be: {words}.",
            hint="Nothing was changed or sent. Free enough space beside it for a second one, then run again.",
        ) from error


def _named(aside: Path, path: Path, of: str) -> Path:
    names = (path.with_name(f"{path.name}.{of}" + (f"-{number}" if number > 1 else "")) for number in count(1))
    name = next(name for name in names if not name.exists())
    os.link(aside, name)
    sync_directory(name.parent)
    return name
