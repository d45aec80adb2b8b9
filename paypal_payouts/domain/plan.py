"""The plan: what `run` would do with these rows, given what is known of the cycle.

`preview` shows it, `run` executes it.
Source: docs/design.md, 5.2, 5.3, 7 (`plan_digest`) and 8.2.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, Literal

from msgspec import Struct, field

from paypal_payouts.domain.comparing import Chunk, Comparison, History, Limits, Request
from paypal_payouts.domain.copies import (
    Copy,
    RecentCycle,
    copied_cycle,
    copied_of_itself,
    copy_of_cycle,
    copy_of_itself,
    stored_ids,
)
from paypal_payouts.domain.findings import (
    EXAMPLES_MAX,
    Notice,
    Refusal,
    changed_refusal,
    correction_notices,
    extra_refusal,
    missing_notices,
    missing_refusal,
)
from paypal_payouts.domain.identity import BatchName
from paypal_payouts.domain.money import format_amount
from paypal_payouts.domain.paid_already import PaidAlready
from paypal_payouts.domain.payout import BatchRecord, DebtRow
from paypal_payouts.domain.retry import Eligibility
from paypal_payouts.domain.states import BatchStatus

__all__ = [
    "EXAMPLES_MAX",
    "Chunk",
    "History",
    "Limits",
    "Notice",
    "Plan",
    "PlannedBatch",
    "RecentCycle",
    "Refusal",
    "Request",
    "cooldown_left_s",
    "cycle_limit_refusals",
    "make_plan",
]


class PlannedBatch(Struct, frozen=True):
    """A batch of a plan: nothing of it is stored yet, so what comes of that is not there."""

    name: BatchName
    sender_batch_id: str
    items: int
    currency: str
    amount_minor: int
    paypal_batch_id: None = None
    fees_minor: None = None
    checksum: None = None
    created_at: None = None
    first_sent_at: None = None
    completed_at: None = None
    retry_count: Literal[0] = 0
    last_retry_at: None = None
    last_retry_error: None = None
    paused_until: None = None

    @property
    def status(self) -> BatchStatus:
        """What it is stored as."""
        return BatchStatus.PLANNED

    @property
    def eligibility(self) -> Eligibility:
        """Whether `retry` may act on it."""
        return Eligibility(eligible=False, reason="not stored yet: `run` stores and sends it")


class Plan(Struct, frozen=True):
    """What would be done: new batches, refusals, warnings, and the digest that ties `run` to its `preview`."""

    digest: str | None
    """None where there is no input to make one of."""
    rows: int
    chunks: Sequence[Chunk]
    refusals: Sequence[Refusal]
    notices: Sequence[Notice]
    changed_refused_batches: frozenset[int]
    """Refused batches of which the input no longer says the same: `run` does not send their stored bytes again."""
    changed: int = 0
    """Rows that are stored otherwise, whatever that means for them."""
    missing: int = 0
    """Stored items of which the input has no row."""
    compared: Mapping[str, int] = field(default_factory=dict)
    """The other cycles that the new rows were compared with, each up to the place of its last stored batch."""

    @property
    def new_items(self) -> int:
        """Count the rows that are not stored yet."""
        return sum(len(chunk.keys) for chunk in self.chunks)


def make_plan(debts: Iterable[DebtRow], request: Request, history: History) -> Plan:
    """Compare the input, in the order of item ids, with what is known, and say what would be done.

    The same rows and the same history give the same plan; every rule is checked, so that the operator sees all that is
    wrong at once, and the first refusal is the one that `run` stops with.
    """
    comparison = Comparison(request, history)
    comparison.run(debts, history.items)
    chunks = _name_chunks(_in_order(comparison.chunks, request), request.cycle, history.batches)
    digest = comparison.digest.hexdigest()
    new = sorted(comparison.fingerprints or ())
    itself = copied_of_itself(new, stored=history.stored, live=history.live)
    other = copied_cycle(
        new, history.recent, receivers=comparison.receivers, hashed=lambda: sorted(comparison.hashed_fingerprints)
    )
    already = history.paid_already(chunks)
    refusals = [
        *_comparing_refusals(comparison, itself or already.count),
        *_copy_refusals(itself, already, other, request, rows=len(new)),
        *_digest_refusals(request.expect_digest, digest),
        *_limit_refusals(comparison, chunks, history),
    ]
    return Plan(
        digest=digest,
        rows=comparison.rows,
        chunks=chunks,
        refusals=refusals,
        notices=[*correction_notices(comparison.corrected, history.batches), *missing_notices(comparison.missing)],
        changed_refused_batches=frozenset(comparison.changed_refused_batches),
        changed=comparison.changed.count + comparison.corrected.count,
        missing=comparison.missing.count + comparison.missing_planned.count,
        compared={other.name: other.last_stored for other in history.recent},
    )


def _in_order(by_currency: Mapping[str, Sequence[Chunk]], request: Request) -> list[Chunk]:
    """Put chunks in the order of currency codes, the canary of each currency before everything else."""
    first = 0 if request.canary is None else 1
    currencies = sorted(by_currency)
    canaries = [chunk for currency in currencies for chunk in by_currency[currency][:first]]
    return canaries + [chunk for currency in currencies for chunk in by_currency[currency][first:]]


def _name_chunks(chunks: list[Chunk], cycle: str, batches: Sequence[BatchRecord]) -> list[Chunk]:
    """Assign each chunk its sequence, after those that the cycle has."""
    last = max((batch.name.sequence for batch in batches), default=0)
    for sequence, chunk in enumerate(chunks, last + 1):
        chunk.name = BatchName(cycle, sequence, 1)
    return chunks


def _comparing_refusals(comparison: Comparison, itself: int) -> Iterator[Refusal]:
    request = comparison.request
    if comparison.changed.count:
        yield changed_refusal(
            comparison.changed,
            comparison.ways,
            rows=comparison.rows,
            cycle=request.cycle,
            derived=request.derived_ids,
        )
    if comparison.extra.count:
        yield extra_refusal(comparison.extra, _ways_of_extra_rows(comparison, itself))
    if comparison.missing_planned.count:
        yield missing_refusal(comparison.missing_planned)


_ON_TOP: Final = "Who is owed on top goes into a cycle of its own."


def _ways_of_extra_rows(comparison: Comparison, itself: int) -> list[str]:
    """Describe what rows that the cycle does not know may be; nothing here leads to paying somebody again."""
    request = comparison.request
    if request.derived_ids:
        known_again = (
            "The file has no item ids, so a corrected row is known again only where it stands alone against one that "
            "is gone and known to be unpaid, with the same amount."
        )
        return comparison.uncertain.words(request.cycle) or [known_again, stored_ids(request.cycle), _ON_TOP]
    if itself or comparison.missing.count or comparison.missing_planned.count:
        return ["Are these rows stored under other item ids?", stored_ids(request.cycle), _ON_TOP]
    return [f"If these people are owed on top of the cycle: `payouts run {request.cycle} --append`."]


def _copy_refusals(
    itself: int, already: PaidAlready, other: Copy | None, request: Request, *, rows: int
) -> Iterator[Refusal]:
    append = " --append" if request.append else ""
    again = f"payouts run {request.cycle}{append} --allow-duplicate"
    if already.count:
        yield already.refusal(cycle=request.cycle, again=again)
    if itself:
        yield copy_of_itself(itself, rows=rows, cycle=request.cycle, again=again)
    if other is not None:
        yield copy_of_cycle(other, of_rows="new rows", cycle=request.cycle, ways=(), again=again)


def _digest_refusals(expected: str | None, digest: str) -> Iterator[Refusal]:
    if expected is not None and expected.strip().lower() != digest:
        yield Refusal(
            "digest_differs",
            f"The input's digest is {digest}, not the expected {expected}.",
            "Nothing was sent. Look at what changed with `payouts preview`, and run with the digest that it prints.",
            [{"expected": expected, "found": digest}],
        )


def _limit_refusals(comparison: Comparison, chunks: Sequence[Chunk], history: History) -> Iterator[Refusal]:
    """Refuse what is beyond a limit, as long as something would be sent for the first time."""
    unsent = any(batch.status is BatchStatus.PLANNED for batch in history.batches)
    if not chunks and not unsent:
        return
    yield from comparison.beyond_limits.refusals()
    totals = Counter(history.committed_minor)
    for chunk in chunks:
        totals[chunk.currency] += chunk.amount_minor
    yield from cycle_limit_refusals(totals, comparison.request.limits)


def cycle_limit_refusals(totals_minor: Mapping[str, int], limits: Limits) -> Iterator[Refusal]:
    """Refuse a cycle whose items come to more than limits.max_cycle in a currency."""
    for currency, limit in sorted(limits.max_cycle.items()):
        total = totals_minor.get(currency, 0)
        if total > limit:
            yield Refusal(
                "limit_exceeded",
                f"The cycle comes to {format_amount(total, currency)} {currency}; limits.max_cycle is "
                f"{format_amount(limit, currency)} {currency}.",
                "Nothing was sent. Correct the input, or raise the limit in the configuration.",
                [{"currency": currency, "total": format_amount(total, currency)}],
            )


def cooldown_left_s(batches: Sequence[BatchRecord], *, now: datetime, cooldown_s: float) -> float:
    """Return how many seconds new items of a cycle must still wait after its last send; 0 when they need not."""
    sends = [batch.last_sent_at for batch in batches if batch.last_sent_at is not None]
    if not sends:
        return 0.0
    return max(0.0, (max(sends) + timedelta(seconds=cooldown_s) - now).total_seconds())
