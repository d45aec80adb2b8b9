"""One `run` or `retry` of a cycle under its lock: what both do alike, and the record of what they have done so far."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Self

from paypal_payouts.domain.identity import BatchName
from paypal_payouts.domain.payout import BatchRecord, InputRow, NewBatch
from paypal_payouts.domain.plan import Notice
from paypal_payouts.domain.report import Skipped
from paypal_payouts.domain.sent_log import UnrecordedSends, judge
from paypal_payouts.domain.states import SENDABLE_BY_RETRY, SENDABLE_BY_RUN, BatchStatus
from paypal_payouts.intake import StagedInput
from paypal_payouts.protocol.answers import Submitted, stops, stops_everything, unread_words, words
from paypal_payouts.protocol.copies import stored_copy_refusal
from paypal_payouts.protocol.cycle_lock import CycleLock
from paypal_payouts.protocol.guard import accepted_receivers
from paypal_payouts.protocol.intent import new_batch
from paypal_payouts.protocol.results import ResultReader
from paypal_payouts.protocol.submission import Sender
from paypal_payouts.protocol.tools import Terms, Tools


class PayingSession:
    """Checks, sends and reads for one command, and keeps what came of it; others only read that record."""

    @classmethod
    @contextmanager
    def held(
        cls, cycle: str, staged: StagedInput | None, environment: str, account: str, *, terms: Terms, tools: Tools
    ) -> Iterator[Self]:
        """Hold a cycle, and begin by telling the database of the sends that the sent log alone knows.

        Raises:
            LockHeld: somebody else works on the cycle.
            ConfigInvalid: the sent log cannot be read.

        """
        with tools.hold(cycle) as lock:
            yield cls(staged, environment, account, terms=terms, lock=lock, tools=tools)

    def __init__(
        self, staged: StagedInput | None, environment: str, account: str, *, terms: Terms, lock: CycleLock, tools: Tools
    ) -> None:
        self.cycle, self.lease = lock.lease.key, lock.lease
        self.staged, self.environment, self.account = staged, environment, account
        self.terms, self.tools = terms, tools
        self.log = lock.recall(max_age_days=terms.policy.max_age_days)
        self._lock = lock
        self._reader = ResultReader(self.cycle, lock=lock, tools=tools)
        self._sender = Sender(terms=terms, lock=lock, tools=tools, reader=self._reader)
        self.findings = self._reader.findings
        self.sent: Sequence[str] = self._sender.sent
        """Every batch that got a permit in this command, the last one twice where it was sent twice."""
        self.submitted: list[Submitted] = []
        self.notices: list[Notice] = []
        self.skipped: list[Skipped] = []
        self.has_read = False
        """PayPal said something when the results were read."""
        self.was_unreadable = False
        """What had to be read before anything may be sent could not be: the next run goes on."""

    def stored(self) -> list[BatchRecord]:
        """Read the batches of the cycle as they are now."""
        return self.tools.store.batches.of_cycle(self.cycle)

    def unrecorded(self, batches: Sequence[BatchRecord]) -> UnrecordedSends:
        """Return what the sent log still knows, beside the batches as they are now, and the database does not."""
        if not self.log.lost:
            return self.log
        lines, days = self._lock.sent_log.lines(), self.terms.policy.max_age_days
        return judge(lines, batches, now=self.tools.now(), max_age_days=days)

    def warn(self, notices: Iterable[Notice]) -> None:
        """Keep warnings for the report."""
        self.notices += notices

    def leave_out(self, skipped: Iterable[Skipped]) -> None:
        """Keep for the report which items were left out on purpose."""
        self.skipped += skipped

    def check_sent_log(self, batches: Sequence[BatchRecord], new: Iterable[NewBatch]) -> None:
        """Refuse to send anything while the items of a batch that is not stored may stand in others.

        Raises:
            NeedsReview: naming the batches, and the way out.

        """
        lines, days = self._lock.sent_log.lines(), self.terms.policy.max_age_days
        stop = judge(lines, batches, new, now=self.tools.now(), max_age_days=days).stop
        if stop is not None:
            raise stop

    def check_copies(
        self,
        batches: Sequence[BatchRecord],
        *,
        allow_duplicate: bool = False,
        compared: Mapping[str, int] | None = None,
    ) -> None:
        """Refuse to send batches for the first time that are a copy; the arguments are those of `stored_copy_refusal`.

        Raises:
            Blocked: they are.

        """
        store, days = self.tools.store, self.terms.duplicate_days
        refusal = stored_copy_refusal(
            batches, store=store, duplicate_days=days, allow_duplicate=allow_duplicate, compared=compared
        )
        if refusal is not None:
            raise refusal

    def read_older_payments(self, names: Collection[BatchName]) -> bool:
        """Ask PayPal about what is about to be paid again; False where it does not say, and nothing may be sent.

        Not only about these batches: an older attempt of their items may have been paid after all.
        """
        unread = self._reader.read_older_payments(names)
        if unread is not None:
            self.was_unreadable = True
            self.tools.progress.note(f"Nothing was sent: {unread_words(unread)}")
        return unread is None

    def new_batch(
        self, name: BatchName, rows: Sequence[InputRow], *, copy_allowed: bool, accepts_receivers: bool
    ) -> NewBatch:
        """Make a batch of rows of the input, or of rows as they were stored where there is no input.

        Where the operator `accepts_receivers` that are new for their payees, the trail keeps which these are.
        """
        return new_batch(
            name,
            rows,
            account=self.account,
            environment=self.environment,
            email=self.terms.email,
            source=None if self.staged is None else self.staged.name,
            copy_allowed=copy_allowed,
            evidence=accepted_receivers(rows, store=self.tools.store) if accepts_receivers else {},
        )

    def just_stored(self, names: Collection[BatchName]) -> list[BatchRecord]:
        """Read batches that this command has stored.

        After a lost database they may have been sent before: then they are in flight from the start.
        """
        self._lock.recall(max_age_days=self.terms.policy.max_age_days)
        return [batch for batch in self.stored() if batch.name in names]

    def send_all(
        self,
        batches: Sequence[BatchRecord],
        *,
        denied_too: bool = False,
        lets_go: Callable[[BatchRecord], bool] = lambda _: True,
    ) -> bool:
        """Send batches one after the other, except where an earlier answer forbids; False when nothing more may go.

        `lets_go` is asked before each, and ends it where it says no.
        """
        items, sent = sum(batch.items for batch in batches), 0
        if batches:
            self.tools.progress.sending(sent, items)
        for number, batch in enumerate(batches, 1):
            if any(stops(done, batch) for done in self.submitted):
                continue
            if not lets_go(batch):
                return False
            is_denied = denied_too and batch.status is BatchStatus.DENIED
            submitted = self._sender.send(batch, allowed=SENDABLE_BY_RETRY if is_denied else SENDABLE_BY_RUN)
            self.submitted.append(submitted)
            sent += batch.items
            self.tools.progress.sent(str(batch.name), number, len(batches), words(submitted))
            self.tools.progress.sending(sent, items)
        return not any(stops_everything(done) for done in self.submitted)

    def look(self) -> None:
        """Read once what PayPal may have news of."""
        self._reader.look_once()

    def wait_for(self, sequences: Collection[int]) -> None:
        """Read until PayPal has finished some sequences, or the time for a canary is over."""
        self._reader.look_until_final(self.terms.canary_waiting, of=sequences)

    def read_results(self) -> None:
        """Read what PayPal says; what it just accepted is looked at only when the operator waits."""
        if self.terms.waiting is None:
            accepted = (done.batch for done in self.submitted if done.batch.status is BatchStatus.ACCEPTED)
            self._reader.look_once(leave_out=frozenset(batch.id for batch in accepted))
        else:
            self._reader.look_until_final(self.terms.waiting)
        self.has_read = self.findings.batches_read > 0
