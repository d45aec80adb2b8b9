"""What a cycle stands at, who acts next, and what to type: the only place that says so.

Whatever is printed to be typed is accepted in the state that printed it; so each step is derived from the same rules by
which the commands decide (`domain.retry`). Sources: contract, sections 4 to 7.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, NamedTuple

from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.retry import DEAD_TOKEN_AGE, Eligibility, waits_for_corrected_rows
from paypal_payouts.domain.standing import money_of
from paypal_payouts.domain.states import MEANING, BatchStatus, ItemState, Money
from paypal_payouts.domain.totals import Conflict, Tally
from paypal_payouts.domain.words import counted, listed, not_final, not_paid

_B, _I = BatchStatus, ItemState

WHY: Final = '"say here what you know and how"'
"""Stands for a reason in a command; long enough to be accepted as it stands."""

_NOT_KNOWN: Final = "it is not known whether PayPal paid"
_NAMED_MAX: Final = 3
"""So many batches are named in one sentence; the rest is counted."""


@dataclass(frozen=True, slots=True)
class BatchReport:
    """A batch with what can be done for it now."""

    record: BatchRecord
    eligibility: Eligibility
    """Whether `retry` may act on it, and why or why not."""
    may_be_resent: bool = False
    """`retry BATCH` is accepted: the same bytes under the same id, or it becomes a person's to decide."""
    may_pay_again: bool = False
    """`retry BATCH --failed-items` is accepted, should a row be left to pay."""
    held_back: int = 0
    """How many of its unpaid items wait for their payee: unchanged, they are left out by that."""


class Advice(NamedTuple):
    """Why something is to be done, and the command that does it."""

    why: str
    command: str


class OpenBatch(NamedTuple):
    """A batch that keeps its cycle from being finished, and the one command that takes it further."""

    batch: str
    why: str
    error_code: str | None
    since: datetime | None
    """Its last send."""
    next: str


@dataclass(frozen=True, slots=True)
class Outlook:
    """Is anything open, is anything wrong, what do I type."""

    open: tuple[OpenBatch, ...] = ()
    next: tuple[Advice, ...] = ()
    what_is_open: str = "nothing"
    what_is_wrong: str = "nothing"


def outlook(cycle: str, batches: Sequence[BatchReport], tally: Tally) -> Outlook:
    """Look at a cycle, or at one batch of it, as it is stored."""
    records = [batch.record for batch in batches]
    waiting = (_open(cycle, batch, tally.conflicts) for batch in batches)
    return Outlook(
        open=tuple(found for found in waiting if found is not None),
        next=tuple(_advice(cycle, batches, tally)),
        what_is_open="; ".join(_what_is_open(records, tally)) or "nothing",
        what_is_wrong="; ".join(_what_is_wrong(records, tally)) or "nothing",
    )


def last_error_code(batch: BatchRecord) -> str | None:
    """Give PayPal's code for the last send that failed; of a definite refusal that still stands before any other."""
    if batch.refusal is not None:
        return batch.refusal.code
    return batch.last_retry_error.partition(":")[0] if batch.last_retry_error else None


def may_have_moved(batch: BatchRecord) -> bool:
    """Tell whether money of a batch that has no answer may be on its way."""
    return money_of(_I.UNSENT, batch.status, may_have_moved=batch.unproven_sends > 0) is Money.UNKNOWN


def _open(cycle: str, batch: BatchReport, conflicts: Sequence[Conflict]) -> OpenBatch | None:
    """Say what keeps a batch from its end; None where nothing does."""
    record = batch.record
    step = _conflict_step(cycle, record, conflicts) or _batch_step(cycle, batch) or _item_step(cycle, record)
    if step is None:
        return None
    return OpenBatch(str(record.name), step.why, last_error_code(record), record.last_sent_at, step.command)


def _conflict_step(cycle: str, record: BatchRecord, conflicts: Sequence[Conflict]) -> Advice | None:
    disputed = [each for each in conflicts if each.batch == str(record.name) and not each.acknowledged]
    if not disputed:
        return None
    first = disputed[0]
    more = f" (and of {len(disputed) - 1} more items)" if len(disputed) > 1 else ""
    return Advice(f"{conflict_words(first)}{more}.", f"payouts explain {first.item_id} --cycle {cycle}")


def conflict_words(conflict: Conflict) -> str:
    """Say how PayPal's word contradicts our record of a payment."""
    if MEANING[conflict.state].money is Money.PAID and conflict.word != "SUCCESS":
        return f"PayPal says {conflict.word} of {conflict.item_id} in {conflict.batch}, which it had paid"
    return f"PayPal says {conflict.word} of {conflict.item_id} in {conflict.batch}, which was not to be paid any more"


def _batch_step(cycle: str, batch: BatchReport) -> Advice | None:
    """Say what a batch without an answer, or with a bad one, waits for."""
    record = batch.record
    run, name = f"payouts run --cycle {cycle}", str(record.name)
    match record.status:
        case _B.PLANNED:
            return Advice(f"{name} is stored and was never sent", run)
        case _B.IN_FLIGHT if waits_for_corrected_rows(record):
            return _refused_after_a_lost_send(record)
        case _B.IN_FLIGHT:
            return Advice(_unanswered(record), run)
        case _B.REVIEW:
            step = review_step(record)
            reason = (record.review_reason or _NOT_KNOWN).rstrip(".")
            return Advice(f"A person must decide about {name}: {reason}. {step.why}", step.command)
        case _B.REFUSED if not record.superseded:
            return refused_step(cycle, record)
        case _:
            return None


def _unanswered(record: BatchRecord) -> str:
    """Say that nobody knows, or that surely nothing was sent, of a batch that is in flight."""
    items = counted(record.items, "item")
    code = last_error_code(record) or "no answer on record"
    times = "once" if record.sends == 1 else f"{record.sends} times"
    if may_have_moved(record):
        refusal = f" PayPal refused another send of it ({record.refusal.code})." if record.refusal else ""
        return (
            f"{items} of {record.name} UNKNOWN: sent {times}, and PayPal did not answer ({code}).{refusal} They may be "
            f"paid. Do not pay them another way"
        )
    return f"{items} of {record.name} not sent: PayPal could not be reached ({code}), tried {times}"


def _refused_after_a_lost_send(record: BatchRecord) -> Advice:
    """Name the way out of a batch whose contents PayPal refuses while an earlier send of it has no answer."""
    name, refusal = record.name, record.refusal
    said = "" if refusal is None else f" ({refusal.code}: {refusal.message.rstrip('.')})"
    why = f"PayPal refused the contents of {name}{said}, and another send of it has no answer"
    return Advice(
        f"{why}. Where PayPal's activity list does not show it, {_giving_up(record)}; its corrected rows are paid by "
        f"`payouts retry {name} --failed-items` then",
        f"payouts status {name}",
    )


def review_step(record: BatchRecord) -> Advice:
    """Name the ways out of a review, of which a person picks one after having looked."""
    name, named = record.name, record.named_batch_id
    accept = f"payouts override {name} --to accepted --paypal-batch-id {named or 'ID'} --reason {WHY}"
    if named is not None:
        return Advice("PayPal named its batch. To compare it with ours, item by item", accept)
    look = (
        "Look for it in PayPal's activity list; one that PayPal denied does not count, as it paid nobody. Where it is "
        "there, put PayPal's id in place of ID"
    )
    if record.is_at_paypal:
        return Advice(f"PayPal has it. {look}: `{accept}`. How it stands", f"payouts status {name}")
    return Advice(
        f"{look}: `{accept}`. Where it is not there, {_giving_up(record)}. How it stands", f"payouts status {name}"
    )


def _giving_up(record: BatchRecord) -> str:
    """Say how a batch is given up that PayPal does not have, and from when on that is accepted."""
    free_at = None if record.last_sent_at is None else record.last_sent_at + DEAD_TOKEN_AGE
    when = "" if free_at is None else f" after {free_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return f"it can be given up{when} (`payouts override {record.name} --to abandoned --reason {WHY}`)"


def refused_step(cycle: str, record: BatchRecord) -> Advice:
    """Say why PayPal refused a batch, and how it is paid all the same."""
    refusal = record.refusal
    said = record.last_retry_error or "" if refusal is None else f"{refusal.code}: {refusal.message.rstrip('.')}"
    why = f"PayPal refused {record.name} ({said}) and paid nobody of it"
    if waits_for_corrected_rows(record):
        return Advice(
            f"{why}. The same rows would be refused again: correct them, then",
            f"payouts retry {record.name} --failed-items",
        )
    return Advice(f"{why}. Once the cause is fixed, the same batch is sent again by", f"payouts run --cycle {cycle}")


def _pending_step(cycle: str, record: BatchRecord) -> Advice | None:
    """Say that `run` waits for PayPal."""
    if record.paypal_batch_id is None or not record.states[_I.PENDING]:
        return None
    return Advice(f"PayPal works on {record.name}: {record.states[_I.PENDING]} pending", f"payouts run --cycle {cycle}")


def _item_step(cycle: str, record: BatchRecord) -> Advice | None:
    """Say what the items of a batch wait for that PayPal has."""
    if record.paypal_batch_id is None:
        return None
    pending = _pending_step(cycle, record)
    if pending is not None:
        return pending
    held = {state: record.states[state] for state in (_I.ONHOLD, _I.UNRECOGNIZED) if record.states[state]}
    if held:
        return Advice(f"PayPal has not decided on {listed(held)} of {record.name}", f"payouts sync --cycle {cycle}")
    return None


def _what_is_open(batches: Sequence[BatchRecord], tally: Tally) -> Iterator[str]:
    """Say what PayPal, or the next run, will still change."""
    unknown = sum(batch.states[_I.UNSENT] for batch in batches if may_have_moved(batch))
    if unknown:
        yield f"{counted(unknown, 'item')} UNKNOWN: sent, and PayPal has not answered; they may be paid"
    waiting = not_final(tally.states)
    if waiting.get(_I.UNSENT):
        waiting[_I.UNSENT] -= min(unknown, waiting[_I.UNSENT])
    if words := listed(waiting):
        yield words
    taken = sum(batch.status is _B.ACCEPTED for batch in batches)
    if taken:
        yield f"{counted(taken, 'batch')} that PayPal has not closed"


def _what_is_wrong(batches: Sequence[BatchRecord], tally: Tally) -> Iterator[str]:
    """Say what does not heal by itself."""
    current = [batch for batch in batches if not batch.superseded]
    review = sum(batch.status is _B.REVIEW for batch in current)
    if review:
        yield f"{counted(review, 'batch')} for a person to decide"
    if tally.open_conflicts:
        yield f"PayPal contradicts our record of {counted(tally.open_conflicts, 'payment')}"
    refused = sum(batch.status is _B.REFUSED for batch in current)
    if refused:
        yield f"{counted(refused, 'batch')} refused by PayPal"
    lost = sum(batch.status is _B.IN_FLIGHT and batch.refusal is not None for batch in current)
    if lost:
        yield f"{counted(lost, 'batch')} refused by PayPal, with another send unanswered"
    unpaid = not_paid(tally.states)
    if proven := {state: count for state, count in unpaid.items() if MEANING[state].money is Money.UNPAID}:
        yield f"not paid: {listed(proven)}"
    if undecided := {state: count for state, count in unpaid.items() if state not in proven}:
        yield f"not paid so far, and PayPal may yet pay it: {listed(undecided)}"


def _advice(cycle: str, batches: Sequence[BatchReport], tally: Tally) -> Iterator[Advice]:
    """Name the next commands, the most urgent first; none when nothing is left to do."""
    conflicts = [each for each in tally.conflicts if not each.acknowledged]
    in_review = [batch for batch in batches if batch.record.status is _B.REVIEW]
    for batch in in_review:
        yield from _filled(_batch_step(cycle, batch))
    for conflict in conflicts[:1]:
        item = conflict.item_id
        yield Advice(f"{conflict_words(conflict)}. What became of it:", f"payouts explain {item} --cycle {cycle}")
        yield Advice(
            "Once it is settled with PayPal and the payee:",
            f"payouts override {item} --cycle {cycle} --to acknowledged --reason {WHY}",
        )
    # While a person must decide on a batch nothing is sent for its cycle: `run` only reads, and `retry` is refused.
    if not in_review:
        yield from _continued(cycle, batches)
        yield from _denied(batches)
        yield from _payable_again(cycle, batches)
    yield from _moving(cycle, batches, tally)


def _filled(step: Advice | None) -> Iterator[Advice]:
    if step is not None:
        yield Advice(f"{step.why}:", step.command)


def _continued(cycle: str, batches: Sequence[BatchReport]) -> Iterator[Advice]:
    """Say what batches wait for, those that the same command takes further together."""
    whys: dict[str, list[str]] = {}
    for batch in batches:
        step = _batch_step(cycle, batch) or _pending_step(cycle, batch.record)
        if step is not None:
            whys.setdefault(step.command, []).append(step.why)
    for command, reasons in whys.items():
        more = len(reasons) - _NAMED_MAX
        shown = "; ".join([*reasons[:_NAMED_MAX], *([f"and {counted(more, 'more batch')}"] if more > 0 else [])])
        yield Advice(f"{shown}:", command)


def _denied(batches: Sequence[BatchReport]) -> Iterator[Advice]:
    for batch in batches:
        if batch.record.status is _B.DENIED and batch.may_be_resent:
            yield Advice(
                f"PayPal denied {batch.record.name}; once the cause is fixed:", f"payouts retry {batch.record.name}"
            )


def _payable_again(cycle: str, batches: Sequence[BatchReport]) -> Iterator[Advice]:
    """Name the batches that hold items which were not paid."""
    payable = [batch for batch in batches if batch.may_pay_again]
    if not payable:
        return
    items = sum(batch.record.payable_again for batch in payable)
    held_back = sum(batch.held_back for batch in payable)
    one = payable[0].record.name if len(payable) == 1 else None
    where = f"cycle {cycle}" if one is None else str(one)
    command = f"payouts retry {f'--cycle {cycle}' if one is None else one} --failed-items"
    said = f"{counted(items, 'item')} in {where} {'was' if items == 1 else 'were'} not paid"
    if held_back == items:
        yield Advice(
            f"{said}: the payee must act first, or the row be corrected in the cycle's file. To pay unchanged rows all "
            f"the same:",
            f"{command} --include-payee-errors",
        )
        return
    waits = f" ({held_back} of them {'waits' if held_back == 1 else 'wait'} for the payee)" if held_back else ""
    yield Advice(
        f"{said}{waits}. Correct the rows in the cycle's file where they are wrong, then pay them again:", command
    )


def _moving(cycle: str, batches: Sequence[BatchReport], tally: Tally) -> Iterator[Advice]:
    moving = {
        state: tally.states[state]
        for state in (_I.UNCLAIMED, _I.ONHOLD, _I.BLOCKED, _I.UNRECOGNIZED)
        if tally.states[state]
    }
    sync = f"payouts sync --cycle {cycle}"
    if moving:
        are = "is" if sum(moving.values()) == 1 else "are"
        yield Advice(f"{listed(moving)} {are} not decided and may still change. To refresh (sends no money):", sync)
    elif any(batch.record.status is _B.ACCEPTED and not batch.record.states[_I.PENDING] for batch in batches):
        yield Advice("PayPal has not closed every batch. To refresh (sends no money):", sync)
