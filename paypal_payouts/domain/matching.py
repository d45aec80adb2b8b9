"""Knowing rows again in a file without item ids: a derived id changes with its row, the debt does not.

Pure; for `run`, which warns, and for `retry --failed-items`, which pays the corrected row under the stored id.
Source: docs/design.md, 4 (derived ids) and 5.2.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from paypal_payouts.domain.payout import BatchRecord, Debt, StoredItem
from paypal_payouts.domain.states import PAYABLE_AGAIN, BatchStatus

_Key = TypeVar("_Key", bound=Hashable)


class Match(NamedTuple):
    """A stored item and the row that stands for it now, under another derived id or changed."""

    item: StoredItem
    row: Debt

    @property
    def is_equal(self) -> bool:
        """Whether the row owes what is stored; only the id differs."""
        return self.row[3:] == self.item[1:4]


class Matching(NamedTuple):
    """What became of the items and rows that have no equal under their own id."""

    matches: Sequence[Match]
    gone: Sequence[StoredItem]
    """Items for which no row stands."""
    new: Sequence[Debt]
    """Rows that stand for no item."""
    uncertain: Sequence[StoredItem]
    """Of `gone`: those for which a new row might stand, had the item been proven unpaid."""


def is_proven_unpaid(item: StoredItem, batch: BatchRecord) -> bool:
    """Return whether a corrected row of the item may be paid by `retry --failed-items`."""
    return batch.status is BatchStatus.REFUSED or item.state in PAYABLE_AGAIN


def match(gone: Sequence[StoredItem], new: Sequence[Debt], *, is_unpaid: Callable[[StoredItem], bool]) -> Matching:
    """Find which rows stand for which items, where neither has an equal under its own id.

    In this order: the same debt under another number; the rows of the same receiver; the row of the same id; and what
    stands alone, one row against one item proven unpaid of the same amount and currency. Where a receiver has several
    items, those that may be paid are matched first: a doubt stops the run, and pays nobody twice. An item whose id was
    the operator's own is known by nothing else.
    """
    left = _Left(sorted((item for item in gone if _is_derived(item.item_id)), key=is_unpaid), new)
    left.take(lambda item: item[1:4], lambda row: row[3:])
    left.take(lambda item: item.receiver.lower(), lambda row: row.receiver.lower())
    left.take(lambda item: item.item_id, lambda row: row.item_id)
    uncertain = left.take_lone(is_unpaid)
    matched = {one.item.item_id for one in left.matches}
    return Matching(left.matches, [item for item in gone if item.item_id not in matched], left.new, uncertain)


def _is_derived(item_id: str) -> bool:
    return item_id.rpartition("#")[2].isdigit()


def stand_ins(
    debts: Iterable[Debt], items: Iterable[StoredItem], *, is_unpaid: Callable[[StoredItem], bool]
) -> dict[str, Debt | None]:
    """Return the row that stands for each stored item that has no equal under its own id; None: no row does.

    Both streams come in the order of item ids. Where fewer equal rows of one receiver are left than were stored, those
    that are left stand for the payments that may have been made: no item that is proven unpaid keeps one.
    """
    gone: list[StoredItem] = []
    new: list[Debt] = []
    unpaid: dict[Hashable, list[str]] = defaultdict(list)
    for item, row in side_by_side(items, debts):
        if item is not None and row is not None and row[3:] == item[1:4]:
            if is_unpaid(item):
                unpaid[item[1:4]].append(item.item_id)
            continue
        if item is not None:
            gone.append(item)
        if row is not None:
            new.append(row)
    found = match(gone, new, is_unpaid=is_unpaid)
    rows: dict[str, Debt | None] = {one.item.item_id: one.row for one in found.matches}
    for item in found.gone:
        rows[item.item_id] = None
        if not is_unpaid(item) and unpaid[item[1:4]]:
            rows[unpaid[item[1:4]].pop()] = None
    return rows


def side_by_side(items: Iterable[StoredItem], debts: Iterable[Debt]) -> Iterator[tuple[StoredItem | None, Debt | None]]:
    """Yield items and rows of the same id together, and None beside the others; both come in the order of item ids."""
    stored, rows = iter(items), iter(debts)
    item, row = next(stored, None), next(rows, None)
    while item is not None or row is not None:
        if row is None or (item is not None and item.item_id < row.item_id):
            yield item, None
            item = next(stored, None)
        elif item is None or row.item_id < item.item_id:
            yield None, row
            row = next(rows, None)
        else:
            yield item, row
            item, row = next(stored, None), next(rows, None)


class _Left:
    """Items and rows that are not matched yet."""

    def __init__(self, gone: Sequence[StoredItem], new: Sequence[Debt]) -> None:
        self.gone, self.new = list(gone), list(new)
        self.matches: list[Match] = []

    def take(self, of_item: Callable[[StoredItem], _Key], of_row: Callable[[Debt], _Key]) -> None:
        """Match items with rows of the same key, in their order, for as long as there are both."""
        rows = _grouped(reversed(self.new), of_row)
        gone = []
        for item in self.gone:
            alike = rows.get(of_item(item))
            if alike:
                self.matches.append(Match(item, alike.pop()))
            else:
                gone.append(item)
        matched = {one.row.key for one in self.matches}
        self.gone, self.new = gone, [row for row in self.new if row.key not in matched]

    def take_lone(self, is_unpaid: Callable[[StoredItem], bool]) -> list[StoredItem]:
        """Match what stands alone by amount and currency; give the items that would, were they proven unpaid."""
        rows = _grouped(self.new, lambda row: row[4:])
        items = _grouped(self.gone, lambda item: item[2:4])
        uncertain = []
        for owed, alike in items.items():
            if len(alike) == 1 == len(rows.get(owed, ())):
                if is_unpaid(alike[0]):
                    self.matches.append(Match(alike[0], rows[owed][0]))
                else:
                    uncertain.append(alike[0])
        matched = {one.row.key for one in self.matches}
        ids = {one.item.item_id for one in self.matches}
        self.new = [row for row in self.new if row.key not in matched]
        self.gone = [item for item in self.gone if item.item_id not in ids]
        return uncertain


_Member = TypeVar("_Member")


def _grouped(members: Iterable[_Member], key: Callable[[_Member], _Key]) -> dict[_Key, list[_Member]]:
    groups: dict[_Key, list[_Member]] = defaultdict(list)
    for member in members:
        groups[key(member)].append(member)
    return groups
