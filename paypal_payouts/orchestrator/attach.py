"""Tying a batch to the one that a person found at PayPal: compared item by item, and never believed on the id alone.

Source: contract, section 6, the table of moves.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from paypal_payouts.domain.difference import DifferingRow, RecordedRow, differences
from paypal_payouts.domain.outcome import ItemReading
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.states import BatchEvent, BatchStatus
from paypal_payouts.errors import Blocked
from paypal_payouts.intake.rows import recipient_type_of
from paypal_payouts.orchestrator.adoption import AdoptionFailed, read_for_adoption
from paypal_payouts.orchestrator.reading import BatchReading, apply_readings
from paypal_payouts.orchestrator.refusals import not_allowed
from paypal_payouts.orchestrator.tools import Tools
from paypal_payouts.storage import Lease, TheirBatch, TheirItem

Agree = Callable[[Sequence[DifferingRow]], None]
"""Shows a person what differs, who says that it is meant; raises NotConfirmed."""

_PAID_OUT: Final = {"SUCCESS", "CANCELED"}
"""PayPal's words for a batch that has ended and whose id stays taken; a denied one may be sent again under it."""


@dataclass(frozen=True, slots=True)
class Attach:
    """Which batch of PayPal's a person says is ours, and what may be done where it differs."""

    paypal_batch_id: str
    take_theirs: bool
    agree: Agree


def attach(
    batch: BatchRecord, wanted: Attach, *, reason: str, operator: str, lease: Lease, tools: Tools
) -> Sequence[DifferingRow]:
    """Take over the batch that a person found at PayPal, after the same comparison as adoption; say what differs.

    Raises:
        Blocked: `move_not_allowed`, it cannot be read now, or differs in more than a person may decide.
        NotConfirmed: the person did not agree.

    """
    store, theirs_id = tools.store, wanted.paypal_batch_id
    found = read_for_adoption(batch, theirs_id, store=store, paypal=tools.paypal, safe_point=lambda: tools.pause(0))
    differing: Sequence[DifferingRow] = ()
    theirs: TheirBatch | None = None
    if isinstance(found, AdoptionFailed):
        raise not_allowed(batch, BatchStatus.ACCEPTED, f"PayPal's batch cannot be read now: {found.failure.message}")
    if isinstance(found, BatchReading):
        reading = found
    else:
        reading = found.reading
        differing = _differing(batch, reading, found.reason, tools=tools)
        if wanted.take_theirs:
            theirs = _their_batch(batch, reading, differing)
        elif not found.is_of_receivers_alone:
            raise _different(batch, reading, theirs_id, found.reason, differing)
        wanted.agree(differing)
    evidence: dict[str, Any] = {"compared_items": len(reading.items), "took_theirs": theirs is not None}
    if differing:
        evidence |= {"differences": [difference.words() for difference in differing]}
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
    apply_readings(attached, reading, store=store, lease=lease, now=tools.now, item_class=tools.errors.item_class)
    return differing


def _differing(batch: BatchRecord, reading: BatchReading, why: str, *, tools: Tools) -> list[DifferingRow]:
    """List the items that differ, of a batch under our id that PayPal shows whole.

    Raises:
        Blocked: `move_not_allowed`, it is another batch, or not shown whole.

    """
    header = reading.header
    if header.sender_batch_id != batch.sender_batch_id:
        raise not_allowed(batch, BatchStatus.ACCEPTED, why)
    shown = _by_item_id(reading)
    theirs = {
        item_id: RecordedRow(item.receiver, item.amount_minor, item.currency)
        for item_id, item in shown.items()
        if item.receiver is not None and item.amount_minor is not None and item.currency is not None
    }
    is_whole = header.total_items in {None, len(theirs)} and header.amount_minor in {
        None,
        sum(owed.amount_minor for owed in theirs.values()),
    }
    if not theirs or len(theirs) != len(shown) or not is_whole:
        raise not_allowed(
            batch, BatchStatus.ACCEPTED, f"{why}, and PayPal does not show all of its items, or not who gets how much"
        )
    ours = {item_id: RecordedRow(*owed[:3]) for item_id, owed in tools.store.readings.debts(batch.id).items()}
    return differences(ours, theirs)


def _by_item_id(reading: BatchReading) -> dict[str, ItemReading]:
    """Give the items by our id, as they were shown last; nothing where one has none, or stands for two payments."""
    shown: dict[str, ItemReading] = {}
    for item in reading.items:
        if item.item_id is None or shown.setdefault(item.item_id, item).paypal_item_id != item.paypal_item_id:
            return {}
        shown[item.item_id] = item
    return shown


def _their_batch(batch: BatchRecord, reading: BatchReading, differing: Sequence[DifferingRow]) -> TheirBatch:
    """Say what our rows become.

    Raises:
        Blocked: `move_not_allowed`, PayPal has not finished the batch, or has denied it, or its currency is another.

    """
    word = reading.header.word
    if word == "DENIED":
        raise not_allowed(batch, BatchStatus.ACCEPTED, "PayPal has denied that batch and paid nobody by it")
    if word not in _PAID_OUT:
        raise not_allowed(
            batch, BatchStatus.ACCEPTED, f"PayPal has not finished that batch ({word}): it is taken over once it has"
        )
    shown = _by_item_id(reading)
    said = list(shown.values())
    if {item.currency for item in said} != {batch.currency}:
        raise not_allowed(batch, BatchStatus.ACCEPTED, f"PayPal's batch is not in {batch.currency}, as ours is")
    return TheirBatch(
        items=len(said),
        amount_minor=sum(item.amount_minor or 0 for item in said),
        currency=batch.currency,
        differing=[_their_item(difference, shown) for difference in differing],
    )


def _their_item(difference: DifferingRow, shown: Mapping[str, ItemReading]) -> TheirItem:
    item = shown.get(difference.item_id)
    receiver = "" if difference.theirs is None else difference.theirs.receiver
    # PayPal does not say which kind it was; what no other kind looks like is the name of a user.
    return TheirItem(difference, recipient_type_of(receiver) or "USER_HANDLE", None if item is None else item.word)


def _different(
    batch: BatchRecord, reading: BatchReading, theirs_id: str, why: str, differing: Sequence[DifferingRow]
) -> Blocked:
    """Refuse, item beside item, and say what else a person can do."""
    refusal = not_allowed(batch, BatchStatus.ACCEPTED, why)
    refusal.details += [
        {"item_id": item_id, "ours": ours and ours.words(), "theirs": theirs and theirs.words()}
        for item_id, ours, theirs in differing
    ]
    if reading.header.word in _PAID_OUT:
        refusal.hint = (
            "Nothing was changed or sent. PayPal has paid what its batch says. To make our rows say the same: `payouts "
            f"override {batch.name} --to accepted --paypal-batch-id {theirs_id} --take-theirs --reason TEXT`."
        )
    return refusal
