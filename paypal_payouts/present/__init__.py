"""What people and programs see: tables, one JSON document, progress on stderr. Nothing else prints.

What needs a library is imported when it is first used: text is written without that of JSON, and JSON without Rich.
"""

from importlib import import_module
from typing import TYPE_CHECKING

__all__ = ["envelope", "metrics", "sheet", "tables"]

if TYPE_CHECKING:
    from paypal_payouts.present import envelope, metrics, sheet, tables
else:

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return import_module(f"{__name__}.{name}")
