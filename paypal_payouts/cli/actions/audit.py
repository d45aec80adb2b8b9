"""What `payouts audit` does."""

from paypal_payouts.cli.actions.wiring import Wiring
from paypal_payouts.domain.report import Finished
from paypal_payouts.errors import UsageError
from paypal_payouts.verbs import audit as verb
from paypal_payouts.verbs.arguments import checked_cycle


def audit(wiring: Wiring, batch: str | None, cycle: str | None, *, verify: bool, limit: int) -> Finished:
    """Show the trail of a batch, of a cycle, or of everything."""
    if batch is not None and cycle is not None:
        raise UsageError("BATCH and --cycle exclude each other.")
    if cycle is not None:
        checked_cycle(cycle)
    return verb.audit(batch, cycle=cycle, store=wiring.existing_store(), verify=verify, limit=limit)
