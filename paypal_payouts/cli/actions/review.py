"""What `payouts review` does."""

from paypal_payouts.cli.actions.wiring import Wiring
from paypal_payouts.domain.report import Finished
from paypal_payouts.protocol.lookup import find_batch
from paypal_payouts.verbs import review as verb


def review(wiring: Wiring, batch: str, paypal_batch_id: str | None) -> Finished:
    """Show a batch beside PayPal's."""
    found = find_batch(batch, store=wiring.existing_store())
    return verb.review(
        str(found.name),
        paypal_batch_id=paypal_batch_id,
        max_age_days=wiring.max_age_days(found.name.cycle),
        tools=wiring.tools(wiring.paypal(), any_account=True),
    )
