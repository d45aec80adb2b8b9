"""`retry`: sends batches again under their own ids, or pays items that are proven unpaid in new attempts."""

from collections import Counter
from collections.abc import Iterator, Sequence

from paypal_payouts.domain.guard import NEW_PAYEE, Guard, NewReceivers
from paypal_payouts.domain.identity import BatchName
from paypal_payouts.domain.payout import BatchRecord, NewBatch
from paypal_payouts.domain.plan import Limits, Refusal, Request
from paypal_payouts.domain.report import Finished
from paypal_payouts.domain.review import review_error
from paypal_payouts.domain.states import BatchStatus
from paypal_payouts.intake import StagedInput
from paypal_payouts.protocol.approval import approval_refusal, lets_new_receivers_pass
from paypal_payouts.protocol.copies import check_own_copy, check_payees
from paypal_payouts.protocol.lookup import find_batch, find_cycles
from paypal_payouts.protocol.planning import plan_cycle
from paypal_payouts.protocol.repayment import (
    Repayment,
    called_unpaid,
    limit_refusals,
    new_receivers,
    plan_repayments,
    repayment_words,
)
from paypal_payouts.protocol.session import PayingSession
from paypal_payouts.protocol.tools import Terms, Tools
from paypal_payouts.verbs.closing import closed
from paypal_payouts.verbs.retry_choice import batches_to_retry, check_may_be_resent, resend_words


def retry_transaction(
    batch_text: str,
    *,
    failed_items: bool,
    include_payee_errors: bool = False,
    staged: StagedInput | None,
    environment: str,
    account: str,
    limits: Limits,
    guard: Guard | None = None,
    terms: Terms,
    tools: Tools,
    told: str = "",
) -> Finished:
    """Send one batch again under its own id, or pay its unpaid items in a new attempt; then read the results.

    `staged` is the cycle's input as it is now; without one, unpaid items are taken as they were stored. Items that wait
    for their payees are left out unless `include_payee_errors`, or their rows were corrected in the input. What was
    `told` before a question is not said again.

    Raises:
        NotFound: there is no such batch.
        LockHeld: somebody else works on its cycle.

    """
    cycle = find_batch(batch_text, store=tools.store).name.cycle
    with PayingSession.held(cycle, staged, environment, account, terms=terms, tools=tools) as session:
        # Read again under the lock: what was seen before it may have changed.
        retry = _Retry([find_batch(batch_text, store=tools.store)], session, guard or Guard(), told)
        return retry.finish(limits if failed_items else None, include_payee_errors=include_payee_errors)


def retry_cycle(
    cycle: str,
    *,
    failed_items: bool,
    include_payee_errors: bool = False,
    staged: StagedInput | None,
    environment: str,
    account: str,
    limits: Limits,
    guard: Guard | None = None,
    terms: Terms,
    tools: Tools,
    told: str = "",
) -> Finished:
    """Do for every batch of a cycle that asks for it what `retry_transaction` does for one.

    Raises:
        NotFound: there is no such cycle.
        LockHeld: somebody else works on it.

    """
    find_cycles(cycle, store=tools.store)
    with PayingSession.held(cycle, staged, environment, account, terms=terms, tools=tools) as session:
        batches = batches_to_retry(cycle, store=tools.store, terms=terms, tools=tools, failed_items=failed_items)
        retry = _Retry(batches, session, guard or Guard(), told)
        return retry.finish(limits if failed_items else None, include_payee_errors=include_payee_errors)


class _Retry:
    """One retry of some batches of one cycle, under its lock."""

    def __init__(self, batches: Sequence[BatchRecord], session: PayingSession, guard: Guard, told: str) -> None:
        self.batches, self.session, self.guard = batches, session, guard
        self.told = frozenset(told.splitlines())
        self.tools, self.store, self.terms = session.tools, session.tools.store, session.terms

    def finish(self, limits: Limits | None, *, include_payee_errors: bool) -> Finished:
        """Pay what is proven unpaid within `limits`, or send the batches again where there are none; then report."""
        return closed(lambda: self._execute(limits, include_payee_errors=include_payee_errors), self.session)

    def _execute(self, limits: Limits | None, *, include_payee_errors: bool) -> None:
        self._check(pays_items=limits is not None)
        if limits is None:
            self._send_again()
        else:
            self._pay_again(limits, include_payee_errors=include_payee_errors)
        if self.terms.waiting is not None and not self.session.was_unreadable:
            self.session.read_results()

    def _check(self, *, pays_items: bool) -> None:
        """Refuse where a person must decide first.

        Raises:
            NeedsReview: a batch of the cycle is in review, or the sent log knows more than the database.

        """
        log = self.session.log
        self.session.warn(log.notices())
        doubt = review_error(self.session.stored(), ())
        if doubt is not None and not all(batch.status is BatchStatus.REVIEW for batch in self.batches):
            raise doubt
        reasons = (log.why_not_again(batch.name) for batch in self.batches) if pays_items else iter(())
        stop = log.stop or next((reason for reason in reasons if reason is not None), None)
        if stop is not None:
            raise stop

    def _send_again(self) -> None:
        """Send the same bytes under the same ids.

        Raises:
            Blocked: one is not eligible, with the reason in words.

        """
        for batch in self.batches:
            check_may_be_resent(batch, terms=self.terms, tools=self.tools)
        self.session.check_sent_log(self.session.stored(), ())
        for batch in self.batches:
            # A new payment, though it has its old id: nothing kept its rows from being stored again.
            if batch.status is BatchStatus.DENIED:
                check_own_copy(batch, self.store.history.payments([batch.id]), store=self.store)
                check_payees(batch, (item.row for item in self.store.items.unpaid(batch.id)), store=self.store)
        self._say(resend_words(self.batches))
        self._submit(self.batches)

    def _pay_again(self, limits: Limits, *, include_payee_errors: bool) -> None:
        """Pay the items that are proven unpaid under new attempt numbers, which end the old ones for ever.

        Raises:
            Blocked: not eligible, beyond a limit, or with receivers that are new for their payees.

        """
        session, names = self.session, {batch.name for batch in self.batches}
        if not session.read_older_payments(names):
            return
        plans = plan_repayments(
            [batch for batch in session.stored() if batch.name in names],
            session.staged,
            store=self.store,
            errors=self.tools.errors,
            include_payee_errors=include_payee_errors,
        )
        for plan in plans:
            rows = [(row.receiver, row.amount_minor, row.currency) for row in plan.rows]
            check_own_copy(plan.batch, rows, store=self.store)
            check_payees(plan.batch, plan.rows, store=self.store)
        session.leave_out(skipped for plan in plans for skipped in plan.skipped)
        unproven = called_unpaid(plans, store=self.store)
        session.warn(unproven)
        self._say("\n".join([*(notice.message for notice in unproven), repayment_words(plans)]))
        new = new_receivers(plans, store=self.store)
        session.warn(notice for notice in new.notices() if notice.code != NEW_PAYEE)
        limited = limit_refusals(plans, session.cycle, limits, store=self.store)
        refusal = next(iter(limited), None)
        refusal = refusal or self._new_receiver(new, self._accepting(include_payee_errors=include_payee_errors))
        refusal = refusal or self._not_approved(plans)
        if refusal is not None:
            raise refusal.error()
        self.tools.safe_point()
        self._submit(session.just_stored({name for plan in plans for name in self._store_new_attempts(plan)}))

    def _accepting(self, *, include_payee_errors: bool) -> str:
        """Return the command that does the same, and accepts receivers that are new for their payees."""
        which = str(self.batches[0].name) if len(self.batches) == 1 else f"--cycle {self.session.cycle}"
        also = " --include-payee-errors" if include_payee_errors else ""
        return f"payouts retry {which} --failed-items{also} --accept-new-receivers"

    def _new_receiver(self, new: NewReceivers, again: str) -> Refusal | None:
        refusal = next(new.refusals(self.guard, again=again), None)
        if refusal is None:
            return None
        cycle, digest, now = self.session.cycle, self._digest(), self.tools.now()
        is_approved = lets_new_receivers_pass(self.guard, cycle, digest, store=self.store, now=now)
        return None if is_approved else refusal

    def _digest(self) -> str | None:
        """Return the digest of the whole input that rows are taken from; None where there is none."""
        request = Request(self.session.cycle, self.session.environment, self.session.account)
        now = self.tools.now()
        return plan_cycle(self.session.staged, request, store=self.store, duplicate_days=0, now=now)[0].digest

    def _not_approved(self, plans: Sequence[Repayment]) -> Refusal | None:
        """Refuse to pay rows again where nobody has approved of the whole input that they are taken from."""
        rules, session, now = self.terms.approval, self.session, self.tools.now()
        again_minor = Counter[str]()
        for row in (row for plan in plans for row in plan.rows):
            again_minor[row.currency] += row.amount_minor
        if rules is None or not rules.needs_one(again_minor):
            return None
        return approval_refusal(session.cycle, self._digest(), again_minor, rules=rules, store=self.store, now=now)

    def _store_new_attempts(self, plan: Repayment) -> list[BatchName]:
        batches = list(self._new_batches(plan))
        self.session.check_sent_log(self.session.stored(), batches)
        self.store.intents.record_new_attempts(
            self.session.lease,
            replaces=plan.batch.id,
            batches=batches,
            now=self.tools.now(),
            actor=self.terms.operator,
            reason="; ".join(plan.corrections) or "items known to be unpaid are paid again",
        )
        return [batch.name for batch in batches]

    def _say(self, text: str) -> None:
        """Say what is about to be done, unless somebody was asked about just that."""
        lines = text.splitlines()
        if not self.told.issuperset(lines):
            for line in lines:
                self.tools.progress.note(line)

    def _new_batches(self, plan: Repayment) -> Iterator[NewBatch]:
        """Make a batch for each currency: the batch's own gets its next attempt, a corrected one a new sequence."""
        old, stored = plan.batch, self.session.stored()
        sequence = max(batch.name.sequence for batch in stored)
        attempt = max(batch.name.attempt for batch in stored if batch.name.sequence == old.name.sequence)
        for currency in sorted({row.currency for row in plan.rows}):
            if currency == old.currency:
                name = BatchName(self.session.cycle, old.name.sequence, attempt + 1)
            else:
                sequence += 1
                name = BatchName(self.session.cycle, sequence, 1)
            rows = [row for row in plan.rows if row.currency == currency]
            yield self.session.new_batch(
                name, rows, copy_allowed=old.copy_allowed, accepts_receivers=self.guard.accepts
            )

    def _submit(self, batches: Sequence[BatchRecord]) -> None:
        self.session.check_copies(batches)
        self.session.send_all(batches, denied_too=True)
