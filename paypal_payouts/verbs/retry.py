"""`retry`: sends batches again under their own ids, or pays items that are proven unpaid in new attempts."""

from collections.abc import Iterable, Iterator, Sequence

from paypal_payouts.domain.copies import Payment
from paypal_payouts.domain.identity import BatchName
from paypal_payouts.domain.payout import BatchRecord, NewBatch
from paypal_payouts.domain.plan import Limits
from paypal_payouts.domain.report import Finished
from paypal_payouts.domain.retry import may_send, must_be_doubted, waits_for_corrected_rows
from paypal_payouts.domain.review import review_error
from paypal_payouts.domain.sent_log import UnrecordedSends, judge
from paypal_payouts.domain.states import SENDABLE_BY_RETRY, SENDABLE_BY_RUN, BatchStatus
from paypal_payouts.errors import Blocked, PayoutsError
from paypal_payouts.intake import StagedInput
from paypal_payouts.protocol.copies import own_copy_refusal, stored_copy_refusal
from paypal_payouts.protocol.intent import new_batch
from paypal_payouts.protocol.locks import CycleLock
from paypal_payouts.protocol.lookup import find_batch, find_cycles
from paypal_payouts.protocol.planning import lines_of
from paypal_payouts.protocol.repayment import Repayment, limit_refusals, plan_repayments, repayment_words
from paypal_payouts.protocol.results import ResultReader
from paypal_payouts.protocol.submission import Sender, stops, unread_words, words
from paypal_payouts.protocol.tools import Terms, Tools
from paypal_payouts.storage import Store
from paypal_payouts.verbs.closing import Closing


def retry_transaction(
    batch_text: str,
    *,
    failed_items: bool,
    include_payee_errors: bool = False,
    staged: StagedInput | None,
    environment: str,
    account: str,
    limits: Limits,
    terms: Terms,
    tools: Tools,
) -> Finished:
    """Send one batch again under its own id, or pay its unpaid items in a new attempt; then read the results.

    `staged` is the cycle's input as it is now; without one, unpaid items are taken as they were stored. Items that wait
    for their payees are left out unless `include_payee_errors`, or their rows were corrected in the input.

    Raises:
        NotFound: there is no such batch.
        LockHeld: somebody else works on its cycle.

    """
    cycle = find_batch(batch_text, store=tools.store).name.cycle
    with tools.hold(cycle) as lock:
        log = lock.recall(max_age_days=terms.policy.max_age_days)
        # Read again under the lock: what was seen before it may have changed.
        batches = [find_batch(batch_text, store=tools.store)]
        retry = _Retry(cycle, staged, environment=environment, account=account, terms=terms, lock=lock, tools=tools)
        return retry.finish(
            batches, log, limits=limits, failed_items=failed_items, include_payee_errors=include_payee_errors
        )


def retry_cycle(
    cycle: str,
    *,
    failed_items: bool,
    include_payee_errors: bool = False,
    staged: StagedInput | None,
    environment: str,
    account: str,
    limits: Limits,
    terms: Terms,
    tools: Tools,
) -> Finished:
    """Do for every batch of a cycle that asks for it what `retry_transaction` does for one.

    Raises:
        NotFound: there is no such cycle.
        LockHeld: somebody else works on it.

    """
    find_cycles(cycle, store=tools.store)
    with tools.hold(cycle) as lock:
        log = lock.recall(max_age_days=terms.policy.max_age_days)
        batches = batches_to_retry(cycle, store=tools.store, terms=terms, tools=tools, failed_items=failed_items)
        retry = _Retry(cycle, staged, environment=environment, account=account, terms=terms, lock=lock, tools=tools)
        return retry.finish(
            batches, log, limits=limits, failed_items=failed_items, include_payee_errors=include_payee_errors
        )


def batches_to_retry(cycle: str, *, store: Store, terms: Terms, tools: Tools, failed_items: bool) -> list[BatchRecord]:
    """Choose the batches of a cycle that are sent again, or that hold items which were not paid.

    Raises:
        Blocked: there are none.

    """
    batches = store.batches.of_cycle(cycle)
    now, days = tools.now(), terms.policy.max_age_days
    if failed_items:
        chosen = [batch for batch in batches if batch.payable_again or _is_refused_for_its_rows(batch)]
        missing = "no item of it is proven unpaid"
    else:
        chosen = [
            batch
            for batch in batches
            if may_send(batch, now=now, max_age_days=days).eligible
            or must_be_doubted(batch, now=now, max_age_days=days)
        ]
        missing = "no batch of it is open, refused or denied"
    if not chosen:
        raise Blocked(
            "not_eligible",
            f"Nothing of cycle {cycle} is sent again: {missing}.",
            hint=f"Nothing was sent. `payouts status --cycle {cycle}` shows how it stands.",
            details=[{"cycle": cycle, "reason": missing}],
        )
    return chosen


def _is_refused_for_its_rows(batch: BatchRecord) -> bool:
    return batch.status is BatchStatus.REFUSED and waits_for_corrected_rows(batch) and not batch.superseded


def resend_words(batches: Sequence[BatchRecord]) -> str:
    """Say in words which batches are sent again."""
    return "\n".join(
        f"Send {batch.name} ({batch.words()}), now {batch.status}, again under the same id" for batch in batches
    )


class _Retry:
    """One retry of some batches of one cycle, under its lock."""

    def __init__(
        self,
        cycle: str,
        staged: StagedInput | None,
        *,
        environment: str,
        account: str,
        terms: Terms,
        lock: CycleLock,
        tools: Tools,
    ) -> None:
        self.cycle, self.staged, self.terms, self.lock = cycle, staged, terms, lock
        self.store, self.now, self.progress = tools.store, tools.now, tools.progress
        self.reader = ResultReader(cycle, lock=lock, tools=tools)
        self.sender = Sender(terms=terms, lock=lock, tools=tools, reader=self.reader)
        self.closing = Closing(
            cycle=cycle,
            environment=environment,
            account=account,
            store=tools.store,
            now=tools.now,
            rules=tools.errors,
            max_age_days=terms.policy.max_age_days,
            plan_digest=None,
            lines_of=lambda item_ids: lines_of(staged, item_ids),
            sent=self.sender.sent,
            findings=self.reader.findings,
        )

    def finish(
        self,
        batches: Sequence[BatchRecord],
        log: UnrecordedSends,
        *,
        limits: Limits,
        failed_items: bool,
        include_payee_errors: bool,
    ) -> Finished:
        """Do it, and report the cycle as it stands then."""
        try:
            self._check(batches, log, failed_items=failed_items)
            if failed_items:
                self._pay_again(batches, limits, include_payee_errors=include_payee_errors)
            else:
                self._send_again(batches)
            if self.terms.waiting is not None and not self.closing.was_unreadable:
                self.reader.look_until_final(self.terms.waiting)
        except PayoutsError as error:
            return self.closing.finish(error)
        return self.closing.finish()

    def _check(self, batches: Sequence[BatchRecord], log: UnrecordedSends, *, failed_items: bool) -> None:
        """Refuse where a person must decide first.

        Raises:
            NeedsReview: a batch of the cycle is in review, or the sent log knows more than the database.

        """
        self.closing.notices += log.notices()
        doubt = review_error(self._stored(), ())
        if doubt is not None and not all(batch.status is BatchStatus.REVIEW for batch in batches):
            raise doubt
        reasons = (log.why_not_again(batch.name) for batch in batches) if failed_items else iter(())
        stop = log.stop or next((reason for reason in reasons if reason is not None), None)
        if stop is not None:
            raise stop

    def _stored(self) -> list[BatchRecord]:
        return self.store.batches.of_cycle(self.cycle)

    def _send_again(self, batches: Sequence[BatchRecord]) -> None:
        """Send the same bytes under the same ids.

        Raises:
            Blocked: one is not eligible, with the reason in words.

        """
        now, days = self.now(), self.terms.policy.max_age_days
        for batch in batches:
            allowed = may_send(batch, now=now, max_age_days=days)
            # An unanswered batch that is too old goes to the sender all the same: it moves it to review.
            if not allowed.eligible and not must_be_doubted(batch, now=now, max_age_days=days):
                raise Blocked(
                    "not_eligible",
                    f"{batch.name} is {batch.status} and is not sent again: {allowed.reason}.",
                    hint=f"Nothing was sent. `payouts status {batch.name}` shows what can be done.",
                    details=[{"batch": str(batch.name), "status": str(batch.status), "reason": allowed.reason}],
                )
        self._check_sent_log([])
        for batch in batches:
            # A new payment, though it has its old id: nothing kept its rows from being stored again.
            if batch.status is BatchStatus.DENIED:
                self._check_copy(batch, self.store.history.payments([batch.id]))
        self._say(resend_words(batches))
        self._submit(batches)

    def _check_copy(self, batch: BatchRecord, rows: Iterable[Payment]) -> None:
        copy = own_copy_refusal(batch, rows, store=self.store)
        if copy is not None:
            raise copy

    def _pay_again(self, batches: Sequence[BatchRecord], limits: Limits, *, include_payee_errors: bool) -> None:
        """Pay the items that are proven unpaid under new attempt numbers, which end the old ones for ever.

        Raises:
            Blocked: not eligible, or over a limit.

        """
        current = self._read_first(batches)
        if current is None:
            return
        plans = plan_repayments(
            current,
            self.staged,
            store=self.store,
            errors=self.sender.errors,
            include_payee_errors=include_payee_errors,
        )
        for plan in plans:
            self._check_copy(plan.batch, [(row.receiver, row.amount_minor, row.currency) for row in plan.rows])
        self.closing.skipped += [skipped for plan in plans for skipped in plan.skipped]
        self._say(repayment_words(plans))
        refusal = next(iter(limit_refusals(plans, self.cycle, limits, store=self.store)), None)
        if refusal is not None:
            raise Blocked(refusal.code, refusal.message, hint=refusal.hint, details=refusal.details)
        self.sender.safe_point()
        names = {name for plan in plans for name in self._store_new_attempts(plan)}
        # After a lost database these may have been sent before: then they are in flight from the start.
        self.lock.recall(max_age_days=self.terms.policy.max_age_days)
        self._submit([batch for batch in self._stored() if batch.name in names])

    def _read_first(self, batches: Sequence[BatchRecord]) -> list[BatchRecord] | None:
        """Ask PayPal about what is about to be paid again; None where it does not say, and nothing may be sent.

        Not only about these batches: an older attempt of their items may have been paid after all.
        """
        names = {batch.name for batch in batches}
        unread = self.reader.read_older_payments(names)
        if unread is not None:
            self.closing.was_unreadable = True
            self.progress.note(f"Nothing was sent: {unread_words(unread)}")
            return None
        return [batch for batch in self._stored() if batch.name in names]

    def _store_new_attempts(self, plan: Repayment) -> list[BatchName]:
        batches = list(self._new_batches(plan))
        self._check_sent_log(batches)
        self.store.intents.record_new_attempts(
            self.lock.lease,
            replaces=plan.batch.id,
            batches=batches,
            now=self.now(),
            actor=self.terms.operator,
            reason="; ".join(plan.corrections) or "items proven unpaid are paid again",
        )
        return [batch.name for batch in batches]

    def _check_sent_log(self, new: Sequence[NewBatch]) -> None:
        """Refuse to send anything while the items of a batch that is not stored may stand in others.

        Raises:
            NeedsReview: naming the batches, and the way out.

        """
        lines, days = self.lock.sent_log.lines(), self.terms.policy.max_age_days
        stop = judge(lines, self._stored(), new, now=self.now(), max_age_days=days).stop
        if stop is not None:
            raise stop

    def _say(self, text: str) -> None:
        """Say what is about to be done, whether or not somebody was asked."""
        for line in text.splitlines():
            self.progress.note(line)

    def _new_batches(self, plan: Repayment) -> Iterator[NewBatch]:
        """Make a batch for each currency: the batch's own gets its next attempt, a corrected one a new sequence."""
        old, stored = plan.batch, self._stored()
        sequence = max(batch.name.sequence for batch in stored)
        attempt = max(batch.name.attempt for batch in stored if batch.name.sequence == old.name.sequence)
        for currency in sorted({row.currency for row in plan.rows}):
            if currency == old.currency:
                name = BatchName(self.cycle, old.name.sequence, attempt + 1)
            else:
                sequence += 1
                name = BatchName(self.cycle, sequence, 1)
            yield new_batch(
                name,
                [row for row in plan.rows if row.currency == currency],
                account=self.closing.account,
                environment=self.closing.environment,
                email=self.terms.email,
                source=None if self.staged is None else self.staged.name,
                copy_allowed=old.copy_allowed,
            )

    def _submit(self, batches: Sequence[BatchRecord]) -> None:
        copy = stored_copy_refusal(batches, store=self.store, duplicate_days=self.terms.duplicate_days, now=self.now())
        if copy is not None:
            raise copy
        for number, batch in enumerate(batches, 1):
            if any(stops(done, batch) for done in self.closing.submitted):
                continue
            allowed = SENDABLE_BY_RETRY if batch.status is BatchStatus.DENIED else SENDABLE_BY_RUN
            submitted = self.sender.send(batch, allowed=allowed)
            self.closing.acted = True
            self.closing.submitted.append(submitted)
            self.progress.sent(str(batch.name), number, len(batches), words(submitted))
