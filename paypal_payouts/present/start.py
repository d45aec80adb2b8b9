"""What `payouts` alone shows: what to type next, and no more."""

from collections.abc import Sequence
from typing import Final, TextIO

from paypal_payouts.domain.plan import Notice
from paypal_payouts.domain.status import CycleReport
from paypal_payouts.domain.words import counted
from paypal_payouts.present.cycles import write_answers
from paypal_payouts.present.page import Page
from paypal_payouts.present.plan import write_warnings
from paypal_payouts.present.text import Clock

_CYCLES_MAX: Final = 5
"""A start is one screen; `status` shows the rest."""


def show_start(
    cycles: Sequence[CycleReport],
    unsent: Sequence[str],
    *,
    warnings: Sequence[Notice] = (),
    copy_of: str | None = None,
    file: str,
    stream: TextIO,
    width: int,
    colour: bool,
    clock: Clock | None = None,
) -> None:
    """Show what to type next: for stored cycles that want something, then for `unsent`, of which there is only a file.

    `copy_of` says whose rows the first of `unsent` has: then to pay it is not advised. `file` is where the file of a
    cycle NAME is looked for.
    """
    page = Page(stream, width=width, colour=colour, clock=clock)
    write_warnings(page, warnings)
    wanting = [cycle for cycle in cycles if cycle.prospect.next]
    for cycle in wanting[:_CYCLES_MAX]:
        page.line(f"Cycle {cycle.cycle}", "bold")
        write_answers(page, cycle.prospect)
        page.line()
    if len(wanting) > _CYCLES_MAX:
        page.line(f"{counted(len(wanting) - _CYCLES_MAX, 'more cycle')} with something to do:")
        page.command("payouts status")
    elif cycles and not wanting:
        page.line("Nothing is open, nothing is wrong. All that was paid:")
        page.command("payouts status")
    if unsent:
        then = "Look at it, then pay it" if copy_of is None else f"{copy_of}. Look at it"
        page.line(f"Cycle {unsent[0]} has a file and was never sent. {then}:")
        page.command(f"payouts preview {unsent[0]}")
        if copy_of is None:
            page.command(f"payouts run {unsent[0]}")
    elif not wanting:
        page.line(f"For a new cycle, write who is owed what into {file}, and look at what would be paid:")
        page.command("payouts preview NAME")
    page.line("Every command:")
    page.command("payouts --help")
