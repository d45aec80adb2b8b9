"""Archived cycles: which may leave the database, and what stays of them.

A cycle that is archived is over: nothing of it is sent, moved or read again. Source: docs/design.md, 12.1.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from msgspec import Struct

from paypal_payouts.domain.base import Report
from paypal_payouts.domain.money import format_amount
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.states import STILL_MOVING, ItemState, Money
from paypal_payouts.domain.totals import Tally
from paypal_payouts.domain.verdict import verdict
from paypal_payouts.domain.words import counted
from paypal_payouts.errors import BlockCode, Blocked, ExitCode

AGE_MIN: Final = timedelta(days=90)
"""So long nothing must have happened to a cycle: PayPal has moved unclaimed money for the last time long before."""

FINISHED: Final = frozenset({ExitCode.DONE, ExitCode.NOT_PAID})
"""The exit codes of a cycle of which nothing is open."""


class Archive(Struct, frozen=True):
    """Where the items of an archived cycle are."""

    cycle: str
    file: str
    """The name of the file, in the folder of the archive."""
    sha256: str
    """Of the file, in hexadecimal."""
    archived_at: datetime
    items: int
    payments: int
    """With those that a later attempt took over."""
    is_searchable: bool
    """Its hashes were made with the key in use: with a lost one nothing is found by them any more."""
    forgot_receivers: bool
    """The trail, too, has receivers as hashes alone."""

    def words(self) -> str:
        """Say that it is archived, since when and where."""
        return f"Cycle {self.cycle} was archived on {self.archived_at:%Y-%m-%d}: its items are in {self.file}"

    def refusal(self, code: BlockCode) -> Blocked:
        """Refuse to send, move or read anything of it."""
        return Blocked(
            code,
            f"{self.words()}. Nothing of it is sent, moved or read again.",
            hint="Nothing was sent or changed. Who is owed again goes into a cycle of its own.",
            details=[{"cycle": self.cycle, "file": self.file, "sha256": self.sha256}],
        )

    def lacking(self, why: str) -> Blocked:
        """Refuse what takes the payments of it; `why` is a sentence."""
        return Blocked(
            "not_eligible",
            f"{self.words()}. {why}",
            hint="Nothing was sent or written. The file has each payment on a line of its own.",
            details=[{"cycle": self.cycle, "file": self.file, "sha256": self.sha256}],
        )


class ArchivedPayment(NamedTuple):
    """A payment that is known by hashes alone."""

    cycle: str
    batch: str
    amount_minor: int
    currency: str
    state: ItemState
    money: Money
    is_newest: bool
    file: str

    def words(self) -> str:
        """Say what it came to, and where the rest stands."""
        amount = f"{format_amount(self.amount_minor, self.currency)} {self.currency}"
        return f"{amount} by {self.batch}, {self.state} ({self.money}): archived in {self.file}"


class LeftCycle(NamedTuple):
    """A cycle that stays where it is, and why."""

    cycle: str
    reason: str


class Candidate(NamedTuple):
    """A cycle, and when something of it last happened; that it was archived is nothing of it."""

    cycle: str
    last_change: datetime
    is_archived: bool


class ArchiveReport(Report, frozen=True):
    """The result of `archive`."""

    before: datetime
    directory: str
    archived: Sequence[Archive]
    forgotten: Sequence[str]
    """Cycles that were archived before, and whose trail has receivers as hashes alone from now on."""
    left: Sequence[LeftCycle]
    """Cycles that stay in the database."""
    operator: str


def too_young(candidate: Candidate, *, before: datetime, now: datetime) -> str | None:
    """Say why a cycle is not old enough; None where it is."""
    changed = f"{candidate.last_change:%Y-%m-%d}"
    if now - candidate.last_change < AGE_MIN:
        return f"younger than {AGE_MIN.days} days: it last changed on {changed}"
    return f"it last changed on {changed}, and not before --before" if candidate.last_change >= before else None


def why_it_stays(batches: Sequence[BatchRecord], tally: Tally, *, unrecorded_sends: int) -> str | None:
    """Say what is open, doubtful or lost of a cycle; None where it is over.

    `unrecorded_sends`: those that the sent log knows and the database does not.
    """
    if tally.conflicts:
        # An acknowledged one, too: whoever looks into it again needs the words as they came.
        return f"PayPal contradicted our record of {counted(len(tally.conflicts), 'payment')}"
    if unrecorded_sends:
        return f"the sent log knows {counted(unrecorded_sends, 'send')} that the database does not"
    unanswered = next((batch for batch in batches if batch.open_sends), None)
    if unanswered is not None:
        return f"a send of {unanswered.name} never had an answer"
    outcome = verdict([batch.status for batch in batches], tally)
    if not batches or outcome.exit_code not in FINISHED:
        return f"it is not finished: {outcome.outcome}"
    moving = sum(tally.states[state] for state in STILL_MOVING)
    return f"PayPal may still move {counted(moving, 'item')}: `payouts sync` asks" if moving else None
