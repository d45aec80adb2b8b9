"""What each command does: its options are checked, its input is read, the question is asked, its verb is called.

A module here is imported when it is first used, so that it may import whatever it needs at its top, and `payouts
--help` still loads no database and no network library.
"""

from importlib import import_module
from typing import TYPE_CHECKING

__all__ = [
    "audit",
    "cancel",
    "completion",
    "doctor",
    "execution",
    "explain",
    "init",
    "locks",
    "metrics",
    "notify",
    "override",
    "preview",
    "report",
    "retry",
    "run",
    "simulator",
    "start",
    "status",
    "sync",
    "versions",
    "watching",
    "wiring",
]

if TYPE_CHECKING:
    from paypal_payouts.cli.actions import (
        audit,
        cancel,
        completion,
        doctor,
        execution,
        explain,
        init,
        locks,
        metrics,
        notify,
        override,
        preview,
        report,
        retry,
        run,
        simulator,
        start,
        status,
        sync,
        versions,
        watching,
        wiring,
    )
else:

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return import_module(f"{__name__}.{name}")
