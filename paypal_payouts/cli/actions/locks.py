"""What `payouts locks` and `payouts unlock` do."""

from functools import partial

from paypal_payouts.cli.actions.wiring import Wiring
from paypal_payouts.domain.report import Finished
from paypal_payouts.protocol.locks import file_lock_is_free
from paypal_payouts.verbs import unlock as verb
from paypal_payouts.verbs.arguments import checked_cycle, checked_reason


def locks(wiring: Wiring) -> Finished:
    """Show who holds what."""
    return verb.locks(store=wiring.existing_store(), is_living=wiring.is_living)


def unlock(wiring: Wiring, cycle: str, *, reason: str, operator: str) -> Finished:
    """Break the lease of a cycle."""
    checked_cycle(cycle)
    why = wiring.asked_reason(checked_reason(reason, may_be_asked=True))
    return verb.unlock(
        cycle,
        reason=why,
        operator=operator,
        store=wiring.existing_store() and wiring.store(),
        is_living=wiring.is_living,
        file_lock_is_free=partial(file_lock_is_free, directory=wiring.settings.lock.directory),
        now=wiring.now,
    )
