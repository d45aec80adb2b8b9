"""Runs pytest again and again without paying for the imports of libraries each time.

Run as a script by `variants.checking`: it imports what the program and its tests import from elsewhere, nothing of them
themselves, and forks a child for every order on its standard input, which is `python -P -m pytest` from there on.
"""

import importlib
import json
import os
import runpy
import sys
from typing import Any

LIBRARIES = (
    "alembic.command",
    "alembic.runtime.migration",
    "backoff",
    "filelock",
    "httpx",
    "hypothesis",
    "msgspec",
    "psycopg",
    "pydantic",
    "pytest",
    "rich.console",
    "rich.table",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite.pysqlite",
    "sqlmodel",
    "typer",
)


def become(order: dict[str, Any]) -> None:
    """Make this process the one that was ordered."""
    os.setsid()
    for path, flags, descriptors in ((os.devnull, os.O_RDONLY, (0,)), (order["output"], os.O_WRONLY, (1, 2))):
        opened = os.open(path, flags)
        for descriptor in descriptors:
            os.dup2(opened, descriptor)
        os.close(opened)
    os.environ.clear()
    os.environ.update(order["environment"])
    sys.path[:0] = order["path"]
    sys.argv = ["pytest", *order["arguments"]]


def main() -> None:
    """Fork for every order; say which process it is, and with what it ended."""
    # Its own folder is on the path of a script; the copy of the program stands before it in every order.
    for library in LIBRARIES:
        importlib.import_module(library)
    for line in sys.stdin:
        child = os.fork()
        if not child:
            become(json.loads(line))
            runpy.run_module("pytest", run_name="__main__", alter_sys=True)
            return
        print(child, flush=True)  # noqa: T201 - this is what whoever gave the order reads
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201 - as above


if __name__ == "__main__":
    main()
