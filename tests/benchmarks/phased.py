"""Runs the program, and notes what CPU time each phase of a `run` took.

    python phased.py NOTE ARGUMENTS...

The rest is start-up, the report, and telling it.
"""

import atexit
import functools
import importlib
import json
import runpy
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

PHASES: Final = {
    "intake": ("paypal_payouts.context.inputs", "read_input"),
    "plan": ("paypal_payouts.verbs.run", "plan_cycle"),
    "intent": ("paypal_payouts.verbs.run", "_Run._store_new"),
    "send": ("paypal_payouts.protocol.session", "PayingSession.send_all"),
    "read-back": ("paypal_payouts.protocol.session", "PayingSession.read_results"),
}
"""None of these calls another; what `send_all` is handed is stored before it begins."""

_took_s: dict[str, float] = defaultdict(float)


def _timed(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(work)
    def timed(*arguments: Any, **named: Any) -> Any:
        began_s = time.process_time()
        try:
            return work(*arguments, **named)
        finally:
            _took_s[name] += time.process_time() - began_s

    return timed


def _note(path: Path) -> None:
    path.write_text(json.dumps({**_took_s, "rest": time.process_time() - sum(_took_s.values())}))


def main() -> None:
    note, *arguments = sys.argv[1:]
    for name, (module, place) in PHASES.items():
        *owners, attribute = place.split(".")
        owner: Any = functools.reduce(getattr, owners, importlib.import_module(module))
        setattr(owner, attribute, _timed(name, getattr(owner, attribute)))
    atexit.register(_note, Path(note))
    sys.argv = ["payouts", *arguments]
    runpy.run_module("paypal_payouts", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
