"""New rows of a cycle whose payees have the same amount from it already, at another receiver.

An address that is corrected under a new item id would pay the same person twice, so one such row is enough to refuse
them. Source: docs/design.md, 5.3.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final, NamedTuple

from paypal_payouts.domain.findings import EXAMPLES_MAX, Refusal
from paypal_payouts.domain.guard import PayeeRow
from paypal_payouts.domain.money import grouped_amount
from paypal_payouts.domain.states import MEANING, STATUS_MEANING, BatchStatus, ItemState, Money

_TOLD_MAX: Final = 5


class LivePayment(NamedTuple):
    """A payment that its payee has, or may yet get."""

    payee_id: str
    receiver: str
    amount_minor: int
    currency: str
    item_id: str
    state: ItemState
    status: BatchStatus
    """Of its batch."""

    def words(self) -> str:
        """Say what the payee already has."""
        amount = f"{grouped_amount(self.amount_minor, self.currency)} {self.currency}"
        return f"{self.payee_id} already has {amount} in this cycle: {self.item_id}, {self._stands()}"

    def _stands(self) -> str:
        if MEANING[self.state].money is Money.PAID:
            return "paid"
        word = {ItemState.ONHOLD: "on hold", ItemState.UNSENT: STATUS_MEANING[self.status].words}
        return f"{word.get(self.state, self.state)}, may still be paid"


class PaidAlready:
    """Such rows: the first few with what their payees have, the rest by number."""

    def __init__(self) -> None:
        """Begin with none."""
        self.count = 0
        self._examples: list[tuple[PayeeRow, LivePayment]] = []

    def add(self, rows: Iterable[PayeeRow], live: Iterable[LivePayment]) -> None:
        """Look at new rows beside the payments that their payees have, or may yet get, from the same cycle."""
        known = defaultdict[tuple[str, int, str], list[LivePayment]](list)
        for payment in live:
            known[payment.payee_id, payment.amount_minor, payment.currency].append(payment)
        for row in rows:
            same = known.get((row.payee_id, row.amount_minor, row.currency), ())
            # At the same receiver it may be one more invoice: that is for `copied_of_itself` to judge.
            paid = next((each for each in same if each.receiver.lower() != row.receiver.lower()), None)
            if paid is not None:
                self.count += 1
                if len(self._examples) < EXAMPLES_MAX:
                    self._examples.append((row, paid))

    def refusal(self, *, rows: int, cycle: str, again: str) -> Refusal:
        """Refuse them; `again` is the command that pays them all the same."""
        told = "; ".join(f"{row.item_id}: {paid.words()}" for row, paid in self._examples[:_TOLD_MAX])
        more = f"; and {self.count - _TOLD_MAX} more such rows" if self.count > _TOLD_MAX else ""
        it, them = ("this row", "the payee is") if self.count == 1 else ("these rows", "they are")
        return Refusal(
            "duplicate_cycle",
            f"{told}{more}.",
            f"Nothing was sent. Take {it} out. What is open is waited for (`payouts sync --cycle {cycle}`); where it "
            f"was paid, a new address counts from the next cycle. Only if {them} owed the same amount once more: "
            f"`{again}`.",
            [
                {"cycle": cycle, "agreeing": self.count, "new": rows},
                *(
                    {
                        "payee_id": row.payee_id,
                        "item_id": row.item_id,
                        "line": row.line,
                        "paid_as": paid.item_id,
                        "state": str(paid.state),
                    }
                    for row, paid in self._examples
                ),
            ],
        )
