"""A refusal of PayPal's in words: which batch, what PayPal says of it, who has to act, and the way out."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from paypal_payouts.domain.outcome import Failure
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.retry import waits_for_corrected_rows
from paypal_payouts.domain.states import Actor
from paypal_payouts.domain.words import counted
from paypal_payouts.errors import PayPalRefused

WHO_ACTS: Final[Mapping[Actor, str]] = MappingProxyType(
    {
        "payee": "The payee has to act.",
        "us": "You need to fix this (sender side).",
        "paypal": "PayPal has to act.",
        "nobody": "It heals by itself.",
    }
)


NAMED_MAX: Final = 3
"""So many batches are named in one sentence; the rest is counted."""


def said(code: str, message: str) -> str:
    """Write what PayPal says of a refusal: its code, and its sentence."""
    return f"{code}: {message.rstrip('.')}"


def refused_words(batch: BatchRecord, answer: Failure | None = None) -> str:
    """State that a batch was refused, and for what; after the `answer` itself, a table has the items it names."""
    refusal = batch.refusal
    if answer is not None:
        return not_paid(f"{batch.name} ({said(answer.code, answer.message)})")
    why = batch.last_retry_error or "no reason given" if refusal is None else said(refusal.code, refusal.message)
    return not_paid(f"{batch.name} ({why})")


def not_paid(batches: str) -> str:
    """State that batches were refused, by their names: for those who are told no word of PayPal's."""
    return f"PayPal refused {batches} and paid nobody of it"


def refused_in_short(batch: BatchRecord) -> str:
    """State that a batch was refused, with PayPal's code alone."""
    return f"PayPal refused {batch.name}{f' ({batch.refusal.code})' if batch.refusal else ''}"


def way_out(batch: BatchRecord, *, rows_differ: bool = False) -> tuple[str, str]:
    """Describe what has to be done about a refused batch, and with which command it is paid then.

    Where its rows are not as they were stored, `run` leaves it alone.
    """
    if rows_differ:
        return (
            f"The input has other rows than {batch.name}. Once the cause is fixed, its rows are paid by",
            f"payouts retry {batch.name} --failed-items",
        )
    if waits_for_corrected_rows(batch):
        return (
            f"The rows of {batch.name} would be refused again as they are: correct them, then",
            f"payouts retry {batch.name} --failed-items",
        )
    return sent_again([batch]), f"payouts run {batch.name.cycle}"


def sent_again(batches: Sequence[BatchRecord]) -> str:
    """Describe what becomes of refused batches that are sent as they are; the command that does it stands behind."""
    names = [str(batch.name) for batch in batches]
    if len(names) > NAMED_MAX:
        names = [*names[:NAMED_MAX], counted(len(names) - NAMED_MAX, "more batch")]
    *first, last = names
    which = f"{', '.join(first)} and {last} are" if first else f"{last} is"
    return f"Once the cause is fixed, {which} sent again by"


def refusal_error(
    refused: Sequence[BatchRecord],
    *,
    answers: Mapping[int, Failure] = MappingProxyType({}),
    denied: Iterable[BatchRecord] = (),
    lines: Mapping[str, int] = MappingProxyType({}),
    changed: Collection[int] = (),
) -> PayPalRefused:
    """Describe what PayPal refused, who has to act, and the way out of the first of it.

    `answers` are those to the sends of this command, by `BatchRecord.id`; they say more than what is stored. `lines` is
    where in the input the items stand that PayPal names; `changed` are the batches whose rows are not as stored, by id.
    """
    sentences = [f"PayPal took {batch.name} and then denied it." for batch in denied]
    sentences += [f"{refused_words(batch, answers.get(batch.id))}." for batch in refused]
    told = (answers[batch.id].documented for batch in refused if batch.id in answers)
    # Batches that were refused for the same reason have the same way out.
    meant = dict.fromkeys(f"{each.sentence} {WHO_ACTS[each.who]} {each.link}" for each in told if each is not None)
    why, command = way_out(refused[0], rows_differ=refused[0].id in changed)
    like = [batch for batch in refused if way_out(batch, rows_differ=batch.id in changed)[1] == command]
    if len(like) > 1:
        why = sent_again(like)
    return PayPalRefused(
        " ".join([*sentences, *meant]),
        hint=f"{why}: `{command}`.",
        details=[_details(batch, answers.get(batch.id), lines) for batch in refused],
    )


def credentials_error(failure: Failure, batch: BatchRecord) -> PayPalRefused:
    """State that PayPal refused the credentials with which a batch was to be sent."""
    return PayPalRefused(
        f"PayPal refused the credentials: {said(failure.code, failure.message)}. Nothing was sent for {batch.name}.",
        hint="Check PAYPAL_CLIENT_ID and PAYPAL_CLIENT_SECRET against paypal.environment, then run again.",
        details=[failure_details(failure)],
    )


def failure_details(failure: Failure) -> dict[str, Any]:
    """Show a failure with all that PayPal's support asks for."""
    return {
        "code": failure.code,
        "message": failure.message,
        "error_class": str(failure.error_class),
        "http_status": failure.http_status,
        "debug_id": failure.debug_id,
    }


def _details(batch: BatchRecord, answer: Failure | None, lines: Mapping[str, int]) -> dict[str, Any]:
    told = {"last_error": batch.last_retry_error} if answer is None else failure_details(answer)
    problems = [
        {
            "item_id": problem.item_id,
            "line": None if problem.item_id is None else lines.get(problem.item_id),
            "field": problem.field,
            "value": problem.value,
            "issue": problem.issue,
        }
        for problem in (() if answer is None else answer.problems)
    ]
    return {"batch": str(batch.name), **told, "problems": problems}
