"""What `payouts report` does."""

from pathlib import Path

from paypal_payouts.cli.actions.wiring import Wiring
from paypal_payouts.domain.report import Finished
from paypal_payouts.present.webpage import webpage
from paypal_payouts.verbs import report as verb
from paypal_payouts.verbs.arguments import checked_cycle


def report(wiring: Wiring, cycle: str, html: Path) -> Finished:
    """Write the page about a cycle."""
    return verb.report(
        checked_cycle(cycle),
        html,
        store=wiring.existing_store(),
        environment=wiring.settings.paypal.environment,
        account=wiring.settings.paypal.account,
        rules=wiring.settings.error_rules(),
        max_age_days=wiring.max_age_days(cycle),
        now=wiring.now(),
        render=webpage,
    )
