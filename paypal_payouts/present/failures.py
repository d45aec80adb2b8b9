"""What went wrong, counted: each kind of failure with what it means, who has to act, and its first items."""

from collections.abc import Sequence
from typing import Final

from paypal_payouts.domain.item import ErrorCount
from paypal_payouts.domain.words import counted
from paypal_payouts.present.grid import Column, Layout, Record, write_grid
from paypal_payouts.present.items import receiver_and_amount
from paypal_payouts.present.page import Cell, Page
from paypal_payouts.present.text import filled

_MARGIN: Final = 4
"""How far the items below a kind of failure are moved in, at most."""


def write_failures(page: Page, errors: Sequence[ErrorCount] | None, which: str) -> None:
    """Show each kind of failure with its first items; where the page is narrow, its code has a line of its own.

    `which` names the cycle or batch to `status`.
    """
    if errors is None:
        return
    if not errors:
        page.line("No failure.")
        page.line()
        return
    code = Column("ERROR", whole=True)
    facts = (
        Column("FOUND", whole=True),
        Column("CLASS", whole=True),
        Column("WHO ACTS"),
        Column("MEANING", words=True),
    )

    def row(error: ErrorCount) -> Record:
        return Record([_error_code(error), *_error_facts(error)], below=_named(page, error))

    def stacked(error: ErrorCount) -> Record:
        return Record(_error_facts(error), above=[_error_code(error)], below=_named(page, error))

    write_grid(page, errors, [Layout((code, *facts), row), Layout(facts, stacked, "ERROR", indent=2)])
    of_items = [error for error in errors if error.kind == "item"]
    more = sum(error.count - len(error.first) for error in of_items)
    if more:
        states = "".join(f" --state {state}" for state in dict.fromkeys(error.state for error in of_items))
        page.line(f"And {counted(more, 'more item')}; all of them:")
        page.command(f"payouts status {which} --items{states}")
    for link in dict.fromkeys(error.link for error in errors if error.link is not None):
        page.line(link, lead="PayPal says more: ")
    page.line()


def _named(page: Page, error: ErrorCount) -> list[Cell]:
    told = (f"{item.item_id}: {receiver_and_amount(item)}" for item in error.first)
    return [Cell(line) for words in told for line in filled(words, page.width - _MARGIN, indent=2)]


def _error_code(error: ErrorCount) -> Cell:
    return Cell(error.error_code or "no code", "bold")


def _error_facts(error: ErrorCount) -> list[Cell]:
    found = f"{counted(error.count, error.kind)} {error.state}"
    return [Cell(found), Cell(error.error_class or "-"), Cell(error.who), Cell(error.sentence)]
