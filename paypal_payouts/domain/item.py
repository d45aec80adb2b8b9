"""One item as it is listed, and failures of items counted."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct

from paypal_payouts.domain.money import grouped_amount
from paypal_payouts.domain.outcome import AttemptOutcome, ErrorClass
from paypal_payouts.domain.states import ItemState


class ItemReport(NamedTuple):
    """One item as `status --items` shows it."""

    item_id: str
    batch: str
    attempt: int
    receiver: str
    amount_minor: int
    currency: str
    fee_minor: int | None
    state: ItemState
    raw_state: str | None
    paypal_item_id: str | None
    transaction_id: str | None
    error_code: str | None
    error_message: str | None
    error_class: str | None
    updated_at: datetime
    activity_id: str | None = None
    time_processed: str | None = None
    """When PayPal last processed it: RFC 3339, in UTC."""
    debited_minor: int | None = None
    """What it took from the balance of another currency; None where nothing was converted."""
    debited_currency: str | None = None
    exchange_rate: str | None = None
    payee_id: str | None = None
    """The operator's key of the person; None where the input had none."""

    @property
    def cycle(self) -> str:
        """The cycle of its batch."""
        return self.batch.rsplit("-", 2)[0]

    @property
    def processed_at(self) -> datetime | None:
        """When PayPal last processed it."""
        return None if self.time_processed is None else datetime.fromisoformat(self.time_processed)

    def words(self) -> str:
        """Return which item is meant, who gets how much."""
        amount = f"{grouped_amount(self.amount_minor, self.currency)} {self.currency}"
        return f"{self.item_id} of {self.batch} ({self.receiver}, {amount})"


class ErrorCount(Struct, frozen=True):
    """Failures of one kind: how many items, or sends of batches, what it means, and who has to act."""

    state: ItemState | AttemptOutcome
    """What the items are, or how the sends ended."""
    error_class: ErrorClass | None
    error_code: str | None
    """PayPal's name for it, as it came; None where it gave none."""
    count: int
    who: str
    """`payee`, `us`, `paypal` or `nobody`."""
    sentence: str
    link: str | None = None
    """Where PayPal says more; None where it documents nothing of it."""
    first: Sequence[ItemReport] = ()
    """The first of these items; none where sends are counted."""

    @property
    def kind(self) -> str:
        """Describe what is counted: `item` or `send`."""
        return "item" if isinstance(self.state, ItemState) else "send"
