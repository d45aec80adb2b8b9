"""Runs pytest again and again without paying for the imports each time.

Run as a script by `variants.checking`: it imports what the program and its tests import from elsewhere, and with the
argument `program` that as it is, too. It forks a child for every order on its standard input, which is
`python -P -m pytest` from there on, of a changed copy or of the program in memory with other code in its functions.
"""

import atexit
import gc
import importlib
import json
import os
import pkgutil
import runpy
import shutil
import sys
from pathlib import Path
from typing import Any

from _pytest.config import default_plugins

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
    *(f"_pytest.{plugin}" for plugin in default_plugins),
)
ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "paypal_payouts"


def import_program() -> None:
    """Import the program and what nearly every test of it is made with, and pay once, for the SQL that is made then."""
    sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
    package = importlib.import_module(PACKAGE)
    for module in pkgutil.walk_packages(package.__path__, f"{PACKAGE}."):
        if not module.name.endswith("__main__") and ".migrations." not in module.name:
            importlib.import_module(module.name)
    importlib.import_module("support.compiled").share_compiled_statements()
    with importlib.import_module("support.quick").quick_folder() as folder:
        (folder / "payouts.db").write_bytes(importlib.import_module("support.databases").made_sqlite())
        world = importlib.import_module("support.world").World(folder, f"sqlite:///{folder}/payouts.db")
        world.run(["a,ann@x.example,1.00,USD"])
        world.close()


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
    # The key of the tests' databases was made for all children, and goes with none of them.
    atexit.unregister(shutil.rmtree)
    sys.path[:0] = order["path"]
    if order["changed"]:
        in_place = importlib.import_module("variants.in_place")
        in_place.change_in_place([(Path(old), Path(new)) for old, new in order["changed"]])
    sys.argv = ["pytest", *order["arguments"]]


def main() -> None:
    """Fork for every order; say which process it is, and with what it ended."""
    # Its own folder is on the path of a script; a copy of the program stands before it in every order.
    for library in LIBRARIES:
        importlib.import_module(library)
    if "program" in sys.argv:
        import_program()
    gc.collect()
    gc.freeze()
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
