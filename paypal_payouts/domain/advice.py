"""Who acts next on a cycle or an item, and what to type: the only place that says so.

Whatever is printed to be typed is accepted in the state that printed it; so each step is derived from the same rules by
which the commands decide (`domain.retry`). Source: docs/design.md, 5.4 and 10.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from paypal_payouts.domain.open_and_wrong import may_still_move
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.refusal import NAMED_MAX, sent_again
from paypal_payouts.domain.retry import Eligibility
from paypal_payouts.domain.sent_log import ASKS_AGAIN
from paypal_payouts.domain.states import CAME_BACK, MEANING, BatchStatus, ItemState, Money
from paypal_payouts.domain.steps import (
    Advice,
    batch_step,
    canceling,
    conflict_words,
    explain_command,
    failed_try_words,
    payees_first,
    paying_again,
    pending_step,
    settling,
)
from paypal_payouts.domain.totals import Conflict, Tally
from paypal_payouts.domain.words import counted, listed

_B, _I = BatchStatus, ItemState


class BatchReport(Struct, frozen=True):
    """A batch with what can be done for it now."""

    record: BatchRecord
    eligibility: Eligibility
    """Whether `retry` may act on it, and why or why not."""
    may_be_resent: bool = False
    """`retry BATCH` sends the same bytes under the same id."""
    is_doubted: bool = False
    """A send of it has no answer, and PayPal can no longer be asked: `retry BATCH` only puts it before a person."""
    may_pay_again: bool = False
    """`retry BATCH --failed-items` is accepted, should a row be left to pay."""
    rows_differ: bool = False
    """PayPal refused it, and the input that was read does not have its rows as they were stored."""
    held_back: int = 0
    """How many of its unpaid items wait for their payee: unchanged, they are left out by that."""
    paid_since: int = 0
    """How many of its unpaid rows its cycle has stored again since, under other item ids, and pays or may pay."""
    came_back: int = 0
    """How many of its payments came back, and are not stored again since: nothing but a new item pays them."""


def next_commands(
    cycle: str, batches: Sequence[BatchReport], tally: Tally, *, shows_errors: bool = False
) -> Iterator[Advice]:
    """Name the next commands, the most urgent first; none when nothing is left to do.

    `shows_errors`: they stand below what went wrong and who must act, and no command leads there.
    """
    conflicts = [each for each in tally.conflicts if not each.acknowledged]
    in_review = [batch for batch in batches if batch.record.status is _B.REVIEW]
    yield from _to_decide(in_review)
    for conflict in conflicts[:1]:
        explained = explain_command(conflict.item_id, cycle)
        yield Advice(f"{conflict_words(conflict)}. What became of it:", explained)
        yield _led("", settling(cycle, conflict))
    # While a person must decide on a batch nothing is sent for its cycle: `run` only reads, and `retry` is refused.
    if not in_review:
        yield from _continued(cycle, batches)
        if tally.lost:
            yield from _older_copy(cycle, batches, tally.lost)
        else:
            yield from _denied(batches)
            yield from _payable_again(cycle, batches, shows_errors=shows_errors)
            yield from _came_back(cycle, sum(batch.came_back for batch in batches), tally.unpaid_states)
    yield from _moving(cycle, tally.states)
    yield from _not_closed(cycle, batches, tally.states)


class OnePayment(NamedTuple):
    """The payment that stands for a debt, for advice about nothing else."""

    batch: str
    state: ItemState
    money: Money
    """Of the debt."""
    held_back: bool
    """Unchanged, it is left out by `retry --failed-items`."""
    item_id: str | None = None
    came_back: bool = False
    """It came back, and is not stored again since under another item id."""


def item_advice(
    cycle: str, batches: Sequence[BatchReport], payment: OnePayment, conflicts: Sequence[Conflict]
) -> Iterator[Advice]:
    """Name the next commands for one item; `batches` are that of its newest payment, and all in review of the cycle."""
    disputed = [each for each in conflicts if not each.acknowledged]
    is_settled = payment.money in {Money.PAID, Money.CLOSED}
    own = [batch for batch in batches if str(batch.record.name) == payment.batch]
    in_review = [
        batch for batch in batches if batch.record.status is _B.REVIEW and not (is_settled and batch not in own)
    ]
    yield from _to_decide(in_review)
    for conflict in disputed:
        yield _led(f"{conflict_words(conflict)}. ", settling(cycle, conflict))
    if not is_settled and not in_review and not disputed:
        alone = [_narrowed(batch, payment) for batch in own]
        yield from _continued(cycle, alone)
        yield from _denied(alone)
        # The answer about one item says why it failed.
        yield from _payable_again(cycle, alone, shows_errors=True)
        yield from _came_back(cycle, int(payment.came_back), Counter([payment.state]))
        if payment.state is _I.UNCLAIMED and payment.item_id is not None:
            yield canceling(cycle, payment.item_id)
    yield from _moving(cycle, Counter([payment.state]))


def _narrowed(batch: BatchReport, payment: OnePayment) -> BatchReport:
    """Return a batch as if it held this payment alone."""
    payable = int(MEANING[payment.state].payable_again and payment.money is Money.UNPAID)
    record = replace(batch.record, items=1, states=Counter([payment.state]), payable_again=payable)
    may_pay_again = batch.may_pay_again and payable > 0
    return replace(batch, record=record, may_pay_again=may_pay_again, held_back=int(payment.held_back))


def _to_decide(in_review: Sequence[BatchReport]) -> Iterator[Advice]:
    for batch in in_review:
        step = batch_step(batch.record.name.cycle, batch.record)
        if step is not None:
            yield Advice(f"{step.why}. To see both sides and each way out (changes nothing):", step.command)


def _led(lead: str, step: Advice) -> Advice:
    """Put a sentence before a step; its command stands below."""
    return Advice(f"{lead}{step.why}:", step.command)


def _continued(cycle: str, batches: Sequence[BatchReport]) -> Iterator[Advice]:
    """Describe what batches wait for, those that the same command takes further together."""
    run, again = f"payouts run {cycle}", list[BatchRecord]()
    whys: dict[str, list[str]] = {}
    never_sent = sum(batch.record.status is _B.PLANNED for batch in batches)
    for batch in batches:
        if never_sent > 1 and batch.record.status is _B.PLANNED:
            continue
        record = batch.record
        step = batch_step(cycle, record, rows_differ=batch.rows_differ) or pending_step(cycle, record)
        if step is not None and record.status is _B.REFUSED and step.command == run:
            again.append(record)
        elif step is not None:
            whys.setdefault(step.command, []).append(step.why)
    if never_sent > 1 or again:
        whys.setdefault(run, [])
    for command, reasons in whys.items():
        more = len(reasons) - NAMED_MAX
        shown = [*reasons[:NAMED_MAX], *([f"and {counted(more, 'more batch')}"] if more > 0 else [])]
        if command == run and never_sent > 1:
            # Why nothing was sent is read here, below all the rest.
            tries = [batch.record.failed_try for batch in batches if batch.record.failed_try is not None]
            tried = f"; {failed_try_words(max(tries))}" if tries else ""
            shown.append(f"{counted(never_sent, 'batch')} are stored and were never sent{tried}")
        if command == run and again:
            # Last: the command stands right behind it.
            words = sent_again(again)
            shown.append(f"{words[0].lower()}{words[1:]}" if shown else words)
        yield Advice(f"{'; '.join(shown)}:", command)


def _denied(batches: Sequence[BatchReport]) -> Iterator[Advice]:
    for batch in (each for each in batches if each.record.status is _B.DENIED):
        name, command = batch.record.name, f"payouts retry {batch.record.name}"
        # Where a later denial has proven what became of that send, its items are simply paid again.
        if batch.is_doubted and not batch.may_pay_again:
            why = f"PayPal denied {name}, another send of it has no answer, and PayPal may have forgotten its id"
            yield Advice(f"{why}: nothing is sent. To put it before a person, who may give it up:", command)
        elif batch.may_be_resent:
            yield Advice(f"PayPal denied {name}; once the cause is fixed:", command)


def asking_again(cycle: str, payable: Sequence[BatchRecord], *, held_back: int) -> str:
    """Return what asks PayPal under the ids that only the sent log knows.

    The same rows make the same batch under the same id, which PayPal knows again; others stop with exit 8. `payable`
    are the batches whose items `retry --failed-items` may pay; `held_back` counts those that wait for their payees.
    """
    if not payable:
        return f"payouts run {cycle}"
    which = str(payable[0].name) if len(payable) == 1 else f"--cycle {cycle}"
    waits = held_back == sum(batch.payable_again for batch in payable)
    return f"payouts retry {which} --failed-items{' --include-payee-errors' if waits else ''}"


def _older_copy(cycle: str, batches: Sequence[BatchReport], lost: Sequence[str]) -> Iterator[Advice]:
    """Name the ways out, in the order of `SendsUnknown`, where batches were sent that the database does not know."""
    payable = [batch for batch in batches if batch.may_pay_again]
    items = sum(batch.record.payable_again for batch in payable)
    whom = f"{counted(items, 'item')} of {cycle} since" if items else f"items of {cycle}"
    yield Advice(
        f"{', '.join(lost)} may have paid {whom}. (1) Put the newest copy of the database back, then run again. (2) If "
        f"there is none, this {ASKS_AGAIN}:",
        asking_again(cycle, [each.record for each in payable], held_back=sum(each.held_back for each in payable)),
    )
    yield Advice(
        "(3) Only if that is refused, look at what is left, and from when on it may be done:",
        f"payouts review {lost[0]}",
    )


def _payable_again(cycle: str, batches: Sequence[BatchReport], *, shows_errors: bool = False) -> Iterator[Advice]:
    """Name the batches that hold items which were not paid, as far as the database knows."""
    payable = [batch for batch in batches if batch.may_pay_again]
    if any(batch.paid_since for batch in payable) and len(payable) > 1:
        # One that is refused would keep a retry of the whole cycle from paying the others.
        for batch in payable:
            yield from _payable_again(cycle, [batch], shows_errors=shows_errors)
        return
    if not payable:
        return
    if payable[0].paid_since:
        yield _paid_since(cycle, payable[0])
        return
    items = sum(batch.record.payable_again for batch in payable)
    held_back = sum(batch.held_back for batch in payable)
    one = payable[0].record.name if len(payable) == 1 else None
    where = f"cycle {cycle}" if one is None else str(one)
    which = f"--cycle {cycle}" if one is None else str(one)
    command = f"payouts retry {which} --failed-items"
    said = f"{counted(items, 'item')} in {where} {'was' if items == 1 else 'were'} not paid"
    if held_back == items:
        look = None if shows_errors else f"payouts status {which} --errors"
        yield from payees_first(said, command, look=look, items=items)
        return
    yield paying_again(said, command, items=items, held_back=held_back)


def _paid_since(cycle: str, batch: BatchReport) -> Advice:
    """Say before it is typed why nothing of a batch is paid again: `retry` is refused as long as the rows are there."""
    items, paid = batch.record.payable_again, batch.paid_since
    (were, them), are = ("was", "it") if items == 1 else ("were", "them"), "is" if paid == 1 else "are"
    return Advice(
        f"{counted(items, 'item')} in {batch.record.name} {were} not paid; {paid:,} of {them} "
        f"{are} stored again since under another item id, and paid or may be. Take the rows of who is paid out of the "
        "input before the rest is paid again. Both rows:",
        f"payouts status --cycle {cycle} --items",
    )


def _came_back(cycle: str, number: int, states: Counter[ItemState]) -> Iterator[Advice]:
    """Say that only a person can decide on money that came back, and that only a new item pays it.

    The run that pays it is refused before there is such a row: it stands in the words, and is no next command.
    """
    if not number:
        return
    found = {state: states[state] for state in ItemState if state in CAME_BACK and states[state]}
    them = "it" if number == 1 else "them"
    yield Advice(
        f"The money of {counted(number, 'item')} in cycle {cycle} came back, and `retry` does not pay {them} again: a "
        f"person decides. For what is still owed, add a row with a new item_id to the cycle's file and run with "
        "--append; the rest is left as it is. All that came back:",
        f"payouts status --cycle {cycle} --items{''.join(f' --state {state}' for state in found)}",
    )


def _moving(cycle: str, states: Counter[ItemState]) -> Iterator[Advice]:
    moving = may_still_move(states)
    if moving:
        whose = ". ".join(f"{listed({state: count})}: {MEANING[state].waits_for}" for state, count in moving.items())
        yield Advice(f"{whose}. To ask PayPal again (sends no money):", f"payouts sync --cycle {cycle}")


def _not_closed(cycle: str, batches: Sequence[BatchReport], states: Counter[ItemState]) -> Iterator[Advice]:
    taken = any(batch.record.status is _B.ACCEPTED and not batch.record.states[_I.PENDING] for batch in batches)
    if taken and not may_still_move(states):
        why = "PayPal has not closed every batch. To refresh (sends no money):"
        yield Advice(why, f"payouts sync --cycle {cycle}")
