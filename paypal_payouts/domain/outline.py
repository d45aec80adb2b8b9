"""What a plan comes to, for whoever has to say yes to it: who gets how much, and what is not as it was."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct

from paypal_payouts.domain.bounced import BouncedBefore
from paypal_payouts.domain.copies import SHARE_OF_A_COPY
from paypal_payouts.domain.findings import Notice
from paypal_payouts.domain.payer import Payer
from paypal_payouts.domain.words import counted


class ToPay(NamedTuple):
    """What would be sent now in one currency, in minor units."""

    currency: str
    items: int
    payees: int
    """By `payee_id` where rows have one, else by receiver."""
    amount_minor: int
    fees_minor: int
    """An estimate (`domain.fees`), with payees in the account's own country."""
    fees_abroad_minor: int = 0
    """The same with all payees in other countries."""
    above_limit: int = 0
    """Items above what PayPal documents as the most for one payment (`domain.paypal_limits`)."""
    above_unregistered_limit: int = 0
    """Items above what it documents for payees without a PayPal account, those of `above_limit` not counted."""


class LargeItem(NamedTuple):
    """An item that would be sent."""

    item_id: str
    receiver: str
    amount_minor: int
    currency: str


class CurrencyChange(NamedTuple):
    """One currency of the input beside the same of an earlier cycle, in minor units."""

    currency: str
    payees: int
    payees_before: int
    amount_minor: int
    amount_before_minor: int


def percent(now: int, before: int) -> float | None:
    """Return by how many per cent a number has changed, to one decimal; None where it was 0."""
    return round((now - before) * 100 / before, 1) if before else None


class NewReceiver(NamedTuple):
    """A row whose receiver an earlier cycle did not pay; `before` is whom it paid for the same, where it did."""

    item_id: str
    receiver: str
    before: str | None


class GoneReceiver(NamedTuple):
    """A receiver that an earlier cycle paid, and that no row has; the item is one of those that it got."""

    item_id: str
    receiver: str


class CycleDifference(Struct, frozen=True):
    """What the input has otherwise than the last finished cycle had."""

    cycle: str
    changes: Sequence[CurrencyChange]
    new: int
    """Receivers that it did not pay, of payees whom it did not know."""
    changed: int
    """Payees whom it paid at another receiver."""
    receivers: Sequence[NewReceiver]
    """The first of both, changed ones first."""
    gone: int = 0
    """Receivers without a `payee_id` that it paid, and that no row pays, nor another receiver in their place."""
    gone_receivers: Sequence[GoneReceiver] = ()
    """The first of these."""
    rows: int = 0
    """How many rows the input has."""
    same: int = 0
    """How many of them it had, too: by item id, receiver, amount and currency."""
    stored_at: datetime | None = None

    def same_rows(self) -> Iterator[Notice]:
        """Say that the input is much the same as that cycle's: a payroll that comes again, or a copy of its file."""
        if 0 < self.rows <= self.same * SHARE_OF_A_COPY:
            at = f" of {self.stored_at:%Y-%m-%d}" if self.stored_at else ""
            yield Notice(
                "same_rows",
                f"{self.same:,} of {counted(self.rows, 'row')} are the same as in cycle {self.cycle}{at}: item_id, "
                "receiver, amount and currency. Is everyone owed again, or is this a copy of its file?",
            )


class Outline(Struct, frozen=True):
    """What `run` would do now, added up."""

    to_pay: Sequence[ToPay]
    """By currency; empty where nothing would be sent."""
    largest: Sequence[LargeItem]
    """The largest items that would be sent, a few of each currency."""
    new: int
    """Rows that are not stored yet."""
    changed: int
    """Rows that are stored otherwise."""
    unchanged: int
    missing: int
    """Stored items of which the input has no row."""
    difference: CycleDifference | None
    """None where no cycle has finished before this one."""
    bounced: Sequence[BouncedBefore] = ()
    """What would go to receivers whom money of earlier cycles did not reach, by receiver, the oldest cycle first."""
    payer: Payer | None = None
    """Who pays; None where PayPal was not asked, or did not answer."""
