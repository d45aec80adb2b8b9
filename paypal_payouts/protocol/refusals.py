"""Why a person cannot move a batch or an item, and what can be done instead."""

from paypal_payouts.domain.item import ItemReport
from paypal_payouts.domain.moves import moves_from, moves_in_words
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.states import BatchStatus
from paypal_payouts.errors import Blocked


def not_allowed(batch: BatchRecord, to: BatchStatus, why: str, *, hint: str = "") -> Blocked:
    """Refuse to move a batch; the hint says where the moves from its status stand, unless there is a better."""
    return Blocked(
        "move_not_allowed",
        f"{batch.name} cannot be moved from {batch.status} to {to}: {why}.",
        hint=f"Nothing was changed or sent. {hint or _open_moves(batch)}",
        details=[{"batch": str(batch.name), "from": str(batch.status), "to": str(to), "reason": why}],
    )


def _open_moves(batch: BatchRecord) -> str:
    if not moves_from("batch", batch.status):
        return f"Nobody moves a batch that is {batch.status} by hand. It stands at: `payouts status {batch.name}`."
    return f"The moves that a person can make now or later, with what each means: `payouts review {batch.name}`."


def item_not_allowed(item: ItemReport, to: str, why: str, *, hint: str = "") -> Blocked:
    """Refuse to move an item; the moves that there are stand in the hint, unless there is a better one."""
    moves = f"The moves that a person can make: {moves_in_words('item')}."
    return Blocked(
        "move_not_allowed",
        f"{item.item_id} of {item.batch} cannot be moved from {item.state} to {to}: {why}.",
        hint=f"Nothing was changed or sent. {hint or moves}",
        details=[{"item_id": item.item_id, "batch": item.batch, "from": str(item.state), "to": str(to), "reason": why}],
    )
