"""`review`: what a person needs to decide about a batch, on one screen; reads PayPal, and changes nothing.

Source: docs/design.md, 9.2.
"""

from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter
from typing import Final

from paypal_payouts.domain.moves import MoveByHand, moves_from, vouches_by_hand
from paypal_payouts.domain.outcome import ReadFailed
from paypal_payouts.domain.outlook import outlook
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.report import Finished
from paypal_payouts.domain.reviewed import OfferedMove, ReviewReport, beside
from paypal_payouts.domain.sent_log import SentLine
from paypal_payouts.domain.states import CONFLICT, BatchStatus
from paypal_payouts.domain.steps import conflict_words, looking_for, settling
from paypal_payouts.domain.totals import Conflict, Tally
from paypal_payouts.domain.words import WHY
from paypal_payouts.errors import Blocked, ClockSkew
from paypal_payouts.protocol.adoption import AdoptionFailed, NotEqual, compare_with_ours
from paypal_payouts.protocol.attach import attachable
from paypal_payouts.protocol.lookup import find_batch
from paypal_payouts.protocol.reading import BatchReading, read_pages
from paypal_payouts.protocol.tools import Tools
from paypal_payouts.verbs.lost_sends import check_not_lost
from paypal_payouts.verbs.override import EVENT_TO, check_condition
from paypal_payouts.verbs.reports import batch_reports

_RESUMED: Final = BatchStatus.IN_FLIGHT
_TRY_FIRST: Final = "Try this first: it pays nobody twice, and settles it by itself where PayPal never had the batch."

_Found = BatchReading | NotEqual | AdoptionFailed


def review(
    batch_text: str,
    *,
    paypal_batch_id: str | None,
    max_age_days: int,
    tools: Tools,
    lines_of: Callable[[str], Sequence[SentLine]] = lambda _: (),
) -> Finished:
    """Show a batch beside PayPal's: the one that is named, else the one that PayPal is known to have.

    Of one that only the sent log knows, which `lines_of` reads by cycle, nothing can be shown but the ways out.

    Raises:
        NotFound: there is no such batch.
        NeedsReview: the sent log knows it and the database does not; with the ways out.
        Blocked: `not_eligible`, its cycle is archived.

    """
    store = tools.store
    if store.batches.find(batch_text) is None:
        check_not_lost(batch_text, lines_of=lines_of, max_age_days=max_age_days, tools=tools)
    batch = find_batch(batch_text, store=store)
    cycle = batch.name.cycle
    if (archive := store.archived.of_cycle(cycle)) is not None:
        raise archive.lacking("It is over, and there is nothing to decide.")
    theirs_id = paypal_batch_id or batch.paypal_batch_id or batch.named_batch_id
    reading = None if theirs_id is None else read_pages(batch, theirs_id, tools=tools)
    shown, found = _compared(batch, theirs_id, reading, tools=tools)
    differences = found.differences if isinstance(found, NotEqual) else ()
    conflicts = [each for each in store.items.tally(cycle).conflicts if each.batch == str(batch.name)]
    disputed = [each for each in conflicts if not each.acknowledged]
    (report,) = batch_reports([batch], store=store, errors=tools.errors, now=tools.now(), max_age_days=max_age_days)
    stands = outlook(cycle, [report], Tally(batch.states, (), conflicts))
    moves = [
        *_moves(batch, theirs_id, found, max_age_days=max_age_days, tools=tools),
        *(_acknowledging(cycle, each) for each in disputed),
    ]
    result = ReviewReport(
        batch=report,
        paypal_batch_id=theirs_id,
        paypal_status=None if shown is None else shown.header.word,
        not_compared=_not_compared(found),
        of_the_batch=[each for each in differences if each.item_id is None],
        items=sorted(
            beside(store.readings.debts(batch.id), None if shown is None else shown.items, differences),
            key=attrgetter("item_id"),
        ),
        conflicts=disputed,
        moves=moves,
        open=stands.open,
        next=[move.command for move in moves if move.command and not vouches_by_hand(batch.status, move.to)],
    )
    broken = store.seals.first_broken([cycle], items_too=True)
    return Finished(result) if broken is None else Finished(result, broken.exit_code, broken)


def _compared(
    batch: BatchRecord, theirs_id: str | None, reading: BatchReading | ReadFailed | None, *, tools: Tools
) -> tuple[BatchReading | None, _Found | None]:
    """Compare what was read; nothing where nothing is known to be read."""
    if reading is None or theirs_id is None:
        return None, None
    if isinstance(reading, ReadFailed):
        return None, AdoptionFailed(reading.failure)
    return reading, compare_with_ours(batch, theirs_id, reading, tools=tools)


def _not_compared(found: _Found | None) -> str | None:
    if found is None:
        return "no batch of PayPal's is known to be this one"
    return found.failure.message if isinstance(found, AdoptionFailed) else None


def _moves(
    batch: BatchRecord, theirs_id: str | None, found: _Found | None, *, max_age_days: int, tools: Tools
) -> Iterator[OfferedMove]:
    """Offer each move of the table with what it means; one that would be refused now, with why."""
    for move in _moves_in_order(batch, theirs_id):
        takes_theirs = "--take-theirs" in move.options
        if takes_theirs and not isinstance(found, NotEqual):
            continue
        to = BatchStatus(move.after[0])
        try:
            if to is BatchStatus.ACCEPTED:
                why_not = _not_attachable(
                    batch, theirs_id, found, takes_theirs=takes_theirs, max_age_days=max_age_days, tools=tools
                )
            else:
                check_condition(batch, EVENT_TO[to], to, max_age_days=max_age_days, tools=tools)
                why_not = None
        except Blocked as refused:
            why_not = str(refused.details[0]["reason"])
        except ClockSkew as skew:
            why_not = skew.message.rstrip(".")
        meaning = _meaning(batch, move, theirs_id)
        yield OfferedMove(to, meaning, _command(batch, move, theirs_id) if why_not is None else None, why_not)


def _moves_in_order(batch: BatchRecord, theirs_id: str | None) -> list[MoveByHand]:
    """List the moves of the table, the one to try first before all others: once PayPal's batch is known, to tie it."""
    return sorted(
        moves_from("batch", batch.status), key=lambda move: bool(theirs_id) and BatchStatus.ACCEPTED not in move.after
    )


def _meaning(batch: BatchRecord, move: MoveByHand, theirs_id: str | None) -> str:
    """Say what a move means for this batch."""
    if move.vouches and not batch.is_at_paypal:
        return f"{move.meaning} {looking_for(batch.sender_batch_id, batch.name.cycle)}"
    is_first = theirs_id is None and _RESUMED in move.after
    return f"{_TRY_FIRST} {move.meaning}" if is_first else move.meaning


def _not_attachable(
    batch: BatchRecord,
    theirs_id: str | None,
    found: _Found | None,
    *,
    takes_theirs: bool,
    max_age_days: int,
    tools: Tools,
) -> str | None:
    """Say why PayPal's batch cannot be taken for ours yet.

    Raises:
        Blocked: it cannot, and why.

    """
    if theirs_id is None or found is None:
        return (
            "PayPal's own id of the batch is needed. Where PayPal's activity list shows it, look at it first: "
            f"`payouts review {batch.name} --paypal-batch-id ID`"
        )
    attachable(batch, theirs_id, found, take_theirs=takes_theirs, max_age_days=max_age_days, tools=tools)
    return None


def _command(batch: BatchRecord, move: MoveByHand, theirs_id: str | None) -> str:
    options = [f"{option} {theirs_id}" if option == "--paypal-batch-id" else option for option in move.options]
    return " ".join([f"payouts override {batch.name} --to {move.after[0]}", *options, f"--reason {WHY}"])


def _acknowledging(cycle: str, conflict: Conflict) -> OfferedMove:
    """Offer the move by which a conflict ends."""
    (move,) = moves_from("item", CONFLICT)
    step = settling(cycle, conflict)
    return OfferedMove(move.after[0], f"{conflict_words(conflict)}. {move.meaning}", step.command, None)
