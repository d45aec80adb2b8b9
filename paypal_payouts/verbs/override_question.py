"""What is asked before `override`: what is moved, what that does to the money, and what a person vouches for by it."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from msgspec import Struct

from paypal_payouts.domain.identity import BatchName
from paypal_payouts.domain.item import ItemReport
from paypal_payouts.domain.moves import meaning_by_hand, vouches_by_hand
from paypal_payouts.domain.report import Finished
from paypal_payouts.domain.sent_log import SentLine
from paypal_payouts.domain.states import ACKNOWLEDGED, CONFLICT, BatchStatus
from paypal_payouts.domain.steps import looking_for
from paypal_payouts.protocol.attach import Attach
from paypal_payouts.protocol.lookup import find_batch, find_item
from paypal_payouts.protocol.tools import Tools
from paypal_payouts.storage import Store
from paypal_payouts.verbs.lost_sends import VOUCHED, find_lost, give_up
from paypal_payouts.verbs.override import checked_item, checked_move, override, override_item
from paypal_payouts.verbs.reports import KnownSends


class MakeMove(Protocol):
    """Makes a move, and reports it; raises what `override`, `override_item` and `give_up` do."""

    def __call__(self, *, reason: str, operator: str, max_age_days: int, tools: Tools) -> Finished:
        """Make it, for this reason."""


class Move(Struct, frozen=True):
    """A move that a person wants, to be agreed to and made."""

    cycle: str
    question: str
    """What is moved, without the question mark."""
    meaning: str
    """What it does to the money."""
    make: MakeMove
    vouched_for: str | None = None
    """The batch of which the person vouches that PayPal did not pay it; None where the move vouches for nothing."""
    check: Callable[[int, Tools], object] = lambda _days, _tools: None
    """Refuses it as `make` would, given `max_age_days`: for before the question. Under the lock that is done again."""


def find_move(
    what: str,
    cycle: str | None,
    *,
    to: str,
    attached: Attach | None,
    lines_of: Callable[[str], Sequence[SentLine]],
    sender_id_of: Callable[[BatchName], str],
    store: Store | None,
) -> Move:
    """Find what is to be moved: an item of a cycle, else a batch, of which the sent log alone may know.

    `lines_of` reads the sent log of a cycle; `sender_id_of` gives the id by which PayPal knows a batch.

    Raises:
        NotFound: there is no such batch, cycle or item.
        Blocked: `move_not_allowed`, the cycle is archived.

    """
    if cycle is not None:
        item = find_item(what, cycle, store=store)
        make = partial(override_item, what, cycle=cycle, to=to)
        meaning = meaning_by_hand("item", CONFLICT if to == ACKNOWLEDGED else item.state, to)
        return Move(cycle, _what_is_moved(item, to), meaning, make, check=partial(checked_item, item, cycle, to))
    lost = find_lost(what, lines_of=lines_of, store=store) if to == BatchStatus.ABANDONED else None
    if lost is not None:
        question = f"Give up {lost}, which the sent log knows and the database does not"
        meaning = f"{VOUCHED} {looking_for(sender_id_of(lost))}"
        return Move(lost.cycle, question, meaning, partial(give_up, lost), str(lost))
    batch = find_batch(what, store=store)
    archive = None if store is None else store.archived.of_cycle(batch.name.cycle)
    if archive is not None:
        raise archive.refusal("move_not_allowed")
    cycle, goal = batch.name.cycle, BatchStatus(to)
    # As it will stand under the lock, where the sends are recorded that the sent log alone knows.
    known = [] if store is None else KnownSends(store.batches.of_cycle(cycle), partial(lines_of, cycle)).batches
    batch = next((each for each in known if each.id == batch.id), batch)
    question = f"Move {batch.name} ({batch.words()}) from {batch.status} to {to}"
    make = partial(override, what, to=goal, attached=attached)
    meaning = meaning_by_hand("batch", batch.status, to, () if attached is None else attached.options)
    check = partial(checked_move, batch, goal, attached)
    if not vouches_by_hand(batch.status, goal):
        return Move(cycle, question, meaning, make, check=check)
    meaning = f"{meaning} {looking_for(batch.sender_batch_id, cycle)}"
    return Move(cycle, question, meaning, make, str(batch.name), check)


def _what_is_moved(item: ItemReport, to: str) -> str:
    """Say, for the question before, what moving an item does."""
    if to == ACKNOWLEDGED:
        return f"Acknowledge what PayPal says of {item.words()} against our record, which stays as it is"
    return f"Move {item.words()} from {item.state} to {to}"
