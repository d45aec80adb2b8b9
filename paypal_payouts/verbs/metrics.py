"""`metrics`: what everything that is stored comes to, for Prometheus; reads in one snapshot and needs no lock."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from msgspec.structs import replace

from paypal_payouts.domain.late_words import CLAIMED_WITHIN
from paypal_payouts.domain.metrics import ENDS_UP_TO_S, BatchFacts, Facts, Figures, Spread
from paypal_payouts.domain.ranges import METRICS_CYCLES_DEFAULT
from paypal_payouts.domain.report import Finished, MetricsReport
from paypal_payouts.domain.states import ENDED_BY_PAYPAL, OPEN_STATUSES, BatchStatus, ItemState
from paypal_payouts.domain.verdict import exit_code_of_state
from paypal_payouts.errors import ConfigInvalid, ExitCode
from paypal_payouts.private import replace_file
from paypal_payouts.protocol.unrecorded import unrecorded_sends
from paypal_payouts.storage import Store
from paypal_payouts.trust import own_way_to


def metrics(
    output: Path | None,
    *,
    store: Store | None,
    environment: str,
    account: str,
    now: datetime,
    cycles: int = METRICS_CYCLES_DEFAULT,
    lock_directory: Path | None = None,
    exposition: Callable[[Figures], str],
) -> Finished:
    """Write the figures to a file, whole or not at all; without one, leave it to the caller to show their text.

    Only the newest `cycles` have figures of their own: a series for each cycle of years would burden Prometheus. Every
    sent log of `lock_directory` is held against the database.

    Raises:
        UntrustedFile: a link of somebody else's leads there.
        ConfigInvalid: the file cannot be written, or a sent log not read; the one that was there is as it was.

    """
    facts = Facts() if store is None else store.metrics.facts()
    figures = figures_of(facts, environment=environment, account=account, now=now, cycles=cycles)
    if lock_directory is not None:
        unrecorded = unrecorded_sends(lock_directory, store=store)
        if unrecorded.unreadable is not None:
            raise unrecorded.unreadable
        figures = replace(figures, unrecorded_sends=len(unrecorded.whole.sends))
    text = exposition(figures)
    if output is None:
        return Finished(MetricsReport(None, figures, text))
    try:
        replace_file(own_way_to(output), text.encode("utf-8"))
    except OSError as error:
        raise ConfigInvalid(
            f"{output} cannot be written: {error.strerror or error}.", hint="The file that was there is as it was."
        ) from error
    return Finished(MetricsReport(str(output), figures, text))


def figures_of(
    facts: Facts, *, environment: str, account: str, now: datetime, cycles: int = METRICS_CYCLES_DEFAULT
) -> Figures:
    """Make figures of what is stored; the newest `cycles` have their own."""
    batches, sends = facts.batches, facts.sends
    statuses = Counter(batch.status for batch in batches)
    return Figures(
        environment=environment,
        account=account,
        read_at=now,
        batches={status: statuses[status] for status in BatchStatus},
        items=sum(facts.states.values(), Counter[ItemState]()),
        attempts={(outcome, of): count for (outcome, of), count in sends.items() if outcome is not None},
        attempts_open=sum(count for (outcome, _), count in sends.items() if outcome is None),
        open_conflicts=facts.open_conflicts.total(),
        unrecorded_sends=0,
        retries=sum(batch.retry_count for batch in batches),
        seconds_to_final=_spread(batches),
        oldest_open_s={status: _oldest_s(batches, status, now) for status in OPEN_STATUSES},
        unclaimed=_unclaimed(facts, now),
        completed_at=_newest(_completed_at(facts), cycles),
    )


def _spread(batches: Iterable[BatchFacts]) -> Spread:
    """Say how long PayPal took, by its own clock, from our first send to its end; clocks that differ make no less."""
    took_s = [
        max(0.0, (batch.completed_at - batch.first_sent_at).total_seconds())
        for batch in batches
        if batch.status in ENDED_BY_PAYPAL and batch.completed_at is not None and batch.first_sent_at is not None
    ]
    up_to_s = [(edge_s, sum(seconds <= edge_s for seconds in took_s)) for edge_s in ENDS_UP_TO_S]
    return Spread(up_to_s, len(took_s), sum(took_s))


def _oldest_s(batches: Iterable[BatchFacts], status: BatchStatus, now: datetime) -> float | None:
    made_at = min((batch.created_at for batch in batches if batch.status is status), default=None)
    return None if made_at is None else max(0.0, (now - made_at).total_seconds())


def about_to_return(facts: Facts, *, days: int, now: datetime) -> dict[str, int]:
    """Count by cycle the unclaimed items whose money PayPal sends back within so many days."""
    items: Counter[str] = Counter()
    for batch in facts.batches:
        count = facts.states.get(batch.id, Counter())[ItemState.UNCLAIMED]
        if count and batch.first_sent_at is not None and batch.first_sent_at + CLAIMED_WITHIN - now <= timedelta(days):
            items[batch.cycle] += count
    return dict(sorted(items.items()))


def _unclaimed(facts: Facts, now: datetime) -> dict[int, int]:
    """Count unclaimed items by days left. PayPal counts from later than the first send: no day is promised too many."""
    left: Counter[int] = Counter()
    for batch in facts.batches:
        count = facts.states.get(batch.id, Counter())[ItemState.UNCLAIMED]
        if count and batch.first_sent_at is not None:
            left[max(0, (batch.first_sent_at + CLAIMED_WITHIN - now).days)] += count
    return dict(sorted(left.items()))


def _newest(completed_at: Mapping[str, datetime], number: int) -> dict[str, datetime]:
    last = sorted(completed_at, key=lambda cycle: (completed_at[cycle], cycle), reverse=True)[:number]
    return {cycle: completed_at[cycle] for cycle in sorted(last)}


def _completed_at(facts: Facts) -> dict[str, datetime]:
    """Tell of the cycles for which `run` exits 0 now, and of which PayPal has finished a batch."""
    statuses: dict[str, set[BatchStatus]] = {}
    states: dict[str, Counter[ItemState]] = {}
    conflicts: Counter[str] = Counter()
    for batch in facts.batches:
        statuses.setdefault(batch.cycle, set()).add(batch.status)
        conflicts[batch.cycle] += facts.open_conflicts[batch.id]
        states.setdefault(batch.cycle, Counter()).update(facts.states.get(batch.id, Counter()))
    return {
        cycle: at
        for cycle, at in sorted(facts.finished_at.items())
        if exit_code_of_state(statuses[cycle], states[cycle], open_conflicts=conflicts[cycle]) is ExitCode.DONE
    }
