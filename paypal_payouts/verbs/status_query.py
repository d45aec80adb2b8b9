"""What `status` is asked: which cycles, which items, and where these go."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from msgspec import Struct

from paypal_payouts.domain.item import ItemReport
from paypal_payouts.domain.states import ItemState, Money
from paypal_payouts.domain.status import Exported
from paypal_payouts.domain.whereabouts import states_with
from paypal_payouts.domain.words import did_you_mean
from paypal_payouts.errors import UsageError
from paypal_payouts.protocol.lookup import find_batch, find_cycles
from paypal_payouts.storage import CycleGlance, Store
from paypal_payouts.verbs.export import Counted, write_export

FINISHED_CYCLES_MAX: Final = 20
FINISHED_PAYMENTS_MAX: Final = 1_000_000
"""What `status` shows of finished cycles, unless one is named: a year of them would take as long as to pay one."""

WORDS: Final = tuple(dict.fromkeys([*ItemState, *Money]))
"""By which items are picked: their states, and the columns of the totals."""


class Selection(Struct, frozen=True):
    """The cycles that an answer is about, the newest first."""

    cycles: list[str]
    older: int = 0
    """Cycles that it leaves out."""


class Wanted(Struct, frozen=True):
    """Which items are listed; without a word about them, all."""

    states: frozenset[ItemState] = frozenset()
    receiver: str = ""
    """A part of the receiver, in capitals or not."""
    money: frozenset[Money] = frozenset()
    """Columns of the totals: an item is wanted, too, whose money stands in one of them."""

    @property
    def may_be_in(self) -> frozenset[ItemState]:
        """The states that a wanted item may be in; empty: any."""
        return self.states | states_with(self.money) if self.money else self.states

    def of(self, rows: Iterable[ItemReport], money_of: Callable[[ItemReport], Money]) -> Iterator[ItemReport]:
        """Let those pass that are wanted."""
        part = self.receiver.lower()
        every = not self.states and not self.money
        return (
            row
            for row in rows
            if part in row.receiver.lower()
            and (every or row.state in self.states or (self.money and money_of(row) in self.money))
        )


class Export(Struct, frozen=True):
    """A file to write the wanted items to, and how they are written."""

    path: Path
    lines: Callable[[Iterable[ItemReport]], Iterable[str]]

    def write(self, rows: Iterable[ItemReport]) -> Exported:
        """Write them, as they come.

        Raises:
            ConfigInvalid: the file cannot be written; the one that was there is as it was.

        """
        counted = Counted(rows)
        write_export(self.path, self.lines(counted))
        return Exported(str(self.path), counted.number)


def wanted_items(words: Iterable[str], receiver: str) -> Wanted:
    """Read states of items, and columns of the totals, as they are typed.

    Raises:
        UsageError: one of them is none.

    """
    words = list(words)
    for word in words:
        if word not in WORDS:
            meant = did_you_mean(word, WORDS, at_most=1)
            raise UsageError(
                f"{word!r} is no state of an item, and no column of the totals.",
                hint=f"{meant}The states: {', '.join(ItemState)}. Columns: {', '.join(Money)}.",
            )
    return Wanted(
        frozenset(ItemState(word) for word in words if word in set(ItemState)),
        receiver,
        frozenset(Money(word) for word in words if word in set(Money)),
    )


class Query(Struct, frozen=True):
    """What `status` is asked: one batch, one cycle, or everything."""

    batch: str | None
    cycle: str | None
    items: bool
    exit_code: bool
    errors: bool = False
    wanted: Wanted = Wanted()
    export: Export | None = None
    since: datetime | None = None
    """Only cycles that were stored since then, finished ones too."""
    every: bool = False
    """Every cycle that was ever stored."""

    @property
    def in_full(self) -> bool:
        """Whether more than a line for each cycle is wanted."""
        return self.names_one or self.lists_items or self.errors

    @property
    def lists_items(self) -> bool:
        """Whether items are listed: to ask for some is to ask for items, and with a file alone they go only there."""
        return self.items or (self.export is None and self.wanted != Wanted())

    @property
    def looks_everywhere(self) -> bool:
        """Whether some items are wanted, wherever they are."""
        return self.wanted != Wanted() and not self.names_one

    @property
    def tells_of_items(self) -> bool:
        """Whether items are shown or written, and not only what their batches come to."""
        return self.in_full or self.wanted != Wanted() or self.export is not None

    @property
    def names_one(self) -> bool:
        """Whether one batch or cycle was asked about."""
        return self.batch is not None or self.cycle is not None

    def exported(self, rows: Iterable[ItemReport]) -> Exported | None:
        """Write rows that are wanted to the file, where one is named.

        Raises:
            ConfigInvalid: it cannot be written; the one that was there is as it was.

        """
        return None if self.export is None else self.export.write(rows)

    def select(self, store: Store | None) -> Selection:
        """Name the cycles that the answer is about: the one that is named; else all that are open, and the newest.

        Raises:
            NotFound: there is no such batch or cycle.

        """
        if self.batch is not None:
            return Selection([find_batch(self.batch, store=store).name.cycle])
        if self.cycle is not None or store is None:
            return Selection(find_cycles(self.cycle, store=store))
        glances = store.history.glances()
        if self.since is not None:
            since = self.since
            shown = [glance.name for glance in glances if glance.stored_at >= since]
            return Selection(shown, len(glances) - len(shown))
        return Selection([glance.name for glance in glances]) if self.every else overview(glances)


def overview(glances: Sequence[CycleGlance]) -> Selection:
    """Leave out finished cycles once those before them are enough; the newest cycle is always shown."""
    shown: list[str] = []
    finished = payments = 0
    for glance in glances:
        if not glance.is_open:
            finished += 1
            payments += glance.payments
            if shown and (finished > FINISHED_CYCLES_MAX or payments > FINISHED_PAYMENTS_MAX):
                continue
        shown.append(glance.name)
    return Selection(shown, len(glances) - len(shown))
