"""What `payouts status` does."""

from collections.abc import Sequence
from pathlib import Path

from paypal_payouts import present
from paypal_payouts.cli import actions
from paypal_payouts.cli.actions.wiring import Wiring
from paypal_payouts.context.unstored import with_unstored_rows
from paypal_payouts.domain.report import Finished
from paypal_payouts.errors import UsageError
from paypal_payouts.protocol.lookup import batch_or_cycle
from paypal_payouts.storage import Store
from paypal_payouts.verbs import refused_payees as verb_of_payees
from paypal_payouts.verbs import status as verb
from paypal_payouts.verbs.arguments import checked_cycle, checked_date
from paypal_payouts.verbs.status_query import Export, Query, wanted_items


def status(
    wiring: Wiring,
    batch: str | None,
    cycle: str | None,
    *,
    items: bool,
    states: Sequence[str],
    receiver: str,
    csv: Path | None,
    errors: bool,
    since: str | None,
    every: bool,
    refresh: bool,
    watch: bool,
    exit_code: bool,
) -> Finished:
    """Show what is stored, once or again and again, with --refresh after asking PayPal."""
    if watch and csv is not None:
        raise UsageError("--watch and --csv exclude each other.")
    if (since is not None or every) and (batch is not None or cycle is not None):
        raise UsageError("--since and --all are about several cycles: name none.")
    if cycle is not None:
        checked_cycle(cycle)
    store = wiring.existing_store()
    batch, cycle = batch_or_cycle(batch, cycle, store=store)
    wanted = wanted_items(states, receiver)
    export = None if csv is None else Export(csv, present.sheet.sheet)
    stored_since = None if since is None else checked_date(since)
    query = Query(batch, cycle, items, exit_code or watch, errors, wanted, export, stored_since, every)
    if watch:
        return actions.watching.watch(wiring, query, store, refresh=refresh)
    if refresh:
        actions.watching.refresher(wiring, query, store)()
    return with_unstored_rows(look(wiring, query, store), wiring.settings, store)


def refused_payees(wiring: Wiring) -> Finished:
    """List the payees whom PayPal refuses until they act."""
    paypal = wiring.settings.paypal
    return verb_of_payees.refused_payees(
        store=wiring.existing_store(), environment=paypal.environment, account=paypal.account, now=wiring.now()
    )


def look(wiring: Wiring, query: Query, store: Store | None) -> Finished:
    """Answer a query as it is now."""
    return verb.status(
        query,
        store=store,
        environment=wiring.settings.paypal.environment,
        account=wiring.settings.paypal.account,
        rules=wiring.settings.error_rules(),
        max_age_days=wiring.max_age_days,
        now=wiring.now(),
        lines_of=wiring.sent_lines,
        is_living=wiring.is_living,
        unrecorded=wiring.unrecorded,
    )
