"""When a batch may be sent again, and how long to wait before: data in, a decision out; sleeping is others' work.

Source: docs/design.md, 8.3, 8.5, 8.6 and 9.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from paypal_payouts.domain.outcome import Failure
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.states import (
    FREED,
    SENDABLE_BY_RETRY,
    SENDABLE_BY_RUN,
    STATUS_MEANING,
    UNDECIDED,
    UNPAID_SO_FAR,
    BatchStatus,
)

DEAD_TOKEN_AGE: Final = timedelta(hours=24)
"""A POST that was lost this long ago cannot arrive any more: the token it carried (about 9 hours) is dead."""


class RetryPolicy(Struct, frozen=True):
    """How often, how fast and for how long a batch is sent again under its own id."""

    max_retries: int = 3
    base_delay_s: float = 5.0
    max_delay_s: float = 300.0
    max_age_days: int = 25

    @property
    def is_in_order(self) -> bool:
        """Whether no pause is longer than the longest."""
        return self.base_delay_s <= self.max_delay_s

    def come_back_in_s(self, failure: Failure) -> float | None:
        """Return for how long PayPal asks to be left alone, where that is longer than the policy waits."""
        wanted_s = failure.retry_after_s
        return wanted_s if wanted_s is not None and wanted_s > self.max_delay_s else None


class RetryIn(Struct, frozen=True):
    """Send the same bytes again after this pause, in seconds."""

    delay_s: float


class GiveUp(Struct, frozen=True):
    """End this round; the batch stays as it is and the next `run` goes on."""

    reason: str


def decide(policy: RetryPolicy, failure: Failure, *, sends: int, ceiling_s: float, jitter: float) -> RetryIn | GiveUp:
    """Decide whether what had no answer that counts is repeated now: full jitter below a ceiling, Retry-After obeyed.

    `sends` counts those of this round; `ceiling_s` is the longest pause after so many; `jitter` lies in 0 to 1 and is
    the caller's chance.
    """
    left_alone_s = policy.come_back_in_s(failure)
    if left_alone_s is not None:
        return GiveUp(f"PayPal asks to come back in {left_alone_s:.0f} s")
    if sends > policy.max_retries:
        return GiveUp(f"{sends} sends without an answer in this run")
    return RetryIn(ceiling_s * jitter if failure.retry_after_s is None else failure.retry_after_s)


class Eligibility(Struct, frozen=True):
    """Whether `retry` may act on a batch, with the reason in words."""

    eligible: bool
    reason: str


_ARCHIVED: Final = Eligibility(eligible=False, reason="its cycle is archived")
TAKEN_OVER: Final = Eligibility(eligible=False, reason="a later attempt has taken its items over")


def too_old(batch: BatchRecord, *, now: datetime, max_age_days: int) -> bool:
    """Return whether PayPal may have begun to forget the batch's id: then it is never sent again."""
    return batch.first_sent_at is not None and now - batch.first_sent_at >= timedelta(days=max_age_days)


def must_be_doubted(batch: BatchRecord, *, now: datetime, max_age_days: int) -> bool:
    """Return whether a send of the batch has no answer, and PayPal can no longer be asked: a person must look."""
    is_lost = batch.status is BatchStatus.DENIED and batch.open_sends > 0 and not batch.superseded
    return (batch.status is BatchStatus.IN_FLIGHT or is_lost) and too_old(batch, now=now, max_age_days=max_age_days)


def waits_for_corrected_rows(batch: BatchRecord) -> bool:
    """Return whether PayPal refused the contents of the last send: the same bytes would be refused again.

    `run` leaves such a batch alone; each further send would only put off the day on which it can be given up.
    """
    refusal = batch.refusal
    return (
        batch.status in SENDABLE_BY_RUN
        and refusal is not None
        and refusal.is_of_its_contents
        and refusal.send == batch.sends
    )


def may_send(batch: BatchRecord, *, now: datetime, max_age_days: int) -> Eligibility:
    """Return whether `retry BATCH` may send the same bytes under the same id."""
    if batch.is_archived:
        return _ARCHIVED
    # A finished batch may have items beside those that were taken over.
    if batch.superseded and batch.status is not BatchStatus.DONE:
        return TAKEN_OVER
    if batch.status not in SENDABLE_BY_RETRY:
        return Eligibility(eligible=False, reason=STATUS_MEANING[batch.status].retry)
    if too_old(batch, now=now, max_age_days=max_age_days):
        return Eligibility(
            eligible=False,
            reason=f"first sent {max_age_days} days ago or more: PayPal may have forgotten its id",
        )
    if batch.status is BatchStatus.DENIED and not UNPAID_SO_FAR.issuperset(+batch.states):
        return Eligibility(eligible=False, reason="PayPal denied it, and not every item of it is known to be unpaid")
    return Eligibility(eligible=True, reason=f"{STATUS_MEANING[batch.status].retry}{_sends(batch)}")


def _sends(batch: BatchRecord) -> str:
    """Count the sends of a batch in words; their number is no reason to give up: a later run starts counting again."""
    if batch.first_sent_at is None:
        return ""
    times = "once" if batch.retry_count == 0 else f"{batch.retry_count + 1} times"
    unanswered = f", {batch.open_sends} without an answer" if batch.open_sends and batch.retry_count else ""
    # What PayPal refused is told by itself.
    error = batch.last_retry_error.partition(":")[0] if batch.last_retry_error and batch.refusal is None else ""
    return f" (sent {times} so far{unanswered}{f'; last error {error}' if error else ''})"


def may_continue(batch: BatchRecord, changed: Collection[int], *, now: datetime, max_age_days: int) -> Eligibility:
    """Return whether `run` sends a stored batch; without a reason where nobody would expect it to.

    `changed`: the keys of refused batches of which the input no longer says the same.
    """
    if batch.status not in SENDABLE_BY_RUN or batch.superseded:
        return Eligibility(eligible=False, reason="")
    if batch.id in changed:
        return Eligibility(eligible=False, reason="stays refused: its rows are not as they were stored")
    if waits_for_corrected_rows(batch):
        return Eligibility(eligible=False, reason="is not sent: its rows are as PayPal refused them")
    if batch.status is BatchStatus.REFUSED and not may_send(batch, now=now, max_age_days=max_age_days).eligible:
        return Eligibility(eligible=False, reason="")
    return Eligibility(eligible=True, reason="")


def may_pay_again(batch: BatchRecord) -> Eligibility:
    """Return whether items of the batch that are proven unpaid may go out under a new attempt number.

    PayPal frees the id of a denied batch. A copy of a POST whose answer was lost may have been taken under the free id
    since; that its token is dead by now says only that none arrives any more. So PayPal must have been asked again
    under the id after the token's death, and have denied it again (docs/design.md, 8.5).
    """
    if batch.is_archived:
        return _ARCHIVED
    if batch.status in UNDECIDED:
        return Eligibility(eligible=False, reason=f"its outcome is open: it is {batch.status}")
    if batch.status in FREED and batch.open_sends:
        lost, asked = batch.last_open_send_at, batch.last_sent_at
        if lost is None or asked is None or asked - lost < DEAD_TOKEN_AGE:
            return Eligibility(
                eligible=False,
                reason=f"a send of it has no answer and might still arrive: `retry {batch.name}` asks PayPal under the "
                f"same id; 24 hours after that send, this proves it",
            )
    return Eligibility(eligible=True, reason="no send of it can arrive any more")


def eligibility(batch: BatchRecord, *, now: datetime, max_age_days: int, lost: Sequence[str] = ()) -> Eligibility:
    """Describe what `retry` can do for a batch: the same id, a new attempt for unpaid items, or nothing.

    `lost` are batches of its cycle that were sent, and that the database does not know.
    """
    same_id = may_send(batch, now=now, max_age_days=max_age_days)
    unpaid = batch.payable_again
    if not unpaid or (same_id.eligible and not lost):
        return same_id
    again = may_pay_again(batch)
    if not again.eligible:
        if must_be_doubted(batch, now=now, max_age_days=max_age_days):
            words = f"a send of it has no answer, {same_id.reason}: `retry {batch.name}` puts it before a person"
            return Eligibility(eligible=False, reason=words)
        return again
    if lost:
        words = f"{', '.join(lost)}, unknown here, may have paid its unpaid items: `retry --failed-items` asks PayPal"
        return Eligibility(eligible=True, reason=words)
    plural = "item is" if unpaid == 1 else "items are"
    return Eligibility(eligible=True, reason=f"{unpaid} {plural} known to be unpaid: `retry --failed-items`")
