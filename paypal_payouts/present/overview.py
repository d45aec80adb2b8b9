"""What `status` shows of several cycles: one line for each, and what to type for those that want something."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from paypal_payouts.domain.states import ItemState
from paypal_payouts.domain.status import CycleReport, StatusReport
from paypal_payouts.domain.totals import Total
from paypal_payouts.domain.verdict import RunOutcome
from paypal_payouts.domain.words import counted, listed
from paypal_payouts.present.batches import is_paused
from paypal_payouts.present.grid import Column, Layout, Record, write_grid
from paypal_payouts.present.page import Cell, Page
from paypal_payouts.present.text import age
from paypal_payouts.present.words import OUTCOME_STYLES, aligned

_WORDS: Final = {
    RunOutcome.COMPLETED: "done",
    RunOutcome.COMPLETED_WITH_FAILURES: "done",
    RunOutcome.PENDING: "open",
    RunOutcome.REFUSED: "refused",
    RunOutcome.REVIEW: "review",
}
_CYCLE: Final = Column("CYCLE", whole=True)
_FIGURES: Final = (
    Column("AGE", whole=True),
    Column("ITEMS", right=True),
    Column("", whole=True),
    *(Column(header, right=True, optional=True) for header in ("PAID", "UNPAID", "OPEN", "UNKNOWN")),
)
_STATE: Final = Column("STATE", words=True)
_NEXT: Final = Column("NEXT", whole=True, optional=True)


class _Line(NamedTuple):
    """One currency of a cycle; the first one says what is true of the whole cycle."""

    named: Sequence[Cell]
    figures: Sequence[Cell]
    said: Sequence[Cell]
    """How the cycle stands and what to type, on its first line."""
    below: Sequence[Cell]
    """The same, below its last line, where a page is too narrow for columns of these."""


def write_overview(page: Page, report: StatusReport) -> None:
    """Show the cycles, the newest first; where the page is narrow, what to type stands below its cycle."""
    named = (_CYCLE, *_FIGURES)
    write_grid(
        page,
        list(_lines(page, report)),
        [
            Layout((*named, _STATE, _NEXT), lambda row: Record([*row.named, *row.figures, *row.said])),
            Layout(
                (*named, _STATE),
                lambda row: Record([*row.named, *row.figures, row.said[0]], below=_told(row.below[1:])),
            ),
            Layout(named, lambda row: Record([*row.named, *row.figures], below=_told(row.below))),
            Layout(
                _FIGURES,
                lambda row: Record(row.figures, _told(row.named), _told(row.below)),
                heading="CYCLE",
                indent=2,
            ),
        ],
    )
    page.line()
    if report.older_cycles:
        page.line(f"{counted(report.older_cycles, 'older cycle')} not shown: `payouts status --all`.")
    page.line("A cycle in full: `payouts status --cycle NAME`.")


def _lines(page: Page, report: StatusReport) -> Iterator[_Line]:
    of_cycles = [cycle.tally.totals or [Total("")] for cycle in report.cycles]
    money = iter(_money([total for totals in of_cycles for total in totals]))
    nothing = Cell("")
    for cycle, totals in zip(report.cycles, of_cycles, strict=True):
        said = [_state(page, cycle), Cell(_next(cycle))]
        for place, total in enumerate(totals):
            first, last = place == 0, place == len(totals) - 1
            yield _Line(
                [Cell(cycle.cycle, "bold") if first else nothing],
                [
                    Cell(age(cycle.stored_at, report.generated_at)) if first else nothing,
                    Cell(f"{total.items:,}"),
                    Cell(total.currency),
                    *next(money),
                ],
                said if first else [nothing, nothing],
                said if last else (),
            )


def _money(totals: Sequence[Total]) -> list[list[Cell]]:
    """Write where the money of each total is, points under points; what is nothing is left blank."""
    places = [(total.paid_minor, total.unpaid_minor, total.open_minor, total.unknown_minor) for total in totals]
    columns = [
        aligned(
            zip((minor or None for minor in column), (total.currency for total in totals), strict=True), currency=False
        )
        for column in zip(*places, strict=True)
    ]
    styles = ("", "red", "yellow", "bold magenta")
    return [
        [Cell("" if text.strip() == "-" else text, style) for text, style in zip(row, styles, strict=True)]
        for row in zip(*columns, strict=True)
    ]


def _told(cells: Sequence[Cell]) -> list[Cell]:
    return [cell for cell in cells if cell.text]


def _next(cycle: CycleReport) -> str:
    """Return what to type first; where a person must decide, what shows the moves with what each means."""
    if cycle.verdict.outcome is RunOutcome.REVIEW:
        return f"payouts status --cycle {cycle.cycle}"
    return next((step.command for step in cycle.prospect.next), "")


def _state(page: Page, cycle: CycleReport) -> Cell:
    """Describe how a cycle stands: in a word, with what is not paid counted; whether it is archived, or worked on."""
    outcome = cycle.verdict.outcome
    lock = cycle.lock
    running = [] if lock is None else ["holder dead" if lock.living is False else "running"]
    # What was sent without an answer is no longer unsent, whatever its batch says.
    is_unknown = any(total.unknown_minor for total in cycle.tally.totals)
    hidden = {ItemState.SUCCESS, *([ItemState.UNSENT] if is_unknown else [])}
    rest = listed({state: count for state, count in cycle.tally.unpaid_states.items() if state not in hidden})
    paused = [batch.record.paused_until for batch in cycle.batches if is_paused(page, batch.record)]
    pause = f"due again {page.moment(min(filter(None, paused)))}" if paused else ""
    archived = "" if cycle.archive is None else "archived"
    told = [*running, _WORDS.get(outcome, outcome), archived, "outcome unknown" if is_unknown else "", rest, pause]
    return Cell(", ".join(filter(None, told)), OUTCOME_STYLES[outcome])
