"""Tying a batch to the one that a person found at PayPal: compared item by item, and never believed on the id alone.

Source: docs/design.md, 9.2.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

from msgspec import Struct

from paypal_payouts.domain.adoption import DiffersIn
from paypal_payouts.domain.outcome import ItemReading
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.retry import too_old
from paypal_payouts.domain.sides import BothSides, Side, unlike
from paypal_payouts.domain.states import BatchEvent, BatchStatus
from paypal_payouts.domain.words import WHY
from paypal_payouts.errors import Blocked
from paypal_payouts.intake.rows import recipient_type_of
from paypal_payouts.protocol.adoption import AdoptionFailed, NotEqual, read_for_adoption
from paypal_payouts.protocol.reading import BatchReading, apply_readings
from paypal_payouts.protocol.refusals import not_allowed
from paypal_payouts.protocol.tools import Tools
from paypal_payouts.storage import Lease, Store, TheirBatch, TheirItem

Agree = Callable[[Sequence[BothSides]], None]
"""Shows a person what differs, who says that it is meant; raises NotConfirmed."""

_NEVER_OURS: Final = {DiffersIn.PAYPAL_BATCH_ID, DiffersIn.SENDER_BATCH_ID, DiffersIn.TWICE}
"""Where PayPal's batch differs in one of these, no person can make it ours."""

_PAID_OUT: Final = {"SUCCESS", "CANCELED"}
"""PayPal's words for a batch that has ended and whose id stays taken; a denied one may be sent again under it."""
_DENIED: Final = "DENIED"
_DENIED_ALREADY: Final = "PayPal has denied that batch and paid nobody by it"


class Attach(Struct, frozen=True):
    """Which batch of PayPal's a person says is ours, and what may be done where it differs."""

    paypal_batch_id: str
    take_theirs: bool
    agree: Agree

    @property
    def options(self) -> tuple[str, ...]:
        """The options that say so on the command line."""
        return ("--paypal-batch-id", *(("--take-theirs",) if self.take_theirs else ()))


def attach(
    batch: BatchRecord, wanted: Attach, *, reason: str, operator: str, max_age_days: int, lease: Lease, tools: Tools
) -> Sequence[BothSides]:
    """Take over the batch that a person found at PayPal, after the same comparison as adoption; say what differs.

    Raises:
        Blocked: `move_not_allowed`, it cannot be read now, or differs in more than a person may decide.
        NotConfirmed: the person did not agree.

    """
    store, theirs_id = tools.store, wanted.paypal_batch_id
    found = read_for_adoption(batch, theirs_id, tools=tools)
    reading, differing, theirs = attachable(
        batch, theirs_id, found, take_theirs=wanted.take_theirs, max_age_days=max_age_days, tools=tools
    )
    if not isinstance(found, BatchReading):
        wanted.agree(differing)
    evidence: dict[str, Any] = {"compared_items": len(reading.items), "took_theirs": theirs is not None}
    if differing:
        evidence |= {"differences": [each.facts() for each in differing]}
    attached = store.moves.adopt(
        lease,
        batch.id,
        theirs_id,
        event=BatchEvent.ATTACH,
        now=tools.now(),
        actor=operator,
        reason=reason,
        evidence=evidence,
        theirs=theirs,
    )
    apply_readings(attached, reading, lease=lease, tools=tools)
    return differing


def attachable(
    batch: BatchRecord,
    theirs_id: str,
    found: BatchReading | NotEqual | AdoptionFailed,
    *,
    take_theirs: bool,
    max_age_days: int,
    tools: Tools,
) -> tuple[BatchReading, Sequence[BothSides], TheirBatch | None]:
    """Give what would be taken over of PayPal's batch: its items, what differs, and what our rows become.

    Raises:
        Blocked: `move_not_allowed`, it cannot be read, differs in more than a person may decide, or decides nothing.

    """
    if isinstance(found, AdoptionFailed):
        raise not_allowed(batch, BatchStatus.ACCEPTED, f"PayPal's batch cannot be read now: {found.failure.message}")
    reading = found if isinstance(found, BatchReading) else found.reading
    is_named = theirs_id in {batch.paypal_batch_id, batch.named_batch_id}
    is_old = batch.open_sends > 0 and too_old(batch, now=tools.paypal.later_now(), max_age_days=max_age_days)
    if reading.header.word == _DENIED and not is_named and is_old:
        # It would be denied, with an unanswered send of which PayPal can no longer be asked: in review once more.
        why = f"{_DENIED_ALREADY}, and what became of the send that has no answer it does not say"
        raise not_allowed(batch, BatchStatus.ACCEPTED, why)
    if isinstance(found, BatchReading):
        return found, (), None
    differing = _differing(batch, found, store=tools.store)
    if take_theirs:
        return found.reading, differing, _their_batch(batch, found.reading, differing)
    if not found.is_of_receivers_alone:
        raise _different(batch, found, theirs_id, differing)
    return found.reading, differing, None


def _differing(batch: BatchRecord, found: NotEqual, *, store: Store) -> list[BothSides]:
    """List the items that differ, of a batch under our id that PayPal shows whole.

    Raises:
        Blocked: `move_not_allowed`, it is another batch, or not shown whole.

    """
    header, shown = found.reading.header, found.reading.items
    if header.sender_batch_id != batch.sender_batch_id or _NEVER_OURS & {each.field for each in found.differences}:
        raise not_allowed(batch, BatchStatus.ACCEPTED, found.reason)
    theirs = {
        item.item_id: Side(item.receiver, item.amount_minor, item.currency)
        for item in shown
        if item.item_id is not None
        and item.receiver is not None
        and item.amount_minor is not None
        and item.currency is not None
    }
    total_minor = sum(side.amount_minor for side in theirs.values())
    is_whole = header.total_items in {None, len(theirs)} and header.amount_minor in {None, total_minor}
    if not theirs or len(theirs) != len({item.paypal_item_id for item in shown}) or not is_whole:
        raise not_allowed(
            batch,
            BatchStatus.ACCEPTED,
            f"{found.reason}, and PayPal does not show all of its items, or not who gets how much",
        )
    ours = {item_id: Side(*owed[:3]) for item_id, owed in store.readings.debts(batch.id).items()}
    named = {difference.item_id for difference in found.differences}
    return [each for each in unlike(ours, theirs) if each.theirs is None or each.item_id in named]


def _their_batch(batch: BatchRecord, reading: BatchReading, differing: Sequence[BothSides]) -> TheirBatch:
    """Say what our rows become.

    Raises:
        Blocked: `move_not_allowed`, PayPal has not finished the batch, or has denied it, or it is not of one currency,
            or is of another one than ours and lacks items of ours, which would stay in theirs.

    """
    word = reading.header.word
    if word == _DENIED:
        raise not_allowed(batch, BatchStatus.ACCEPTED, _DENIED_ALREADY)
    if word not in _PAID_OUT:
        raise not_allowed(
            batch, BatchStatus.ACCEPTED, f"PayPal has not finished that batch ({word}): it is taken over once it has"
        )
    said = {item.item_id: item for item in reading.items}
    return TheirBatch(
        items=len(said),
        amount_minor=sum(item.amount_minor or 0 for item in said.values()),
        currency=_their_currency(batch, reading, differing),
        differing=[_their_item(each, said.get(each.item_id)) for each in differing],
    )


def _their_currency(batch: BatchRecord, reading: BatchReading, differing: Sequence[BothSides]) -> str:
    """Return the one currency of PayPal's batch: whatever is in a batch of ours is counted in that of the batch."""
    currencies = {item.currency for item in reading.items} | {reading.header.currency or reading.items[0].currency}
    currency = next(iter(currencies))
    if len(currencies) > 1 or currency is None:
        raise not_allowed(batch, BatchStatus.ACCEPTED, "PayPal's batch is not in one currency")
    lacking = [each.item_id for each in differing if each.theirs is None]
    if currency != batch.currency and lacking:
        why = f"PayPal's batch is in {currency}, not in {batch.currency}, and does not have {lacking[0]}"
        raise not_allowed(batch, BatchStatus.ACCEPTED, why, hint="Ask PayPal's support before you decide.")
    return currency


def _their_item(sides: BothSides, item: ItemReading | None) -> TheirItem:
    receiver = "" if sides.theirs is None else sides.theirs.receiver
    # PayPal does not say which kind it was; what no other kind looks like is the name of a user.
    return TheirItem(sides, recipient_type_of(receiver) or "USER_HANDLE", None if item is None else item.word)


def _different(batch: BatchRecord, found: NotEqual, theirs_id: str, differing: Sequence[BothSides]) -> Blocked:
    """Refuse, item beside item, and say what else a person can do."""
    command = f"payouts override {batch.name} --to accepted --paypal-batch-id {theirs_id} --take-theirs --reason {WHY}"
    way_out = f"PayPal has paid what its batch says. To make our rows say the same: `{command}`."
    is_paid = found.reading.header.word in _PAID_OUT
    refusal = not_allowed(batch, BatchStatus.ACCEPTED, found.reason, hint=way_out if is_paid else "")
    refusal.details += [each.facts() for each in differing]
    return refusal
