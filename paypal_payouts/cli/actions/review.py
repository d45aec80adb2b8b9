"""What `payouts review` does."""

from paypal_payouts.cli.actions.wiring import Wiring
from paypal_payouts.domain.report import Finished
from paypal_payouts.protocol.lookup import find_batch
from paypal_payouts.verbs import review as verb
from paypal_payouts.verbs.lost_sends import find_lost


def review(wiring: Wiring, batch: str, paypal_batch_id: str | None) -> Finished:
    """Show a batch beside PayPal's."""
    store = wiring.existing_store()
    lost = find_lost(batch, lines_of=wiring.sent_lines, store=store)
    name = find_batch(batch, store=store).name if lost is None else lost
    return verb.review(
        str(name),
        paypal_batch_id=paypal_batch_id,
        max_age_days=wiring.max_age_days(name.cycle),
        tools=wiring.tools(wiring.paypal(), any_account=True),
        lines_of=wiring.sent_lines,
    )
