"""What the sent log means: its lines beside the stored batches give one verdict, with its way out.

A line is written once it is decided that a batch gets its permit, and before the permit stands. So it says: from then
on this batch may have been sent. A `void` line takes the line of that batch and time back: the permit was refused after
all. The database knows a line when it has a send of that batch at that time or later. Where it does not, either the
process died between line and permit, or the database is an older copy. Nobody can tell which, so both are answered
alike:

- The batch is stored: the database is told of that send, as one that has no answer. A death an instant later, after the
  permit, would have left the same. The batch is then in flight like any other: younger than `max_age_days` the same
  bytes go out under the same id; older, it becomes `review`, and a person decides by `override`. Answers to later sends
  alone never make it refused or unpaid, and its cycle is not stopped for good.
- It is stored with other contents, or its items were meanwhile paid again or closed: the send is recorded too, and the
  batch becomes `review` at once. Its items may be paid by what the line tells of.
- PayPal has it as accepted: reading says what became of it, and nothing else is held up. Its own items are not paid
  again as long as a send of it is unknown.
- PayPal has said its last word on it, and not that it was denied: the id was never free again, and the line is of no
  consequence.
- It is not stored, or it was given up without knowing of that send: what it paid is not known here. Younger, what is
  about to be stored may be the same batch with the same bytes; then it is stored, and its send recorded, as above.
  Anything else stops the cycle with exit 8: the items of that batch may stand in others. The way out is the newest copy
  of the database; or else PayPal is asked under the same id, by the same rows (`SendsUnknown`); or, last, a person
  looks at PayPal and gives the batch up, by `override --to abandoned`, a day after its send, when no copy of it can
  arrive any more. That voids its lines.

Source: docs/design.md, 11.4 and 14.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from paypal_payouts.domain.identity import BatchName
from paypal_payouts.domain.payout import BatchRecord, NewBatch
from paypal_payouts.domain.plan import Notice
from paypal_payouts.domain.retry import DEAD_TOKEN_AGE
from paypal_payouts.domain.states import FREED, UNDECIDED, UNPAID_SO_FAR, BatchEvent, BatchStatus
from paypal_payouts.domain.words import counted, rfc3339, utc_minute
from paypal_payouts.errors import NeedsReview

ASKS_AGAIN: Final = "asks PayPal under the same id, by the same rows, and pays nobody twice"
"""What `run` or `retry` does where the sent log knows a batch and the database does not."""

_NAMED_MAX: Final = 5
"""So many batches are named in one warning; the rest is counted."""

_RECORDABLE: Final = UNDECIDED | FREED
"""A send of these can still be recorded in the database."""

SENT_LOG: Final = "sent log"
"""The actor in the trail where the sent log knew more than the database."""


class SentLine(Struct, frozen=True):
    """One line of the sent log: a batch may have been sent from this time on."""

    at: datetime
    batch: BatchName
    checksum: str | None
    """Of the request that was sent; None where the line does not tell."""
    is_void: bool = False
    """The line of this batch and time never came to a send, or a person gave that send up."""


class SendsUnknown(NeedsReview):
    """The sent log knows sends that the database does not, so that nothing is proven unpaid; with each way out."""

    def __init__(
        self, lines: Sequence[SentLine], why: str, *, what_was_sent: str = "Nothing was sent.", can_ask: bool = True
    ) -> None:
        """Name the way out of the first batch: after it the next verdict names that of the next.

        `can_ask`: PayPal can be asked under the same id.
        """
        super().__init__(
            f"The sent log knows sends that the database does not: {_names(lines)}. The database is lost or an older "
            f"copy, and {why}. {what_was_sent}",
            details=[{"batch": str(line.batch), "sent_at": rfc3339(line.at)} for line in lines],
        )
        self._first = lines[0].batch
        self._free_at = max(line.at for line in lines if line.batch == self._first) + DEAD_TOKEN_AGE
        self._can_ask = can_ask
        self.lead_out(f"payouts run {self.cycle}")

    @property
    def cycle(self) -> str:
        """Name the cycle of the batch whose way out is named."""
        return self._first.cycle

    def lead_out(self, asking: str) -> None:
        """Name each way out in its order; `asking` is the command that asks PayPal, where it can be asked."""
        ways = ["(1) Put the newest copy of the database back, then run again."]
        if self._can_ask:
            ways.append(f"(2) If there is none: `{asking}` {ASKS_AGAIN}.")
        only_then = "Only if that is refused" if self._can_ask else "If there is none"
        ways.append(
            f"({len(ways) + 1}) {only_then}, and from {utc_minute(self._free_at)} on: look in PayPal's activity list "
            f"who was paid by {self._first}, take their rows out of the input, then "
            f"`payouts override {self._first} --to abandoned --reason TEXT`."
        )
        self.hint = " ".join(ways)


class Recall(NamedTuple):
    """A stored batch, and its sends that only the log knows."""

    batch: BatchRecord
    sends: Sequence[SentLine]
    doubt: str | None
    """Why a person must look; None where the same bytes may be sent again."""


class UnrecordedSends(Struct, frozen=True):
    """What follows from the sends that the log knows and the database does not."""

    recalls: Sequence[Recall] = ()
    """These are to be recorded in the database."""
    accepted: Sequence[SentLine] = ()
    """Of batches that PayPal has, as far as the database knows."""
    lost: Sequence[SentLine] = ()
    """Of batches that the database does not have, or that were given up without knowing of these sends."""
    missing_trail: str | None = None
    """The seal of the last row of the trail that the log saw, where the database does not have it."""
    stop: SendsUnknown | None = None
    """Why nothing may be sent for the cycle, and the way out."""

    @property
    def sends(self) -> list[SentLine]:
        """Return every send that the log knows and the database does not."""
        return [*(send for recall in self.recalls for send in recall.sends), *self.accepted, *self.lost]

    @property
    def lost_batches(self) -> list[str]:
        """Name the batches that were sent after all that the database remembers: they may have paid anybody."""
        return list(dict.fromkeys(str(line.batch) for line in self.lost))

    def doubt(self) -> SendsUnknown | None:
        """Explain why nothing that the database calls unpaid is proven unpaid; None where it knows every send."""
        if self.stop is not None or not self.lost:
            return self.stop
        why = "what it calls unpaid, or never sent, may be paid"
        return SendsUnknown(self.lost, why, what_was_sent="Nothing of that was paid again.")

    def notices(self) -> list[Notice]:
        """Warn of the sends that the database does not know."""
        found: list[Notice] = []
        if self.missing_trail is not None:
            found.append(
                Notice(
                    "trail_shortened",
                    "Rows are missing at the end of the trail, which the sent log saw: they were removed, or the "
                    "database is an older copy. Where that has the cycle, `payouts audit --verify` names the place.",
                )
            )
        if self.sends:
            found.append(self._unknown_sends())
        return found

    def standing(self, told: Sequence[Notice], later: "UnrecordedSends") -> list[Notice]:
        """Return the warnings that a command has collected as they stand at its end.

        `later` is what the database does not know then. Of what was settled since, the way out would be refused.
        """
        settled = [batch for batch in self.lost_batches if batch not in later.lost_batches]
        if not settled or (outdated := self._unknown_sends()) not in told:
            return list(told)
        end = "it, and it is" if len(settled) == 1 else "them, and they are"
        words = f"was older than what was sent: {_listed(settled)}. PayPal was asked about {end} on record now."
        still = (each for each in later.notices() if each.code == "contradiction")
        return [*(each for each in told if each != outdated), Notice("contradiction", f"This database {words}"), *still]

    def why_not_again(self, batch: BatchName) -> SendsUnknown | None:
        """Explain why items of a batch may not be paid again: it was sent after all the database remembers of it."""
        later = [line for line in (*self.accepted, *self.lost) if line.batch == batch]
        return SendsUnknown(later, "its items may be paid", can_ask=False) if later else None

    def _unknown_sends(self) -> Notice:
        if not self.lost:
            return Notice(
                "contradiction",
                f"The sent log knows sends that the database does not: {_names(self.sends)}. Either a process died "
                "just before it sent, or the database is an older copy; then what it calls unpaid may be paid.",
            )
        batches = list(dict.fromkeys([*self.lost_batches, *(str(line.batch) for line in self.sends)]))
        return Notice(
            "contradiction",
            f"This database is older than what was sent: {_listed(batches)}. What it calls unpaid, or never sent, may "
            f"be paid. What to do: `payouts review {batches[0]}`.",
        )


def _listed(batches: Sequence[str]) -> str:
    more = len(batches) - _NAMED_MAX
    return ", ".join(batches[:_NAMED_MAX]) + (f", and {counted(more, 'more batch')}" if more > 0 else "")


def together(found: Iterable[UnrecordedSends]) -> UnrecordedSends:
    """Return what several cycles' sent logs know and the database does not as one."""
    found = list(found)
    return UnrecordedSends(
        [recall for each in found for recall in each.recalls],
        [line for each in found for line in each.accepted],
        [line for each in found for line in each.lost],
    )


def active(lines: Iterable[SentLine]) -> list[SentLine]:
    """Leave out lines that were taken back, and those that take back."""
    lines = list(lines)
    void = {(line.batch, line.at) for line in lines if line.is_void}
    return [line for line in lines if (line.batch, line.at) not in void]


def can_be_sent_whole(batch: BatchRecord) -> bool:
    """Return whether every item of a batch is still its own and unpaid, so that all of them can be in flight again."""
    return not batch.superseded and UNPAID_SO_FAR.issuperset(+batch.states)


def event_after_giving_up(batch: BatchRecord) -> BatchEvent | None:
    """Describe what becomes of a stored batch when sends of its cycle that the database lost are given up.

    Somebody in it may have been paid by them under a later attempt, so it is never sent again as it was stored: a
    person decides on what is in doubt, and the rest is paid by rows that the input still has.
    """
    if batch.superseded:
        return None
    if batch.status is BatchStatus.IN_FLIGHT or (batch.status is BatchStatus.DENIED and batch.open_sends):
        return BatchEvent.DOUBT
    if batch.status in {BatchStatus.PLANNED, BatchStatus.REFUSED, BatchStatus.DENIED}:
        return BatchEvent.ABANDON
    return None


def judge(
    lines: Iterable[SentLine],
    batches: Sequence[BatchRecord],
    new: Iterable[NewBatch] | None = None,
    *,
    now: datetime,
    max_age_days: int,
) -> UnrecordedSends:
    """Describe what follows from the lines of a cycle beside its stored batches, and beside `new`, about to be stored.

    `new` is None where nothing is about to be sent; it is read only where a batch of the log is not stored.
    """
    found = compare(lines, batches)
    return replace(found, stop=_why_stop(found.lost, new, now=now, max_age_days=max_age_days))


def compare(lines: Iterable[SentLine], batches: Sequence[BatchRecord]) -> UnrecordedSends:
    """Find the sends of a cycle that the log knows and the database does not."""
    stored = {batch.name: batch for batch in batches}
    unknown = [line for line in active(lines) if not _is_known(line, stored)]
    recalls: list[Recall] = []
    for name in dict.fromkeys(line.batch for line in unknown):
        batch = stored.get(name)
        if batch is not None and batch.status in _RECORDABLE:
            sends = sorted((line for line in unknown if line.batch == name), key=lambda line: line.at)
            recalls.append(Recall(batch, sends, _doubt(batch, sends)))
    accepted = [line for line in unknown if _status(line, stored) is BatchStatus.ACCEPTED]
    lost = [line for line in unknown if _status(line, stored) in {None, BatchStatus.ABANDONED}]
    return UnrecordedSends(recalls, accepted, lost)


def _status(line: SentLine, stored: Mapping[BatchName, BatchRecord]) -> BatchStatus | None:
    batch = stored.get(line.batch)
    return None if batch is None else batch.status


def _is_known(line: SentLine, stored: Mapping[BatchName, BatchRecord]) -> bool:
    last_sent_at = None if line.batch not in stored else stored[line.batch].last_sent_at
    return last_sent_at is not None and last_sent_at >= line.at


def _doubt(batch: BatchRecord, sends: Sequence[SentLine]) -> str | None:
    if any(send.checksum not in {None, batch.checksum} for send in sends):
        return "the sent log knows a send of it with other contents: its items may be paid in other batches"
    if batch.superseded or (batch.status in FREED and not can_be_sent_whole(batch)):
        return "the sent log knows a send of it, and items of it were meanwhile paid again or closed"
    return None


def _why_stop(
    lost: Sequence[SentLine], new: Iterable[NewBatch] | None, *, now: datetime, max_age_days: int
) -> SendsUnknown | None:
    old = [line for line in lost if now - line.at >= timedelta(days=max_age_days)]
    if old:
        return SendsUnknown(old, "PayPal may have forgotten their ids as well", can_ask=False)
    if new is None or not lost:
        return None
    contents = {batch.name: batch.checksum for batch in new}
    others = [line for line in lost if line.batch not in contents or line.checksum not in {None, contents[line.batch]}]
    return SendsUnknown(others, "what is sent now would not be the same") if others else None


def _names(lines: Iterable[SentLine]) -> str:
    return ", ".join(f"{line.batch} ({utc_minute(line.at)})" for line in lines)
