"""What `help`, `completion` and `version` show."""

from rich.segment import Segment

from paypal_payouts.domain.program import CompletionReport, HelpReport, VersionReport
from paypal_payouts.present.page import Page
from paypal_payouts.present.text import visible


def write_text(page: Page, report: HelpReport | CompletionReport) -> None:
    """Show a text as it is."""
    page.segments(Segment(f"{visible(line)}\n") for line in report.text.splitlines())


def write_versions(page: Page, report: VersionReport) -> None:
    """Show what there is, and which, a line each."""
    for each in report.versions:
        page.line(f"{each.name} {each.number}")
