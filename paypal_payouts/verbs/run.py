"""`run`: brings a cycle as far as it can. Safe to repeat at any time.

The order (docs/design.md, 5.1): the input has been read; locks; comparing; open batches; cooldown; what is new;
results. Without an input it is the same, and nothing is new.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from paypal_payouts.domain.guard import NEW_PAYEE
from paypal_payouts.domain.payout import BatchRecord, NewBatch
from paypal_payouts.domain.plan import Notice, Plan, Request
from paypal_payouts.domain.report import Finished, RunReport
from paypal_payouts.domain.retry import may_continue
from paypal_payouts.domain.states import BatchStatus
from paypal_payouts.domain.verdict import verdict
from paypal_payouts.domain.words import counted
from paypal_payouts.intake import StagedInput
from paypal_payouts.log import event
from paypal_payouts.protocol.approval import plan_refusal
from paypal_payouts.protocol.brake import Brake
from paypal_payouts.protocol.copies import is_first_send
from paypal_payouts.protocol.planning import cooldown_refusal, plan_cycle, refusal_of
from paypal_payouts.protocol.session import PayingSession
from paypal_payouts.protocol.tools import Terms, Tools
from paypal_payouts.verbs.closing import closed
from paypal_payouts.verbs.preview import preview
from paypal_payouts.verbs.reports import led_out, preview_report

_LOG: Final = logging.getLogger(__name__)


def execute_transaction(staged: StagedInput, request: Request, *, terms: Terms, tools: Tools) -> Finished:
    """Pay a cycle as `execute_transaction_with_retry` does, but ask PayPal once: nothing is repeated on its own.

    A batch that gets no answer stays in flight, and the next call goes on with it.
    """
    once = replace(terms, policy=replace(terms.policy, max_retries=0))
    return execute_transaction_with_retry(staged, request, terms=once, tools=tools)


def execute_transaction_with_retry(
    staged: StagedInput | None, request: Request, *, terms: Terms, tools: Tools
) -> Finished:
    """Pay a cycle under its lock: continue what is open, store and send what is new, read the results.

    Without an input nothing is new. What ends the run after the comparison comes back in the result's `error`, beside
    the report of the cycle.

    Raises:
        LockHeld: somebody else works on the cycle.
        InputInvalid: --append with ids that were derived.

    """
    store, now, account = tools.store, tools.now, (request.environment, request.account)
    if store.archived.of_cycle(request.cycle) is not None:
        return _archived(staged, request, terms=terms, tools=tools)
    with PayingSession.held(request.cycle, staged, *account, terms=terms, tools=tools) as session:
        plan, batches = plan_cycle(staged, request, store=store, duplicate_days=terms.duplicate_days, now=now())
        plan = replace(plan, notices=[*plan.notices, *session.log.notices()])
        refusal = refusal_of(plan, session.log)
        if refusal is None:
            refusal = plan_refusal(plan, request.cycle, rules=terms.approval, store=store, now=now())
        if refusal is not None:
            report = preview_report(
                plan,
                batches,
                request,
                staged=staged,
                store=store,
                errors=tools.errors,
                max_age_days=terms.policy.max_age_days,
                now=now(),
                blocked=True,
                lost=session.log.lost_batches,
            )
            return Finished(report, refusal.exit_code, led_out(refusal, store=store, errors=tools.errors))
        session.warn(notice for notice in plan.notices if notice.code != NEW_PAYEE)
        run = _Run(request, plan, session)
        return closed(lambda: run.execute(batches), session, plan=plan)


def _archived(staged: StagedInput | None, request: Request, *, terms: Terms, tools: Tools) -> Finished:
    """Compare an input with a cycle that is archived, and end with that cycle's state: nothing of it is ever sent."""
    store = tools.store
    shown = preview(staged, request, store=store, terms=terms, rules=tools.errors, lines=(), now=tools.now())
    if shown.error is not None or not isinstance(shown.report, RunReport):
        return shown
    batches, left_out = store.batches.of_cycle(request.cycle), 0 if staged is None else staged.invalid_count
    tally = store.items.tally(request.cycle)
    judged = verdict([batch.status for batch in batches], tally, left_out=left_out, acted=False)
    return Finished(replace(shown.report, outcome=judged.outcome), judged.exit_code)


class _Run:
    """One run, from the comparison on."""

    def __init__(self, request: Request, plan: Plan, session: PayingSession) -> None:
        self.request, self.plan, self.session = request, plan, session
        self.brake = Brake(session, request.limits.max_failed_share)
        self.terms, self.now, self.progress = session.terms, session.tools.now, session.tools.progress

    def execute(self, batches: Sequence[BatchRecord]) -> None:
        """Do what the plan says, in the documented order."""
        session = self.session
        # While a person must decide on a batch, nothing is sent for its cycle; reading goes on.
        in_review = any(batch.status is BatchStatus.REVIEW for batch in batches)
        continued = [] if in_review else [batch for batch in batches if self._is_continued(batch)]
        if continued or (self.plan.chunks and not in_review):
            session.check_sent_log(batches, self._new_batches())
        # What was sent before is asked about in any case; what never was, only after a last look for copies.
        asked_about = [batch for batch in continued if not is_first_send(batch)]
        waiting = [batch for batch in continued if is_first_send(batch)]
        lets_go = self.brake.lets_go
        if not in_review and session.send_all(asked_about, lets_go=lets_go) and self._send_first(waiting):
            cooldown = cooldown_refusal(
                self.plan, batches, cycle=self.request.cycle, now=self.now(), cooldown_s=self.terms.cooldown_s
            )
            if cooldown is not None:
                raise cooldown.error()
            self._send_first(self._store_new(), compared=self.plan.compared)
        elif self.plan.chunks:
            rows = counted(self.plan.new_items, "new row")
            why = f"{rows} not stored and not sent yet: what is open comes first. Run again later."
            session.warn([Notice("not_stored", why)])
        if not self.brake.holds:
            session.read_results()

    def _is_continued(self, batch: BatchRecord) -> bool:
        """Tell whether a stored batch is sent by this run."""
        changed, days = self.plan.changed_refused_batches, self.terms.policy.max_age_days
        allowed = may_continue(batch, changed, now=self.now(), max_age_days=days)
        if allowed.reason:
            self.progress.note(f"{batch.name} {allowed.reason}")
        return allowed.eligible

    def _send_first(self, batches: Sequence[BatchRecord], *, compared: Mapping[str, int] | None = None) -> bool:
        """Send batches that were never sent, unless they are a copy; False when nothing more may go.

        Raises:
            Blocked: they are; nothing of them was sent.

        """
        self.session.check_copies(batches, allow_duplicate=self.request.allow_duplicate, compared=compared)
        return self.session.send_all(batches, lets_go=self.brake.lets_go)

    def _store_new(self) -> list[BatchRecord]:
        """Store the intent of every new batch in one transaction: a crash leaves all of the cycle, or nothing."""
        if not self.plan.chunks:
            return []
        self.session.tools.safe_point()
        store = self.session.tools.store
        store.until_done(
            lambda: store.intents.record_intent(
                self.session.lease,
                cycle=self.request.cycle,
                batches=self._new_batches(),
                now=self.now(),
                actor=self.terms.operator,
            )
        )
        event(
            _LOG,
            "stored",
            f"{self.plan.new_items} new items are stored, before any is sent",
            cycle=self.request.cycle,
            batches=len(self.plan.chunks),
            items=self.plan.new_items,
        )
        return self.session.just_stored({chunk.name for chunk in self.plan.chunks})

    def _new_batches(self) -> Iterator[NewBatch]:
        staged = self.session.staged
        if staged is None:
            return
        stored = 0
        for chunk in self.plan.chunks:
            request = self.request
            # Kept under no name: the next batch is made when this one is gone.
            yield self.session.new_batch(
                chunk.name,
                staged.fetch(chunk.keys),
                copy_allowed=request.allow_duplicate,
                accepts_receivers=request.guard.accepts,
            )
            stored += len(chunk.keys)
            self.progress.storing(stored, self.plan.new_items)
