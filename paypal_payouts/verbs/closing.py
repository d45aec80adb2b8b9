"""Closing a `run` or `retry`: the report of the cycle as it stands, its exit code, and what went wrong in words."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Final

from msgspec import Struct

from paypal_payouts.domain.advice import BatchReport
from paypal_payouts.domain.item import ItemReport
from paypal_payouts.domain.outcome import Refused, TokenRefused, TokenUnavailable
from paypal_payouts.domain.outlook import outlook
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.plan import Notice, Plan
from paypal_payouts.domain.refusal import credentials_error, refusal_error
from paypal_payouts.domain.report import Finished, RunReport
from paypal_payouts.domain.review import review_error
from paypal_payouts.domain.sent_log import UnrecordedSends
from paypal_payouts.domain.states import OPEN_STATUSES, BatchStatus, ItemState
from paypal_payouts.domain.totals import Tally
from paypal_payouts.domain.verdict import RunOutcome, verdict
from paypal_payouts.domain.words import not_decided, not_paid, utc_minute
from paypal_payouts.errors import (
    Blocked,
    DatabaseUnavailable,
    Interrupted,
    LeaseLost,
    PayoutsError,
    PayPalRefused,
    SealBroken,
    StorageFailed,
)
from paypal_payouts.protocol.answers import Unread
from paypal_payouts.protocol.session import PayingSession
from paypal_payouts.verbs.reports import batch_reports, led_out

_NAMED_MAX: Final = 10
"""So many items that are not paid are named at the end."""
_NOTHING_SENT: Final = "Nothing was sent."


def closed(work: Callable[[], None], session: PayingSession, *, plan: Plan | None = None) -> Finished:
    """Do the work of a command, and report the cycle as it stands then, with what ended the command early.

    Where the work follows a plan of the whole input, the rows that this leaves out are reported, too.
    A database that has failed may not be readable either: then there is no report, and the error says so.

    Raises:
        SealBroken: somebody else changed what the report would be of; it says what was sent before.

    """
    closing = _Closing(session, plan)
    try:
        return _finished(work, closing)
    except SealBroken as error:
        closing.tell_what_was_sent(error)
        raise


def _finished(work: Callable[[], None], closing: "_Closing") -> Finished:
    try:
        work()
    except StorageFailed as error:
        try:
            return closing.finish(error)
        except StorageFailed:
            return Finished(None, error.exit_code, closing.storage_failed(error))
    except PayoutsError as error:
        return closing.finish(error)
    return closing.finish(None)


class _Closing(Struct, frozen=True):
    """Reads what a session has kept, once its command has ended."""

    session: PayingSession
    plan: Plan | None

    def finish(self, error: PayoutsError | None) -> Finished:
        """Report the cycle as it stands; `error` is what ended the command early."""
        session, tools, findings = self.session, self.session.tools, self.session.findings
        compared = None if self.plan is None else session.staged
        batches = session.stored()
        log = session.unrecorded(batches)
        tally = tools.store.items.tally(session.cycle).doubted(log.lost_batches)
        answers = [submitted.answer for submitted in session.submitted]
        days = session.terms.policy.max_age_days
        shown = batch_reports(
            batches,
            store=tools.store,
            errors=tools.errors,
            now=tools.now(),
            max_age_days=days,
            plan=self.plan,
            lost=tally.lost,
        )
        judged = verdict(
            [batch.status for batch in batches],
            tally,
            left_out=0 if compared is None else compared.invalid_count,
            refused_us=any(isinstance(answer, TokenRefused) for answer in answers),
            open_outcome=any(isinstance(answer, TokenUnavailable | Unread) for answer in answers)
            or bool(findings.contradictions)
            or session.was_unreadable,
            acted=bool(session.submitted) or session.has_read,
        )
        unpaid = self._first(not_paid, tally, _NAMED_MAX)
        report = RunReport(
            cycle=session.cycle,
            environment=session.environment,
            account=session.account,
            generated_at=tools.now(),
            outcome=_outcome(judged.outcome, error),
            plan_digest=None if self.plan is None else self.plan.digest,
            items=tally.states,
            totals=tally.totals,
            batches=shown,
            outlook=outlook(session.cycle, shown, tally),
            skipped=session.skipped,
            invalid=() if compared is None else compared.invalid,
            warnings=[*session.log.standing(session.notices, log), *findings.notices(), *self._come_back()],
            first_unpaid=unpaid,
            first_not_decided=self._first(not_decided, tally, _NAMED_MAX - len(unpaid)),
            paid_before=tally.paid_before_states,
        )
        error = self._in_words(error, batches) if error else self._trouble(judged.outcome, shown, tally, log)
        error = led_out(error, store=tools.store, errors=tools.errors)
        return Finished(report, judged.exit_code if error is None else error.exit_code, error)

    def _first(
        self, which: Callable[[Mapping[ItemState, int]], dict[ItemState, int]], tally: Tally, at_most: int
    ) -> list[ItemReport]:
        """List the first items in the states that `which` picks."""
        states = which(tally.unpaid_states)
        # What an older copy of the database calls unpaid may be paid since.
        if tally.lost or not states or not at_most:
            return []
        items, cycle = self.session.tools.store.items, self.session.cycle
        return items.first_in(cycle, states.keys(), at_most=at_most, but=tally.paid_before.keys())

    def _come_back(self) -> list[Notice]:
        """Say until when PayPal asks to be left alone, as the last send of the batch keeps it."""
        notices = []
        for done in self.session.submitted:
            if done.come_back_in_s is not None:
                # Without a token nothing was sent: then only this answer says so.
                kept = None if isinstance(done.answer, TokenUnavailable) else done.batch.paused_until
                until = kept or self.session.tools.now() + timedelta(seconds=done.come_back_in_s)
                words = f"PayPal asks to be left alone until {utc_minute(until)} ({done.come_back_in_s:.0f} s). "
                words += "A new run asks all the same, under the same id, which PayPal pays once."
                notices.append(Notice("come_back_later", words))
        return notices

    def _in_words(self, error: PayoutsError, batches: Sequence[BatchRecord]) -> PayoutsError:
        """Add to what ended the command early how the money stands."""
        cycle = self.session.cycle
        match error:
            case Interrupted():
                return Interrupted(
                    f"Stopped at a safe point. {_open_words(batches)}",
                    hint=f"Nothing is lost: `payouts run {cycle}` goes on from here.",
                )
            case LeaseLost():
                return LeaseLost(
                    f"{error.message} {self._answered()} {_open_words(batches)}",
                    hint=error.hint or f"Nothing more was sent. `payouts locks` shows who holds {cycle} now.",
                    details=error.details,
                )
            case StorageFailed():
                return self.storage_failed(error, _open_words(batches))
            case _:
                self.tell_what_was_sent(error)
                return error

    def tell_what_was_sent(self, error: PayoutsError) -> None:
        """Correct the hint of a refusal that knows only of what it refused, where something was sent before it."""
        if self.session.sent and error.hint.startswith(_NOTHING_SENT):
            error.hint = f"Nothing more was sent. {self._answered()}{error.hint.removeprefix(_NOTHING_SENT)}"

    def storage_failed(self, error: StorageFailed, open_words: str = "") -> StorageFailed:
        """Add what was sent to what the database said, and what is open where that can be read."""
        kind = DatabaseUnavailable if isinstance(error, DatabaseUnavailable) else StorageFailed
        return kind(f"{error.message} {self._answered()} {open_words}".strip(), hint=error.hint)

    def _answered(self) -> str:
        """Say which batches were sent and answered, and which were sent and have no answer on record."""
        answered = list(dict.fromkeys(str(submitted.batch.name) for submitted in self.session.submitted))
        open_ = [name for name in dict.fromkeys(self.session.sent) if name not in answered]
        told = f"Answered before that: {', '.join(answered) or 'nothing'}."
        if open_:
            told += f" Sent, and no answer recorded: {', '.join(open_)}; the next run asks PayPal under the same id."
        return told

    def _trouble(
        self, outcome: RunOutcome, batches: Sequence[BatchReport], tally: Tally, log: UnrecordedSends
    ) -> PayoutsError | None:
        """Put exit codes 7 and 8 into words; the others are no errors."""
        if outcome is RunOutcome.REVIEW:
            return review_error([batch.record for batch in batches], tally.conflicts) or log.doubt()
        return self._refusal([batch.record for batch in batches]) if outcome is RunOutcome.REFUSED else None

    def _refusal(self, batches: Sequence[BatchRecord]) -> PayPalRefused:
        """Say what PayPal refused; what this command sent comes first."""
        submitted = self.session.submitted
        for done in submitted:
            if isinstance(done.answer, TokenRefused):
                return credentials_error(done.answer.failure, done.batch)
        sent = {done.batch.id for done in submitted}
        answers = {done.batch.id: done.answer.failure for done in submitted if isinstance(done.answer, Refused)}
        named = [each.item_id for answer in answers.values() for each in answer.problems if each.item_id is not None]
        staged = self.session.staged
        refused = [batch for batch in batches if batch.status is BatchStatus.REFUSED]
        return refusal_error(
            sorted(refused, key=lambda batch: batch.id not in sent),
            answers=answers,
            denied=[batch for batch in batches if batch.id in sent and batch.status is BatchStatus.DENIED],
            lines={} if staged is None else {row.item_id: row.line for row in staged.find(named)},
            changed=() if self.plan is None else self.plan.changed_refused_batches,
        )


def _outcome(judged: RunOutcome, error: PayoutsError | None) -> RunOutcome:
    """Return what a command came to, given how the cycle stands and what ended the command early."""
    stopped = isinstance(error, Blocked) or (error is not None and judged is RunOutcome.NOTHING_TO_DO)
    return RunOutcome.BLOCKED if stopped else judged


def _open_words(batches: Sequence[BatchRecord]) -> str:
    """Say in one sentence what is open."""
    counted = [(status, sum(batch.status is status for batch in batches)) for status in OPEN_STATUSES]
    words = ", ".join(f"{count} {status}" for status, count in counted if count)
    return f"Open batches: {words}." if words else "No batch is open."
