"""`run`: brings a cycle as far as it can. Safe to repeat at any time.

The order (docs/design.md, 5.1): the input has been read; locks; comparing; open batches; cooldown; what is new;
results. Without an input it is the same, and nothing is new.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from paypal_payouts.domain.payout import BatchRecord, NewBatch
from paypal_payouts.domain.plan import Notice, Plan, Request
from paypal_payouts.domain.report import Finished
from paypal_payouts.domain.retry import may_send, waits_for_corrected_rows
from paypal_payouts.domain.sent_log import judge
from paypal_payouts.domain.states import SENDABLE_BY_RUN, BatchStatus
from paypal_payouts.domain.words import counted
from paypal_payouts.errors import PayoutsError
from paypal_payouts.intake import StagedInput
from paypal_payouts.log import event
from paypal_payouts.protocol.copies import is_first_send, stored_copy_refusal
from paypal_payouts.protocol.intent import new_batch
from paypal_payouts.protocol.locks import CycleLock
from paypal_payouts.protocol.planning import (
    bad_cells,
    cooldown_refusal,
    lines_of,
    plan_cycle,
    preview_report,
    refusal_of,
)
from paypal_payouts.protocol.results import ResultReader
from paypal_payouts.protocol.submission import Sender, stops, stops_everything, words
from paypal_payouts.protocol.tools import Terms, Tools
from paypal_payouts.verbs.closing import Closing
from paypal_payouts.verbs.reports import batch_reports

_LOG: Final = logging.getLogger(__name__)


def execute_transaction(staged: StagedInput, request: Request, *, terms: Terms, tools: Tools) -> Finished:
    """Pay a cycle as `execute_transaction_with_retry` does, but ask PayPal once: nothing is repeated on its own.

    A batch that gets no answer stays in flight, and the next call goes on with it.
    """
    once = replace(terms, policy=replace(terms.policy, max_retries=0))
    return execute_transaction_with_retry(staged, request, terms=once, tools=tools)


def execute_transaction_with_retry(
    staged: StagedInput,
    request: Request,
    *,
    terms: Terms,
    tools: Tools,
) -> Finished:
    """Pay a cycle under its lock: continue what is open, store and send what is new, read the results.

    What ends the run after the comparison comes back in the result's `error`, beside the report of the cycle.

    Raises:
        LockHeld: somebody else works on the cycle.
        InputInvalid: --append with ids that were derived.

    """
    return _bring_on(staged, request, terms=terms, tools=tools)


def continue_cycle(request: Request, *, terms: Terms, tools: Tools) -> Finished:
    """Bring a cycle on from what is stored, as `execute_transaction_with_retry` does with an input that has no new row.

    Raises:
        LockHeld: somebody else works on the cycle.

    """
    return _bring_on(None, request, terms=terms, tools=tools)


def _bring_on(staged: StagedInput | None, request: Request, *, terms: Terms, tools: Tools) -> Finished:
    store, now = tools.store, tools.now
    with tools.hold(request.cycle) as lock:
        log = lock.recall(max_age_days=terms.policy.max_age_days)
        plan, batches = plan_cycle(staged, request, store=store, duplicate_days=terms.duplicate_days, now=now())
        plan = replace(plan, notices=[*plan.notices, *log.notices()])
        refusal = refusal_of(plan, log)
        if refusal is not None:
            report = preview_report(
                plan,
                batches,
                request,
                staged=staged,
                stored=batch_reports(
                    batches, store=store, errors=tools.errors, now=now(), max_age_days=terms.policy.max_age_days
                ),
                tally=store.items.tally(request.cycle),
                now=now(),
                blocked=True,
            )
            return Finished(report, refusal.exit_code, refusal)
        run = _Run(staged, request, plan, terms=terms, lock=lock, tools=tools)
        try:
            run.execute(batches)
        except PayoutsError as error:
            return run.closing.finish(error)
        return run.closing.finish()


class _Run:
    """One run, from the comparison on."""

    def __init__(
        self,
        staged: StagedInput | None,
        request: Request,
        plan: Plan,
        *,
        terms: Terms,
        lock: CycleLock,
        tools: Tools,
    ) -> None:
        self.staged, self.request, self.plan, self.terms = staged, request, plan, terms
        self.store, self.lock, self.now, self.progress = tools.store, lock, tools.now, tools.progress
        self.reader = ResultReader(request.cycle, lock=lock, tools=tools)
        self.sender = Sender(terms=terms, lock=lock, tools=tools, reader=self.reader)
        self.closing = Closing(
            cycle=request.cycle,
            environment=request.environment,
            account=request.account,
            store=tools.store,
            now=tools.now,
            rules=tools.errors,
            max_age_days=terms.policy.max_age_days,
            plan_digest=plan.digest,
            lines_of=partial(lines_of, staged),
            invalid=bad_cells(staged),
            invalid_rows=0 if staged is None else staged.invalid_count,
            notices=list(plan.notices),
            sent=self.sender.sent,
            findings=self.reader.findings,
        )

    def execute(self, batches: Sequence[BatchRecord]) -> None:
        """Do what the plan says, in the documented order."""
        accepted_now: set[int] = set()
        # While a person must decide on a batch, nothing is sent for its cycle; reading goes on.
        in_review = any(batch.status is BatchStatus.REVIEW for batch in batches)
        continued = [] if in_review else [batch for batch in batches if self._is_continued(batch)]
        if continued or (self.plan.chunks and not in_review):
            self._check_sent_log(batches)
        # What was sent before is asked about in any case; what never was, only after a last look for copies.
        asked_about = [batch for batch in continued if not is_first_send(batch)]
        waiting = [batch for batch in continued if is_first_send(batch)]
        if not in_review and self._send_all(asked_about, accepted_now) and self._send_first(waiting, accepted_now):
            cooldown = cooldown_refusal(
                self.plan, batches, cycle=self.request.cycle, now=self.now(), cooldown_s=self.terms.cooldown_s
            )
            if cooldown is not None:
                raise cooldown
            self._send_first(self._store_new(), accepted_now, compared=self.plan.compared)
        elif self.plan.chunks:
            self.closing.notices.append(self._not_stored())
        self._read_results(frozenset(accepted_now))

    def _check_sent_log(self, batches: Sequence[BatchRecord]) -> None:
        """Refuse to send anything while the items of a batch that is not stored may stand in others.

        Raises:
            NeedsReview: naming the batches, and the way out.

        """
        lines, days = self.lock.sent_log.lines(), self.terms.policy.max_age_days
        stop = judge(lines, batches, self._new_batches(), now=self.now(), max_age_days=days).stop
        if stop is not None:
            raise stop

    def _is_continued(self, batch: BatchRecord) -> bool:
        """Tell whether a stored batch is sent by this run."""
        if batch.status not in SENDABLE_BY_RUN or batch.superseded:
            return False
        if batch.id in self.plan.changed_refused_batches:
            self.progress.note(f"{batch.name} stays refused: its rows are not as they were stored")
            return False
        if waits_for_corrected_rows(batch):
            self.progress.note(f"{batch.name} is not sent: its rows are as PayPal refused them")
            return False
        if batch.status is BatchStatus.REFUSED:
            return may_send(batch, now=self.now(), max_age_days=self.terms.policy.max_age_days).eligible
        return True

    def _send_all(self, batches: Sequence[BatchRecord], accepted_now: set[int]) -> bool:
        """Send batches one after the other, except where an earlier answer forbids; False when nothing more may go."""
        for number, batch in enumerate(batches, 1):
            if any(stops(done, batch) for done in self.closing.submitted):
                continue
            submitted = self.sender.send(batch, allowed=SENDABLE_BY_RUN)
            self.closing.acted = True
            self.closing.submitted.append(submitted)
            self.progress.sent(str(batch.name), number, len(batches), words(submitted))
            if submitted.batch.status is BatchStatus.ACCEPTED:
                accepted_now.add(batch.id)
        return not any(stops_everything(done) for done in self.closing.submitted)

    def _send_first(
        self, batches: Sequence[BatchRecord], accepted_now: set[int], *, compared: Mapping[str, int] | None = None
    ) -> bool:
        """Send batches that were never sent, unless they are a copy; False when nothing more may go.

        Raises:
            Blocked: they are; nothing of them was sent.

        """
        refusal = stored_copy_refusal(
            batches,
            store=self.store,
            duplicate_days=self.terms.duplicate_days,
            now=self.now(),
            allow_duplicate=self.request.allow_duplicate,
            compared=compared,
        )
        if refusal is not None:
            raise refusal
        return self._send_all(batches, accepted_now)

    def _store_new(self) -> list[BatchRecord]:
        """Store the intent of every new batch in one transaction: a crash leaves all of the cycle, or nothing."""
        if not self.plan.chunks:
            return []
        self.sender.safe_point()
        self.store.intents.record_intent(
            self.lock.lease,
            cycle=self.request.cycle,
            batches=self._new_batches(),
            now=self.now(),
            actor=self.terms.operator,
        )
        event(
            _LOG,
            "stored",
            f"{self.plan.new_items} new items are stored, before any is sent",
            cycle=self.request.cycle,
            batches=len(self.plan.chunks),
            items=self.plan.new_items,
        )
        # After a lost database these may have been sent before: then they are in flight from the start.
        self.lock.recall(max_age_days=self.terms.policy.max_age_days)
        new = {chunk.name for chunk in self.plan.chunks}
        return [batch for batch in self.store.batches.of_cycle(self.request.cycle) if batch.name in new]

    def _not_stored(self) -> Notice:
        number = counted(self.plan.new_items, "new row")
        return Notice("not_stored", f"{number} not stored and not sent yet: what is open comes first. Run again later.")

    def _new_batches(self) -> Iterator[NewBatch]:
        if self.staged is None:
            return
        stored = 0
        for chunk in self.plan.chunks:
            yield new_batch(
                chunk.name,
                self.staged.fetch(chunk.keys),
                account=self.request.account,
                environment=self.request.environment,
                email=self.terms.email,
                source=self.staged.name,
                copy_allowed=self.request.allow_duplicate,
            )
            stored += len(chunk.keys)
            self.progress.storing(stored, self.plan.new_items)

    def _read_results(self, accepted_now: frozenset[int]) -> None:
        """Read what PayPal says; what it just accepted is looked at only when the operator waits."""
        if self.terms.waiting is None:
            self.reader.look_once(leave_out=accepted_now)
        else:
            self.reader.look_until_final(self.terms.waiting)
        self.closing.acted |= self.reader.findings.batches_read > 0
