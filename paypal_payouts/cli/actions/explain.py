"""What `payouts explain` does."""

from paypal_payouts.cli.actions.outlook import with_outlook
from paypal_payouts.cli.actions.wiring import Wiring
from paypal_payouts.domain.explain import ExplainReport
from paypal_payouts.domain.report import Finished
from paypal_payouts.verbs import explain as verb
from paypal_payouts.verbs.arguments import checked_cycle


def explain(wiring: Wiring, text: str, *, cycle: str | None) -> Finished:
    """Tell the story of a payment."""
    if cycle is not None:
        checked_cycle(cycle)
    finished = verb.explain(
        text,
        cycle=cycle,
        store=wiring.existing_store(),
        errors=wiring.settings.error_rules(),
        now=wiring.now(),
        max_age_days=wiring.max_age_days,
        lines_of=wiring.sent_lines,
        place=wiring.settings.place(),
    )
    story = finished.report.story if isinstance(finished.report, ExplainReport) else None
    return finished if story is None else with_outlook(wiring, finished, story.found.newest.cycle)
