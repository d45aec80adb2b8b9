"""What `review` shows: our rows beside PayPal's with what differs, and the moves that are open to a person."""

from collections.abc import Iterator
from typing import Final

from paypal_payouts.domain.adoption import DiffersIn
from paypal_payouts.domain.money import DECIMALS, grouped_amount
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.reviewed import MISSING, ReviewedItem, ReviewReport
from paypal_payouts.domain.states import BatchStatus
from paypal_payouts.domain.words import counted
from paypal_payouts.present.grid import Column, write_table
from paypal_payouts.present.page import Cell, Page

_EQUAL_MAX: Final = 20
"""So many items that are the same on both sides are listed; more of them are counted."""

_SHOWN_AS: Final = {
    MISSING: "not at PayPal",
    DiffersIn.NOT_OURS.value: "only at PayPal",
    DiffersIn.TWICE.value: "twice at PayPal",
}


def write_review(page: Page, report: ReviewReport) -> None:
    """Show why a person must decide, both records, and what can be decided."""
    batch = report.batch.record
    is_in = "in review" if batch.status is BatchStatus.REVIEW else batch.status
    # What differs stands below, item by item.
    why = batch.review_reason if report.not_compared is not None else None
    page.line(f"Batch {batch.name} is {is_in}{f': {why}' if why else ''}.", "bold")
    page.facts(
        [
            ("holds", batch.words()),
            ("sender batch id", batch.sender_batch_id),
            ("sent", _sent(page, batch)),
            ("PayPal batch", _theirs(report)),
        ]
    )
    page.line()
    _write_both(page, report)
    if not report.moves:
        page.line(f"Nobody moves a batch that is {batch.status} by hand.")
        return
    page.line("What a person can do:", "bold")
    for move in report.moves:
        page.line()
        not_now = "" if move.why_not is None else f" Not now: {move.why_not}."
        page.line(f"{move.meaning}{not_now}", lead=f"{move.to}: ")
        if move.command is not None:
            page.command(move.command)


def _sent(page: Page, batch: BatchRecord) -> str:
    if batch.last_sent_at is None:
        return "never"
    again = f", {batch.sends} times; last {page.moment(batch.last_sent_at)}" if batch.sends > 1 else ""
    return f"{page.moment(batch.first_sent_at, aged=batch.sends == 1)}{again}"


def _theirs(report: ReviewReport) -> str:
    if report.paypal_batch_id is None:
        return "not known"
    return f"{report.paypal_batch_id}{f', {report.paypal_status}' if report.paypal_status else ''}"


def _write_both(page: Page, report: ReviewReport) -> None:
    if report.not_compared is not None:
        page.line(f"{report.not_compared}.", lead="Not compared: ", lead_style="bold yellow")
    for difference in report.of_the_batch:
        page.line(f"{difference.words()}.", lead="Differs: ", lead_style="bold red")
    differing = report.differing
    equal = [item for item in report.items if not item.differs]
    listed = equal[:_EQUAL_MAX]
    columns = [
        Column("ITEM"),
        Column("RECORD", whole=True),
        Column("RECEIVER"),
        Column("AMOUNT", right=True),
        Column("STATE"),
        Column("DIFFERS", words=True),
    ]
    write_table(page, columns, (row for item in [*differing, *listed] for row in _rows(item)))
    if len(equal) > len(listed):
        page.line(f"And {counted(len(equal) - len(listed), 'more item')}, the same on both sides or not compared.")
    if report.not_compared is None:
        alike = f"{len(differing)} of {counted(len(report.items), 'item')} differ."
        page.line(alike if differing else "Every item is the same on both sides.")
    page.line()


def _rows(item: ReviewedItem) -> Iterator[list[Cell | str]]:
    """Yield an item's line in each record; where they agree it is one line."""
    ours, theirs = item.ours, item.theirs
    differs = ", ".join(_SHOWN_AS.get(word, word) for word in item.differs)
    if ours is not None:
        both = theirs is not None and not item.differs
        state = theirs.word or "-" if theirs is not None and both else ""
        last = Cell(differs, "bold red") if theirs is None else ""
        yield [
            Cell(item.item_id, "bold"),
            "both" if both else "ours",
            ours.receiver,
            _amount(ours.amount_minor, ours.currency),
            state,
            last,
        ]
        if both:
            return
    if theirs is not None:
        style = "bold red"
        yield [
            "" if ours is not None else Cell(item.item_id, "bold"),
            "PayPal",
            Cell(theirs.receiver or "-", style if DiffersIn.RECEIVER.value in item.differs else ""),
            Cell(
                _amount(theirs.amount_minor, theirs.currency),
                style if {DiffersIn.AMOUNT.value, DiffersIn.CURRENCY.value} & {*item.differs} else "",
            ),
            theirs.word or "-",
            Cell(differs, style),
        ]


def _amount(minor: int | None, currency: str | None) -> str:
    if minor is None or currency is None:
        return "-"
    return f"{grouped_amount(minor, currency) if currency in DECIMALS else minor} {currency}"
