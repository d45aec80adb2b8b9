"""The story of one debt: its payments, their sends, PayPal's words and what people did, in the order of time."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final

from paypal_payouts.domain.audit import AuditEvent
from paypal_payouts.domain.explain import FoundItem, Payment, StoryEvent
from paypal_payouts.domain.outcome import AttemptOutcome
from paypal_payouts.domain.paid_otherwise import PaidOtherwise, paid_otherwise
from paypal_payouts.domain.payout import AttemptRecord
from paypal_payouts.domain.states import SAID_BY_A_PERSON, BatchEvent, ItemState
from paypal_payouts.domain.trail import action_words, transaction_before

_E, _I = BatchEvent, ItemState

_TOLD_BY_ITS_SENDS: Final = frozenset({_E.PERMIT, "intent", "items_read", *(f"send_{word}" for word in AttemptOutcome)})
"""Lines of the trail that say nothing of the item which its sends, or the word on it, do not say better."""

_CHANGES_OF_WORDS: Final = frozenset({"item_word", "cancel"})
"""Lines of the trail by which PayPal's word on an item became another one."""

_ENDS_OF_SENDS: Final[Mapping[str | None, str]] = MappingProxyType(
    {
        None: "has no end: nobody knows whether PayPal got it",
        AttemptOutcome.ACCEPTED: "PayPal took it",
        AttemptOutcome.DUPLICATE: "PayPal has a batch of this id already",
        AttemptOutcome.REFUSED: "PayPal refused it, and moved nothing",
        AttemptOutcome.UNKNOWN: "no answer that counts: it may have been paid",
        AttemptOutcome.NOT_SENT: "it never left this machine",
    }
)


def story_of(
    found: FoundItem, trail: Sequence[AuditEvent], attempts: Mapping[str, Sequence[AttemptRecord]]
) -> list[StoryEvent]:
    """Tell everything that happened to an item, in order. `attempts`: the sends of its batches, by batch."""
    events: list[StoryEvent] = []
    for payment in reversed(found.payments):
        of_batch = [event for event in trail if event.batch == payment.item.batch]
        events.append(_stored(payment, of_batch))
        events += [_send(payment, attempt) for attempt in attempts[payment.item.batch]]
        events += _told(payment, of_batch)
    # What happened at one moment stays in the order of its causes.
    return sorted(events, key=lambda event: event.at)


def told_otherwise(payment: Payment, trail: Sequence[AuditEvent]) -> PaidOtherwise | None:
    """Return how PayPal had a payment whose batch a person tied to PayPal's; None: as our row said."""
    key = (payment.item.batch, payment.item.item_id)
    return next((each for each in paid_otherwise(trail) if (each.batch, each.sides.item_id) == key), None)


def _stored(payment: Payment, trail: Sequence[AuditEvent]) -> StoryEvent:
    item = payment.item
    intent = next((event for event in trail if event.action == "intent"), None)
    line = f" line {payment.line}" if payment.source and payment.line else ""
    origin = f" from {payment.source}{line}" if payment.source else ""
    after = f", in place of {intent.evidence['replaces']}" if intent and "replaces" in intent.evidence else ""
    reason = _reason(intent, item.item_id) if intent else ""
    told = told_otherwise(payment, trail)
    # The row may have become what PayPal has since; what was stored first stands in the trail.
    owed = f"{item.receiver}, {payment.words()}" if told is None else told.sides.ours and told.sides.ours.words()
    words = f"stored{origin}{after}: {owed}{reason}" if owed else "not stored by us: PayPal's batch alone had it"
    return StoryEvent(payment.stored_at, "stored", item.batch, intent.actor if intent else "-", words)


def _send(payment: Payment, attempt: AttemptRecord) -> StoryEvent:
    error = f" ({attempt.error_code})" if attempt.error_code else ""
    words = f"send {attempt.number}: {_ENDS_OF_SENDS[attempt.outcome]}{error}"
    return StoryEvent(attempt.started_at, "send", payment.item.batch, attempt.operator, words)


def _told(payment: Payment, trail: Sequence[AuditEvent]) -> Iterator[StoryEvent]:
    """Tell what the trail says of an item and of its batch, and each of PayPal's words on it when it was first seen."""
    item = payment.item
    told = [event for event in trail if not _is_told_elsewhere(event)]
    changes = [event for event in told if event.action in _CHANGES_OF_WORDS]
    if changes:
        first = changes[0]
        words = f"PayPal says {str(first.from_state).upper()}{transaction_before(first.evidence)}"
        yield StoryEvent(_first_seen(first, trail), "word", item.batch, "paypal", words)
    if item.raw_state is not None and item.state not in SAID_BY_A_PERSON:
        changed = [event for event in changes[-1:] if event.action == "item_word"]
        before = "".join(f", before that {event.from_state}{transaction_before(event.evidence)}" for event in changed)
        told = [event for event in told if event not in changed]
        ids = f", transaction {item.transaction_id}" if item.transaction_id else ""
        error = f" ({item.error_code})" if item.error_code else ""
        words = f"PayPal says {item.raw_state}{error}{ids}{before}"
        said_at = changes[-1].at if changes else _said_at(payment, trail)
        after = [event for event in changes[-1:] if event.action == "cancel"]
        told = [event for event in told if event not in after]
        # What was canceled by hand came back by that.
        yield from (_event(event, payment, trail) for event in after)
        yield StoryEvent(said_at, "word", item.batch, "paypal", words)
    yield from (_event(event, payment, trail) for event in told)


def _event(event: AuditEvent, payment: Payment, trail: Sequence[AuditEvent]) -> StoryEvent:
    """Tell one line of the trail; of a batch that was tied to PayPal's, what either said of this payment."""
    words, both = _event_words(event, payment.item.item_id), told_otherwise(payment, trail)
    if both is not None and event.action == _E.ATTACH:
        ours, theirs = (side.words() if side else "nothing" for side in both.sides[1:])
        words += f" (ours: {ours}; PayPal's: {theirs})"
    return StoryEvent(event.at, event.action, payment.item.batch, event.actor, words)


def _first_seen(change: AuditEvent, trail: Sequence[AuditEvent]) -> datetime:
    """Say when PayPal gave the first of its words that lasted, which changed later."""
    state = change.from_state
    reads = (event for event in trail if event.action == "items_read" and state in event.evidence.get("items", ()))
    return min((event.at for event in reads), default=change.at)


def _said_at(payment: Payment, trail: Sequence[AuditEvent]) -> datetime:
    """Say when PayPal gave its word; the row of a payment changes once more when a later one takes its item over."""
    item = payment.item
    reads = (event for event in trail if event.action == "items_read" and item.state in event.evidence.get("items", ()))
    return max((event.at for event in reads if event.at <= item.updated_at), default=item.updated_at)


def _is_told_elsewhere(event: AuditEvent) -> bool:
    of_a_send = event.action in {_E.ACCEPT, _E.REFUSE} and "send" in event.evidence
    return of_a_send or event.action in _TOLD_BY_ITS_SENDS


def _reason(event: AuditEvent, item_id: str) -> str:
    """Give the reason of an event; where corrected rows are paid, only what became of this item's."""
    reason = event.reason or ""
    if " becomes " in reason and (event.action == _E.REPLACE or "replaces" in event.evidence):
        reason = next((each for each in reason.split("; ") if each.startswith(f"{item_id}: ")), "")
    return f": {reason}" if reason else ""


def _event_words(event: AuditEvent, item_id: str) -> str:
    reason = _reason(event, item_id)
    if event.action == "item_word":
        before = f"{event.from_state}{transaction_before(event.evidence)}"
        return f"PayPal says {event.evidence.get('word') or event.to_state}, before that {before}"
    if event.action == "item_conflict":
        return f"PayPal says {event.evidence.get('word')}, against our record: {event.from_state}"
    before = f"{event.from_state}{transaction_before(event.evidence)}"
    moved = f", {before} -> {event.to_state}" if event.from_state != event.to_state else ""
    return f"{action_words(event.action, of_item=event.item_id is not None)}{moved}{reason}"
