"""`audit`: the trail of who did what, when, why, from which state to which."""

from paypal_payouts.domain.report import AuditReport, Finished
from paypal_payouts.protocol.lookup import find_batch, find_cycles
from paypal_payouts.storage import Store


def audit(batch_text: str | None, *, cycle: str | None, store: Store | None) -> Finished:
    """Show the trail of a batch, of a cycle, or of everything, the oldest first.

    Raises:
        NotFound: there is no such batch or cycle.

    """
    if batch_text is not None:
        batch = find_batch(batch_text, store=store)
        return Finished(AuditReport([] if store is None else store.audit.events(batch=str(batch.name))))
    find_cycles(cycle, store=store)
    return Finished(AuditReport([] if store is None else store.audit.events(cycle=cycle)))
