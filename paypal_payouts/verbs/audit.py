"""`audit`: the trail of who did what, when, why, from which state to which."""

from msgspec.structs import replace

from paypal_payouts.domain.audit import AuditReport, Verified
from paypal_payouts.domain.ranges import AUDIT_ROWS_DEFAULT
from paypal_payouts.domain.report import Finished
from paypal_payouts.errors import SealBroken
from paypal_payouts.protocol.lookup import find_batch, find_cycles
from paypal_payouts.storage import Store


def audit(
    batch_text: str | None,
    *,
    cycle: str | None,
    store: Store | None,
    verify: bool = False,
    limit: int = AUDIT_ROWS_DEFAULT,
) -> Finished:
    """Show the newest rows of the trail of a batch, of a cycle, or of everything, the oldest of them first.

    With `verify` say what was looked at, or exit 3 where a row of it was changed, removed or added by another hand.

    Raises:
        NotFound: there is no such batch or cycle.

    """
    report = _events(batch_text, cycle=cycle, store=store, limit=limit)
    if not verify:
        return Finished(report)
    if store is None:
        return Finished(replace(report, verified=Verified(0, 0, 0)))
    chain = cycle if batch_text is None else find_batch(batch_text, store=store).name.cycle
    try:
        return Finished(replace(report, verified=store.audit.check(cycle=chain)))
    except SealBroken as error:
        return Finished(report, error.exit_code, error)


def _events(batch_text: str | None, *, cycle: str | None, store: Store | None, limit: int) -> AuditReport:
    batch = None if batch_text is None else str(find_batch(batch_text, store=store).name)
    # One more than is shown tells whether there are more.
    events = [] if store is None else store.audit.events(cycle=cycle, batch=batch, newest=limit + 1)
    if not events and batch is None:  # a plan may be approved before there is such a cycle
        find_cycles(cycle, store=store)
    return AuditReport(events[-limit:], has_older=len(events) > limit)
