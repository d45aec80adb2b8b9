"""The totals of a cycle, by currency: what is owed, and where that money is."""

from collections.abc import Sequence

from paypal_payouts.domain.totals import Total
from paypal_payouts.present.grid import Column, write_table
from paypal_payouts.present.page import Cell, Page
from paypal_payouts.present.words import aligned


def write_totals(page: Page, totals: Sequence[Total]) -> None:
    """Show what is owed in each currency, and where it is."""
    if not totals:
        return
    amounts = aligned((total.amount_minor, total.currency) for total in totals)
    columns = [Column(header, right=True) for header in ("ITEMS", "AMOUNT")]
    figures: list[Sequence[str]] = [[f"{total.items:,}" for total in totals], amounts]
    for header, minor in _money_columns(totals):
        # What is nothing in every currency has no column: the rest is read at a glance.
        if header == "PAID" or any(minor):
            columns.append(Column(header, right=True))
            figures.append(aligned(zip(minor, (total.currency for total in totals), strict=True), currency=False))
    rows = zip(*figures, strict=True)
    write_table(
        page,
        [Column("TOTAL", whole=True), *columns],
        [[Cell(total.currency, "bold"), *row] for total, row in zip(totals, rows, strict=True)],
    )
    for total in totals:
        if total.conversion:
            page.line(total.conversion)
    page.line()


def _money_columns(totals: Sequence[Total]) -> list[tuple[str, Sequence[int | None]]]:
    return [
        ("PAID", [total.paid_minor for total in totals]),
        ("UNPAID", [total.unpaid_minor for total in totals]),
        ("OPEN", [total.open_minor for total in totals]),
        ("UNKNOWN", [total.unknown_minor for total in totals]),
        ("CLOSED", [total.closed_minor for total in totals]),
        ("SURPLUS", [total.surplus_minor for total in totals]),
        ("FEES", [total.fees_minor for total in totals]),
    ]
