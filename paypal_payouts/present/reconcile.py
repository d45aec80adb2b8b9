"""What `reconcile` shows: whether the books agree, what does not, and what the money adds up to."""

import re
from collections.abc import Sequence
from typing import Final

from paypal_payouts.domain.money import grouped_amount
from paypal_payouts.domain.paypal_books import BookKind
from paypal_payouts.domain.reconcile import BalanceTotal, Finding, FindingKind, ReconcileReport
from paypal_payouts.domain.words import counted
from paypal_payouts.present.grid import Column, write_table
from paypal_payouts.present.page import Page

TITLES: Final = {
    FindingKind.DIFFERENT: "different",
    FindingKind.ONLY_PAYPAL: "only at PayPal",
    FindingKind.ONLY_OURS: "only in our books",
    FindingKind.ONLY_FILE: "only in the file",
    FindingKind.NOT_IN_FILE: "not in the file",
    FindingKind.ROW: "PayPal's row",
    FindingKind.BALANCE: "PayPal's balance",
}
"""What each kind of finding is called."""

_AMOUNTS: Final = frozenset({"amount", "fee", "gross", "net", "balance"})
"""Findings about these have amounts on their sides."""
_IS_AMOUNT: Final = re.compile(r"-?[1-9][0-9]*(\.[0-9]+)?")
"""One whose whole part says its sign, too."""


def write_reconcile(page: Page, report: ReconcileReport) -> None:
    """Show the findings, then the totals."""
    for line in summary(report):
        page.line(line)
    for warning in report.warnings:
        page.line(warning.message, lead="warning: ", lead_style="bold yellow")
    for guess in report.found.guesses:
        page.line(
            f"{guess.item_id} of {guess.cycle} was taken for {guess.transaction_id} of {guess.day}: no other payment "
            "has this receiver, amount and currency.",
            lead="guess: ",
        )
    page.line()
    if report.found.findings:
        columns = [Column("WHAT", words=True), Column("ITEM"), Column("RECEIVER"), Column("FILE"), Column("OURS")]
        columns += [Column("PAYPAL"), Column("WHERE", words=True)]
        write_table(page, columns, map(cells, report.found.findings))
        page.line()
        for sentence in dict.fromkeys(finding.sentence for finding in report.found.findings):
            page.line(sentence, lead="- ")
        page.line()
    _write_totals(page, report.totals)
    if report.html is not None:
        page.line(f"Wrote {report.html}. Opens offline; private to you.")


def summary(report: ReconcileReport) -> list[str]:
    """Say in words what was compared, and whether it agrees."""
    scope, found = report.scope, report.found
    number = len(found.findings)
    verdict = f"{counted(number, 'finding')}." if number else "Everything agrees."
    what = "all cycles" if scope.cycle is None else f"cycle {scope.cycle}"
    source = ", ".join(report.activity) or "PayPal's Transaction Search"
    books = f"{source}, {counted(report.rows, 'row')}; {counted(found.matched, 'payment')} matched"
    others = "no payouts (top-ups, transfers to a bank, sales, holds and their release)"
    return [
        f"{verdict} Looked at {what}, {scope.first} to {scope.last}.",
        f"PayPal's books: {books}, {found.other_cycles} of other cycles, {found.other_rows} {others}.",
        f"Files compared: {', '.join(report.cycle_files) or 'none'}.",
    ]


def cells(finding: Finding) -> list[str]:
    """Write a finding as the cells of a row."""
    what = TITLES[finding.kind] + (f": {finding.field}" if finding.field else "")
    amount = ""
    if finding.amount_minor is not None and finding.currency is not None:
        amount = f" {grouped_amount(finding.amount_minor, finding.currency)} {finding.currency}"
    where = [finding.place, finding.cycle, finding.transaction_id, None if finding.day is None else str(finding.day)]
    return [
        what,
        finding.item_id or "-",
        f"{finding.receiver or '-'}{amount}",
        *(_side(finding.field, text) for text in (finding.file, finding.ours, finding.paypal)),
        ", ".join(word for word in where if word),
    ]


def _side(field: str | None, text: str | None) -> str:
    """Write what one of the sides says; an amount is grouped, which in JSON and CSV it is not."""
    if text is None or field not in _AMOUNTS or not _IS_AMOUNT.fullmatch(text):
        return text or "-"
    whole, point, fraction = text.partition(".")
    return f"{int(whole):,}{point}{fraction}"


def total_cells(total: BalanceTotal) -> list[str]:
    """Write a total as the cells of a row."""
    known = [total.net_minor, total.opening_minor, total.closing_minor, total.unexplained_minor]
    parts = [total.parts_minor[kind] for kind in BookKind]
    return ["-" if minor is None else grouped_amount(minor, total.currency) for minor in (*parts, *known)]


TOTAL_COLUMNS: Final = (*map(str.upper, BookKind), "NET", "BEFORE", "AFTER", "UNEXPLAINED")
"""What stands above the cells of a total."""


def _write_totals(page: Page, totals: Sequence[BalanceTotal]) -> None:
    if not totals:
        page.line("PayPal's books have no row on these days.")
        return
    if any(total.parts_minor[BookKind.OTHER] for total in totals):
        page.line("other: rows that are no payouts, such as top-ups, transfers to a bank and sales.")
    if any(total.parts_minor[BookKind.HOLD] for total in totals):
        page.line("hold: money set aside, less what was released; no payment.")
    for total in totals:
        page.line(f"{total.currency}: what PayPal's rows add up to", "bold")
        page.facts(
            (name.lower(), text)
            for name, text in zip(TOTAL_COLUMNS, total_cells(total), strict=True)
            if text.strip("0.-") or name in {"NET", "UNEXPLAINED"}
        )
