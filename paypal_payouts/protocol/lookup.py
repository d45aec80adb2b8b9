"""Finding what a command line names."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from difflib import get_close_matches

from paypal_payouts.domain.advice import BatchReport
from paypal_payouts.domain.item import ItemReport
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.retry import eligibility
from paypal_payouts.domain.words import COMPARED_MAX, did_you_mean
from paypal_payouts.errors import NotFound, UsageError
from paypal_payouts.storage import Store


def find_batch(text: str, *, store: Store | None) -> BatchRecord:
    """Find a batch by our id or PayPal's.

    Raises:
        NotFound: there is none of that name.

    """
    batch = None if store is None else store.batches.find(text)
    if batch is None:
        raise NotFound(
            f"There is no batch {text}.",
            hint=f"{_meant(text, store)}`payouts status` lists the batches. Nothing was sent.",
        )
    return batch


def batch_or_cycle(text: str | None, cycle: str | None, *, store: Store | None) -> tuple[str | None, str | None]:
    """Tell whether the argument of a command names a batch or a cycle; an option may name the cycle instead.

    Raises:
        UsageError: both are given.
        NotFound: the argument names neither. A text that names both is the batch.

    """
    if text is None:
        return None, cycle
    if cycle is not None:
        raise UsageError("BATCH and --cycle exclude each other.")
    if store is not None and store.batches.find(text) is not None:
        return text, None
    names = [] if store is None else store.history.cycle_names()
    if text not in names:
        alike = [] if store is None else [*names[:COMPARED_MAX], *_batches_alike(text, names, store)]
        raise NotFound(
            f"There is no batch or cycle {text}.",
            hint=f"{did_you_mean(text, alike)}`payouts status` lists both. Nothing was sent.",
        )
    return None, text


def _meant(text: str, store: Store | None) -> str:
    """Guess which batch a mistyped id means, or say that it is the name of a cycle."""
    cycles = [] if store is None else store.history.cycle_names()
    if store is None or text in cycles:
        return f"{text} is a cycle: `payouts status --cycle {text}`. " if text in cycles else ""
    return did_you_mean(text, _batches_alike(text, cycles, store))


def _batches_alike(text: str, cycles: Sequence[str], store: Store) -> Iterator[str]:
    """Name the batches of the cycles that a mistyped id may mean."""
    # An id ends with a sequence and an attempt; what stands before them names a cycle, mistyped or not.
    for cycle in get_close_matches(text.rsplit("-", 2)[0], cycles[:COMPARED_MAX]):
        yield from (str(batch.name) for batch in store.batches.of_cycle(cycle))


def get_recent_payout_batches(*, store: Store, since: datetime, now: datetime, max_age_days: int) -> list[BatchReport]:
    """List the batches of every cycle that were sent since a moment, the last one first.

    With each goes whether `retry` may act on it, and why or why not, as `status` says it.
    """
    return [
        BatchReport(batch, eligibility(batch, now=now, max_age_days=max_age_days))
        for batch in store.batches.sent_since(since)
    ]


def find_item(item_id: str, cycle: str, *, store: Store | None) -> ItemReport:
    """Find the newest payment of an item.

    Raises:
        NotFound: there is no such cycle, or it has no such item.
        Blocked: `move_not_allowed`, the cycle is archived.

    """
    item = None if store is None else store.items.newest_report(cycle, item_id)
    if item is None:
        find_cycles(cycle, store=store)
        archive = None if store is None else store.archived.of_cycle(cycle)
        if archive is not None:
            raise archive.refusal("move_not_allowed")
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
        raise NotFound(
            f"There is no cycle {cycle}.", hint=f"{did_you_mean(cycle, names)}`payouts status` lists the cycles."
        )
    return [cycle]
