"""What `reconcile` found, as CSV: apart from what the screen shows, which needs no JSON."""

from collections.abc import Iterable, Iterator

from paypal_payouts.domain.reconcile import Finding
from paypal_payouts.present.sheet import lines
from paypal_payouts.results.reconcile import FindingJson


def findings_sheet(findings: Iterable[Finding]) -> Iterator[str]:
    """Yield the lines of a CSV file of findings, with the keys that JSON has."""
    return lines(FindingJson, map(FindingJson.of, findings), numbers={"amount"})
