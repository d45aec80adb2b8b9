"""What only a person can decide, in words: batches in review, and PayPal's words that contradict our record."""

from collections.abc import Sequence

from paypal_payouts.domain.identity import BatchName
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.states import BatchStatus
from paypal_payouts.domain.steps import AT_PAYPAL, NOT_KNOWN, conflict_words, explain_command, settling
from paypal_payouts.domain.totals import Conflict
from paypal_payouts.domain.words import sentence
from paypal_payouts.errors import NeedsReview


def review_error(batches: Sequence[BatchRecord], conflicts: Sequence[Conflict]) -> NeedsReview | None:
    """Describe what a person must decide on, and how; None where nothing waits for one."""
    in_review = [batch for batch in batches if batch.status is BatchStatus.REVIEW]
    disputed = [conflict for conflict in conflicts if not conflict.acknowledged]
    if not in_review and not disputed:
        return None
    sentences = (_review_sentence(in_review), _conflict_sentence(disputed))
    hints = (_review_hint(in_review), _conflict_hint(disputed))
    return NeedsReview(
        " ".join(filter(None, sentences)),
        hint=" ".join(filter(None, hints)),
        details=[
            *(
                {"batch": str(batch.name), "reason": batch.review_reason, "last_error": batch.last_retry_error}
                for batch in in_review
            ),
            *(
                {"batch": each.batch, "item_id": each.item_id, "state": str(each.state), "word": each.word}
                for each in disputed
            ),
        ],
    )


def _review_sentence(in_review: Sequence[BatchRecord]) -> str:
    if not in_review:
        return ""
    names = ", ".join(f"{batch.name}{f' ({why})' if (why := batch.review_reason) else ''}" for batch in in_review)
    known = AT_PAYPAL if all(batch.is_at_paypal for batch in in_review) else NOT_KNOWN
    return (
        f"A person must decide on {'batches' if len(in_review) > 1 else 'batch'} {names}. {sentence(known)[:-1]}; "
        f"nothing more is sent for the cycle until then."
    )


def _review_hint(in_review: Sequence[BatchRecord]) -> str:
    if not in_review:
        return ""
    shows = "shows our rows beside PayPal's, and what each decision means; it changes nothing"
    return f"`payouts review {in_review[0].name}` {shows}."


def _conflict_sentence(disputed: Sequence[Conflict]) -> str:
    if not disputed:
        return ""
    more = f", and {len(disputed) - 1} more such words" if len(disputed) > 1 else ""
    return f"{conflict_words(disputed[0])}{more}. Somebody may be paid twice, or money be missing: a person must look."


def _conflict_hint(disputed: Sequence[Conflict]) -> str:
    name = BatchName.parse(disputed[0].batch) if disputed else None
    if name is None:
        return ""
    end = settling(name.cycle, disputed[0])
    story = explain_command(disputed[0].item_id, name.cycle)
    return f"Nothing more is paid for it. `{story}` tells its story. {end.why}: `{end.command}`."
