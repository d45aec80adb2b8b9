"""What `status --refused-payees` shows."""

from collections.abc import Sequence
from typing import Final

from paypal_payouts.domain.bounced import LOOKED_BACK
from paypal_payouts.domain.refused_payees import RefusedPayee, RefusedPayeesReport
from paypal_payouts.domain.words import GO_THERE, counted
from paypal_payouts.present.grid import Column, Layout, Record, write_grid
from paypal_payouts.present.page import Cell, Page

_WHO: Final = (Column("PAYEE"), Column("RECEIVER"))
_FACTS: Final = (Column("TIMES", right=True), Column("CYCLES", words=True, most=26), Column("WHY", words=True))


def write_refused_payees(page: Page, report: RefusedPayeesReport) -> None:
    """Show each payee with what PayPal says, and below that what to type."""
    if report.is_nowhere:
        page.line(GO_THERE)
        return
    if report.payees:
        page.line("PayPal pays these payees only once they act, or their rows are corrected:")
        _write_payees(page, report.payees)
        page.line()
        page.line("Who is paid by any cycle, or whose newest item is closed, leaves this list.")
    else:
        page.line("PayPal refuses no payee.", "green")
    page.line(f"Payees without a payee_id are looked for {LOOKED_BACK.days} days back.")
    if report.archived:
        page.line(f"{counted(report.archived, 'archived cycle')} not looked at: files have their items.")


def _write_payees(page: Page, payees: Sequence[RefusedPayee]) -> None:
    def who(payee: RefusedPayee) -> list[Cell]:
        return [Cell(payee.payee_id or "-", "bold"), Cell(payee.receiver)]

    def facts(payee: RefusedPayee) -> list[Cell]:
        more = payee.cycles_in_all - len(payee.cycles)
        cycles = ", ".join([*payee.cycles, *([f"{more:,} more"] if more else [])])
        return [Cell(f"{payee.times:,}"), Cell(cycles), Cell(f"{payee.error_code}: {payee.sentence}")]

    def below(payee: RefusedPayee) -> list[Cell]:
        return [Cell(page.typed(payee.next), "bold")]

    def stacked(payee: RefusedPayee) -> Record:
        name = [Cell(payee.payee_id, "bold")] if payee.payee_id else []
        return Record(facts(payee), above=[*name, Cell(payee.receiver)], below=below(payee))

    layouts = [
        Layout((*_WHO, *_FACTS), lambda payee: Record([*who(payee), *facts(payee)], below=below(payee))),
        Layout(_FACTS, stacked, "PAYEE, RECEIVER", indent=2),
    ]
    write_grid(page, payees, layouts)
