"""The second memory, held against the database: what this lock directory sent, and the database does not know.

A database can be lost, or restored from an old copy. The lines of the lock file, written before money moves, tell. A
line is known when the database remembers a send of that batch at that time or later (design, section 3).
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from paypal_payouts.domain.payout import BatchRecord, NewBatch
from paypal_payouts.errors import NeedsReview
from paypal_payouts.locks import SentLine


def check_memory(
    lines: Sequence[SentLine], batches: Sequence[BatchRecord], *, now: datetime, max_age_days: int
) -> None:
    """Refuse to send for a cycle of which the database has forgotten something that PayPal may have forgotten too.

    Younger lines are no obstacle: the ids come out the same, PayPal answers that it has them, and they are adopted
    after comparing.

    Raises:
        NeedsReview: naming the batches, and when they were sent.

    """
    limit = timedelta(days=max_age_days)
    forgotten = [line for line in _forgotten(lines, batches) if now - line.at >= limit]
    if forgotten:
        raise _refusal(
            forgotten,
            "PayPal may have forgotten the id as well",
            "Restore the database from its newest copy, then run again. Is it lost for good: look in PayPal's activity "
            "list who was paid, and only then move the lock file aside.",
        )


def check_memory_of(lines: Sequence[SentLine], batch: BatchRecord) -> None:
    """Refuse to pay items of a batch anew when the batch was sent after all that the database remembers of it.

    Raises:
        NeedsReview: naming the batch, and when it was sent.

    """
    forgotten = [line for line in _forgotten(lines, [batch]) if line.batch == batch.name]
    if forgotten:
        raise _refusal(
            forgotten,
            "its items may be paid",
            f"Restore the newest copy of the database, or ask PayPal under the same id: `payouts retry {batch.name}`.",
        )


def check_contents(
    lines: Sequence[SentLine], batches: Sequence[BatchRecord], new: Callable[[], Iterable[NewBatch]]
) -> None:
    """Refuse to send for a cycle whose forgotten sends do not come out the same: their items may be paid by others.

    `new` are the batches that are about to be stored. PayPal need not know the id of a forgotten batch, which it may
    have refused, or denied and freed; and a changed input moves items to other ids.

    Raises:
        NeedsReview: naming the forgotten batches that would not be sent again with the same contents.

    """
    forgotten = _forgotten(lines, batches)
    if not forgotten:
        return
    contents = {batch.name: batch.checksum for batch in batches} | {batch.name: batch.checksum for batch in new()}
    others = [
        line for line in forgotten if line.batch not in contents or line.checksum not in {None, contents[line.batch]}
    ]
    if others:
        raise _refusal(
            others,
            "what is sent now would not be the same",
            "Restore the database from its newest copy, or the input as it was then, and run again. Is it lost for "
            "good: look in PayPal's activity list who was paid, and only then move the lock file aside.",
        )


def _forgotten(lines: Sequence[SentLine], batches: Sequence[BatchRecord]) -> list[SentLine]:
    last_sent = {batch.name: batch.last_sent_at for batch in batches if batch.last_sent_at is not None}
    return [line for line in lines if line.batch not in last_sent or last_sent[line.batch] < line.at]


def _refusal(lines: Sequence[SentLine], why: str, hint: str) -> NeedsReview:
    names = ", ".join(f"{line.batch} ({line.at:%Y-%m-%d %H:%M} UTC)" for line in lines)
    return NeedsReview(
        f"The lock directory remembers sends that this database does not know: {names}. The database is lost or old, "
        f"and {why}. Nothing was sent.",
        hint=hint,
        details=[{"batch": str(line.batch), "sent_at": line.at.isoformat()} for line in lines],
    )
