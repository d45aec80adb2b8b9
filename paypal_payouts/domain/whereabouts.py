"""Where the money of each item of a cycle is, as its totals count it: the columns of `Total`, item by item. Pure."""

from collections.abc import Collection, Sequence

from paypal_payouts.domain.item import ItemReport
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.standing import money_of
from paypal_payouts.domain.states import MEANING, ItemState, Money
from paypal_payouts.domain.totals import Tally


class Whereabouts:
    """Says of each item of one cycle in which column of the totals its money stands."""

    def __init__(self, batches: Sequence[BatchRecord], tally: Tally) -> None:
        """Take the batches of the cycle, with every send that is known, and what its items come to."""
        self._batches = {str(batch.name): batch for batch in batches}
        self._tally = tally

    def of(self, item: ItemReport) -> Money:
        """Return where the money of an item is, whichever payment it went by."""
        batch = self._batches[item.batch]
        money = money_of(item.state, batch.status, may_have_moved=batch.unproven_sends > 0)
        if money is not Money.UNPAID:
            return money
        if self._tally.lost:
            return Money.UNKNOWN
        return self._tally.older.get(item.item_id, money)


def states_with(wanted: Collection[Money]) -> frozenset[ItemState]:
    """Name the states in which an item may be whose money is in one of some places.

    What is unpaid by its newest payment may be anywhere by an older one, or by what became of its batch.
    """
    return frozenset(state for state in ItemState if MEANING[state].money in {Money.UNPAID, *wanted})
