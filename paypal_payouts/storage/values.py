"""What the store is handed and hands back, where the domain has no word for it."""

from collections.abc import Sequence
from typing import Final, NamedTuple, overload

from msgspec import Struct

from paypal_payouts.domain.outcome import AttemptOutcome, ErrorClass
from paypal_payouts.domain.states import ItemState


class Holder(Struct, frozen=True):
    """Who asks for a lease: a process of a machine."""

    host: str
    pid: int
    command: str

    def at(self, directory_id: str) -> "HolderInfo":
        """State in which lock directory it works, too."""
        return HolderInfo(self.host, self.pid, self.command, directory_id)


class HolderInfo(Struct, frozen=True):
    """Who asks for a lease, and the identity of the lock directory whose file lock it holds."""

    host: str
    pid: int
    command: str
    directory_id: str


class Lease(Struct, frozen=True):
    """Our right to write under a key: good as long as nobody has been granted a higher fence."""

    key: str
    holder: str
    fence: int
    lease_s: float
    directory_id: str
    """Ours alone, where a server that forgot our grant gave the same fence to a container of the same host and pid."""


class Permit(Struct, frozen=True):
    """The right to make one POST of a batch: the attempt that stands open for it."""

    attempt_id: int
    number: int
    """The number of the send among those of its batch, from 1."""


class StoredPayment(NamedTuple):
    """One payment as the books have it: what a page of PayPal's is compared with."""

    id: int
    item_id: str
    state: ItemState
    amount_minor: int
    raw_state: str | None
    fee_minor: int | None
    paypal_item_id: str | None
    transaction_id: str | None
    error_code: str | None
    live: int
    newest: int
    receiver: str
    recipient_type: str
    conflict: str | None = None
    activity_id: str | None = None
    debited_minor: int | None = None


class OpenPayments(NamedTuple):
    """The payments of a batch of which PayPal has said nothing, or nothing that lasts: column by column, side by side.

    Each is pending, live and the newest of its item, without an error, a conflict or a conversion.
    """

    id: Sequence[int]
    item_id: Sequence[str]
    amount_minor: Sequence[int]
    receiver: Sequence[str]
    recipient_type: Sequence[str]
    raw_state: Sequence[str | None]
    """None or `PENDING`."""
    paypal_item_id: Sequence[str | None]

    def payment(self, place: int) -> StoredPayment:
        """Return one of them as it is compared with a new word of PayPal's; fee and transaction are not read here."""
        return StoredPayment(
            id=self.id[place],
            item_id=self.item_id[place],
            state=ItemState.PENDING,
            amount_minor=self.amount_minor[place],
            raw_state=self.raw_state[place],
            fee_minor=None,
            paypal_item_id=self.paypal_item_id[place],
            transaction_id=None,
            error_code=None,
            live=1,
            newest=1,
            receiver=self.receiver[place],
            recipient_type=self.recipient_type[place],
        )


class PlainChanges(NamedTuple):
    """What PayPal's words make of many payments of which nothing else changes (`ItemChange.is_plain`), by column."""

    id: Sequence[int] = ()
    state: Sequence[ItemState] = ()
    raw_state: Sequence[str | None] = ()
    fee_minor: Sequence[int | None] = ()
    paypal_item_id: Sequence[str | None] = ()
    transaction_id: Sequence[str | None] = ()
    activity_id: Sequence[str | None] = ()
    time_processed: Sequence[str | None] = ()


NO_PLAIN_CHANGES: Final = PlainChanges()


class ItemChange(NamedTuple):
    """What PayPal's word makes of one payment; `id` is `StoredPayment.id`."""

    id: int
    state: ItemState
    raw_state: str | None
    fee_minor: int | None
    paypal_item_id: str | None
    transaction_id: str | None
    error_code: str | None
    error_message: str | None
    error_class: ErrorClass | None
    live: int
    """1: may have been paid, or may yet be; 0: proven unpaid (docs/design.md, 8.7)."""
    is_plain: bool
    """The error, `live` and the conflict are as the books have them: only PayPal's word, its ids and the fee are
    written."""
    conflict: str | None = None
    """PayPal's word, where it contradicts our record (`domain.standing.after_word`)."""
    revives: bool = False
    """`live` becomes 1: it is refused, and a conflict instead, where another payment of the item is live."""
    keeps_record: bool = False
    """PayPal's word contradicts our record, which stays as it is: the conflict alone is written."""
    before: ItemState | None = None
    """The state until now, where PayPal had said something lasting before: such a change stands in the trail."""
    activity_id: str | None = None
    time_processed: str | None = None
    debited_minor: int | None = None
    debited_currency: str | None = None
    exchange_rate: str | None = None
    converts: bool = True
    """PayPal or our row says what was taken from another currency; else those three columns stay as they are: empty."""


class FailureCount(NamedTuple):
    """How many items, or sends where `state` is an outcome, failed in one way, and what PayPal said of one of them."""

    state: ItemState | AttemptOutcome
    error_class: ErrorClass | None
    error_code: str | None
    message: str | None
    number: int


@overload
def storable(text: str) -> str: ...
@overload
def storable(text: str | None) -> str | None: ...
def storable(text: str | None) -> str | None:
    """Return a text of PayPal's as both databases can hold it: no NUL, nothing that UTF-8 cannot write."""
    if text is None or (text.isascii() and "\x00" not in text):
        return text
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "\ufffd")


def all_storable(texts: Sequence[str | None]) -> Sequence[str | None]:
    """Return many texts as `storable` does each; nearly all are, which one look at them together shows."""
    together = "".join(filter(None, texts))
    return texts if storable(together) is together else [storable(text) for text in texts]
