"""What `doctor --probe` shows."""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from typing import Final

from paypal_payouts.domain.probe import ProbeReport, StepEnd
from paypal_payouts.domain.words import counted
from paypal_payouts.present.grid import Column, write_table
from paypal_payouts.present.page import Cell, Page

_STYLES: Final = {
    StepEnd.EXPECTED: "green",
    StepEnd.OTHERWISE: "yellow",
    StepEnd.OPEN: "bold",
    StepEnd.LOST: "red",
    StepEnd.LEFT_OUT: "dim",
}


def write_probe(page: Page, report: ProbeReport) -> None:
    """Show each step that did not come as expected, then what is in the file and what to do next."""
    columns = [Column("STEP", words=True), Column("END", whole=True), Column("CAME", words=True)]
    write_table(
        page, columns, ([name, Cell(end.replace("_", " "), _STYLES[end]), came] for name, end, came in _rows(report))
    )
    ends = Counter(step.end for step in report.steps)
    numbers = ", ".join(f"{ends[end]} {end.replace('_', ' ')}" for end in StepEnd if ends[end])
    page.line()
    page.line(f"{counted(len(report.steps), 'step')}: {numbers}. Every exchange is in {report.file}.")
    if report.stopped is not None:
        page.line(f"{report.stopped}. The same command goes on with what is not on record.", "yellow")
    if report.later is not None:
        page.line(f"From {report.later:%Y-%m-%d %H:%M} UTC there is more to look at: the same command with --continue.")


def _rows(report: ProbeReport) -> Iterator[tuple[str, StepEnd, str]]:
    """Yield what is worth a look; an experiment of which nothing was made, for one reason, is one row."""
    for experiment, group in groupby(report.steps, key=lambda step: step.experiment):
        steps = [step for step in group if step.end is not StepEnd.EXPECTED]
        if len({(step.end, step.came) for step in steps}) == 1 and steps[0].end is StepEnd.LEFT_OUT:
            yield experiment, StepEnd.LEFT_OUT, steps[0].came
            continue
        for step in steps:
            wanted = f" (expected: {step.expected})" if step.end is StepEnd.OTHERWISE else ""
            yield f"{experiment} {step.step}", step.end, step.came + wanted
