"""`audit`: the trail of who did what, when, why, from which state to which."""

from paypal_payouts.domain.report import AuditReport, Finished
from paypal_payouts.errors import SealBroken
from paypal_payouts.protocol.lookup import find_batch, find_cycles
from paypal_payouts.storage import Store


def audit(batch_text: str | None, *, cycle: str | None, store: Store | None, verify: bool = False) -> Finished:
    """Show the trail of a batch, of a cycle, or of everything, the oldest first.

    With `verify` exit 3 where a row of it was changed, removed or added by another hand.

    Raises:
        NotFound: there is no such batch or cycle.

    """
    finished = _events(batch_text, cycle=cycle, store=store)
    if not verify or store is None:
        return finished
    try:
        store.audit.check(cycle=cycle if batch_text is None else find_batch(batch_text, store=store).name.cycle)
    except SealBroken as error:
        return Finished(finished.report, error.exit_code, error)
    return finished


def _events(batch_text: str | None, *, cycle: str | None, store: Store | None) -> Finished:
    if batch_text is not None:
        batch = find_batch(batch_text, store=store)
        return Finished(AuditReport([] if store is None else store.audit.events(batch=str(batch.name))))
    events = [] if store is None else store.audit.events(cycle=cycle)
    if not events:  # a plan may be approved before there is such a cycle
        find_cycles(cycle, store=store)
    return Finished(AuditReport(events))
