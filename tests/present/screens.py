"""A stream that says it is a terminal, reports of every kind, and a report as text."""

import io
import json
from typing import Any

from paypal_payouts.domain.report import Report
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
        "status BATCH": reports.batch_status(with_items=True),
        "status --errors": reports.with_errors(reports.status()),
        "status BATCH --errors": reports.with_errors(reports.batch_status()),
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
    write_document(stream, command=command, exit_code=exit_code, error=error, report=report)
    assert stream.getvalue().isascii()
    assert stream.getvalue().endswith("}\n")
    return json.loads(stream.getvalue())
