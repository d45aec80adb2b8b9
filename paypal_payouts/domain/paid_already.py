"""New rows of a cycle whose payees have the same amount from it already, at another receiver.

An address that is corrected under a new item id would pay the same person twice, so one such row is enough to refuse
them. Source: docs/design.md, 5.3.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from paypal_payouts.domain.findings import EXAMPLES_MAX, Refusal, named
from paypal_payouts.domain.guard import PayeeRow
from paypal_payouts.domain.money import grouped_amount
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.states import MEANING, STATUS_MEANING, BatchStatus, ItemState, Money

_TOLD_MAX: Final = 5
_NONE: Final[Mapping[tuple[str, str], str]] = MappingProxyType({})


class LivePayment(NamedTuple):
    """A payment that its payee has, or may yet get."""

    payee_id: str | None
    receiver: str
    amount_minor: int
    currency: str
    item_id: str
    state: ItemState
    batch_id: int

    def words(self, status: BatchStatus, elsewhere: str | None = None) -> str:
        """Say what the payee already has; `status` is that of its batch, `elsewhere` who got it by a person's word."""
        amount = f"{grouped_amount(self.amount_minor, self.currency)} {self.currency}"
        stands = f"{self.item_id}, {self._stands(status)}"
        if elsewhere is not None:
            return f"{self.payee_id} was to get {amount} in this cycle: {stands}, but to {elsewhere}"
        return f"{self.payee_id} already has {amount} in this cycle: {stands}"

    def _stands(self, status: BatchStatus) -> str:
        if MEANING[self.state].money is Money.PAID:
            return "paid"
        batch = STATUS_MEANING[status]
        unsent = "pending" if batch.money is Money.OPEN else batch.words
        word = {ItemState.ONHOLD: "on hold", ItemState.UNSENT: unsent}.get(self.state, self.state)
        return f"{word}, may still be paid"


class PaidAlready:
    """Such rows: the first few with what their payees have, the rest by number."""

    def __init__(self, batches: Iterable[BatchRecord] = (), elsewhere: Mapping[tuple[str, str], str] = _NONE) -> None:
        """Begin with none; `batches` are those of the cycle.

        `elsewhere` has who got the money of an item, by batch and item id, where a person took over what PayPal had.
        """
        self.count = 0
        self.new_receivers = False
        """Whether the guard would stop these rows too, so that they are paid by one more option alone."""
        self._statuses = {batch.id: batch.status for batch in batches}
        names = {str(batch.name): batch.id for batch in batches}
        self._elsewhere = {(names[batch], item): to for (batch, item), to in elsewhere.items() if batch in names}
        self._went_elsewhere = 0
        self._examples: list[tuple[PayeeRow, LivePayment]] = []

    def add(self, rows: Iterable[PayeeRow], live: Iterable[LivePayment]) -> None:
        """Look at new rows beside the payments that their payees have, or may yet get, from the same cycle."""
        new = defaultdict[tuple[str | None, int, str], list[PayeeRow]](list)
        for row in rows:
            new[row.payee_id, row.amount_minor, row.currency].append(row)
        for payment in live:
            key = payment.payee_id, payment.amount_minor, payment.currency
            # At the same receiver it may be one more invoice: that is for `copied_of_itself` to judge.
            again = [row for row in new.get(key, ()) if row.receiver.lower() != payment.receiver.lower()]
            for row in again:
                new[key].remove(row)
                self.count += 1
                self._went_elsewhere += self._who_got(payment) is not None
                if len(self._examples) < EXAMPLES_MAX:
                    self._examples.append((row, payment))

    def refusal(self, *, cycle: str, again: str | None) -> Refusal:
        """Refuse them; `again` is the command that pays them all the same, None where none does."""
        # `preview` holds no lock: a batch may have been stored since.
        statuses = {paid.batch_id: self._statuses.get(paid.batch_id, BatchStatus.PLANNED) for _, paid in self._examples}
        first = self._examples[:_TOLD_MAX]
        told = "; ".join(
            f"{row.item_id}: {paid.words(statuses[paid.batch_id], self._who_got(paid))}" for row, paid in first
        )
        more = f"; and {self.count - _TOLD_MAX} more such rows" if self.count > _TOLD_MAX else ""
        return Refusal(
            "duplicate_cycle",
            f"{told}{more}.",
            f"Nothing was sent. {self._way_out(cycle, again)}",
            [
                {
                    "cycle": cycle,
                    "item_id": row.item_id,
                    "line": row.line or None,  # a stored row may come from no line
                    "payee_id": row.payee_id,
                    "paid_as": paid.item_id,
                    "state": str(paid.state),
                }
                for row, paid in self._examples
            ],
        )

    def _who_got(self, paid: LivePayment) -> str | None:
        return self._elsewhere.get((paid.batch_id, paid.item_id))

    def _way_out(self, cycle: str, again: str | None) -> str:
        """Lead to what pays those whose money went to somebody else; all others have it, or may yet get it."""
        if again is not None and self.new_receivers:
            again += " --accept-new-receivers"
        if again is not None and self._went_elsewhere:
            return self._way_to_pay(again)
        it, them = ("this row", "the payee is") if self.count == 1 else ("these rows", "they are")
        insist = f"Only if {them} owed the same amount once more: `{again}`."
        if again is None:
            insist = "Who is owed twice goes into a cycle of its own."
        return (
            f"Take {it} out. What is open is waited for (`payouts sync --cycle {cycle}`); where it was paid, a new "
            f"address counts from the next cycle. {insist}"
        )

    def _way_to_pay(self, again: str) -> str:
        """Lead to paying those whose money went to somebody else, without the rows of all others."""
        went = [(paid, to) for _, paid in self._examples if (to := self._who_got(paid)) is not None]
        others = self.count - self._went_elsewhere
        named_others = [row.item_id for row, paid in self._examples if self._who_got(paid) is None][:_TOLD_MAX]
        first = f"Take out the rows of those who have it: {named(named_others, others)}. " if others else ""
        gone = named((f"{paid.item_id} went to {to}" for paid, to in went[:_TOLD_MAX]), self._went_elsewhere)
        payee = went[0][0].payee_id if self._went_elsewhere == 1 else "its payee"
        return f"{first}{gone} (a person decided so); if {payee} has not got it: `{again}`."
