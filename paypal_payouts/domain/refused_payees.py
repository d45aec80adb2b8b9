"""Payees whom PayPal refuses until they act: their newest payment ended unpaid, and no cycle has paid them since."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from paypal_payouts.domain.base import Report
from paypal_payouts.domain.outcome import ErrorClass
from paypal_payouts.domain.states import ItemState
from paypal_payouts.domain.words import typed

NAMED_CYCLES_MAX: Final = 5
"""So many cycles of a payee are named, the newest first; all are counted."""


class UnpaidPayment(NamedTuple):
    """A payment that ended unpaid with an error of PayPal's, of a payee who was not paid since."""

    id: int
    """The later it was stored, the greater."""
    payee_id: str | None
    receiver: str
    cycle: str
    batch_id: int
    state: ItemState
    error_class: ErrorClass | None
    error_code: str
    error_message: str | None

    @property
    def payee(self) -> tuple[bool, str]:
        """Who it was for: known by `payee_id`; where the row had none by receiver, in whichever letters."""
        return (False, self.receiver.lower()) if self.payee_id is None else (True, self.payee_id)


class RefusedPayee(NamedTuple):
    """A payee whom PayPal refuses, by the newest payment that says so."""

    payee_id: str | None
    receiver: str
    times: int
    """So many payments ended so since the payee was last paid."""
    cycles: Sequence[str]
    """The newest of their cycles first, up to `NAMED_CYCLES_MAX`."""
    cycles_in_all: int
    error_code: str
    sentence: str
    link: str | None
    """Where PayPal says more; None where it documents nothing of the code."""

    @property
    def next(self) -> str:
        """What to type to see the payments."""
        return f"payouts explain {typed(self.payee_id or self.receiver)}"


class RefusedPayeesReport(Report, frozen=True):
    """The result of `status --refused-payees`."""

    payees: Sequence[RefusedPayee]
    """Who was refused last comes first."""
    archived: int
    """How many cycles are archived, of which no refusal is known here."""
    environment: str
    account: str
    generated_at: datetime
    is_nowhere: bool = False
    """As `StatusReport.is_nowhere`."""
