"""What a cycle comes to, currency by currency: what is owed, and where the money of it is.

`amount` + `surplus` = `paid` + `unpaid` + `open` + `unknown` + `closed` (docs/design.md, 7).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Self

from msgspec import Struct, field
from msgspec.structs import replace

from paypal_payouts.domain.money import grouped_amount
from paypal_payouts.domain.states import ItemState, Money


class Total(Struct, frozen=True):
    """The items of one currency, in minor units."""

    currency: str
    items: int = 0
    amount_minor: int = 0
    """What is owed: the newest payment of every item, closed ones too."""
    paid_minor: int = 0
    unpaid_minor: int = 0
    open_minor: int = 0
    unknown_minor: int = 0
    closed_minor: int = 0
    surplus_minor: int = 0
    """What was paid, or is on its way, beyond what is owed."""
    fees_minor: int | None = None
    """What PayPal charged; None until it says so."""
    debited_minor: Mapping[str, int] | None = None
    """What has left the balances and not come back, by the currency that it was taken from: what was converted as
    PayPal says, and what was not as it is; fees are beside it. None until PayPal has given a word on a payment."""

    @property
    def conversion(self) -> str:
        """Say what was taken from which balance, where PayPal converted; empty where it did not."""
        if self.debited_minor is None or self.debited_minor.keys() == {self.currency}:
            return ""
        taken = [f"{grouped_amount(minor, currency)} {currency}" for currency, minor in self.debited_minor.items()]
        return f"PayPal converted payments in {self.currency}: taken from the balance were {', '.join(taken)}."


class Conflict(NamedTuple):
    """A payment of which PayPal's word contradicts our record."""

    item_id: str
    batch: str
    state: ItemState
    word: str
    """PayPal's, as it came."""
    acknowledged: bool


class PaidBefore(NamedTuple):
    """An item whose newest payment came to nothing, and which an older one paid after all."""

    state: ItemState
    """Of the newest payment."""
    batch: str
    """That of the older one."""


class Tally(Struct, frozen=True):
    """Every item of a cycle, counted by the state of its newest payment."""

    states: Counter[ItemState] = field(default_factory=Counter)
    totals: Sequence[Total] = field(default_factory=list)
    conflicts: Sequence[Conflict] = field(default_factory=list)
    paid_before: Mapping[str, PaidBefore] = field(default_factory=dict)
    """By item id: those whose newest payment came to nothing, and that an older one paid."""
    older: Mapping[str, Money] = field(default_factory=dict)
    """By item id, where the money is of those whose newest payment came to nothing, and that an older one paid or may
    have paid."""
    lost: Sequence[str] = ()
    """Batches that the sent log knows as sent and the database does not: it is an older copy."""

    def unanswered(self, minor: Mapping[str, int]) -> Self:
        """Call money unknown, by currency, that was sent without an answer and is counted as unpaid."""
        totals = [
            replace(
                total,
                unpaid_minor=total.unpaid_minor - minor.get(total.currency, 0),
                unknown_minor=total.unknown_minor + minor.get(total.currency, 0),
            )
            for total in self.totals
        ]
        return replace(self, totals=totals)

    def doubted(self, lost: Sequence[str]) -> Self:
        """Call nothing proven unpaid where batches were sent after all that the database remembers.

        Nobody can tell whom they paid, under a later attempt or in another currency.
        """
        if not lost:
            return self
        totals = [
            replace(total, unpaid_minor=0, unknown_minor=total.unknown_minor + total.unpaid_minor)
            for total in self.totals
        ]
        return replace(self, totals=totals, lost=lost)

    @property
    def unpaid_states(self) -> Counter[ItemState]:
        """Count the states of the items that no older payment paid."""
        return self.states - self.paid_before_states

    @property
    def paid_before_states(self) -> Counter[ItemState]:
        """Count the items that an older payment paid, by the state of their newest one."""
        return Counter(paid.state for paid in self.paid_before.values())

    @property
    def open_conflicts(self) -> int:
        """Count the conflicts that nobody has acknowledged."""
        return sum(not conflict.acknowledged for conflict in self.conflicts)


class OlderPayment(NamedTuple):
    """A payment that may have been paid although a later one took its item over, and that later one."""

    item_id: str
    currency: str
    amount_minor: int
    money: Money
    newest_currency: str
    newest_amount_minor: int
    newest_money: Money


class Sums:
    """Adds payments up."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._items: Counter[str] = Counter()
        self._amounts: Counter[str] = Counter()
        self._minor: Counter[tuple[str, Money]] = Counter()
        self._surplus: Counter[str] = Counter()
        self._fees: dict[str, int] = {}
        self._debited: dict[str, Counter[str]] = {}
        self._uncovered: dict[str, int] = {}
        """By item: how much of an unpaid newest payment no older one covers yet."""

    def add(self, currency: str, money: Money, *, items: int, amount_minor: int) -> None:
        """Add newest payments of one currency whose money is in one place."""
        self._items[currency] += items
        self._amounts[currency] += amount_minor
        self._minor[currency, money] += amount_minor

    def add_older(self, older: OlderPayment) -> None:
        """Add a payment beside the newest one of its item, which was added already.

        Where that is unpaid, the older one pays the debt in its place; what goes beyond the debt is surplus.
        """
        currency, amount = older.currency, older.amount_minor
        self._minor[currency, older.money] += amount
        covered = 0
        if older.newest_money is Money.UNPAID and older.newest_currency == currency:
            left = self._uncovered.setdefault(older.item_id, older.newest_amount_minor)
            covered = min(left, amount)
            self._uncovered[older.item_id] = left - covered
            self._minor[currency, Money.UNPAID] -= covered
        self._surplus[currency] += amount - covered

    def add_fees(self, currency: str, fees_minor: int | None) -> None:
        """Add what PayPal charged for payments, the newest ones and those before them: a fee stays paid."""
        if fees_minor is not None:
            self._fees[currency] = self._fees.get(currency, 0) + fees_minor

    def add_debit(self, currency: str, taken_from: str, minor: int) -> None:
        """Add what payments in one currency took from the balance of a currency, the same one or another."""
        self._debited.setdefault(currency, Counter())[taken_from] += minor

    def totals(self) -> list[Total]:
        """Return the totals, by currency code."""
        currencies = {*self._items, *self._surplus}
        return [
            Total(
                currency=currency,
                items=self._items[currency],
                amount_minor=self._amounts[currency],
                paid_minor=self._minor[currency, Money.PAID],
                unpaid_minor=self._minor[currency, Money.UNPAID],
                open_minor=self._minor[currency, Money.OPEN],
                unknown_minor=self._minor[currency, Money.UNKNOWN],
                closed_minor=self._minor[currency, Money.CLOSED],
                surplus_minor=self._surplus[currency],
                fees_minor=self._fees.get(currency),
                debited_minor=None if currency not in self._debited else dict(sorted(self._debited[currency].items())),
            )
            for currency in sorted(currencies)
        ]
