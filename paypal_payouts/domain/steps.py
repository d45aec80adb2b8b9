"""Single steps: why one batch, or one contradiction, needs something, and the command that does it."""

from collections.abc import Iterator
from typing import Final, NamedTuple, assert_never

from paypal_payouts.domain.payout import BatchRecord, FailedTry
from paypal_payouts.domain.refusal import said, way_out
from paypal_payouts.domain.retry import DEAD_TOKEN_AGE, waits_for_corrected_rows
from paypal_payouts.domain.standing import money_of
from paypal_payouts.domain.states import ACKNOWLEDGED, ENDED_BY_PAYPAL, MEANING, BatchStatus, ItemState, Money
from paypal_payouts.domain.totals import Conflict
from paypal_payouts.domain.words import WHY, counted, typed, utc_minute

_B, _I = BatchStatus, ItemState

_SEVERAL_WAIT: Final = ("wait for their payees", "these have", "them")

NOT_KNOWN: Final = "it is not known whether PayPal paid"

AT_PAYPAL: Final = "PayPal has a batch of this id, which is not proven equal to ours"
"""Said of what is in review, where PayPal has answered."""


_NO_ANSWER: Final = frozenset({"CONNECTION_LOST", "NO_CONNECTION", "TIMEOUT"})
"""What stands for PayPal's code where no whole answer came; any other code is an answer that proves nothing."""


class Advice(NamedTuple):
    """Why something is to be done, and the command that does it."""

    why: str
    command: str


CHANGED: Final = "the database was changed by another hand, and what stands here may not be true"

SEALS: Final = Advice(
    "Whatever pays refuses this until the database is put right. What else of it was changed (changes nothing):",
    "payouts doctor",
)
"""Said of what another hand changed, in the place of every other step."""


def last_error_code(batch: BatchRecord) -> str | None:
    """Return PayPal's code for the last send that failed; of a definite refusal that still stands before any other."""
    if batch.refusal is not None:
        return batch.refusal.code
    return batch.last_retry_error.partition(":")[0] if batch.last_retry_error else None


def may_have_moved(batch: BatchRecord) -> bool:
    """Return whether money of a batch that has no answer may be on its way."""
    return money_of(_I.UNSENT, batch.status, may_have_moved=batch.unproven_sends > 0) is Money.UNKNOWN


def last_answer(batch: BatchRecord) -> str:
    """Say what PayPal answered last to a batch of which nobody knows whether it is paid, or that it did not."""
    if batch.refusal is not None:
        return "one send of it has no answer"
    code = last_error_code(batch)
    if code is None:
        return "no answer is on record"
    return f"PayPal did not answer ({code})" if code in _NO_ANSWER else f"PayPal answered {code.removeprefix('HTTP_')}"


def explain_command(item_id: str, cycle: str) -> str:
    """Return the command that tells the story of an item."""
    return f"payouts explain {typed(item_id, f'--cycle {cycle}')}"


def looking_for(sender_batch_id: str, cycle: str | None = None) -> str:
    """Say where a person looks before vouching that PayPal did not pay a batch; `cycle`: where its rows are stored."""
    books = (
        f"; `payouts reconcile --cycle {cycle}` looks for each payment of the cycle in PayPal's books" if cycle else ""
    )
    return f"Look for {sender_batch_id} in PayPal's activity list first{books}."


def settling(cycle: str, conflict: Conflict) -> Advice:
    """Describe how a conflict ends."""
    options = f"--cycle {cycle} --to {ACKNOWLEDGED} --reason {WHY}"
    return Advice(
        "Once it is settled with PayPal and the payee", f"payouts override {typed(conflict.item_id, options)}"
    )


def canceling(cycle: str, item_id: str) -> Advice:
    """Describe how money that went to a wrong address comes back before its payee takes it."""
    return Advice(
        "Where the address is wrong, call it back; then correct the row and pay it again:",
        f"payouts cancel {typed(item_id, f'--cycle {cycle} --reason {WHY}')}",
    )


def conflict_words(conflict: Conflict) -> str:
    """Describe how PayPal's word contradicts our record of a payment."""
    if MEANING[conflict.state].money is Money.PAID and conflict.word != "SUCCESS":
        return f"PayPal says {conflict.word} of {conflict.item_id} in {conflict.batch}, which it had paid"
    return f"PayPal says {conflict.word} of {conflict.item_id} in {conflict.batch}, which was not to be paid any more"


def failed_try_words(tried: FailedTry) -> str:
    """Describe the last try to send a batch that was never sent."""
    return f"last try {utc_minute(tried.at)}: {tried.why}; nothing was sent"


def batch_step(cycle: str, record: BatchRecord, *, rows_differ: bool = False) -> Advice | None:
    """Describe what a batch without an answer, or with a bad one, waits for.

    `rows_differ`: the input, where one was read, does not have its rows as they were stored.
    """
    run, name = f"payouts run {cycle}", str(record.name)
    match record.status:
        case _B.PLANNED:
            tried = "" if record.failed_try is None else f"; {failed_try_words(record.failed_try)}"
            return Advice(f"{name} is stored and was never sent{tried}", run)
        case _B.IN_FLIGHT if waits_for_corrected_rows(record):
            return _refused_after_a_lost_send(record)
        case _B.IN_FLIGHT:
            return Advice(_unanswered(record), run)
        case _B.REVIEW:
            return Advice(
                f"A person must decide about {name}: {record.review_reason or NOT_KNOWN}", f"payouts review {name}"
            )
        case _B.REFUSED:
            return None if record.superseded else Advice(*way_out(record, rows_differ=rows_differ))
        case _B.ACCEPTED | _B.DONE | _B.DENIED | _B.CANCELED | _B.ABANDONED:
            return None
        case _:
            assert_never(record.status)


def _unanswered(record: BatchRecord) -> str:
    """State that nobody knows, or that surely nothing was sent, of a batch that is in flight."""
    items = counted(record.items, "item")
    code = last_error_code(record) or "no answer on record"
    times = "once" if record.sends == 1 else f"{record.sends} times"
    if may_have_moved(record):
        refusal = f" PayPal refused another send of it ({record.refusal.code})." if record.refusal else ""
        they, them = ("It", "it") if record.items == 1 else ("They", "them")
        return (
            f"{items} of {record.name} UNKNOWN: sent {times}, and {last_answer(record)}.{refusal} {they} may "
            f"be paid. Do not pay {them} another way"
        )
    return f"{items} of {record.name} not sent: PayPal could not be reached ({code}), tried {times}"


def _refused_after_a_lost_send(record: BatchRecord) -> Advice:
    """Name the way out of a batch whose contents PayPal refuses while an earlier send of it has no answer."""
    name, refusal = record.name, record.refusal
    given_up = _giving_up(record)
    reason = "" if refusal is None else f" ({said(refusal.code, refusal.message)})"
    return Advice(
        f"PayPal refused the contents of {name}{reason}, and another send of it has no answer. "
        f"{given_up.why} (`{given_up.command}`), and its corrected rows be paid after that",
        f"payouts status {name}",
    )


def _giving_up(record: BatchRecord) -> Advice:
    """Return when a batch without an answer can be given up."""
    until = None if record.last_sent_at is None else record.last_sent_at + DEAD_TOKEN_AGE
    when = "" if until is None else f" after {utc_minute(until)}"
    return Advice(
        f"Where PayPal's activity list does not show it, or only as denied, it can be given up{when}",
        f"payouts override {record.name} --to {_B.ABANDONED} --reason {WHY}",
    )


def pending_step(cycle: str, record: BatchRecord) -> Advice | None:
    """State that PayPal works on a batch, or that it has finished it and left items open."""
    if record.paypal_batch_id is None or not record.states[_I.PENDING]:
        return None
    if record.status in ENDED_BY_PAYPAL:
        return Advice(
            f"PayPal has finished {record.name} with {record.states[_I.PENDING]} pending: the payee may have to accept "
            f"the currency (`payouts status {record.name} --errors` says so); after days, ask PayPal's support. It is "
            "not paid again before PayPal's last word",
            f"payouts sync --cycle {cycle}",
        )
    return Advice(f"PayPal works on {record.name}: {record.states[_I.PENDING]} pending", f"payouts run {cycle}")


def paying_again(said: str, command: str, *, items: int, held_back: int) -> Advice:
    """Describe what pays items again, of which some may wait for their payees: those are left out, unless asked for."""
    correct = "Correct the rows in the cycle's file where they are wrong, then pay"
    if not held_back:
        return Advice(f"{said}. {correct} {'it' if items == 1 else 'them'} again:", command)
    waits, have, them = ("waits for its payee", "that payee has", "it") if held_back == 1 else _SEVERAL_WAIT
    others = f"the other {items - held_back:,}"
    return Advice(
        f"{said}. {held_back:,} of them {waits}: once {have} acted, `{command} --include-payee-errors` pays {them}, "
        f"too. {correct} what was corrected and {others} again:",
        command,
    )


def payees_first(said: str, command: str, *, look: str | None, items: int) -> Iterator[Advice]:
    """Say that only the payees can help: what each of them has to do, what pays corrected rows, last what pays all.

    What pays corrected rows alone is refused before they are corrected: it stands in the words, and is no next command.
    """
    whose, rows, have = ("its payee", "the row", "has") if items == 1 else ("their payees", "the rows", "have")
    said = f"{said}, and {whose} must act first. "
    if look is not None:
        yield Advice(f"{said}Who must do what:", look)
        said = ""
    corrected = f"Correct {rows} in the cycle's file, then `{command}` pays what was corrected"
    all_the_same = "to pay all that is unpaid there all the same, unchanged rows too"
    yield Advice(
        f"{said}{corrected}. Or, once {whose} {have} acted, {all_the_same}:", f"{command} --include-payee-errors"
    )
