"""What `explain` shows: one item's story, answer and payments; or a line for each item that was found."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from paypal_payouts.domain.explain import ExplainReport, FoundItem, Story
from paypal_payouts.domain.states import Money
from paypal_payouts.domain.words import counted
from paypal_payouts.present.cycles import write_next
from paypal_payouts.present.grid import Column, write_table
from paypal_payouts.present.items import write_items
from paypal_payouts.present.page import Cell, Page
from paypal_payouts.present.words import aligned, state_cell

_OTHERS_MAX: Final = 5
"""So many others are listed below a story: the answer must not scroll away."""

_MONEY_STYLES: Final[Mapping[Money, str]] = MappingProxyType(
    {
        Money.PAID: "green",
        Money.UNPAID: "red",
        Money.OPEN: "cyan",
        Money.UNKNOWN: "bold magenta",
        Money.CLOSED: "dim",
    }
)


def write_explain(page: Page, report: ExplainReport) -> None:
    """Show the story of the item that is meant; where that is not clear, what was found."""
    cycles = counted(report.cycles_searched, "cycle")
    for payment in report.archived:
        page.line(payment.words(), lead=f"{payment.cycle}: ", lead_style="bold")
    if not report.hits:
        return
    if report.story is None:
        page.line(f"{counted(report.hits_in_all, 'item')} found in {cycles}:", "bold")
        _write_hits(page, report.hits, report.hits_in_all)
    else:
        others = report.hits[1 : _OTHERS_MAX + 1]
        if others:
            page.line(f"{counted(report.hits_in_all - 1, 'other item')} found in {cycles}:")
            _write_hits(page, others, report.hits_in_all - 1)
        _write_story(page, report.story)
        page.line("Next:" if report.next else "Next: nothing to do.")
    write_next(page, report.next)


def _write_hits(page: Page, hits: Sequence[FoundItem], in_all: int) -> None:
    amounts = aligned((found.newest.item.amount_minor, found.newest.item.currency) for found in hits)
    columns = [
        Column("CYCLE", whole=True),
        Column("ITEM"),
        Column("RECEIVER"),
        Column("AMOUNT", right=True),
        Column("STATE", words=True),
        Column("MONEY", whole=True),
    ]
    write_table(page, columns, (_hit(found, amount) for found, amount in zip(hits, amounts, strict=True)))
    if in_all > len(hits):
        page.line(f"And {in_all - len(hits)} more.")
    page.line()


def _hit(found: FoundItem, amount: str) -> list[Cell | str]:
    item = found.newest.item
    return [
        Cell(found.newest.cycle, "bold"),
        item.item_id,
        item.receiver,
        amount,
        state_cell(item.state, item.raw_state),
        _money(found.money),
    ]


def _money(money: Money) -> Cell:
    return Cell(money, _MONEY_STYLES[money])


def _write_story(page: Page, story: Story) -> None:
    payment = story.found.newest
    payee = f", payee {payment.item.payee_id}" if payment.item.payee_id else ""
    page.line(f"Item {payment.item.item_id} of cycle {payment.cycle}{payee}", "bold")
    page.line()
    batch = None
    for event in story.events:
        if event.batch != batch:
            batch = event.batch
            page.line(f"Batch {batch}")
        page.line(f"{event.words}, by {event.by}", lead=f"{page.moment(event.at)} ", lead_style="dim")
    page.line()
    items = [each.item for each in story.found.payments]
    unanswered = {each.item.batch for each in story.found.payments if each.money is Money.UNKNOWN}
    write_items(page, items, with_batch=True, verbose=True, unanswered=unanswered)
    when = f" Since {page.moment(story.found.paid_at, aged=True)}." if story.found.paid_at else ""
    times = len(story.found.paid)
    lead = story.found.money.value.upper() + (f" {times} TIMES" if times > 1 else "")
    # Nobody has to act on a payee who was paid once; on one who was paid more often, somebody has.
    style = "red" if times > 1 else _MONEY_STYLES[story.found.money]
    page.line(f"{story.answer}{when}", lead=f"{lead}: ", lead_style=f"bold {style}")
