"""What PayPal's own books say: rows of its activity download, or of its Transaction Search, in one form.

Source: PayPal's list of transaction event codes (T-codes), "Payouts reports and transaction logs", and the texts that
downloads have been seen with.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Literal, NamedTuple, Protocol


class BookKind(StrEnum):
    """What a row is, as far as payouts go."""

    PAYMENT = "payment"
    RETURN = "return"
    """Money of a payment that came back: unclaimed for 30 days, cancelled, or reversed by PayPal."""
    REFUND = "refund"
    """Money that the receiver sent back."""
    FEE = "fee"
    """A fee that is a row of its own; that of a payment stands in its row."""
    CONVERSION = "conversion"
    HOLD = "hold"
    """Money set aside or released: of a batch while it is processed, or by PayPal's review. No payment."""
    OTHER = "other"
    """All that is no payout: top-ups, sales, withdrawals."""


_BY_CODE: Final[Mapping[str, BookKind]] = MappingProxyType(
    {
        "T0001": BookKind.PAYMENT,
        "T0104": BookKind.FEE,
        "T1105": BookKind.HOLD,
        "T1108": BookKind.FEE,
        "T1109": BookKind.FEE,
        "T1114": BookKind.RETURN,
        "T1115": BookKind.REFUND,
        "T1503": BookKind.HOLD,
        "T2105": BookKind.HOLD,
        "T2106": BookKind.HOLD,
        "T2107": BookKind.HOLD,
        "T2108": BookKind.HOLD,
        "T2113": BookKind.HOLD,
    }
)
_CONVERSIONS: Final = "T02"
"""T0200 and what begins like it: a conversion that PayPal, or its user, made."""

_BY_TEXT: Final[Mapping[str, BookKind]] = MappingProxyType(
    {
        "mass pay payment": BookKind.PAYMENT,
        "mass payment": BookKind.PAYMENT,
        "fee for mass pay request": BookKind.FEE,
        "mass payment batch fee": BookKind.FEE,
        "fee reversal": BookKind.FEE,
        "fee refund": BookKind.FEE,
        "hold on available balance": BookKind.HOLD,
        "reversal of general account hold": BookKind.HOLD,
        "payment hold": BookKind.HOLD,
        "payment release": BookKind.HOLD,
        "mass pay reversal": BookKind.RETURN,
        "mass pay refund": BookKind.REFUND,
        "general currency conversion": BookKind.CONVERSION,
        "user initiated currency conversion": BookKind.CONVERSION,
        "allgemeine währungsumrechnung": BookKind.CONVERSION,
    }
)
"""What `Type` was seen to say; where the download has no event codes."""


class BookRow(NamedTuple):
    """One row that moved money; a tuple, as there may be as many as payments."""

    place: str
    """Where it was read, to find it again: file and line; empty for Transaction Search."""
    transaction_id: str
    reference: str
    """The transaction that it belongs to, such as the payment that a return gives back; may be empty."""
    kind: BookKind
    said: str
    """The event code, else the text of `Type`."""
    pending: bool
    """PayPal does not say that it is completed: nobody has claimed the money yet, or it is held."""
    at: datetime
    """As it was told, in the zone that it was told in; without a zone."""
    currency: str
    gross_minor: int
    """Money out is negative, here and below."""
    fee_minor: int
    net_minor: int
    balance_minor: int | None
    """The available balance of the currency right after it; None where it was not told."""
    receiver: str
    custom: str
    """What we sent as `sender_item_id`, where PayPal shows it."""

    @property
    def day(self) -> date:
        """The day that it counts to."""
        return self.at.date()

    @property
    def key(self) -> tuple[str, str, str, bool]:
        """What tells one row from another: an id may stand in two, one for each direction or event."""
        return self.transaction_id, self.said, self.currency, self.gross_minor < 0


NEVER_MATCHED: Final = frozenset({BookKind.FEE, BookKind.HOLD})
"""Rows that are about no payment by themselves, and need no explanation."""

RowOrder = Literal["told", "backwards", "time"]
"""As the rows stand in what was read, the other way round, or by time and then as they stand."""


class Rows(Protocol):
    """Rows that are kept somewhere, and read as often as they are asked for."""

    def add(self, rows: Iterable[BookRow]) -> list[tuple[BookRow, BookRow]]:
        """Add those of one source, and return which ones it tells with other amounts than an earlier one."""

    def __iter__(self) -> Iterator[BookRow]:
        """Stream all of them."""

    def currencies(self) -> Sequence[str]:
        """List the currencies that there are rows of."""

    def of_currency(self, currency: str, order: RowOrder) -> Iterator[BookRow]:
        """Stream those of a currency."""

    def tells_balances(self, currency: str) -> bool:
        """Return whether each row of a currency tells the balance after it."""


class Books(NamedTuple):
    """What PayPal's books say of some days, beside their rows."""

    files: list[str]
    """What was read; empty: Transaction Search was asked."""
    until: datetime | None
    """Up to when Transaction Search knew everything; None where nobody says so."""
    disagreeing: list[tuple[BookRow, BookRow]]
    """Rows that two overlapping files tell with different amounts; the later file is gone by."""
    foreign: frozenset[str]
    """Currencies that no payout can be made in: their rows are left out."""
    has_codes: bool = True
    """Every file names events by code; without, what a row is can be told by English words alone."""


def kind_of(code: str, text: str) -> BookKind:
    """Return what a row is, by its event code, else by the text of its type."""
    if code.startswith(_CONVERSIONS):
        return BookKind.CONVERSION
    if code:
        return _BY_CODE.get(code, BookKind.OTHER)
    return _BY_TEXT.get(text.casefold(), BookKind.OTHER)
