"""`explain`: one true answer about one debt, out of everything that was ever stored."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Final, assert_never

from paypal_payouts.domain.advice import OnePayment, item_advice
from paypal_payouts.domain.archive import Archive
from paypal_payouts.domain.audit import AuditEvent
from paypal_payouts.domain.explain import ExplainReport, FoundItem, Payment, Story
from paypal_payouts.domain.outcome import ErrorClass
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.refusal import WHO_ACTS, refused_in_short
from paypal_payouts.domain.report import Finished
from paypal_payouts.domain.sent_log import SentLine
from paypal_payouts.domain.states import CAME_BACK, MEANING, SETTLED, BatchStatus, ItemState, Money
from paypal_payouts.domain.steps import CHANGED, SEALS, Advice, explain_command, last_answer
from paypal_payouts.domain.totals import Conflict
from paypal_payouts.domain.words import typed, utc_minute
from paypal_payouts.errors import NotFound, SealBroken, UsageError
from paypal_payouts.paypal.error_entry import ApiCall
from paypal_payouts.paypal.error_rules import ErrorRules
from paypal_payouts.paypal.error_table import explain as explain_code
from paypal_payouts.protocol.copies import paid_since
from paypal_payouts.protocol.lookup import find_batch, find_cycles
from paypal_payouts.storage import Store
from paypal_payouts.verbs.reports import KnownSends, batch_reports
from paypal_payouts.verbs.story import story_of, told_otherwise

HITS_MAX: Final = 50
"""So many items are listed; all are counted."""

_B, _I = BatchStatus, ItemState


def explain(
    text: str,
    *,
    cycle: str | None,
    store: Store | None,
    errors: ErrorRules,
    now: datetime,
    max_age_days: Callable[[str], int],
    lines_of: Callable[[str], Sequence[SentLine]] = lambda _: (),
    place: str = "",
) -> Finished:
    """Find items by whatever is known of them, and tell the whole story of the one that is meant.

    `max_age_days`: the retry policy's, by cycle; `lines_of` reads the sent log of one; `place`: what is looked through.
    Exit 3 where somebody else changed a cycle of what was found: of nobody it says then that he has the money.

    Raises:
        UsageError: there is no text.
        NotFound: nothing fits, or there is no such cycle.

    """
    text = text.strip()
    if not text:
        raise UsageError("There is nothing to look for.", hint="Nothing was sent. Name an item, a payee or an id.")
    if cycle is not None:
        find_cycles(cycle, store=store)
    if store is None:
        raise _not_found(text, cycle, 0, ())
    number = store.search.cycles()
    hits = store.search.find(text, cycle=cycle, at_most=HITS_MAX)
    archived = store.archived.find(text, cycle=cycle, at_most=HITS_MAX)
    searched = number if cycle is None else 1
    if not hits.best and not archived:
        raise _not_found(text, cycle, number, store.archived.all(), place)
    names = dict.fromkeys([*(hit.cycle for hit in hits.best), *(payment.cycle for payment in archived)])
    broken = store.seals.broken(names, items_too=True)
    if not hits.best:
        return _ended(ExplainReport(text, searched, (), 0, None, (), archived), broken)
    known = {name: KnownSends(store.batches.of_cycle(name), partial(lines_of, name)) for name in names}
    found = [
        _found(store.search.payments(hit.cycle, hit.item_id), known[hit.cycle], is_changed=hit.cycle in broken)
        for hit in hits.best
    ]
    best = [hit.level for hit in hits.best[:2]]
    # Several that are named equally well: nobody knows which one is meant.
    first, is_one = found[0], len(best) == 1 or best[0] > best[1]
    return _ended(
        ExplainReport(
            text=text,
            cycles_searched=searched,
            hits=found,
            hits_in_all=hits.in_all,
            story=_story(first, store) if is_one else None,
            next=_next(first, store=store, errors=errors, now=now, max_age_days=max_age_days)
            if is_one
            else [_one_of_several(first)],
            archived=archived,
        ),
        broken,
    )


def _ended(report: ExplainReport, broken: Mapping[str, SealBroken]) -> Finished:
    """End with what is wrong, where somebody else changed a cycle that the report is about."""
    error = next(iter(broken.values()), None)
    return Finished(report) if error is None else Finished(report, error.exit_code, error)


def _found(payments: Sequence[Payment], known: KnownSends, *, is_changed: bool) -> FoundItem:
    """Put beside the payments of an item the batches that may have paid it by a send that is not recorded."""
    its_own = {payment.item.batch for payment in payments}.intersection(known.unanswered)
    return FoundItem(payments, [*known.lost, *sorted(its_own)], is_changed)


def _not_found(text: str, cycle: str | None, cycles: int, archived: Sequence[Archive], place: str = "") -> NotFound:
    looked_in = f" That is {place}." if place else ""
    if cycle is not None:
        return NotFound(
            f"Cycle {cycle} has nothing that fits {text!r}."
            f"{looked_in}{_in_files([each for each in archived if each.cycle == cycle])}",
            hint=f"`payouts explain {typed(text)}` looks at every cycle that was ever stored.",
        )
    where = {0: "no cycle was ever stored", 1: "the only cycle that was ever stored was looked at"}
    return NotFound(
        f"Nothing fits {text!r}: {where.get(cycles, f'all {cycles} cycles that were ever stored were looked at')}."
        f"{looked_in}{_in_files(archived)}",
        hint="No payment of ours is known by it. Looked at were item ids, payee ids, receivers, PayPal's item and "
        "transaction ids, and batch ids; a part will do of a receiver alone. `payouts status` lists the cycles.",
    )


def _in_files(archived: Sequence[Archive]) -> str:
    """Say what could not be looked at, as it is in files alone."""
    if not archived:
        return ""
    are = "is" if len(archived) == 1 else "are"
    told = f" {len(archived)} of them {are} archived: only files have parts of receivers and PayPal's ids there."
    lost = [archive.file for archive in archived if not archive.is_searchable]
    return told + (f" Their seal key was lost, so only the file can tell: {', '.join(lost)}." if lost else "")


def _batches(found: FoundItem, store: Store) -> dict[str, BatchRecord]:
    names = {payment.item.batch for payment in found.payments}
    return {name: find_batch(name, store=store) for name in names}


def _story(found: FoundItem, store: Store) -> Story:
    batches = _batches(found, store)
    trail = store.audit.of_item(found.newest.cycle, found.newest.item.item_id, of_batches=batches)
    attempts = {name: store.batches.attempts(batch.id) for name, batch in batches.items()}
    answer = _answer(found, batches, trail)
    if _came_back(found) and _is_stored_again(found.newest, batches[found.newest.item.batch], store):
        answer += " It is stored again since, under another item id, and paid by that, or may be."
    return Story(found, story_of(found, trail, attempts), answer)


def _answer(found: FoundItem, batches: Mapping[str, BatchRecord], trail: Sequence[AuditEvent]) -> str:
    """Say whether the payee has the money, and where it is if not."""
    if found.is_changed:
        return f"It is not known whether the payee has the money: {CHANGED}. Do not pay it another way before it is."
    deciding = next((payment for payment in found.payments if payment.money is found.money), found.newest)
    why = _why(deciding, batches[deciding.item.batch])
    if deciding.money is Money.UNPAID and found.lost:
        why = f"a send that only the sent log knows, of {', '.join(found.lost)}, may have paid it"
    match found.money:
        case Money.PAID:
            answer = "".join([_arrived(found), *(_paid_otherwise(payment, trail) for payment in found.paid)])
        case Money.UNPAID:
            answer = f"The payee does not have the money: {why}.{_to_correct(deciding)}"
        case Money.OPEN:
            answer = f"The money is on its way: {why}."
        case Money.UNKNOWN:
            answer = f"It is not known whether the payee has the money: {why}. Do not pay it another way before it is."
        case Money.CLOSED:
            answer = "It is not owed: a person closed it."
        case _:
            assert_never(found.money)
    return " ".join([answer, *_documented(deciding), *_conflicts(found)])


def _arrived(found: FoundItem) -> str:
    paid = [
        f"{payment.words()} by {payment.item.batch}"
        + (f" (transaction {payment.item.transaction_id})" if payment.item.transaction_id else "")
        for payment in found.paid
    ]
    answer = f"The payee has the money: {paid[0]}."
    if len(paid) > 1:
        answer = f"The payee has the money {len(paid)} times: {'; '.join(paid)}."
    coming = [payment.item.batch for payment in found.payments if payment.money in {Money.OPEN, Money.UNKNOWN}]
    return answer + (f" One more payment of it may still arrive, by {', '.join(coming)}." if coming else "")


def _paid_otherwise(payment: Payment, trail: Sequence[AuditEvent]) -> str:
    """Say that the money went where our row did not send it, and how who is still owed gets it."""
    told = told_otherwise(payment, trail)
    if told is None or told.sides.theirs is None:
        return ""
    ours, theirs = told.sides.ours, told.sides.theirs.words()
    decided = f"Decided by {told.by} on {utc_minute(told.at)}."
    if ours is None:
        return f" It was in PayPal's batch alone: {theirs}. {decided}"
    return (
        f" But it went by PayPal's batch, not by the row that was stored: to {theirs}, and not {ours.words()}. "
        f"{decided} If that was somebody else, ask for it back; who is still owed gets a new item in the file, by "
        "--append."
    )


def _to_correct(payment: Payment) -> str:
    """Say that the row stands in the way, where the same payee would be refused again."""
    at_the_payee = payment.item.error_class == ErrorClass.PAYEE and MEANING[payment.item.state].payable_again
    return " Correct its row before it is paid again." if at_the_payee else ""


def _why(payment: Payment, batch: BatchRecord) -> str:
    item = payment.item
    code = f" ({item.error_code})" if item.error_code else ""
    if item.state is _I.UNRECOGNIZED:
        return f"PayPal's word {item.raw_state} is none that it has documented"
    if item.state is not _I.UNSENT:
        return f"{MEANING[item.state].words}{code}"
    if batch.status is _B.REVIEW:
        return f"a person must decide about {batch.name}"
    if payment.money is Money.UNKNOWN:
        times = "once" if batch.sends == 1 else f"{batch.sends} times"
        return f"{batch.name} was sent {times}, and {last_answer(batch)}"
    if batch.status is _B.REFUSED:
        return refused_in_short(batch)
    return f"{batch.name} was never sent" if not batch.sends else f"no send of {batch.name} moved anything"


def _documented(payment: Payment) -> Iterator[str]:
    """Say what PayPal documents of the error that it names of an item, who has to act, and where it says more."""
    entry = None if payment.item.error_code is None else explain_code(payment.item.error_code, ApiCall.ITEM)
    if entry is not None and payment.item.state not in SETTLED:
        yield f"{entry.name}: {entry.sentence} {WHO_ACTS[entry.who]} {entry.source.link}"


def _conflicts(found: FoundItem) -> Iterator[str]:
    for payment in found.payments:
        if payment.conflict is not None:
            seen = "a person has acknowledged it" if payment.acknowledged else "a person must look"
            word = f"PayPal's word on its payment by {payment.item.batch}, {payment.conflict}, contradicts our record"
            yield f"{word}: {seen}."


def _conflicts_of(found: FoundItem) -> list[Conflict]:
    return [
        Conflict(each.item.item_id, each.item.batch, each.item.state, each.conflict, each.acknowledged)
        for each in found.payments
        if each.conflict is not None
    ]


def _next(
    found: FoundItem, *, store: Store, errors: ErrorRules, now: datetime, max_age_days: Callable[[str], int]
) -> list[Advice]:
    """Name what to type next for an item, as `status` does for its cycle; nothing where nothing is left to do."""
    newest, cycle = found.newest, found.newest.cycle
    if found.is_changed:
        return [SEALS]
    if found.money is Money.UNKNOWN and found.lost:
        return [Advice("How to go on with its cycle:", f"payouts status --cycle {cycle}")]
    # Whatever else the item needs is refused while a person must decide on a batch of its cycle.
    needed = [
        batch
        for batch in store.batches.of_cycle(cycle)
        if str(batch.name) == newest.item.batch or batch.status is _B.REVIEW
    ]
    payment = OnePayment(
        newest.item.batch,
        newest.item.state,
        found.money,
        held_back=errors.held_back(newest.item.error_code) is not None,
        item_id=newest.item.item_id,
        came_back=_came_back(found)
        and not any(_is_stored_again(newest, each, store) for each in needed if str(each.name) == newest.item.batch),
    )
    reports = batch_reports(needed, store=store, errors=errors, now=now, max_age_days=max_age_days(cycle))
    advice = list(item_advice(cycle, reports, payment, _conflicts_of(found)))
    trail = store.audit.of_item(cycle, newest.item.item_id, of_batches={newest.item.batch})
    if not advice and told_otherwise(newest, trail) is not None:
        return [Advice("Who decided that PayPal's batch is ours, and why:", f"payouts audit {newest.item.batch}")]
    return advice


def _came_back(found: FoundItem) -> bool:
    return found.newest.item.state in CAME_BACK and found.money is Money.UNPAID


def _is_stored_again(payment: Payment, batch: BatchRecord, store: Store) -> bool:
    """Return whether its cycle has stored the row of a payment again since, under another item id."""
    item = payment.item
    return paid_since(batch, [(item.receiver, item.amount_minor, item.currency)], store=store) > 0


def _one_of_several(found: FoundItem) -> Advice:
    item = found.newest.item.item_id
    return Advice("To see one of them, such as the first:", explain_command(item, found.newest.cycle))
