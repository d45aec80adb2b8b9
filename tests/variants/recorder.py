"""A plugin of the inner pytest: it writes down what was imported, and how each test ended and why.

It stands alone: the inner pytest finds it by its path, before any other part of the tests can be imported.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

_ENDS: list[dict[str, Any]] = []


def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    """Note every phase of a test; only a call that an assertion ended speaks against the program."""
    error = None if call.excinfo is None else call.excinfo.value
    _ENDS.append(
        {
            "test": item.nodeid,
            "phase": call.when,
            "error": None if error is None else type(error).__name__,
            "by_assertion": isinstance(error, AssertionError | pytest.fail.Exception),
        }
    )


def pytest_sessionfinish() -> None:
    """Write the notes where the outer test reads them."""
    modules = [module for name, module in sys.modules.items() if name.split(".")[0] == "paypal_payouts"]
    notes = {"imported": sorted({str(module.__file__) for module in modules}), "ends": _ENDS}
    Path(os.environ["PAYOUTS_VARIANT_NOTES"]).write_text(json.dumps(notes), encoding="utf-8")
