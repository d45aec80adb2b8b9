"""Comparing the input with what is stored: one pass over two streams in the order of item ids.

Nothing in memory grows with the rows but 8 bytes for each new one, and what has no equal in a file without item ids.
Source: docs/design.md, 5.2.
"""

import hashlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, compress, islice
from typing import Final

from msgspec import Struct, field

from paypal_payouts.domain.copies import FEW_RECEIVERS, Payment, RecentCycle, fingerprint
from paypal_payouts.domain.findings import Findings, ItemLimit, ItemsBeyondLimits, WaysOut
from paypal_payouts.domain.guard import Guard
from paypal_payouts.domain.identity import BatchName
from paypal_payouts.domain.matching import is_proven_unpaid, match
from paypal_payouts.domain.paid_already import PaidAlready
from paypal_payouts.domain.payout import ITEMS_PER_BATCH_MAX, BatchRecord, Debt, DebtRow, StoredItem
from paypal_payouts.domain.states import BatchStatus

_ROWS_AT_ONCE: Final = 2_000
_DIGESTED: Final = "%s\x1f%s\x1f%d\x1f%s\n"
"""What the digest is made of, for each row: item_id, receiver, amount in minor units, currency."""


class Limits(Struct, frozen=True):
    """What may be paid, in minor units by currency; what is not named has no limit."""

    max_item: Mapping[str, int] = field(default_factory=dict)
    max_cycle: Mapping[str, int] = field(default_factory=dict)
    min_item: Mapping[str, int] = field(default_factory=dict)
    max_failed_share: float | None = None
    """Over 0 to 1: `run` sends nothing more once more of the cycle's finished items than this are unpaid."""

    def broken_by(self, amount_minor: int, currency: str) -> ItemLimit | None:
        """Name the limit of single items that an amount breaks."""
        if amount_minor > self.max_item.get(currency, amount_minor):
            return "max_item"
        return "min_item" if amount_minor < self.min_item.get(currency, amount_minor) else None


class History(Struct, frozen=True):
    """What the database knows when the plan is made; empty where there is no database yet."""

    batches: Sequence[BatchRecord] = ()
    items: Iterable[StoredItem] = ()
    """The newest payment of every item of the cycle, in the order of item ids by code point."""
    committed_minor: Mapping[str, int] = field(default_factory=dict)
    """By currency: what the cycle's stored items come to, closed ones left out."""
    recent: Sequence[RecentCycle] = ()
    live: Iterable[Payment] = ()
    """What the cycle's payees have, or may yet get; read only where rows are new."""
    stored: Iterable[Payment] = ()
    """What the cycle pays or paid or tried to; read only where a new row agrees with a live payment."""
    paid_already: Callable[[Sequence["Chunk"]], PaidAlready] = lambda _: PaidAlready()
    """Finds the new rows whose payees have the same amount from the cycle at another receiver."""
    hashed: Callable[[str], str] | None = None
    """Gives the hash of a receiver; None where no recent cycle is archived."""


class Request(Struct, frozen=True):
    """What the operator asked for."""

    cycle: str
    environment: str
    account: str
    derived_ids: bool = False
    """The input has no item ids; they were derived from its rows."""
    append: bool = False
    allow_duplicate: bool = False
    expect_digest: str | None = None
    canary: int | None = None
    """So many new items of each currency go first, as a batch of their own."""
    limits: Limits = field(default_factory=Limits)
    guard: Guard = field(default_factory=Guard)


class Chunk(Struct):
    """A batch to be stored and sent: the keys of its rows in the staged input, in the order of item ids."""

    currency: str
    keys: "array[int]"
    amount_minor: int = 0
    name: BatchName = field(default_factory=lambda: BatchName("", 0, 1))


class Comparison:
    """What the one pass over input and history gathers."""

    def __init__(self, request: Request, history: History) -> None:
        self.request, self.history = request, history
        self.batches = {batch.id: batch for batch in history.batches}
        self.digest = hashlib.sha256(f"{request.account}\x1f{request.environment}\x1f{request.cycle}\n".encode())
        self.rows = 0
        self.chunks: dict[str, list[Chunk]] = {}
        may_be_copy = not request.allow_duplicate and bool(history.recent or history.batches)
        self.fingerprints: array[int] | None = array("q") if may_be_copy else None
        self.hashed_fingerprints = array("q")
        """The same of hashes, where a recent cycle is archived."""
        self.receivers: set[str] = set()
        """Of the new rows, in small letters, as long as they are few enough to be looked for one by one."""
        self.changed, self.corrected, self.extra = Findings(), Findings(), Findings()
        self.missing_planned, self.missing = Findings(), Findings()
        self.beyond_limits = ItemsBeyondLimits()
        self.ways = WaysOut()
        self.changed_refused_batches: set[int] = set()
        self.unmatched: tuple[list[StoredItem], list[Debt]] | None = None
        if request.derived_ids and history.batches:
            self.unmatched = ([], [])
        self.uncertain = WaysOut()

    def run(self, debts: Iterable[DebtRow], items: Iterable[StoredItem]) -> None:
        """Walk both streams once, side by side: some rows at a time, and row by row only where they differ."""
        rows, stored = iter(debts), iter(items)
        ahead: list[StoredItem] = []
        while block := list(islice(rows, _ROWS_AT_ONCE)):
            self.rows += len(block)
            self.digest.update("".join([_DIGESTED % debt[2:] for debt in block]).encode())
            self._keep_limits(block)
            ahead.extend(islice(stored, max(0, len(block) - len(ahead))))
            if not ahead:
                self._add_new(block)
            elif [debt[2:] for debt in block] == [known[:4] for known in ahead[: len(block)]]:
                del ahead[: len(block)]
            else:
                ahead = self._walk(block, ahead, stored)
        for known in chain(ahead, stored):
            self._missing(known)
        self._match()

    def _walk(
        self, block: Sequence[DebtRow], ahead: Sequence[StoredItem], stored: Iterator[StoredItem]
    ) -> list[StoredItem]:
        """Compare row by row; return what was read of the stored ones and comes after these rows."""
        read = iter(ahead)
        items = chain(read, stored)
        known = next(items, None)
        new: list[DebtRow] = []
        for debt in block:
            item_id = debt[2]
            while known is not None and known.item_id < item_id:
                self._missing(known)
                known = next(items, None)
            if known is not None and known.item_id == item_id:
                if debt[3:] != known[1:4]:
                    self._differs(Debt._make(debt), known)
                known = next(items, None)
            else:
                new.append(debt)
        self._add_new(new)
        return [*([] if known is None else [known]), *read]

    def _keep_limits(self, block: Sequence[DebtRow]) -> None:
        """Note the rows whose amounts break a limit of single items."""
        limits = self.request.limits
        for currency in limits.max_item.keys() | limits.min_item.keys():
            amounts = [debt[4] for debt in block if debt[5] == currency]
            if amounts and (limits.broken_by(max(amounts), currency) or limits.broken_by(min(amounts), currency)):
                break
        else:
            return
        for _, line, item_id, _, amount_minor, currency in block:
            if (broken := limits.broken_by(amount_minor, currency)) is not None:
                self.beyond_limits.add(broken, item_id, line, amount_minor, currency)

    def _match(self) -> None:
        """Know rows again whose derived ids have changed."""
        if self.unmatched is None:
            return
        gone, new = self.unmatched
        self.unmatched = None
        found = match(gone, new, is_unpaid=lambda item: is_proven_unpaid(item, self.batches[item.batch_id]))
        for one in found.matches:
            if not one.is_equal:
                self._differs(one.row, one.item)
        for item in found.gone:
            self._missing(item)
        for item in found.uncertain:
            self.uncertain.add(item, self.batches[item.batch_id])
        self._add_new(sorted(found.new))

    def _waits(self, known: StoredItem, debt: Debt | None) -> bool:
        """Keep what has no equal under its derived id until all of it is known."""
        if self.unmatched is None:
            return False
        gone, new = self.unmatched
        gone.append(known)
        if debt is not None:
            new.append(debt)
        return True

    def _add_new(self, rows: Sequence[DebtRow]) -> None:
        """Put rows that are not stored into chunks, and keep what copies are found by."""
        if self.unmatched is not None:
            self.unmatched[1].extend(map(Debt._make, rows))
            return
        if not rows:
            return
        keys, _, item_ids, receivers, minors, currencies = zip(*rows, strict=True)
        if self.batches and not self.request.append:
            for item_id in item_ids:
                self.extra.add(item_id=item_id)
        if self.fingerprints is not None:
            self.fingerprints.extend(map(fingerprint, receivers, minors, currencies))
            if self.history.hashed is not None:
                known = map(self.history.hashed, receivers)
                self.hashed_fingerprints.extend(map(fingerprint, known, minors, currencies))
            if len(self.receivers) <= FEW_RECEIVERS:
                self.receivers.update(receiver.lower() for receiver in receivers)
        for currency in dict.fromkeys(currencies):
            among = [one == currency for one in currencies]
            self._add_to_chunks(currency, list(compress(keys, among)), list(compress(minors, among)))

    def _add_to_chunks(self, currency: str, keys: Sequence[int], minors: Sequence[int]) -> None:
        """Fill the last chunk of a currency, and then new ones."""
        chunks = self.chunks.setdefault(currency, [])
        at = 0
        while at < len(keys):
            most = (self.request.canary if len(chunks) == 1 else None) or ITEMS_PER_BATCH_MAX
            if not chunks or len(chunks[-1].keys) == most:
                chunks.append(Chunk(currency, array("q")))
                continue
            chunk = chunks[-1]
            end = at + most - len(chunk.keys)
            chunk.keys.extend(keys[at:end])
            chunk.amount_minor += sum(minors[at:end])
            at = end

    def _differs(self, debt: Debt, known: StoredItem) -> None:
        if self._waits(known, debt):
            return
        batch = self.batches[known.batch_id]
        if batch.status is BatchStatus.REFUSED:
            self.changed_refused_batches.add(batch.id)
        if is_proven_unpaid(known, batch):
            self.corrected.add_change(debt, known, batch)
        else:
            self.changed.add_change(debt, known, batch)
            self.ways.add(known, batch, debt)

    def _missing(self, known: StoredItem) -> None:
        if self.request.append or self._waits(known, None):
            return
        batch = self.batches[known.batch_id]
        if batch.status is BatchStatus.REFUSED:
            self.changed_refused_batches.add(batch.id)
        findings = self.missing_planned if batch.status is BatchStatus.PLANNED else self.missing
        findings.add(item_id=known.item_id, batch=str(batch.name), state=str(known.state))
