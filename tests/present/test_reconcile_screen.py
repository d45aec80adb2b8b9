"""What does not agree with PayPal's books, as people read it: amounts are grouped there, and nowhere else."""

from dataclasses import replace

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


def test_what_is_no_amount_stays_as_it_is() -> None:
    report = reports.reconciled()
    state = report.found.findings[0]._replace(field="transaction_id", ours="12345678", paypal="0001234")
    screen = shown(replace(report, found=replace(report.found, findings=[state])), width=200)
    assert " 12345678 " in screen
    assert " 0001234 " in screen
