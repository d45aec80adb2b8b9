"""Looking up where the money of payees last arrived, for the payee guard (`domain.guard`)."""

from collections.abc import Sequence

from paypal_payouts.domain.comparing import Chunk
from paypal_payouts.domain.findings import EXAMPLES_MAX
from paypal_payouts.domain.guard import NewReceivers, PayeeRow
from paypal_payouts.domain.payout import InputRow
from paypal_payouts.intake import StagedInput
from paypal_payouts.storage import CheckedOnce, Store


def new_receivers_of_plan(staged: StagedInput, chunks: Sequence[Chunk], *, store: Store | None) -> NewReceivers:
    """Look at the rows that are to be stored, a batch of them at a time; without a query where none names a payee.

    Raises:
        SealBroken: somebody else changed what is stored of a payee's last payment.

    """
    found, checked = NewReceivers(), CheckedOnce()
    if staged.has_payees:
        for chunk in chunks:
            _look(found, staged.payees(chunk.keys), store, checked)
    return found


def new_receivers_among(
    rows: Sequence[InputRow], *, store: Store | None, examples_max: int = EXAMPLES_MAX
) -> NewReceivers:
    """Look at some rows.

    Raises:
        SealBroken: somebody else changed what is stored of a payee's last payment.

    """
    found = NewReceivers(examples_max)
    payees = [
        PayeeRow(row.payee_id, row.item_id, row.line, row.receiver, row.recipient_type, row.amount_minor, row.currency)
        for row in rows
        if row.payee_id is not None
    ]
    _look(found, payees, store, CheckedOnce())
    return found


def accepted_receivers(rows: Sequence[InputRow], *, store: Store) -> dict[str, object]:
    """Return for the trail which new receivers among the rows of a batch the operator has accepted: all of them."""
    examples = new_receivers_among(rows, store=store, examples_max=len(rows)).examples
    return {"accepted_new_receivers": examples} if examples else {}


def _look(found: NewReceivers, rows: Sequence[PayeeRow], store: Store | None, checked: CheckedOnce) -> None:
    if rows:
        found.add(rows, {} if store is None else store.payees.last_arrived({row.payee_id for row in rows}, checked))
