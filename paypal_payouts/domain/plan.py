"""The plan: what `run` would do with these rows, given what is known of the cycle.

`preview` shows it, `run` executes it. One pass over two streams in the order of item ids; nothing in memory grows with
the rows but 8 bytes for each new one.
Sources: contract, section 4 ("Comparing", "A copy"), section 7 (`plan_digest`); design, section 2, rule 2.
"""

import hashlib
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from paypal_payouts.domain.identity import BatchName
from paypal_payouts.domain.money import format_amount
from paypal_payouts.domain.payout import ITEMS_PER_BATCH_MAX, BatchRecord, Debt, StoredItem
from paypal_payouts.domain.states import PAYABLE_AGAIN, BatchStatus
from paypal_payouts.errors import BlockCode

EXAMPLES_MAX: Final = 20
"""How many items a warning or refusal names one by one; the rest is counted."""

SHARE_OF_A_COPY: Final = 2
"""A cycle is a copy when one in this many of its new rows, or more, agrees with one other cycle."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the operator should know that stops nothing; `code` is one of the contract's warning codes."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A rule of re-run prevention that stops the run before anything is sent: exit 4."""

    code: BlockCode
    message: str
    hint: str
    details: Sequence[dict[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that may be paid, in minor units by currency; a currency that is not named has no limit."""

    max_item: Mapping[str, int] = field(default_factory=dict)
    max_cycle: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RecentCycle:
    """Another cycle that was sent of late, to find a copied file by."""

    name: str
    sent_at: datetime
    rows: Iterable[tuple[str, int, str]]
    """(receiver, amount in minor units, currency) of every row of it that was sent."""


@dataclass(frozen=True, slots=True)
class History:
    """What the database knows when the plan is made; empty where there is no database yet."""

    batches: Sequence[BatchRecord] = ()
    items: Iterable[StoredItem] = ()
    """The newest payment of every item of the cycle, in the order of item ids by code point."""
    committed_minor: Mapping[str, int] = field(default_factory=dict)
    """By currency: what the cycle's stored items come to, closed ones left out."""
    recent: Sequence[RecentCycle] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """What the operator asked for."""

    cycle: str
    environment: str
    account: str
    append: bool = False
    allow_duplicate: bool = False
    expect_digest: str | None = None
    limits: Limits = field(default_factory=Limits)


@dataclass(slots=True)
class Chunk:
    """A batch to be stored and sent: the keys of its rows in the staged input, in the order of item ids."""

    currency: str
    keys: "array[int]"
    amount_minor: int = 0
    name: BatchName = field(default_factory=lambda: BatchName("", 0, 1))


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be done: new batches, refusals, warnings, and the digest that ties `run` to its `preview`."""

    digest: str | None
    """None where there is no input to make one of."""
    rows: int
    chunks: Sequence[Chunk]
    refusals: Sequence[Refusal]
    notices: Sequence[Notice]
    held: frozenset[int]
    """Refused batches of which the input no longer says the same: `run` does not send their stored bytes again."""

    @property
    def new_items(self) -> int:
        """Count the rows that are not stored yet."""
        return sum(len(chunk.keys) for chunk in self.chunks)


class _Findings:
    """Items that break one rule: the first few by name, the rest by number."""

    def __init__(self) -> None:
        self.count = 0
        self.examples: list[dict[str, Any]] = []

    def add(self, **example: object) -> None:
        self.count += 1
        if len(self.examples) < EXAMPLES_MAX:
            self.examples.append(example)

    def listing(self) -> str:
        names = ", ".join(str(example["item_id"]) for example in self.examples)
        more = self.count - len(self.examples)
        return f"{names} and {more} more" if more else names


class _Comparison:
    """What the one pass over input and history gathers."""

    def __init__(self, request: Request, history: History) -> None:
        self.request = request
        self.batches = {batch.id: batch for batch in history.batches}
        self.digest = hashlib.sha256(f"{request.account}\x1f{request.environment}\x1f{request.cycle}\n".encode())
        self.rows = 0
        self.chunks: dict[str, list[Chunk]] = {}
        self.fingerprints: array[int] | None = array("q") if history.recent else None
        self.changed, self.corrected, self.extra = _Findings(), _Findings(), _Findings()
        self.missing_planned, self.missing, self.too_large = _Findings(), _Findings(), _Findings()
        self.held: set[int] = set()

    def run(self, debts: Iterable[Debt], items: Iterable[StoredItem]) -> None:
        """Walk both streams once, side by side."""
        stored: Iterator[StoredItem] = iter(items)
        known = next(stored, None)
        update, max_item = self.digest.update, self.request.limits.max_item
        for debt in debts:
            key, line, item_id, receiver, amount_minor, currency = debt
            self.rows += 1
            update(f"{item_id}\x1f{receiver}\x1f{amount_minor}\x1f{currency}\n".encode())
            while known is not None and known.item_id < item_id:
                self._missing(known)
                known = next(stored, None)
            if known is not None and known.item_id == item_id:
                self._stored(debt, known)
                known = next(stored, None)
            else:
                self._new(key, receiver, amount_minor, currency, item_id)
            if max_item and amount_minor > max_item.get(currency, amount_minor):
                self.too_large.add(item_id=item_id, line=line, amount=format_amount(amount_minor, currency))
        while known is not None:
            self._missing(known)
            known = next(stored, None)

    def _new(self, key: int, receiver: str, amount_minor: int, currency: str, item_id: str) -> None:
        if self.batches and not self.request.append:
            self.extra.add(item_id=item_id)
        if self.fingerprints is not None:
            self.fingerprints.append(_fingerprint(receiver, amount_minor, currency))
        chunks = self.chunks.setdefault(currency, [])
        if not chunks or len(chunks[-1].keys) == ITEMS_PER_BATCH_MAX:
            chunks.append(Chunk(currency, array("q")))
        chunk = chunks[-1]
        chunk.keys.append(key)
        chunk.amount_minor += amount_minor

    def _stored(self, debt: Debt, known: StoredItem) -> None:
        if (debt.receiver, debt.amount_minor, debt.currency) == known[1:4]:
            return
        before = f"{known.receiver} {format_amount(known.amount_minor, known.currency)} {known.currency}"
        after = f"{debt.receiver} {format_amount(debt.amount_minor, debt.currency)} {debt.currency}"
        batch = self.batches[known.batch_id]
        refused = batch.status is BatchStatus.REFUSED
        if refused:
            self.held.add(known.batch_id)
        findings = self.corrected if refused or known.state in PAYABLE_AGAIN else self.changed
        findings.add(item_id=known.item_id, batch=str(batch.name), state=str(known.state), stored=before, input=after)

    def _missing(self, known: StoredItem) -> None:
        if self.request.append:
            return
        batch = self.batches[known.batch_id]
        if batch.status is BatchStatus.REFUSED:
            self.held.add(known.batch_id)
        findings = self.missing_planned if batch.status is BatchStatus.PLANNED else self.missing
        findings.add(item_id=known.item_id, batch=str(batch.name), state=str(known.state))


def make_plan(debts: Iterable[Debt], request: Request, history: History) -> Plan:
    """Compare the input, in the order of item ids, with what is known, and say what would be done.

    The same rows and the same history give the same plan; every rule is checked, so that the operator sees all that is
    wrong at once, and the first refusal is the one that `run` stops with.
    """
    comparison = _Comparison(request, history)
    comparison.run(debts, history.items)
    chunks = _name_chunks(comparison.chunks, request.cycle, history.batches)
    digest = comparison.digest.hexdigest()
    refusals = [
        *_comparing_refusals(comparison),
        *_copy_refusals(comparison, history.recent),
        *_digest_refusals(request.expect_digest, digest),
        *_limit_refusals(comparison, chunks, history),
    ]
    return Plan(
        digest=digest,
        rows=comparison.rows,
        chunks=chunks,
        refusals=refusals,
        notices=_notices(comparison),
        held=frozenset(comparison.held),
    )


def _name_chunks(by_currency: Mapping[str, Sequence[Chunk]], cycle: str, batches: Sequence[BatchRecord]) -> list[Chunk]:
    """Give each chunk its sequence: by currency code, then chunk, after those that the cycle has."""
    last = max((batch.name.sequence for batch in batches), default=0)
    chunks = [chunk for currency in sorted(by_currency) for chunk in by_currency[currency]]
    for sequence, chunk in enumerate(chunks, last + 1):
        chunk.name = BatchName(cycle, sequence, 1)
    return chunks


def _comparing_refusals(comparison: _Comparison) -> Iterator[Refusal]:
    changed, extra, missing = comparison.changed, comparison.extra, comparison.missing_planned
    if changed.count:
        yield Refusal(
            "changed_item",
            f"{changed.count} of the stored items differ in the input, and may be paid: {changed.listing()}.",
            "Nothing was sent. Put the rows back as sent; owe a difference under a new item_id with --append.",
            changed.examples,
        )
    if extra.count:
        yield Refusal(
            "extra_item",
            f"{extra.count} of the rows are new in a cycle that has batches: {extra.listing()}.",
            "Nothing was sent. If these people are owed on top of the cycle, add --append.",
            extra.examples,
        )
    if missing.count:
        batches = ", ".join(sorted({str(example["batch"]) for example in missing.examples}))
        yield Refusal(
            "missing_item",
            f"{missing.count} of the items stored in {batches} and not yet sent are missing from the input: "
            f"{missing.listing()}.",
            "Nothing was sent. Put the rows back, or give the batch up: `payouts override BATCH --to abandoned`, "
            "then `payouts retry BATCH --failed-items`.",
            missing.examples,
        )


def _copy_refusals(comparison: _Comparison, recent: Sequence[RecentCycle]) -> Iterator[Refusal]:
    fingerprints = comparison.fingerprints
    if not fingerprints or comparison.request.allow_duplicate:
        return
    new = sorted(fingerprints)
    for other in recent:
        shared = _shared(new, sorted(array("q", (_fingerprint(*row) for row in other.rows))))
        if shared * SHARE_OF_A_COPY >= len(new):
            yield Refusal(
                "duplicate_cycle",
                f"{shared} of {len(new)} new rows agree in receiver, amount and currency with cycle {other.name}, "
                f"sent {other.sent_at:%Y-%m-%d %H:%M} UTC.",
                "Nothing was sent. If these people are owed the same again, add --allow-duplicate.",
                [{"cycle": other.name, "agreeing": shared, "new": len(new)}],
            )
            return


def _fingerprint(receiver: str, amount_minor: int, currency: str) -> int:
    """Stand for a payment when files are compared; an address in other letters is the same payee."""
    return hash((receiver.lower(), amount_minor, currency))


def _shared(left: Sequence[int], right: Sequence[int]) -> int:
    """Count the members that two sorted lists have in common, each used once."""
    shared, position = 0, 0
    for member in left:
        while position < len(right) and right[position] < member:
            position += 1
        if position < len(right) and right[position] == member:
            shared += 1
            position += 1
    return shared


def _digest_refusals(expected: str | None, digest: str) -> Iterator[Refusal]:
    if expected is not None and expected.strip().lower() != digest:
        yield Refusal(
            "digest_differs",
            f"The input's digest is {digest}, not the expected {expected}.",
            "Nothing was sent. Look at what changed with `payouts preview`, and run with the digest that it prints.",
            [{"expected": expected, "found": digest}],
        )


def _limit_refusals(comparison: _Comparison, chunks: Sequence[Chunk], history: History) -> Iterator[Refusal]:
    """Refuse what is too much, as long as something would be sent for the first time."""
    unsent = any(batch.status is BatchStatus.PLANNED for batch in history.batches)
    if not chunks and not unsent:
        return
    if comparison.too_large.count:
        yield Refusal(
            "limit_exceeded",
            f"{comparison.too_large.count} of the rows are above limits.max_item: {comparison.too_large.listing()}.",
            "Nothing was sent. Correct the amounts, or raise the limit in the configuration.",
            comparison.too_large.examples,
        )
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


def _notices(comparison: _Comparison) -> list[Notice]:
    notices = [
        Notice(
            "corrected_item",
            f"{example['item_id']} was {example['stored']} in {example['batch']} ({example['state']}) and is "
            f"{example['input']} now: `payouts retry {example['batch']} --failed-items` pays the corrected row.",
        )
        for example in comparison.corrected.examples
    ]
    notices += [
        Notice(
            "missing_item",
            f"{example['item_id']} of {example['batch']} ({example['state']}) is missing from the input.",
        )
        for example in comparison.missing.examples
    ]
    for code, findings in (("corrected_item", comparison.corrected), ("missing_item", comparison.missing)):
        more = findings.count - len(findings.examples)
        if more:
            notices.append(Notice(code, f"and {more} more such items."))
    return notices


def cooldown_left_s(batches: Sequence[BatchRecord], *, now: datetime, cooldown_s: float) -> float:
    """Say how many seconds new items of a cycle must still wait after its last send; 0 when they need not."""
    sends = [batch.last_sent_at for batch in batches if batch.last_sent_at is not None]
    if not sends:
        return 0.0
    return max(0.0, (max(sends) + timedelta(seconds=cooldown_s) - now).total_seconds())
