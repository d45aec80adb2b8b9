"""What does not agree with PayPal's books, as people read it: amounts are grouped there, and nowhere else."""

from msgspec.structs import replace

from paypal_payouts.domain.paypal_books import BookKind
from present import reports
from present.screens import document, shown


def test_amounts_are_grouped_on_the_screen_and_not_in_json() -> None:
    report = reports.reconciled()
    large = report.found.findings[0]._replace(ours="1234567.50", paypal="-1234567.51", amount_minor=123_456_750)
    total = replace(report.totals[0], net_minor=-123_456_789, opening_minor=50)
    report = replace(report, found=replace(report.found, findings=[large]), totals=[total])
    screen = shown(report, width=200)
    for text in ("ann@example.com 1,234,567.50 USD", " 1,234,567.50 ", " -1,234,567.51 ", "-1,234,567.89", " 0.50"):
        assert text in screen
    finding = document(command="reconcile", report=report)["result"]["findings"][0]
    assert (finding["ours"], finding["paypal"], finding["amount"]) == ("1234567.50", "-1234567.51", "1234567.50")


def test_what_is_no_payout_is_explained_where_there_is_any() -> None:
    report = reports.reconciled()
    assert "no payouts (top-ups, transfers to a bank, sales, holds and their release)." in shown(report, width=200)
    (total, *_) = report.totals
    for minor, times in ((0, 0), (1_00, 1)):
        parts = {**total.parts_minor, BookKind.OTHER: minor, BookKind.HOLD: minor}
        screen = shown(replace(report, totals=[replace(total, parts_minor=parts)]), width=200)
        assert (
            screen.count("\nother: rows that are no payouts, such as top-ups, transfers to a bank and sales.\n")
            == times
        )
        assert screen.count("\nhold: money set aside, less what was released; no payment.\n") == times


def test_what_is_no_amount_stays_as_it_is() -> None:
    report = reports.reconciled()
    state = report.found.findings[0]._replace(field="transaction_id", ours="12345678", paypal="0001234")
    screen = shown(replace(report, found=replace(report.found, findings=[state])), width=200)
    assert " 12345678 " in screen
    assert " 0001234 " in screen
