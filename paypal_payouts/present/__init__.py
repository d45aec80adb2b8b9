"""What people and programs see: tables, one JSON document, progress on stderr. Nothing else prints.

What needs a library is imported when it is first used: text is written without that of JSON, and JSON without Rich.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paypal_payouts.present import envelope as envelope
    from paypal_payouts.present import last_line as last_line
    from paypal_payouts.present import metrics as metrics
    from paypal_payouts.present import sheet as sheet
    from paypal_payouts.present import tables as tables
else:

    def __getattr__(name: str) -> object:
        if find_spec(f"{__name__}.{name}") is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return import_module(f"{__name__}.{name}")
