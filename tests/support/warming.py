"""Brings the program to where every command begins: all imported, each statement compiled, the command line built.

What a process learns once for all its life is learned here once for all that are forked from it. What belongs to one
command (its log, its secrets, who asked it to stop) is put back as it was.
"""

import contextlib
import functools
import importlib
import io
import logging
import os
import pkgutil
import signal
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any, Final

import paypal_payouts
from support.compiled import share_compiled_statements

_LIBRARIES: Final = (
    "alembic.command",
    "alembic.config",
    "alembic.ddl.sqlite",
    "alembic.runtime.migration",
    "backoff",
    "encodings.ascii",
    "encodings.idna",
    "filelock",
    "httpcore",
    "httpx",
    "logging.config",
    "psycopg",
    "rich.table",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite.pysqlite",
    "sqlmodel",
)
_CONFIGURATION: Final = """\
[paypal]
environment = "simulator"
poll_interval_s = 0.05
[retry]
max_retries = 0
base_delay_s = 0
[lock]
cooldown_s = 0
"""
_ROWS: Final = """\
item_id,receiver,amount,currency
a,ann@example.com,1.00,USD
b,fail@example.com,2.00,USD
c,unclaimed@example.com,3.00,EUR
"""
_COMMANDS: Final = (
    "preview -c c --items",
    "run -c c --yes",
    "run -c c --yes --json",
    "run --open --yes",
    "status",
    "status -c c --items",
    "status -c c --items --json",
    "explain a",
    "review c-0001-1",
    "sync",
    "retry -c c --failed-items --include-payee-errors --yes",
    "cancel c -c c --reason nothing-is-owed --yes",
    "override b -c c --to failed --reason nothing-is-owed --yes",
    "audit -c c",
)


def warm() -> None:
    """Import all that a command would, and play a small cycle in this process."""
    for module in pkgutil.walk_packages(paypal_payouts.__path__, "paypal_payouts."):
        if module.name.rpartition(".")[2] != "__main__" and ".migrations" not in module.name:
            importlib.import_module(module.name)
    for name in _LIBRARIES:
        importlib.import_module(name)
    share_compiled_statements()
    typer = vars(importlib.import_module("typer.main"))
    # Built from what the program declares, and changed by nobody.
    typer["get_command"] = functools.cache(typer["get_command"])
    before = _outer_state()
    with tempfile.TemporaryDirectory(prefix="payouts-warm-") as folder:
        _play(Path(folder))
    assert _outer_state() == before, (before, _outer_state())


def _play(folder: Path) -> None:
    """Type commands in a folder, and forget whose process it was."""
    execute = importlib.import_module("paypal_payouts.cli.app").execute
    interrupts = importlib.import_module("paypal_payouts.cli.interrupts").INTERRUPTS
    (folder / "payouts.toml").write_text(_CONFIGURATION)
    (folder / "cycles").mkdir()
    (folder / "cycles" / "c.csv").write_text(_ROWS)
    here, arguments, loggers = Path.cwd(), sys.argv, _loggers()
    umask = os.umask(0o077)
    os.chdir(folder)
    try:
        for command in _COMMANDS:
            sys.argv = ["payouts", *command.split()]
            heard = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
            with contextlib.redirect_stdout(heard), contextlib.redirect_stderr(heard):
                execute(sys.argv[1:])
    finally:
        os.chdir(here)
        os.umask(umask)
        sys.argv = arguments
        vars(interrupts).update(vars(type(interrupts)()))
        vars(importlib.import_module("paypal_payouts.log"))["_secrets"] = frozenset()
        importlib.import_module("paypal_payouts.rights").is_private_group.cache_clear()
        for logger, (handlers, level, propagates) in loggers.items():
            logger.handlers, logger.propagate = handlers, propagates
            logger.setLevel(level)


def _loggers() -> dict[logging.Logger, tuple[list[logging.Handler], int, bool]]:
    """Return the loggers that a command sets up, each as it is now."""
    loggers = map(logging.getLogger, (None, "paypal_payouts", "sqlalchemy.pool"))
    return {logger: (logger.handlers, logger.level, logger.propagate) for logger in loggers}


def _outer_state() -> Any:
    """Return what a child would have of this process that no process has at its beginning."""
    handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)]
    return threading.active_count(), len(list(Path("/dev/fd").iterdir())), dict(os.environ), handlers, _loggers()
