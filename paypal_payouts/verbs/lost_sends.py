"""The way out where the sent log knows sends of a batch that no database knows: a person looks, and gives them up."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec.structs import replace

from paypal_payouts.domain.identity import BatchName
from paypal_payouts.domain.override import LostSendsReport
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.report import Finished
from paypal_payouts.domain.retry import DEAD_TOKEN_AGE
from paypal_payouts.domain.sent_log import SentLine, compare, event_after_giving_up, judge
from paypal_payouts.domain.states import BatchEvent
from paypal_payouts.domain.words import utc_minute
from paypal_payouts.errors import Blocked
from paypal_payouts.paypal.client import PayPalClient
from paypal_payouts.protocol.tools import Tools
from paypal_payouts.storage import Store
from paypal_payouts.verbs.reports import led_out

VOUCHED: Final = (
    "You vouch that PayPal did not pay it. What the cycle has stored is not sent again either: it is given up with it, "
    "or a person decides on it. Had PayPal paid it, its items could be paid twice."
)
"""What giving up lost sends does to the money."""


def find_lost(
    batch_text: str, *, lines_of: Callable[[str], Sequence[SentLine]], store: Store | None
) -> BatchName | None:
    """Read a batch id of which the sent log alone knows sends; None where it is another, or none."""
    name = BatchName.parse(batch_text)
    if name is None:
        return None
    batches = [] if store is None else store.batches.of_cycle(name.cycle)
    return name if any(line.batch == name for line in compare(lines_of(name.cycle), batches).lost) else None


def check_not_lost(
    batch_text: str, *, lines_of: Callable[[str], Sequence[SentLine]], max_age_days: int, tools: Tools
) -> None:
    """Refuse a batch of which the sent log alone knows sends.

    Raises:
        NeedsReview: with the ways out of that batch.

    """
    name = find_lost(batch_text, lines_of=lines_of, store=tools.store)
    if name is None:
        return
    lines = [line for line in lines_of(name.cycle) if line.batch == name]
    found = judge(lines, tools.store.batches.of_cycle(name.cycle), now=tools.now(), max_age_days=max_age_days)
    doubt = led_out(found.doubt(), store=tools.store, errors=tools.errors)
    if doubt is not None:
        raise doubt


def give_up(name: BatchName, *, reason: str, operator: str, max_age_days: int, tools: Tools) -> Finished:
    """Void the lines of a batch that the database does not know; who did it, when and why is kept.

    What the cycle has stored is never sent again as it was: it is given up too, or put to a person.

    Raises:
        LockHeld: somebody else works on its cycle.
        Blocked: a send of it may still arrive, or nothing of it is lost any more.

    """
    with tools.hold(name.cycle) as lock:
        lost = [line for line in lock.recall(max_age_days=max_age_days).lost if line.batch == name]
        if not lost:
            raise _not_allowed(name, "the database knows every send of it")
        last, paypals_now = max(line.at for line in lost), _paypals_time(tools.paypal, tools.now())
        if paypals_now is None:
            raise _not_allowed(name, "PayPal, by whose clock the 24 hours count, told no time")
        if paypals_now - last < DEAD_TOKEN_AGE:
            raise _not_allowed(name, f"it was sent {utc_minute(last)}, less than 24 hours ago")
        for batch, event in _no_longer_sent(name, tools.store.batches.of_cycle(name.cycle), paypals_now):
            why = f"sends of {name} that the sent log alone knew were given up: {reason}"
            tools.store.moves.move(lock.lease, batch.id, event, now=tools.now(), actor=operator, reason=why)
        sent_at = [line.at for line in lost]
        tools.store.sends.record_lost(lock.lease, name, sent_at, now=tools.now(), operator=operator, reason=reason)
        for line in lost:
            lock.sent_log.append(replace(line, is_void=True))
    return Finished(LostSendsReport(name, sent_at, operator, reason))


def _no_longer_sent(
    name: BatchName, batches: Sequence[BatchRecord], paypals_now: datetime
) -> list[tuple[BatchRecord, BatchEvent]]:
    """List the batches that must not be sent again, as the lost sends may have paid somebody in them."""
    moves = [(batch, event) for batch in batches if (event := event_after_giving_up(batch)) is not None]
    for batch, event in moves:
        sent_at = batch.last_open_send_at
        if event is BatchEvent.ABANDON and sent_at is not None and paypals_now - sent_at < DEAD_TOKEN_AGE:
            raise _not_allowed(name, f"a send of {batch.name} has no answer and may still arrive")
    return moves


def _paypals_time(paypal: PayPalClient, now: datetime) -> datetime | None:
    """Ask PayPal for the time; None where it told none."""
    paypal.ensure_token()
    return None if paypal.clock_offset_s is None else now + timedelta(seconds=paypal.clock_offset_s)


def _not_allowed(name: BatchName, why: str) -> Blocked:
    return Blocked(
        "move_not_allowed",
        f"The sends of {name} in the sent log cannot be given up: {why}.",
        hint="Nothing was changed or sent. What the log and the database know: `payouts doctor`.",
        details=[{"batch": str(name), "reason": why}],
    )
