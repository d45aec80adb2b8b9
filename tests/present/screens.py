"""A stream that says it is a terminal, reports of every kind, and a report as text."""

import io
import json
from enum import Enum
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from paypal_payouts.domain.base import Report
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.errors import PayoutsError
from paypal_payouts.present.envelope import write_document
from paypal_payouts.present.tables import show
from present import reports

COMMANDS = sorted(reports.every())


class Terminal(io.StringIO):
    """A terminal that keeps what is written to it."""

    def isatty(self) -> bool:
        return True


def shown(report: Report, *, width: int | None = None, colour: bool = False, verbose: bool = False) -> str:
    """Show a report as it appears without a terminal, or, with colour, on one."""
    stream = Terminal() if colour else io.StringIO()
    show(report, stream=stream, width=width, colour=colour, verbose=verbose)
    return stream.getvalue()


def every() -> dict[str, Report]:
    """Make a report of each command, and some more."""
    return reports.every() | {
        "run --open": reports.open_run(),
        "doctor --probe": reports.probe(),
        "status, all": reports.cycles(),
        "preview --items": replace(reports.preview(), item_rows=iter(reports.items())),
        "status BATCH": reports.batch_status(with_items=True),
        "status --errors": reports.with_errors(reports.status()),
        "status --csv": reports.with_csv(reports.status()),
        "status --refused-payees": reports.refused_payees(),
        "status BATCH --errors": reports.with_errors(reports.batch_status()),
        "explain, several": reports.explain_many(),
        "explain, one of several": replace(reports.explain(), hits=reports.explain_many().hits, hits_in_all=1_060),
        "long": reports.status(with_items=True, cycle=reports.LONG_CYCLE),
        "long run": reports.run(cycle=reports.LONG_CYCLE),
    }


def document(
    *,
    command: str | None = "run",
    exit_code: int = 0,
    error: PayoutsError | None = None,
    report: Report | None = None,
) -> Any:
    """Write a document, and read it back as a program does."""
    stream = io.StringIO()
    write_document(stream, command=command, exit_code=exit_code, error=error, report=report, origin=reports.ORIGIN)
    assert stream.getvalue().isascii()
    assert stream.getvalue().endswith("}\n")
    return json.loads(stream.getvalue())


def poisoned(value: Any, hostile: str) -> Any:
    """Put a hostile text into every text of a report, but currencies, which are checked long before."""
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return hostile + value
    if isinstance(value, Struct):
        kept = {"currency", "name"} if isinstance(value, BatchRecord) else {"currency"}
        changes = {
            name: poisoned(getattr(value, name), hostile) for name in value.__struct_fields__ if name not in kept
        }
        return replace(value, **changes)
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return type(value)(
            **{
                name: inner if name == "currency" else poisoned(inner, hostile)
                for name, inner in value._asdict().items()
            }
        )
    if isinstance(value, list):
        return [poisoned(inner, hostile) for inner in value]
    return value
