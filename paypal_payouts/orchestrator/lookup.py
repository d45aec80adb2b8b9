"""Finding what a command line names."""

from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.report import ItemReport
from paypal_payouts.errors import NotFound
from paypal_payouts.storage import Store


def find_batch(text: str, *, store: Store | None) -> BatchRecord:
    """Find a batch by our id or PayPal's.

    Raises:
        NotFound: there is none of that name.

    """
    batch = None if store is None else store.batches.find(text)
    if batch is None:
        raise NotFound(f"There is no batch {text}.", hint="`payouts status` lists the batches. Nothing was sent.")
    return batch


def find_item(item_id: str, cycle: str, *, store: Store | None) -> ItemReport:
    """Find the newest payment of an item.

    Raises:
        NotFound: the cycle has no such item.

    """
    item = None if store is None else store.items.newest_report(cycle, item_id)
    if item is None:
        raise NotFound(
            f"Cycle {cycle} has no item {item_id}.", hint=f"`payouts status --cycle {cycle} --items` lists its items."
        )
    return item


def find_cycles(cycle: str | None, *, store: Store | None) -> list[str]:
    """Name one cycle, which must be there, or all of them, the newest first.

    Raises:
        NotFound: there is no such cycle.

    """
    names = [] if store is None else store.history.cycle_names()
    if cycle is None:
        return names
    if cycle not in names:
        raise NotFound(f"There is no cycle {cycle}.", hint="`payouts status` lists the cycles.")
    return [cycle]
