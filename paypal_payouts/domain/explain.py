"""What `explain` found: debts, every payment of them, and the story of one."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct

from paypal_payouts.domain.archive import ArchivedPayment
from paypal_payouts.domain.item import ItemReport
from paypal_payouts.domain.money import grouped_amount
from paypal_payouts.domain.outlook import ReportWithOutlook
from paypal_payouts.domain.standing import money_of, money_of_debt
from paypal_payouts.domain.states import BatchStatus, Money
from paypal_payouts.domain.steps import Advice


class Payment(NamedTuple):
    """One payment of a debt, with what its batch says of it."""

    item: ItemReport
    cycle: str
    source: str | None
    """What the input was called that it came from; None where the row was taken as it was stored."""
    line: int | None
    stored_at: datetime
    status: BatchStatus
    """Of its batch."""
    may_have_moved: bool
    """A send of its batch is not proven to have moved nothing."""
    conflict: str | None
    """PayPal's word, where it contradicts our record."""
    acknowledged: bool

    def words(self) -> str:
        """Return how much it is."""
        return f"{grouped_amount(self.item.amount_minor, self.item.currency)} {self.item.currency}"

    @property
    def money(self) -> Money:
        """Return where its money is."""
        return money_of(self.item.state, self.status, may_have_moved=self.may_have_moved)


class FoundItem(Struct, frozen=True):
    """A debt that `explain` found: every payment of it, the newest first."""

    payments: Sequence[Payment]
    lost: Sequence[str] = ()
    """Batches of which the sent log knows a send that the database does not: they may have paid it."""
    is_changed: bool = False
    """Another hand changed what is stored of its cycle: whoever has the money, it is not known from here."""

    @property
    def newest(self) -> Payment:
        """Return the payment that stands for the debt."""
        return self.payments[0]

    @property
    def money(self) -> Money:
        """Return where its money is, whichever payment it went by."""
        if self.is_changed:
            return Money.UNKNOWN
        money = money_of_debt([payment.money for payment in self.payments])
        return Money.UNKNOWN if money is Money.UNPAID and self.lost else money

    @property
    def paid(self) -> list[Payment]:
        """Return the payments that arrived, the first one first."""
        arrived = [payment for payment in self.payments if payment.money is Money.PAID and not self.is_changed]
        return sorted(arrived, key=lambda payment: payment.item.updated_at)

    @property
    def paid_at(self) -> datetime | None:
        """Return when PayPal's word that it was paid was stored."""
        return next((payment.item.updated_at for payment in self.paid), None)


class StoryEvent(NamedTuple):
    """One thing that happened to an item."""

    at: datetime
    what: str
    """`stored`, `send`, `word`, or the action as the trail has it."""
    batch: str | None
    by: str
    """Who: a person, a process, or `paypal`."""
    words: str


class Story(Struct, frozen=True):
    """Everything that happened to one debt, in order, and what it comes to."""

    found: FoundItem
    events: Sequence[StoryEvent]
    answer: str
    """Whether the payee has the money, in words."""


class ExplainReport(ReportWithOutlook, frozen=True):
    """The result of `explain`."""

    text: str
    cycles_searched: int
    hits: Sequence[FoundItem]
    """Those that are named by TEXT before those of which it is a part, the newest first."""
    hits_in_all: int
    story: Story | None
    """Of the one item that is meant; None where it may be any of several."""
    next: Sequence[Advice]
    """What to type, and why."""
    archived: Sequence[ArchivedPayment] = ()
    """Payments that are known by their hashes, the newest first; the rest of them is in files."""
