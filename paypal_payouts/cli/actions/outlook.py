"""How cycles stand once a command has ended that shows none of them itself: for programs, what is open and to type."""

from msgspec.structs import replace

from paypal_payouts.cli.actions.wiring import Wiring
from paypal_payouts.domain.outlook import Outlook, ReportWithOutlook
from paypal_payouts.domain.report import Finished
from paypal_payouts.verbs.status import cycle_report


def with_outlook(wiring: Wiring, finished: Finished, *cycles: str) -> Finished:
    """Put into a report how these cycles stand, unless it ended with an error: that says itself what to type."""
    report, store = finished.report, wiring.existing_store()
    if store is None or finished.error is not None or not isinstance(report, ReportWithOutlook):
        return finished
    found = [
        cycle_report(
            cycle,
            store=store,
            rules=wiring.settings.error_rules(),
            now=wiring.now(),
            max_age_days=wiring.max_age_days(cycle),
            lines_of=wiring.sent_lines,
        ).outlook
        for cycle in cycles
    ]
    joined = Outlook(
        open=tuple(batch for each in found for batch in each.open),
        next=tuple(step for each in found for step in each.next),
    )
    return replace(finished, report=replace(report, outlook=joined))
