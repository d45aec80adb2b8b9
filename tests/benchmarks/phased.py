"""Runs the program, and notes what CPU time each phase of a `run` took, and what of that each safety took.

    python phased.py NOTE ARGUMENTS...

The rest is start-up, the report, and telling it. What a safety takes is measured where it is done, within the phases,
with that of the processes that it starts.
"""

import atexit
import builtins
import functools
import importlib
import json
import os
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

SAFETIES: Final = {
    "sealed requests": (
        ("paypal_payouts.storage.intents", ("sorted", "digest_of_rows", "seal_batch")),
        ("paypal_payouts.storage.sends", ("sealed_record", "seal_progress")),
        ("paypal_payouts.storage.readings", ("sealed_record", "seal_progress")),
        ("paypal_payouts.storage.seals", ("Seals.check_cycle",)),
    ),
    "the trail, chained": (("paypal_payouts.storage.audit", ("record", "check_chain")),),
    "approval": (("paypal_payouts.verbs.run", ("plan_refusal",)),),
}
"""Where each is done. One within another counts as itself alone."""

_took_s: dict[str, dict[str, float]] = {"phases": defaultdict(float), "safeties": defaultdict(float)}
_inner_s: dict[str, list[float]] = {kind: [0.0] for kind in _took_s}
"""For each call that is open, what those within it took."""


def _now_s() -> float:
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


def _timed(kind: str, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
    inner_s = _inner_s[kind]

    @functools.wraps(work)
    def timed(*arguments: Any, **named: Any) -> Any:
        began_s = _now_s()
        inner_s.append(0.0)
        try:
            return work(*arguments, **named)
        finally:
            took_s = _now_s() - began_s
            _took_s[kind][name] += took_s - inner_s.pop()
            inner_s[-1] += took_s

    return timed


def _put_in(kind: str, name: str, module: str, place: str) -> None:
    *owners, attribute = place.split(".")
    owner: Any = functools.reduce(getattr, owners, importlib.import_module(module))
    # `sorted` is Python's own until the module has one.
    setattr(owner, attribute, _timed(kind, name, getattr(owner, attribute, None) or getattr(builtins, attribute)))


def _note(path: Path) -> None:
    phases, safeties = _took_s["phases"], _took_s["safeties"]
    rest_s = _now_s() - sum(phases.values())
    path.write_text(
        json.dumps({"phases": {**phases, "rest": rest_s}, "safeties": {name: safeties[name] for name in SAFETIES}})
    )


def main() -> None:
    note, *arguments = sys.argv[1:]
    for name, (module, place) in PHASES.items():
        _put_in("phases", name, module, place)
    for name, places in SAFETIES.items():
        for module, attributes in places:
            for attribute in attributes:
                _put_in("safeties", name, module, attribute)
    atexit.register(_note, Path(note))
    sys.argv = ["payouts", *arguments]
    runpy.run_module("paypal_payouts", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
