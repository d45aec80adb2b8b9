"""A cycle as double-entry bookkeeping has it: what was paid, and what came back, as entries whose postings balance.

An entry is made of what is stored alone, and its id of batch, item and event: made twice, it is the same twice.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Final, Literal, NamedTuple
from urllib.parse import quote

from paypal_payouts.domain.reconcile import OurPayment
from paypal_payouts.domain.states import MEANING, WITHOUT_WORD, ItemState, Money

_ON_ITS_WAY: Final = frozenset(state for state in ItemState if MEANING[state].money is Money.OPEN) - WITHOUT_WORD
_READABLE: Final = " !#$&()*+-./:<=>?@[]^_`{|}~"
"""What an id may hold beside letters and digits; the rest is written as %2C, as no format has to quote it then."""


class Accounts(NamedTuple):
    """The names of the accounts that are booked to, parts separated by colons."""

    paypal: str
    """The balance at PayPal."""
    payouts: str
    """What is paid to people."""
    fees: str
    in_transit: str
    """What has left the balance and nobody has yet: unclaimed, on hold, or blocked; it may come back."""


class Posting(NamedTuple):
    """What one entry does to one account, in minor units."""

    account: str
    amount_minor: int
    currency: str
    price_minor: int | None = None
    """What all of it took from the balance of another currency; None where PayPal tells of no conversion."""
    price_currency: str | None = None

    @property
    def weight(self) -> tuple[str, int]:
        """What it counts in the balance of its entry: its price, where it has one."""
        if self.price_minor is None or self.price_currency is None:
            return self.currency, self.amount_minor
        return self.price_currency, self.price_minor


class BookEntry(NamedTuple):
    """One event of one payment; the weights of its postings add up to zero in each currency."""

    id: str
    day: date
    """In UTC: when the batch was sent, or when we read that the money came back."""
    settled: bool
    """False while PayPal may still pay it or give it back."""
    event: str
    """`payment`, or how it came back: `returned`, `refunded`, `reversed`."""
    payment: OurPayment
    postings: tuple[Posting, ...]

    @property
    def transaction_id(self) -> str | None:
        """PayPal's id of what is booked: of the payment, or of what came back of it."""
        first = self.payment.first_transaction_id if self.event == "payment" else None
        return first or self.payment.transaction_id


class WrittenBooks(NamedTuple):
    """A file of entries for a bookkeeping program that was written."""

    file: str
    format: Literal["beancount", "hledger", "csv"]
    entries: int


def entries(payments: Iterable[OurPayment], accounts: Accounts) -> Iterator[BookEntry]:
    """Yield what is booked of payments; of what moved no money, or of which PayPal has said nothing, nothing is."""
    for payment in payments:
        if payment.state is ItemState.SUCCESS or payment.state in _ON_ITS_WAY or payment.came_back:
            yield _paid(payment, accounts)
        if payment.came_back:
            yield _came_back(payment, accounts)


def _goes_to(payment: OurPayment, accounts: Accounts) -> str:
    """Name what was paid: what is unclaimed, and was until it came back, never reached anybody."""
    is_in_transit = payment.state in _ON_ITS_WAY or payment.was_returned
    return accounts.in_transit if is_in_transit else accounts.payouts


def _paid(payment: OurPayment, accounts: Accounts) -> BookEntry:
    fee, currency = payment.fee_minor or 0, payment.currency
    price = payment.debited_minor, payment.debited_currency
    paid = Posting(_goes_to(payment, accounts), payment.amount_minor, currency, *price)
    postings = [paid, *([Posting(accounts.fees, fee, currency)] if fee else [])]
    weights: Counter[str] = Counter()
    for posting in postings:
        weights.update(dict([posting.weight]))
    postings += (Posting(accounts.paypal, -minor, taken_from) for taken_from, minor in weights.items())
    return _entry(payment, "payment", payment.sent_at, postings, settled=payment.state not in _ON_ITS_WAY)


def _came_back(payment: OurPayment, accounts: Accounts) -> BookEntry:
    """Book the amount back, in the currency that was paid; PayPal is not known to give its fee back."""
    postings = [
        Posting(accounts.paypal, payment.amount_minor, payment.currency),
        Posting(_goes_to(payment, accounts), -payment.amount_minor, payment.currency),
    ]
    event = ItemState.RETURNED if payment.was_returned else payment.state
    return _entry(payment, str(event), payment.updated_at, postings, settled=True)


def _entry(payment: OurPayment, event: str, at: datetime, postings: Iterable[Posting], *, settled: bool) -> BookEntry:
    name = f"{payment.batch}/{quote(payment.item_id, safe=_READABLE)}/{event}"
    return BookEntry(name, at.astimezone(UTC).date(), settled, event, payment, tuple(postings))
