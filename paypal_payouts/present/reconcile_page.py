"""What `reconcile` found as a page to keep: the same as on the screen, with the totals of each day."""

from collections.abc import Iterator

from paypal_payouts.domain.reconcile import BalanceTotal, ReconcileReport
from paypal_payouts.present.html import html_text, page_head, section, table
from paypal_payouts.present.reconcile import TOTAL_COLUMNS, cells, summary, total_cells
from paypal_payouts.present.text import moment


def reconcile_page(report: ReconcileReport) -> Iterator[str]:
    """Yield the page piece by piece."""
    scope = report.scope
    yield page_head(f"Reconciled: {scope.cycle or 'all cycles'}, {scope.first} to {scope.last}")
    yield f"<p>Environment {html_text(report.environment)}, account {html_text(report.account)}, "
    yield f"written {moment(report.generated_at)}.</p>\n"
    for line in [*summary(report), *(warning.message for warning in report.warnings)]:
        yield f"<p>{html_text(line)}</p>\n"
    found = report.found
    headers = ["What", "Item", "Receiver", "File", "Ours", "PayPal", "Where", "Meaning"]
    yield from section(
        "What does not agree", table(headers, ([*cells(each), each.sentence] for each in found.findings))
    )
    yield from section(
        "Matched by a guess",
        table(["Cycle", "Item", "PayPal's transaction", "Day"], (list(map(str, guess)) for guess in found.guesses)),
    )
    yield from section("Totals", table(["Currency", *_numbers()], map(_row, report.totals)))
    yield from section("By day", table(["Currency", "Day", *_numbers()], map(_row, report.days)))
    yield "</body></html>\n"


def _numbers() -> list[str]:
    return [f"#{name.capitalize()}" for name in TOTAL_COLUMNS]


def _row(total: BalanceTotal) -> list[str]:
    return [total.currency, *([] if total.day is None else [str(total.day)]), *total_cells(total)]
