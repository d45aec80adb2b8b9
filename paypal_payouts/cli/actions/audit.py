"""What `payouts audit` does."""

from paypal_payouts.cli.actions.wiring import Wiring
from paypal_payouts.domain.report import Finished
from paypal_payouts.protocol.lookup import batch_or_cycle
from paypal_payouts.verbs import audit as verb
from paypal_payouts.verbs.arguments import checked_cycle


def audit(wiring: Wiring, batch: str | None, cycle: str | None, *, verify: bool, limit: int) -> Finished:
    """Show the trail of a batch, of a cycle, or of everything."""
    if cycle is not None:
        checked_cycle(cycle)
    store = wiring.existing_store()
    batch, cycle = batch_or_cycle(batch, cycle, store=store)
    return verb.audit(batch, cycle=cycle, store=store, verify=verify, limit=limit)
